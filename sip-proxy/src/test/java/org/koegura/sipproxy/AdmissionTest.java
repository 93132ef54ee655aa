package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.sipproxy.admission.AdmissionSettings;
import org.koegura.sipproxy.admission.AdmissionSettings.Strangers;
import org.koegura.sipproxy.admission.Networks;
import org.koegura.sipproxy.transport.Hop;

/// Who may use the proxy on the telephones' side, and how much of it.
class AdmissionTest {

    /// The telephone and the registrar of the bench are there, and nobody else.
    private static final String HOME = "127.0.0.1";

    private static final int MANY = 100_000;

    private final SipPeer stranger = new SipPeer("127.0.0.9");
    private ProxyBench bench = guarded(0, Strangers.REFUSE, MANY, MANY);

    AdmissionTest() throws IOException, SipFault {}

    @AfterEach
    void close() {
        bench.close();
        stranger.close();
    }

    private static ProxyBench guarded(int port, Strangers strangers, int ratePerSource, int inviteRate)
            throws IOException, SipFault {
        return ProxyBench.guarded(
                port, new AdmissionSettings(Networks.parse(HOME), strangers, ratePerSource, inviteRate));
    }

    private void again(Strangers strangers, int ratePerSource, int inviteRate) throws IOException, SipFault {
        bench.close();
        bench = guarded(0, strangers, ratePerSource, inviteRate);
    }

    private String ask(SipPeer from, String method, String callId) {
        return bench.request(
                from,
                method + " sip:0990123@" + bench.registrar.hostPort(),
                callId,
                "1 " + method,
                ProxyBench.FROM_TO,
                "");
    }

    private double refused(String why) {
        return bench.count("koegura.sip.refused", "reason", why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"INVITE", "OPTIONS", "REGISTER", "MESSAGE"})
    void aStrangerIsRefusedAndGetsNowhere(String method) {
        stranger.send(ask(stranger, method, "s@example.com"), bench.address());
        stranger.receive("SIP/2.0 403 ");
        assertThat(bench.registrar.next(100)).isEmpty();
        assertThat(bench.proxy.live()).isZero();
        assertThat(refused("stranger")).isEqualTo(1);
    }

    @Test
    void aStrangersAddressIsToldOnceSoThatAForgottenNetworkIsFound() {
        try (KeptLog log = new KeptLog()) {
            for (int i = 0; i < 3; i++) {
                stranger.send(ask(stranger, "REGISTER", "s" + i + "@example.com"), bench.address());
                stranger.receive("SIP/2.0 403 ");
            }
            assertThat(log.of("sip.stranger.refused"))
                    .singleElement()
                    .asString()
                    .startsWith("sip.stranger.refused source=127.0.0.9 next=");
        }
    }

    @Test
    void aStrangerMayBeMetWithSilenceWhateverItSends() throws Exception {
        again(Strangers.SILENCE, MANY, MANY);
        String ask = ask(stranger, "OPTIONS", "s@example.com");
        stranger.send(ask, bench.address());
        stranger.send(ask.replace("Content-Length: 0", "Content-Length: 99"), bench.address());
        stranger.send(ask.replace("1 OPTIONS", "1 INFO"), bench.address());
        await().until(() -> refused("stranger") == 2 && bench.count("koegura.sip.parse.errors") == 1);
        assertThat(stranger.next(100)).isEmpty();
        assertThat(bench.registrar.next(100)).isEmpty();
    }

