package org.koegura.server.bench.signalling;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What the product says became of the calls, from the lines of its `/metrics`.
final class ProductCounts {

    private static final List<String> WANTED = List.of(
            "koegura_recordings_total{",
            "koegura_calls_unrecorded_total{",
            "koegura_notices_total{",
            "koegura_call_faults_total{",
            "koegura_sip_dropped_total{");

    private ProductCounts() {}

    /// Counters of calls, recordings, notices and faults that are not zero.
    static Map<String, Long> of(List<String> lines) {
        Map<String, Long> counts = new TreeMap<>();
        for (String line : lines) {
            int blank = line.lastIndexOf(' ');
            if (blank > 0 && WANTED.stream().anyMatch(line::startsWith)) {
                long count = Math.round(Double.parseDouble(line.substring(blank + 1)));
                if (count != 0) {
                    counts.put(line.substring(0, blank), count);
                }
            }
        }
        return counts;
    }
}
