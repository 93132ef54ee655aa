package org.koegura.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.server.ConsoleApi;
import org.koegura.server.ManyCalls;
import org.koegura.server.Prober;
import org.koegura.server.ProductProcess;
import org.koegura.server.WholeMachine;
import org.koegura.server.evidence.Datagram;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.MadeCapture;
import org.koegura.server.evidence.Pcap;
import org.koegura.server.evidence.Rtp;
import org.koegura.server.peer.LoopbackPorts;

/// The whole corpus against the product with twenty calls up: the torture messages and the PROTOS suite over UDP and
/// TCP, every payload of every capture at the SIP port and at the ports where the calls' media pass. Nobody in a call
/// may notice, and every call is kept to the bit.
@WholeMachine
class CorpusUnderCallsIT {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final int CALLS = 20;

    /// The corpus comes from one address, and is to be worked on, not refused.
    private static final String[] UNLIMITED = {"--rate-per-source", "10000", "--invite-rate", "10000"};

    /// Of each call: 34 s of G.711, 7 of them under the notice.
    private static final int PACKETS = 1_700;

    private static final int TALK_MILLIS = 36_000;
    private static final int MEDIA = 40;

    /// Each INVITE of the corpus that goes on takes four until nobody answered it.
    private static final int MEDIA_PORTS = 1_800;

    private static final int PORTS_OF_ONE_PAYLOAD = 3;

    /// So that the sockets' buffers overflow with nothing but their own.
    private static final long BETWEEN_NANOS = TimeUnit.MICROSECONDS.toNanos(1_200);

    /// The callee sends back what is under way when the notice ends.
    private static final int NOTICE_PACKETS_MAX = 5;

