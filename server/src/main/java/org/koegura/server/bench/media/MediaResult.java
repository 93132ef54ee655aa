package org.koegura.server.bench.media;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.koegura.server.bench.BenchResult;
import org.koegura.server.bench.Median;

/// Turns rounds into ratios and figures. A ratio is built inside one round and then the median over the rounds is
/// taken; a figure is the median over the rounds of one side in which the generator kept its pace.
final class MediaResult {

    private static final String HIGHEST = "highest_rate_vs_c";

    static final String BY_KERNEL = "kernel_packets_count";
    static final List<String> DELAYS = List.of("p50", "p99", "p999", "max");

    private final List<MediaRound> rounds;
    private final MediaPlan plan;
    private final Map<String, Double> ratios = new TreeMap<>();
    private final Map<String, Double> figures = new TreeMap<>();
    private final Map<String, String> missing = new TreeMap<>();

    private MediaResult(List<MediaRound> rounds, MediaPlan plan) {
        this.rounds = rounds;
        this.plan = plan;
    }

    static BenchResult of(List<MediaRound> rounds, MediaPlan plan, Map<String, String> machine) {
        MediaResult result = new MediaResult(rounds, plan);
        result.ratio("forward_vs_rtpengine", MediaSide.KOEGURA, MediaSide.RTPENGINE, RELAYING);
        result.ratio("forward_vs_c", MediaSide.KOEGURA, MediaSide.C, RELAYING);
        result.recordingRatios("rtpengine_pcap", MediaSide.RTPENGINE_RECORDING);
        result.recordingRatios("c", MediaSide.C_RECORDING);
        result.highest();
        for (MediaSide side : MediaSide.values()) {
            for (int calls :
                    Stream.of(plan.quietCalls(), plan.busyCalls()).distinct().toList()) {
                result.figures(side, calls);
            }
        }
        return new BenchResult("media", result.ratios, result.figures, machine, result.missing);
    }

    private List<MediaRound> of(MediaSide side) {
        return rounds.stream().filter(round -> round.side() == side).toList();
    }

    /// While the calls are up, and with what is left to do after them.
    private void recordingRatios(String peer, MediaSide their) {
        ratio("record_vs_" + peer, MediaSide.KOEGURA_RECORDING, their, RELAYING);
        ratio(
                "record_and_seal_vs_" + peer,
                MediaSide.KOEGURA_RECORDING,
                their,
                (ours, theirs, direct) -> ours.wholeCpuSecondsPerMpkt(direct) / theirs.wholeCpuSecondsPerMpkt(direct));
    }

    private void ratio(String name, MediaSide our, MediaSide their, Compared compared) {
        List<Double> each = inEachRound(our, their, plan.busyCalls(), MediaLoad::isComparable, compared);
        if (each.isEmpty()) {
            missing(
                    their,
                    name + ": no round in which both kept 99 % of the packets of " + plan.busyCalls()
                            + " calls, accounted for all and the generator kept its pace");
        } else {
            ratios.put(name, Median.of(each));
        }
    }

    /// A side may be missed for several reasons.
    private void missing(MediaSide side, String why) {
        missing.merge(side.key(), why, (before, more) -> before + "; " + more);
    }

    private static final Compared RELAYING =
            (ours, theirs, direct) -> ours.causedCpuSecondsPerMpkt(direct) / theirs.causedCpuSecondsPerMpkt(direct);

    private interface Compared {

        double of(MediaLoad ours, MediaLoad theirs, MediaLoad direct);
    }

