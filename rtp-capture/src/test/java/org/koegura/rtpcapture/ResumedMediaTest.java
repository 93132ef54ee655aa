package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.koegura.rtpcapture.LoopbackCall.PATIENCE;
import static org.koegura.rtpcapture.LoopbackCall.PROMPT;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.VirtualClock;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.MediaPlane.NoFreePort;
import org.koegura.callmodel.port.MediaSession;
import org.koegura.callmodel.port.RecordingSink.Span;

/// A room takes up the media of another: same ports, same sources, same numbers (trap 27).
class ResumedMediaTest {

    private static final int INSIDE_SSRC = 0x11223344;
    private static final int OUTSIDE_SSRC = 0x55667788;

    private final Random random = new Random(11);
    private final MemorySink sink = new MemorySink();
    private final LoopbackCall.Told told = new LoopbackCall.Told();

    private RtpCapture next(LoopbackCall call) throws Exception {
        return next(call, sink, Clock.systemUTC(), new SimpleMeterRegistry());
    }

    /// The room of the next process.
    static RtpCapture next(LoopbackCall call, MemorySink sink, SimpleMeterRegistry metrics) throws Exception {
        return next(call, sink, Clock.systemUTC(), metrics);
    }

    private static RtpCapture next(LoopbackCall call, MemorySink sink, Clock clock, SimpleMeterRegistry metrics)
            throws Exception {
        return RtpCapture.open(
                LoopbackCall.settings(1 << 20),
                (_, format) -> format.equals(call.notice.format()) ? Optional.of(call.notice) : Optional.empty(),
                sink,
                clock,
                System::nanoTime,
                new Random(8),
                metrics);
    }

    private static CallCheckpoint.Media checkpoint(LoopbackCall call) {
        return Objects.requireNonNull((CallCheckpoint.Media) call.told.last.get("checkpoint"));
    }

    private static CallCheckpoint.Media checkpointWithBothSources(LoopbackCall call) {
        await().atMost(PATIENCE).until(() -> {
            CallCheckpoint.Media media = checkpoint(call);
            CallCheckpoint.Line line = media.lines().getFirst();
            return line.inside().source() != null && line.outside().source() != null;
        });
        return checkpoint(call);
    }

    private CallCheckpoint.Media afterBothSpoke(LoopbackCall call) {
        call.inside.say(inside(1));
        call.outside.say(outside(1));
        call.outside.awaitHeard(1);
        call.inside.awaitHeard(1);
        return checkpointWithBothSources(call);
    }

    private void capture(MediaSession session, LoopbackCall call) {
        session.startCapture(new RecordingId("0e".repeat(16)), call.facts, new CaptureBasis.Announced(proof()));
        await().atMost(PATIENCE).until(() -> sink.opening != null);
    }

    private MediaSession resume(RtpCapture room, LoopbackCall call, CallCheckpoint.Media had) throws NoFreePort {
        MediaSession session = room.plane().resume(new CallId("0d".repeat(16)), Instant.EPOCH, had, told);
        session.audio(0);
        session.agree(0, Leg.INSIDE, call.inside.media(true));
        session.agree(0, Leg.OUTSIDE, call.outside.media(true));
        return session;
    }

    private byte[] inside(int sequence) {
        return Packets.rtp(random, 0, sequence & 0xFFFF, 160 * sequence, INSIDE_SSRC);
    }

    private byte[] outside(int sequence) {
        return Packets.rtp(random, 0, sequence & 0xFFFF, 160 * sequence, OUTSIDE_SSRC);
    }

    @Test
    void bothPartiesSpeakOnOverTheSamePortsAndAllOfItIsKept() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            CallCheckpoint.Media had = afterBothSpoke(call);
            call.room.close();

