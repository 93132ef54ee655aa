package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.callmodel.CallOutcome.Result;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.srtp.SrtpProfile;
import org.koegura.sipproxy.dns.Zone;
import org.koegura.sipproxy.tls.Authority;

/// SRTP that is preferred, and refused by 488: one more branch, to the same server, with plain RTP (trap 28). The
/// caller speaks plain RTP over UDP; whoever is called is one of the servers of a name, over TLS.
class PreferredSrtpPassageTest {

    private static final String SDP = "Content-Type: application/sdp\r\n";
    private static final String URI = "sip:0990123@city.example;transport=tls";
    private static final String KEY = "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz";

    @TempDir
    Path directory = Path.of("set by the test engine");

    private final Zone zone = new Zone();
    private final List<TcpPeer> servers = new ArrayList<>();
    private @Nullable Authority authority;
    private @Nullable ProxyBench bench;

    PreferredSrtpPassageTest() throws IOException {
        zone.a("s.example", "127.0.0.1");
    }

    @BeforeEach
    void open() throws IOException, SipFault {
        authority = new Authority(directory, "authority");
        bench = new ProxySetup()
                .tls(authority.settings(authority.identity("127.0.0.1"), false))
                .asking(List.of(zone.address()))
                .speaking(SrtpProfile.PREFER)
                .open();
    }

    @AfterEach
    void close() throws IOException {
        bench().close();
        zone.close();
        for (TcpPeer server : servers) {
            server.close();
        }
    }

    private ProxyBench bench() {
        return Objects.requireNonNull(bench);
    }

    /// One more server, to be tried after those before.
    private TcpPeer server() throws IOException {
        Authority known = Objects.requireNonNull(authority);
        TcpPeer server = TcpPeer.secured(known.context(known.identity("city.example")));
        servers.add(server);
        zone.srv("_sips._tcp.city.example", servers.size(), 0, server.address().getPort(), "s.example");
        return server;
    }

    private String outbound(String method) {
        boolean invite = method.equals("INVITE");
        return bench().request(
                        bench().telephone,
                        method + " " + URI,
                        "preferred@example.com",
                        "1 " + method,
                        ProxyBench.FROM_TO + (invite ? SDP : ""),
                        invite ? ProxyBench.sdp(4000) : "");
    }

    private void invite() {
        bench().telephone.send(outbound("INVITE"), bench().address());
        bench().telephone.receive("SIP/2.0 100 ");
    }

    private static void answer(TcpPeer server, String request, String status, String sdp) throws IOException {
        String more = "Contact: <sip:0990123@" + server.hostPort() + ";transport=tls>\r\n" + (sdp.isEmpty() ? "" : SDP);
        server.send(SipPeer.response(request, status, "b" + sdp.length(), more, sdp));
    }

    private static String secureSdp(int port) {
        return ProxyBench.sdp(port).replace("RTP/AVP", "RTP/SAVP") + "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" + KEY
                + "\r\n";
    }

    private static String secureInvite(TcpPeer server) throws IOException {
        String invite = server.receive("INVITE " + URI);
        assertThat(invite).contains(" RTP/SAVP 0\r\n", "\r\na=crypto:1 ", "\r\na=crypto:2 ");
        return invite;
    }

    private static String plainInvite(TcpPeer server) throws IOException {
        String invite = server.receive("INVITE " + URI);
        assertThat(invite).contains(" RTP/AVP 0\r\n").doesNotContain("SAVP", "crypto");
        return invite;
    }

    /// The server refuses SRTP; what it is sent instead.
    private static String refused(TcpPeer server) throws IOException {
        String secure = secureInvite(server);
        answer(server, secure, "488 Not Acceptable Here", "");
        String branch = SipPeer.all(secure, "Via").getFirst();
        assertThat(SipPeer.all(server.receive("ACK "), "Via")).containsExactly(branch);
        String plain = plainInvite(server);
        assertThat(SipPeer.all(plain, "Via").getFirst()).isNotEqualTo(branch);
        assertThat(SipPeer.one(plain, "CSeq")).isEqualTo(SipPeer.one(secure, "CSeq"));
        assertThat(SipPeer.one(plain, "Max-Forwards")).isEqualTo(SipPeer.one(secure, "Max-Forwards"));
        assertThat(SipPeer.all(plain, "Record-Route")).isEqualTo(SipPeer.all(secure, "Record-Route"));
        return plain;
    }

    private double fallbacks() {
        return bench().count("koegura.srtp.fallbacks");
    }

    private void answeredPlain() {
        assertThat(bench().telephone.receive("SIP/2.0 200 "))
                .contains(" RTP/AVP 0\r\n")
                .doesNotContain("crypto");
        assertThat(Objects.requireNonNull(bench().session().agreed(0, Leg.OUTSIDE))
                        .srtp())
                .isNull();
    }

    @Test
    void whoRefusesSrtpIsAskedOnceMoreInABranchOfItsOwnAndTheCallerHearsNothingOfIt() throws Exception {
        assertThat(bench().metrics.get("koegura.srtp.fallbacks").counter().count())
                .isZero();
        TcpPeer server = server();
        invite();
        server.accept();
        String plain = refused(server);
        answer(server, plain, "180 Ringing", "");
        bench().telephone.receive("SIP/2.0 180 ");
        answer(server, plain, "200 OK", ProxyBench.sdp(5000));
        answeredPlain();
        assertThat(fallbacks()).isOne();
        assertThat(bench().proxy.liveCalls().list()).hasSize(1);
        assertThat(bench().ledger.all()).isEmpty();
    }

