package org.koegura.sipproxy.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.koegura.callmodel.Leg.INSIDE;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.Ground;
import org.koegura.callmodel.NoticeFailure;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.port.LiveCalls.Exempting;

/// Whole calls to whose outside leg somebody else comes (N2), with media, journal and ledger in memory.
final class NewPartyCallTest extends CallsInMemory {

    private static final NoticeProof HIS = proof(Calling.NOW.plusSeconds(60));

    private static NoticeProof proof(Instant from) {
        NoticeProof first = Calling.PROOF;
        return new NoticeProof(
                first.prompt(), first.format(), first.ssrc(), 400, 410, 11, from, from.plusSeconds(8), 1, List.of());
    }

    private CallRunner recorded() {
        CallRunner call = ringing(Calling.FACTS, null);
        answer(call);
        call.acknowledged();
        awaitStage(Stage.NOTICE);
        media().events().noticeHeard(Calling.PROOF);
        awaitStage(Stage.RECORDED);
        clock.advance(Duration.ofSeconds(50));
        return call;
    }

    private CallRunner renewing() {
        CallRunner call = recorded();
        call.newParty();
        awaitStage(Stage.NOTICE);
        return call;
    }

    /// Since the new party came; what is flagged for whoever was there is not for him.
    private Exemption now() {
        return new Exemption(Ground.DANGER, null, "operator", clock.instant(), Exemption.Channel.API);
    }

    private CallOutcome hungUp(CallRunner call) {
        media().reportAtClose(Calling.SEALED);
        call.hungUp(INSIDE);
        return outcome();
    }

