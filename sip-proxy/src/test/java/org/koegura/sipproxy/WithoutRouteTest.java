package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.CallOutcome;

/// User agents that do not keep our Record-Route, as SIPp's built-in one, in a call between PBX and trunk: what they
/// send in its dialog comes here, and says by its Call-ID and tags alone whose it is.
class WithoutRouteTest extends TrunkSide {

    private static final String CALL_ID = "routeless@example.com";
    private static final String CALLING =
            "From: <sip:201@example.com>;tag=a\r\nTo: <sip:0990123@example.com>;tag=b\r\n";
    private static final String CALLED = "From: <sip:0990123@example.com>;tag=b\r\nTo: <sip:201@example.com>;tag=a\r\n";

    WithoutRouteTest() throws IOException, SipFault {}

    @BeforeEach
    void callFromThePbxToTheTrunk() {
        invite(bench.registrar, "0990123", CALL_ID, parties("201", "0990123"));
        answer(trunk, trunk.receive("INVITE "));
        bench.registrar.receive("SIP/2.0 200 ");
        ask(bench.registrar, trunk, "ACK", 1, CALLING, "");
        trunk.receive("ACK ");
    }

    /// @param target whose Contact the Request-URI is
    private void ask(SipPeer from, SipPeer target, String method, int cseq, String parties, String sdp) {
        String lines = sdp.isEmpty() ? parties : parties + SDP;
        from.send(
                bench.request(from, method + " sip:x@" + target.hostPort(), CALL_ID, cseq + " " + method, lines, sdp),
                bench.address());
    }

    private static void assertAnchored(String offer, int port) {
        assertThat(Dialogue.audioPort(offer)).isNotEqualTo(port);
    }

    /// Only a call that is up has its descriptions rewritten.
    private void assertUp(int cseq) {
        ask(bench.registrar, trunk, "INVITE", cseq, CALLING, ProxyBench.sdp(4000));
        bench.registrar.receive("SIP/2.0 100 ");
        String offer = trunk.receive("INVITE ");
        assertAnchored(offer, 4000);
        answer(trunk, offer);
        String ok = bench.registrar.receive("SIP/2.0 200 ");
        assertAnchored(ok, 5000);
        assertThat(bench.lastResult()).isNull();
    }

    @Test
    void aByeOfTheCallerEndsItsCallAndItsRecord() {
        ask(bench.registrar, trunk, "BYE", 2, CALLING, "");
        trunk.send(SipPeer.response(trunk.receive("BYE "), "200 OK", "b", "", ""), bench.address());
        bench.registrar.receive("SIP/2.0 200 ");
        await().until(() -> bench.lastResult() == CallOutcome.Result.INTENTIONALLY_NOT);
        assertThat(bench.proxy.live()).isZero();
    }

    @Test
    void aByeOfTheCalledPartyEndsItsCallAndItsRecord() {
        ask(trunk, bench.registrar, "BYE", 1, CALLED, "");
        bench.registrar.send(SipPeer.response(bench.registrar.receive("BYE "), "200 OK", "a", "", ""), bench.address());
        trunk.receive("SIP/2.0 200 ");
        await().until(() -> bench.lastResult() == CallOutcome.Result.INTENTIONALLY_NOT);
        assertThat(bench.proxy.live()).isZero();
    }

    @Test
    void anOfferInMidCallIsAnchoredInBothDirections() {
        assertUp(2);
        ask(trunk, bench.registrar, "UPDATE", 1, CALLED, ProxyBench.sdp(5000));
        assertAnchored(bench.registrar.receive("UPDATE "), 5000);
    }

    @Test
    void aByeOfAStrangerWhoKnowsCallIdAndTagsEndsNobodysCall() {
        ask(stranger, bench.registrar, "BYE", 1, CALLED, "");
        bench.registrar.send(
                SipPeer.response(bench.registrar.receive("BYE "), "481 No Such Call", "a", "", ""), bench.address());
        stranger.receive("SIP/2.0 481 ");
        assertUp(2);
    }

    @Test
    void aByeOfOnePartyInTheNameOfTheOtherEndsNoCall() {
        ask(trunk, bench.registrar, "BYE", 7, CALLING, "");
        bench.registrar.receive("BYE ");
        assertUp(2);
    }

    @Test
    void aByeWithATagThatIsNotOfTheCallEndsNoCall() {
        ask(bench.registrar, trunk, "BYE", 2, CALLING.replace("tag=b", "tag=c"), "");
        trunk.send(SipPeer.response(trunk.receive("BYE "), "481 No Such Call", "c", "", ""), bench.address());
        bench.registrar.receive("SIP/2.0 481 ");
        assertUp(3);
    }
}