    private List<Double> inEachRound(
            MediaSide our, MediaSide their, int calls, Predicate<MediaLoad> counts, Compared compared) {
        List<MediaRound> ours = of(our);
        List<MediaRound> theirs = of(their);
        List<MediaRound> directs = of(MediaSide.DIRECT);
        List<Double> each = new ArrayList<>();
        for (int round = 0; round < Math.min(directs.size(), Math.min(ours.size(), theirs.size())); round++) {
            MediaLoad ourLoad = ours.get(round).loads().get(calls);
            MediaLoad theirLoad = theirs.get(round).loads().get(calls);
            MediaLoad direct = directs.get(round).loads().get(calls);
            if (direct != null
                    && direct.counts().isPaced()
                    && ourLoad != null
                    && counts.test(ourLoad)
                    && theirLoad != null
                    && counts.test(theirLoad)) {
                each.add(compared.of(ourLoad, theirLoad, direct));
            }
        }
        return each;
    }

    /// The most calls that were clean, of those that were climbed.
    private void highest() {
        for (MediaSide side : List.of(MediaSide.C_RECORDING, MediaSide.KOEGURA_RECORDING)) {
            List<Double> most = of(side).stream()
                    .filter(round -> !round.climbed().isEmpty())
                    .map(round -> (double) round.mostClean())
                    .toList();
            if (!most.isEmpty()) {
                figures.put(side.key() + "_most_clean_calls_count", Median.of(most));
            }
        }
        Double ours = figures.get(most(MediaSide.KOEGURA_RECORDING));
        List<Double> theirs = of(MediaSide.C_RECORDING).stream()
                .filter(round -> round.end() == MediaRound.End.SIDE && round.mostClean() > 0)
                .map(round -> (double) round.mostClean())
                .toList();
        if (ours != null && !theirs.isEmpty()) {
            ratios.put(HIGHEST, ours / Median.of(theirs));
        } else if (ours == null) {
            missing(MediaSide.C_RECORDING, HIGHEST + ": no round in which koegura was tried with more calls");
        } else {
            missing(MediaSide.C_RECORDING, HIGHEST + ": no round in which its highest rate was found: " + ends());
        }
    }

    /// Ours may end wherever it likes: what was clean until then is the least that it carries. Theirs may not.
    private String ends() {
        List<String> ends = of(MediaSide.C_RECORDING).stream()
                .map(round -> "clean up to " + round.mostClean() + " calls, where "
                        + round.end().why())
                .toList();
        return ends.isEmpty() ? "it was not tried" : String.join("; ", ends);
    }

    static String most(MediaSide side) {
        return side.key() + "_most_clean_calls_count";
    }

    private void figures(MediaSide side, int calls) {
        List<MediaLoad> all = of(side).stream()
                .map(round -> round.loads().get(calls))
                .filter(Objects::nonNull)
                .toList();
        List<MediaLoad> loads =
                all.stream().filter(load -> load.counts().isPaced()).toList();
        String at = at(side, calls);
        figures.put(at + "worthless_rounds_count", (double) (all.size() - loads.size()));
        if (loads.isEmpty()) {
            missing(side, calls + " calls: no round in which the generator kept its pace");
            return;
        }
        if (side != MediaSide.DIRECT) {
            put(at + "cpu_seconds_per_mpkt", loads, MediaLoad::cpuSecondsPerMpkt);
            caused(side, calls);
            put(at + "closing_cpu_seconds_per_mpkt", loads, MediaLoad::closingCpuSecondsPerMpkt);
            put(at + "closing_seconds", loads, load -> load.closing().seconds());
            put(at + "rss_kib_per_call", loads, MediaLoad::rssKibPerCall);
        }
        put(at + "loss_ratio", loads, load -> load.counts().lossRatio());
        // the worst, not the median: none of these is to be there at all
        figures.put(at + "loss_worst_ratio", worst(loads, load -> load.counts().lossRatio()));
        figures.put(
                at + "duplicated_packets_count",
                worst(loads, load -> load.counts().duplicated()));
        figures.put(
                at + "out_of_order_packets_count",
                worst(loads, load -> load.counts().outOfOrder()));
        figures.put(
                at + "wrong_packets_count", worst(loads, load -> load.counts().wrong()));
        put(at + "allocated_bytes_per_packet", loads, MediaLoad::allocatedBytesPerPacket);
        put(at + BY_KERNEL, loads, load -> load.told().get("kernel_packets"));
        put(at + "gc_pause_max_micros", loads, load -> load.told().get("gc_pause_max_micros"));
        if (side == MediaSide.KOEGURA_RECORDING) {
            figures.put(at + "declared_lost_packets_count", worst(loads, MediaLoad::declaredLost));
            figures.put(at + "unaccounted_packets_count", worst(loads, MediaLoad::unaccounted));
        }
        delays(side, calls);
        if (side != MediaSide.DIRECT && calls > plan.quietCalls()) {
            further(side);
        }
    }

