package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.CallOutcome.Result;
import org.koegura.sipproxy.dns.Zone;

/// One name, several servers (RFC 3263 §4.3): whichever serves, the caller sees one call.
class FailoverTest {

    private static final String SDP = "Content-Type: application/sdp\r\n";

    private final Zone zone = new Zone();
    private final ProxyBench bench = ProxyBench.asking(zone.address());
    private final List<SipPeer> servers = new ArrayList<>();

    FailoverTest() throws IOException, SipFault {
        zone.a("s.example", "127.0.0.1");
    }

    @AfterEach
    void close() {
        bench.close();
        zone.close();
        servers.forEach(SipPeer::close);
    }

    /// One more server of `city.example`, to be tried after those before.
    private SipPeer server() throws IOException {
        SipPeer server = new SipPeer();
        servers.add(server);
        zone.srv("_sip._udp.city.example", servers.size(), 0, server.address().getPort(), "s.example");
        return server;
    }

    private String outbound(String method, String callId) {
        boolean invite = method.equals("INVITE");
        return bench.request(
                bench.telephone,
                method + " sip:0990123@city.example",
                callId,
                "1 " + method,
                ProxyBench.FROM_TO + (invite ? SDP : ""),
                invite ? ProxyBench.sdp(4000) : "");
    }

    private void invite(String callId) {
        bench.telephone.send(outbound("INVITE", callId), bench.address());
        bench.telephone.receive("SIP/2.0 100 ");
    }

    private void answer(SipPeer server, String request, String status, String more, String sdp) {
        server.send(SipPeer.response(request, status, "b" + server.hostPort(), more, sdp), bench.address());
    }

    private double failed(String reason, String next) {
        return bench.count("koegura.sip.tries.failed", "reason", reason, "next", next);
    }

    @Test
    void aSilentServerIsFollowedByTheNextWithTheSameBodyAndABranchOfItsOwn() throws Exception {
        SipPeer first = server();
        SipPeer second = server();
        invite("silent@example.com");
        String atFirst = first.receive("INVITE ");
        String atSecond = second.receive("INVITE sip:0990123@city.example ");
        assertThat(SipPeer.body(atSecond)).isEqualTo(SipPeer.body(atFirst)).isNotEqualTo(ProxyBench.sdp(4000));
        assertThat(SipPeer.one(atSecond, "Via")).isNotEqualTo(SipPeer.one(atFirst, "Via"));
        assertThat(failed("silent", "another")).isEqualTo(1);
        answer(second, atSecond, "200 OK", SDP, ProxyBench.sdp(5000));
        bench.telephone.receive("SIP/2.0 200 ");
        assertThat(bench.proxy.liveCalls().list()).hasSize(1);
        assertThat(bench.ledger.all()).isEmpty();

        // it wakes up: there is nothing to ring for any more
        answer(first, atFirst, "180 Ringing", "", "");
        String cancel = first.receive("CANCEL ");
        assertThat(SipPeer.one(cancel, "Via")).isEqualTo(SipPeer.one(atFirst, "Via"));
        answer(first, atFirst, "487 Request Terminated", "", "");
        first.receive("ACK ");
        assertThat(bench.telephone.next(100)).isEmpty();
    }

    @Test
    void aServerThatSays503IsFollowedByTheNextAndTheCallerHearsNothingOfIt() throws Exception {
        SipPeer first = server();
        SipPeer second = server();
        invite("busy@example.com");
        answer(first, first.receive("INVITE "), "503 Service Unavailable", "", "");
        first.receive("ACK ");
        answer(second, second.receive("INVITE "), "486 Busy Here", "", "");
        bench.telephone.receive("SIP/2.0 486 ");
        await().until(() -> bench.lastResult() == Result.NOT_ANSWERED);
        assertThat(bench.ledger.all()).hasSize(1);
        assertThat(failed("unavailable", "another")).isEqualTo(1);
    }

    @Test
    void from503OfTheLastServerTheCallerGets500() throws Exception {
        SipPeer first = server();
        SipPeer second = server();
        invite("overload@example.com");
        answer(first, first.receive("INVITE "), "503 Service Unavailable", "", "");
        answer(second, second.receive("INVITE "), "503 Service Unavailable", "Retry-After: 7\r\n", "");
        assertThat(SipPeer.one(bench.telephone.receive("SIP/2.0 500 "), "Retry-After"))
                .isEqualTo("7");
        await().until(() -> bench.lastResult() == Result.NOT_ANSWERED);
        assertThat(failed("unavailable", "none")).isEqualTo(1);
    }

