package org.koegura.sipproxy.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.Ground;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.LiveCall;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.callmodel.NoticeFailure;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Signalling;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.code.Feature;
import org.koegura.callmodel.code.FeatureCodes;
import org.koegura.callmodel.port.NoticeDesk;
import org.koegura.callmodel.port.Preservations;
import org.koegura.callmodel.port.Preservations.Preserving;
import org.koegura.sipproxy.exemption.Incoming;
import org.koegura.sipproxy.pressed.PressedActs;

/// Codes that the inside telephone presses in a call (F2).
final class PressedInCallTest extends CallsInMemory {

    private static final FeatureCodes CODES = new FeatureCodes(
            "*5",
            Map.of(
                    Feature.EXEMPT_DANGER, "11",
                    Feature.EXEMPT_SPECIAL, "13",
                    Feature.OBJECTION, "61",
                    Feature.PAUSE, "71",
                    Feature.RESUME, "72",
                    Feature.ATTEST, "41",
                    Feature.PRESERVE, "21",
                    Feature.REPLAY, "51"));

    PressedInCallTest() {
        super(new Desk(Calling.ANNOUNCE, true), new PressedActs.Settings(CODES, null, true, true, Duration.ZERO));
    }

    private record Desk(NoticeDecision plan, boolean all) implements NoticeDesk {
        @Override
        public NoticeDecision decide(CallFacts facts) {
            return plan;
        }

        @Override
        public boolean entitles(Party telephone) {
            return all && telephone.equals(Calling.FACTS.inside());
        }
    }

    private CallRunner notified() {
        CallRunner call = ringing(Calling.FACTS, null);
        answer(call);
        awaitStage(Stage.NOTICE);
        return call;
    }

    private void press(String keys) {
        int before = media().done().size();
        media().events().codePressed(keys);
        await().until(() -> media().done().stream().skip(before).anyMatch(act -> act.startsWith("confirm")));
    }

    private LiveCall live() {
        return calls.find(Calling.FACTS.call()).orElseThrow();
    }

    private double counted(String feature, String outcome) {
        return count("koegura.telephone.pressed", "feature", feature, "outcome", outcome);
    }

    @Test
    void theMediaHeedThemWhereTheTelephoneIsEntitled() {
        ringing(Calling.FACTS, null);
        assertThat(media().done()).contains("heedCodes [*511, *513, *521, *541, *551, *561, *571, *572]");
    }

    @Test
    void whereItIsNotAndWhereNothingIsKeptNobodyHeedsThem() {
        for (Desk desk : List.of(
                new Desk(Calling.ANNOUNCE, false),
                new Desk(new NoticeDecision.DoNotRecord(Unrecorded.INTERNAL), true))) {
            CallsInMemory other =
                    new CallsInMemory(desk, new PressedActs.Settings(CODES, null, true, true, Duration.ZERO)) {};
            other.ringing(Calling.FACTS, null);
            assertThat(other.media().done()).noneMatch(act -> act.startsWith("heedCodes"));
        }
    }

    @Test
    void fromATelephoneThatIsNotProvenNothingIsHeeded() {
        calls.begin(new Incoming(Calling.FACTS, null, false, false, null, null), () -> {});
        calls.begin(new Incoming(Calling.FACTS, null, false, false, new Party("sip:299@example.com"), null), () -> {});
        assertThat(media().done()).noneMatch(act -> act.startsWith("heedCodes"));
    }

    @Test
    void onceNothingIsKeptKeysAreTheOtherPartysAgain() {
        notified();
        calls.object(Calling.FACTS.call(), true);
        assertThat(live().unrecorded()).isEqualTo(Unrecorded.OBJECTION);
        await().until(() -> media().done().contains("heedCodes []"));
    }

    @Test
    void onceTheCallIsHandedOnNobodyKnowsWhoPresses() {
        CallRunner call = notified();
        call.transferred(Signalling.Kind.REFER, Leg.OUTSIDE);
        call.transferred(Signalling.Kind.REFER, Leg.INSIDE);
        await().until(() -> media().done().contains("heedCodes []"));
        press("*511"); // on its way already
        assertThat(media().done()).endsWith("confirmNotDone");
        assertThat(live().stage()).isEqualTo(Stage.NOTICE);
    }

