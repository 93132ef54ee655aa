package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.koegura.sipproxy.dns.Found;
import org.koegura.sipproxy.dns.Sought;
import org.koegura.sipproxy.routing.Neighbour;
import org.koegura.sipproxy.routing.Neighbours;
import org.koegura.sipproxy.routing.Server;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.Protocol;

/// OPTIONS to neighbours over real sockets, and what follows from the answers.
class NeighbourHealthTest {

    /// A PBX that answers every request with one status, or none at all.
    private static final class Pbx implements AutoCloseable {

        private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        private final Queue<String> asked = new ConcurrentLinkedQueue<>();
        private volatile String status;

        Pbx(String status) throws IOException {
            this.status = status;
            Thread.ofVirtual().start(this::serve);
        }

        InetSocketAddress address() {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        }

        private void serve() {
            byte[] buffer = new byte[65_535];
            while (!socket.isClosed()) {
                try {
                    DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                    socket.receive(packet);
                    String request = new String(buffer, 0, packet.getLength(), StandardCharsets.ISO_8859_1);
                    asked.add(request);
                    if (!status.isEmpty()) {
                        byte[] answer =
                                SipPeer.response(request, status, "t", "", "").getBytes(StandardCharsets.ISO_8859_1);
                        socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                    }
                } catch (IOException closed) {
                    return;
                }
            }
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    private static Server server(Pbx pbx) {
        return new Server(new Sought("127.0.0.1", pbx.address().getPort(), Protocol.UDP, false), 0, 1);
    }

    private static ProxyBench bench(Pbx one, Pbx other) throws Exception {
        return bench(one, other, Duration.ofMillis(200));
    }

    private static ProxyBench bench(Pbx one, Pbx other, Duration interval) throws Exception {
        Neighbour both = new Neighbour(
                List.of(server(one), server(other)),
                server -> Found.at(List.of(Hop.udp(new InetSocketAddress(
                        InetAddress.getLoopbackAddress(), server.sought().port())))));
        return ProxyBench.asked(new Neighbours(both, null), interval);
    }

    private static double up(ProxyBench bench, int place) {
        return bench.metrics
                .get("koegura.upstream.up")
                .tag("upstream", Integer.toString(place))
                .gauge()
                .value();
    }

    @Test
    void whoeverAnswersAnythingIsUpAndIsAskedInItsOwnName() throws Exception {
        try (Pbx one = new Pbx("200 OK");
                Pbx other = new Pbx("404 Not Found");
                ProxyBench bench = bench(one, other)) {
            await().until(() -> up(bench, 1) == 1 && up(bench, 2) == 1);
            String options = one.asked.element();
            assertThat(options)
                    .startsWith("OPTIONS sip:127.0.0.1:" + one.address().getPort() + " SIP/2.0\r\n");
            assertThat(SipPeer.one(options, "Max-Forwards")).isEqualTo("70");
            await().until(() -> one.asked.stream()
                            .map(request -> SipPeer.one(request, "Call-ID"))
                            .distinct()
                            .count()
                    > 2);
        }
    }

    @Test
    void whoeverSays503IsDownAndGetsNoCallUntilItServesAgain() throws Exception {
        try (Pbx one = new Pbx("200 OK");
                Pbx other = new Pbx("503 Service Unavailable");
                ProxyBench bench = bench(one, other)) {
            await().until(() -> up(bench, 1) == 1 && one.asked.size() > 2 && other.asked.size() > 2);
            assertThat(up(bench, 2)).isEqualTo(0);
            for (int i = 0; i < 20; i++) {
                bench.telephone.send(call(bench, "down-" + i), bench.address());
            }
            await().until(() -> calls(one) == 20);
            assertThat(calls(other)).isZero();
            other.status = "200 OK";
            await().until(() -> up(bench, 2) == 1);
            for (int i = 0; i < 20; i++) {
                bench.telephone.send(call(bench, "up-" + i), bench.address());
            }
            await().until(() -> calls(one) + calls(other) == 40);
            assertThat(calls(other)).isPositive();
        }
    }

    /// It answered OPTIONS a moment ago, and will not be asked again for an hour: only the call knows better.
    @Test
    void whoeverLetsACallTimeOutIsDownForTheNextCallsAtOnceAndUpWhenItAnswersAgain() throws Exception {
        try (Pbx one = new Pbx("200 OK");
                Pbx other = new Pbx("200 OK");
                ProxyBench bench = bench(one, other, Duration.ofHours(1))) {
            await().until(() -> up(bench, 1) == 1 && up(bench, 2) == 1);
            one.status = "";
            String silent = drawnByTheFirst(bench, one, other);
            await().until(() -> invites(other).contains(silent));
            assertThat(up(bench, 1)).isZero();
            List<String> next = IntStream.range(0, 20)
                    .mapToObj(i -> invite(bench, "next-" + i))
                    .toList();
            await().until(() -> invites(other).containsAll(next));
            assertThat(invites(one)).containsExactly(silent);

            one.status = "200 OK";
            await().atMost(Duration.ofSeconds(20)).until(() -> up(bench, 1) == 1);
        }
    }

    /// An INVITE that the first of two servers drew; its Call-ID.
    private static String drawnByTheFirst(ProxyBench bench, Pbx one, Pbx other) {
        for (int i = 0; ; i++) {
            String callId = invite(bench, "drawn-" + i);
            await().until(() -> invites(one).contains(callId) || invites(other).contains(callId));
            if (invites(one).contains(callId)) {
                return callId;
            }
        }
    }

    private static String invite(ProxyBench bench, String callId) {
        bench.telephone.send(
                bench.request(
                        bench.telephone,
                        "INVITE sip:202@" + bench.hostPort(),
                        callId,
                        "1 INVITE",
                        ProxyBench.FROM_TO,
                        ""),
                bench.address());
        return callId;
    }

    private static List<String> invites(Pbx pbx) {
        return pbx.asked.stream()
                .filter(request -> request.startsWith("INVITE "))
                .map(request -> SipPeer.one(request, "Call-ID"))
                .distinct()
                .toList();
    }

    @Test
    void whoeverIsSilentIsDown() throws Exception {
        try (Pbx one = new Pbx("200 OK");
                Pbx other = new Pbx("200 OK");
                ProxyBench bench = bench(one, other)) {
            await().until(() -> up(bench, 1) == 1 && up(bench, 2) == 1);
            other.status = "";
            await().atMost(Duration.ofSeconds(30)).until(() -> up(bench, 2) == 0);
            assertThat(up(bench, 1)).isEqualTo(1);
        }
    }

    private static String call(ProxyBench bench, String callId) {
        return bench.request(
                bench.telephone, "MESSAGE sip:202@" + bench.hostPort(), callId, "1 MESSAGE", ProxyBench.FROM_TO, "");
    }

    private static long calls(Pbx pbx) {
        return pbx.asked.stream()
                .filter(request -> request.startsWith("MESSAGE "))
                .map(request -> SipPeer.one(request, "Call-ID"))
                .distinct()
                .count();
    }
}
