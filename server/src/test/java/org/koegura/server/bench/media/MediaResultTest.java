package org.koegura.server.bench.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.koegura.server.bench.BenchResult;

/// From rounds to ratios, figures and the table.
class MediaResultTest {

    private static final MediaLoad.Closing NOTHING_LEFT = new MediaLoad.Closing(0, 0, 1_000_000);

    private static final MediaPlan PLAN = new MediaPlan(3, 100, 500, 1, 1, 1, List.of(), 1, 0);

    @Test
    void aRatioIsBuiltInsideEachRoundAndItsMedianIsTaken() {
        List<MediaRound> rounds = new ArrayList<>();
        for (double seconds : new double[] {2, 3, 9}) {
            rounds.add(round(MediaSide.KOEGURA, load(500, seconds, 0, 0)));
            rounds.add(round(MediaSide.RTPENGINE, load(500, seconds == 3 ? 3 : 1, 0, 0)));
        }
        BenchResult result = result(rounds);
        assertThat(result.ratios()).containsOnlyKeys("forward_vs_rtpengine").containsEntry("forward_vs_rtpengine", 2.0);
        assertThat(result.missing()).containsKeys("c", "rtpengine_recording", "c_recording");
    }

    @Test
    void aRoundThatLostMoreThanAHundredthOrWhoseGeneratorWasLateGivesNoRatio() {
        List<MediaRound> rounds = List.of(
                round(MediaSide.KOEGURA_RECORDING, load(500, 1, 0, 0)),
                round(MediaSide.C_RECORDING, load(500, 2, 0, 0)),
                round(MediaSide.KOEGURA_RECORDING, load(500, 9, 20_000, 0)),
                round(MediaSide.C_RECORDING, load(500, 1, 0, 0)),
                round(MediaSide.KOEGURA_RECORDING, load(500, 9, 0, 0)),
                round(MediaSide.C_RECORDING, load(500, 1, 0, 200_000)));
        BenchResult result = result(rounds);
        assertThat(result.ratios()).containsEntry("record_vs_c", 0.5);
        assertThat(result.figures())
                .containsEntry("c_recording_500_worthless_rounds_count", 1.0)
                .containsEntry("record_500_worthless_rounds_count", 0.0);
    }

    @Test
    void theWorstLossIsToldWhateverTheMedianIs() {
        BenchResult result = result(List.of(
                round(MediaSide.C, load(500, 1, 0, 0)),
                round(MediaSide.C, load(500, 1, 0, 0)),
                round(MediaSide.C, load(500, 1, 5_000, 0))));
        assertThat(result.figures()).containsEntry("c_500_loss_ratio", 0.0);
        assertThat(result.figures().get("c_500_loss_worst_ratio")).isCloseTo(0.005, within(1e-9));
        assertThat(table(result)).contains("0.500 %");
    }

    @Test
    void theDelayIsToldAboveThatWithNothingBetween() {
        BenchResult result = result(List.of(
                round(MediaSide.DIRECT, delayed(500, 10)),
                round(MediaSide.C, delayed(500, 60)),
                round(MediaSide.RTPENGINE, delayed(500, 7))));
        assertThat(result.figures())
                .containsEntry("direct_500_delay_p99_micros", 10.0)
                .containsEntry("c_500_added_delay_p99_micros", 50.0)
                .containsEntry("rtpengine_500_added_delay_p99_micros", 0.0);
    }

    @Test
    void theMostCallsAreThoseBeforeTheFirstThatWereNotClean() {
        MediaRound ours = new MediaRound(
                MediaSide.KOEGURA_RECORDING,
                Map.of(100, load(100, 1, 0, 0), 500, load(500, 1, 1_000, 0)),
                List.of(load(750, 1, 0, 0), load(1000, 1, 1_001, 0)));
        MediaRound theirs = new MediaRound(
                MediaSide.C_RECORDING,
                Map.of(100, load(100, 1, 0, 0), 500, load(500, 1, 0, 0)),
                List.of(load(750, 1, 0, 0), load(1000, 1, 0, 0), load(1250, 1, 1_001, 0)));
        assertThat(ours.mostClean()).isEqualTo(750);
        BenchResult result = result(List.of(ours, theirs));
        assertThat(result.ratios()).containsEntry("highest_rate_vs_c", 0.75);
        assertThat(table(result)).contains("750 calls with at most 0.1 % lost");
    }

