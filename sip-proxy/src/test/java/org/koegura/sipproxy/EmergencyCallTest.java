package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.LiveCall;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.Unrecorded;
import org.koegura.sipproxy.numbers.DialPlan;
import org.koegura.sipproxy.numbers.EmergencyNumbers;
import org.koegura.sipproxy.numbers.Numbering;
import org.koegura.sipproxy.transport.Hop;

/// Calls for help (N11): nothing stands in their way, and nothing of them is kept.
class EmergencyCallTest {

    private static final String FIRE_BRIGADE = "0990000119";

    private final SipPeer trunk = new SipPeer(ProxyBench.TRUNK);
    private final ProxyBench bench;

    EmergencyCallTest() throws IOException, SipFault {
        Numbering numbering =
                new Numbering(new EmergencyNumbers(new DialPlan("0"), EmergencyNumbers.JAPAN), Set.of("+81990000119"));
        bench = ProxyBench.withoutPorts(Hop.udp(trunk.address()), numbering);
    }

    @AfterEach
    void close() {
        bench.close();
        trunk.close();
    }

    private LiveCall live() {
        return bench.proxy.liveCalls().list().getLast();
    }

    private void invite(SipPeer from, String uri, String callId, String parties) {
        from.send(
                bench.request(
                        from,
                        "INVITE " + uri,
                        callId,
                        "1 INVITE",
                        parties + "Content-Type: application/sdp\r\n",
                        ProxyBench.sdp(4000)),
                bench.address());
        from.receive("SIP/2.0 100 ");
    }

    private static String parties(String from, String to) {
        return "From: <sip:" + from + "@example.com>;tag=a\r\nTo: <sip:" + to + "@example.com>\r\n";
    }

    private String help(String uri, String callId) {
        invite(bench.registrar, uri, callId, parties("0990100123", "119"));
        return trunk.receive("INVITE " + uri + " ");
    }

    private static String body(String message) {
        return message.substring(message.indexOf("\r\n\r\n") + 4);
    }

    private void answer(SipPeer at, String invite) {
        at.send(
                SipPeer.response(invite, "200 OK", "b", "Content-Type: application/sdp\r\n", ProxyBench.sdp(5000)),
                bench.address());
    }

    @Test
    void aCallForHelpPassesByteForByteWhileNoPortIsFreeAndNothingOfItIsKept() {
        String offered = help("sip:184119@" + bench.hostPort(), "help@example.com");
        assertThat(body(offered)).isEqualTo(ProxyBench.sdp(4000));
        answer(trunk, offered);
        assertThat(body(bench.registrar.receive("SIP/2.0 200 "))).isEqualTo(ProxyBench.sdp(5000));
        await().until(() -> live().stage() == Stage.NOT_RECORDED);
        assertThat(live().unrecorded()).isEqualTo(Unrecorded.EMERGENCY);
        assertThat(live().exemptable()).isFalse();
        assertThat(bench.session().done()).containsExactly("answered", "bypass EMERGENCY");

        bench.proxy.endAll(EndReason.SHUTDOWN);
        CallOutcome outcome = bench.ledger.all().getFirst();
        assertThat(outcome.result()).isEqualTo(CallOutcome.Result.INTENTIONALLY_NOT);
        assertThat(outcome.why()).isEqualTo(Unrecorded.EMERGENCY);
        assertThat(outcome.facts().decided())
                .as("what was signalled decided, and no policy")
                .isEqualTo(new CallFacts.Decided(null, new NoticeDecision.DoNotRecord(Unrecorded.EMERGENCY), false));
    }

    @Test
    void anyOtherCallIsRefusedThere() {
        invite(bench.registrar, "sip:0990123@" + bench.hostPort(), "other@example.com", parties("201", "0990123"));
        bench.registrar.receive("SIP/2.0 503 ");
    }

    @Test
    void aServiceThatIsNoSipAddressIsLedToTheNeighbour() {
        String offered = help("urn:service:sos.fire", "urn@example.com");
        assertThat(body(offered)).isEqualTo(ProxyBench.sdp(4000));
        assertThat(live().facts().dialled()).isNotNull();
    }

    @Test
    void whileCallsAreRefusedBeforeTheEndACallForHelpPasses() {
        bench.proxy.drain();
        invite(bench.registrar, "sip:0990123@" + bench.hostPort(), "late@example.com", parties("201", "0990123"));
        bench.registrar.receive("SIP/2.0 503 ");
        help("tel:119;phone-context=+81", "help@example.com");
        bench.proxy.endAll(EndReason.SHUTDOWN);
        invite(bench.registrar, "tel:119", "last@example.com", parties("201", "119"));
        bench.registrar.receive("SIP/2.0 503 ");
    }

    @Test
    void aListedNumberThatCallsBackPassesLikewise() {
        help("sip:119@" + bench.hostPort(), "help@example.com");
        invite(trunk, "sip:0990100123@" + bench.hostPort(), "back@example.com", parties(FIRE_BRIGADE, "0990100123"));
        String offered = bench.registrar.receive("INVITE sip:0990100123@");
        assertThat(body(offered)).isEqualTo(ProxyBench.sdp(4000));
        answer(bench.registrar, offered);
        await().until(() -> live().unrecorded() == Unrecorded.EMERGENCY);
    }

    @Test
    void nobodyElseMayCallBackAndNobodyMayClaimTo() throws IOException {
        help("sip:119@" + bench.hostPort(), "help@example.com");
        invite(trunk, "sip:0990100123@" + bench.hostPort(), "else@example.com", parties("0990000118", "0990100123"));
        trunk.receive("SIP/2.0 503 ");
        try (SipPeer stranger = new SipPeer("127.0.0.9")) {
            invite(
                    stranger,
                    "sip:0990100123@" + bench.hostPort(),
                    "x@example.com",
                    parties(FIRE_BRIGADE, "0990100123"));
            stranger.receive("SIP/2.0 503 ");
        }
    }
}