            try (RtpCapture room = next(call)) {
                MediaSession session = resume(room, call, had);
                session.startCapture(new RecordingId("0e".repeat(16)), call.facts, new CaptureBasis.Announced(proof()));
                byte[] fromInside = inside(20);
                byte[] fromOutside = outside(20);
                await().atMost(PATIENCE).until(() -> sink.opening != null);
                call.inside.say(fromInside);
                call.outside.say(fromOutside);
                call.outside.awaitHeard(2);
                call.inside.awaitHeard(2);
                assertThat(call.outside.heard.getLast()).isEqualTo(fromInside);
                assertThat(call.inside.heard.getLast()).isEqualTo(fromOutside);
                session.close(EndReason.HANGUP_INSIDE);
                assertThat(told.awaitClosed().accounts())
                        .allSatisfy(account -> assertThat(account.recorded()).isEqualTo(1));
                assertThat(Objects.requireNonNull(sink.opening).answeredAt()).isEqualTo(Instant.EPOCH);
            }
        }
    }

    /// People speak in it: the house may still be opening.
    @Test
    void itIsRelayedByWhatWasAgreedBeforeAnybodyControlsItAndNothingIsKept() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            CallCheckpoint.Media had = afterBothSpoke(call);
            call.room.close();

            try (RtpCapture room = next(call)) {
                room.takeUp(List.of(left(call, had)));
                byte[] fromInside = inside(20);
                byte[] fromOutside = outside(20);
                call.inside.say(fromInside);
                call.outside.say(fromOutside);
                call.outside.awaitHeard(2);
                call.inside.awaitHeard(2);
                assertThat(call.outside.heard.getLast()).isEqualTo(fromInside);
                assertThat(call.inside.heard.getLast()).isEqualTo(fromOutside);

                MediaSession session = resume(room, call, had);
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(told.last.get("checkpoint"))
                                .as("where it is by now")
                                .isNotNull());
                assertThat(told.movedBy)
                        .as("who told it: of two threads one could overtake the other with an older word")
                        .allMatch(thread -> thread.startsWith("media-"));
                capture(session, call);
                call.inside.say(inside(21));
                call.outside.awaitHeard(3);
                session.close(EndReason.HANGUP_INSIDE);
                assertThat(told.awaitClosed().accounts())
                        .filteredOn(account -> account.leg() == Leg.INSIDE)
                        .allSatisfy(account -> assertThat(account.recorded()).isEqualTo(1))
                        .hasSize(1);
            }
        }
    }

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

    @Test
    void aCallThatLacksAPortIsLeftOutAndTakesNothingFromTheOthers() throws Exception {
        try (LoopbackCall one = new LoopbackCall().connected();
                LoopbackCall other = new LoopbackCall().connected()) {
            other.inside.say(inside(1));
            other.outside.say(outside(1));
            other.inside.awaitHeard(1);
            other.outside.awaitHeard(1);
            CallCheckpoint.Media had = checkpointWithBothSources(other);
            one.inside.say(inside(1));
            one.outside.say(outside(1));
            one.inside.awaitHeard(1);
            CallCheckpoint.Media stillUp = checkpointWithBothSources(one);
            other.room.close();
            try (RtpCapture room = next(other)) {
                room.takeUp(List.of(left(one, stillUp), left(other, had)));
                other.inside.say(inside(20));
                other.outside.awaitHeard(2);
                assertThatExceptionOfType(NoFreePort.class).isThrownBy(() -> resume(room, one, stillUp));
            }
        }
    }

    private static CallCheckpoint left(LoopbackCall call, CallCheckpoint.Media had) {
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

    private static NoticeProof proof() {
        return new NoticeProof(
                PROMPT, LoopbackCall.PCMU, 1, 2, 3, 2, Instant.EPOCH, Instant.EPOCH.plusSeconds(1), 1, List.of());
    }

    @Test
    void nobodyElseIsLearntAfterwards() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected();
                DatagramSocket stranger = LoopbackCall.Telephone.socket()) {
            call.inside.say(inside(1));
            call.outside.say(outside(1));
            call.inside.awaitHeard(1);
            CallCheckpoint.Media had = checkpointWithBothSources(call);
            call.room.close();

            try (RtpCapture room = next(call)) {
                MediaSession session = resume(room, call, had);
                CallCheckpoint.Line line = had.lines().getFirst();
                LoopbackCall.Telephone.send(stranger, outside(2), line.outside().rtp());
                byte[] own = call.outside.say(outside(3));
                call.inside.awaitHeard(2);
                assertThat(call.inside.heard).hasSize(2).last().isEqualTo(own);
                session.close(EndReason.HANGUP_INSIDE);
                told.awaitClosed();
            }
        }
    }

    /// The outside party's telephone sees the inside party's next packet where it would have seen it without the
    /// death.
    @Test
    void afterANoticeTheStreamGoesOnInItsNumbers() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.outside.say(outside(1));
            call.session.playNotice(PROMPT);
            call.session.acknowledged();
            call.told.awaitHeard();
            call.inside.say(inside(65_530));
            call.inside.say(inside(65_531));
            call.outside.awaitHeard(27);
            Packets.Seen before = Packets.Seen.of(call.outside.heard.getLast());
            await().atMost(PATIENCE)
                    .until(() -> checkpoint(call).stream() != null
                            && Objects.requireNonNull(checkpoint(call).stream()).inside() != null);
            CallCheckpoint.Media had = checkpoint(call);
            call.room.close();

            try (RtpCapture room = next(call)) {
                MediaSession session = resume(room, call, had);
                call.inside.say(inside(65_541)); // ten were lost meanwhile, and the numbers wrapped
                call.outside.awaitHeard(28);
                Packets.Seen after = Packets.Seen.of(call.outside.heard.getLast());
                assertThat(after.ssrc()).isEqualTo(before.ssrc());
                assertThat((after.sequence() - before.sequence()) & 0xFFFF).isEqualTo(10);
                assertThat(after.timestamp() - before.timestamp()).isEqualTo(1600);
                session.close(EndReason.HANGUP_INSIDE);
                told.awaitClosed();
            }
        }
    }

    /// It died within the notice: what it had sent is not known exactly, and no number may come twice.
    @Test
    void aNoticeThatIsPlayedAgainUsesNoNumberASecondTime() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.inside.say(inside(100));
            call.outside.awaitHeard(1);
            call.session.playNotice(PROMPT);
            call.session.acknowledged();
            call.outside.awaitHeard(10);
            CallCheckpoint.Media had = checkpoint(call);
            assertThat(had.stream()).isNotNull();
            call.room.close();
            int last = Packets.Seen.of(call.outside.heard.getLast()).sequence();
            int heard = call.outside.heard.size();

            try (RtpCapture room = next(call)) {
                MediaSession session = resume(room, call, had);
                session.playNotice(PROMPT);
                told.awaitHeard();
                List<Packets.Seen> again = call.outside.heard.subList(heard, heard + 25).stream()
                        .map(Packets.Seen::of)
                        .toList();
                assertThat(again).extracting(Packets.Seen::ssrc).containsOnly(INSIDE_SSRC);
                assertThat(again.getFirst().sequence()).isGreaterThan(last);
                assertThat(again.getFirst().sequence() - last).isLessThan(3000); // RFC 3550 A.1: no new stream
                session.close(EndReason.HANGUP_INSIDE);
                told.awaitClosed();
            }
        }
    }

    @Test
    void wherePortsAreTakenNothingStaysBound() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            CallCheckpoint.Media had = checkpoint(call);
            try (RtpCapture room = next(call)) { // while the first still has them
                assertThatExceptionOfType(NoFreePort.class).isThrownBy(() -> resume(room, call, had));
                await().atMost(PATIENCE)
                        .until(() -> room.plane().freePorts() == 40); // the loop closes what was refused
            }
        }
    }
}
