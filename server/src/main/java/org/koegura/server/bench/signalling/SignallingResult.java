package org.koegura.server.bench.signalling;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.koegura.server.bench.BenchResult;
import org.koegura.server.bench.Median;

/// Turns rounds into ratios and figures. A ratio is built inside one round and then the median over the rounds is
/// taken; a figure is the median over the rounds of one side.
final class SignallingResult {

    /// A side that loses more of its calls than this does other work than the one that loses none.
    private static final double FAILED_MAX = 0.01;

    private static final List<Integer> DELAYED = List.of(Plan.QUIET_RATE, Plan.BUSY_RATE);

    private final SignallingBench.Measured measured;
    private final Map<String, Double> ratios = new TreeMap<>();
    private final Map<String, Double> figures = new TreeMap<>();
    private final Map<String, String> missing = new TreeMap<>();

    private SignallingResult(SignallingBench.Measured measured) {
        this.measured = measured;
    }

    static BenchResult of(SignallingBench.Measured measured, Map<String, String> machine) {
        SignallingResult result = new SignallingResult(measured);
        result.ratio("cpu_vs_kamailio_rtpengine", Side.KAMAILIO_RTPENGINE);
        result.ratio("cpu_vs_kamailio", Side.KAMAILIO);
        for (Side side : Side.values()) {
            result.figures(side);
        }
        result.sustained();
        return new BenchResult("signalling", result.ratios, result.figures, machine, result.missing);
    }

    private void ratio(String name, Side peer) {
        List<SideRound> ours = measured.of(Side.KOEGURA);
        List<SideRound> theirs = measured.of(peer);
        List<Double> each = new ArrayList<>();
        for (int round = 0; round < Math.min(ours.size(), theirs.size()); round++) {
            Load our = ours.get(round).loads().get(Plan.BUSY_RATE);
            Load their = theirs.get(round).loads().get(Plan.BUSY_RATE);
            if (our != null && did(our) && their != null && did(their)) {
                each.add(our.cpuSecondsPer1000Calls() / their.cpuSecondsPer1000Calls());
            }
        }
        if (each.isEmpty()) {
            missing.put(peer.key(), "no round in which it and koegura kept 99 % of the calls at 500 calls/s");
        } else {
            ratios.put(name, Median.of(each));
        }
    }

    private static boolean did(Load load) {
        return load.caller().failed() <= FAILED_MAX * load.caller().created() && load.cpuSeconds() > 0;
    }

    private void figures(Side side) {
        List<SideRound> rounds = measured.of(side);
        if (rounds.isEmpty()) {
            return;
        }
        String key = side.key();
        put(
                key + "_cold_300_retransmissions_count",
                rounds,
                round -> round.cold().retransmissions());
        put(
                key + "_cold_300_failed_count",
                rounds,
                round -> round.cold().caller().failed());
        put(key + "_highest_clean_calls_per_second", climbed(rounds), SideRound::highestClean);
        TreeMap<Integer, Boolean> rates = new TreeMap<>();
        rounds.forEach(round -> round.loads().keySet().forEach(rate -> rates.put(rate, true)));
        for (int rate : rates.keySet()) {
            List<Load> loads = loads(rounds, rate);
            String at = key + "_" + rate + "_";
            if (side != Side.DIRECT) {
                figures.put(at + "cpu_seconds_per_1000_calls", median(loads, Load::cpuSecondsPer1000Calls));
            }
            figures.put(at + "clean_rounds_count", (double)
                    loads.stream().filter(Load::isClean).count());
            figures.put(at + "retransmissions_count", median(loads, Load::retransmissions));
        }
        for (int rate : DELAYED) {
            delays(side, rate);
        }
    }

    private static List<SideRound> climbed(List<SideRound> rounds) {
        List<SideRound> climbed = rounds.stream()
                .filter(round -> round.loads().keySet().stream().anyMatch(rate -> rate > Plan.BUSY_RATE))
                .toList();
        return climbed.isEmpty() ? rounds : climbed;
    }

    /// What a side adds: its percentile less the same percentile without any side, in the same round.
    private void delays(Side side, int rate) {
        for (double percent : new double[] {50, 95, 99, 100}) {
            List<Double> each = new ArrayList<>();
            List<SideRound> rounds = measured.of(side);
            List<SideRound> direct = measured.of(Side.DIRECT);
            for (int round = 0; round < Math.min(rounds.size(), direct.size()); round++) {
                Double through = percentile(rounds.get(round), rate, percent);
                Double without = percentile(direct.get(round), rate, percent);
                if (through != null && without != null) {
                    each.add(side == Side.DIRECT ? through : Math.max(0, through - without));
                }
            }
            if (!each.isEmpty()) {
                String what = percent == 100 ? "pause_max" : "p" + (int) percent;
                String name = side == Side.DIRECT ? "_delay_" : "_added_delay_";
                figures.put(side.key() + "_" + rate + name + what + "_micros", Median.of(each));
            }
        }
    }

    private static @Nullable Double percentile(SideRound round, int rate, double percent) {
        Load load = round.loads().get(rate);
        Delays delays = load == null ? null : load.delays();
        return delays == null || delays.isEmpty() ? null : (double) delays.percentile(percent);
    }

    private void sustained() {
        Load load = measured.sustained();
        if (load != null) {
            figures.put("koegura_sustained_calls_per_second", (double) load.rate());
            figures.put("koegura_sustained_failed_count", (double) load.caller().failed());
            figures.put("koegura_sustained_retransmissions_count", (double) load.retransmissions());
            figures.put("koegura_sustained_kept_calls_per_second", load.keptRate());
            figures.put("koegura_sustained_cpu_seconds_per_1000_calls", load.cpuSecondsPer1000Calls());
            Delays delays = load.delays();
            if (delays != null && !delays.isEmpty()) {
                figures.put("koegura_sustained_delay_p50_micros", (double) delays.percentile(50));
                figures.put("koegura_sustained_delay_p95_micros", (double) delays.percentile(95));
                figures.put("koegura_sustained_delay_pause_max_micros", (double) delays.percentile(100));
            }
            sustainedRatio(load);
        }
    }

    /// For minutes against the peers' seconds at that rate: they have nothing to compile, and are no dearer at first.
    private void sustainedRatio(Load our) {
        List<Load> theirs = loads(measured.of(Side.KAMAILIO_RTPENGINE), our.rate()).stream()
                .filter(SignallingResult::did)
                .toList();
        if (!theirs.isEmpty() && did(our)) {
            ratios.put(
                    "cpu_vs_kamailio_rtpengine_sustained",
                    our.cpuSecondsPer1000Calls() / median(theirs, Load::cpuSecondsPer1000Calls));
        }
    }

    private void put(String name, List<SideRound> rounds, ToDoubleFunction<SideRound> figure) {
        figures.put(name, Median.of(rounds.stream().mapToDouble(figure).boxed().toList()));
    }

    private static List<Load> loads(List<SideRound> rounds, int rate) {
        return rounds.stream()
                .map(SideRound::loads)
                .filter(loads -> loads.containsKey(rate))
                .map(loads -> Objects.requireNonNull(loads.get(rate)))
                .toList();
    }

    private static double median(List<Load> loads, ToDoubleFunction<Load> figure) {
        return Median.of(loads.stream().mapToDouble(figure).boxed().toList());
    }
}
