package org.koegura.rtpcapture.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
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

    /// One pair was given back just before the process died, one long before; one is in use.
    @Test
    void whatAnotherProcessUsedOrFreedJustNowRestsInTheNextOneAndNothingElseDoes() {
        PortPool before = new PortPool(20_000, 20_007, Duration.ofSeconds(5));
        take(before, 3, 0);
        before.release(20_000, 10);
        before.release(20_004, 10 + QUIET_NANOS);
        PortPool next = new PortPool(20_000, 20_007, Duration.ofSeconds(5));
        next.goOn(before.standing(10 + QUIET_NANOS), -7);

        assertThat(take(next, 2, -7)).containsExactlyInAnyOrder(20_000, 20_006);
        assertThat(next.take(-7 + QUIET_NANOS - 1)).isEmpty();
        assertThat(take(next, 2, -7 + QUIET_NANOS)).containsExactlyInAnyOrder(20_002, 20_004);
    }

    /// A process that dies did not say what it took in its last moments: the next ones.
    @Test
    void whatItTookBeforeItCouldSaySoIsHandedOutLast() {
        PortPool before = new PortPool(20_000, 20_039, Duration.ofSeconds(5));
        take(before, 15, 0);
        for (int pair = 0; pair < 8; pair++) {
            before.release(20_000 + 2 * pair, 0);
        }
        byte[] said = before.standing(QUIET_NANOS);
        Set<Integer> unsaid = take(before, 8, QUIET_NANOS); // over the end of the range
        PortPool next = new PortPool(20_000, 20_039, Duration.ofSeconds(5));
        next.goOn(said, 0);
        assertThat(next.takePair(20_010)).as("a call that is taken up").isTrue();

        assertThat(take(next, 9, QUIET_NANOS)).doesNotContainAnyElementsOf(unsaid);
    }

    @Test
    void itGoesOnInAnotherRangeToo() {
        PortPool before = new PortPool(20_000, 20_007, Duration.ofSeconds(5));
        take(before, 4, 0);
        PortPool next = new PortPool(20_004, 20_011, Duration.ofSeconds(5));
        next.goOn(before.standing(0), 0);

        assertThat(take(next, 2, 0)).containsExactlyInAnyOrder(20_008, 20_010);
        assertThat(next.take(0)).isEmpty();
    }

    @Test
    void whatIsNoStateOfAPoolTakesNoPortForGood() {
        for (byte[] said : new byte[][] {{}, {1, 2, 3}, bytes(9, 0xFF), bytes(40, 0x7F), bytes(2_000, 0x80)}) {
            PortPool pool = new PortPool(20_000, 20_007, Duration.ofSeconds(5));
            pool.goOn(said, 0);
            assertThat(take(pool, 4, QUIET_NANOS)).hasSize(4);
        }
    }

    private static byte[] bytes(int length, int each) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) each);
        return bytes;
    }

    private static Set<Integer> take(PortPool pool, int pairs, long nowNanos) {
        Set<Integer> taken = new HashSet<>();
        for (int i = 0; i < pairs; i++) {
            taken.add(pool.take(nowNanos).orElseThrow());
        }
        return taken;
    }
}
