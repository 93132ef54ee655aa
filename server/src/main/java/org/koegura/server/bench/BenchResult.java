package org.koegura.server.bench;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// What a benchmark found, in the form that all of them share.
///
/// @param benchmark its name
/// @param ratios ours divided by theirs, medians over the rounds
/// @param figures numbers, their unit at the end of the name
/// @param machine on what and against what
/// @param missing peer → why it could not be compared with
public record BenchResult(
        String benchmark,
        Map<String, Double> ratios,
        Map<String, Double> figures,
        Map<String, String> machine,
        Map<String, String> missing) {

    private static final double ROUNDING = 10_000;

    public BenchResult {
        ratios = sorted(ratios);
        figures = sorted(figures);
        machine = sorted(machine);
        missing = sorted(missing);
    }

    private static <T> Map<String, T> sorted(Map<String, T> map) {
        return Collections.unmodifiableMap(new TreeMap<>(map));
    }

    /// One JSON object; numbers to four decimals.
    public String json() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("benchmark", benchmark);
        object.put("ratios", rounded(ratios));
        object.put("figures", rounded(figures));
        object.put("machine", machine);
        object.put("missing", missing);
        return JsonMapper.builder()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .build()
                        .writeValueAsString(object)
                + "\n";
    }

    private static Map<String, Number> rounded(Map<String, Double> values) {
        Map<String, Number> rounded = new TreeMap<>();
        values.forEach((name, value) -> {
            double shorter = Math.round(value * ROUNDING) / ROUNDING;
            rounded.put(name, shorter == Math.rint(shorter) ? (Number) (long) shorter : (Number) shorter);
        });
        return rounded;
    }
}
