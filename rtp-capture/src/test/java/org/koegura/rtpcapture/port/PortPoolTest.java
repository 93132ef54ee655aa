package org.koegura.rtpcapture.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PortPoolTest {

    private static final long QUIET_NANOS = Duration.ofSeconds(5).toNanos();

    @Test
    void everyPairIsEvenAndHandedOutOnceUntilNoneIsLeft() {
        PortPool pool = new PortPool(20_001, 20_011, Duration.ofSeconds(5));
        Set<Integer> taken = new HashSet<>();
        for (int i = 0; i < 5; i++) {
            taken.add(pool.take(0).orElseThrow());
        }
        assertThat(taken).containsExactlyInAnyOrder(20_002, 20_004, 20_006, 20_008, 20_010);
        assertThat(pool.take(0)).isEmpty();
        assertThat(pool.freePorts()).isZero();
    }

    @Test
    void aFreedPairRestsForTheQuietTime() {
        PortPool pool = new PortPool(20_000, 20_001, Duration.ofSeconds(5));
        int port = pool.take(0).orElseThrow();
        pool.release(port, 100);

        assertThat(pool.take(100 + QUIET_NANOS - 1)).isEmpty();
        assertThat(pool.take(100 + QUIET_NANOS)).hasValue(port);
    }

    @Test
    void givingBackTwiceIsADefectAndIsTold() {
        PortPool pool = new PortPool(20_000, 20_003, Duration.ZERO);
        int port = pool.take(0).orElseThrow();
        pool.release(port, 0);

        assertThatThrownBy(() -> pool.release(port, 0)).isInstanceOf(IllegalStateException.class);
        assertThat(pool.freePorts()).isEqualTo(4);
    }
}
