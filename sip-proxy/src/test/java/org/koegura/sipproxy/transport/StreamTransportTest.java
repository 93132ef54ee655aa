package org.koegura.sipproxy.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Connections that end, and connections that are too many.
class StreamTransportTest {

    private static final String MESSAGE = "OPTIONS sip:a SIP/2.0\r\nContent-Length: 0\r\n\r\n";
    private static final byte[] BYTES = MESSAGE.getBytes(StandardCharsets.US_ASCII);
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final InetAddress NEIGHBOUR = InetAddress.ofLiteral("127.0.0.9");

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final AtomicInteger failures = new AtomicInteger();
    private final StreamTransport transport = StreamTransport.bind(
            new InetSocketAddress(LOOPBACK, 0),
            null,
            _ -> {},
            new SipMeters(metrics),
            new ConnectionBound(3, 2, 2, NEIGHBOUR::equals, _ -> false));
    private final ServerSocket peer = new ServerSocket(0, 5, LOOPBACK);

    StreamTransportTest() throws IOException {
        transport.start();
        peer.setSoTimeout(5_000);
    }

    @AfterEach
    void close() throws IOException {
        transport.close();
        peer.close();
    }

    private InetSocketAddress address() {
        return (InetSocketAddress) peer.getLocalSocketAddress();
    }

    private void send(byte[] bytes) {
        transport.send(bytes, address(), Sending.unwatched(failures::incrementAndGet));
    }

    private void receivesOne(Socket accepted) throws IOException {
        accepted.setSoTimeout(5_000);
        assertThat(new String(accepted.getInputStream().readNBytes(BYTES.length), StandardCharsets.US_ASCII))
                .isEqualTo(MESSAGE);
    }

    @Test
    void aPeerThatResetsItsConnectionIsReachedOverTheNextOne() throws Exception {
        for (int i = 0; i < 20; i++) {
            send(BYTES);
            try (Socket accepted = peer.accept()) {
                receivesOne(accepted);
                accepted.setSoLinger(true, 0); // closing it resets it
            }
            await().until(() -> !transport.reaches(address()));
        }
        assertThat(failures).hasValue(0);
    }

    /// A sender may ask for a connection just before it is there, and hear of it after it is gone.
    @Test
    void aConnectionThatIsClosedAlreadyIsNotNotedAnyMore() {
        OpenConnections open = new OpenConnections();
        EmbeddedChannel closed = new EmbeddedChannel();
        EmbeddedChannel live = new EmbeddedChannel();
        var _ = closed.close();
        open.add(address(), closed);
        assertThat(open.to(address())).isNull();
        open.add(address(), live);
        open.add(address(), closed);
        assertThat(open.to(address())).isSameAs(live);
        var _ = live.close();
        assertThat(open.to(address())).isNull();
    }

    /// As one that vanished does: nothing that is sent is acknowledged.
    @Test
    void aPeerThatTakesNothingAnyMoreIsGivenUpAndAskedAnew() throws Exception {
        byte[] much = new byte[256 << 10];
        send(BYTES);
        try (Socket deaf = peer.accept()) {
            receivesOne(deaf);
            await().until(() -> {
                send(much);
                return failures.get() > 0;
            });
            await().atMost(Duration.ofMillis(2L * ConnectionSetup.UNACKNOWLEDGED_MILLIS_MAX))
                    .until(() -> !transport.reaches(address()));
        }
        send(BYTES);
        try (Socket again = peer.accept()) {
            receivesOne(again);
        }
    }

    @Test
    void toOneAddressWeOpenSomeConnectionsAndNotAllAndWhatDoesNotGoIsCounted() throws Exception {
        try (ServerSocket second = new ServerSocket(0, 5, LOOPBACK);
                ServerSocket third = new ServerSocket(0, 5, LOOPBACK);
                ServerSocket neighbour = new ServerSocket(0, 5, NEIGHBOUR)) {
            send(BYTES);
            send(second);
            try (Socket one = peer.accept();
                    Socket two = second.accept()) {
                receivesOne(one);
                receivesOne(two);
                send(third);
                await().until(() -> failures.get() == 1);
                assertThat(metrics.get("koegura.sip.dropped")
                                .tag("reason", "connections")
                                .counter()
                                .count())
                        .isEqualTo(1);
                send(neighbour);
                try (Socket reached = neighbour.accept()) {
                    receivesOne(reached);
                }
            }
        }
    }

    private void send(ServerSocket to) {
        transport.send(
                BYTES, (InetSocketAddress) to.getLocalSocketAddress(), Sending.unwatched(failures::incrementAndGet));
    }

