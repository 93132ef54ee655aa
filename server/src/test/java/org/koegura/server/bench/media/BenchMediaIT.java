package org.koegura.server.bench.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.server.WholeMachine;
import org.koegura.server.bench.BenchOrder;
import org.koegura.server.bench.BenchResult;
import org.koegura.server.bench.FreePorts;
import org.koegura.server.bench.Peers;
import org.koegura.server.peer.LoopbackPorts;

/// The benchmark of media from end to end, with few calls for a short time: the real sides, and no judgement of speed.
@WholeMachine
class BenchMediaIT {

    private static final int CALLS = 10;
    private static final int SECONDS = 1;

    /// Those of the calls that ended rest for a while.
    private static final int PORTS = 400;

    private static final int PACKETS_MIN = CALLS * 50; // half of what a second has: the machine may be busy

    /// Beside server/target/koegura/lib, where the build puts the product.
    private static final Path SCRIPT = Path.of(Objects.requireNonNull(System.getProperty("koegura.lib")))
            .resolve("../../../../koegura")
            .normalize();

    @Test
    void everySideRelaysEveryPacketUnchangedAndTheProductAccountsForThem(@TempDir Path folder) throws Exception {
        MediaPlan plan = new MediaPlan(1, CALLS, CALLS, 1, SECONDS, SECONDS, List.of(CALLS + 1), SECONDS, 1);
        Peers peers = Peers.find(System.getenv("PATH"), MediaBenchmark.PEERS);
        Yardsticks yardsticks = Yardsticks.compile(peers.at(MediaBenchmark.COMPILER), folder.resolve("yardsticks"));
        List<String> told = new ArrayList<>();
        List<MediaRound> rounds =
                new MediaBench(peers, yardsticks, order(true), folder, Cores.here(), plan, told::add).run();

        assertThat(rounds).extracting(MediaRound::side).containsExactly(MediaSide.values());
        for (MediaRound round : rounds) {
            List<MediaLoad> loads = new ArrayList<>(round.loads().values());
            loads.addAll(round.climbed());
            assertThat(loads).isNotEmpty().allSatisfy(load -> {
                String which = round.side().title() + " of " + told;
                assertThat(load.counts().sent()).as(which).isGreaterThan(PACKETS_MIN);
                assertThat(load.counts().lost()).as(which).isZero();
                assertThat(load.counts().duplicated()).isZero();
                if (round.side() != MediaSide.RTPENGINE && round.side() != MediaSide.RTPENGINE_RECORDING) {
                    assertThat(load.counts().outOfOrder()).isZero(); // rtpengine's threads overtake each other
                }
                assertThat(load.counts().wrong()).isZero();
            });
        }
        MediaLoad recorded = load(rounds, MediaSide.KOEGURA_RECORDING);
        assertThat(recorded.told()).containsEntry("capture_lost_packets", 0.0);
        assertThat(recorded.told().get("capture_recorded_packets"))
                .isGreaterThanOrEqualTo((double) recorded.counts().sent());
        assertThat(recorded.unaccounted()).isZero();
        assertThat(recorded.closing().cpuSeconds()).as("sealing is told, too").isPositive();
        assertThat(recorded.closing().packets())
                .isGreaterThan((double) recorded.counts().sent());
        assertThat(load(rounds, MediaSide.KOEGURA).told())
                .containsEntry("capture_recorded_packets", 0.0)
                .containsKey("kernel_packets");

        BenchResult result = MediaResult.of(rounds, plan, Map.of());
        StringWriter table = new StringWriter();
        MediaTable.print(new PrintWriter(table), result, plan);
        assertThat(table.toString())
                .contains(MediaSide.KOEGURA_RECORDING.title(), "calls with at most 0.1 % lost", "sealed and uploaded");
    }

    /// `--media-kernel never`, as on a host without the rights: the sockets are measured.
    @Test
    void ifToldTheProductAsksTheKernelForNothing(@TempDir Path folder) throws Exception {
        Peers peers = Peers.find(System.getenv("PATH"), MediaBenchmark.PEERS);
        Yardsticks yardsticks = Yardsticks.compile(peers.at(MediaBenchmark.COMPILER), folder.resolve("yardsticks"));
        RunningMedia.Setting setting =
                new RunningMedia.Setting(peers, yardsticks, order(false), Cores.here(), folder.resolve("forward"));
        try (RunningMedia running = RunningMedia.start(MediaSide.KOEGURA, setting)) {
            running.requireAlive();
        }
        String log = Files.readString(folder.resolve("forward/data/log/koegura.log"));
        assertThat(log).contains("media.opened").doesNotContain("media.kernel.");
    }

    private static BenchOrder order(boolean kernelHelp) {
        int first = LoopbackPorts.block(PORTS);
        FreePorts ports = new FreePorts(first, first + PORTS - 1);
        String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
        return new BenchOrder(SCRIPT, path, 1, true, kernelHelp, ports);
    }

    private static MediaLoad load(List<MediaRound> rounds, MediaSide side) {
        return rounds.stream()
                .filter(round -> round.side() == side)
                .map(round -> Objects.requireNonNull(round.loads().get(CALLS)))
                .findFirst()
                .orElseThrow();
    }
}