    private void caused(MediaSide side, int calls) {
        List<Double> each = inEachRound(
                side,
                side,
                calls,
                load -> load.counts().isPaced(),
                (ours, theirs, direct) -> ours.causedCpuSecondsPerMpkt(direct));
        if (!each.isEmpty()) {
            figures.put(at(side, calls) + "caused_cpu_seconds_per_mpkt", Median.of(each));
        }
    }

    /// What each call beyond the few of the first load lies in memory with. What a process fetches once, such as
    /// compiled code, is not in it; it is in the figure for each call.
    private void further(MediaSide side) {
        further(side, "rss_kib_per_further_call", load -> (double) load.rssKib());
        further(side, "live_heap_kib_per_further_call", MediaLoad::liveHeapKib);
    }

    private void further(MediaSide side, String name, Function<MediaLoad, @Nullable Double> kib) {
        List<Double> each = new ArrayList<>();
        for (MediaRound round : of(side)) {
            MediaLoad few = round.loads().get(plan.quietCalls());
            MediaLoad many = round.loads().get(plan.busyCalls());
            Double before = few == null ? null : kib.apply(few);
            Double after = many == null ? null : kib.apply(many);
            if (before != null && after != null) {
                each.add((after - before) / (plan.busyCalls() - plan.quietCalls()));
            }
        }
        if (!each.isEmpty()) {
            figures.put(at(side, plan.busyCalls()) + name, Median.of(each));
        }
    }

    /// What a side adds: its percentile less the same percentile without any side, in the same round.
    private void delays(MediaSide side, int calls) {
        for (String which : DELAYS) {
            List<Double> each = inEachRound(
                    side, MediaSide.DIRECT, calls, load -> load.counts().isPaced(), (ours, theirs, direct) -> {
                        double delay = ours.counts().delay(which);
                        return side == MediaSide.DIRECT
                                ? delay
                                : Math.max(0, delay - direct.counts().delay(which));
                    });
            if (!each.isEmpty()) {
                figures.put(delay(side, calls, which), Median.of(each));
            }
        }
    }

    static String at(MediaSide side, int calls) {
        return side.key() + "_" + calls + "_";
    }

    static String delay(MediaSide side, int calls, String which) {
        return at(side, calls) + (side == MediaSide.DIRECT ? "delay_" : "added_delay_") + which + "_micros";
    }

    private void put(String name, List<MediaLoad> loads, Function<MediaLoad, @Nullable Double> figure) {
        List<Double> told = told(loads, figure);
        if (!told.isEmpty()) {
            figures.put(name, Median.of(told));
        }
    }

    private static double worst(List<MediaLoad> loads, Function<MediaLoad, @Nullable Number> figure) {
        double worst = 0;
        for (MediaLoad load : loads) {
            Number number = figure.apply(load);
            worst = Math.max(worst, number == null ? 0 : number.doubleValue());
        }
        return worst;
    }

    private static List<Double> told(List<MediaLoad> loads, Function<MediaLoad, @Nullable Double> figure) {
        List<Double> told = new ArrayList<>();
        for (MediaLoad load : loads) {
            Double number = figure.apply(load);
            if (number != null) {
                told.add(number);
            }
        }
        return told;
    }
}
