package org.koegura.rtpcapture;

import static org.awaitility.Awaitility.await;
import static org.koegura.rtpcapture.LoopbackCall.PATIENCE;
import static org.koegura.rtpcapture.LoopbackCall.PROMPT;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.MediaPlane.NoFreePort;
import org.koegura.callmodel.port.MediaSession;

/// The room of a process that dies, which is that of a [LoopbackCall], and the one of the next process.
abstract class TwoRooms {

    static final int INSIDE_SSRC = 0x11223344;
    static final int OUTSIDE_SSRC = 0x55667788;

    final Random random = new Random(11);
    final MemorySink sink = new MemorySink();
    final Told told = new Told();

    RtpCapture next(LoopbackCall call) throws Exception {
        return next(call, sink, Clock.systemUTC(), new SimpleMeterRegistry());
    }

    /// The room of the next process.
    static RtpCapture next(LoopbackCall call, MemorySink sink, SimpleMeterRegistry metrics) throws Exception {
        return next(call, sink, Clock.systemUTC(), metrics);
    }

    static RtpCapture next(LoopbackCall call, MemorySink sink, Clock clock, SimpleMeterRegistry metrics)
            throws Exception {
        return RtpCapture.open(
                LoopbackCall.settings(1 << 20), call.sounds, sink, clock, System::nanoTime, new Random(8), metrics);
    }

    static CallCheckpoint.Media checkpoint(LoopbackCall call) {
        return Objects.requireNonNull((CallCheckpoint.Media) call.told.last.get("checkpoint"));
    }

    static CallCheckpoint.Media checkpointWithBothSources(LoopbackCall call) {
        await().atMost(PATIENCE).until(() -> {
            CallCheckpoint.Media media = checkpoint(call);
            CallCheckpoint.Line line = media.lines().getFirst();
            return line.inside().source() != null && line.outside().source() != null;
        });
        return checkpoint(call);
    }

    CallCheckpoint.Media afterBothSpoke(LoopbackCall call) {
        call.inside.say(inside(1));
        call.outside.say(outside(1));
        call.outside.awaitHeard(1);
        call.inside.awaitHeard(1);
        return checkpointWithBothSources(call);
    }

    void capture(MediaSession session, LoopbackCall call) {
        session.startCapture(new RecordingId("0e".repeat(16)), call.facts, new CaptureBasis.Announced(proof()));
        await().atMost(PATIENCE).until(() -> sink.opening != null);
    }

    MediaSession resume(RtpCapture room, LoopbackCall call, CallCheckpoint.Media had) throws NoFreePort {
        MediaSession session = room.plane().resume(new CallId("0d".repeat(16)), Instant.EPOCH, had, told);
        session.audio(0);
        session.agree(0, Leg.INSIDE, call.inside.media(true));
        session.agree(0, Leg.OUTSIDE, call.outside.media(true));
        LoopbackCall.settle(room); // a packet that is read before has nowhere to go
        return session;
    }

    byte[] inside(int sequence) {
        return Packets.rtp(random, 0, sequence & 0xFFFF, 160 * sequence, INSIDE_SSRC);
    }

    byte[] outside(int sequence) {
        return Packets.rtp(random, 0, sequence & 0xFFFF, 160 * sequence, OUTSIDE_SSRC);
    }

    static CallCheckpoint left(LoopbackCall call, CallCheckpoint.Media had) {
        return new CallCheckpoint(
                call.facts,
                Instant.EPOCH,
                new CallCheckpoint.Standing(null, new CaptureBasis.Announced(proof()), null, false, null),
                new CallCheckpoint.Dialog(
                        "passage",
                        Leg.OUTSIDE,
                        "one",
                        1,
                        "other",
                        InetAddress.getLoopbackAddress(),
                        InetAddress.getLoopbackAddress(),
                        CallCheckpoint.Forms.PASSING),
                new CallCheckpoint.Agreed(List.of(call.inside.media(true)), List.of(call.outside.media(true)), 0),
                had);
    }

    static NoticeProof proof() {
        return new NoticeProof(
                PROMPT, LoopbackCall.PCMU, 1, 2, 3, 2, Instant.EPOCH, Instant.EPOCH.plusSeconds(1), 1, List.of());
    }
}
