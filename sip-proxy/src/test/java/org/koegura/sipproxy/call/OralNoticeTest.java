package org.koegura.sipproxy.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.callmodel.Leg.INSIDE;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.LiveCalls.Attesting;
import org.koegura.callmodel.port.LiveCalls.Exempting;
import org.koegura.callmodel.port.LiveCalls.Objecting;

/// Whole calls whose other party staff tell themselves (N5), with media, journal and ledger in memory.
final class OralNoticeTest extends CallsInMemory {

    OralNoticeTest() {
        super(new NoticeDecision.Oral());
    }

    private Attesting attest() {
        return attest(clock.instant());
    }

    private Attesting attest(Instant at) {
        return calls.attest(
                Calling.FACTS.call(), new CaptureBasis.Attestation("operator", at, Exemption.Channel.CONSOLE));
    }

    private CallRunner untold() {
        CallRunner call = ringing(Calling.FACTS, null);
        answer(call);
        call.acknowledged();
        awaitStage(Stage.ORAL_NOTICE);
        return call;
    }

    @Test
    void nothingIsPlayedAndCaptureStartsWithTheAttestationWhichTheJournalHasFirst() {
        CallRunner call = untold();
        assertThat(calls.list().getFirst().attestable()).isTrue();
        assertThat(media().done()).containsExactly("audio 0", "answered", "acknowledged");
        clock.advance(Duration.ofSeconds(9));
        assertThat(attest()).isEqualTo(new Attesting.InForce(Stage.ORAL_NOTICE));

        awaitStage(Stage.RECORDED);
        assertThat(calls.list().getFirst().attestable()).isFalse();
        assertThat(media().done()).containsExactly("audio 0", "answered", "acknowledged", "startCapture");
        CaptureBasis.Attested basis = new CaptureBasis.Attested(
                new CaptureBasis.Attestation("operator", clock.instant(), Exemption.Channel.CONSOLE),
                Stage.ORAL_NOTICE);
        assertThat(media().basis()).isEqualTo(basis);
        assertThat(journal.acts()).containsExactly("notice.attested");
        assertThat(journal.entries().getFirst().actor()).isEqualTo("operator");
        assertThat(journal.entries().getFirst().details())
                .containsEntry("channel", "console")
                .containsEntry("stage", "oral_notice");
        media().reportAtClose(Calling.SEALED);
        call.hungUp(INSIDE);
        assertThat(outcome().result()).isEqualTo(CallOutcome.Result.COMPLETE);
        assertThat(outcome().basis()).isEqualTo(basis);
        assertThat(count("koegura.notices", "direction", "in", "method", "oral", "outcome", "completed"))
                .isEqualTo(1);
        assertThat(count("koegura.recordable.calls", "direction", "in")).isEqualTo(1);
        assertThat(count("koegura.gate.unnoticed.recordings", "direction", "in"))
                .isZero();
    }

    @Test
    void aCallThatNobodyAttestsIsNotRecordedAndSaysSo() {
        CallRunner call = untold();
        media().reportAtClose(Calling.NOTHING_KEPT);
        call.hungUp(INSIDE);

        assertThat(outcome().result()).isEqualTo(CallOutcome.Result.INTENTIONALLY_NOT);
        assertThat(outcome().why()).isEqualTo(Unrecorded.NOT_ATTESTED);
        assertThat(media().basis()).isNull();
        assertThat(count("koegura.calls.unrecorded", "reason", "not_attested")).isEqualTo(1);
    }

    @Test
    void beforeTheAnswerThereIsNobodyWhoWasTold() {
        CallRunner call = ringing(Calling.FACTS, null);
        assertThat(attest()).isEqualTo(new Attesting.NotDue(Stage.RINGING));
        answer(call);
        awaitStage(Stage.ORAL_NOTICE);
        assertThat(attest(clock.instant().minusNanos(1)))
                .as("one that was on its way when somebody answered")
                .isEqualTo(new Attesting.NotDue(Stage.ORAL_NOTICE));
        assertThat(media().basis()).isNull();
        assertThat(attest()).isEqualTo(new Attesting.InForce(Stage.ORAL_NOTICE));
        assertThat(attest()).as("twice").isEqualTo(new Attesting.NotDue(Stage.RECORDED));
    }

    @Test
    void anAttestationThatTheJournalDoesNotTakeDoesNotHappen() {
        untold();
        journal.fail();
        assertThat(attest()).isEqualTo(new Attesting.NotDue(Stage.ORAL_NOTICE));
        assertThat(media().basis()).isNull();
        assertThat(media().done()).doesNotContain("startCapture");
    }

    @Test
    void afterAnObjectionThatStopsNothingIsAttested() {
        untold();
        assertThat(calls.object(Calling.FACTS.call(), true)).isEqualTo(new Objecting.Marked(Stage.NOT_RECORDED));
        assertThat(attest()).isEqualTo(new Attesting.NotDue(Stage.NOT_RECORDED));
        assertThat(media().done()).doesNotContain("startCapture");
    }

    @Test
    void aGroundOfTheProvisoRecordsItWithoutAnyNotice() {
        untold();
        assertThat(calls.exempt(Calling.FACTS.call(), Calling.EXEMPTION))
                .isEqualTo(new Exempting.InForce(Stage.ORAL_NOTICE));
        assertThat(attest()).isEqualTo(new Attesting.NotDue(Stage.RECORDED_WITHOUT_NOTICE));
        assertThat(media().done()).endsWith("startCapture");
    }
}
