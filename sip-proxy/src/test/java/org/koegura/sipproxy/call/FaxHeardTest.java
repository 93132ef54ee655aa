package org.koegura.sipproxy.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.koegura.callmodel.Leg.INSIDE;

import org.junit.jupiter.api.Test;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.LiveCall;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.LiveCalls.Exempting;

/// The media hear a fax machine in a call (N11): nothing of it is announced or kept from then on.
final class FaxHeardTest extends CallsInMemory {

    private CallRunner notified() {
        CallRunner call = ringing(Calling.FACTS, null);
        answer(call);
        awaitStage(Stage.NOTICE);
        return call;
    }

    private LiveCall live() {
        return calls.find(Calling.FACTS.call()).orElseThrow();
    }

    @Test
    void inTheNoticeItEndsItAndTheCallIsNotRecordedOnPurpose() {
        CallRunner call = notified();
        media().reportAtClose(Calling.NOTHING_KEPT);

        media().events().faxHeard();
        awaitStage(Stage.NOT_RECORDED);

        assertThat(live().unrecorded()).isEqualTo(Unrecorded.FAX);
        assertThat(media().done()).containsSubsequence("stopNotice", "bypass FAX");
        assertThat(journal.entries().getLast().details())
                .containsEntry("why", "fax")
                .containsEntry("notice", "stopped");
        assertThat(calls.exempt(Calling.FACTS.call(), Calling.EXEMPTION))
                .as("no ground brings a fax into a recording")
                .isEqualTo(new Exempting.TooLate(Stage.NOT_RECORDED));
        call.hungUp(INSIDE);
        isFax(outcome());
    }

    @Test
    void aNoticeThatWasHeardAndCrossedItStartsWhatIsStoppedAtOnce() {
        CallRunner call = notified();
        media().reportAtClose(Calling.SEALED);

        media().events().noticeHeard(Calling.PROOF);
        media().events().faxHeard();
        awaitStage(Stage.NOT_RECORDED);

        assertThat(media().done()).endsWith("startCapture", "bypass FAX");
        call.hungUp(INSIDE);
        assertThat(outcome().result()).isEqualTo(CallOutcome.Result.COMPLETE);
    }

    @Test
    void inTheTalkWhatWasKeptStaysAndNothingMoreIsKept() {
        CallRunner call = notified();
        media().events().noticeHeard(Calling.PROOF);
        awaitStage(Stage.RECORDED);
        media().reportAtClose(Calling.SEALED);

        media().events().faxHeard();
        awaitStage(Stage.NOT_RECORDED);

        assertThat(live().unrecorded()).isEqualTo(Unrecorded.FAX);
        assertThat(journal.entries().getLast().details())
                .containsEntry("why", "fax")
                .containsEntry("capture", "stopped");
        call.hungUp(INSIDE);
        assertThat(outcome().result()).isEqualTo(CallOutcome.Result.COMPLETE);
    }

    @Test
    void beforeTheAnswerThereIsNoNoticeAtAll() {
        CallRunner call = ringing(Calling.FACTS, null);
        media().reportAtClose(Calling.NOTHING_KEPT);

        media().events().faxHeard();
        await().until(() -> live().unrecorded() == Unrecorded.FAX);
        answer(call);
        awaitStage(Stage.NOT_RECORDED);

        assertThat(media().done()).doesNotContain("playNotice").endsWith("bypass FAX");
        call.hungUp(INSIDE);
        isFax(outcome());
    }

    private void isFax(CallOutcome outcome) {
        assertThat(outcome.result()).isEqualTo(CallOutcome.Result.INTENTIONALLY_NOT);
        assertThat(outcome.why()).isEqualTo(Unrecorded.FAX);
        assertThat(journal.acts()).containsOnlyOnce("call.unrecorded");
        assertThat(count("koegura.calls.unrecorded", "reason", "fax")).isEqualTo(1);
        assertThat(metrics.get("koegura.recordable.calls").counters().stream()
                        .mapToDouble(counter -> counter.count())
                        .sum())
                .as("policy says that it is recorded")
                .isEqualTo(1);
    }
}
