package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.callmodel.CallOutcome;
import org.koegura.sipproxy.tls.Authority;
import org.koegura.sipproxy.transport.Protocol;

/// Calls over TLS, and from UDP to TLS and back (RFC 3261 §26, RFC 5922, traps 12 and 35).
class TlsPassageTest {

    @TempDir
    Path directory = Path.of("set by the test engine");

    private @Nullable Authority authority;
    private @Nullable ProxyBench bench;

    @BeforeEach
    void open() throws IOException, SipFault {
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

    private InetSocketAddress secure() {
        return Objects.requireNonNull(bench().proxy.reachedAt(Protocol.TLS));
    }

    /// Closes the bench that every test has, for one of its own.
    private void demandCertificates() throws IOException, SipFault {
        bench().close();
        bench = ProxyBench.with(authority().settings(authority().identity("127.0.0.1"), true));
    }

    private static String options(TcpPeer peer, InetSocketAddress to, String callId) {
        return "OPTIONS sip:127.0.0.1:" + to.getPort() + ";transport=tls SIP/2.0\r\nVia: SIP/2.0/TLS "
                + peer.hostPort() + ";branch=z9hG4bK" + callId + "\r\nMax-Forwards: 70\r\n" + ProxyBench.FROM_TO
                + "Call-ID: " + callId + "\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n";
    }

    /// The telephone's INVITE over UDP to that URI.
    private void invite(String uri, String callId) {
        String lines =
                ProxyBench.FROM_TO + "Content-Type: application/sdp\r\nRoute: <sip:" + bench().hostPort() + ";lr>\r\n";
        bench().telephone
                .send(
                        bench().request(
                                        bench().telephone,
                                        "INVITE " + uri,
                                        callId,
                                        "1 INVITE",
                                        lines,
                                        ProxyBench.sdp(4000)),
                        bench().address());
        bench().telephone.receive("SIP/2.0 100 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aPeerIsAnsweredOverEitherVersion(String version) throws Exception {
        try (TcpPeer peer = TcpPeer.secured(authority().context(null), version)) {
            peer.connect(secure());
            peer.send(options(peer, secure(), "version"));
            assertThat(peer.receive("SIP/2.0 200 ")).contains(";rport=");
            peer.send("\r\n\r\n");
            assertThat(peer.octets(2)).isEqualTo("\r\n");
        }
    }

    @Test
    void whoIsRefusedIsToldOnceWithTheReasonHoweverOftenItComes() throws Exception {
        Authority stranger = new Authority(directory, "stranger");
        try (KeptLog log = new KeptLog()) {
            for (int i = 1; i <= 3; i++) {
                int times = i;
                try (TcpPeer plain = new TcpPeer();
                        TcpPeer distrusting = TcpPeer.secured(stranger.context(null), "TLSv1.3")) {
                    plain.connect(secure());
                    plain.send(options(plain, secure(), "plain"));
                    assertThatThrownBy(() -> {
                                distrusting.connect(secure());
                                distrusting.send(options(distrusting, secure(), "distrusting"));
                            })
                            .isInstanceOf(Exception.class);
                    await().until(() -> bench().count("koegura.sip.dropped", "reason", "handshake") == 2 * times);
                }
            }
            assertThat(log.of("sip.tls.handshake.refused"))
                    .hasSize(2)
                    .anyMatch(line -> line.startsWith("sip.tls.handshake.refused peer=127.0.0.1 reason=no_tls next="))
                    .anyMatch(
                            line -> line.startsWith("sip.tls.handshake.refused peer=127.0.0.1 reason=protocol next="));
        }
    }

    @Test
    void whenOurCertificateEndsIsMeasured() {
        double ends = bench().metrics
                .get("koegura.credential.expiry.timestamp.seconds")
                .tags("kind", "tls", "name", "sip")
                .gauge()
                .value();
        assertThat(Instant.ofEpochSecond((long) ends))
                .isBetween(
                        Instant.now().plus(Duration.ofHours(23)), Instant.now().plus(Duration.ofHours(25)));
    }

    @Test
    void withoutTlsNothingIsSaidOfACertificate() throws Exception {
        try (ProxyBench plain = new ProxyBench()) {
            assertThat(plain.metrics
                            .find("koegura.credential.expiry.timestamp.seconds")
                            .gauges())
                    .isEmpty();
        }
    }

    /// Within two looks at the files.
    @Test
    void aRenewedCertificateIsShownToWhoConnectsFromThenOnAndOpenConnectionsStay() throws Exception {
        Authority.Identity renewed = authority().identity("127.0.0.1", "renewed.example");
        Authority.Identity own = authority().identity("127.0.0.1"); // written over the files that the bench has
        try (TcpPeer before = TcpPeer.secured(authority().context(null), "TLSv1.3")) {
            before.connect(secure());
            before.send(options(before, secure(), "before"));
            before.receive("SIP/2.0 200 ");
            Files.copy(renewed.certificateFile(), own.certificateFile(), StandardCopyOption.REPLACE_EXISTING);
            Files.copy(renewed.keyFile(), own.keyFile(), StandardCopyOption.REPLACE_EXISTING);
            await().atMost(Duration.ofSeconds(40))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> shown().equals(renewed.certificate()));
            before.send(options(before, secure(), "after"));
            before.receive("SIP/2.0 200 ");
        }
    }

    /// What a peer that connects now is shown.
    private Certificate shown() throws IOException {
        SSLSocketFactory sockets = authority().context(null).getSocketFactory();
        try (SSLSocket socket = (SSLSocket) sockets.createSocket(secure().getAddress(), secure().getPort())) {
            socket.startHandshake();
            return socket.getSession().getPeerCertificates()[0];
        }
    }

    @Test
    void whoSpeaksNoTlsIsClosedAndCounted() throws Exception {
        try (TcpPeer plain = new TcpPeer()) {
            plain.connect(secure());
            plain.send(options(plain, secure(), "plain"));
            await().until(() -> bench().count("koegura.sip.dropped", "reason", "handshake") == 1);
            await().until(() -> bench().gauge("koegura.sip.connections") == 0);
        }
    }

    @Test
    void aCallFromUdpToTlsNamesUsOnceForEachSideAndComesBackOverTheSameConnection() throws Exception {
        try (TcpPeer callee = TcpPeer.secured(authority().context(authority().identity("127.0.0.1")))) {
            String uri = "sip:0990123@" + callee.hostPort() + ";transport=tls";
            invite(uri, "mixed");
            callee.accept();
            String onward = callee.receive("INVITE " + uri);
            String secure = "127.0.0.1:" + secure().getPort();
            assertThat(SipPeer.all(onward, "Via").getFirst()).startsWith("SIP/2.0/TLS " + secure + ";branch=");
            List<String> routes = SipPeer.all(onward, "Record-Route");
            assertThat(routes).hasSize(2);
            assertThat(routes.get(0)).startsWith("<sip:" + secure + ";transport=tls;lr;r2");
            assertThat(routes.get(1)).startsWith("<sip:" + bench().hostPort() + ";transport=udp;lr;r2");
            String more = "Contact: <sip:0990123@" + callee.hostPort()
                    + ";transport=tls>\r\nContent-Type: application/sdp\r\n";
            callee.send(SipPeer.response(onward, "200 OK", "b", more, ProxyBench.sdp(5000)));
            String ok = bench().telephone.receive("SIP/2.0 200 ");
            String back = "Route: " + routes.get(1) + "\r\nRoute: " + routes.get(0) + "\r\n";
            String parties = "From: <sip:201@example.com>;tag=a\r\nTo: " + SipPeer.one(ok, "To") + "\r\n" + back;
            bench().telephone
                    .send(
                            bench().request(bench().telephone, "ACK " + uri, "mixed", "1 ACK", parties, ""),
                            bench().address());
            assertThat(SipPeer.all(callee.receive("ACK " + uri), "Route")).isEmpty();
            String bye = "BYE sip:201@" + bench().telephone.hostPort() + " SIP/2.0\r\nVia: SIP/2.0/TLS "
                    + callee.hostPort() + ";branch=z9hG4bKbye\r\nMax-Forwards: 70\r\nRoute: " + routes.get(0)
                    + "\r\nRoute: " + routes.get(1) + "\r\nFrom: " + SipPeer.one(ok, "To")
                    + "\r\nTo: <sip:201@example.com>;tag=a\r\nCall-ID: mixed\r\nCSeq: 7 BYE\r\n"
                    + "Content-Length: 0\r\n\r\n";
            callee.send(bye);
            String ended = bench().telephone.receive("BYE ");
            assertThat(SipPeer.all(ended, "Route")).isEmpty();
            assertThat(SipPeer.all(ended, "Via").getFirst()).startsWith("SIP/2.0/UDP " + bench().hostPort());
            bench().telephone.send(SipPeer.response(ended, "200 OK", "", "", ""), bench().address());
            callee.receive("SIP/2.0 200 ");
            await().until(() -> bench().lastResult() != null);
            assertThat(bench().lastResult()).isEqualTo(CallOutcome.Result.INTENTIONALLY_NOT);
            assertThat(bench().gauge("koegura.sip.connections")).isEqualTo(1);
        }
    }

    /// RFC 5923 §8: who shows no certificate for that host could be anybody behind the same address.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void onlyAPeerThatShowsWhoItIsMayHaveItsConnectionReused(boolean shown) throws Exception {
        Authority.Identity identity = authority().identity("127.0.0.1");
        try (TcpPeer opener = TcpPeer.secured(authority().context(shown ? identity : null));
                TcpPeer listener = TcpPeer.secured(authority().context(identity))) {
            opener.connect(secure());
            opener.send(options(listener, secure(), "reuse").replace(";branch", ";alias;branch"));
            opener.receive("SIP/2.0 200 ");
            String uri = "sip:0990123@" + listener.hostPort() + ";transport=tls";
            invite(uri, "reuse");
            if (shown) {
                opener.receive("INVITE " + uri);
            } else {
                listener.accept();
                listener.receive("INVITE " + uri);
            }
        }
    }

