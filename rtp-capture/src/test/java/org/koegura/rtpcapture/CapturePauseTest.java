package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.Ground;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.StreamAccount.Withheld;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.MediaSession;
import org.koegura.callmodel.port.RecordingSink.Span;
import org.koegura.rtpcapture.Told.Paused;
import org.koegura.rtpcapture.rtp.ArrivalClock;

/// Somebody reads out the number of a card: capture is paused, and all else goes on (R9).
class CapturePauseTest {

    private static final int NOT_NEGOTIATED = 77;

    private final Random random = new Random(9);
    private final List<byte[]> fromInside = new ArrayList<>();
    private final List<byte[]> fromOutside = new ArrayList<>();
    private int said;

    /// The loop got no processor for a while: what came meanwhile is read when the pause is over.
    @Test
    void whatCameInThePauseIsNotKeptThoughItIsReadAfterItsEnd() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            bothSay(call, 2);
            call.session.pauseCapture(MediaSession.PAUSE_MAX);
            call.settle();
            CountDownLatch stalled = stalling(call);
            outsideSpeaks(call, 10);
            call.session.resumeCapture();
            stalled.countDown();
            call.inside.awaitHeard(fromOutside.size());
            call.settle();
            outsideSpeaks(call, 3);
            call.inside.awaitHeard(fromOutside.size());
            MediaReport report = call.hangUp();

