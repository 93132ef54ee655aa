package org.koegura.server.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Who works beside calls has a tenth of the time.
class RestTest {

    private final AtomicLong nowNanos = new AtomicLong(7);
    private final List<Duration> rests = new ArrayList<>();
    private final Rest rest = new Rest(nowNanos::get, nanos -> {
        rests.add(Duration.ofNanos(nanos));
        nowNanos.addAndGet(nanos);
    });

    @Test
    void itRestsNineTimesAsLongAsItWorked() throws InterruptedException {
        work(6);
        work(20);
        assertThat(rests).containsExactly(Duration.ofMillis(54), Duration.ofMillis(180));
    }

    @Test
    void piecesThatAreTooShortForARestAddUp() throws InterruptedException {
        for (int piece = 0; piece < 10; piece++) {
            work(1);
        }
        assertThat(rests).containsExactly(Duration.ofMillis(45), Duration.ofMillis(45));
    }

    @Test
    void aDiskThatStoodStillIsNotPaidForNineTimes() throws InterruptedException {
        work(60_000);
        assertThat(rests).containsExactly(Duration.ofSeconds(1));
    }

    @Test
    void whatWasBeforeTheRoundWasNoWork() throws InterruptedException {
        nowNanos.addAndGet(Duration.ofSeconds(5).toNanos());
        rest.begin();
        rest.turn();
        assertThat(rests).isEmpty();
    }

    private void work(int millis) throws InterruptedException {
        nowNanos.addAndGet(Duration.ofMillis(millis).toNanos());
        rest.turn();
    }
}
