package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.sipproxy.tls.Authority;
import org.koegura.sipproxy.transport.Protocol;

/// Trap 32: a telephone is reached over the connection that it opened, whatever its Contact says.
class FlowTest {

    /// Where nobody listens.
    private static final String NOWHERE = "127.0.0.1:9";

    private static final String OUTBOUND = ";reg-id=1;+sip.instance=\"<urn:uuid:0>\"";

    @TempDir
    Path directory = Path.of("set by the test engine");

    private @Nullable Authority authority;
    private @Nullable ProxyBench bench;

    @BeforeEach
    void open() throws Exception {
        authority = new Authority(directory, "authority");
        bench = ProxyBench.with(authority().settings(authority().identity("127.0.0.1"), false));
    }

    @AfterEach
    void close() {
        bench().close();
    }

    private Authority authority() {
        return Objects.requireNonNull(authority);
    }

    private ProxyBench bench() {
        return Objects.requireNonNull(bench);
    }

    private void byContact() throws Exception {
        bench().close();
        bench = ProxyBench.byContact(0, authority().settings(authority().identity("127.0.0.1"), false));
    }

    private InetSocketAddress secure() {
        return Objects.requireNonNull(bench().proxy.reachedAt(Protocol.TLS));
    }

    /// One over TLS that shows no certificate.
    private TcpPeer telephone() throws Exception {
        return TcpPeer.secured(authority().context(null)).connect(secure());
    }