    @Test
    void whatTheProductLostOfItsRecordingsCountsAsMuchAsWhatItLostOnTheWire() {
        assertThat(captured(1_000_000, 999_000, 1_000, 0).isClean()).isTrue();
        assertThat(captured(1_000_000, 998_999, 1_001, 0).isClean()).isFalse();
        assertThat(captured(1_000_000, 998_999, 1_001, 0).isComparable()).isTrue();
        assertThat(captured(1_000_000, 989_999, 10_001, 0).isComparable()).isFalse();
    }

    @Test
    void aPacketOfWhichNobodyCanSayWhatBecameMakesALoadUncleanAndNotComparable() {
        assertThat(captured(1_000_010, 1_000_000, 0, 10).isClean()).isTrue();
        for (MediaLoad load : List.of(
                captured(1_000_011, 1_000_000, 0, 10), // one is in nobody's count
                captured(1_000_009, 1_000_000, 0, 10), // one is in two
                captured(999_999, 999_999, 0, 0))) { // one came out and was never counted in
            assertThat(load.unaccounted()).isEqualTo(1);
            assertThat(load.isClean()).isFalse();
            assertThat(load.isComparable()).isFalse();
        }
    }

    @Test
    void whatIsLeftToDoAfterTheCallsIsToldAndHasARatioOfItsOwn() {
        BenchResult result = result(List.of(
                round(MediaSide.KOEGURA_RECORDING, closed(500, 10, new MediaLoad.Closing(8, 12.5, 4_000_000))),
                round(MediaSide.C_RECORDING, closed(500, 5, new MediaLoad.Closing(0, 0.1, 4_000_000)))));
        assertThat(result.ratios())
                .containsEntry("record_vs_c", 2.0)
                .containsEntry("record_and_seal_vs_c", 2.4); // 8 s for four million packets
        assertThat(result.figures())
                .containsEntry("record_500_closing_cpu_seconds_per_mpkt", 2.0)
                .containsEntry("record_500_closing_seconds", 12.5);
        assertThat(table(result)).contains("2.00 CPU-s/Mpkt and 12.5 s after the calls");
    }

    @Test
    void memoryIsToldForEachCallAndForEachFurtherOne() {
        MediaRound round = new MediaRound(
                MediaSide.KOEGURA_RECORDING,
                Map.of(100, resident(100, 50_000, 90_000), 500, resident(500, 50_000, 110_000)),
                List.of());
        assertThat(result(List.of(round)).figures())
                .containsEntry("record_100_rss_kib_per_call", 400.0)
                .containsEntry("record_500_rss_kib_per_call", 120.0)
                .containsEntry("record_500_rss_kib_per_further_call", 50.0);
    }

    @Test
    void theHighestRateIsMissingWithAReasonWhereThatOfTheYardstickWasNotFound() {
        MediaRound ours = climbed(MediaSide.KOEGURA_RECORDING, load(750, 1, 5_000, 0));
        assertThat(whyMissing(List.of(ours, climbed(MediaSide.C_RECORDING, load(750, 1, 0, 0)))))
                .contains("clean up to 750 calls, where no more calls were tried");
        assertThat(whyMissing(List.of(ours, climbed(MediaSide.C_RECORDING, load(750, 1, 0, 200_000)))))
                .contains("clean up to 500 calls, where the generator kept its pace no more");
        assertThat(whyMissing(List.of(ours, round(MediaSide.C_RECORDING, load(500, 1, 0, 0)))))
                .contains("clean up to 500 calls, where it was not climbed");
        assertThat(whyMissing(List.of(ours, round(MediaSide.C_RECORDING, load(500, 1, 5_000, 0)))))
                .contains("clean up to 0 calls");
        assertThat(whyMissing(List.of(ours))).contains("it was not tried");
        assertThat(whyMissing(List.of(climbed(MediaSide.C_RECORDING, load(750, 1, 5_000, 0)))))
                .contains("no round in which koegura was tried with more calls");
    }

