package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.koegura.rtpcapture.LoopbackCall.PATIENCE;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.VirtualClock;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.MediaSession;
import org.koegura.callmodel.port.RecordingSink.Span;

/// A pause or a fax that was under way at the kill goes on in the next room.
class ResumedPauseTest extends TwoRooms {

    @Test
    void aCallThatWasPausedAtTheKillIsNotKeptBeforeThePauseIsOver() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            CallCheckpoint.Media spoken = afterBothSpoke(call);
            assertThat(spoken.pause()).isNull();
            assertThat(spoken.silence()).isNull();
            call.session.pauseCapture(MediaSession.PAUSE_MAX);
            call.settle();
            CallCheckpoint.Media had = checkpoint(call);
            CallCheckpoint.Pause pause = Objects.requireNonNull(had.pause());
            assertThat(pause.left()).isBetween(MediaSession.PAUSE_MAX.minus(PATIENCE), MediaSession.PAUSE_MAX);
            call.room.close();

            try (RtpCapture room = next(call)) {
                room.takeUp(List.of(left(call, had)));
                MediaSession session = resume(room, call, had);
                capture(session, call);
                call.inside.say(inside(20));
                call.outside.awaitHeard(2);
                await("for the process after this one")
                        .atMost(PATIENCE)
                        .until(() -> told.last.get("checkpoint") instanceof CallCheckpoint.Media now
                                && now.pause() != null
                                && now.pause().from().equals(pause.from())
                                && now.pause().left().compareTo(pause.left()) < 0);
                session.resumeCapture();
                LoopbackCall.settle(room); // what waits before that is obeyed is not kept
                byte[] kept = inside(21);
                call.inside.say(kept);
                call.outside.awaitHeard(3);
                session.close(EndReason.HANGUP_INSIDE);
                told.awaitClosed();

                assertThat(sink.kept())
                        .singleElement()
                        .satisfies(
                                packet -> assertThat(packet.datagram().array()).isEqualTo(kept));
                Span span = onlySpan(Span.Reason.PAUSE);
                assertThat(span.from()).isEqualTo(sink.opened().captureStartedAt());
                assertThat(told.awaitResumed().byItself()).isFalse();
            }
        }
    }

    @Test
    void aPauseThatWasOverBeforeTheNextProcessCameHoldsNothingBack() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            CallCheckpoint.Media had = afterBothSpoke(call);
            call.room.close();

            try (RtpCapture room = next(call)) {
                Instant over = Instant.now();
                CallCheckpoint.Pause pause =
                        new CallCheckpoint.Pause(over.minusSeconds(300), Duration.ofSeconds(1), over.minusSeconds(1));
                CallCheckpoint.Media paused = new CallCheckpoint.Media(had.lines(), had.stream(), had.silence(), pause);
                MediaSession session = resume(room, call, paused);
                capture(session, call);
                call.inside.say(inside(20));
                call.outside.awaitHeard(2);
                session.close(EndReason.HANGUP_INSIDE);
                told.awaitClosed();

                assertThat(sink.kept()).hasSize(1);
                assertThat(sink.closed().spans()).isEmpty();
            }
        }
    }

    /// The process before reckoned in the clock as it was when the call began.
    @ParameterizedTest
    @ValueSource(ints = {360, -360})
    void aPauseLastsAsLongAsWasAskedThoughTheClockWasSetWithinTheCall(int seconds) throws Exception {
        VirtualClock wall = new VirtualClock(Instant.now());
        try (LoopbackCall call = new LoopbackCall(wall).connected()) {
            afterBothSpoke(call);
            wall.advance(Duration.ofSeconds(seconds));
            call.session.pauseCapture(MediaSession.PAUSE_MAX);
            call.settle();
            Duration first = Objects.requireNonNull(checkpoint(call).pause()).left();
            await("what is left, by the second").atMost(PATIENCE).until(() -> {
                CallCheckpoint.Pause now = checkpoint(call).pause();
                return now != null && now.left().compareTo(first) < 0;
            });
            CallCheckpoint.Media had = checkpoint(call);
            call.room.close();

            try (RtpCapture room = next(call, sink, wall, new SimpleMeterRegistry())) {
                MediaSession session = resume(room, call, had);
                capture(session, call);
                call.inside.say(inside(20));
                call.outside.awaitHeard(2);
                await().atMost(PATIENCE).until(() -> told.last.get("checkpoint") != null);
                CallCheckpoint.Media now = (CallCheckpoint.Media) told.last.get("checkpoint");
                Duration left = Objects.requireNonNull(
                                Objects.requireNonNull(now).pause())
                        .left();
                assertThat(left).isBetween(MediaSession.PAUSE_MAX.minus(PATIENCE), first);
                session.close(EndReason.HANGUP_INSIDE);
                told.awaitClosed();

                assertThat(sink.kept()).isEmpty();
                onlySpan(Span.Reason.PAUSE);
            }
        }
    }

    /// Its description says that there is no audio, not why.
    @Test
    void aFaxThatWasUnderWayAtTheKillIsDeclaredByTheNextRecordingUntilItsEnd() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            CallCheckpoint.Media spoken = afterBothSpoke(call);
            assertThat(spoken.pause()).isNull();
            assertThat(spoken.silence()).isNull();
            call.session.fax();
            call.settle();
            CallCheckpoint.Media had = checkpoint(call);
            assertThat(had.silence()).isNotNull();
            call.room.close();

            try (RtpCapture room = next(call)) {
                MediaSession session = room.plane().resume(new CallId("0d".repeat(16)), Instant.EPOCH, had, told);
                capture(session, call);
                session.fax(); // the same once more, in a re-INVITE that keeps the session alive
                session.audio(0);
                session.agree(0, Leg.INSIDE, call.inside.media(true));
                session.agree(0, Leg.OUTSIDE, call.outside.media(true));
                call.inside.say(inside(20));
                call.outside.awaitHeard(2);
                session.close(EndReason.HANGUP_INSIDE);
                told.awaitClosed();

                Span span = onlySpan(Span.Reason.FAX);
                assertThat(span.from()).isEqualTo(sink.opened().captureStartedAt());
                assertThat(sink.kept()).hasSize(1);
            }
        }
    }

    private Span onlySpan(Span.Reason reason) {
        assertThat(sink.closed().spans()).hasSize(1);
        Span span = sink.closed().spans().getFirst();
        assertThat(span.reason()).isEqualTo(reason);
        return span;
    }
}
