package org.koegura.server.bench.media;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.koegura.server.bench.BenchFault;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the generator counted of the packets that it sent in a measured time.
///
/// @param sent all of them
/// @param unsent of these, those that the system refused to send
/// @param received of these, each once
/// @param duplicated that came again
/// @param outOfOrder that came after a later one
/// @param wrong packets that are none of its own, or at the wrong party, or changed
/// @param late sent more than 2 ms after their time
/// @param delayMicros between sending and arriving: `p50`, `p99`, `p999`, `max`
/// @param lateMicros between their time and their being sent: `p99`, `max`
record GeneratorCounts(
        long sent,
        long unsent,
        long received,
        long duplicated,
        long outOfOrder,
        long wrong,
        long late,
        Map<String, Double> delayMicros,
        Map<String, Double> lateMicros) {

    /// More of them late than this, and it is the generator that is measured.
    private static final double LATE_SHARE_MAX = 0.05;

    GeneratorCounts {
        if (sent < 0 || received < 0 || received > sent || late > sent) {
            throw new IllegalArgumentException("these counts contradict each other");
        }
        delayMicros = Map.copyOf(delayMicros);
        lateMicros = Map.copyOf(lateMicros);
    }

    /// Reads its line.
    ///
    /// @throws BenchFault where it is not as expected
    static GeneratorCounts of(String json) throws BenchFault {
        try {
            JsonNode read = JsonMapper.shared().readTree(json);
            Map<String, Double> delay = new TreeMap<>();
            for (String which : new String[] {"p50", "p99", "p999", "max"}) {
                delay.put(which, node(read, "delay_" + which + "_micros").asDouble());
            }
            return new GeneratorCounts(
                    count(read, "sent"),
                    count(read, "unsent"),
                    count(read, "received"),
                    count(read, "duplicated"),
                    count(read, "out_of_order"),
                    count(read, "wrong"),
                    count(read, "late"),
                    delay,
                    Map.of(
                            "p99", node(read, "late_p99_micros").asDouble(),
                            "max", node(read, "late_max_micros").asDouble()));
        } catch (JacksonException | IllegalArgumentException e) {
            throw new BenchFault("the generator's result is not as expected: " + e.getMessage(), e);
        }
    }

    private static long count(JsonNode read, String name) {
        return node(read, name).asLong();
    }

    private static JsonNode node(JsonNode read, String name) {
        JsonNode node = read.get(name);
        if (node == null || !node.isNumber()) {
            throw new IllegalArgumentException("no " + name);
        }
        return node;
    }

    long lost() {
        return sent - received;
    }

    double lossRatio() {
        return sent == 0 ? 1 : (double) lost() / sent;
    }

    /// Whether it sent by the clock: otherwise what came out says nothing of the side.
    boolean isPaced() {
        return sent > 0 && late <= LATE_SHARE_MAX * sent;
    }

    double delay(String which) {
        return Objects.requireNonNull(delayMicros.get(which), which);
    }
}