    @Test
    void oneCodeAtATimeAndNotTheNextAtOnce() {
        CallsInMemory slow = new CallsInMemory(
                new Desk(Calling.ANNOUNCE, true),
                new PressedActs.Settings(CODES, null, true, true, Duration.ofHours(1))) {};
        slow.answer(slow.ringing(Calling.FACTS, null));
        slow.awaitStage(Stage.NOTICE);
        slow.media().events().codePressed("*571");
        for (int i = 0; i < 20; i++) {
            slow.media().events().codePressed("*572");
        }
        await().until(() -> slow.count("koegura.telephone.pressed", "feature", "resume", "outcome", "too_soon") == 20);
        assertThat(slow.journal.acts()).contains("recording.pause").doesNotContain("recording.resume");
        assertThat(slow.journal.acts())
                .filteredOn(act -> act.equals("code.refused"))
                .hasSize(1);
    }

    @Test
    void midNoticeACodeStopsThePromptAndTheCallIsExemptByTelephone() {
        notified();

        press("*511");

        assertThat(media().done()).endsWith("stopNotice", "startCapture", "confirmDone");
        assertThat(live().stage()).isEqualTo(Stage.RECORDED_WITHOUT_NOTICE);
        assertThat(live().exempted()).isEqualTo(Ground.DANGER);
        CaptureBasis.Exempted basis = (CaptureBasis.Exempted) Objects.requireNonNull(media().basis());
        assertThat(basis.stage()).isEqualTo(Stage.NOTICE);
        assertThat(basis.exemption().channel()).isEqualTo(Exemption.Channel.TELEPHONE);
        String author = "extension:" + Calling.FACTS.inside().number();
        assertThat(basis.exemption().author()).isEqualTo(author);
        assertThat(journal.acts()).containsSubsequence("exemption.flag", "exemption.in-force");
        assertThat(journal.entries().getFirst().actor()).isEqualTo(author);
        assertThat(journal.entries().getFirst().details())
                .containsEntry("channel", "telephone")
                .containsEntry("ground", "1")
                .containsEntry("stage", "notice");
        assertThat(count("koegura.exemptions", "ground", "1", "channel", "telephone", "stage", "notice"))
                .isEqualTo(1);
        assertThat(counted("exempt-1", "done")).isEqualTo(1);
    }

    @Test
    void beforeTheAnswerNothingIsKeptYet() {
        CallRunner call = ringing(Calling.FACTS, null);
        press("*511");
        assertThat(media().done()).endsWith("confirmDone").doesNotContain("startCapture");
        answer(call);
        awaitStage(Stage.RECORDED_WITHOUT_NOTICE);
        assertThat(media().done()).doesNotContain("playNotice");
    }

    @Test
    void aCallThatIsRecordedAlreadyIsNotExemptAndTheTelephoneHearsThat() {
        notified();
        media().events().noticeHeard(Calling.PROOF);
        awaitStage(Stage.RECORDED);

        press("*511");

        assertThat(media().done()).endsWith("confirmNotDone");
        assertThat(live().stage()).isEqualTo(Stage.RECORDED);
        assertThat(journal.entries().getLast().act()).isEqualTo("code.refused");
        assertThat(journal.entries().getLast().details()).containsEntry("why", "too_late");
        assertThat(counted("exempt-1", "too_late")).isEqualTo(1);
    }

    @Test
    void groundThreeNeedsATextThatSomebodySet() {
        notified();
        press("*513");
        assertThat(live().stage()).isEqualTo(Stage.NOTICE);
        assertThat(media().done()).endsWith("confirmNotDone");
        assertThat(counted("exempt-3", "no_text")).isEqualTo(1);

        CallsInMemory other = new CallsInMemory(
                new Desk(Calling.ANNOUNCE, true),
                new PressedActs.Settings(CODES, "as decided", true, true, Duration.ZERO)) {};
        other.answer(other.ringing(Calling.FACTS, null));
        other.awaitStage(Stage.NOTICE);
        other.media().events().codePressed("*513");
        other.awaitStage(Stage.RECORDED_WITHOUT_NOTICE);
        assertThat(other.journal.entries().getFirst().details())
                .containsEntry("ground", "3")
                .containsEntry("text", "as decided");
    }

