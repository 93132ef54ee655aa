package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.koegura.sipproxy.TrunkSide.SDP;
import static org.koegura.sipproxy.TrunkSide.parties;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.Ground;
import org.koegura.callmodel.LiveCall;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.port.StandingExemptions;
import org.koegura.sipproxy.transport.Hop;

/// Which numbers a standing exemption is for (N8): those that PBX or carrier vouch for, and no other.
class StandingNumberTest {

    private static final String ASSERTED = "P-Asserted-Identity: <sip:+81990123456@carrier.example>\r\n";

    private static final StandingExemptions FOR_ONE = (number, at) ->
            number.equals("+81990123456") ? Exemption.standing("ab".repeat(16), Ground.DANGER, null, at) : null;

    private final SipPeer trunk = new SipPeer(ProxyBench.TRUNK);
    private final SipPeer stranger = new SipPeer("127.0.0.9");
    private final ProxyBench bench = new ProxySetup()
            .between(Hop.udp(trunk.address()))
            .extensions("2xx")
            .standing(FOR_ONE)
            .open();

    StandingNumberTest() throws IOException, SipFault {}

    @AfterEach
    void close() {
        bench.close();
        trunk.close();
        stranger.close();
    }

    /// Where the call stands once it was answered.
    private Stage stageOf(SipPeer from, SipPeer to, String user, String more) {
        int before = bench.proxy.live();
        from.send(
                bench.request(
                        from,
                        "INVITE sip:" + user + "@" + bench.hostPort(),
                        "standing-" + before + "@example.com",
                        "1 INVITE",
                        more + SDP,
                        ProxyBench.sdp(4000)),
                bench.address());
        from.receive("SIP/2.0 100 ");
        String invite = to.receive("INVITE ");
        to.send(SipPeer.response(invite, "200 OK", "b", SDP, ProxyBench.sdp(5000)), bench.address());
        from.receive("SIP/2.0 200 ");
        await().until(() -> List.of(Stage.NOTICE, Stage.RECORDED_WITHOUT_NOTICE, Stage.NOT_RECORDED)
                .contains(last().stage()));
        return last().stage();
    }

