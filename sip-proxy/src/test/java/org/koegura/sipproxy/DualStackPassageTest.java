package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.CallOutcome;
import org.koegura.sipproxy.dns.Found;
import org.koegura.sipproxy.dns.Sought;
import org.koegura.sipproxy.routing.Neighbour;
import org.koegura.sipproxy.routing.Neighbours;
import org.koegura.sipproxy.routing.Server;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.Protocol;

/// A telephone on IPv6 and a registrar on IPv4 (RFC 5658, RFC 6157, trap 31).
class DualStackPassageTest {

    private static final InetAddress FOUR = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress SIX = InetAddress.ofLiteral("::1");

    private final ProxyBench bench = ProxyBench.with(new SipProxy.Sockets(
            List.of(new InetSocketAddress(FOUR, 0), new InetSocketAddress(SIX, 0)), List.of(FOUR, SIX), null));
    private final SipPeer telephone = new SipPeer("::1");

    DualStackPassageTest() throws IOException, SipFault {}

    @AfterEach
    void close() {
        telephone.close();
        bench.close();
    }

    private InetSocketAddress six(Protocol protocol) {
        return bench.proxy.bound().stream()
                .filter(socket ->
                        socket.protocol() == protocol && socket.address().getAddress() instanceof Inet6Address)
                .map(Hop::address)
                .findFirst()
                .orElseThrow();
    }

    private static String sdp(String address, int port) {
        return ProxyBench.sdp(port).replace("IP4 127.0.0.1", address);
    }

    @Test
    void eachSideIsToldAnAddressOfItsOwnFamilyInSignallingAndMedia() throws Exception {
        InetSocketAddress proxy = six(Protocol.UDP);
        String us = "[::1]:" + proxy.getPort();
        String uri = "sip:0990123@" + bench.registrar.hostPort();
        String lines = ProxyBench.FROM_TO + "Content-Type: application/sdp\r\nRoute: <sip:" + us + ";lr>\r\n";
        telephone.send(
                bench.request(telephone, "INVITE " + uri, "six", "1 INVITE", lines, sdp("IP6 ::1", 4000)), proxy);
        telephone.receive("SIP/2.0 100 ");
        String onward = bench.registrar.receive("INVITE " + uri);
        assertThat(SipPeer.all(onward, "Via").getFirst()).startsWith("SIP/2.0/UDP " + bench.hostPort() + ";branch=");
        assertThat(SipPeer.all(onward, "Via").getLast()).contains(";received=::1");
        List<String> routes = SipPeer.all(onward, "Record-Route");
        assertThat(routes).hasSize(2);
        assertThat(routes.get(0)).startsWith("<sip:" + bench.hostPort() + ";transport=udp;lr;r2");
        assertThat(routes.get(1)).startsWith("<sip:" + us + ";transport=udp;lr;r2");
        assertThat(SipPeer.body(onward)).contains("c=IN IP4 127.0.0.1\r\n").doesNotContain("c=IN IP6");
        bench.respond(onward, "200 OK", ProxyBench.sdp(5000));
        String ok = telephone.receive("SIP/2.0 200 ");
        assertThat(SipPeer.body(ok)).contains("c=IN IP6 ::1\r\n").doesNotContain("c=IN IP4");
        String back = "Route: " + routes.get(1) + "\r\nRoute: " + routes.get(0) + "\r\n";
        String parties = "From: <sip:201@example.com>;tag=a\r\nTo: " + SipPeer.one(ok, "To") + "\r\n" + back;
        telephone.send(bench.request(telephone, "ACK " + uri, "six", "1 ACK", parties, ""), proxy);
        assertThat(SipPeer.all(bench.registrar.receive("ACK " + uri), "Route")).isEmpty();
        telephone.send(bench.request(telephone, "BYE " + uri, "six", "2 BYE", parties, ""), proxy);
        String bye = bench.registrar.receive("BYE " + uri);
        assertThat(SipPeer.all(bye, "Route")).isEmpty();
        bench.respond(bye, "200 OK", "");
        telephone.receive("SIP/2.0 200 ");
        await().until(() -> bench.lastResult() != null);
        assertThat(bench.lastResult()).isEqualTo(CallOutcome.Result.INTENTIONALLY_NOT);
    }

