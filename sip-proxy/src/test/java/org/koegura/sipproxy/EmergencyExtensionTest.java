package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.LiveCall;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.Unrecorded;

/// On the telephones' side: what is a call for help, and what only looks like one (N11).
class EmergencyExtensionTest {

    private final SipPeer elsewhere = new SipPeer("127.0.0.9");
    private final ProxyBench bench = new ProxyBench(10, 0, true);

    EmergencyExtensionTest() throws IOException, SipFault {}

    @AfterEach
    void close() {
        bench.close();
        elsewhere.close();
    }

    private void call(SipPeer from, SipPeer to, String uri) {
        String type = "Content-Type: application/sdp\r\n";
        from.send(
                bench.request(
                        from,
                        "INVITE " + uri,
                        "e@example.com",
                        "1 INVITE",
                        ProxyBench.FROM_TO + type,
                        ProxyBench.sdp(4000)),
                bench.address());
        from.receive("SIP/2.0 100 ");
        String invite = to.receive("INVITE " + uri);
        to.send(SipPeer.response(invite, "200 OK", "b", type, ProxyBench.sdp(5000)), bench.address());
        from.receive("SIP/2.0 200 ");
    }

    private LiveCall live() {
        return bench.proxy.liveCalls().list().getFirst();
    }

    /// A city hall has extensions of three digits, and whoever calls one of them is told as anybody is.
    @Test
    void aCallFromOutsideToTheTelephoneAtExtension119IsNoCallForHelp() {
        call(bench.registrar, bench.telephone, "sip:119@" + bench.telephone.hostPort());
        await().until(() -> live().stage() == Stage.NOTICE);
    }

    /// To miss one call for help is worse: the host may be that of another PBX.
    @Test
    void aTelephoneCallsForHelpWhateverHostItNames() {
        call(bench.telephone, elsewhere, "sip:119@" + elsewhere.hostPort());
        await().until(() -> live().unrecorded() == Unrecorded.EMERGENCY);
    }

    @Test
    void soItDoesByWayOfTheRegistrar() {
        call(bench.telephone, bench.registrar, "sip:119@" + bench.registrar.hostPort());
        await().until(() -> live().unrecorded() == Unrecorded.EMERGENCY);
    }

    /// The registrar's gateway may be anywhere.
    @Test
    void soItIsStillWhereTheRegistrarSendsItOnByWayOfUs() {
        String type = "Content-Type: application/sdp\r\n";
        String uri = "sip:119@" + bench.registrar.hostPort();
        String lines = ProxyBench.FROM_TO + type;
        bench.telephone.send(
                bench.request(
                        bench.telephone, "INVITE " + uri, "s@example.com", "1 INVITE", lines, ProxyBench.sdp(4000)),
                bench.address());
        String first = bench.registrar.receive("INVITE " + uri);
        String ownVia = "Via: SIP/2.0/UDP " + bench.registrar.hostPort() + ";branch=z9hG4bKonward\r\nVia:";
        String onward = first.replace("INVITE " + uri, "INVITE sip:119@" + elsewhere.hostPort())
                .replaceFirst("Via:", ownVia);
        bench.registrar.send(onward, bench.address());
        String second = elsewhere.receive("INVITE sip:119@" + elsewhere.hostPort());
        assertThat(SipPeer.body(second)).isEqualTo(ProxyBench.sdp(4000));
    }
}
