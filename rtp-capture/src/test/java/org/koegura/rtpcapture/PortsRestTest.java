package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.koegura.rtpcapture.LoopbackCall.PATIENCE;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.port.MediaPlane.NoFreePort;
import org.koegura.callmodel.port.MediaSession;
import org.koegura.rtpcapture.socket.MediaTransport;

/// The ports of a call that is over rest for the quiet time, whoever asks for some.
class PortsRestTest {

    private static final Duration QUIET = Duration.ofSeconds(30);

    /// Two calls' worth.
    private static final int PORTS = 8;

    @Test
    void noCallGetsThePortsOfAnotherBeforeTheQuietTimeIsOverAndOneDoesThen() throws Exception {
        try (LoopbackCall call = new LoopbackCall(resting(), MediaTransport.best(), 25)) {
            long began = System.nanoTime();
            call.stoppedNanos = began;
            Set<Integer> former = ports(call.session);
            call.hangUp();
            await().atMost(PATIENCE).until(() -> call.room.plane().freePorts() == PORTS);

            MediaSession second = open(call);
            assertThat(ports(second)).doesNotContainAnyElementsOf(former);
            MediaSession third = open(call);
            isRefused(third);
            call.stoppedNanos = began + QUIET.toNanos() - 1;
            isRefused(third);
            call.stoppedNanos = began + QUIET.toNanos();

            assertThat(ports(third)).isEqualTo(former);
        }
    }

    /// The same where the room is not short of ports: those that rest are passed over.
    @Test
    void whereOthersAreFreeThoseThatRestArePassedOver() throws Exception {
        try (LoopbackCall call = new LoopbackCall(resting(), MediaTransport.best(), 25)) {
            long began = System.nanoTime();
            call.stoppedNanos = began;
            MediaSession second = open(call);
            Set<Integer> first = ports(call.session);
            Set<Integer> rested = ports(second);
            second.close(EndReason.HANGUP_INSIDE);
            await().atMost(PATIENCE).until(() -> call.room.plane().freePorts() == PORTS / 2);
            call.stoppedNanos = began + QUIET.toNanos() / 2;
            call.hangUp(); // the pool's next, but for their rest
            await().atMost(PATIENCE).until(() -> call.room.plane().freePorts() == PORTS);
            call.stoppedNanos = began + QUIET.toNanos();

            assertThat(ports(open(call))).isEqualTo(rested).doesNotContainAnyElementsOf(first);
        }
    }

    private static void isRefused(MediaSession session) {
        assertThatThrownBy(() -> session.local(0, Leg.INSIDE)).isInstanceOf(NoFreePort.class);
    }

    private static MediaSession open(LoopbackCall call) {
        return call.room.plane().open(new CallId("0d".repeat(16)), new Told());
    }

    private static Set<Integer> ports(MediaSession session) throws NoFreePort {
        return Set.of(
                session.local(0, Leg.INSIDE).rtp().getPort(),
                session.local(0, Leg.INSIDE).rtcp().getPort(),
                session.local(0, Leg.OUTSIDE).rtp().getPort(),
                session.local(0, Leg.OUTSIDE).rtcp().getPort());
    }

    private static RtpCapture.Settings resting() throws Exception {
        RtpCapture.Settings usual = LoopbackCall.settings(1 << 20);
        return new RtpCapture.Settings(
                usual.mediaAddresses(),
                usual.firstPort(),
                usual.firstPort() + PORTS - 1,
                QUIET,
                usual.loops(),
                usual.ringBytes(),
                usual.silenceLimit(),
                usual.typeOfService(),
                usual.closeLimit(),
                usual.insideHears(),
                usual.byKernel());
    }
}
