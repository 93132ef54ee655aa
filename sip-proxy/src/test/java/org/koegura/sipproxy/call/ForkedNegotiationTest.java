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
import org.koegura.callmodel.Unrecorded;
import org.koegura.sipproxy.negotiation.Audio;

/// Traps 3 and 18: several early dialogs of one INVITE, and answers that come early, twice, or not at all.
final class ForkedNegotiationTest {

    private final Negotiated call = new Negotiated();

    private void invited() {
        call.pass(request(OUTSIDE, "INVITE", 1, "", caller(2000)));
    }

    @Test
    void earlyMediaFollowTheForkThatAnsweredLastAndTheCallTheForkThatWon() {
        invited();
        call.pass(response(INSIDE, "INVITE", 183, 1, "a", callee(1001)));
        assertThat(call.ports()).isEqualTo("1001/2000");
        call.pass(response(INSIDE, "INVITE", 183, 1, "b", callee(1002)));
        assertThat(call.ports()).isEqualTo("1002/2000");
        call.pass(response(INSIDE, "INVITE", 200, 1, "a", callee(1001)));
        assertThat(call.ports()).isEqualTo("1001/2000");
    }

    @Test
    void everyForkIsToldTheSamePortsOfOursEachTimeItSpeaks() {
        invited();
        String first = call.pass(response(INSIDE, "INVITE", 183, 1, "a", callee(1001)));
        assertThat(call.pass(response(INSIDE, "INVITE", 183, 1, "b", callee(1001))))
                .isEqualTo(first);
        assertThat(call.pass(response(INSIDE, "INVITE", 183, 1, "a", callee(1001))))
                .isEqualTo(first);
        assertThat(call.pass(response(INSIDE, "INVITE", 200, 1, "a", callee(1001))))
                .isEqualTo(first);
    }

    @Test
    void ofSeveral200sTheFirstDecidesAndTheOthersMoveNoMedia() {
        invited();
        call.pass(response(INSIDE, "INVITE", 200, 1, "b", callee(1002)));
        call.negotiation.won("b");
        String second = call.pass(response(INSIDE, "INVITE", 200, 1, "a", callee(1001)));
        assertThat(second).contains("m=audio 30002 ");
        call.negotiation.won("a");
        assertThat(call.ports()).isEqualTo("1002/2000");
        call.pass(request(OUTSIDE, "UPDATE", 2, "a", caller(2009)));
        call.pass(response(INSIDE, "UPDATE", 200, 2, "a", callee(1009)));
        assertThat(call.ports()).as("a loser's UPDATE").isEqualTo("1002/2000");
    }

    @Test
    void anUpdateInOneForkLeavesTheOfferOfTheOtherOpen() {
        invited();
        call.pass(reliable(INSIDE, 183, 1, "a", callee(1001)));
        call.pass(request(OUTSIDE, "UPDATE", 2, "a", caller(2002)));
        call.pass(response(INSIDE, "UPDATE", 200, 2, "a", callee(1011)));
        assertThat(call.ports()).isEqualTo("1011/2002");
        call.pass(response(INSIDE, "INVITE", 200, 1, "b", callee(1002)));
        assertThat(call.ports())
                .as("b answers the INVITE's offer, not the UPDATE's")
                .isEqualTo("1002/2000");
    }

    @Test
    void eachForkMayMakeALateOfferOfItsOwn() {
        call.pass(request(OUTSIDE, "INVITE", 1, "", ""));
        call.pass(reliable(INSIDE, 183, 1, "a", callee(1001)));
        call.pass(reliable(INSIDE, 183, 1, "b", callee(1002)));
        call.pass(request(OUTSIDE, "PRACK", 2, "b", caller(2002)));
        call.pass(request(OUTSIDE, "PRACK", 3, "a", caller(2001)));
        call.pass(response(INSIDE, "INVITE", 200, 1, "b", ""));
        assertThat(call.ports()).isEqualTo("1002/2002");
    }

    @Test
    void anUnreliable183MayRepeatAndChangeAndThe200StillDiffers() {
        invited();
        call.pass(response(INSIDE, "INVITE", 183, 1, "a", callee(1001)));
        call.pass(response(INSIDE, "INVITE", 183, 1, "a", callee(1001)));
        call.pass(response(INSIDE, "INVITE", 183, 1, "a", callee(1002)));
        assertThat(call.ports()).isEqualTo("1002/2000");
        call.pass(response(INSIDE, "INVITE", 200, 1, "a", callee(1003)));
        assertThat(call.ports()).isEqualTo("1003/2000");
    }

    @Test
    void aReliableAnswerIsTheAnswerWhateverThe200SaysAfterIt() {
        invited();
        call.pass(reliable(INSIDE, 183, 1, "a", callee(1001)));
        call.pass(response(INSIDE, "INVITE", 183, 1, "a", callee(1002)));
        String last = call.pass(response(INSIDE, "INVITE", 200, 1, "a", callee(1003)));
        assertThat(call.ports()).isEqualTo("1001/2000");
        assertThat(last).as("it points at us all the same").contains("m=audio 30002 ");
    }

    @Test
    void a200WithoutSdpAfterAReliable183TakesUpItsAnswer() {
        invited();
        call.pass(reliable(INSIDE, 183, 1, "a", callee(1001)));
        call.pass(request(OUTSIDE, "PRACK", 2, "a", ""));
        call.pass(response(INSIDE, "INVITE", 200, 1, "a", ""));
        call.negotiation.won("a");
        assertThat(call.ports()).isEqualTo("1001/2000");
        assertThat(call.negotiation.audio()).isEqualTo(new Audio.Usable());
    }

    @Test
    void a200WithoutSdpAfterAnUnreliable183TakesUpWhatWasHeardEarly() {
        invited();
        call.pass(response(INSIDE, "INVITE", 183, 1, "a", callee(1001)));
        call.pass(response(INSIDE, "INVITE", 200, 1, "a", ""));
        call.negotiation.won("a");
        assertThat(call.ports()).isEqualTo("1001/2000");
        assertThat(call.negotiation.audio()).isEqualTo(new Audio.Usable());
    }

    @Test
    void theEarlyMediaOfAForkThatLostAreNotTheAudioOfTheCall() {
        invited();
        call.pass(response(INSIDE, "INVITE", 183, 1, "b", callee(1002)));
        call.pass(response(INSIDE, "INVITE", 200, 1, "a", ""));
        call.negotiation.won("a");
        assertThat(call.negotiation.audio()).isEqualTo(new Audio.Unusable(Unrecorded.NO_AUDIO));
    }

    @Test
    void aForkThatEndedWith199MayBeginAnew() {
        invited();
        call.pass(reliable(INSIDE, 183, 1, "a", callee(1001)));
        call.pass(response(INSIDE, "INVITE", 199, 1, "a", ""));
        call.pass(response(INSIDE, "INVITE", 200, 1, "a", callee(1005)));
        assertThat(call.ports()).isEqualTo("1005/2000");
    }

    @Test
    void moreForksThanTheBoundForgetTheOldestCountedAndTheCallGoesOn() {
        invited();
        for (int i = 0; i < 40; i++) {
            call.pass(response(INSIDE, "INVITE", 183, 1, "fork" + i, callee(1001 + i)));
        }
        call.pass(response(INSIDE, "INVITE", 200, 1, "fork0", callee(1100)));
        assertThat(call.ports()).isEqualTo("1100/2000");
        assertThat(call.negotiation.forksForgotten())
                .as("of 41, 16 are followed")
                .isEqualTo(25);
    }
}
