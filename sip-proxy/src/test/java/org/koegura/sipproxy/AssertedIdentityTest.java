package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.koegura.sipproxy.transport.Hop;

/// Who may say who calls (RFC 3325 §5).
class AssertedIdentityTest {

    private static final String ASSERTED = "P-Asserted-Identity: <sip:mayor@example.com>\r\n";
    private static final String PREFERRED = "P-Preferred-Identity: <sip:201@example.com>\r\n";

    private static String invite(ProxyBench bench, SipPeer from, String uri, String more) {
        return bench.request(
                from,
                "INVITE " + uri,
                "asserted@example.com",
                "1 INVITE",
                ProxyBench.FROM_TO + more + "Content-Type: application/sdp\r\n",
                ProxyBench.sdp(4000));
    }

    @Test
    void noTelephoneAssertsWhoItIsAndWhatItPrefersPasses() throws Exception {
        try (ProxyBench bench = new ProxyBench(10, 0, true)) {
            String lines = ASSERTED + PREFERRED + ASSERTED;
            bench.telephone.send(
                    invite(bench, bench.telephone, "sip:0990123@" + bench.hostPort(), lines), bench.address());
            assertThat(bench.registrar.receive("INVITE "))
                    .doesNotContain("P-Asserted-Identity")
                    .contains(PREFERRED);
        }
    }

    @Test
    void whatThePbxAssertsReachesATelephone() throws Exception {
        try (ProxyBench bench = new ProxyBench(10, 0, true)) {
            bench.registrar.send(
                    invite(bench, bench.registrar, "sip:201@" + bench.telephone.hostPort(), ASSERTED), bench.address());
            assertThat(bench.telephone.receive("INVITE ")).contains(ASSERTED);
        }
    }

    @Test
    void whereNobodyIsSetAsThePbxARegistrarIsKnownByWhatItConfirmed() throws Exception {
        try (ProxyBench bench = new ProxyBench()) {
            String uri = "sip:0990123@" + bench.registrar.hostPort();
            String register = bench.request(
                    bench.telephone,
                    "REGISTER sip:" + bench.registrar.hostPort(),
                    "r@example.com",
                    "1 REGISTER",
                    "From: <sip:201@example.com>;tag=a\r\nTo: <sip:201@example.com>\r\n",
                    "");
            bench.telephone.send(register, bench.address());
            String received = bench.registrar.receive("REGISTER ");
            bench.registrar.send(SipPeer.response(received, "200 OK", "r", "", ""), bench.address());
            bench.telephone.receive("SIP/2.0 200 ");
            bench.telephone.send(invite(bench, bench.telephone, uri, ASSERTED), bench.address());
            assertThat(bench.registrar.receive("INVITE ")).doesNotContain("P-Asserted-Identity");
        }
    }

    @Test
    void whatTheTrunkAssertsReachesThePbx() throws Exception {
        try (SipPeer trunk = new SipPeer(ProxyBench.TRUNK);
                ProxyBench bench = ProxyBench.trunkSide(Hop.udp(trunk.address()))) {
            trunk.send(invite(bench, trunk, "sip:201@" + bench.hostPort(), ASSERTED), bench.address());
            assertThat(bench.registrar.receive("INVITE ")).contains(ASSERTED);
        }
    }
}