    private static String whyMissing(List<MediaRound> rounds) {
        BenchResult result = result(rounds);
        assertThat(result.ratios()).doesNotContainKey("highest_rate_vs_c");
        String why = result.missing().getOrDefault("c_recording", "");
        assertThat(why).contains("highest_rate_vs_c: ");
        return why;
    }

    private static MediaRound climbed(MediaSide side, MediaLoad load) {
        return new MediaRound(side, Map.of(500, load(500, 1, 0, 0)), List.of(load));
    }

    /// A million packets came out; this is what the side says of what it kept.
    private static MediaLoad captured(double received, double recorded, double lost, double withheld) {
        return new MediaLoad(
                500,
                counts(0, 0, 10),
                1,
                1,
                NOTHING_LEFT,
                0,
                0,
                Map.of(
                        "capture_received_packets", received,
                        "capture_recorded_packets", recorded,
                        "capture_lost_packets", lost,
                        "capture_withheld_packets", withheld));
    }

    private static MediaLoad closed(int calls, double cpuSeconds, MediaLoad.Closing closing) {
        return new MediaLoad(calls, counts(0, 0, 10), cpuSeconds, 1, closing, 0, 0, Map.of());
    }

    private static MediaLoad resident(int calls, long rssKibBefore, long rssKib) {
        return new MediaLoad(calls, counts(0, 0, 10), 1, 1, NOTHING_LEFT, rssKibBefore, rssKib, Map.of());
    }

    @Test
    void whatTheProductDeclaredLostAndWhatNobodyDeclaredStandInTheTable() {
        MediaLoad lost = new MediaLoad(
                500,
                counts(0, 0, 10),
                1,
                1,
                NOTHING_LEFT,
                1000,
                21_000,
                Map.of(
                        "capture_received_packets", 1_000_020.0,
                        "capture_recorded_packets", 1_000_000.0,
                        "capture_lost_packets", 12.0,
                        "capture_withheld_packets", 5.0,
                        "allocated_bytes", 2_000_000.0,
                        "gc_pause_max_micros", 1_500.0));
        BenchResult result = result(List.of(round(MediaSide.KOEGURA_RECORDING, lost)));
        assertThat(result.figures())
                .containsEntry("record_500_declared_lost_packets_count", 12.0)
                .containsEntry("record_500_unaccounted_packets_count", 3.0)
                .containsEntry("record_500_allocated_bytes_per_packet", 2.0)
                .containsEntry("record_500_rss_kib_per_call", 40.0);
        assertThat(table(result))
                .contains("12 packets declared lost, 3 unaccounted for; longest pause of the collector 1.50 ms");
    }

    @Test
    void whatCarriedThePacketsIsTheProductsCountAndNotWhatItsSettingHopesFor() {
        MediaLoad passed =
                new MediaLoad(500, counts(0, 0, 10), 1, 1, NOTHING_LEFT, 0, 0, Map.of("kernel_packets", 999_000.0));
        BenchResult result = result(List.of(round(MediaSide.KOEGURA, passed)));
        assertThat(result.figures()).containsEntry("forward_500_kernel_packets_count", 999_000.0);
        assertThat(table(result))
                .contains("the kernel passed 999000 (relaying, 500 calls, media.kernel: never); its own sockets");
        assertThat(table(result(List.of(round(MediaSide.C, load(500, 9, 0, 0))))))
                .doesNotContain("the kernel passed");
    }

