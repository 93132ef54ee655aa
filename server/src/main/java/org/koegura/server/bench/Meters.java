package org.koegura.server.bench;

import java.util.List;

/// What the product's page of metrics said at one moment.
///
/// @param lines one `name{labels} value` each
public record Meters(List<String> lines) {

    public Meters {
        lines = List.copyOf(lines);
    }

    /// The sum over all labels in which this text is.
    ///
    /// @param name to its end
    /// @param label part of the labels; empty for any
    public double sum(String name, String label) {
        double sum = 0;
        for (String line : lines) {
            int blank = line.lastIndexOf(' ');
            if (blank < 0 || !line.startsWith(name)) {
                continue;
            }
            String rest = line.substring(name.length(), blank);
            if ((rest.isEmpty() || rest.startsWith("{")) && rest.contains(label)) {
                sum += Double.parseDouble(line.substring(blank + 1));
            }
        }
        return sum;
    }

    /// The sum over all labels.
    public double sum(String name) {
        return sum(name, "");
    }

    /// Bytes that were ever given to objects.
    public double allocatedBytes() {
        return sum("koegura_allocated_bytes_total");
    }

    /// Bytes of objects, those that nobody holds any more too.
    public double heapBytes() {
        return sum("jvm_memory_used_bytes", "area=\"heap\"");
    }
}
