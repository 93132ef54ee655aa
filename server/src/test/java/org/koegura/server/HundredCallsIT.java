package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.server.evidence.MadeCapture;
import org.koegura.server.evidence.StandingFiles;
import org.koegura.server.peer.LoopbackPorts;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A hundred calls at once, five times over, in one product: each is recorded whole, every packet is accounted for
/// (R8), and nothing is left behind.
///
/// G.711 in packets of 20 ms, both ways: 10,000 packets a second come in and go out. The callee sends back what it
/// hears, the notice too. The notice bounds the time: it lasts some 7 s, starts at most 1 s after the answer, and
/// a call is worth nothing unless it goes on after it. A round is about 20 s.
@WholeMachine
class HundredCallsIT {

    private static final int ROUNDS = 5;
    private static final int CALLS = 100;

    /// Of each call, from the answer on: 11 s.
    private static final int PACKETS = 550;

    /// A second and a half more than the caller speaks, for two busy cores.
    private static final int TALK_MILLIS = 12_500;

    private static final int MEDIA = 40;
    private static final int MEDIA_PORTS = 960; // a call takes four, and a port rests 5 s

    /// Connections of the console's clients and threads of its pool come and go.
    private static final int SPARE = 8;

    private final Set<Path> seen = new HashSet<>();

    /// What the process holds.
    private record Held(long files, long threads, long virtualThreads) {

        static Held by(ProductProcess product, Path folder) throws IOException, InterruptedException {
            Path process = Path.of("/proc", Long.toString(product.process().pid()));
            long virtual = ThreadDump.of(product, folder).virtual();
            return new Held(count(process.resolve("fd")), count(process.resolve("task")), virtual);
        }

        private static long count(Path folder) throws IOException {
            try (var entries = Files.list(folder)) {
                return entries.count();
            }
        }
    }

    /// The counters that have to agree.
    private record Counted(double complete, double insideReceived, double recorded, double lost, double withheld) {

        static Counted by(ConsoleApi api) throws Exception {
            return new Counted(
                    api.metric("koegura_ledger_calls_total", "result=\"complete\""),
                    api.metric("koegura_capture_packets_received_total", "leg=\"inside\""),
                    api.metric("koegura_capture_packets_recorded_total"),
                    api.metric("koegura_capture_packets_lost_total"),
                    api.metric("koegura_capture_packets_withheld_total"));
        }
    }

    @Test
    void aHundredCallsAtOnceAreRecordedWholeAndLeaveNothingBehind(@TempDir Path folder) throws Exception {
        int block = LoopbackPorts.block(MEDIA + MEDIA_PORTS);
        Path data = folder.resolve("data");
        Path speech = MadeCapture.write(folder.resolve("speech.pcap"), 0, 160, PACKETS, 7);
        try (ProductProcess product = ProductProcess.run(data, block, block + MEDIA, block + MEDIA + MEDIA_PORTS - 1);
                ConsoleApi api = product.api()) {
            Held afterTheFirst = new Held(0, 0, 0);
            for (int round = 1; round <= ROUNDS; round++) {
                Counted before = Counted.by(api);
                place(product, api, folder.resolve("round-" + round), block, speech);
                awaitNothingInUse(api);
                List<JsonNode> manifests = newManifests(data);
                allAreWhole(manifests);
                accountsAgree(manifests, before, Counted.by(api));
                if (round == 1) {
                    afterTheFirst = Held.by(product, folder);
                } else {
                    holdsNoMoreThan(afterTheFirst, product, folder);
                }
            }
            assertThat(api.metric("koegura_sip_dropped_total")).isZero();
            assertThat(api.metric("koegura_call_faults_total")).isZero();
            api.awaitScanned(ROUNDS * CALLS);
        }
        assertThat(ProductProcess.verify(data, Duration.ofMinutes(2))).isZero();
    }

    private static void place(ProductProcess product, ConsoleApi api, Path folder, int block, Path speech)
            throws Exception {
        ManyCalls.Run atOnce =
                new ManyCalls.Run(CALLS, speech, TALK_MILLIS, 0, List.of("-l", Integer.toString(CALLS), "-r", "25"));
        try (ManyCalls calls = ManyCalls.place(folder, block, atOnce)) {
            await("all calls are up at once")
                    .atMost(Duration.ofSeconds(15))
                    .pollInterval(Duration.ofMillis(250))
                    .until(() -> api.metric("koegura_calls") == CALLS);
            assertThat(Held.by(product, folder).virtualThreads())
                    .as("each call has one, and they are seen")
                    .isGreaterThanOrEqualTo(CALLS);
            assertThat(calls.succeeded()).isTrue();
        }
    }

    private static void awaitNothingInUse(ConsoleApi api) {
        await("no call is up and no port is used")
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(250))
                .until(() -> api.calls().isEmpty()
                        && api.metric("koegura_calls") == 0
                        && api.metric("koegura_rtp_ports", "state=\"used\"") == 0
                        && api.metric("koegura_ledger_waiting") == 0);
    }

    private List<JsonNode> newManifests(Path data) throws IOException {
        List<JsonNode> manifests = new ArrayList<>();
        JsonMapper json = new JsonMapper();
        for (Path file : StandingFiles.under(data.resolve("recordings"))) {
            if (file.endsWith("manifest.json") && seen.add(file)) {
                manifests.add(json.readTree(Files.readAllBytes(file)));
            }
        }
        return manifests;
    }

    private static void allAreWhole(List<JsonNode> manifests) {
        assertThat(manifests).hasSize(CALLS);
        assertThat(manifests)
                .allMatch(manifest -> manifest.path("outcome").asString("").equals("complete"));
        assertThat(manifests)
                .allMatch(manifest -> manifest.path("end").asString("").equals("hangup-inside"));
    }

    /// Manifests, meters and what was sent say the same.
    private static void accountsAgree(List<JsonNode> manifests, Counted before, Counted after) {
        List<Long> received = new ArrayList<>();
        long recorded = 0;
        long lost = 0;
        long withheld = 0;
        for (JsonNode manifest : manifests) {
            for (JsonNode stream : manifest.path("streams").valueStream().toList()) {
                recorded += stream.path("recorded").asLong(-1);
                lost += stream.path("lost").asLong(-1);
                withheld += stream.path("withheld")
                        .valueStream()
                        .mapToLong(count -> count.asLong(-1))
                        .sum();
                assertThat(stream.path("recorded").asLong(-1))
                        .as("kept of one voice")
                        .isPositive();
                if (stream.path("leg").asString("").equals("inside")) {
                    received.add(stream.path("received").asLong(-1));
                }
            }
        }
        assertThat(received).as("packets of each caller").hasSize(CALLS).allMatch(each -> each == PACKETS);
        assertThat(lost).isZero();
        assertThat(after)
                .isEqualTo(new Counted(
                        before.complete() + CALLS,
                        before.insideReceived() + (long) CALLS * PACKETS,
                        before.recorded() + recorded,
                        before.lost() + lost,
                        before.withheld() + withheld));
    }

    private static void holdsNoMoreThan(Held before, ProductProcess product, Path folder) {
        await("files and threads are what they were")
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> {
                    Held now = Held.by(product, folder);
                    assertThat(now.files()).isLessThanOrEqualTo(before.files() + SPARE);
                    assertThat(now.threads()).isLessThanOrEqualTo(before.threads() + SPARE);
                    assertThat(now.virtualThreads()).isLessThanOrEqualTo(before.virtualThreads() + SPARE);
                });
    }
}
