package org.koegura.server.bench.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.server.WholeMachine;
import org.koegura.server.bench.Peers;
import org.koegura.server.bench.Program;

/// The benchmark's own programs in C are what they say: else nothing that is held against them means anything.
@WholeMachine
class YardsticksIT {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final int PACKETS = 200;

    @SuppressWarnings("NullAway.Init") // injected
    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init") // set before each
    private Yardsticks yardsticks;

    @BeforeEach
    void compile() throws Exception {
        Peers peers = Peers.find(System.getenv("PATH"), List.of(MediaBenchmark.COMPILER));
        yardsticks = Yardsticks.compile(peers.at(MediaBenchmark.COMPILER), folder.resolve("yardsticks"));
    }

    /// A side that is known to harm: of the caller's packets it loses every 5th, doubles every 7th, holds every 11th
    /// back behind the next, and changes every 13th. The callee's pass.
    @Test
    void theGeneratorCountsExactlyWhatASideDoesToItsPackets() throws Exception {
        AtomicLong passed = new AtomicLong();
        try (DatagramSocket left = new DatagramSocket(0, LOOPBACK);
                DatagramSocket right = new DatagramSocket(0, LOOPBACK);
                Generator generator = Generator.start(yardsticks.generator(), Cores.of("0"), folder.resolve("g"), 1)) {
            CallPorts parties = generator.parties().getFirst();
            Harm harm = new Harm(right, parties.callee());
            Thread.ofVirtual().start(() -> relay(left, harm::take));
            Thread.ofVirtual()
                    .start(() -> relay(right, packet -> {
                        send(left, packet, parties.caller());
                        passed.incrementAndGet();
                    }));
            generator.begin();
            generator.run(0, new CallPorts(left.getLocalPort(), right.getLocalPort()));
            await().atMost(WAIT).until(() -> harm.taken() >= PACKETS && passed.get() >= PACKETS);
            generator.end();
            GeneratorCounts counts = generator.counts();
            assertThat(counts.sent()).isEqualTo(harm.taken() + passed.get());
            assertThat(counts.lost()).isEqualTo(harm.gone());
            assertThat(counts.duplicated()).isEqualTo(harm.doubled.get());
            assertThat(counts.outOfOrder()).isEqualTo(harm.heldBack.get()).isPositive();
            assertThat(counts.wrong()).isEqualTo(harm.changed.get()).isPositive();
        }
    }

    @Test
    void whatWasSentBeforeTheMeasuredTimeCountsForNothing() throws Exception {
        try (Generator generator = Generator.start(yardsticks.generator(), Cores.of("0"), folder.resolve("g"), 2)) {
            for (int call = 0; call < 2; call++) {
                CallPorts parties = generator.parties().get(call);
                generator.run(call, new CallPorts(parties.callee(), parties.caller()));
            }
            generator.end();
            GeneratorCounts counts = generator.counts();
            assertThat(counts.sent()).isZero();
            assertThat(counts.received()).isZero();
        }
    }

    @Test
    void theRelaySendsOnWhatComesInAndItsFileHoldsIt() throws Exception {
        Path tapes = Files.createDirectories(folder.resolve("tapes"));
        List<byte[]> sent = new ArrayList<>();
        try (Program relay = Program.start(
                "relay", folder, Map.of(), List.of(yardsticks.relay().toString(), "1", tapes.toString()))) {
            relay.await(WAIT, () -> Generator.ports(relay).isPresent());
            CallPorts ports = Generator.ports(relay).orElseThrow().getFirst();
            try (DatagramSocket caller = party(ports.caller());
                    DatagramSocket callee = party(ports.callee())) {
                sent.add(exchange(callee, "hello", null)); // so that it knows where that is
                for (int i = 0; i < PACKETS; i++) {
                    sent.add(exchange(caller, "from the caller " + i, callee));
                    sent.add(exchange(callee, "from the callee " + i, caller));
                }
            }
        }
        assertThat(packets(Files.readAllBytes(tapes.resolve("call-0.pcap"))))
                .usingRecursiveComparison()
                .isEqualTo(sent);
    }

    private static DatagramSocket party(int port) throws SocketException {
        DatagramSocket socket = new DatagramSocket(0, LOOPBACK);
        socket.setSoTimeout((int) WAIT.toMillis());
        socket.connect(new InetSocketAddress(LOOPBACK, port));
        return socket;
    }

    private static byte[] exchange(DatagramSocket from, String text, @Nullable DatagramSocket to) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        from.send(new DatagramPacket(bytes, bytes.length));
        if (to != null) {
            DatagramPacket got = new DatagramPacket(new byte[2048], 2048);
            to.receive(got);
            assertThat(new String(got.getData(), 0, got.getLength(), StandardCharsets.US_ASCII))
                    .isEqualTo(text);
        }
        return bytes;
    }

    /// The packets of a pcap file of this machine's byte order.
    private static List<byte[]> packets(byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.nativeOrder());
        assertThat(in.getInt()).isEqualTo(0xa1b2c3d4);
        in.position(24);
        List<byte[]> packets = new ArrayList<>();
        while (in.hasRemaining()) {
            in.position(in.position() + 8);
            byte[] packet = new byte[in.getInt()];
            assertThat(in.getInt()).isEqualTo(packet.length);
            in.get(packet);
            packets.add(packet);
        }
        return packets;
    }

    private interface Taker {

        void take(byte[] packet) throws IOException;
    }

    private static void relay(DatagramSocket in, Taker taker) {
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
                in.receive(packet);
                taker.take(Arrays.copyOf(packet.getData(), packet.getLength()));
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private static void send(DatagramSocket from, byte[] packet, int port) throws IOException {
        from.send(new DatagramPacket(packet, packet.length, LOOPBACK, port));
    }

    /// Harms packets one way, in the thread that relays.
    private static final class Harm {

        private final DatagramSocket out;
        private final int port;
        private final AtomicLong taken = new AtomicLong();
        private final AtomicLong lost = new AtomicLong();
        private final AtomicLong doubled = new AtomicLong();
        private final AtomicLong heldBack = new AtomicLong();
        private final AtomicLong changed = new AtomicLong();
        private final AtomicReference<byte @Nullable []> held = new AtomicReference<>();

        Harm(DatagramSocket out, int port) {
            this.out = out;
            this.port = port;
        }

        long taken() {
            return taken.get();
        }

        /// Those that nobody received as they were; one that waits for the next will not come any more.
        long gone() {
            return lost.get() + changed.get() + (held.get() == null ? 0 : 1);
        }

        void take(byte[] packet) throws IOException {
            long number = taken.get() + 1;
            byte[] before = held.getAndSet(null);
            boolean overtakes = false;
            if (number % 5 == 0) {
                lost.incrementAndGet();
            } else if (number % 7 == 0) {
                doubled.incrementAndGet();
                send(out, packet, port);
                send(out, packet, port);
                overtakes = true;
            } else if (number % 13 == 0) {
                changed.incrementAndGet();
                packet[100] ^= 1;
                send(out, packet, port);
            } else if (number % 11 == 0) {
                held.set(packet);
            } else {
                send(out, packet, port);
                overtakes = true;
            }
            if (before != null) {
                send(out, before, port);
                heldBack.addAndGet(overtakes ? 1 : 0);
            }
            taken.set(number);
        }
    }
}
