package org.koegura.server.bench.signalling;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.koegura.server.bench.BenchFault;
import org.koegura.server.bench.BenchOrder;
import org.koegura.server.bench.FreePorts;
import org.koegura.server.bench.Peers;

/// INVITE, 180, 200, ACK, BYE, 200 with session descriptions, 100 ms of hold, through each side in turn.
final class SignallingBench {

    private final Peers peers;
    private final Path launcher;
    private final Path folder;
    private final Plan plan;
    private final Consumer<String> told;
    private final FreePorts ports;
    private final long deadlineNanos;

    /// @param order of which the plan is made
    /// @param folder where the processes write; the caller removes it
    /// @param told takes a line at each step
    SignallingBench(Peers peers, BenchOrder order, Path folder, Plan plan, Consumer<String> told) {
        this.peers = peers;
        this.launcher = order.launcher();
        this.ports = order.ports();
        this.folder = folder;
        this.plan = plan;
        this.told = told;
        this.deadlineNanos = System.nanoTime() + plan.most().toNanos();
    }

    /// What all rounds brought.
    ///
    /// @param sustained the product for minutes at the rate that the peers stood; null where that was not asked
    record Measured(List<SideRound> rounds, @Nullable Load sustained) {

        Measured {
            rounds = List.copyOf(rounds);
        }

        List<SideRound> of(Side side) {
            return rounds.stream().filter(round -> round.side() == side).toList();
        }
    }

    Measured run() throws BenchFault, InterruptedException {
        List<SideRound> rounds = new ArrayList<>();
        List<Side> order = new ArrayList<>(List.of(Side.values()));
        for (int round = 0; round < plan.rounds(); round++) {
            for (Side side : order) {
                told.accept("round " + (round + 1) + " of " + plan.rounds() + ": " + side.title());
                rounds.add(measure(side, round, round >= plan.rounds() - plan.climbs()));
            }
            Collections.rotate(order, 1); // who comes first finds the machine as the last one left it
        }
        Measured measured = new Measured(rounds, null);
        return plan.sustainedSeconds() == 0 ? measured : new Measured(rounds, sustain(measured));
    }

    private SideRound measure(Side side, int round, boolean climbs) throws BenchFault, InterruptedException {
        Path here = folder.resolve(side.key() + "-" + round);
        int calleePort = ports.next();
        LoadRunner runner = new LoadRunner(peers, ports, here, calleePort);
        try (RunningSide running =
                RunningSide.start(side, new RunningSide.Setting(peers, launcher, ports, here, calleePort))) {
            Load cold = load(runner, running, Plan.COLD_RATE, plan.coldSeconds(), false);
            load(runner, running, Plan.BUSY_RATE, plan.warmSeconds(), false);
            Map<Integer, Load> loads = new TreeMap<>();
            loads.put(Plan.QUIET_RATE, load(runner, running, Plan.QUIET_RATE, plan.quietSeconds(), true));
            loads.put(Plan.BUSY_RATE, load(runner, running, Plan.BUSY_RATE, plan.busySeconds(), true));
            if (climbs) {
                climb(runner, running, loads);
            }
            return new SideRound(side, cold, loads, ProductCounts.of(running.counted()));
        }
    }

    private void climb(LoadRunner runner, RunningSide running, Map<Integer, Load> loads)
            throws BenchFault, InterruptedException {
        for (int rate : plan.climb()) {
            Load load = load(runner, running, rate, plan.climbSeconds(), false);
            loads.put(rate, load);
            if (!load.isClean()) {
                return;
            }
        }
    }

    private Load load(LoadRunner runner, RunningSide running, int rate, int seconds, boolean probed)
            throws BenchFault, InterruptedException {
        if (System.nanoTime() > deadlineNanos) {
            throw new BenchFault("the benchmark takes longer than "
                    + plan.most().toMinutes() + " min: the machine is too busy to measure anything");
        }
        Load load = runner.run(running, rate, seconds, probed);
        running.requireAlive();
        told.accept(String.format(
                Locale.ROOT,
                "  %4d calls/s for %3d s: %s, %d failed, %d sent again, %.3f CPU-s per 1000 calls",
                rate,
                seconds,
                load.isClean() ? "clean" : "not clean",
                load.caller().failed(),
                load.retransmissions(),
                load.cpuSecondsPer1000Calls()));
        return load;
    }

    private Load sustain(Measured measured) throws BenchFault, InterruptedException {
        List<Integer> clean = measured.of(Side.KAMAILIO_RTPENGINE).stream()
                .map(SideRound::highestClean)
                .sorted()
                .toList();
        int rate = Math.max(Plan.BUSY_RATE, clean.get(clean.size() / 2)); // as the table has it
        told.accept(
                "koegura run for " + Duration.ofSeconds(plan.sustainedSeconds()).toMinutes() + " min");
        Path here = folder.resolve("sustained");
        int calleePort = ports.next();
        LoadRunner runner = new LoadRunner(peers, ports, here, calleePort);
        try (RunningSide running =
                RunningSide.start(Side.KOEGURA, new RunningSide.Setting(peers, launcher, ports, here, calleePort))) {
            load(runner, running, Plan.BUSY_RATE, plan.warmSeconds(), false);
            return load(runner, running, rate, plan.sustainedSeconds(), true);
        }
    }
}
