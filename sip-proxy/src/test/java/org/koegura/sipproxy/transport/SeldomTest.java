package org.koegura.sipproxy.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// What happens again and again is told once in a while.
class SeldomTest {

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // the clock of a JVM may begin anywhere
    private final Seldom<String> seldom = new Seldom<>(Duration.ofNanos(10), 2, nanos::get);

    @Test
    void oneOfAKindIsToldOnceAPause() {
        assertThat(seldom.mayTell("a")).isTrue();
        nanos.addAndGet(9);
        assertThat(seldom.mayTell("a")).isFalse();
        nanos.addAndGet(1);
        assertThat(seldom.mayTell("a")).isTrue();
    }

    @Test
    void soManyKindsMayBeToldInAPauseAndNoMore() {
        assertThat(seldom.mayTell("a")).isTrue();
        nanos.addAndGet(4);
        assertThat(seldom.mayTell("b")).isTrue();
        assertThat(seldom.mayTell("c")).isFalse();
        nanos.addAndGet(6);
        assertThat(seldom.mayTell("c")).isTrue();
        assertThat(seldom.mayTell("a")).isFalse();
    }
}