    @Test
    void heIsToldBeforeMoreIsKeptInTheSameRecording() {
        CallRunner call = renewing();
        assertThat(media().done()).endsWith("startCapture", "newParty", "newParty", "playNotice");
        media().events().noticeStarted();
        media().events().noticeHeard(HIS);
        awaitStage(Stage.RECORDED);
        assertThat(media().done()).endsWith("playNotice", "captureAgain").containsOnlyOnce("startCapture");
        assertThat(media().basis()).isEqualTo(new CaptureBasis.Announced(HIS));
        assertThat(hungUp(call).result()).isEqualTo(CallOutcome.Result.COMPLETE);
        assertThat(outcome().basis()).isEqualTo(new CaptureBasis.Announced(HIS));
        assertThat(journal.acts()).containsExactly("recording.party.new", "recording.party.told");
        assertThat(journal.entries().getLast().details())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "prompt", Calling.PROMPT.id(),
                        "from", HIS.startedAt().toString(),
                        "to", HIS.endedAt().toString()));
        assertThat(count("koegura.notices", "direction", "in", "language", "ja", "outcome", "completed"))
                .isEqualTo(2);
        assertThat(count("koegura.recordable.calls", "direction", "in")).isEqualTo(1);
        assertThat(count("koegura.gate.unnoticed.recordings", "direction", "in"))
                .isZero();
    }

    @Test
    void whatTheOneBeforeHeardIsNoProofForHim() {
        CallRunner call = recorded();
        call.newParty();
        awaitStage(Stage.NOTICE);
        media().events().noticeHeard(Calling.PROOF); // of the one before: his has not begun
        call.newParty();
        await().until(() -> journal.acts().size() == 2);
        assertThat(media().done()).endsWith("playNotice", "newParty", "stopNotice", "newParty", "playNotice");
        media().events().noticeStarted();
        media().events().noticeHeard(HIS);
        awaitStage(Stage.RECORDED);
        assertThat(media().basis()).isEqualTo(new CaptureBasis.Announced(HIS));
        hungUp(call);
    }

    @Test
    void whoeverComesInTheFirstNoticeHearsAllOfIt() {
        CallRunner call = ringing(Calling.FACTS, null);
        answer(call);
        call.acknowledged();
        awaitStage(Stage.NOTICE);
        clock.advance(Duration.ofSeconds(20));
        call.newParty();
        await().until(() -> media().done().contains("stopNotice"));
        media().events().noticeHeard(Calling.PROOF);
        media().events().noticeStarted();
        media().events().noticeHeard(HIS);
        awaitStage(Stage.RECORDED);
        assertThat(media().basis()).isEqualTo(new CaptureBasis.Announced(HIS));
        assertThat(media().done()).containsOnlyOnce("startCapture").doesNotContain("captureAgain");
        hungUp(call);
    }

    @Test
    void whereHisNoticeFailsNothingMoreIsKeptAndNobodyBringsItBack() {
        CallRunner call = renewing();
        media().events().noticeFailed(NoticeFailure.ON_HOLD);
        awaitStage(Stage.NOT_RECORDED);
        assertThat(media().done()).endsWith("playNotice", "stopNotice", "bypass NOTICE_FAILED");
        assertThat(calls.exempt(Calling.FACTS.call(), Calling.EXEMPTION))
                .isEqualTo(new Exempting.TooLate(Stage.NOT_RECORDED));
        assertThat(hungUp(call).result()).isEqualTo(CallOutcome.Result.PARTIAL);
        assertThat(outcome().basis()).isEqualTo(new CaptureBasis.Announced(Calling.PROOF));
        assertThat(journal.acts()).containsExactly("recording.party.new", "call.unrecorded");
    }

    @Test
    void anExemptionStopsHisNoticeAndIsJournalledFirst() {
        CallRunner call = renewing();
        assertThat(calls.find(Calling.FACTS.call()).orElseThrow().exemptable()).isTrue();
        assertThat(calls.exempt(Calling.FACTS.call(), Calling.EXEMPTION))
                .as("flagged before he came")
                .isEqualTo(new Exempting.TooLate(Stage.NOTICE));
        assertThat(calls.exempt(Calling.FACTS.call(), now())).isEqualTo(new Exempting.InForce(Stage.NOTICE));
        awaitStage(Stage.RECORDED_WITHOUT_NOTICE);
        assertThat(media().done()).endsWith("stopNotice", "captureAgain");
        assertThat(journal.acts()).containsExactly("recording.party.new", "exemption.in-force");
        assertThat(hungUp(call).result()).isEqualTo(CallOutcome.Result.COMPLETE);
    }

    @Test
    void anExemptionIsAboutWhoeverWasThereAndHeIsToldAllTheSame() {
        CallRunner call = ringing(Calling.FACTS, null);
        answer(call);
        awaitStage(Stage.NOTICE);
        calls.exempt(Calling.FACTS.call(), Calling.EXEMPTION);
        awaitStage(Stage.RECORDED_WITHOUT_NOTICE);
        call.newParty();
        awaitStage(Stage.NOTICE);
        assertThat(media().done()).endsWith("newParty", "playNotice");
        hungUp(call);
    }

    @Test
    void anExemptionBeforeTheAnswerLapsesWithWhomItWasFlaggedFor() {
        CallRunner call = ringing(Calling.FACTS, null);
        calls.exempt(Calling.FACTS.call(), Calling.EXEMPTION);
        call.newParty();
        await().until(() -> journal.acts().contains("exemption.lapsed"));
        answer(call);
        awaitStage(Stage.NOTICE);
        assertThat(media().done()).contains("playNotice").doesNotContain("startCapture");
        call.hungUp(INSIDE);
        outcome();
    }

    @Test
    void hangingUpInHisNoticeKeepsWhatWasKeptBefore() {
        CallRunner call = renewing();
        assertThat(hungUp(call).result()).isEqualTo(CallOutcome.Result.COMPLETE);
        assertThat(outcome().basis()).isEqualTo(new CaptureBasis.Announced(Calling.PROOF));
        assertThat(count("koegura.notices", "direction", "in", "language", "ja", "outcome", "stopped"))
                .isEqualTo(1);
    }

    /// The next process tells him.
    @Test
    void aProcessThatDiesInHisNoticeLeavesThatHeIsToBeTold() {
        CallRunner call = renewing();
        State.Renewing renewing = new State.Renewing(new CaptureBasis.Announced(Calling.PROOF), Calling.PROMPT, true);
        assertThat(Call.resumed(Objects.requireNonNull(renewing.standing(null))).effects())
                .containsExactly(new Effect.PlayNotice(Calling.PROMPT));
        hungUp(call);
    }
}