    /// @param lines header lines, each with its end
    private static String message(String start, String cseq, String lines, String body) {
        return start + " SIP/2.0\r\nVia: SIP/2.0/TLS " + NOWHERE + ";branch=z9hG4bK"
                + Integer.toHexString((start + cseq + lines).hashCode()) + "\r\nMax-Forwards: 70\r\n" + lines + "CSeq: "
                + cseq + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static String contact(String more) {
        return "Contact: <sip:201@" + NOWHERE + ";transport=tls>" + more + "\r\n";
    }

    /// It registers; what the registrar got.
    private String register(TcpPeer telephone, String contact, String more) throws Exception {
        return register(telephone, contact, more, "");
    }

    /// @param confirming header lines of the registrar's 200
    private String register(TcpPeer telephone, String contact, String more, String confirming) throws Exception {
        String lines = "From: <sip:201@example.com>;tag=a\r\nTo: <sip:201@example.com>\r\nCall-ID: "
                + telephone.connectionHostPort() + "\r\n" + contact + more;
        telephone.send(message("REGISTER sip:" + bench().registrar.hostPort(), "1 REGISTER", lines, ""));
        String register = bench().registrar.receive("REGISTER ");
        bench().registrar
                .send(
                        SipPeer.response(
                                register,
                                "200 OK",
                                "r",
                                "Contact: " + SipPeer.one(register, "Contact") + "\r\n" + confirming,
                                ""),
                        bench().address());
        telephone.receive("SIP/2.0 200 OK");
        return register;
    }

    /// The registrar calls it.
    private void call(String uri, String routes) {
        String lines = "From: <sip:0990111@example.com>;tag=c\r\nTo: <sip:201@example.com>\r\n" + routes
                + "Content-Type: application/sdp\r\n";
        bench().registrar
                .send(
                        bench().request(
                                        bench().registrar,
                                        "INVITE " + uri,
                                        "in",
                                        "1 INVITE",
                                        lines,
                                        ProxyBench.sdp(4100)),
                        bench().address());
    }

    private static String routes(String message, String header) {
        StringBuilder routes = new StringBuilder();
        SipPeer.all(message, header).forEach(route -> routes.append("Route: " + route + "\r\n"));
        return routes.toString();
    }

    private void callByPath(String register) {
        call("sip:201@" + NOWHERE + ";transport=tls", routes(register, "Path"));
    }

    /// Takes the call, and is acknowledged and hung up on by the registrar over the same connection.
    private void talk(TcpPeer telephone) throws Exception {
        String invite = telephone.receive("INVITE sip:201@" + NOWHERE + ";transport=tls SIP/2.0");
        telephone.send(SipPeer.response(
                invite,
                "200 OK",
                "b",
                contact("") + "Content-Type: application/sdp\r\n" + recordRoutes(invite),
                ProxyBench.sdp(4000)));
        bench().registrar.receive("SIP/2.0 100 ");
        String ok = bench().registrar.receive("SIP/2.0 200 OK");
        inDialog(ok, "ACK", "1 ACK");
        telephone.receive("ACK ");
        inDialog(ok, "BYE", "2 BYE");
        telephone.receive("BYE sip:201@" + NOWHERE + ";transport=tls SIP/2.0");
    }

    private static String recordRoutes(String invite) {
        return routes(invite, "Record-Route").replace("Route: ", "Record-Route: ");
    }

    private void inDialog(String ok, String method, String cseq) {
        StringBuilder routes = new StringBuilder();
        SipPeer.all(ok, "Record-Route").reversed().forEach(route -> routes.append("Route: " + route + "\r\n"));
        String lines = "From: <sip:0990111@example.com>;tag=c\r\nTo: " + SipPeer.one(ok, "To") + "\r\n" + routes;
        bench().registrar
                .send(
                        bench().request(
                                        bench().registrar,
                                        method + " sip:201@" + NOWHERE + ";transport=tls",
                                        "in",
                                        cseq,
                                        lines,
                                        ""),
                        bench().address());
    }

    @Test
    void aTelephoneOverTlsWithoutACertificateIsCalledOverItsOwnConnectionToTheEndOfTheCall() throws Exception {
        try (TcpPeer telephone = telephone()) {
            callByPath(register(telephone, contact(""), ""));
            talk(telephone);
        }
    }

    @Test
    void theSameWhereAContactOfOursStandsForIt() throws Exception {
        byContact();
        try (TcpPeer telephone = telephone()) {
            String register = register(telephone, contact(""), "");
            String ours = SipPeer.one(register, "Contact");
            call(ours.substring(1, ours.indexOf('>')), "");
            talk(telephone);
        }
    }

    @Test
    void theNewestConnectionIsTheOneToATelephoneThatCameBack() throws Exception {
        byContact();
        try (TcpPeer before = telephone();
                TcpPeer telephone = telephone()) {
            String first = register(before, contact(""), "");
            String ours = SipPeer.one(register(telephone, contact(""), ""), "Contact");
            assertThat(ours).isEqualTo(SipPeer.one(first, "Contact"));
            call(ours.substring(1, ours.indexOf('>')), "");
            talk(telephone);
        }
    }

    /// Anybody can answer its own REGISTER, with the Contact of somebody else in it.
    @Test
    void onlyARegistrarThatIsSetSaysWhoseConnectionATelephoneHas() throws Exception {
        byContact();
        try (TcpPeer telephone = telephone();
                TcpPeer thief = telephone();
                SipPeer accomplice = new SipPeer("127.0.0.9")) {
            String ours = SipPeer.one(register(telephone, contact(""), ""), "Contact");
            String lines = "From: <sip:201@example.com>;tag=a\r\nTo: <sip:201@example.com>\r\nCall-ID: thief\r\n";
            thief.send(message("REGISTER sip:" + accomplice.hostPort(), "1 REGISTER", lines + contact(""), ""));
            String register = accomplice.receive("REGISTER ");
            accomplice.send(SipPeer.response(register, "200 OK", "r", contact(""), ""), bench().address());
            thief.receive("SIP/2.0 200 OK");
            call(ours.substring(1, ours.indexOf('>')), "");
            talk(telephone);
        }
    }

    @Test
    void aCallerThatIsHungUpOnHearsItOverTheConnectionThatItCalledOver() throws Exception {
        try (TcpPeer telephone = telephone()) {
            String lines = ProxyBench.FROM_TO + "Call-ID: out\r\nContent-Type: application/sdp\r\n" + contact("");
            telephone.send(message(
                    "INVITE sip:0990123@" + bench().registrar.hostPort(), "1 INVITE", lines, ProxyBench.sdp(4000)));
            telephone.receive("SIP/2.0 100 ");
            String invite = bench().registrar.receive("INVITE ");
            bench().registrar
                    .send(
                            SipPeer.response(
                                    invite,
                                    "200 OK",
                                    "b",
                                    recordRoutes(invite) + "Content-Type: application/sdp\r\n",
                                    ProxyBench.sdp(4100)),
                            bench().address());
            telephone.receive("SIP/2.0 200 OK");
            String bye = "From: <sip:0990123@example.com>;tag=b\r\nTo: <sip:201@example.com>;tag=a\r\n"
                    + routes(invite, "Record-Route");
            bench().registrar
                    .send(
                            bench().request(
                                            bench().registrar,
                                            "BYE sip:201@" + NOWHERE + ";transport=tls",
                                            "out",
                                            "1 BYE",
                                            bye,
                                            ""),
                            bench().address());
            telephone.receive("BYE sip:201@" + NOWHERE);
        }
    }

    @Test
    void aTelephoneWithOtherFlowsWhoseConnectionIsGoneFailsThisFlowOnly() throws Exception {
        String register;
        try (TcpPeer telephone = telephone()) {
            register = register(telephone, contact(OUTBOUND), "Supported: path, outbound\r\n", "Require: outbound\r\n");
            assertThat(SipPeer.all(register, "Path")).allMatch(path -> path.contains(";ob"));
        }
        await().until(() -> bench().gauge("koegura.sip.connections") == 0);
        callByPath(register);
        bench().registrar.receive("SIP/2.0 430 Flow Failed");
    }

    /// A registrar says `Require: outbound` only to who asks for it (RFC 5626 §6).
    @Test
    void aTelephoneThatAsksForNoOutboundSaysNothingOfWhatItsRegistrarKnows() throws Exception {
        String register;
        try (TcpPeer telephone = telephone();
                TcpPeer plain = telephone()) {
            register(telephone, contact(OUTBOUND), "Supported: path, outbound\r\n", "Require: outbound\r\n");
            register(plain, "Contact: <sip:202@" + NOWHERE + ";transport=tls>\r\n", "");
            String again = "User-Agent: again\r\n";
            String supported = "Supported: path, outbound\r\n";
            register = register(telephone, contact(OUTBOUND), supported + again, "Require: outbound\r\n");
            register(plain, "Contact: <sip:202@" + NOWHERE + ";transport=tls>\r\n", again);
        }
        await().until(() -> bench().gauge("koegura.sip.connections") == 0);
        callByPath(register);
        bench().registrar.receive("SIP/2.0 430 Flow Failed");
    }

    /// A registrar that does not say `Require: outbound` would take 430 for the end of the call (RFC 5626 §6).
    @Test
    void whereTheRegistrarKnowsNothingOfOtherFlowsTheTelephoneIsTriedAtItsAddress() throws Exception {
        try (TcpPeer listening = TcpPeer.secured(authority().context(authority().identity("127.0.0.1")))) {
            String contact = "Contact: <sip:201@" + listening.hostPort() + ";transport=tls>" + OUTBOUND + "\r\n";
            String register;
            try (TcpPeer telephone = telephone()) {
                register = register(telephone, contact, "Supported: path, outbound\r\n");
            }
            await().until(() -> bench().gauge("koegura.sip.connections") == 0);
            call("sip:201@" + listening.hostPort() + ";transport=tls", routes(register, "Path"));
            listening.accept();
            listening.receive("INVITE sip:201@" + listening.hostPort());
        }
    }

    @Test
    void aTelephoneWithoutOthersIsTriedAtItsAddressWhereItsConnectionIsGone() throws Exception {
        try (TcpPeer listening = TcpPeer.secured(authority().context(authority().identity("127.0.0.1")))) {
            String contact = "Contact: <sip:201@" + listening.hostPort() + ";transport=tls>\r\n";
            String register;
            try (TcpPeer telephone = telephone()) {
                register = register(telephone, contact, "");
                assertThat(SipPeer.all(register, "Path")).noneMatch(path -> path.contains(";ob"));
            }
            await().until(() -> bench().gauge("koegura.sip.connections") == 0);
            call("sip:201@" + listening.hostPort() + ";transport=tls", routes(register, "Path"));
            listening.accept();
            listening.receive("INVITE sip:201@" + listening.hostPort());
        }
    }
}
