package org.koegura.server.bench.restart;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.koegura.server.bench.BenchResult;
import org.koegura.server.bench.Median;

/// The figures of all restarts: the one in the middle, and the worst.
final class RestartResult {

    private static final String ROW = "%-16s %9s %22s %22s %22s %18s %6s%n";

    private RestartResult() {}

    static BenchResult of(Map<Integer, List<Restart>> restarts, Map<String, String> machine) {
        Map<String, Double> figures = new TreeMap<>();
        restarts.forEach((calls, all) -> {
            String at = "at_" + calls + "_calls_";
            figures.put(at + "restarts_count", (double) all.size());
            figures.put(at + "not_all_relayed_restarts_count", (double)
                    all.stream().filter(restart -> restart.allNanos().isEmpty()).count());
            put(figures, at + "first_packet", all, Restart::firstNanos);
            put(
                    figures,
                    at + "all_relayed",
                    all.stream()
                            .filter(restart -> restart.allNanos().isPresent())
                            .toList(),
                    restart -> restart.allNanos().orElseThrow());
            put(figures, at + "answering", all, Restart::answeringNanos);
            put(figures, at + "told", all, Restart::toldNanos);
        });
        return new BenchResult("restart", Map.of(), figures, machine, Map.of());
    }

    private static void put(
            Map<String, Double> figures, String name, List<Restart> restarts, ToLongFunction<Restart> nanos) {
        List<Double> millis = restarts.stream()
                .map(restart -> (double) TimeUnit.NANOSECONDS.toMicros(nanos.applyAsLong(restart)) / 1000)
                .toList();
        if (!millis.isEmpty()) {
            figures.put(name + "_median_millis", Median.of(millis));
            figures.put(
                    name + "_worst_millis", millis.stream().max(Double::compare).orElseThrow());
        }
    }

    static void print(PrintWriter out, BenchResult result, Map<Integer, List<Restart>> restarts) {
        Map<String, Double> figures = result.figures();
        out.println();
        out.println("From the start of the process after a kill -9, in milliseconds, median / worst. Each call is");
        out.println("announced and recorded, G.711, 50 packets/s each way, UDP on 127.0.0.1.");
        out.println();
        out.printf(
                ROW,
                "calls",
                "restarts",
                "first relayed packet",
                "every party heard",
                "telephones answered",
                "told",
                "lost");
        restarts.forEach((calls, all) -> {
            String at = "at_" + calls + "_calls_";
            out.printf(
                    ROW,
                    calls,
                    all.size(),
                    both(figures, at + "first_packet"),
                    both(figures, at + "all_relayed"),
                    both(figures, at + "answering"),
                    both(figures, at + "told"),
                    Math.round(figures.getOrDefault(at + "not_all_relayed_restarts_count", 0.0)));
        });
        out.println();
        out.println("Told: until the recordings that the killed process left were signed and in journal and register.");
        out.println(
                "Lost: restarts after which some party heard nothing for " + RestartBench.HEARD.toSeconds() + " s.");
        out.flush();
    }

    private static String both(Map<String, Double> figures, String name) {
        Double median = figures.get(name + "_median_millis");
        Double worst = figures.get(name + "_worst_millis");
        return median == null || worst == null ? "–" : String.format(Locale.ROOT, "%.0f / %.0f", median, worst);
    }
}