    @Test
    void aRegistrationFromIpv6KeepsAPathThatTheRegistrarReachesOverIpv4() {
        String uri = "sip:" + bench.registrar.hostPort();
        String lines =
                ProxyBench.FROM_TO + "Route: <sip:[::1]:" + six(Protocol.UDP).getPort() + ";lr>\r\n";
        telephone.send(
                bench.request(telephone, "REGISTER " + uri, "register", "1 REGISTER", lines, ""), six(Protocol.UDP));
        String onward = bench.registrar.receive("REGISTER " + uri);
        assertThat(SipPeer.all(onward, "Path"))
                .hasSize(2)
                .satisfies(paths -> assertThat(paths.getFirst())
                        .startsWith("<sip:" + bench.hostPort() + ";transport=udp;lr;r2;telephone"));
    }

    @Test
    void aTelephoneOverTcpOnIpv6ReachesOneOverUdpOnIpv4() throws Exception {
        try (TcpPeer six = new TcpPeer(SIX)) {
            six.connect(six(Protocol.TCP));
            String uri = "sip:0990123@" + bench.registrar.hostPort();
            String us = "[::1]:" + six(Protocol.TCP).getPort();
            six.send("MESSAGE " + uri + " SIP/2.0\r\nVia: SIP/2.0/TCP [::1]:"
                    + six.address().getPort() + ";branch=z9hG4bKsix\r\nMax-Forwards: 70\r\nRoute: <sip:" + us
                    + ";transport=tcp;lr>\r\n" + ProxyBench.FROM_TO
                    + "Call-ID: message\r\nCSeq: 1 MESSAGE\r\nContent-Length: 0\r\n\r\n");
            String onward = bench.registrar.receive("MESSAGE " + uri);
            assertThat(SipPeer.all(onward, "Via").getFirst()).startsWith("SIP/2.0/UDP " + bench.hostPort());
            bench.respond(onward, "200 OK", "");
            six.receive("SIP/2.0 200 ");
        }
    }

    private static Neighbour ofBothFamilies(SipPeer four, SipPeer six) {
        return new Neighbour(
                List.of(new Server(new Sought("pbx.example", 5060, Protocol.UDP, false), 0, 1)),
                _ -> Found.at(List.of(Hop.udp(four.address()), Hop.udp(six.address()))));
    }

    @Test
    void aCallIsTriedAtServersOfTheFamilyThatItsMediaAreOfferedInAndAnyOtherRequestAtAll() throws Exception {
        try (SipPeer four = new SipPeer();
                SipPeer six = new SipPeer("::1");
                ProxyBench both = ProxyBench.among(
                        new SipProxy.Sockets(
                                List.of(new InetSocketAddress(FOUR, 0), new InetSocketAddress(SIX, 0)),
                                List.of(FOUR, SIX),
                                null),
                        new Neighbours(ofBothFamilies(four, six), null),
                        List.of(),
                        Duration.ZERO)) {
            String uri = "sip:0990123@" + both.hostPort();
            String type = ProxyBench.FROM_TO + "Content-Type: application/sdp\r\n";
            both.telephone.send(
                    both.request(both.telephone, "INVITE " + uri, "call", "1 INVITE", type, ProxyBench.sdp(4000)),
                    both.address());
            both.telephone.receive("SIP/2.0 100 ");
            four.send(
                    SipPeer.response(four.receive("INVITE "), "503 Service Unavailable", "b", "", ""), both.address());
            four.receive("ACK ");
            both.telephone.receive("SIP/2.0 500 ");
            assertThat(both.count("koegura.sip.targets.left")).isEqualTo(1);
            both.telephone.send(
                    both.request(both.telephone, "MESSAGE " + uri, "text", "1 MESSAGE", ProxyBench.FROM_TO, ""),
                    both.address());
            four.send(
                    SipPeer.response(four.receive("MESSAGE "), "503 Service Unavailable", "b", "", ""), both.address());
            six.receive("MESSAGE "); // and no INVITE before
        }
    }
}
