package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.CallOutcome;

/// Calls over TCP, and from TCP to UDP and back (RFC 3261 §18, trap 35).
class TcpPassageTest {

    private final ProxyBench bench = new ProxyBench();
    private final TcpPeer telephone = new TcpPeer();

    TcpPassageTest() throws IOException, SipFault {}

    @AfterEach
    void close() throws IOException {
        telephone.close();
        bench.close();
    }

    private String request(String method, String uri, String callId, long cseq, String to, String lines, String body) {
        return method + " " + uri + " SIP/2.0\r\nVia: SIP/2.0/TCP " + telephone.hostPort() + ";branch=z9hG4bK"
                + (to.endsWith("tag=b") && method.equals("ACK") ? "INVITE" : method) + cseq + callId
                + "\r\nMax-Forwards: 70\r\nFrom: <sip:201@example.com>;tag=a\r\nTo: " + to
                + "\r\nCall-ID: " + callId + "\r\nCSeq: " + cseq + " " + method + "\r\nContact: <sip:201@"
                + telephone.hostPort() + ";transport=tcp>\r\n" + lines + "Content-Length: " + body.length()
                + "\r\n\r\n" + body;
    }

    private String invite(String callId, String uri) {
        return request(
                "INVITE",
                uri,
                callId,
                1,
                "<sip:0990123@example.com>",
                "Route: <sip:" + bench.hostPort() + ";transport=tcp;lr>\r\nContent-Type: application/sdp\r\n",
                ProxyBench.sdp(4000));
    }

    @Test
    void aCallFromTcpToUdpComesBackOverTheSameConnectionAndEachSideIsToldItsOwnProtocol() throws Exception {
        telephone.connect(bench.address());
        String uri = "sip:0990123@" + bench.registrar.hostPort();
        telephone.send(invite("mixed", uri));
        telephone.receive("SIP/2.0 100 ");
        String onward = bench.registrar.receive("INVITE " + uri);
        assertThat(SipPeer.all(onward, "Via").getFirst()).startsWith("SIP/2.0/UDP " + bench.hostPort());
        assertThat(SipPeer.all(onward, "Record-Route"))
                .hasSize(2)
                .satisfies(routes -> assertThat(routes.get(0)).contains(";transport=udp;lr;r2"))
                .satisfies(routes -> assertThat(routes.get(1)).contains(";transport=tcp;lr;r2"));
        bench.respond(onward, "200 OK", ProxyBench.sdp(5000));
        String ok = telephone.receive("SIP/2.0 200 ");
        assertThat(SipPeer.all(ok, "Via")).hasSize(1);

        String routes = "Route: " + SipPeer.all(ok, "Record-Route").get(1) + "\r\nRoute: "
                + SipPeer.all(ok, "Record-Route").get(0) + "\r\n";
        telephone.send(request("ACK", uri, "mixed", 1, SipPeer.one(ok, "To"), routes, ""));
        String ack = bench.registrar.receive("ACK " + uri);
        assertThat(SipPeer.all(ack, "Route")).isEmpty();
        telephone.send(request("BYE", uri, "mixed", 2, SipPeer.one(ok, "To"), routes, ""));
        String bye = bench.registrar.receive("BYE " + uri);
        assertThat(SipPeer.all(bye, "Route")).isEmpty();
        bench.respond(bye, "200 OK", "");
        telephone.receive("SIP/2.0 200 ");
        await().until(() -> bench.lastResult() != null);
        assertThat(bench.lastResult()).isEqualTo(CallOutcome.Result.INTENTIONALLY_NOT);
    }

    @Test
    void aRequestToATcpPeerOpensOneConnectionAndUsesItAgain() throws Exception {
        try (TcpPeer callee = new TcpPeer()) {
            String uri = "sip:0990123@" + callee.hostPort() + ";transport=tcp";
            telephone.connect(bench.address());
            telephone.send(invite("both", uri));
            telephone.receive("SIP/2.0 100 ");
            callee.accept();
            String onward = callee.receive("INVITE " + uri);
            assertThat(SipPeer.all(onward, "Via").getFirst()).startsWith("SIP/2.0/TCP " + bench.hostPort());
            assertThat(SipPeer.all(onward, "Record-Route"))
                    .singleElement()
                    .asString()
                    .contains(";transport=tcp;lr");
            callee.send(SipPeer.response(onward, "486 Busy Here", "b", "", ""));
            assertThat(callee.receive("ACK " + uri)).contains("tag=b");
            telephone.receive("SIP/2.0 486 ");
            telephone.send(request(
                    "ACK", uri, "both", 1, "<sip:0990123@example.com>;tag=b", "", "")); // hop by hop: it ends here
            telephone.send(invite("again", uri));
            telephone.receive("SIP/2.0 100 ");
            callee.receive("INVITE " + uri);
        }
    }

