package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Traps 32 to 34: registrations, challenges, and what is asked of us ourselves.
class RegistrationTest {

    @SuppressWarnings("NullAway.Init") // set before each
    private ProxyBench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new ProxyBench();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private String register(String more) {
        return bench.request(
                bench.telephone,
                "REGISTER sip:" + bench.registrar.hostPort(),
                "r1@example.com",
                "1 REGISTER",
                "From: <sip:201@example.com>;tag=a\r\nTo: <sip:201@example.com>\r\n" + more,
                "");
    }

    @Test
    void aRegistrationGoesOnWithOurViaAndPathAndNothingElseChanged() {
        String sent = register("Route: <sip:" + bench.hostPort() + ";lr>\r\nAuthorization:  Digest username=\"201\", "
                + "uri=\"sip:example.com\",algorithm=SHA-256\r\nAllow-Events:\r\nExpires: 4294967295\r\n");
        bench.telephone.send(sent, bench.address());
        String received = bench.registrar.receive("REGISTER sip:" + bench.registrar.hostPort());
        assertThat(SipPeer.all(received, "Via")).hasSize(2);
        assertThat(SipPeer.one(received, "Via")).startsWith("SIP/2.0/UDP " + bench.hostPort());
        assertThat(SipPeer.one(received, "Path")).startsWith("<sip:" + bench.hostPort() + ";lr");
        String rest = received.replaceFirst("Via: [^\r]*\r\n", "")
                .replaceFirst("Path: [^\r]*\r\n", "")
                .replaceFirst("Max-Forwards: 69", "Max-Forwards: 70")
                .replaceFirst(";rport=\\d+;received=127.0.0.1", ";rport");
        assertThat(rest).isEqualTo(sent.replaceFirst("Route: [^\r]*\r\n", ""));
    }

    @Test
    void challengesAndAnswersPassInTheirOrder() {
        bench.telephone.send(register(""), bench.address());
        String received = bench.registrar.receive("REGISTER");
        String challenges = SipPeer.lines(
                "WWW-Authenticate: Digest realm=\"x\", algorithm=SHA-256, nonce=\"1\"",
                "WWW-Authenticate: Digest realm=\"x\", algorithm=MD5, nonce=\"1\"");
        bench.registrar.send(SipPeer.response(received, "401 Unauthorized", "r", challenges, ""), bench.address());
        String back = bench.telephone.receive("SIP/2.0 401 Unauthorized");
        assertThat(back).contains(challenges);
        assertThat(SipPeer.all(back, "Via")).hasSize(1);
    }

    @Test
    void aRegistrarThatForgetsOurPathIsCounted() {
        bench.telephone.send(register(""), bench.address());
        String received = bench.registrar.receive("REGISTER");
        String contact = "Contact: <sip:x@" + bench.telephone.hostPort() + ">;expires=60\r\n";
        bench.registrar.send(SipPeer.response(received, "200 OK", "r", contact, ""), bench.address());
        bench.telephone.receive("SIP/2.0 200");
        assertThat(bench.count("koegura.sip.registered.without.path")).isEqualTo(1);
    }

    @Test
    void aRegistrarThatKeepsOurPathIsNot() {
        bench.telephone.send(register(""), bench.address());
        String received = bench.registrar.receive("REGISTER");
        String kept = "Contact: <sip:x@" + bench.telephone.hostPort() + ">;expires=60\r\nPath: "
                + SipPeer.one(received, "Path") + "\r\n";
        bench.registrar.send(SipPeer.response(received, "200 OK", "r", kept, ""), bench.address());
        bench.telephone.receive("SIP/2.0 200");
        assertThat(bench.count("koegura.sip.registered.without.path")).isZero();
    }

    /// RFC 5626 §5.4 wants STUN on the port of SIP where a flow over UDP is promised. There is none: the Path is
    /// that of any telephone, nobody answers for `outbound`, and the telephone is called at its Contact.
    @Test
    void aTelephoneOverUdpThatCouldKeepAFlowOpenIsPromisedNone() {
        bench.telephone.send(register(""), bench.address());
        String plain = SipPeer.one(bench.registrar.receive("REGISTER"), "Path");
        String flow = ">;reg-id=1;+sip.instance=\"<urn:uuid:0>\"\r\n";
        bench.telephone.send(
                register("Supported: path, outbound\r\n")
                        .replace(">\r\nContent-Length", flow + "Content-Length")
                        .replace("r1@", "r2@"),
                bench.address());
        String received = bench.registrar.receive("REGISTER");
        assertThat(received).contains(";reg-id=1;");
        assertThat(SipPeer.one(received, "Path")).isEqualTo(plain).doesNotContain(";ob");
        String kept = "Contact: " + SipPeer.one(received, "Contact") + "\r\nPath: " + plain + "\r\n";
        bench.registrar.send(SipPeer.response(received, "200 OK", "r", kept, ""), bench.address());
        assertThat(SipPeer.all(bench.telephone.receive("SIP/2.0 200"), "Require"))
                .isEmpty();

        bench.telephone.send("\0\1\0\0!\22\u00a4B" + "\0".repeat(12), bench.address());
        bench.telephone.send("\r\n\r\n", bench.address());
        bench.telephone.send(ask("OPTIONS sip:" + bench.hostPort(), ""), bench.address());
        bench.telephone.receive("SIP/2.0 200 OK"); // and nothing before
    }

