package org.koegura.server.bench.media;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.koegura.server.bench.BenchResult;

/// The result as people read it: a line a side for few and for many calls, the ratios, and what was on.
final class MediaTable {

    /// Of the machine's description: the product's setting `media.kernel`.
    static final String KERNEL = "media_kernel";

    private static final String NONE = "–";
    private static final String ROW = "%-22s %14s %26s %9s %10s %9s %8s%n";

    private final PrintWriter out;
    private final Map<String, Double> figures;

    private MediaTable(PrintWriter out, Map<String, Double> figures) {
        this.out = out;
        this.figures = figures;
    }

    static void print(PrintWriter out, BenchResult result, MediaPlan plan) {
        MediaTable table = new MediaTable(out, result.figures());
        out.println();
        out.println("G.711, 160 bytes, 50 packets/s each way and call, UDP on 127.0.0.1; medians over the rounds.");
        out.println(
                "CPU: seconds per million packets relayed, the sender's beyond what it has with nothing between included (in");
        out.println(
                "brackets: the side's own processes alone). Delay: added to the same percentile with nothing between,");
        out.println("from send() to the arrival in the other party's socket. Lost: the worst round.");
        for (int calls : List.of(plan.quietCalls(), plan.busyCalls())) {
            table.loads(calls);
        }
        out.println();
        result.ratios().forEach((name, ratio) -> out.printf(Locale.ROOT, "%-36s %.2f%n", name, ratio));
        table.highest();
        table.recorded(plan);
        table.closing(plan);
        result.missing().forEach((what, why) -> out.println("missing: " + what + ": " + why));
        printOn(out);
        table.byKernel(plan, result.machine().getOrDefault(KERNEL, NONE));
        out.flush();
    }

    private void loads(int calls) {
        out.println();
        out.printf(
                Locale.ROOT,
                ROW,
                calls + " calls",
                "CPU-s/Mpkt",
                "delay ms p50 / p99 / p99.9",
                "longest",
                "lost",
                "KiB/call",
                "B/packet");
        for (MediaSide side : MediaSide.values()) {
            String at = MediaResult.at(side, calls);
            out.printf(
                    Locale.ROOT,
                    ROW,
                    side.title(),
                    number(at + "caused_cpu_seconds_per_mpkt", 1, 2) + " (" + number(at + "cpu_seconds_per_mpkt", 1, 2)
                            + ")",
                    delay(side, calls, "p50") + " / " + delay(side, calls, "p99") + " / " + delay(side, calls, "p999"),
                    delay(side, calls, "max"),
                    share(figures.get(at + "loss_worst_ratio")),
                    number(at + "rss_kib_per_call", 1, 1),
                    number(at + "allocated_bytes_per_packet", 1, 1));
        }
    }

    private void highest() {
        for (MediaSide side : List.of(MediaSide.C_RECORDING, MediaSide.KOEGURA_RECORDING)) {
            if (figures.containsKey(MediaResult.most(side))) {
                out.printf(
                        Locale.ROOT,
                        "%-36s %s calls with at most 0.1 %% lost, on the wire and in the recordings%n",
                        side.title(),
                        number(MediaResult.most(side), 1, 0));
            }
        }
    }

    private void closing(MediaPlan plan) {
        for (MediaSide side : MediaSide.values()) {
            String at = MediaResult.at(side, plan.busyCalls());
            if (side.isRecording() && figures.containsKey(at + "closing_seconds")) {
                out.printf(
                        Locale.ROOT,
                        "%-36s %s CPU-s/Mpkt and %s s after the calls, until all was closed%s; %s KiB a further call%n",
                        side.title() + ", " + plan.busyCalls() + " calls",
                        number(at + "closing_cpu_seconds_per_mpkt", 1, 2),
                        number(at + "closing_seconds", 1, 1),
                        side.isProduct() ? ", sealed and uploaded" : "",
                        number(at + "rss_kib_per_further_call", 1, 1));
            }
        }
    }

    private void recorded(MediaPlan plan) {
        String at = MediaResult.at(MediaSide.KOEGURA_RECORDING, plan.busyCalls());
        if (figures.containsKey(at + "declared_lost_packets_count")) {
            out.printf(
                    Locale.ROOT,
                    "%-36s %s packets declared lost, %s unaccounted for; longest pause of the collector %s ms;"
                            + " %s KiB of live objects a further call%n",
                    "recorded, " + plan.busyCalls() + " calls",
                    number(at + "declared_lost_packets_count", 1, 0),
                    number(at + "unaccounted_packets_count", 1, 0),
                    number(at + "gc_pause_max_micros", 1000, 2),
                    number(at + "live_heap_kib_per_further_call", 1, 1));
        }
    }

    /// What was on: said plainly, because it decides what is compared.
    private static void printOn(PrintWriter out) {
        out.println();
        out.println(
                "koegura run had on what a new installation has. Relaying: the caller's line is never announced nor");
        out.println(
                "recorded. Recording: every call was announced before it was measured; recorded, encrypted, flushed");
        out.println(
                "every 150 ms, forced to the disk. rtpengine in user space; its pcap and the C relay's files are plain");
        out.println("and never forced. What relays has a core, the generator another, with koegura's other threads.");
    }

    /// What carried the packets: counted, for a host may refuse what the setting asks for.
    private void byKernel(MediaPlan plan, String setting) {
        String name = MediaResult.at(MediaSide.KOEGURA, plan.busyCalls()) + MediaResult.BY_KERNEL;
        if (figures.containsKey(name)) {
            out.printf(
                    Locale.ROOT,
                    "Of koegura's packets the kernel passed %s (relaying, %d calls, media.kernel: %s); its own sockets"
                            + " carried the rest.%n",
                    number(name, 1, 0),
                    plan.busyCalls(),
                    setting);
        }
    }

    private String delay(MediaSide side, int calls, String which) {
        return number(MediaResult.delay(side, calls, which), 1000, 2);
    }

    private String number(String name, double divisor, int decimals) {
        Double value = figures.get(name);
        return value == null ? NONE : String.format(Locale.ROOT, "%." + decimals + "f", value / divisor);
    }

    private static String share(@Nullable Double ratio) {
        if (ratio == null) {
            return NONE;
        }
        return ratio == 0 ? "0" : String.format(Locale.ROOT, "%.3f %%", ratio * 100);
    }
}