    @Test
    void nothingIsRepeatedOverTcp() throws Exception {
        try (TcpPeer callee = new TcpPeer()) {
            String uri = "sip:0990123@" + callee.hostPort() + ";transport=tcp";
            telephone.connect(bench.address());
            telephone.send(invite("once", uri));
            telephone.receive("SIP/2.0 100 ");
            callee.accept();
            String onward = callee.receive("INVITE " + uri);
            await().during(java.time.Duration.ofMillis(1300))
                    .atMost(java.time.Duration.ofSeconds(3))
                    .until(() -> bench.count("koegura.sip.retransmissions") == 0);
            callee.send(SipPeer.response(onward, "603 Decline", "b", "", ""));
            callee.receive("ACK ");
            telephone.receive("SIP/2.0 603 ");
        }
    }

    @Test
    void aResponseWhoseConnectionIsGoneGoesToTheSentByPort() throws Exception {
        telephone.connect(bench.address());
        String uri = "sip:0990123@" + bench.registrar.hostPort();
        telephone.send(invite("gone", uri));
        telephone.receive("SIP/2.0 100 ");
        String onward = bench.registrar.receive("INVITE ");
        telephone.hangUpConnection();
        await().until(() -> bench.gauge("koegura.sip.connections") == 0);
        bench.respond(onward, "180 Ringing", "");
        telephone.accept();
        telephone.receive("SIP/2.0 180 ");
    }

    @Test
    void aPeerThatIsNotThereIsAnsweredAtOnce() throws Exception {
        telephone.connect(bench.address());
        int nobody;
        try (TcpPeer closed = new TcpPeer()) {
            nobody = closed.address().getPort();
        }
        telephone.send(invite("nobody", "sip:0990123@127.0.0.1:" + nobody + ";transport=tcp"));
        telephone.receive("SIP/2.0 100 ");
        telephone.receive("SIP/2.0 500 ");
    }

    /// Trap 12: a dead channel must not swallow a request for the 32 s of timer B.
    @Test
    void anInviteThatDiesWithItsConnectionIsTriedOverANewOneAndFailsSoonWhereThatDiesToo() throws Exception {
        try (TcpPeer callee = new TcpPeer()) {
            String uri = "sip:0990123@" + callee.hostPort() + ";transport=tcp";
            telephone.connect(bench.address());
            telephone.send(invite("dies", uri));
            telephone.receive("SIP/2.0 100 ");
            callee.accept();
            String first = callee.receive("INVITE " + uri);
            callee.hangUpConnection();
            callee.accept();
            assertThat(callee.receive("INVITE " + uri)).isEqualTo(first);
            callee.hangUpConnection();
            telephone.receive("SIP/2.0 500 ");
        }
    }

    @Test
    void aTelephoneIsCalledOverTheConnectionThatItOpened() throws Exception {
        try (TcpPeer behind = new TcpPeer()) {
            behind.connect(bench.address());
            behind.send("\r\n\r\n");
            assertThat(behind.octets(2)).isEqualTo("\r\n");
            telephone.connect(bench.address());
            String uri = "sip:0990123@" + behind.connectionHostPort() + ";transport=tcp";
            telephone.send(invite("behind", uri));
            assertThat(SipPeer.all(behind.receive("INVITE " + uri), "Via").getFirst())
                    .endsWith(";alias");
        }
    }

    @Test
    void aPeerThatAsksForItIsReachedAtItsListeningPortOverTheConnectionThatItOpened() throws Exception {
        try (TcpPeer peer = new TcpPeer()) {
            peer.connect(bench.address());
            peer.send(options(peer, ";alias"));
            peer.receive("SIP/2.0 200 ");
            telephone.connect(bench.address());
            String uri = "sip:0990123@" + peer.hostPort() + ";transport=tcp";
            telephone.send(invite("alias", uri));
            peer.receive("INVITE " + uri);
            assertThat(bench.gauge("koegura.sip.connections")).isEqualTo(2);
        }
    }