            StreamAccount outside = report.accounts().getLast();
            assertThat(outside.withheld()).containsOnlyKeys(Withheld.PAUSE).containsEntry(Withheld.PAUSE, 11L);
            assertThat(outside.recorded()).isEqualTo(5);
            assertThat(outside.lost()).isZero();
            noneIsKeptWithin(call, pause(call));
        }
    }

    /// The same of a pause that nobody ends.
    @Test
    void whatCameInThePauseIsNotKeptThoughThePauseEndedByItselfBeforeItIsRead() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            bothSay(call, 2);
            long begun = standsStill(call);
            call.session.pauseCapture(MediaSession.PAUSE_MAX);
            call.settle();
            CountDownLatch stalled = stalling(call);
            outsideSpeaks(call, 10);
            call.stoppedNanos = begun + MediaSession.PAUSE_MAX.toNanos() + 1_000_000;
            stalled.countDown();
            call.inside.awaitHeard(fromOutside.size());
            Paused told = call.told.awaitResumed();
            outsideSpeaks(call, 3);
            call.inside.awaitHeard(fromOutside.size());
            MediaReport report = call.hangUp();

            StreamAccount outside = report.accounts().getLast();
            assertThat(outside.withheld()).containsOnlyKeys(Withheld.PAUSE).containsEntry(Withheld.PAUSE, 11L);
            assertThat(outside.recorded()).isEqualTo(5);
            assertThat(told.byItself()).isTrue();
            assertThat(Duration.between(told.from(), told.to()))
                    .as("its time, and what was covered past it")
                    .isEqualTo(MediaSession.PAUSE_MAX.plusMillis(1));
            noneIsKeptWithin(call, pause(call));
        }
    }

    /// The same of an exemption (N7): recording starts then, never for what was said before.
    @Test
    void whatCameBeforeAnExemptionIsNotKeptThoughItIsReadAfterIt() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            bothSay(call, 2); // its socket knows its peer now
            CountDownLatch stalled = stalling(call);
            outsideSpeaks(call, 10);
            call.session.startCapture(
                    new RecordingId("0b".repeat(16)),
                    call.facts,
                    new CaptureBasis.Exempted(
                            new Exemption(Ground.DANGER, null, "operator", Instant.EPOCH, Exemption.Channel.API),
                            Stage.NOTICE));
            stalled.countDown();
            call.inside.awaitHeard(fromOutside.size());
            call.settle();
            outsideSpeaks(call, 3);
            call.inside.awaitHeard(fromOutside.size());
            StreamAccount outside = call.hangUp().accounts().getLast();

            assertThat(outside.recorded()).isEqualTo(3);
            assertThat(outside.received()).isEqualTo(16);
        }
    }

    /// The loop stands still with a packet in hand until the latch is open.
    private CountDownLatch stalling(LoopbackCall call) throws InterruptedException {
        CountDownLatch stands = new CountDownLatch(1);
        CountDownLatch until = new CountDownLatch(1);
        call.atNextReading.set(() -> {
            stands.countDown();
            try {
                until.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        outsideSpeaks(call, 1);
        assertThat(stands.await(10, TimeUnit.SECONDS)).isTrue();
        return until;
    }

    /// Without waiting for it to be heard.
    private void outsideSpeaks(LoopbackCall call, int packets) {
        for (int i = 0; i < packets; i++) {
            fromOutside.add(call.outside.say(packet(0, 2)));
            said++;
        }
    }

    @Test
    void whileItIsPausedAllIsRelayedNothingIsKeptAndEveryPacketIsAccountedFor() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            bothSay(call, 5);
            call.session.pauseCapture(MediaSession.PAUSE_MAX);
            call.settle();
            bothSay(call, 6);
            bothSay(call, 1, NOT_NEGOTIATED);
            bothSay(call, 1, LoopbackCall.TELEPHONE_EVENT); // the number, typed
            call.session.resumeCapture();
            call.settle();
            bothSay(call, 3);
            MediaReport report = call.hangUp();

            assertThat(call.outside.heard).containsExactlyElementsOf(fromInside);
            assertThat(call.inside.heard).containsExactlyElementsOf(fromOutside);
            for (StreamAccount account : report.accounts()) {
                assertThat(account.received()).isEqualTo(16);
                assertThat(account.recorded()).isEqualTo(8);
                assertThat(account.lost()).isZero();
                assertThat(account.withheld()).containsOnlyKeys(Withheld.PAUSE).containsEntry(Withheld.PAUSE, 8L);
            }
            keptAreAllBut(call, 5, 13);
            Span span = pause(call);
            Paused told = call.told.awaitResumed();
            assertThat(span).isEqualTo(new Span(told.from(), told.to(), Span.Reason.PAUSE));
            assertThat(told.byItself()).isFalse();
            noneIsKeptWithin(call, span);
            assertThat(call.metrics
                            .get("koegura.capture.packets.withheld")
                            .tags("leg", "outside", "reason", "pause")
                            .counter()
                            .count())
                    .isEqualTo(8);
        }
    }

    @Test
    void itEndsByItselfAfterFiveMinutesToTheNanosecondThoughNobodyIsLeftToEndIt() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            long begun = standsStill(call);
            call.session.pauseCapture(MediaSession.PAUSE_MAX);
            call.settle();
            bothSay(call, 1);
            call.stoppedNanos = begun + Duration.ofMinutes(5).toNanos() - 1;
            bothSay(call, 1);
            call.stoppedNanos = begun + Duration.ofMinutes(5).toNanos();
            findsItOver(call);
            bothSay(call, 1);
            MediaReport report = call.hangUp();

            assertThat(report.accounts())
                    .allSatisfy(account -> assertThat(account.recorded()).isEqualTo(1))
                    .extracting(account -> account.withheld().get(Withheld.PAUSE))
                    .containsExactly(2L, 3L);
            keptAreAllBut(call, Leg.INSIDE, 0, 2);
            keptAreAllBut(call, Leg.OUTSIDE, 0, 3);
            Span span = pause(call);
            assertThat(Duration.between(span.from(), span.to())).isEqualTo(Duration.ofMinutes(5));
            assertThat(call.told.awaitResumed()).isEqualTo(new Paused(span.from(), span.to(), true));
        }
    }

    @Test
    void itEndsByItselfThoughNoPacketComes() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            call.session.pauseCapture(Duration.ofMillis(20));
            Paused told = call.told.awaitResumed();
            bothSay(call, 2);
            call.hangUp();

            assertThat(told.byItself()).isTrue();
            assertThat(Duration.between(told.from(), told.to())).isEqualTo(Duration.ofMillis(20));
            assertThat(call.sink.kept()).hasSize(4);
            assertThat(pause(call)).isEqualTo(new Span(told.from(), told.to(), Span.Reason.PAUSE));
        }
    }

    @Test
    void pausingTwiceAndResumingTwiceIsAsOnceAndPutsOffNoEnd() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            call.session.resumeCapture();
            long begun = standsStill(call);
            call.session.pauseCapture(Duration.ofMinutes(1));
            call.settle();
            call.stoppedNanos = begun + Duration.ofSeconds(30).toNanos();
            call.session.pauseCapture(MediaSession.PAUSE_MAX);
            call.settle();
            call.stoppedNanos = begun + Duration.ofMinutes(1).toNanos();
            findsItOver(call);
            bothSay(call, 1);
            call.session.resumeCapture();
            call.session.resumeCapture();
            bothSay(call, 1);
            call.hangUp();

            assertThat(call.sink.kept()).hasSize(4);
            Span span = pause(call);
            assertThat(Duration.between(span.from(), span.to())).isEqualTo(Duration.ofMinutes(1));
            assertThat(call.told.events).containsOnlyOnce("captureResumed");
        }
    }

    @Test
    void aPauseDuringTheNoticeOpensNothingEarlyAndHoldsWhenCaptureBegins() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.session.pauseCapture(MediaSession.PAUSE_MAX);
            call.session.playNotice(LoopbackCall.PROMPT);
            call.session.acknowledged();
            call.told.awaitEvent("noticeStarted");
            call.outside.say(packet(0, 2));
            call.inside.awaitHeard(1);
            call.captureAnnounced(call.told.awaitHeard());
            outsideSays(call, 3);
            call.session.resumeCapture();
            call.settle();
            outsideSays(call, 2);
            MediaReport report = call.hangUp();

            StreamAccount outside = report.accounts().getLast();
            assertThat(outside.leg()).isEqualTo(Leg.OUTSIDE);
            assertThat(outside.withheld()).containsEntry(Withheld.NOTICE, 1L).containsEntry(Withheld.PAUSE, 3L);
            assertThat(outside.recorded()).isEqualTo(2);
            Span span = pause(call);
            assertThat(span.from()).isEqualTo(call.sink.opened().captureStartedAt());
            noneIsKeptWithin(call, span);
        }
    }

    @Test
    void itsEndTurnsOnNoCaptureThatWasOff() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.session.pauseCapture(MediaSession.PAUSE_MAX);
            call.session.resumeCapture();
            call.settle();
            bothSay(call, 2);
            MediaReport report = call.hangUp();

            assertThat(call.sink.opening).isNull();
            assertThat(report.accounts())
                    .allSatisfy(account -> assertThat(account.withheld())
                            .containsOnlyKeys(Withheld.BEFORE_NOTICE)
                            .containsEntry(Withheld.BEFORE_NOTICE, 2L));
        }
    }

    @Test
    void aCallThatEndsWhilePausedIsSealedWithThePause() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            bothSay(call, 2);
            call.session.pauseCapture(MediaSession.PAUSE_MAX);
            call.settle();
            bothSay(call, 3);
            MediaReport report = call.hangUp();

            assertThat(report.seal()).isNotNull();
            assertThat(pause(call).to()).isEqualTo(call.sink.closed().endedAt());
            assertThat(call.told.events).endsWith("captureResumed", "closed");
            assertThat(call.told.awaitResumed().byItself()).isFalse();
        }
    }

    @Test
    void whatIsNotToBeRecordedAnyMoreStaysSoWhenThePauseIsOver() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            bothSay(call, 1);
            call.session.pauseCapture(MediaSession.PAUSE_MAX);
            call.session.bypass(Unrecorded.NEVER_RECORD_LINE);
            call.session.resumeCapture();
            call.settle();
            bothSay(call, 2);
            MediaReport report = call.hangUp();

            assertThat(report.accounts())
                    .allSatisfy(account -> assertThat(account.withheld()).containsEntry(Withheld.BYPASS, 2L));
            assertThat(pause(call).to()).isEqualTo(call.sink.closed().endedAt());
        }
    }

    @Test
    void aFaxWithinAPauseIsPartOfItAndWhatOutlastsItIsAFax() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            bothSay(call, 1);
            call.session.pauseCapture(MediaSession.PAUSE_MAX);
            call.session.fax();
            call.session.resumeCapture();
            call.session.audio(0);
            call.settle();
            bothSay(call, 1);
            MediaReport report = call.hangUp();

            List<Span> spans = call.sink.closed().spans();
            assertThat(spans).extracting(Span::reason).containsExactly(Span.Reason.PAUSE, Span.Reason.FAX);
            assertThat(spans.getLast().from()).isEqualTo(spans.getFirst().to());
            assertThat(report.spared())
                    .isPositive()
                    .isEqualTo(Duration.between(
                            spans.getFirst().from(), spans.getLast().to()));
            assertThat(call.sink.kept()).hasSize(4);
        }
    }

    @Test
    void noPauseIsLongerThanFiveMinutes() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            for (Duration wrong : List.of(
                    Duration.ZERO, Duration.ofNanos(-1), Duration.ofMinutes(5).plusNanos(1))) {
                assertThatIllegalArgumentException().isThrownBy(() -> call.session.pauseCapture(wrong));
            }
        }
    }

    /// The clock does; returns where.
    private static long standsStill(LoopbackCall call) {
        long now = System.nanoTime();
        call.stoppedNanos = now;
        return now;
    }

    /// A packet does, which may have come within it; what comes afterwards did not.
    private void findsItOver(LoopbackCall call) throws InterruptedException {
        outsideSpeaks(call, 1);
        call.inside.awaitHeard(fromOutside.size());
        call.told.awaitResumed();
    }

    private static Span pause(LoopbackCall call) {
        assertThat(call.sink.closed().spans()).hasSize(1);
        Span span = call.sink.closed().spans().getFirst();
        assertThat(span.reason()).isEqualTo(Span.Reason.PAUSE);
        return span;
    }

    private static void noneIsKeptWithin(LoopbackCall call, Span span) {
        assertThat(call.sink.kept()).isNotEmpty().allSatisfy(packet -> {
            Instant at = ArrivalClock.instantOf(packet.arrivalEpochNanos());
            assertThat(at.isAfter(span.from()) && at.isBefore(span.to())).isFalse();
        });
    }

    /// Kept is what either party said, byte for byte, but for what it said from one packet to another.
    private void keptAreAllBut(LoopbackCall call, int from, int to) {
        for (Leg leg : Leg.values()) {
            keptAreAllBut(call, leg, from, to);
        }
    }

    private void keptAreAllBut(LoopbackCall call, Leg leg, int from, int to) {
        List<byte[]> all = new ArrayList<>(leg == Leg.INSIDE ? fromInside : fromOutside);
        all.subList(from, to).clear();
        assertThat(call.sink.kept(leg).stream().map(packet -> packet.datagram().array()))
                .containsExactlyElementsOf(all);
    }

    private void bothSay(LoopbackCall call, int packets) {
        bothSay(call, packets, 0);
    }

    private void bothSay(LoopbackCall call, int packets, int payloadType) {
        for (int i = 0; i < packets; i++) {
            fromInside.add(call.inside.say(packet(payloadType, 1)));
            fromOutside.add(call.outside.say(packet(payloadType, 2)));
            said++;
            call.inside.awaitHeard(fromOutside.size());
            call.outside.awaitHeard(fromInside.size());
        }
    }

    private void outsideSays(LoopbackCall call, int packets) {
        for (int i = 0; i < packets; i++) {
            int heard = call.inside.heard.size();
            call.outside.say(packet(0, 2));
            said++;
            call.inside.awaitHeard(heard + 1);
        }
    }

    private byte[] packet(int payloadType, int ssrc) {
        return Packets.rtp(random, payloadType, said, 160 * said, ssrc);
    }
}