    @Test
    void insideOfADialogAnybodyIsHeardAfterARestartToo() throws Exception {
        bench.invite("d@example.com");
        bench.close();
        ProxyBench before = guarded(0, Strangers.REFUSE, MANY, MANY);
        String ok;
        int port = before.address().getPort();
        try (before) {
            before.respond(before.invite("d@example.com"), "200 OK", ProxyBench.sdp(5000));
            ok = before.telephone.receive("SIP/2.0 200 ");
        }
        bench = guarded(port, Strangers.REFUSE, MANY, MANY);
        String bye = bench.inDialog("BYE", "d@example.com", 2, ok, "", "");
        stranger.send(bye.replace("d@example.com", "e@example.com"), bench.address());
        stranger.receive("SIP/2.0 403 ");
        stranger.send(bye.replace(";tag=b", ""), bench.address());
        stranger.receive("SIP/2.0 403 ");
        stranger.send(bye, bench.address());
        bench.registrar.receive("BYE ");
    }

    @Test
    void whoCallsATelephoneByItsPathIsHeard() {
        String line = "INVITE sip:201@" + bench.telephone.hostPort();
        String route =
                "Route: <sip:" + bench.hostPort() + ";lr;" + ProxyBench.pathMark(bench.telephone.hostPort()) + ">\r\n";
        stranger.send(
                bench.request(stranger, line, "p@example.com", "1 INVITE", ProxyBench.FROM_TO + route, ""),
                bench.address());
        bench.telephone.receive(line);
        stranger.receive("SIP/2.0 100 ");
        stranger.send(
                bench.request(
                        stranger,
                        "INVITE sip:201@" + bench.registrar.hostPort(),
                        "q@example.com",
                        "1 INVITE",
                        ProxyBench.FROM_TO + route,
                        ""),
                bench.address());
        stranger.receive("SIP/2.0 403 ");
    }

    @Test
    void whoSendsTooMuchGets503WithRetryAfterAndOthersDoNot() throws Exception {
        bench.close();
        bench = ProxyBench.guarded(0, new AdmissionSettings(Networks.parse("127.0.0.0/8"), Strangers.REFUSE, 1, MANY));
        for (int i = 0; i < 11; i++) {
            stranger.send(ask(stranger, "OPTIONS", "o" + i + "@example.com"), bench.address());
        }
        assertThat(stranger.receive("SIP/2.0 503 ")).contains("Retry-After: 5\r\n");
        assertThat(refused("source_rate")).isEqualTo(1);
        bench.telephone.send(ask(bench.telephone, "OPTIONS", "other@example.com"), bench.address());
        await().until(() -> bench.registrar.next(100).contains("other@example.com"));
    }

    @Test
    void theAckOfARefusalWithoutATransactionEndsHereAndOneOfSomebodyElsesPasses() throws Exception {
        again(Strangers.REFUSE, MANY, 1);
        String refusal = "";
        String invite = "";
        for (int i = 0; i < 40 && !refusal.startsWith("SIP/2.0 503 "); i++) {
            invite = ask(bench.telephone, "INVITE", "flood" + i + "@example.com");
            bench.telephone.send(invite, bench.address());
            refusal = bench.telephone.next(1000);
        }
        String ack = invite.replace("INVITE", "ACK").replaceFirst("To: [^\r]*", "To: " + SipPeer.one(refusal, "To"));
        String other = ack.replaceFirst(";tag=[0-9a-f]{24}", ";tag=0123456789abcdef01234567");
        assertThat(other).isNotEqualTo(ack);
        bench.telephone.send(ack, bench.address());
        bench.telephone.send(other, bench.address());
        await().until(() -> bench.count("koegura.sip.requests", "method", "ACK", "direction", "out") == 1);
        String passed = bench.registrar.next(1000);
        while (!passed.startsWith("ACK ")) {
            passed = bench.registrar.next(1000);
        }
        assertThat(passed).contains("0123456789abcdef01234567");
    }

