package org.koegura.sipproxy.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.callmodel.Leg.INSIDE;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.LiveCall;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.LiveCalls.Exempting;
import org.koegura.callmodel.port.LiveCalls.Objecting;

/// Objections of the other party (N12), as policy has them.
final class ObjectionTest extends CallsInMemory {

    private CallRunner notified() {
        CallRunner call = ringing(Calling.FACTS, null);
        answer(call);
        awaitStage(Stage.NOTICE);
        return call;
    }

    private CallRunner recorded() {
        CallRunner call = notified();
        media().events().noticeHeard(Calling.PROOF);
        awaitStage(Stage.RECORDED);
        return call;
    }

    private Objecting object(boolean stops) {
        return calls.object(Calling.FACTS.call(), stops);
    }

    private LiveCall live() {
        return calls.find(Calling.FACTS.call()).orElseThrow();
    }

    @Test
    void markedAloneItChangesNothingAndTheFirstMomentStands() {
        recorded();

        assertThat(object(false)).isEqualTo(new Objecting.Marked(Stage.RECORDED));
        clock.advance(Duration.ofSeconds(5));
        assertThat(object(false)).isEqualTo(new Objecting.Marked(Stage.RECORDED));

        assertThat(live().objectedAt()).isEqualTo(Calling.NOW);
        assertThat(live().stage()).isEqualTo(Stage.RECORDED);
        assertThat(media().done()).endsWith("startCapture");
        assertThat(journal.acts()).doesNotContain("call.unrecorded");
    }

    @Test
    void wherePolicyStopsNothingMoreIsKeptAndWhatWasKeptStays() {
        CallRunner call = recorded();

        assertThat(object(true)).isEqualTo(new Objecting.Marked(Stage.NOT_RECORDED));

        assertThat(live().unrecorded()).isEqualTo(Unrecorded.OBJECTION);
        assertThat(media().done()).endsWith("startCapture", "bypass OBJECTION");
        assertThat(journal.entries().getLast().details())
                .containsEntry("why", "objection")
                .containsEntry("capture", "stopped");
        assertThat(calls.exempt(Calling.FACTS.call(), Calling.EXEMPTION))
                .as("no exemption brings it back: the party was heard")
                .isEqualTo(new Exempting.TooLate(Stage.NOT_RECORDED));
        assertThat(object(true)).as("a second one").isEqualTo(new Objecting.Marked(Stage.NOT_RECORDED));
        media().reportAtClose(Calling.SEALED);
        call.hungUp(INSIDE);
        assertThat(outcome().result()).isEqualTo(CallOutcome.Result.COMPLETE);
        assertThat(outcome().objectedAt()).isEqualTo(Calling.NOW);
    }

    @Test
    void anObjectionInTheNoticeEndsIt() {
        CallRunner call = notified();
        media().reportAtClose(Calling.NOTHING_KEPT);

        assertThat(object(true)).isEqualTo(new Objecting.Marked(Stage.NOT_RECORDED));

        assertThat(media().done()).containsSubsequence("stopNotice", "bypass OBJECTION");
        media().events().noticeHeard(Calling.PROOF);
        assertThat(object(false)).isEqualTo(new Objecting.Marked(Stage.NOT_RECORDED));
        assertThat(media().done()).as("a notice that crossed it").doesNotContain("startCapture");
        assertThat(live().unrecorded()).isEqualTo(Unrecorded.OBJECTION);
        call.hungUp(INSIDE);
        CallOutcome outcome = outcome();
        assertThat(outcome.result()).isEqualTo(CallOutcome.Result.INTENTIONALLY_NOT);
        assertThat(outcome.why()).isEqualTo(Unrecorded.OBJECTION);
    }

    @Test
    void nobodyObjectsBeforeTheAnswerNorAfterTheEnd() {
        CallRunner call = ringing(Calling.FACTS, null);
        assertThat(object(true)).isEqualTo(new Objecting.NotUp(Stage.RINGING));
        assertThat(live().objectedAt()).isNull();
        answer(call);
        call.hungUp(INSIDE);
        awaitStage(Stage.ENDING);
        assertThat(object(true)).isIn(new Objecting.NotUp(Stage.ENDING), new Objecting.NoSuchCall());
        assertThat(calls.object(new CallId("9".repeat(32)), true)).isEqualTo(new Objecting.NoSuchCall());
    }
}