    @Test
    void whatAFurtherCallHoldsIsTheDifferenceOfTheLiveHeaps() {
        assertThat(result(List.of(new MediaRound(
                                MediaSide.KOEGURA_RECORDING,
                                Map.of(100, holding(100, 1 << 20), 500, holding(500, 9 << 20)),
                                List.of())))
                        .figures())
                .containsEntry("record_500_live_heap_kib_per_further_call", 20.48);
        assertThat(result(List.of(round(MediaSide.C, load(500, 9, 0, 0))))
                        .figures()
                        .keySet())
                .noneMatch(name -> name.contains("live_heap"));
    }

    private static MediaLoad holding(int calls, double liveHeapBytes) {
        return new MediaLoad(
                calls, counts(0, 0, 10), 1, 1, NOTHING_LEFT, 0, 0, Map.of("live_heap_bytes", liveHeapBytes));
    }

    @Test
    void theTableHasALineForEachSideAndSaysWhatIsMissing() {
        String table = table(result(List.of(round(MediaSide.C, load(500, 9, 0, 0)))));
        for (MediaSide side : MediaSide.values()) {
            assertThat(table).contains(side.title());
        }
        assertThat(table).contains("missing: c: forward_vs_c: ").contains("9.00");
    }

    /// With rounds of nothing between, where none are given.
    private static BenchResult result(List<MediaRound> rounds) {
        List<MediaRound> all = new ArrayList<>(rounds);
        if (rounds.stream().noneMatch(round -> round.side() == MediaSide.DIRECT)) {
            rounds.forEach(_ -> all.add(new MediaRound(
                    MediaSide.DIRECT, Map.of(100, load(100, 0, 0, 0), 500, load(500, 0, 0, 0)), List.of())));
        }
        return MediaResult.of(all, PLAN, Map.of("cores", "2", "media_kernel", "never"));
    }

    @Test
    void whatTheSenderDoesForTheSideIsTheSidesCost() {
        MediaLoad direct = new MediaLoad(500, counts(0, 0, 10), 0, 3, NOTHING_LEFT, 0, 0, Map.of());
        MediaLoad ours = new MediaLoad(500, counts(0, 0, 10), 1, 5, NOTHING_LEFT, 0, 0, Map.of());
        MediaLoad theirs = new MediaLoad(500, counts(0, 0, 10), 7, 2, NOTHING_LEFT, 0, 0, Map.of());
        BenchResult result = result(
                List.of(round(MediaSide.DIRECT, direct), round(MediaSide.KOEGURA, ours), round(MediaSide.C, theirs)));
        assertThat(result.ratios()).containsEntry("forward_vs_c", 0.5);
        assertThat(result.figures())
                .containsEntry("forward_500_cpu_seconds_per_mpkt", 1.0)
                .containsEntry("forward_500_caused_cpu_seconds_per_mpkt", 3.0);
    }

    private static String table(BenchResult result) {
        StringWriter text = new StringWriter();
        MediaTable.print(new PrintWriter(text), result, PLAN);
        return text.toString();
    }

    private static MediaRound round(MediaSide side, MediaLoad load) {
        return new MediaRound(side, Map.of(load.calls(), load), List.of());
    }

    /// A million packets, of which so many are lost or were sent late.
    private static MediaLoad load(int calls, double cpuSeconds, long lost, long late) {
        return new MediaLoad(
                calls,
                counts(lost, late, 10),
                cpuSeconds * (1_000_000 - lost) / 1_000_000,
                (1_000_000 - lost) / 1_000_000.0,
                NOTHING_LEFT,
                0,
                0,
                Map.of());
    }

    private static MediaLoad delayed(int calls, double micros) {
        return new MediaLoad(calls, counts(0, 0, micros), 1, 1, NOTHING_LEFT, 0, 0, Map.of());
    }

    private static GeneratorCounts counts(long lost, long late, double micros) {
        return new GeneratorCounts(
                1_000_000,
                0,
                1_000_000 - lost,
                0,
                0,
                0,
                late,
                Map.of("p50", micros, "p99", micros, "p999", micros, "max", micros),
                Map.of("p99", 1.0, "max", 1.0));
    }
}
