package org.koegura.sipproxy.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.codec.dns.DnsRecordType;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AnswerCacheTest {

    private static final Answer FOUND = new Answer.Said(List.of(new Entry.Address(InetAddress.getLoopbackAddress())));

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final AtomicLong nanos = new AtomicLong();
    private final AnswerCache cache = new AnswerCache(nanos::get, new DnsMeters(metrics));

    private static Question question(int number) {
        return new Question(number + ".example", DnsRecordType.A);
    }

    @Test
    void aTimeToLiveIsHeldWithinBounds() {
        cache.put(question(1), FOUND, 0);
        cache.put(question(2), FOUND, Integer.MAX_VALUE);
        nanos.addAndGet(AnswerCache.TTL_MIN.toNanos() - 1);
        assertThat(cache.get(question(1))).isEqualTo(FOUND);
        nanos.incrementAndGet();
        assertThat(cache.get(question(1))).isNull();
        nanos.set(AnswerCache.TTL_MAX.toNanos() - 1);
        assertThat(cache.get(question(2))).isEqualTo(FOUND);
        nanos.incrementAndGet();
        assertThat(cache.get(question(2))).isNull();
    }

    @Test
    void whatIsAbsentIsAskedForAgainAfterAWhile() {
        cache.put(question(1), Answer.Said.NOTHING, 0);
        nanos.addAndGet(AnswerCache.ABSENT.toNanos() - 1);
        assertThat(cache.get(question(1))).isEqualTo(Answer.Said.NOTHING);
        nanos.incrementAndGet();
        assertThat(cache.get(question(1))).isNull();
    }

    @Test
    void aFullCacheForgetsWhatWasUsedLongestAgoAndCountsIt() {
        for (int i = 0; i < AnswerCache.ANSWERS_MAX; i++) {
            cache.put(question(i), FOUND, 60);
        }
        assertThat(cache.get(question(0))).isEqualTo(FOUND);
        cache.put(question(-1), FOUND, 60);
        assertThat(cache.get(question(0))).isEqualTo(FOUND);
        assertThat(cache.get(question(1))).isNull();
        assertThat(metrics.counter("koegura.dns.answers.forgotten").count()).isEqualTo(1);
    }
}
