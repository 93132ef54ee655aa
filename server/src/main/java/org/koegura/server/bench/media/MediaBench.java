package org.koegura.server.bench.media;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.koegura.server.bench.BenchFault;
import org.koegura.server.bench.BenchOrder;
import org.koegura.server.bench.Peers;

/// Calls of G.711, 50 packets a second each way, through each side in turn.
final class MediaBench {

    private static final double NANOS_PER_SECOND = 1e9;

    private final Peers peers;
    private final Yardsticks yardsticks;
    private final BenchOrder order;
    private final Path folder;
    private final Cores cores;
    private final MediaPlan plan;
    private final Consumer<String> told;
    private final long deadlineNanos;
    private int loads;

    /// @param order of which the plan is made
    /// @param folder where the processes write; the caller removes it
    /// @param told takes a line at each step
    MediaBench(
            Peers peers,
            Yardsticks yardsticks,
            BenchOrder order,
            Path folder,
            Cores cores,
            MediaPlan plan,
            Consumer<String> told) {
        this.peers = peers;
        this.yardsticks = yardsticks;
        this.order = order;
        this.folder = folder;
        this.cores = cores;
        this.plan = plan;
        this.told = told;
        this.deadlineNanos = System.nanoTime() + plan.most().toNanos();
    }

    /// All sides as often as the plan says. Each round begins with another.
    List<MediaRound> run() throws BenchFault, InterruptedException {
        List<MediaRound> rounds = new ArrayList<>();
        List<MediaSide> sides = new ArrayList<>(List.of(MediaSide.values()));
        for (int round = 0; round < plan.rounds(); round++) {
            for (MediaSide side : sides) {
                told.accept("round " + (round + 1) + " of " + plan.rounds() + ": " + side.title());
                rounds.add(measure(side, round, round >= plan.rounds() - plan.climbs()));
            }
            Collections.rotate(sides, 1); // who comes first finds the machine as the last one left it
        }
        return List.copyOf(rounds);
    }

    private MediaRound measure(MediaSide side, int round, boolean climbs) throws BenchFault, InterruptedException {
        Path here = folder.resolve(side.key() + "-" + round);
        RunningMedia.Setting setting = new RunningMedia.Setting(peers, yardsticks, order, cores, here);
        try (RunningMedia running = RunningMedia.start(side, setting)) {
            Map<Integer, MediaLoad> loads = new TreeMap<>();
            MediaLoad first = load(running, here, plan.quietCalls(), plan.quietSeconds(), null);
            loads.put(plan.quietCalls(), first);
            if (plan.busyCalls() > plan.quietCalls()) {
                loads.put(plan.busyCalls(), load(running, here, plan.busyCalls(), plan.busySeconds(), first));
            }
            boolean isMeasured = side == MediaSide.C_RECORDING || side == MediaSide.KOEGURA_RECORDING;
            return new MediaRound(side, loads, climbs && isMeasured ? climb(running, here, first) : List.of());
        }
    }

    private List<MediaLoad> climb(RunningMedia running, Path here, MediaLoad first)
            throws BenchFault, InterruptedException {
        List<MediaLoad> climbed = new ArrayList<>();
        try (Intake intake = cores.takingIn()) {
            told.accept(
                    intake.isSteered() ? "  frames are taken in on the relay's core" : "  frames cannot be steered");
            for (int calls : plan.climb()) {
                MediaLoad load = load(running, here, calls, plan.climbSeconds(), first);
                climbed.add(load);
                if (!load.isClean()) {
                    break;
                }
            }
        }
        return climbed;
    }

