package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A call that is too large to go on ends as one, and nothing of it stays.
class OversizeTest {

    private final ProxyBench bench = new ProxyBench();
    private final TcpPeer telephone = new TcpPeer();

    OversizeTest() throws IOException, SipFault {}

    @AfterEach
    void close() throws IOException {
        telephone.close();
        bench.close();
    }

    private String invite(String lines, String sdp) {
        return bench.outbound("oversize@example.com", "1 INVITE")
                        .replaceFirst("Via: SIP/2.0/UDP [^;]*", "Via: SIP/2.0/TCP " + telephone.hostPort())
                        .replaceFirst("Max-Forwards", lines + "Max-Forwards")
                        .replaceFirst("(?s)Content-Length: .*", "Content-Length: " + sdp.length() + "\r\n\r\n")
                + sdp;
    }

    private void leavesNothing() {
        await().until(() -> bench.proxy.live() == 0);
        assertThat(bench.media.open()).isZero();
        assertThat(bench.registrar.next(100)).isEmpty();
    }

    @Test
    void anInviteWithAFieldThatIsTooLongGets513AndCostsNothing() throws Exception {
        telephone.connect(bench.address());
        telephone.send(invite("X: " + "x".repeat(20_000) + "\r\n", ProxyBench.sdp(4000)));
        telephone.receive("SIP/2.0 513 ");
        assertThat(bench.ledger.all()).isEmpty();
        leavesNothing();
    }

    /// Each of its addresses is shorter than ours.
    @Test
    void anInviteThatBecomesTooLargeWithOurAddressesGets513AndGivesItsPortsBack() throws Exception {
        String many = ProxyBench.sdp(4000) + "c=IN IP4 1.1.1.1\r\n".repeat(1_500);
        String sdp = many + "a=x:" + "1".repeat(64_900 - many.length()) + "\r\n";
        telephone.connect(bench.address());
        String invite = invite("", sdp);
        telephone.send(invite);
        telephone.receive("SIP/2.0 100 ");
        String refusal = telephone.receive("SIP/2.0 513 ");
        leavesNothing();
        telephone.send(invite("", "")
                .replace("INVITE", "ACK")
                .replaceFirst("To: [^\r]*", "To: " + SipPeer.one(refusal, "To")));
        assertThat(bench.registrar.next(200)).as("its ACK ends here").isEmpty();
    }
}