    @Test
    void oneAddressMayOpenSomeConnectionsAndNotAll() throws Exception {
        InetAddress other = InetAddress.ofLiteral("127.0.0.2");
        try (Socket one = connect(LOOPBACK);
                Socket two = connect(LOOPBACK)) {
            await().until(() -> transport.connections() == 2);
            try (Socket three = connect(LOOPBACK)) {
                assertThat(three.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(metrics.counter("koegura.sip.dropped", "reason", "connections")
                            .count())
                    .isEqualTo(1);
            try (Socket somebodyElse = connect(other)) {
                await().until(() -> transport.connections() == 3);
                assertThat(somebodyElse.isConnected()).isTrue();
            }
            assertThat(one.isConnected() && two.isConnected()).isTrue();
        }
        await().until(() -> transport.connections() == 0);
        try (Socket again = connect(LOOPBACK)) {
            await().until(() -> transport.connections() == 1);
            assertThat(again.isConnected()).isTrue();
        }
    }

    @Test
    void strangersThatOpenAllTheyCanStarveNeitherUsNorANeighbour() throws Exception {
        InetAddress other = InetAddress.ofLiteral("127.0.0.2");
        try (Socket one = connect(LOOPBACK);
                Socket two = connect(LOOPBACK);
                Socket three = connect(other)) {
            await().until(() -> transport.connections() == 3);
            try (Socket refused = connect(other)) {
                assertThat(refused.getInputStream().read()).isEqualTo(-1);
            }
            try (Socket first = connect(NEIGHBOUR);
                    Socket second = connect(NEIGHBOUR);
                    Socket third = connect(NEIGHBOUR)) { // more than a stranger may
                await().until(() -> transport.connections() == 6);
                send(BYTES);
                try (Socket ours = peer.accept()) {
                    receivesOne(ours);
                }
                assertThat(first.isConnected() && second.isConnected() && third.isConnected())
                        .isTrue();
            }
            assertThat(one.isConnected() && two.isConnected() && three.isConnected())
                    .isTrue();
        }
        assertThat(failures).hasValue(0);
    }

    /// Neither whoever sends it nor the system can tell: what was sent was taken, and never read.
    @Test
    void whatWasSentAndNotAnsweredIsLostWithItsConnection() throws Exception {
        AtomicInteger lost = new AtomicInteger();
        Sending unanswered = Sending.watched(_ -> lost.incrementAndGet());
        Sending answered = Sending.watched(_ -> lost.addAndGet(100));
        transport.send(BYTES, address(), unanswered);
        transport.send(BYTES, address(), answered);
        try (Socket accepted = peer.accept()) {
            receivesOne(accepted);
            receivesOne(accepted);
            answered.arrived();
        }
        await().until(() -> lost.get() > 0);
        assertThat(lost).hasValue(1);
        assertThat(unanswered.hadConnection()).isTrue();
    }

    /// The time for its first message is thirty seconds, and does not run any more once that was there.
    @Test
    void aConnectionThatSaysNothingForTooLongIsClosed() throws Exception {
        try (Socket usual = connect(LOOPBACK)) {
            await().until(() -> transport.reaches((InetSocketAddress) usual.getLocalSocketAddress()));
            transport.closeIdleAfter(Duration.ofSeconds(1));
            try (Socket idle = connect(LOOPBACK)) {
                idle.getOutputStream().write(BYTES);
                assertThat(idle.getInputStream().read()).as("closed").isEqualTo(-1);
            }
            assertThat(transport.reaches((InetSocketAddress) usual.getLocalSocketAddress()))
                    .as("the other one, which has two hours")
                    .isTrue();
        }
    }

    private Socket connect(InetAddress from) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(from, 0));
        socket.setSoTimeout(5_000);
        socket.connect(transport.local(), 5_000);
        return socket;
    }

    @Test
    void aReceiverThatFailsEndsThatConnectionAloneAndIsNoErrorOfThePeers() throws Exception {
        try (StreamTransport fragile = StreamTransport.bind(
                new InetSocketAddress(LOOPBACK, 0),
                null,
                _ -> {
                    throw new IllegalStateException("expected by the test");
                },
                new SipMeters(metrics),
                new ConnectionBound(3, 2, 2, NEIGHBOUR::equals, _ -> false))) {
            fragile.start();
            for (int failed = 1; failed <= 2; failed++) {
                try (Socket socket = new Socket(LOOPBACK, fragile.local().getPort())) {
                    socket.setSoTimeout(5_000);
                    socket.getOutputStream().write(BYTES);
                    assertThat(socket.getInputStream().read()).isEqualTo(-1);
                }
                assertThat(counted("koegura.faults", "where", "stream")).isEqualTo(failed);
            }
            assertThat(counted("koegura.sip.parse.errors", "reason", "framing")).isZero();
        }
    }

    @Test
    void whatCannotBeFramedIsAnErrorOfThePeersAndNoFault() throws Exception {
        try (Socket socket = new Socket(LOOPBACK, transport.local().getPort())) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write("OPTIONS sip:a SIP/2.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(counted("koegura.sip.parse.errors", "reason", "framing")).isEqualTo(1);
        assertThat(counted("koegura.faults", "where", "stream")).isZero();
    }

    private double counted(String name, String tag, String value) {
        return metrics.get(name).tag(tag, value).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }
}