    /// @param first the side's first load, before which it lay in memory as without any call; null where this is it
    private MediaLoad load(RunningMedia running, Path here, int calls, int seconds, @Nullable MediaLoad first)
            throws BenchFault, InterruptedException {
        if (System.nanoTime() > deadlineNanos) {
            throw new BenchFault("the benchmark takes longer than "
                    + plan.most().toMinutes() + " min: the machine is too busy to measure anything");
        }
        try (Generator generator =
                Generator.start(yardsticks.generator(), cores, here.resolve("load-" + loads++), calls)) {
            running.open(calls);
            long rssKibBefore = first == null ? running.residentKib() : first.rssKibBefore();
            List<Long> startedNanos = place(running, generator);
            running.settle();
            TimeUnit.SECONDS.sleep(plan.warmSeconds());
            MediaLoad load = measured(running, generator, seconds, rssKibBefore, startedNanos);
            running.requireAlive();
            told.accept(said(load, seconds));
            return load;
        }
    }

    /// @return when the parties of each call began to send
    private static List<Long> place(RunningMedia running, Generator generator) throws BenchFault {
        List<Long> startedNanos = new ArrayList<>();
        long dueNanos = System.nanoTime();
        for (int call = 0; call < generator.parties().size(); call++) {
            generator.run(call, running.call(generator.parties().get(call)));
            startedNanos.add(System.nanoTime());
            dueNanos += TimeUnit.SECONDS.toNanos(1) / MediaPlan.PLACED_PER_SECOND;
            while (System.nanoTime() < dueNanos) {
                LockSupport.parkNanos(dueNanos - System.nanoTime());
            }
        }
        return startedNanos;
    }

    private static MediaLoad measured(
            RunningMedia running, Generator generator, int seconds, long rssKibBefore, List<Long> startedNanos)
            throws BenchFault, InterruptedException {
        running.begin();
        double cpuBefore = running.cpuSeconds();
        double senderBefore = generator.cpuSeconds();
        generator.begin();
        TimeUnit.SECONDS.sleep(seconds);
        generator.end();
        long endNanos = System.nanoTime();
        double cpuAtEnd = running.cpuSeconds();
        double sender = generator.cpuSeconds() - senderBefore;
        long rssKib = running.residentKib();
        Map<String, Double> told = new HashMap<>(running.end());
        double cpuBeforeClosing = running.cpuSeconds(); // what it told took work, too
        GeneratorCounts counts = generator.counts();
        long hungUpNanos = System.nanoTime();
        told.putAll(running.hangUp());
        MediaLoad.Closing closing = new MediaLoad.Closing(
                Math.max(0, running.cpuSeconds() - cpuBeforeClosing), // a side whose process ended tells no more
                (System.nanoTime() - hungUpNanos) / NANOS_PER_SECOND,
                dueBy(endNanos, startedNanos));
        return new MediaLoad(
                generator.parties().size(), counts, cpuAtEnd - cpuBefore, sender, closing, rssKibBefore, rssKib, told);
    }

    /// How many packets calls that began then had until now, both ways.
    private static double dueBy(long endNanos, List<Long> startedNanos) {
        return startedNanos.stream()
                .mapToDouble(started -> (endNanos - started) / NANOS_PER_SECOND * MediaPlan.PACKETS_PER_CALL_SECOND)
                .sum();
    }

    private static String said(MediaLoad load, int seconds) {
        GeneratorCounts counts = load.counts();
        return String.format(
                Locale.ROOT,
                "  %4d calls for %3d s: %.2f CPU-s/Mpkt, delay p50 %.2f ms, p99 %.2f ms, %d of %d lost%s%s%s%s%s",
                load.calls(),
                seconds,
                load.cpuSecondsPerMpkt(),
                counts.delay("p50") / 1000,
                counts.delay("p99") / 1000,
                counts.lost(),
                counts.sent(),
                counts.wrong() == 0 ? "" : ", " + counts.wrong() + " wrong",
                counts.unsent() == 0 ? "" : ", of these " + counts.unsent() + " that the system did not send",
                many(load.declaredLost(), "declared lost"),
                many(load.unaccounted(), "unaccounted for"),
                counts.isPaced() ? "" : "; worthless: " + counts.late() + " were sent late");
    }

    private static String many(@Nullable Double packets, String what) {
        return packets == null || packets == 0 ? "" : String.format(Locale.ROOT, ", %.0f %s", packets, what);
    }
}