    @Test
    void optionsToOurselvesAreAnswered() {
        bench.telephone.send(ask("OPTIONS sip:" + bench.hostPort(), ""), bench.address());
        assertThat(bench.telephone.receive("SIP/2.0 200 OK"))
                .contains("Allow: ")
                .contains(";tag=");
    }

    @Test
    void hopsThatRanOutAnUnknownExtensionAndAnUnknownSchemeAreRefused() {
        String none =
                ask("OPTIONS sip:" + bench.registrar.hostPort(), "").replace("Max-Forwards: 70", "Max-Forwards: 0");
        bench.telephone.send(none, bench.address());
        bench.telephone.receive("SIP/2.0 483 ");
        bench.telephone.send(
                ask("OPTIONS sip:x@" + bench.registrar.hostPort(), "Proxy-Require: foo, bar\r\n"), bench.address());
        assertThat(bench.telephone.receive("SIP/2.0 420 ")).contains("Unsupported: foo, bar\r\n");
        bench.telephone.send(ask("OPTIONS nobodyKnowsThisScheme:x", ""), bench.address());
        bench.telephone.receive("SIP/2.0 416 ");
        bench.telephone.send(
                ask("OPTIONS sip:x@" + bench.registrar.hostPort() + ";transport=tls", ""), bench.address());
        bench.telephone.receive("SIP/2.0 480 ");
        bench.telephone.send(ask("OPTIONS sip:x@nowhere.invalid", ""), bench.address());
        bench.telephone.receive("SIP/2.0 500 ");
        bench.telephone.send(ask("OPTIONS sip:x@" + bench.hostPort(), ""), bench.address());
        bench.telephone.receive("SIP/2.0 404 ");
        assertThat(bench.registrar.next(100)).isEmpty();
    }

    @Test
    void anAckCannotBeRefusedForAnExtension() {
        String ack = ask("ACK sip:x@" + bench.registrar.hostPort(), "Proxy-Require: foo\r\n");
        bench.telephone.send(ack.replace("1 OPTIONS", "1 ACK"), bench.address());
        bench.registrar.receive("ACK sip:x@");
    }

    @Test
    void whatCannotBeTakenIsAnsweredWithoutATransaction() {
        String sound = ask("OPTIONS sip:x@" + bench.registrar.hostPort(), "");
        bench.telephone.send(sound.replace("Content-Length: 0", "Content-Length: 99"), bench.address());
        bench.telephone.receive("SIP/2.0 400 ");
        bench.telephone.send(sound.replace(" SIP/2.0\r\nVia", " SIP/7.0\r\nVia"), bench.address());
        bench.telephone.receive("SIP/2.0 505 ");
        bench.telephone.send(sound.replace("1 OPTIONS", "1 INFO"), bench.address());
        bench.telephone.receive("SIP/2.0 400 ");
        assertThat(bench.count("koegura.sip.parse.errors")).isEqualTo(3);
    }

    @Test
    void junkIsCountedAndNeverAnswered() {
        bench.telephone.send("\r\n\r\n", bench.address());
        bench.telephone.send("\0\1\0\0!\22\244B............", bench.address());
        bench.telephone.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n", bench.address());
        bench.telephone.send("SIP/2.0 200 OK\r\n\r\n", bench.address());
        bench.telephone.send(ask("OPTIONS sip:" + bench.hostPort(), ""), bench.address());
        bench.telephone.receive("SIP/2.0 200 OK");
        await().until(() -> bench.count("koegura.sip.parse.errors") == 3); // each on a lane of its own
    }

    @Test
    void aNumberAndADomainWithoutAnAddressGoToTheUpstreamAndOnlyThere() throws Exception {
        String ask = ask("OPTIONS tel:+81300000000", "");
        bench.telephone.send(ask, bench.address());
        bench.telephone.receive("SIP/2.0 416 ");
        try (ProxyBench other = new ProxyBench(10, 0, true)) {
            other.telephone.send(
                    other.request(
                            other.telephone,
                            "OPTIONS tel:+81300000000",
                            "t@example.com",
                            "1 OPTIONS",
                            "From: <sip:201@example.com>;tag=a\r\nTo: <tel:+81300000000>\r\n",
                            ""),
                    other.address());
            other.registrar.receive("OPTIONS tel:+81300000000 SIP/2.0");
            other.telephone.send(
                    other.request(
                            other.telephone,
                            "REGISTER sip:city.invalid",
                            "d@example.com",
                            "1 REGISTER",
                            "From: <sip:201@city.invalid>;tag=a\r\nTo: <sip:201@city.invalid>\r\n",
                            ""),
                    other.address());
            other.registrar.receive("REGISTER sip:city.invalid SIP/2.0");
        }
    }

    private String ask(String line, String more) {
        return bench.request(
                bench.telephone,
                line,
                "o" + line.hashCode() + "@example.com",
                "1 OPTIONS",
                "From: <sip:201@example.com>;tag=a\r\nTo: <sip:x@example.com>\r\n" + more,
                "");
    }
}