    @Test
    void withoutAJournalNothingIsDone() {
        notified();
        journal.fail();
        press("*511");
        assertThat(live().stage()).isEqualTo(Stage.NOTICE);
        assertThat(media().done()).endsWith("confirmNotDone");
        assertThat(counted("exempt-1", "unavailable")).isEqualTo(1);
    }

    @Test
    void captureIsPausedAndGoesOn() {
        notified();
        media().events().noticeHeard(Calling.PROOF);
        awaitStage(Stage.RECORDED);
        press("*571");
        assertThat(media().done()).endsWith("pauseCapture PT5M", "confirmDone");
        assertThat(live().pausedUntil()).isNotNull();
        press("*572");
        assertThat(media().done()).endsWith("resumeCapture", "confirmDone");
        assertThat(journal.acts()).containsSubsequence("recording.pause", "recording.resume");
    }

    @Test
    void anObjectionIsMarkedAndObeyed() {
        notified();
        press("*561");
        assertThat(live().objectedAt()).isEqualTo(Calling.NOW);
        assertThat(live().unrecorded()).isEqualTo(Unrecorded.OBJECTION);
        assertThat(media().done()).endsWith("confirmDone");
        assertThat(journal.acts()).contains("call.objection");
    }

    @Test
    void anOralNoticeIsAttestedAndRecordingBegins() {
        CallsInMemory oral = new CallsInMemory(
                new Desk(new NoticeDecision.Oral(), true),
                new PressedActs.Settings(CODES, null, true, true, Duration.ZERO)) {};
        oral.answer(oral.ringing(Calling.FACTS, null));
        oral.awaitStage(Stage.ORAL_NOTICE);
        oral.media().events().codePressed("*541");
        oral.awaitStage(Stage.RECORDED);
        await().until(() -> oral.media().done().getLast().equals("confirmDone"));
        assertThat(oral.journal.acts()).startsWith("notice.attest");

        notified();
        press("*541");
        assertThat(media().done()).as("a prompt tells it").endsWith("confirmNotDone");
    }

    @Test
    void aCallIsPreservedInTheNameOfTheTelephoneBeforeItIsRecordedAndAfter() {
        notified();
        press("*521");
        assertThat(media().done()).endsWith("confirmDone");
        String author = "extension:" + Calling.FACTS.inside().number();
        assertThat(preserved)
                .containsExactly(new Preservations.Request(
                        Calling.FACTS.call(), null, author, Exemption.Channel.TELEPHONE, null, Stage.NOTICE));

        media().events().noticeHeard(Calling.PROOF);
        awaitStage(Stage.RECORDED);
        press("*521");
        assertThat(preserved.getLast().stage()).isEqualTo(Stage.RECORDED);
        assertThat(counted("preserve", "done")).isEqualTo(2);
        assertThat(media().done()).filteredOn("startCapture"::equals).hasSize(1);
    }

    @Test
    void whatIsNotOnStableStorageIsNotConfirmed() {
        notified();
        for (Preserving failed : List.of(Preserving.UNKEPT, Preserving.UNJOURNALLED)) {
            preserving = failed;
            press("*521");
            assertThat(media().done()).endsWith("confirmNotDone");
            assertThat(journal.entries().getLast().act()).isEqualTo("code.refused");
            assertThat(journal.entries().getLast().details()).containsEntry("why", "unavailable");
        }
        assertThat(counted("preserve", "unavailable")).isEqualTo(2);
    }

    @Test
    void whereNothingIsKeptThereIsNothingToPreserve() {
        notified();
        media().events().noticeFailed(NoticeFailure.NO_FRAMES);
        awaitStage(Stage.NOT_RECORDED);
        press("*521");
        assertThat(media().done()).endsWith("confirmNotDone");
        assertThat(preserved).isEmpty();
        assertThat(counted("preserve", "too_late")).isEqualTo(1);
    }

    @Test
    void inTheNoticeItIsNotReplayedAndTheTelephoneHearsThat() {
        notified();
        press("*551");
        assertThat(media().done()).endsWith("confirmNotDone");
        assertThat(counted("replay", "too_late")).isEqualTo(1);
    }
}
