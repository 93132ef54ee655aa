package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.koegura.rtpcapture.LoopbackCall.PROMPT;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.Ground;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.StreamAccount.Withheld;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.RecordingSink.Span;

/// Somebody else comes to the outside leg of a call that is recorded: nothing is kept until he was told (N2).
class NewPartyTest {

    private final TwoParties parties = new TwoParties();

    private static CaptureBasis.Exempted exempted(Instant at) {
        return new CaptureBasis.Exempted(
                new Exemption(Ground.DANGER, null, "operator", at, Exemption.Channel.API), Stage.NOTICE);
    }

    private static Span onlySpan(LoopbackCall call) {
        assertThat(call.sink.closed().spans()).hasSize(1);
        return call.sink.closed().spans().getFirst();
    }

    @Test
    void nothingIsKeptUntilHisNoticeWasHeardAndTheRecordingGoesOnWithHisProof() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            parties.bothSay(call, 5);
            call.session.newParty();
            call.settle();
            parties.bothSay(call, 3);
            call.session.acknowledged();
            call.session.playNotice(PROMPT);
            NoticeProof proof = call.told.awaitHeard();
            parties.outsideSays(call, 2); // before the signalling has heard of it
            call.session.captureAgain(new CaptureBasis.Announced(proof));
            call.settle();
            int before = call.inside.heard.size();
            parties.outsideSays(call, 4);
            MediaReport report = call.hangUp();

            assertThat(call.inside.heard).hasSize(before + 4);
            Span span = onlySpan(call);
            assertThat(span.reason()).isEqualTo(Span.Reason.NEW_PARTY);
            assertThat(span.told()).isEqualTo(new CaptureBasis.Announced(proof));
            assertThat(span.from()).isBefore(proof.startedAt());
            assertThat(span.to()).isAfter(proof.endedAt());
            TwoParties.noneIsKeptWithin(call, span);
            StreamAccount inside = report.accounts().getFirst();
            StreamAccount outside = report.accounts().getLast();
            assertThat(inside.recorded()).isEqualTo(5);
            assertThat(inside.withheld()).containsOnlyKeys(Withheld.NEW_PARTY).containsEntry(Withheld.NEW_PARTY, 3L);
            assertThat(outside.recorded()).isEqualTo(9);
            assertThat(outside.withheld()).containsOnlyKeys(Withheld.NEW_PARTY).containsEntry(Withheld.NEW_PARTY, 5L);
            assertThat(report.spared()).isEqualTo(Duration.between(span.from(), span.to()));
        }
    }

    /// Where one party follows another, in the notice of the one before, at every 20 ms of it.
    @ParameterizedTest
    @ValueSource(
            ints = {
                0, 20, 40, 60, 80, 100, 120, 140, 160, 180, 200, 220, 240, 260, 280, 300, 320, 340, 360, 380, 400, 420,
                440, 460, 480, 500, 520
            })
    void whoeverFollowsAnotherInHisNoticeHearsAllOfIt(int millis) throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.session.acknowledged();
            call.captureExempted();
            parties.bothSay(call, 1);
            int before = call.outside.heard.size();
            call.session.newParty();
            call.session.playNotice(PROMPT);
            int packets = Math.min(millis / 20, call.notice.frames().size()); // of the notice of the one before
            call.outside.awaitHeard(before + packets);
            Instant came = Instant.now();
            call.session.newParty();
            call.session.stopNotice();
            call.settle();
            call.told.events.removeIf(event -> event.equals("noticeHeard")); // his who was there before
            call.session.playNotice(PROMPT);
            NoticeProof proof = call.told.awaitHeard();
            assertThat(proof.startedAt()).isAfter(came);
            assertThat(proof.packets()).isEqualTo(call.notice.frames().size());
            call.session.captureAgain(new CaptureBasis.Announced(proof));
            call.settle();
            parties.outsideSays(call, 2);
            call.hangUp();

            Span span = onlySpan(call);
            assertThat(span.told()).isEqualTo(new CaptureBasis.Announced(proof));
            assertThat(call.sink.kept()).hasSize(4);
            TwoParties.noneIsKeptWithin(call, span);
        }
    }

    @Test
    void onAnExemptionItGoesOnFromWhenItWasGivenAndNothingBefore() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            parties.bothSay(call, 2);
            call.session.newParty();
            call.settle();
            parties.bothSay(call, 2);
            Instant ahead = Instant.now().plusMillis(300); // by the clock of whoever flagged it
            call.session.captureAgain(exempted(ahead));
            call.settle();
            parties.bothSay(call, 2);
            await().until(() -> Instant.now().isAfter(ahead.plusMillis(20)));
            parties.bothSay(call, 2);
            call.hangUp();

            parties.keptAreAllBut(call, 2, 6);
            assertThat(onlySpan(call).told()).isEqualTo(exempted(ahead));
            assertThat(onlySpan(call).to()).isEqualTo(ahead.plusNanos(1));
        }
    }

    @Test
    void whoIsNeverToldIsNotKeptAndTheRecordingSaysThatNothingWentOn() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            parties.bothSay(call, 2);
            call.session.newParty();
            call.settle();
            parties.bothSay(call, 2);
            call.session.bypass(Unrecorded.NOTICE_FAILED);
            call.session.captureAgain(exempted(Instant.now())); // too late
            call.settle();
            parties.bothSay(call, 2);
            call.hangUp();

            parties.keptAreAllBut(call, 2, 6);
            assertThat(onlySpan(call).told()).isNull();
            assertThat(onlySpan(call).to()).isEqualTo(call.sink.closed().endedAt());
        }
    }

    @Test
    void aPauseThatLastsHoldsAfterHeWasTold() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            call.session.pauseCapture(Duration.ofMinutes(1));
            call.settle();
            parties.bothSay(call, 1);
            call.session.newParty();
            call.settle();
            parties.bothSay(call, 1);
            call.session.captureAgain(exempted(Instant.now()));
            call.settle();
            parties.bothSay(call, 1);
            call.session.resumeCapture();
            call.settle();
            parties.bothSay(call, 1);
            MediaReport report = call.hangUp();

            assertThat(call.sink.closed().spans())
                    .extracting(Span::reason)
                    .containsExactly(Span.Reason.PAUSE, Span.Reason.NEW_PARTY, Span.Reason.PAUSE);
            assertThat(report.accounts())
                    .allSatisfy(account -> assertThat(account.withheld())
                            .containsEntry(Withheld.PAUSE, 2L)
                            .containsEntry(Withheld.NEW_PARTY, 1L));
            parties.keptAreAllBut(call, 0, 3);
        }
    }

    @Test
    void beforeCaptureAndWhereNobodyCameNothingChanges() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.session.newParty();
            call.captureExempted();
            call.session.captureAgain(exempted(Instant.now().plusSeconds(1)));
            call.settle();
            parties.bothSay(call, 2);
            call.hangUp();

            parties.keptAreAllBut(call, 0, 0);
            assertThat(call.sink.closed().spans()).isEqualTo(List.of());
        }
    }
}