    @Test
    void aServerThatCannotBeReachedIsFollowedByTheNextOverAnotherProtocol() throws Exception {
        SipPeer reachable = server();
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        zone.naptr("city.example", 1, 1, "s", "SIP+D2T", "_sip._tcp.city.example")
                .naptr("city.example", 2, 1, "s", "SIP+D2U", "_sip._udp.city.example")
                .srv("_sip._tcp.city.example", 0, 0, closed, "s.example");
        invite("refused@example.com");
        String atSecond = reachable.receive("INVITE ");
        assertThat(SipPeer.one(atSecond, "Via")).startsWith("SIP/2.0/UDP ");
        assertThat(SipPeer.all(atSecond, "Record-Route")).hasSize(1);
        assertThat(failed("unreachable", "another")).isEqualTo(1);
    }

    @Test
    void aCancelGoesToTheServerThatIsAskedNow() throws Exception {
        SipPeer first = server();
        SipPeer second = server();
        invite("given-up@example.com");
        answer(first, first.receive("INVITE "), "503 Service Unavailable", "", "");
        first.receive("ACK ");
        String atSecond = second.receive("INVITE ");
        answer(second, atSecond, "180 Ringing", "", "");
        bench.telephone.receive("SIP/2.0 180 ");
        bench.telephone.send(
                outbound("INVITE", "given-up@example.com")
                        .replaceFirst("^INVITE", "CANCEL")
                        .replaceFirst("1 INVITE", "1 CANCEL"),
                bench.address());
        bench.telephone.receive("SIP/2.0 200 ");
        String cancel = second.receive("CANCEL ");
        assertThat(SipPeer.one(cancel, "Via")).isEqualTo(SipPeer.one(atSecond, "Via"));
        answer(second, cancel, "200 OK", "", "");
        answer(second, atSecond, "487 Request Terminated", "", "");
        bench.telephone.receive("SIP/2.0 487 ");
        assertThat(first.next(100)).isEmpty();
    }

    @Test
    void whoGivesUpIsNotTakenToAnotherServer() throws Exception {
        SipPeer first = server();
        SipPeer second = server();
        invite("gave-up@example.com");
        String atFirst = first.receive("INVITE ");
        bench.telephone.send(
                outbound("INVITE", "gave-up@example.com")
                        .replaceFirst("^INVITE", "CANCEL")
                        .replaceFirst("1 INVITE", "1 CANCEL"),
                bench.address());
        bench.telephone.receive("SIP/2.0 200 ");
        answer(first, atFirst, "503 Service Unavailable", "", "");
        bench.telephone.receive("SIP/2.0 487 ");
        assertThat(second.next(100)).isEmpty();
        await().until(() -> bench.lastResult() == Result.NOT_ANSWERED);
    }

    @Test
    void aCallThatASilentServerTakesAfterAllIsTheCallAndTheOtherIsTakenBack() throws Exception {
        SipPeer first = server();
        SipPeer second = server();
        invite("late@example.com");
        String atFirst = first.receive("INVITE ");
        String atSecond = second.receive("INVITE ");
        answer(second, atSecond, "180 Ringing", "", "");
        bench.telephone.receive("SIP/2.0 180 ");
        answer(first, atFirst, "200 OK", SDP, ProxyBench.sdp(5000));
        bench.telephone.receive("SIP/2.0 200 ");
        second.receive("CANCEL ");
        answer(second, atSecond, "487 Request Terminated", "", "");
        second.receive("ACK ");
        assertThat(bench.telephone.next(100)).isEmpty();
        assertThat(bench.proxy.liveCalls().list()).hasSize(1);
        assertThat(bench.ledger.all()).isEmpty();
    }

    @Test
    void noMoreServersAreTriedThanACallerWaitsFor() throws Exception {
        for (int i = 0; i < 5; i++) {
            server();
        }
        invite("endless@example.com");
        for (SipPeer server : servers.subList(0, 4)) {
            answer(server, server.receive("INVITE "), "503 Service Unavailable", "", "");
        }
        bench.telephone.receive("SIP/2.0 500 ");
        assertThat(servers.getLast().next(100)).isEmpty();
    }

    @Test
    void aRequestThatIsNoCallGoesToTheNextServerToo() throws Exception {
        SipPeer first = server();
        SipPeer second = server();
        bench.telephone.send(outbound("OPTIONS", "options@example.com"), bench.address());
        first.receive("OPTIONS ");
        answer(second, second.receive("OPTIONS "), "200 OK", "", "");
        bench.telephone.receive("SIP/2.0 200 ");
    }

    @Test
    void aRedirectionIsForwardedAsItCame() throws Exception {
        SipPeer first = server();
        SipPeer second = server();
        invite("moved@example.com");
        String contact = "Contact: <sip:0990124@192.0.2.99>;q=0.7, <tel:+81990124>\r\n";
        answer(first, first.receive("INVITE "), "302 Moved Temporarily", contact, "");
        String moved = bench.telephone.receive("SIP/2.0 302 Moved Temporarily");
        assertThat(moved).contains(contact);
        assertThat(second.next(100)).isEmpty();
        await().until(() -> bench.lastResult() == Result.NOT_ANSWERED);
    }
}
