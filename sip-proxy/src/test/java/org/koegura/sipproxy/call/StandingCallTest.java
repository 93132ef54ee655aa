package org.koegura.sipproxy.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.koegura.callmodel.Leg.INSIDE;
import static org.koegura.callmodel.Leg.OUTSIDE;
import static org.koegura.sipproxy.call.Calling.request;
import static org.koegura.sipproxy.call.Calling.response;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.Ground;
import org.koegura.callmodel.LiveCall;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.LiveCalls.Exempting;
import org.koegura.sipproxy.exemption.Incoming;

/// Calls with a number that has a standing exemption (N8): they are recorded without notice once somebody responds, and
/// each says by which.
final class StandingCallTest extends CallsInMemory {

    private static final String NUMBER = "+81990123456";
    private static final String NAME = "ab".repeat(16);
    private static final Exemption STANDING =
            Exemption.standing(NAME, Ground.LITIGATION, null, Calling.FACTS.invitedAt());

    private CallRunner begun(@Nullable Unrecorded fixed, @Nullable String vouched) {
        standing.put(NUMBER, STANDING);
        CallRunner call = calls.begin(new Incoming(Calling.FACTS, fixed, false, false, null, vouched), () -> {});
        call.pass(request(OUTSIDE, "INVITE", 1, "", OFFER));
        return call;
    }

    private double uses() {
        return count("koegura.exemptions", "ground", "2", "channel", "standing", "stage", "before_call");
    }

    @Test
    void itIsRecordedFromTheAnswerOnWithoutNotice() {
        CallRunner call = begun(null, NUMBER);
        call.provisional(180, "a");
        answer(call);
        awaitStage(Stage.RECORDED_WITHOUT_NOTICE);
        assertThat(media().done()).containsExactly("audio 0", "answered", "startCapture");
        assertThat(media().basis()).isEqualTo(new CaptureBasis.Exempted(STANDING, Stage.BEFORE_CALL));
        assertThat(uses()).isEqualTo(1);
        assertThat(journal.entries()).singleElement().satisfies(entry -> {
            assertThat(entry.act()).isEqualTo("exemption.in-force");
            assertThat(entry.actor()).isEqualTo("standing:" + NAME);
            assertThat(entry.subject()).isEqualTo(Calling.FACTS.call().value());
            assertThat(entry.details()).isEqualTo(Map.of("ground", "2", "channel", "standing", "stage", "before_call"));
        });
        call.hungUp(OUTSIDE);
        CallFacts.Decided decided = Objects.requireNonNull(outcome().facts().decided());
        assertThat(decided.flagged()).isEqualTo(STANDING);
        assertThat(decided.vouched()).isEqualTo(new Party("tel:" + NUMBER, NUMBER, null));
    }

    @Test
    void anAnswerWithoutRingingIsEnough() {
        CallRunner call = begun(null, NUMBER);
        answer(call);
        awaitStage(Stage.RECORDED_WITHOUT_NOTICE);
        assertThat(uses()).isEqualTo(1);
    }

    @Test
    void anotherNumberAndOneThatNobodyVouchesForIsAnnounced() {
        CallRunner call = begun(null, null);
        call.provisional(180, "a");
        answer(call);
        awaitStage(Stage.NOTICE);
        call.hungUp(OUTSIDE);
        assertThat(Objects.requireNonNull(outcome().facts().decided()).flagged())
                .isNull();
        assertThat(uses()).isZero();
        assertThat(begunWith("+81990123457").view().exempted()).isNull();
    }

    private CallRunner begunWith(String number) {
        CallRunner call = calls.begin(new Incoming(Calling.FACTS, null, false, false, null, number), () -> {});
        call.pass(request(OUTSIDE, "INVITE", 1, "", OFFER));
        call.provisional(180, "a");
        return call;
    }

    /// It comes again, as another call; each would use it otherwise.
    @Test
    void anInviteThatIsChallengedOrRefusedUsesNothing() {
        for (int status : new int[] {407, 401, 486, 503}) {
            CallRunner call = begun(null, NUMBER);
            call.pass(response(INSIDE, "INVITE", status, 1, "a", ""));
            call.rejected(status);
            await().until(() -> calls.live() == 0);
        }
        assertThat(uses()).isZero();
        assertThat(journal.acts()).isEmpty();
        begun(null, NUMBER).provisional(180, "a");
        await().until(() -> uses() == 1);
    }

    @Test
    void itIsUsedOnceHoweverOftenItRings() {
        CallRunner call = begun(null, NUMBER);
        call.provisional(100, "");
        assertThat(journal.acts()).as("a 100 says nothing").isEmpty();
        call.provisional(180, "a");
        call.provisional(183, "b");
        answer(call);
        awaitStage(Stage.RECORDED_WITHOUT_NOTICE);
        assertThat(journal.acts()).containsExactly("exemption.in-force");
    }

    @Test
    void whatIsNotToBeRecordedIsNotExempt() {
        CallRunner call = begun(Unrecorded.EMERGENCY, NUMBER);
        call.provisional(180, "a");
        answer(call);
        awaitStage(Stage.NOT_RECORDED);
        assertThat(uses()).isZero();
        assertThat(Objects.requireNonNull(call.facts().decided()).flagged()).isNull();
    }

    /// The act that must be journalled is not done.
    @Test
    void whatTheJournalDoesNotTakeIsAnnounced() {
        journal.fail();
        CallRunner call = begun(null, NUMBER);
        call.provisional(180, "a");
        answer(call);
        awaitStage(Stage.NOTICE);
        assertThat(uses()).isZero();
    }

    @Test
    void whoeverExemptsItBeforeSomebodyRespondsHasSaidIt() {
        CallRunner call = begun(null, NUMBER);
        assertThat(calls.exempt(Calling.FACTS.call(), Calling.EXEMPTION)).isInstanceOf(Exempting.InForce.class);
        call.provisional(180, "a");
        answer(call);
        awaitStage(Stage.RECORDED_WITHOUT_NOTICE);
        assertThat(media().basis()).isEqualTo(new CaptureBasis.Exempted(Calling.EXEMPTION, Stage.RINGING));
        assertThat(uses()).isZero();
        assertThat(calls.find(Calling.FACTS.call()).map(LiveCall::exempted)).contains(Ground.DANGER);
    }
}