    /// The PBX trusts what comes from us as it trusts its trunk: whoever got there could call at the city's expense.
    @Test
    void besideTheTrunkAStrangerReachesNobodyAndAnAddressOfOursThePbx() throws Exception {
        bench.close();
        try (SipPeer trunk = new SipPeer(ProxyBench.TRUNK);
                SipPeer ours = new SipPeer("127.0.0.8");
                ProxyBench beside = ProxyBench.guardedTrunkSide(
                        Hop.udp(trunk.address()),
                        new AdmissionSettings(Networks.parse("127.0.0.8/32"), Strangers.REFUSE, 4, MANY))) {
            for (String method : List.of("INVITE", "REGISTER", "OPTIONS")) {
                stranger.send(
                        beside.request(
                                stranger,
                                method + " sip:0990100@" + beside.hostPort(),
                                method + "@example.com",
                                "1 " + method,
                                ProxyBench.FROM_TO,
                                ""),
                        beside.address());
                stranger.receive("SIP/2.0 403 ");
            }
            ours.send(options(beside, ours, "ours", beside.registrar), beside.address());
            assertThat(beside.registrar.receive("")).startsWith("OPTIONS ").contains("ours@example.com");
            assertThat(beside.count("koegura.sip.refused", "reason", "stranger"))
                    .isEqualTo(3);
        }
    }

    private static String options(ProxyBench beside, SipPeer from, String callId, SipPeer to) {
        return beside.request(
                from, "OPTIONS sip:x@" + to.hostPort(), callId + "@example.com", "1 OPTIONS", ProxyBench.FROM_TO, "");
    }

    @Test
    void anInviteThatIsRepeatedIsNoNewOneHoweverMuchItsSenderSends() throws Exception {
        bench.close();
        bench = ProxyBench.guarded(0, new AdmissionSettings(Networks.parse("127.0.0.0/8"), Strangers.REFUSE, 1, MANY));
        String invite = ask(stranger, "INVITE", "repeated@example.com");
        stranger.send(invite, bench.address());
        stranger.receive("SIP/2.0 100 ");
        bench.registrar.receive("INVITE ");
        for (int i = 0; i < 11; i++) {
            stranger.send(ask(stranger, "OPTIONS", "o" + i + "@example.com"), bench.address());
        }
        stranger.receive("SIP/2.0 503 ");
        stranger.send(invite, bench.address());
        await().until(() -> stranger.next(1000).startsWith("SIP/2.0 100 ")); // behind what else was refused
        stranger.send(ask(stranger, "INVITE", "another@example.com"), bench.address());
        assertThat(stranger.receive("SIP/2.0 503 ")).contains("another@example.com");
    }

    @Test
    void aFloodOfCallsGets503BeforeItCostsAPortAndWhatRunsGoesOn() throws Exception {
        again(Strangers.REFUSE, MANY, 1);
        String atRegistrar = bench.invite("running@example.com");
        bench.respond(atRegistrar, "200 OK", ProxyBench.sdp(5000));
        String ok = bench.telephone.receive("SIP/2.0 200 ");
        for (int i = 0; i < 20; i++) {
            bench.telephone.send(ask(bench.telephone, "INVITE", "flood" + i + "@example.com"), bench.address());
        }
        await().until(() -> refused("invite_rate") >= 17);
        assertThat(bench.proxy.live()).isLessThanOrEqualTo(3);
        bench.telephone.send(bench.inDialog("BYE", "running@example.com", 2, ok, "", ""), bench.address());
        await().until(() -> bench.registrar.next(1000).startsWith("BYE "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"sip:110@city.invalid", "tel:119", "sip:118@city.invalid;user=phone", "urn:service:sos.fire"})
    void aCallForHelpPassesEveryLimit(String uri) throws Exception {
        again(Strangers.REFUSE, 1, 1);
        for (int i = 0; i < 20; i++) {
            bench.telephone.send(ask(bench.telephone, "INVITE", "flood" + i + "@example.com"), bench.address());
        }
        await().until(() -> refused("invite_rate") + refused("source_rate") >= 10);
        bench.telephone.send(
                bench.request(bench.telephone, "INVITE " + uri, "help@example.com", "1 INVITE", ProxyBench.FROM_TO, ""),
                bench.address());
        await().until(() -> bench.registrar.next(1000).startsWith("INVITE " + uri));
    }
}
