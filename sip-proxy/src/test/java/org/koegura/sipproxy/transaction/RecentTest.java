package org.koegura.sipproxy.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class RecentTest {

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // it may wrap
    private final Recent<Integer> recent = new Recent<>(Duration.ofNanos(10), 3, nanos::get);

    @Test
    void eachIsKeptForItsTimeAndNoLonger() {
        recent.keep("a", 1);
        nanos.addAndGet(4);
        recent.keep("b", 2);
        nanos.addAndGet(5);
        assertThat(recent.of("a")).isEqualTo(1);
        nanos.addAndGet(1);
        assertThat(recent.of("a")).isNull();
        assertThat(recent.of("b")).isEqualTo(2);
        assertThat(recent.size()).isEqualTo(1);
        nanos.addAndGet(4);
        assertThat(recent.size()).isZero();
    }

    @Test
    void whatIsTooMuchPutsTheOldestOut() {
        for (int i = 0; i < 4; i++) {
            recent.keep("k" + i, i);
        }
        assertThat(recent.size()).isEqualTo(3);
        assertThat(recent.of("k0")).isNull();
        assertThat(recent.of("k3")).isEqualTo(3);
    }

    @Test
    void aKeyThatIsKeptAgainIsTheYoungest() {
        recent.keep("a", 1);
        nanos.addAndGet(5);
        recent.keep("b", 2);
        recent.keep("a", 3);
        nanos.addAndGet(5);
        assertThat(recent.of("a")).isEqualTo(3);
        assertThat(recent.of("b")).isEqualTo(2);
        assertThat(recent.of("c")).isNull();
    }
}