    @Test
    void theCallsAreKeptToTheBitAndNothingFails(@TempDir Path folder) throws Exception {
        List<byte[]> messages = Stream.of(Corpus.torture(), Corpus.protos())
                .flatMap(List::stream)
                .toList();
        Corpus.Captured captured = Corpus.captures();
        int block = LoopbackPorts.block(MEDIA + MEDIA_PORTS);
        int mediaFirst = block + MEDIA;
        int mediaLast = mediaFirst + MEDIA_PORTS - 1;
        Path data = folder.resolve("data");
        Path speech = MadeCapture.write(folder.resolve("speech.pcap"), 0, 160, PACKETS, 7);
        ManyCalls.Run run = new ManyCalls.Run(CALLS, speech, TALK_MILLIS, 0, List.of("-l", "20", "-r", "20"));
        try (ProductProcess product = ProductProcess.run(data, block, mediaFirst, mediaLast, UNLIMITED);
                ConsoleApi api = product.api();
                ManyCalls calls = ManyCalls.place(folder, block, run)) {
            await("all calls are recorded")
                    .atMost(Duration.ofSeconds(25))
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> api.metric("koegura_calls", "state=\"recorded\"") == CALLS);
            InetSocketAddress sip = new InetSocketAddress(LOOPBACK, block);
            replayAtMedia(captured.datagrams(), boundBetween(mediaFirst, mediaLast));
            overUdp(messages, sip);
            overUdp(captured.datagrams(), sip);
            overTcp(messages, sip);
            overTcp(captured.streams(), sip);
            assertThat(api.metric("koegura_calls", "state=\"recorded\""))
                    .as("calls that are up after all of it")
                    .isEqualTo(CALLS);
            assertThat(Prober.ask(sip)).startsWith("SIP/2.0 200 ");
            assertThat(calls.succeeded()).isTrue();
            await("all recordings are sealed")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> api.metric("koegura_ledger_calls_total", "result=\"complete\"") == CALLS);
            nothingFailed(product, api);
        }
        allAreKept(KeptRecording.allIn(data), speech);
        assertThat(ProductProcess.verify(data, Duration.ofMinutes(1))).isZero();
    }

    private static void overUdp(List<byte[]> payloads, InetSocketAddress to) throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, Attackers.ADDRESS)) {
            for (byte[] payload : payloads) {
                send(socket, payload, to);
            }
        }
    }

    /// As a stranger that found the ports.
    private static void replayAtMedia(List<byte[]> payloads, List<Integer> ports) throws IOException {
        assertThat(ports).as("ports of the calls' media").hasSizeGreaterThanOrEqualTo(2 * CALLS);
        try (DatagramSocket socket = new DatagramSocket(0, LOOPBACK)) {
            int next = 0;
            for (byte[] payload : payloads) {
                for (int i = 0; i < PORTS_OF_ONE_PAYLOAD; i++) {
                    send(socket, payload, new InetSocketAddress(LOOPBACK, ports.get(next++ % ports.size())));
                }
            }
        }
    }

    private static void send(DatagramSocket socket, byte[] payload, InetSocketAddress to) throws IOException {
        socket.send(new DatagramPacket(payload, payload.length, to));
        LockSupport.parkNanos(BETWEEN_NANOS);
    }

    /// Each on a connection of its own, which its sender leaves at once.
    private static void overTcp(List<byte[]> streams, InetSocketAddress to) throws IOException {
        for (byte[] stream : streams) {
            try (Socket socket = new Socket(to.getAddress(), to.getPort(), Attackers.ADDRESS, 0)) {
                socket.getOutputStream().write(stream);
                socket.shutdownOutput();
            } catch (IOException closed) {
                assertThat(closed).hasMessageMatching("(?i).*(reset|broken pipe|closed).*"); // what cannot be framed
            }
        }
    }

    private static List<Integer> boundBetween(int first, int last) throws IOException {
        Set<Integer> ports = new TreeSet<>();
        for (String table : List.of("/proc/net/udp", "/proc/net/udp6")) {
            try (Stream<String> lines = Files.lines(Path.of(table))) {
                lines.skip(1)
                        .map(line -> line.strip().split("\\s+", 3)[1])
                        .map(address -> Integer.parseInt(address.substring(address.indexOf(':') + 1), 16))
                        .filter(port -> port >= first && port <= last)
                        .forEach(ports::add);
            }
        }
        return List.copyOf(ports);
    }

    /// A session description that cannot be read is what the corpus is about; every other fault is one of ours.
    private static void nothingFailed(ProductProcess product, ConsoleApi api) throws Exception {
        assertThat(api.metric("koegura_sip_requests_total", "direction=\"in\"")).isGreaterThan(400);
        assertThat(api.metric("koegura_sip_parse_errors_total")).isGreaterThan(100);
        assertThat(api.metric("koegura_rtp_packets_discarded_total", "reason=\"refused\""))
                .isGreaterThan(1_000);
        assertThat(api.metric("koegura_call_faults_total"))
                .as("faults other than descriptions that cannot be read")
                .isEqualTo(api.metric("koegura_call_faults_total", "kind=\"unreadable_sdp\""));
        assertThat(api.metrics()).as("the counter of faults is there").contains("koegura_faults_total{");
        assertThat(api.metric("koegura_faults_total")).as("faults of ours").isZero();
        assertThat(api.metric("koegura_capture_packets_lost_total")).isZero();
        api.awaitScanned(CALLS);
        assertThat(api.metric("koegura_storage_write_faults_total")).isZero();
        assertThat(product.process().isAlive()).isTrue();
        assertThat(Stream.of(product.process().out(), product.process().err()).flatMap(List::stream))
                .noneMatch(line -> line.contains("ERROR") || line.contains("Exception") || line.contains("\tat "));
    }

    /// Each caller's packets from the end of the notice to its last one, header and all, in one run; and of each
    /// callee, who sends back what it heard, the same sound.
    private static void allAreKept(List<KeptRecording> recordings, Path speech) throws IOException {
        List<Datagram> said = Pcap.read(Files.readAllBytes(speech));
        List<String> packets = said.stream()
                .map(Datagram::payload)
                .map(CorpusUnderCallsIT::hex)
                .toList();
        List<String> sounds = Rtp.in(said, any -> true).stream()
                .map(Rtp::payload)
                .map(CorpusUnderCallsIT::hex)
                .toList();
        assertThat(recordings).hasSize(CALLS);
        for (KeptRecording recording : recordings) {
            assertThat(recording.manifest().path("outcome").asString("")).isEqualTo("complete");
            List<String> inside = recording.inside().stream()
                    .map(packet -> hex(packet.datagram().payload()))
                    .toList();
            assertThat(inside).hasSizeGreaterThan(PACKETS / 2).isEqualTo(last(packets, inside.size()));
            List<String> outside = recording.outside().stream()
                    .map(packet -> hex(packet.payload()))
                    .toList();
            int noticed = (int)
                    outside.stream().takeWhile(sound -> !sounds.contains(sound)).count();
            assertThat(noticed).as("packets of the notice on their way").isLessThanOrEqualTo(NOTICE_PACKETS_MAX);
            List<String> echoed = outside.subList(noticed, outside.size());
            assertThat(echoed).hasSizeGreaterThan(PACKETS / 2).isEqualTo(last(sounds, echoed.size()));
        }
    }

    private static <T> List<T> last(List<T> all, int count) {
        return all.subList(all.size() - count, all.size());
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
