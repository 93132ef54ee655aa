package org.koegura.server.bench.restart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.server.ProductProcess;
import org.koegura.server.WholeMachine;
import org.koegura.server.bench.BenchOrder;
import org.koegura.server.bench.FreePorts;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Rtp;
import org.koegura.server.peer.LoopbackPorts;

/// The product is killed again and again under the same calls. `-Dkoegura.campaign.restarts=100` says how often;
/// the benchmark `restart` tells how long each takes.
@WholeMachine
class RestartBenchIT {

    private static final int CALLS = 10;
    private static final int PORTS = 8 * CALLS; // half of them are behind those that the calls have
    private static final int RESTARTS = Integer.getInteger("koegura.campaign.restarts", 5);
    /// R4, and a packet that was not due yet.
    private static final long LOST_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(250 + 20);

    private static final Duration VERIFIED = Duration.ofMinutes(5);

    /// Beside server/target/koegura/lib, where the build puts the product.
    private static final Path SCRIPT = Path.of(Objects.requireNonNull(System.getProperty("koegura.lib")))
            .resolve("../../../../koegura")
            .normalize();

    @Test
    void afterEachKillEveryCallIsRelayedOnAndWhatNobodyKeptIsDeclared(@TempDir Path folder) throws Exception {
        List<String> told = new ArrayList<>();
        Map<Integer, List<Restart>> restarts =
                new RestartBench(order(), folder, new RestartPlan(Map.of(CALLS, RESTARTS)), told::add).run();

        List<Restart> killed = restarts.getOrDefault(CALLS, List.of());
        assertThat(killed)
                .hasSize(RESTARTS)
                .allSatisfy(restart ->
                        assertThat(restart.allNanos()).as(told.toString()).isPresent());
        Path data = folder.resolve(CALLS + "-calls").resolve("data");
        List<KeptRecording> kept = KeptRecording.allIn(data);
        assertThat(kept).hasSize(CALLS * (RESTARTS + 1));
        Set<String> continued = new HashSet<>();
        for (KeptRecording part : kept) {
            String before = part.opening().path("continues").asString("");
            if (!before.isEmpty()) {
                assertThat(continued.add(before)).as("each part goes on once").isTrue();
            }
        }
        for (KeptRecording part : kept) {
            boolean goesOn = continued.contains(part.manifest().path("call").asString("?"));
            assertThat(part.manifest().path("end").asString("?").equals("interrupted"))
                    .isEqualTo(goesOn);
            assertThat(part.manifest().has("interruption")).isEqualTo(goesOn);
            assertThat(part.inside()).isNotEmpty();
            assertThat(part.outside()).isNotEmpty();
            if (goesOn) {
                endsWithAKill(part.inside(), killed);
                endsWithAKill(part.outside(), killed);
            }
        }
        assertThat(continued).hasSize(CALLS * RESTARTS);
        assertThat(ProductProcess.verify(data.resolve("recordings"), VERIFIED)).isZero();

        StringWriter table = new StringWriter();
        RestartResult.print(new PrintWriter(table), RestartResult.of(restarts, Map.of()), restarts);
        assertThat(table.toString()).contains("first relayed packet");
    }

    /// With ports that no other test takes while the product is dead.
    private static BenchOrder order() {
        int first = LoopbackPorts.block(PORTS);
        return new BenchOrder(SCRIPT, "", 1, true, true, new FreePorts(first, first + PORTS - 1));
    }

    /// Of what was said before a kill all is kept but the last quarter of a second (R4).
    private static void endsWithAKill(List<Rtp> kept, List<Restart> restarts) {
        long lastNanos = kept.getLast().epochNanos();
        assertThat(restarts)
                .extracting(restart -> KeptRecording.epochNanos(restart.killedAt()) - lastNanos)
                .as("nanoseconds from the last packet kept to the kills")
                .anyMatch(nanos -> Math.abs(nanos) <= LOST_NANOS_MAX);
    }
}
