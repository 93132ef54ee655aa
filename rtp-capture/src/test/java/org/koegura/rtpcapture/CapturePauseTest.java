package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.StreamAccount.Withheld;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.MediaSession;
import org.koegura.callmodel.port.RecordingSink.Span;
import org.koegura.rtpcapture.Told.Paused;

/// Somebody reads out the number of a card: capture is paused, and all else goes on (R9).
class CapturePauseTest {

    private static final int NOT_NEGOTIATED = 77;

    private final TwoParties parties = new TwoParties();

    @Test
    void whileItIsPausedAllIsRelayedNothingIsKeptAndEveryPacketIsAccountedFor() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            parties.bothSay(call, 5);
            call.session.pauseCapture(MediaSession.PAUSE_MAX);
            call.settle();
            parties.bothSay(call, 6);
            parties.bothSay(call, 1, NOT_NEGOTIATED);
            parties.bothSay(call, 1, LoopbackCall.TELEPHONE_EVENT); // the number, typed
            call.session.resumeCapture();
            call.settle();
            parties.bothSay(call, 3);
            MediaReport report = call.hangUp();

            assertThat(call.outside.heard).containsExactlyElementsOf(parties.fromInside);
            assertThat(call.inside.heard).containsExactlyElementsOf(parties.fromOutside);
            for (StreamAccount account : report.accounts()) {
                assertThat(account.received()).isEqualTo(16);
                assertThat(account.recorded()).isEqualTo(8);
                assertThat(account.lost()).isZero();
                assertThat(account.withheld()).containsOnlyKeys(Withheld.PAUSE).containsEntry(Withheld.PAUSE, 8L);
            }
            parties.keptAreAllBut(call, 5, 13);
            Span span = TwoParties.pause(call);
            Paused told = call.told.awaitResumed();
            assertThat(span).isEqualTo(new Span(told.from(), told.to(), Span.Reason.PAUSE));
            assertThat(told.byItself()).isFalse();
            TwoParties.noneIsKeptWithin(call, span);
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
            long begun = TwoParties.standsStill(call);
            call.session.pauseCapture(MediaSession.PAUSE_MAX);
            call.settle();
            parties.bothSay(call, 1);
            call.stoppedNanos = begun + Duration.ofMinutes(5).toNanos() - 1;
            parties.bothSay(call, 1);
            call.stoppedNanos = begun + Duration.ofMinutes(5).toNanos();
            findsItOver(call);
            parties.bothSay(call, 1);
            MediaReport report = call.hangUp();

            assertThat(report.accounts())
                    .allSatisfy(account -> assertThat(account.recorded()).isEqualTo(1))
                    .extracting(account -> account.withheld().get(Withheld.PAUSE))
                    .containsExactly(2L, 3L);
            parties.keptAreAllBut(call, Leg.INSIDE, 0, 2);
            parties.keptAreAllBut(call, Leg.OUTSIDE, 0, 3);
            Span span = TwoParties.pause(call);
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
            parties.bothSay(call, 2);
            call.hangUp();

            assertThat(told.byItself()).isTrue();
            assertThat(Duration.between(told.from(), told.to())).isEqualTo(Duration.ofMillis(20));
            assertThat(call.sink.kept()).hasSize(4);
            assertThat(TwoParties.pause(call)).isEqualTo(new Span(told.from(), told.to(), Span.Reason.PAUSE));
        }
    }

    @Test
    void pausingTwiceAndResumingTwiceIsAsOnceAndPutsOffNoEnd() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            call.session.resumeCapture();
            long begun = TwoParties.standsStill(call);
            call.session.pauseCapture(Duration.ofMinutes(1));
            call.settle();
            call.stoppedNanos = begun + Duration.ofSeconds(30).toNanos();
            call.session.pauseCapture(MediaSession.PAUSE_MAX);
            call.settle();
            call.stoppedNanos = begun + Duration.ofMinutes(1).toNanos();
            findsItOver(call);
            parties.bothSay(call, 1);
            call.session.resumeCapture();
            call.session.resumeCapture();
            parties.bothSay(call, 1);
            call.hangUp();

            assertThat(call.sink.kept()).hasSize(4);
            Span span = TwoParties.pause(call);
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
            call.outside.say(parties.packet(0, 2));
            call.inside.awaitHeard(1);
            call.captureAnnounced(call.told.awaitHeard());
            parties.outsideSays(call, 3);
            call.session.resumeCapture();
            call.settle();
            parties.outsideSays(call, 2);
            MediaReport report = call.hangUp();

            StreamAccount outside = report.accounts().getLast();
            assertThat(outside.leg()).isEqualTo(Leg.OUTSIDE);
            assertThat(outside.withheld()).containsEntry(Withheld.NOTICE, 1L).containsEntry(Withheld.PAUSE, 3L);
            assertThat(outside.recorded()).isEqualTo(2);
            Span span = TwoParties.pause(call);
            assertThat(span.from()).isEqualTo(call.sink.opened().captureStartedAt());
            TwoParties.noneIsKeptWithin(call, span);
        }
    }

    @Test
    void itsEndTurnsOnNoCaptureThatWasOff() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.session.pauseCapture(MediaSession.PAUSE_MAX);
            call.session.resumeCapture();
            call.settle();
            parties.bothSay(call, 2);
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
            parties.bothSay(call, 2);
            call.session.pauseCapture(MediaSession.PAUSE_MAX);
            call.settle();
            parties.bothSay(call, 3);
            MediaReport report = call.hangUp();

            assertThat(report.seal()).isNotNull();
            assertThat(TwoParties.pause(call).to()).isEqualTo(call.sink.closed().endedAt());
            assertThat(call.told.events).endsWith("captureResumed", "closed");
            assertThat(call.told.awaitResumed().byItself()).isFalse();
        }
    }

    @Test
    void whatIsNotToBeRecordedAnyMoreStaysSoWhenThePauseIsOver() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            parties.bothSay(call, 1);
            call.session.pauseCapture(MediaSession.PAUSE_MAX);
            call.session.bypass(Unrecorded.NEVER_RECORD_LINE);
            call.session.resumeCapture();
            call.settle();
            parties.bothSay(call, 2);
            MediaReport report = call.hangUp();

            assertThat(report.accounts())
                    .allSatisfy(account -> assertThat(account.withheld()).containsEntry(Withheld.BYPASS, 2L));
            assertThat(TwoParties.pause(call).to()).isEqualTo(call.sink.closed().endedAt());
        }
    }

    @Test
    void aFaxWithinAPauseIsPartOfItAndWhatOutlastsItIsAFax() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            parties.bothSay(call, 1);
            call.session.pauseCapture(MediaSession.PAUSE_MAX);
            call.session.fax();
            call.session.resumeCapture();
            call.session.audio(0);
            call.settle();
            parties.bothSay(call, 1);
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

    /// A packet does, which may have come within it; what comes afterwards did not.
    private void findsItOver(LoopbackCall call) throws InterruptedException {
        parties.outsideSpeaks(call, 1);
        call.inside.awaitHeard(parties.fromOutside.size());
        call.told.awaitResumed();
    }
}
