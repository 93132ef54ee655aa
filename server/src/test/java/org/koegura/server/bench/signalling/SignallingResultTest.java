package org.koegura.server.bench.signalling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.koegura.server.bench.BenchResult;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// From rounds to ratios, figures and the JSON that all benchmarks share.
class SignallingResultTest {

    private static final Map<String, String> MACHINE = Map.of("cores", "2");

    @Test
    void aRatioIsBuiltInsideEachRoundAndItsMedianIsTaken() {
        // ours over theirs: 2/1, 3/3, 9/1; the ratio of the medians would be 3
        BenchResult result = SignallingResult.of(measured(List.of(2.0, 3.0, 9.0), List.of(1.0, 3.0, 1.0)), MACHINE);
        assertThat(result.ratios()).containsEntry("cpu_vs_kamailio_rtpengine", 2.0);
        assertThat(result.missing()).containsOnlyKeys("kamailio");
    }

    @Test
    void aRoundInWhichASideLostCallsGivesNoRatio() {
        List<SideRound> rounds = new ArrayList<>();
        for (Side side : List.of(Side.KOEGURA, Side.KAMAILIO_RTPENGINE)) {
            rounds.add(round(side, 1, 0));
            rounds.add(round(side, side == Side.KOEGURA ? 5 : 1, side == Side.KOEGURA ? 0 : 400));
        }
        BenchResult result = SignallingResult.of(new SignallingBench.Measured(rounds, null), MACHINE);
        assertThat(result.ratios()).containsEntry("cpu_vs_kamailio_rtpengine", 1.0);
    }

    @Test
    void whereNoRoundCanBeComparedTheRatioIsMissingWithItsReason() {
        List<SideRound> rounds =
                List.of(round(Side.KOEGURA, 1, 0), round(Side.KAMAILIO_RTPENGINE, 1, 9000), round(Side.KAMAILIO, 1, 0));
        BenchResult result = SignallingResult.of(new SignallingBench.Measured(rounds, null), MACHINE);
        assertThat(result.ratios()).containsOnlyKeys("cpu_vs_kamailio");
        assertThat(result.missing())
                .hasEntrySatisfying("kamailio_rtpengine", why -> assertThat(why).contains("99 %"));
    }

    @Test
    void theAddedDelayIsAboveTheSamePercentileWithoutASide() {
        List<SideRound> rounds = List.of(
                round(Side.DIRECT, load(100, 0, 1, 0, List.of(100L, 120L))),
                round(Side.KOEGURA, load(100, 0, 1, 0, List.of(700L, 920L))));
        Map<String, Double> figures = SignallingResult.of(new SignallingBench.Measured(rounds, null), MACHINE)
                .figures();
        assertThat(figures)
                .containsEntry("direct_100_delay_p50_micros", 100.0)
                .containsEntry("koegura_100_added_delay_p50_micros", 600.0)
                .containsEntry("koegura_100_added_delay_pause_max_micros", 800.0);
    }

    @Test
    void theHighestCleanRateIsTheLastBeforeTheFirstThatIsNot() {
        SideRound climbed = round(
                Side.KAMAILIO,
                load(100, 0, 1, 0, List.of()),
                load(500, 0, 1, 0, List.of()),
                load(1000, 0, 1, 99, List.of()),
                load(1500, 0, 1, 0, List.of()));
        assertThat(climbed.highestClean()).isEqualTo(500);
    }

    @Test
    void whatIsSustainedIsComparedWithWhatThePeersDidAtThatRate() {
        List<SideRound> rounds = List.of(
                round(Side.KAMAILIO_RTPENGINE, load(500, 0, 9, 0, List.of()), load(1000, 0, 10, 0, List.of())),
                round(Side.KAMAILIO_RTPENGINE, load(500, 0, 9, 0, List.of()), load(1000, 999, 1, 0, List.of())));
        BenchResult result = SignallingResult.of(
                new SignallingBench.Measured(rounds, load(1000, 0, 15, 0, List.of(900L, 1_000L, 4_000L))), MACHINE);
        assertThat(result.ratios().get("cpu_vs_kamailio_rtpengine_sustained")).isCloseTo(1.5, within(0.001));
        assertThat(result.figures()).containsEntry("koegura_sustained_delay_pause_max_micros", 4_000.0);
        BenchResult alone =
                SignallingResult.of(new SignallingBench.Measured(rounds, load(1500, 0, 15, 0, List.of())), MACHINE);
        assertThat(alone.ratios()).doesNotContainKey("cpu_vs_kamailio_rtpengine_sustained");
    }

    @Test
    void aLoadThatFailedACallOrFellBehindOrSentTooMuchAgainIsNotClean() {
        assertThat(load(500, 0, 1, 0, List.of()).isClean()).isTrue();
        assertThat(load(500, 1, 1, 0, List.of()).isClean()).isFalse();
        assertThat(load(500, 0, 1, 99, List.of()).isClean()).isFalse();
        SippStatistics slow = new SippStatistics(5000, 5000, 0, 0, 12);
        assertThat(new Load(500, slow, 0, 1, null, 0).isClean()).isFalse();
        SippStatistics kept = new SippStatistics(5000, 5000, 0, 0, 10.2);
        assertThat(new Load(500, kept, 0, 1, null, 1).isClean()).isFalse();
    }

    @Test
    void theJsonHasTheFormOfAllBenchmarks() {
        JsonNode read = JsonMapper.shared()
                .readTree(new BenchResult(
                                "signalling",
                                Map.of("cpu_vs_kamailio", 1.23456789),
                                Map.of("koegura_500_added_delay_p50_micros", 123.0),
                                MACHINE,
                                Map.of("kamailio_rtpengine", "why"))
                        .json());
        assertThat(read.propertyNames()).containsExactly("benchmark", "ratios", "figures", "machine", "missing");
        assertThat(read.get("benchmark").asString()).isEqualTo("signalling");
        assertThat(read.get("ratios").get("cpu_vs_kamailio").asDouble()).isEqualTo(1.2346);
        assertThat(read.get("figures").get("koegura_500_added_delay_p50_micros").asLong())
                .isEqualTo(123);
        assertThat(read.get("machine").get("cores").asString()).isEqualTo("2");
        assertThat(read.get("missing").get("kamailio_rtpengine").asString()).isEqualTo("why");
    }

    private static SignallingBench.Measured measured(List<Double> ours, List<Double> theirs) {
        List<SideRound> rounds = new ArrayList<>();
        ours.forEach(seconds -> rounds.add(round(Side.KOEGURA, seconds, 0)));
        theirs.forEach(seconds -> rounds.add(round(Side.KAMAILIO_RTPENGINE, seconds, 0)));
        return new SignallingBench.Measured(rounds, null);
    }

    private static SideRound round(Side side, double cpuSeconds, long failed) {
        return round(side, load(500, failed, cpuSeconds, 0, List.of()));
    }

    private static SideRound round(Side side, Load... loads) {
        Map<Integer, Load> byRate = new java.util.HashMap<>();
        for (Load load : loads) {
            byRate.put(load.rate(), load);
        }
        return new SideRound(side, load(300, 0, 1, 0, List.of()), byRate, Map.of());
    }

    /// Ten seconds of calls, of which none is counted twice: the CPU time is the same for each.
    private static Load load(int rate, long failed, double cpuSeconds, long retransmissions, List<Long> delays) {
        long calls = rate * 10L;
        SippStatistics caller = new SippStatistics(calls, calls - failed, failed, retransmissions, 10.2);
        return new Load(rate, caller, 0, cpuSeconds, delays.isEmpty() ? null : Delays.of(delays, 20_000), 0);
    }
}
