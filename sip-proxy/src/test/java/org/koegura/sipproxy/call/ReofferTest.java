package org.koegura.sipproxy.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.callmodel.Leg.INSIDE;
import static org.koegura.callmodel.Leg.OUTSIDE;
import static org.koegura.sipproxy.call.Calling.reliable;
import static org.koegura.sipproxy.call.Calling.request;
import static org.koegura.sipproxy.call.Calling.response;
import static org.koegura.sipproxy.call.Negotiated.callee;
import static org.koegura.sipproxy.call.Negotiated.caller;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Traps 16, 17 and 19: offers after the first one, in every carrier, and what a refusal leaves.
final class ReofferTest {

    private final Negotiated call = new Negotiated();

    @Test
    void mediaAreNeverAppliedBeforeTheAnswer() {
        call.up();
        call.pass(request(OUTSIDE, "INVITE", 2, "a", caller(2002)));
        assertThat(call.ports()).isEqualTo("1000/2000");
        call.pass(response(INSIDE, "INVITE", 183, 2, "a", callee(1002)));
        assertThat(call.ports()).as("an unreliable 18x binds nobody").isEqualTo("1000/2000");
        call.pass(response(INSIDE, "INVITE", 200, 2, "a", callee(1002)));
        assertThat(call.ports()).isEqualTo("1002/2002");
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 480, 488, 491, 500, 503, 606})
    void aFailedReinviteThatWasAnsweredEarlyRollsBackToTheLastAgreed(int status) {
        call.up();
        call.pass(request(OUTSIDE, "INVITE", 2, "a", caller(2002)));
        call.pass(reliable(INSIDE, 183, 2, "a", callee(1002)));
        assertThat(call.ports()).isEqualTo("1002/2002");
        call.pass(response(INSIDE, "INVITE", status, 2, "a", ""));
        assertThat(call.ports()).isEqualTo("1000/2000");
    }

    @Test
    void aFailedUpdateLeavesTheLastAgreed() {
        call.up();
        call.pass(request(INSIDE, "UPDATE", 2, "a", callee(1002)));
        call.pass(response(OUTSIDE, "UPDATE", 504, 2, "a", ""));
        assertThat(call.ports()).isEqualTo("1000/2000");
        call.pass(request(INSIDE, "UPDATE", 3, "a", callee(1003)));
        call.pass(response(OUTSIDE, "UPDATE", 200, 3, "a", caller(2003)));
        assertThat(call.ports()).isEqualTo("1003/2003");
    }

    @Test
    void aReinviteThatNobodyAnsweredIsForgottenAndTheNextOneCounts() {
        call.up();
        call.pass(request(OUTSIDE, "INVITE", 2, "a", caller(2002)));
        call.timedOut(OUTSIDE, "INVITE", 2);
        call.pass(request(OUTSIDE, "UPDATE", 3, "a", caller(2003)));
        call.pass(response(INSIDE, "UPDATE", 200, 3, "a", callee(1003)));
        assertThat(call.ports()).isEqualTo("1003/2003");
    }

    @Test
    void twoUpdatesAtOnceAreBothRefusedAndNeitherCounts() {
        call.up();
        call.pass(request(OUTSIDE, "UPDATE", 2, "a", caller(2002)));
        call.pass(request(INSIDE, "UPDATE", 2, "a", callee(1002)));
        call.pass(response(INSIDE, "UPDATE", 491, 2, "a", ""));
        call.pass(response(OUTSIDE, "UPDATE", 491, 2, "a", ""));
        assertThat(call.ports()).isEqualTo("1000/2000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UPDATE", "INVITE"})
    void a491RollsBackOnlyTheOfferThatItRefuses(String method) {
        call.up();
        call.pass(request(OUTSIDE, method, 2, "a", caller(2002)));
        call.pass(request(INSIDE, method, 2, "a", callee(1003)));
        call.pass(response(INSIDE, method, 491, 2, "a", ""));
        call.pass(response(OUTSIDE, method, 200, 2, "a", caller(2003)));
        assertThat(call.ports()).isEqualTo("1003/2003");
    }

    @Test
    void aReinviteWithoutSdpIsOfferedInThe200AndAnsweredInTheAck() {
        call.up();
        call.pass(request(INSIDE, "INVITE", 2, "a", ""));
        assertThat(call.pass(response(OUTSIDE, "INVITE", 200, 2, "a", caller(2002))))
                .contains("m=audio 30000 ");
        assertThat(call.ports()).isEqualTo("1000/2000");
        assertThat(call.pass(request(INSIDE, "ACK", 2, "a", callee(1002)))).contains("m=audio 30002 ");
        assertThat(call.ports()).isEqualTo("1002/2002");
    }

    @Test
    void aRepeated200WithALateOfferIsNoNewOfferAfterItsAck() {
        call.up();
        call.pass(request(INSIDE, "INVITE", 2, "a", ""));
        call.pass(response(OUTSIDE, "INVITE", 200, 2, "a", caller(2002)));
        call.pass(request(INSIDE, "ACK", 2, "a", callee(1002)));
        call.pass(response(OUTSIDE, "INVITE", 200, 2, "a", caller(2002)));
        call.pass(request(INSIDE, "ACK", 2, "a", callee(1002)));
        call.pass(request(OUTSIDE, "UPDATE", 9, "a", caller(2009)));
        call.pass(response(INSIDE, "UPDATE", 200, 9, "a", callee(1009)));
        assertThat(call.ports()).isEqualTo("1009/2009");
    }

    @Test
    void anAckThatLeavesALateOfferUnansweredChangesNothing() {
        call.up();
        call.pass(request(INSIDE, "INVITE", 2, "a", ""));
        call.pass(response(OUTSIDE, "INVITE", 200, 2, "a", caller(2002)));
        call.pass(request(INSIDE, "ACK", 2, "a", ""));
        assertThat(call.ports()).isEqualTo("1000/2000");
    }

    @Test
    void aPrackMayOfferAnewAndItsOwn200Answers() {
        call.pass(request(OUTSIDE, "INVITE", 1, "", caller(2000)));
        call.pass(reliable(INSIDE, 183, 1, "a", callee(1001)));
        assertThat(call.pass(request(OUTSIDE, "PRACK", 2, "a", caller(2002)))).contains("m=audio 30000 ");
        assertThat(call.ports()).isEqualTo("1001/2000");
        assertThat(call.pass(response(INSIDE, "PRACK", 200, 2, "a", callee(1002))))
                .contains("m=audio 30002 ");
        assertThat(call.ports()).isEqualTo("1002/2002");
    }

    @Test
    void theCalleeMayUpdateInTheEarlyDialogBeforeIts200() {
        call.pass(request(OUTSIDE, "INVITE", 1, "", caller(2000)));
        call.pass(reliable(INSIDE, 183, 1, "a", callee(1001)));
        call.pass(request(OUTSIDE, "PRACK", 2, "a", ""));
        call.pass(request(INSIDE, "UPDATE", 1, "a", callee(1003)));
        call.pass(response(OUTSIDE, "UPDATE", 200, 1, "a", caller(2003)));
        assertThat(call.ports()).isEqualTo("1003/2003");
        call.pass(response(INSIDE, "INVITE", 200, 1, "a", ""));
        call.negotiation.won("a");
        assertThat(call.ports()).isEqualTo("1003/2003");
        call.pass(request(OUTSIDE, "UPDATE", 3, "a", caller(2004)));
        call.pass(response(INSIDE, "UPDATE", 200, 3, "a", callee(1004)));
        assertThat(call.ports()).isEqualTo("1004/2004");
    }

    @Test
    void whatAnUpdateSettledWithinAReinviteOutlivesTheReinvite() {
        call.up();
        call.pass(request(OUTSIDE, "INVITE", 2, "a", caller(2002)));
        call.pass(reliable(INSIDE, 183, 2, "a", callee(1002)));
        call.pass(request(OUTSIDE, "UPDATE", 3, "a", caller(2003)));
        call.pass(response(INSIDE, "UPDATE", 200, 3, "a", callee(1003)));
        call.pass(response(INSIDE, "INVITE", 487, 2, "a", ""));
        assertThat(call.ports()).isEqualTo("1003/2003");
    }
}
