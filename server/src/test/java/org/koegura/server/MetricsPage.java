package org.koegura.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What a process serves at `/metrics`, read as Prometheus reads it, and written as `docs/metrics.md`.
final class MetricsPage {

    static final Path DOCUMENT = Path.of("..", "docs", "metrics.md");

    /// The table of the document begins here; all above it is written by hand.
    private static final String TABLE = "| Name | Type | Labels | Meaning |\n|---|---|---|---|\n";

    private static final Pattern SAMPLE = Pattern.compile("([a-z0-9_]+)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"([^\"]*)\"");
    private static final Comparator<String> NUMBERS_FIRST = Comparator.comparing((String value) -> !isNumber(value))
            .thenComparingDouble(value -> isNumber(value) ? Double.parseDouble(value) : 0)
            .thenComparing(Comparator.naturalOrder());

    private final SortedMap<String, Family> families = new TreeMap<>();
    private final List<Sample> samples = new ArrayList<>();

    /// Samples of one name.
    static final class Family {
        private String meaning = "";
        private String type = "";
        private final Map<String, TreeSet<String>> labels = new TreeMap<>();
    }

    /// One line.
    record Sample(String name, Map<String, String> labels, double value) {}

    private MetricsPage(String served) {
        for (String line : served.lines().toList()) {
            if (line.startsWith("# HELP koegura_")) {
                String[] words = line.split(" ", 4);
                family(words[2]).meaning = words[3];
            } else if (line.startsWith("# TYPE koegura_")) {
                String[] words = line.split(" ", 4);
                family(words[2]).type = words[3];
            } else if (line.startsWith("koegura_")) {
                add(sample(line));
            }
        }
    }

    /// Reads the lines of this product; those of the JVM are left out, since every JVM has others.
    static MetricsPage of(String served) {
        return new MetricsPage(served);
    }

    List<Sample> samples() {
        return List.copyOf(samples);
    }

    boolean isCounter(Sample sample) {
        Family family = families.get(sample.name());
        return family == null || family.type.equals("counter"); // parts of a histogram have no family of their own
    }

    /// The document with this page's table.
    String document() throws IOException {
        String written = Files.readString(DOCUMENT);
        int table = written.indexOf(TABLE);
        if (table < 0) {
            throw new IllegalStateException(DOCUMENT + " has no table of metrics");
        }
        return written.substring(0, table)
                + TABLE
                + families.entrySet().stream()
                        .map(of -> row(of.getKey(), of.getValue()))
                        .collect(Collectors.joining());
    }

    private static String row(String name, Family family) {
        String buckets = family.labels.containsKey("le") ? " " + values(family, "le") : "";
        String labels = family.labels.keySet().stream()
                .filter(label -> !label.equals("le"))
                .map(label -> "`" + label + "`: " + values(family, label))
                .collect(Collectors.joining("; "));
        return "| `" + name + "` | " + family.type + buckets + " | " + labels + " | " + family.meaning + " |\n";
    }

    private static String values(Family family, String label) {
        if (label.equals("version") || label.equals("revision")) {
            return "as built";
        }
        return family.labels.getOrDefault(label, new TreeSet<>()).stream()
                .filter(value -> !value.equals("+Inf"))
                .map(value -> label.equals("le") ? value.replaceAll("\\.0$", "") : value)
                .collect(Collectors.joining(", "));
    }

    private void add(Sample sample) {
        samples.add(sample);
        Family family = families.get(sample.name());
        String histogram = sample.name().replaceAll("_(bucket|sum|count)$", "");
        if (family == null) {
            family = families.get(histogram);
        }
        if (family == null) {
            throw new IllegalStateException("a sample without its TYPE: " + sample.name());
        }
        for (Map.Entry<String, String> label : sample.labels().entrySet()) {
            family.labels
                    .computeIfAbsent(label.getKey(), _ -> new TreeSet<>(NUMBERS_FIRST))
                    .add(label.getValue());
        }
    }

    private Family family(String name) {
        return families.computeIfAbsent(name, _ -> new Family());
    }

    private static Sample sample(String line) {
        Matcher sample = SAMPLE.matcher(line);
        if (!sample.matches()) {
            throw new IllegalStateException("no sample: " + line);
        }
        Map<String, String> labels = new TreeMap<>();
        String inBraces = sample.group(2);
        Matcher label = LABEL.matcher(inBraces == null ? "" : inBraces);
        while (label.find()) {
            labels.put(label.group(1), label.group(2));
        }
        return new Sample(sample.group(1), labels, Double.parseDouble(sample.group(3)));
    }

    private static boolean isNumber(String value) {
        return value.matches("[0-9.]+(E-?[0-9]+)?");
    }
}
