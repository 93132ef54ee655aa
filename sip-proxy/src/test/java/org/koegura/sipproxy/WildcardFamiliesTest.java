package org.koegura.sipproxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.koegura.sipproxy.transport.Protocol;

/// Sockets at every address of one family hear that family alone; with one of each, at one port, each family is told
/// its own address.
class WildcardFamiliesTest {

    private static final InetAddress FOUR = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress SIX = InetAddress.ofLiteral("::1");

    private static ProxyBench listening(int port, List<InetAddress> told, String... wildcards)
            throws IOException, SipFault {
        List<InetSocketAddress> listen = Arrays.stream(wildcards)
                .map(wildcard -> new InetSocketAddress(InetAddress.ofLiteral(wildcard), port))
                .toList();
        return ProxyBench.with(new SipProxy.Sockets(listen, told, null));
    }

    private static int port(ProxyBench bench) {
        return bench.proxy.bound().getFirst().address().getPort();
    }

    /// The system itself says that nobody listens, over UDP and over TCP.
    private static void assertNobodyHears(InetAddress address, int port) throws IOException {
        byte[] asks = "OPTIONS sip:x SIP/2.0\r\n\r\n".getBytes(US_ASCII);
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(10_000);
            socket.connect(new InetSocketAddress(address, port));
            assertThatThrownBy(() -> {
                        socket.send(new DatagramPacket(asks, asks.length));
                        socket.receive(new DatagramPacket(new byte[1], 1));
                    })
                    .isInstanceOf(PortUnreachableException.class);
        }
        try (Socket connection = new Socket()) {
            assertThatThrownBy(() -> connection.connect(new InetSocketAddress(address, port), 10_000))
                    .isInstanceOf(ConnectException.class);
        }
    }

    private static void assertServed(ProxyBench bench, InetAddress family) throws IOException {
        new Socket(family, port(bench)).close();
        try (SipPeer asks = new SipPeer(family.getHostAddress())) {
            asks.send(
                    bench.request(
                            asks, "OPTIONS sip:" + us(bench, family), "asks", "1 OPTIONS", ProxyBench.FROM_TO, ""),
                    new InetSocketAddress(family, port(bench)));
            asks.receive("SIP/2.0 200 ");
        }
    }

    private static String us(ProxyBench bench, InetAddress family) {
        return (family.equals(SIX) ? "[::1]" : "127.0.0.1") + ":" + port(bench);
    }

    @Test
    void everyAddressOfIpv4IsNoneOfIpv6() throws Exception {
        try (ProxyBench bench = listening(0, List.of(FOUR), "0.0.0.0")) {
            assertServed(bench, FOUR);
            assertNobodyHears(SIX, port(bench));
        }
    }

    @Test
    void everyAddressOfIpv6IsNoneOfIpv4() throws Exception {
        try (ProxyBench bench = listening(0, List.of(SIX), "::")) {
            assertServed(bench, SIX);
            assertNobodyHears(FOUR, port(bench));
        }
    }

    @Test
    void bothAtOnePortTellEachFamilyItsOwnAddressInRecordRouteAndMedia() throws Exception {
        int port;
        try (DatagramSocket free = new DatagramSocket(0)) {
            port = free.getLocalPort();
        }
        try (ProxyBench bench = listening(port, List.of(FOUR, SIX), "0.0.0.0", "::")) {
            assertThat(bench.proxy.bound())
                    .hasSize(4)
                    .allMatch(socket -> socket.address().getPort() == port);
            assertThat(bench.proxy.bound().stream().filter(socket -> socket.protocol() == Protocol.TCP))
                    .hasSize(2);
            assertServed(bench, FOUR);
            assertServed(bench, SIX);
            assertTold(bench, FOUR, "IP4 127.0.0.1");
            assertTold(bench, SIX, "IP6 ::1");
        }
    }

    private static void assertTold(ProxyBench bench, InetAddress family, String connection) throws IOException {
        try (SipPeer telephone = new SipPeer(family.getHostAddress())) {
            String uri = "sip:0990123@" + bench.registrar.hostPort();
            String lines = ProxyBench.FROM_TO + "Content-Type: application/sdp\r\nRoute: <sip:" + us(bench, family)
                    + ";lr>\r\n";
            String offer = ProxyBench.sdp(4000).replace("IP4 127.0.0.1", connection);
            telephone.send(
                    bench.request(telephone, "INVITE " + uri, connection.substring(0, 3), "1 INVITE", lines, offer),
                    new InetSocketAddress(family, port(bench)));
            telephone.receive("SIP/2.0 100 ");
            bench.respond(bench.registrar.receive("INVITE " + uri), "200 OK", ProxyBench.sdp(5000));
            String ok = telephone.receive("SIP/2.0 200 ");
            assertThat(SipPeer.all(ok, "Record-Route").getLast()).startsWith("<sip:" + us(bench, family) + ";");
            assertThat(SipPeer.body(ok)).contains("c=IN " + connection + "\r\n");
            assertThat(Dialogue.audioPort(ok)).isNotEqualTo(5000);
        }
    }
}
