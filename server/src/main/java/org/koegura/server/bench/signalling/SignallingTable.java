package org.koegura.server.bench.signalling;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.koegura.server.bench.BenchResult;

/// The result as people read it: a line a side, then the targets.
final class SignallingTable {

    private static final String NONE = "–";

    private SignallingTable() {}

    static void print(PrintWriter out, BenchResult result, List<SideRound> rounds) {
        Map<String, Double> figures = result.figures();
        out.println();
        out.println("INVITE-180-200-ACK-BYE-200 with SDP, 100 ms hold, UDP on 127.0.0.1; medians over the rounds.");
        out.println("Delay: INVITE and 180 together, above the same without any side. Cold: 300 calls/s at once.");
        out.println();
        out.printf(
                Locale.ROOT,
                "%-22s %10s %10s %26s %26s %10s %10s%n",
                "",
                "CPU-s/1000",
                "highest",
                "delay ms @100",
                "delay ms @500",
                "longest",
                "cold: sent");
        out.printf(
                Locale.ROOT,
                "%-22s %10s %10s %26s %26s %10s %10s%n",
                "",
                "@500",
                "clean/s",
                "p50 / p95 / p99",
                "p50 / p95 / p99",
                "ms @500",
                "again");
        for (Side side : Side.values()) {
            String key = side.key();
            out.printf(
                    Locale.ROOT,
                    "%-22s %10s %10s %26s %26s %10s %10s%n",
                    side.title(),
                    number(figures.get(key + "_500_cpu_seconds_per_1000_calls"), 1, 3),
                    number(figures.get(key + "_highest_clean_calls_per_second"), 1, 0),
                    delays(figures, side, Plan.QUIET_RATE),
                    delays(figures, side, Plan.BUSY_RATE),
                    number(figures.get(delay(side, Plan.BUSY_RATE, "pause_max")), 1000, 1),
                    number(figures.get(key + "_cold_300_retransmissions_count"), 1, 0));
        }
        out.println();
        result.ratios().forEach((name, ratio) -> out.printf(Locale.ROOT, "%-36s %.2f%n", name, ratio));
        if (figures.containsKey("koegura_sustained_calls_per_second")) {
            out.printf(
                    Locale.ROOT,
                    "%-36s %s calls/s: %s failed, %s sent again, %s CPU-s per 1000 calls, longest delay %s ms%n",
                    "sustained",
                    number(figures.get("koegura_sustained_calls_per_second"), 1, 0),
                    number(figures.get("koegura_sustained_failed_count"), 1, 0),
                    number(figures.get("koegura_sustained_retransmissions_count"), 1, 0),
                    number(figures.get("koegura_sustained_cpu_seconds_per_1000_calls"), 1, 3),
                    number(figures.get("koegura_sustained_delay_pause_max_micros"), 1000, 1));
        }
        result.missing().forEach((peer, why) -> out.println("missing: " + peer + ": " + why));
        printOn(out, rounds);
        out.flush();
    }

    /// What was on, and what became of calls without a packet: said plainly, because it decides what is compared.
    private static void printOn(PrintWriter out, List<SideRound> rounds) {
        out.println();
        out.println(
                "koegura run had on what a new installation has: media anchored (four ports a call, SDP rewritten),");
        out.println(
                "notice, recording, journal, ledger, log, metrics, console. The calls carry no RTP, so that no notice");
        out.println(
                "can be played in them and nothing is recorded; the ledger takes each of them. It counted, last round:");
        rounds.stream()
                .filter(round -> round.side() == Side.KOEGURA)
                .reduce((first, last) -> last)
                .ifPresent(round -> new TreeMap<>(round.counted())
                        .forEach((name, count) -> out.println("  " + name + " " + count)));
    }

    private static String delays(Map<String, Double> figures, Side side, int rate) {
        return number(figures.get(delay(side, rate, "p50")), 1000, 2) + " / "
                + number(figures.get(delay(side, rate, "p95")), 1000, 2) + " / "
                + number(figures.get(delay(side, rate, "p99")), 1000, 2);
    }

    private static String delay(Side side, int rate, String what) {
        return side.key() + "_" + rate + (side == Side.DIRECT ? "_delay_" : "_added_delay_") + what + "_micros";
    }

    private static String number(@Nullable Double value, double divisor, int decimals) {
        return value == null ? NONE : String.format(Locale.ROOT, "%." + decimals + "f", value / divisor);
    }
}
