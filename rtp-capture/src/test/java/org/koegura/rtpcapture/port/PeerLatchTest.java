package org.koegura.rtpcapture.port;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/// Whose packets a port takes, as a table of moments (trap 27).
class PeerLatchTest {

    private static final InetAddress SIGNALLING = InetAddress.ofLiteral("192.0.2.10");
    private static final InetSocketAddress SIGNALLED = at("192.0.2.10", 4000);
    private static final InetSocketAddress OTHER_PORT = at("192.0.2.10", 4444);
    private static final InetSocketAddress STRANGER = at("198.51.100.66", 4000);
    private static final InetSocketAddress PRIVATE = at("10.0.0.5", 4000);
    private static final long LATER = PeerLatch.LEARN_NANOS;

    private final PeerLatch latch = new PeerLatch();

    @Test
    void nobodyIsAdmittedBeforeThePartyAgreed() {
        assertThat(latch.admits(SIGNALLED, true, 0)).isFalse();
        assertThat(latch.destination()).isNull();
    }

    @Test
    void aStrangerIsNeverAdmitted() {
        latch.expect(SIGNALLED, SIGNALLING, 0);
        assertThat(latch.admits(STRANGER, true, 0)).isFalse();
        latch.answered(0);
        assertThat(latch.admits(STRANGER, true, LATER - 1)).isFalse();
        assertThat(latch.admits(SIGNALLED, true, LATER - 1)).isTrue();
        assertThat(latch.admits(STRANGER, true, LATER + 1)).isFalse();
    }

    @Test
    void toAskWhetherASourceMayBeThePartyLatchesNothing() {
        latch.expect(SIGNALLED, SIGNALLING, 0);
        latch.answered(0);

        assertThat(latch.mayBe(OTHER_PORT, 0)).isTrue();
        assertThat(latch.mayBe(STRANGER, 0)).isFalse();
        assertThat(latch.source()).isNull();
        assertThat(latch.mayBe(OTHER_PORT, LATER + 1)).isFalse();
        assertThat(latch.mayBe(SIGNALLED, LATER + 1)).isTrue();
        assertThat(latch.source()).isNull();
    }

    @Test
    void anotherPortIsLearntUntilThreeSecondsAfterTheAnswer() {
        latch.expect(PRIVATE, SIGNALLING, 0);
        latch.answered(0);
        assertThat(latch.admits(OTHER_PORT, false, 1)).as("junk never latches").isFalse();
        assertThat(latch.admits(OTHER_PORT, true, LATER - 1)).isTrue();
        assertThat(latch.destination()).isEqualTo(OTHER_PORT);
        assertThat(latch.settled(LATER - 1)).isFalse();
        assertThat(latch.settled(LATER)).isTrue();
    }

    @Test
    void threeSecondsAfterTheAnswerNothingIsLearntAnyMore() {
        latch.expect(PRIVATE, SIGNALLING, 0);
        latch.answered(0);
        assertThat(latch.admits(OTHER_PORT, true, LATER)).isFalse();
        assertThat(latch.admits(PRIVATE, true, LATER)).isTrue();
    }

    @Test
    void theSignalledAddressWinsOverALearntOneUntilThen() {
        latch.expect(SIGNALLED, SIGNALLING, 0);
        latch.answered(0);
        assertThat(latch.admits(OTHER_PORT, true, 1)).isTrue();
        assertThat(latch.destination())
                .as("it is where it says, and not symmetric")
                .isEqualTo(SIGNALLED);
        assertThat(latch.admits(SIGNALLED, true, 2)).isTrue();
        assertThat(latch.admits(OTHER_PORT, true, 3)).isFalse();
    }

    @Test
    void aHoldOfTheOldKindKeepsTheLatchAndSendsNothing() {
        latch.expect(SIGNALLED, SIGNALLING, 0);
        latch.answered(0);
        assertThat(latch.admits(SIGNALLED, true, 1)).isTrue();
        latch.expect(null, SIGNALLING, 2);
        assertThat(latch.destination()).isNull();
        assertThat(latch.admits(SIGNALLED, true, 3)).isTrue();
        assertThat(latch.admits(OTHER_PORT, true, LATER + 3)).isFalse();
        latch.expect(SIGNALLED, SIGNALLING, 4);
        assertThat(latch.destination()).isEqualTo(SIGNALLED);
        assertThat(latch.settled(5)).isTrue();
    }

    @Test
    void aMovedPartyIsLatchedAnew() {
        latch.expect(SIGNALLED, SIGNALLING, 0);
        latch.answered(0);
        assertThat(latch.admits(SIGNALLED, true, 1)).isTrue();
        latch.expect(PRIVATE, SIGNALLING, LATER + 10);
        assertThat(latch.source()).isNull();
        assertThat(latch.admits(PRIVATE, true, LATER + 11)).isTrue();
        assertThat(latch.admits(SIGNALLED, true, LATER + 12)).isFalse();
    }

    private static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }
}