    private LiveCall last() {
        return bench.proxy.liveCalls().list().getLast();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ASSERTED,
                "P-Asserted-Identity: <tel:+81-990-123-456>\r\n",
                "P-Asserted-Identity: \"x\" <sip:0990123456@carrier.example>, <tel:+81990123456>\r\n",
                "P-Asserted-Identity: <sip:+81990123456;verstat=TN-Validation-Passed@carrier.example>\r\n",
                ASSERTED + "Privacy: none\r\n"
            })
    void aCallerIdThatTheTrunkAssertsIsVouchedFor(String asserted) {
        assertThat(stageOf(trunk, bench.registrar, "201", parties("0990555555", "201") + asserted))
                .isEqualTo(Stage.RECORDED_WITHOUT_NOTICE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // From alone
                "P-Preferred-Identity: <sip:+81990123456@carrier.example>\r\n",
                "Remote-Party-ID: <sip:+81990123456@carrier.example>\r\n",
                ASSERTED + "Privacy: id\r\n",
                ASSERTED + "Privacy: header;user\r\n",
                "P-Asserted-Identity: <sip:+81990123456@carrier.example>, <tel:+81990123457>\r\n",
                "P-Asserted-Identity: <sip:+81990123456@carrier.example>, <sip:anonymous@anonymous.invalid>\r\n",
                "P-Asserted-Identity: <sip:+81990123457@carrier.example>\r\n",
                "P-Asserted-Identity: <sip:+81990123456;verstat=TN-Validation-Failed@carrier.example>\r\n",
                "P-Asserted-Identity: <sip:+81990123456;verstat=No-TN-Validation@carrier.example>\r\n",
                "P-Asserted-Identity: <tel:+81990123456>;verstat=No-TN-Validation\r\n",
                "P-Asserted-Identity: <sip:+81990123456;verstat=TN-Validation-Passed-C@carrier.example>\r\n",
                ASSERTED + "Privacy: id;none\r\n",
                ASSERTED + "Remote-Party-ID: <sip:+81990123456@carrier.example>;privacy=full\r\n",
                ASSERTED + "Replaces: 1@example.com;to-tag=a;from-tag=b\r\n",
                ASSERTED + "Join: 1@example.com;to-tag=a;from-tag=b\r\n",
                "P-Asserted-Identity: <sip:+81990123456@carrier\r\n"
            })
    void oneThatIsWithheldUnverifiedOrOnlySaidIsNot(String said) {
        assertThat(stageOf(trunk, bench.registrar, "201", parties("+81990123456", "201") + said))
                .isEqualTo(Stage.NOTICE);
    }

    @Test
    void whoeverHidesInFromIsWithheldWhateverIsAsserted() {
        String from = "From: \"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=a\r\nTo: <sip:201@example.com>\r\n";
        assertThat(stageOf(trunk, bench.registrar, "201", from + ASSERTED)).isEqualTo(Stage.NOTICE);
        assertThat(stageOf(trunk, bench.registrar, "201", from + ASSERTED + "Privacy: none\r\n"))
                .isEqualTo(Stage.NOTICE);
    }

    @Test
    void aFromThatIsMarkedAsNotVerifiedIsADoubtWhateverIsAsserted() {
        String from = parties("+81990123456;verstat=TN-Validation-Failed", "201");
        assertThat(stageOf(trunk, bench.registrar, "201", from + ASSERTED)).isEqualTo(Stage.NOTICE);
    }

    @Test
    void aStrangerVouchesForNobody() {
        assertThat(stageOf(stranger, bench.registrar, "201", parties("+81990123456", "201") + ASSERTED))
                .isEqualTo(Stage.NOTICE);
    }

    @Test
    void ofACallThatGoesOutItIsTheNumberThatIsDialledHoweverItIsWritten() {
        assertThat(stageOf(bench.registrar, trunk, "1840990123456", parties("201", "0990555555")))
                .isEqualTo(Stage.RECORDED_WITHOUT_NOTICE);
        assertThat(stageOf(bench.registrar, trunk, "0990123457", parties("201", "0990123456")))
                .as("To is not who is called")
                .isEqualTo(Stage.NOTICE);
    }

    /// Whose call it is nobody knows who has no patterns, and one that was handed on is another's.
    @Test
    void ofACallThatMayBeHandedOnByThePbxItIsNot() throws Exception {
        for (String on : List.of("Diversion: <sip:202@example.com>\r\n", "History-Info: <sip:202@example.com>\r\n")) {
            assertThat(stageOf(bench.registrar, trunk, "0990123456", parties("201", "0990123456") + on))
                    .as(on)
                    .isEqualTo(Stage.NOTICE);
        }
        try (SipPeer carrier = new SipPeer("127.0.0.8");
                ProxyBench open = new ProxySetup()
                        .between(Hop.udp(carrier.address()))
                        .standing(FOR_ONE)
                        .open()) {
            answeredCall(open, carrier, "");
            assertThat(open.proxy.liveCalls().list().getFirst().stage()).isEqualTo(Stage.NOTICE);
        }
    }

    /// Whoever was dialled has sent the call on.
    @Test
    void whoeverAnswersByAnotherNumberIsTold() throws Exception {
        try (SipPeer carrier = new SipPeer("127.0.0.8");
                ProxyBench patterned = new ProxySetup()
                        .between(Hop.udp(carrier.address()))
                        .extensions("2xx")
                        .standing(FOR_ONE)
                        .open()) {
            answeredCall(patterned, carrier, "P-Asserted-Identity: <sip:+81355555555@carrier.example>\r\n");
            assertThat(patterned.proxy.liveCalls().list().getFirst().stage()).isEqualTo(Stage.NOTICE);
            assertThat(patterned.journal.acts()).contains("exemption.lapsed");
        }
    }

    /// 201 calls the number; it rings, and is answered.
    private static void answeredCall(ProxyBench at, SipPeer carrier, String answer) throws Exception {
        at.registrar.send(
                at.request(
                        at.registrar,
                        "INVITE sip:0990123456@" + at.hostPort(),
                        "on@example.com",
                        "1 INVITE",
                        parties("201", "0990123456") + SDP,
                        ProxyBench.sdp(4000)),
                at.address());
        at.registrar.receive("SIP/2.0 100 ");
        String invite = carrier.receive("INVITE ");
        carrier.send(SipPeer.response(invite, "180 Ringing", "b", "", ""), at.address());
        at.registrar.receive("SIP/2.0 180 ");
        carrier.send(SipPeer.response(invite, "200 OK", "b", answer + SDP, ProxyBench.sdp(5000)), at.address());
        at.registrar.receive("SIP/2.0 200 ");
        await().until(() -> at.proxy.liveCalls().list().getFirst().answeredAt() != null);
    }

    /// The PBX hands on a call of somebody outside, whom nobody outside has judged.
    @Test
    void aCallThatThePbxSendsOutForSomebodyElseIsNotExemptByItsCaller() throws Exception {
        try (SipPeer carrier = new SipPeer("127.0.0.8");
                ProxyBench patterned = new ProxySetup()
                        .between(Hop.udp(carrier.address()))
                        .extensions("2xx")
                        .standing(FOR_ONE)
                        .open()) {
            patterned.registrar.send(
                    patterned.request(
                            patterned.registrar,
                            "INVITE sip:0990123456@" + patterned.hostPort(),
                            "on@example.com",
                            "1 INVITE",
                            parties("0990555555", "0990123456") + SDP,
                            ProxyBench.sdp(4000)),
                    patterned.address());
            patterned.registrar.receive("SIP/2.0 100 ");
            String invite = carrier.receive("INVITE ");
            carrier.send(SipPeer.response(invite, "200 OK", "b", SDP, ProxyBench.sdp(5000)), patterned.address());
            patterned.registrar.receive("SIP/2.0 200 ");
            LiveCall call = patterned.proxy.liveCalls().list().getFirst();
            await().until(() -> patterned.proxy.liveCalls().list().getFirst().answeredAt() != null);
            assertThat(call.exempted()).isNull();
            assertThat(patterned.journal.acts()).doesNotContain("exemption.in-force");
        }
    }
}