    /// Certificates are not demanded: whoever shows one that nobody we trust vouches for is let in, and is nobody.
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aPeerWithACertificateOfAStrangerIsServedAndNotReused(String version) throws Exception {
        Authority stranger = new Authority(directory, "authority"); // the same name, another key
        Authority.Identity claimed = stranger.identity("127.0.0.1");
        try (TcpPeer opener = TcpPeer.secured(authority().context(claimed), version);
                TcpPeer listener =
                        TcpPeer.secured(authority().context(authority().identity("127.0.0.1")))) {
            opener.connect(secure());
            opener.send(options(listener, secure(), "claimed").replace(";branch", ";alias;branch"));
            opener.receive("SIP/2.0 200 ");
            String uri = "sip:0990123@" + listener.hostPort() + ";transport=tls";
            invite(uri, "claimed");
            listener.accept();
            listener.receive("INVITE " + uri);
        }
    }

    @Test
    void aSipsUriGoesOverTlsToTheNameThatTheCertificateIsFor() throws Exception {
        try (TcpPeer callee = TcpPeer.secured(authority().context(authority().identity("localhost")))) {
            String uri = "sips:0990123@localhost:" + callee.address().getPort();
            invite(uri, "sips");
            callee.accept();
            callee.send(SipPeer.response(callee.receive("INVITE " + uri), "486 Busy Here", "b", "", ""));
            callee.receive("ACK ");
            bench().telephone.receive("SIP/2.0 486 ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost"})
    void whoeverHasACertificateForSomebodyElseIsSentNothing(String host) throws Exception {
        try (TcpPeer other = TcpPeer.secured(authority().context(authority().identity("127.0.0.9", "pbx.example")))) {
            invite("sip:0990123@" + host + ":" + other.address().getPort() + ";transport=tls", "other");
            other.accept();
            assertThatThrownBy(() -> other.receive("INVITE ")).isInstanceOfAny(IOException.class, AssertionError.class);
            bench().telephone.receive("SIP/2.0 500 ");
        }
    }

    @Test
    void whoeverAStrangerVouchesForIsSentNothingAndToldOnceHoweverOftenItIsTried() throws Exception {
        Authority stranger = new Authority(directory, "stranger");
        try (KeptLog log = new KeptLog();
                TcpPeer other = TcpPeer.secured(stranger.context(stranger.identity("127.0.0.1")))) {
            for (int i = 0; i < 3; i++) {
                invite("sip:0990123@" + other.hostPort() + ";transport=tls", "stranger-" + i);
                other.accept();
                assertThatThrownBy(() -> other.receive("INVITE "))
                        .isInstanceOfAny(IOException.class, AssertionError.class);
                bench().telephone.receive("SIP/2.0 500 ");
            }
            assertThat(log.of("sip.tls.refused")).hasSize(1);
        }
    }

    @Test
    void whereCertificatesAreDemandedAPeerThatShowsAGoodOneIsAnswered() throws Exception {
        demandCertificates();
        try (TcpPeer known = TcpPeer.secured(authority().context(authority().identity("telephone.example")))) {
            known.connect(secure());
            known.send(options(known, secure(), "known"));
            known.receive("SIP/2.0 200 ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void whereCertificatesAreDemandedAPeerWithoutAGoodOneIsRefused(String version) throws Exception {
        demandCertificates();
        Authority stranger = new Authority(directory, "stranger");
        for (TcpPeer refused : List.of(
                TcpPeer.secured(authority().context(null), version),
                TcpPeer.secured(stranger.context(stranger.identity("telephone.example")), version))) {
            try (refused) {
                refused.connect(secure());
                assertThatThrownBy(() -> {
                            refused.send(options(refused, secure(), "refused"));
                            refused.receive("SIP/2.0 200 ");
                        })
                        .isInstanceOfAny(IOException.class, AssertionError.class);
            }
        }
        await().until(() -> bench().gauge("koegura.sip.connections") == 0);
        assertThat(bench().count("koegura.sip.requests", "method", "OPTIONS", "direction", "in"))
                .isZero();
    }

    @Test
    void aProxyWithoutACertificateSaysThatItHasNoSuchTransport() throws Exception {
        try (ProxyBench plain = new ProxyBench()) {
            assertThat(plain.proxy.reachedAt(Protocol.TLS)).isNull();
            String lines = ProxyBench.FROM_TO + "Route: <sip:" + plain.hostPort() + ";lr>\r\n";
            plain.telephone.send(
                    plain.request(
                            plain.telephone, "MESSAGE sip:x@127.0.0.1;transport=tls", "no-tls", "1 MESSAGE", lines, ""),
                    plain.address());
            plain.telephone.receive("SIP/2.0 480 ");
        }
    }
}
