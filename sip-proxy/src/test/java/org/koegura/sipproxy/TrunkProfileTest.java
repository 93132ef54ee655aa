package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.koegura.sipproxy.transport.Hop;

/// What the profile `ngn` promises of the hop to the carrier (J1), where nothing listens on TCP.
class TrunkProfileTest {

    private static final int MTU = 1280;

    /// Headers of IPv4 and UDP.
    private static final int HEADERS = 28;

    private final SipPeer trunk = new SipPeer(ProxyBench.TRUNK);
    private final ProxyBench bench = ProxyBench.ngn(Hop.udp(trunk.address()), MTU);

    TrunkProfileTest() throws IOException, SipFault {}

    @AfterEach
    void close() {
        bench.close();
        trunk.close();
    }

    /// What the PBX sends that names `uri`, with that much in a header field; what the trunk gets.
    private String sent(String uri, String callId, int filling) {
        String lines = ProxyBench.FROM_TO + "X-Filling: " + "x".repeat(filling) + "\r\n";
        bench.registrar.send(
                bench.request(bench.registrar, "INVITE " + uri, callId, "1 INVITE", lines, ""), bench.address());
        bench.registrar.receive("SIP/2.0 100 ");
        return trunk.receive("INVITE " + uri + " ");
    }

    @Test
    void aRequestThatNamesTheCarrierOverTcpGoesThereOverUdp() {
        String uri = "sip:0990123@" + trunk.hostPort() + ";transport=tcp";
        String invite = sent(uri, "tcp@example.com", 1);
        assertThat(SipPeer.one(invite, "Via")).startsWith("SIP/2.0/UDP ");
        assertThat(SipPeer.all(invite, "Record-Route")).hasSize(1);
    }

    @Test
    void whatFillsAPacketOfTheTrunkIsNotCountedAndOneOctetMoreIs() {
        String uri = "sip:0990123@" + bench.hostPort();
        int around = sent(uri, "measure@example.com", 1).length() - 1;
        int fits = MTU - HEADERS - around;
        assertThat(sent(uri, "exactly@example.com", fits)).hasSize(MTU - HEADERS);
        assertThat(bench.count("koegura.sip.oversize.requests")).isZero();
        assertThat(sent(uri, "onemore@example.com", fits + 1)).hasSize(MTU - HEADERS + 1);
        assertThat(bench.count("koegura.sip.oversize.requests")).isOne();
    }

    @Test
    void whatIsFarTooLargeForOnePacketIsStillSentOverUdp() {
        String invite = sent("sip:0990123@" + bench.hostPort(), "large@example.com", 9000);
        assertThat(SipPeer.one(invite, "Via")).startsWith("SIP/2.0/UDP ");
        assertThat(SipPeer.one(invite, "X-Filling")).hasSize(9000);
        assertThat(bench.count("koegura.sip.oversize.requests")).isOne();
    }
}