    @Test
    void aPeerThatDoesNotAskIsReachedOverAConnectionToItsListeningPort() throws Exception {
        try (TcpPeer peer = new TcpPeer()) {
            peer.connect(bench.address());
            peer.send(options(peer, ""));
            peer.receive("SIP/2.0 200 ");
            telephone.connect(bench.address());
            String uri = "sip:0990123@" + peer.hostPort() + ";transport=tcp";
            telephone.send(invite("none", uri));
            peer.accept();
            peer.receive("INVITE " + uri);
        }
    }

    private String options(TcpPeer peer, String parameters) {
        return "OPTIONS sip:" + bench.hostPort() + ";transport=tcp SIP/2.0\r\nVia: SIP/2.0/TCP " + peer.hostPort()
                + ";branch=z9hG4bKoptions" + parameters + "\r\nMax-Forwards: 70\r\n" + ProxyBench.FROM_TO
                + "Call-ID: options\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n";
    }

    @Test
    void anInviteThatRingsOutlivesItsConnection() throws Exception {
        try (TcpPeer callee = new TcpPeer()) {
            String uri = "sip:0990123@" + callee.hostPort() + ";transport=tcp";
            telephone.connect(bench.address());
            telephone.send(invite("rings", uri));
            telephone.receive("SIP/2.0 100 ");
            callee.accept();
            String onward = callee.receive("INVITE " + uri);
            callee.send(SipPeer.response(onward, "180 Ringing", "b", "", ""));
            telephone.receive("SIP/2.0 180 ");
            callee.hangUpConnection();
            try (TcpPeer another = new TcpPeer()) {
                another.connect(bench.address());
                another.send(SipPeer.response(onward, "486 Busy Here", "b", "", ""));
            }
            callee.accept();
            assertThat(callee.receive("ACK " + uri)).contains("tag=b");
            telephone.receive("SIP/2.0 486 ");
        }
    }

    @Test
    void aRequestThatIsTooLargeIsAnsweredSoAndItsConnectionEnds() throws Exception {
        telephone.connect(bench.address());
        telephone.send(request("OPTIONS", "sip:" + bench.hostPort(), "large", 1, "<sip:x@example.com>", "", "")
                .replace("Content-Length: 0", "Content-Length: 2000000000"));
        telephone.receive("SIP/2.0 513 ");
        assertThat(telephone.isClosed()).isTrue();
    }

    @Test
    void aHeaderFieldWithoutEndIsAnsweredSo() throws Exception {
        telephone.connect(bench.address());
        String endless = "X: " + "x".repeat(20_000) + "\r\n";
        telephone.send(request("OPTIONS", "sip:" + bench.hostPort(), "long", 1, "<sip:x@example.com>", endless, ""));
        telephone.receive("SIP/2.0 513 ");
        String many = "X: x\r\n".repeat(600);
        telephone.send(request("OPTIONS", "sip:" + bench.hostPort(), "many", 1, "<sip:x@example.com>", many, ""));
        telephone.receive("SIP/2.0 400 ");
        telephone.send(request("OPTIONS", "sip:" + "x".repeat(20_000), "uri", 1, "<sip:x@example.com>", "", ""));
        telephone.receive("SIP/2.0 414 ");
        telephone.send(request("OPTIONS", "sip:" + bench.hostPort(), "alive", 1, "<sip:x@example.com>", "", ""));
        telephone.receive("SIP/2.0 200 ");
    }

    @Test
    void rubbishEndsItsConnectionAndNoOther() throws Exception {
        telephone.connect(bench.address());
        try (TcpPeer rude = new TcpPeer()) {
            rude.connect(bench.address());
            rude.send("INVITE sip:a SIP/2.0\r\nContent-Length: 2000000000\r\n\r\n");
            assertThat(rude.isClosed()).isTrue();
        }
        assertThat(bench.count("koegura.sip.parse.errors", "transport", "tcp", "reason", "framing"))
                .isEqualTo(1);
        telephone.send("\r\n\r\n");
        assertThat(telephone.octets(2)).isEqualTo("\r\n");
        telephone.send(request("OPTIONS", "sip:" + bench.hostPort(), "alive", 1, "<sip:x@example.com>", "", ""));
        telephone.receive("SIP/2.0 200 ");
    }
}