    @Test
    void whoTakesSrtpIsAskedOnce() throws Exception {
        TcpPeer server = server();
        invite();
        server.accept();
        answer(server, secureInvite(server), "200 OK", secureSdp(5000));
        assertThat(bench().telephone.receive("SIP/2.0 200 "))
                .contains(" RTP/AVP 0\r\n")
                .doesNotContain("crypto");
        assertThat(bench().session().agreed(0, Leg.OUTSIDE))
                .satisfies(agreed ->
                        assertThat(Objects.requireNonNull(agreed).srtp()).isNotNull());
        assertThat(fallbacks()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"415", "486", "606"})
    void anyOtherRefusalStands(String status) throws Exception {
        TcpPeer server = server();
        invite();
        server.accept();
        answer(server, secureInvite(server), status + " Refused", "");
        server.receive("ACK ");
        bench().telephone.receive("SIP/2.0 " + status + " ");
        await().until(() -> bench().lastResult() == Result.NOT_ANSWERED);
        assertThat(fallbacks()).isZero();
    }

    @Test
    void whoRefusesPlainRtpTooHasRefusedTheCall() throws Exception {
        TcpPeer server = server();
        invite();
        server.accept();
        answer(server, refused(server), "488 Not Acceptable Here", "");
        server.receive("ACK ");
        bench().telephone.receive("SIP/2.0 488 ");
        await().until(() -> bench().lastResult() == Result.NOT_ANSWERED);
        assertThat(bench().ledger.all()).hasSize(1);
        assertThat(fallbacks()).isOne();
    }

    @Test
    void aCancelGoesToTheBranchThatIsAskedNow() throws Exception {
        TcpPeer server = server();
        invite();
        server.accept();
        String plain = refused(server);
        bench().telephone.send(cancel(), bench().address());
        bench().telephone.receive("SIP/2.0 200 ");
        answer(server, plain, "180 Ringing", "");
        String cancel = server.receive("CANCEL ");
        assertThat(SipPeer.all(cancel, "Via"))
                .containsExactly(SipPeer.all(plain, "Via").getFirst());
        answer(server, cancel, "200 OK", "");
        answer(server, plain, "487 Request Terminated", "");
        server.receive("ACK ");
        bench().telephone.receive("SIP/2.0 180 ");
        bench().telephone.receive("SIP/2.0 487 ");
        await().until(() -> bench().lastResult() == Result.NOT_ANSWERED);
    }

    @Test
    void whoeverGaveUpIsNotCalledForAgain() throws Exception {
        TcpPeer server = server();
        invite();
        server.accept();
        String secure = secureInvite(server);
        answer(server, secure, "180 Ringing", "");
        bench().telephone.receive("SIP/2.0 180 ");
        bench().telephone.send(cancel(), bench().address());
        bench().telephone.receive("SIP/2.0 200 ");
        server.receive("CANCEL ");
        answer(server, secure, "488 Not Acceptable Here", "");
        server.receive("ACK ");
        bench().telephone.receive("SIP/2.0 488 ");
        assertThat(fallbacks()).isZero();
    }

    /// Its branch is the INVITE's.
    private String cancel() {
        String branch = SipPeer.one(outbound("INVITE"), "Via");
        return outbound("CANCEL").replaceFirst("Via: [^\r]*", "Via: " + branch);
    }

    @Test
    void anotherServerIsOfferedSrtpAndAfterARefusalPlainRtp() throws Exception {
        TcpPeer first = server();
        TcpPeer second = server();
        TcpPeer third = server();
        invite();
        first.accept();
        answer(first, secureInvite(first), "503 Service Unavailable", "");
        second.accept();
        String plain = refused(second);
        answer(second, plain, "503 Service Unavailable", "");
        third.accept();
        String last = plainInvite(third);
        assertThat(SipPeer.body(last)).isEqualTo(SipPeer.body(plain));
        answer(third, last, "200 OK", ProxyBench.sdp(5000));
        answeredPlain();
        assertThat(fallbacks()).isOne();
    }

    /// It was given up for its silence.
    @Test
    void aServerThatAnswersTheFirstOfferAfterAllIsHeardAndTheOtherBranchTakenBack() throws Exception {
        TcpPeer first = server();
        TcpPeer second = server();
        invite();
        first.accept();
        String secure = secureInvite(first);
        second.accept();
        String plain = refused(second);
        answer(second, plain, "180 Ringing", "");
        bench().telephone.receive("SIP/2.0 180 ");
        answer(first, secure, "200 OK", secureSdp(5000));
        assertThat(bench().telephone.receive("SIP/2.0 200 "))
                .contains("m=audio ")
                .doesNotContain("m=audio 0 ");
        assertThat(bench().session().agreed(0, Leg.OUTSIDE))
                .satisfies(agreed ->
                        assertThat(Objects.requireNonNull(agreed).srtp()).isNotNull());
        assertThat(SipPeer.all(second.receive("CANCEL "), "Via"))
                .containsExactly(SipPeer.all(plain, "Via").getFirst());
    }

    /// Of a branch that was given up.
    @Test
    void aRefusalThatComesTooLateAsksNobodyAgain() throws Exception {
        TcpPeer first = server();
        TcpPeer second = server();
        invite();
        first.accept();
        String given = secureInvite(first);
        second.accept();
        String secure = secureInvite(second);
        answer(first, given, "488 Not Acceptable Here", "");
        first.receive("ACK ");
        answer(second, secure, "486 Busy Here", "");
        second.receive("ACK ");
        bench().telephone.receive("SIP/2.0 486 ");
        assertThat(fallbacks()).isZero();
    }
}
