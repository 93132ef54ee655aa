package org.koegura.sipproxy.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class UdpTransportTest {

    private final BlockingQueue<Arrival> received = new LinkedBlockingQueue<>();
    private final DatagramSocket peer = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final Faults faults = new Faults(metrics);
    private final UdpTransport transport = UdpTransport.bind(loopback(0), received::add, faults);

    UdpTransportTest() throws IOException {}

    @BeforeEach
    void start() {
        transport.start();
    }

    @AfterEach
    void close() {
        transport.close();
        peer.close();
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private void sendToUs(byte[] bytes) throws IOException {
        peer.send(new DatagramPacket(bytes, bytes.length, transport.local()));
    }

    private byte[] next() throws InterruptedException {
        Arrival arrival = received.poll(5, TimeUnit.SECONDS);
        if (arrival == null) {
            throw new AssertionError("nothing arrived");
        }
        assertThat(arrival.from()).isEqualTo(Hop.udp(loopback(peer.getLocalPort())));
        return arrival.bytes();
    }

    @Test
    void aTakenPortIsAFaultThatSaysSo() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> UdpTransport.bind(transport.local(), received::add, faults));
    }

    @Test
    void largeAndStrangeDatagramsArriveWhole() throws Exception {
        byte[] large = new byte[60_000];
        Arrays.fill(large, (byte) 'x');
        byte[] stun = {0, 1, 0, 0, 0x21, 0x12, (byte) 0xa4, 0x42, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        for (byte[] bytes : new byte[][] {large, new byte[1_501], stun, {'\r', '\n', '\r', '\n'}, {}, {'x'}}) {
            sendToUs(bytes);
            assertThat(next()).isEqualTo(bytes);
        }
    }

    @Test
    void whatIsSentArrivesWithOurAddress() throws Exception {
        byte[] bytes = new byte[9_000];
        AtomicInteger failures = new AtomicInteger();
        transport.send(bytes, loopback(peer.getLocalPort()), Sending.unwatched(failures::incrementAndGet));
        DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
        peer.setSoTimeout(5_000);
        peer.receive(packet);
        assertThat(packet.getLength()).isEqualTo(bytes.length);
        assertThat(packet.getSocketAddress()).isEqualTo(transport.local());
        assertThat(failures).hasValue(0);
    }

    @Test
    void aSendThatTheSystemRefusesIsReported() {
        AtomicInteger failures = new AtomicInteger();
        transport.send(new byte[70_000], loopback(peer.getLocalPort()), Sending.unwatched(failures::incrementAndGet));
        await().until(() -> failures.get() == 1);
    }

    @Test
    void manyThreadsSendAtOnceAndEveryDatagramArrivesWhole() throws Exception {
        try (DatagramSocket roomy = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
            roomy.setSoTimeout(5_000);
            int count = 60; // together less than the least receive buffer that a system gives
            for (int i = 0; i < count; i++) {
                byte[] bytes = new byte[1_000 + i];
                Arrays.fill(bytes, (byte) i);
                senders.execute(
                        () -> transport.send(bytes, loopback(roomy.getLocalPort()), Sending.unwatched(() -> {})));
            }
            Set<Integer> lengths = new HashSet<>();
            for (int i = 0; i < count; i++) {
                DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
                roomy.receive(packet);
                byte[] bytes = Arrays.copyOf(packet.getData(), packet.getLength());
                assertThat(bytes).containsOnly(bytes.length - 1_000);
                lengths.add(bytes.length);
            }
            assertThat(lengths).hasSize(count);
        }
    }

    @Test
    void afterItIsClosedNothingIsSent() throws Exception {
        UdpTransport shut = UdpTransport.bind(loopback(0), received::add, faults);
        shut.close();
        shut.send(new byte[] {'x'}, loopback(peer.getLocalPort()), Sending.unwatched(() -> {}));
        transport.send(new byte[] {'y'}, loopback(peer.getLocalPort()), Sending.unwatched(() -> {}));
        DatagramPacket first = new DatagramPacket(new byte[1], 1);
        peer.setSoTimeout(5_000);
        peer.receive(first);
        assertThat(first.getData()).containsExactly('y');
    }

    @Test
    void aPeerThatIsGoneDoesNotKillTheSocket() throws Exception {
        int gone;
        try (DatagramSocket closed = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            gone = closed.getLocalPort();
        }
        for (int i = 0; i < 3; i++) {
            transport.send(new byte[] {'x'}, loopback(gone), Sending.unwatched(() -> {}));
        }
        sendToUs(new byte[] {'y'});
        assertThat(next()).containsExactly('y');
    }

    @Test
    void aReceiverThatFailsDoesNotKillTheSocketAndIsCounted() throws Exception {
        Consumer<Arrival> failing = datagram -> {
            if (datagram.bytes().length == 1) {
                throw new IllegalStateException("expected by the test");
            }
            received.add(datagram);
        };
        try (UdpTransport fragile = UdpTransport.bind(loopback(0), failing, faults)) {
            fragile.start();
            for (byte[] bytes : new byte[][] {{1}, {1, 2}}) {
                peer.send(new DatagramPacket(bytes, bytes.length, fragile.local()));
            }
            assertThat(next()).containsExactly(1, 2);
            assertThat(metrics.get("koegura.faults")
                            .tag("where", "udp")
                            .counter()
                            .count())
                    .isEqualTo(1);
        }
    }
}
