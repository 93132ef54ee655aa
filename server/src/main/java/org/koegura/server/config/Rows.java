package org.koegura.server.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A section of the file that is a list of entries, each with the same fields. Immutable; any thread.
///
/// Only the file has it: it is too much for a command line.
///
/// @param path name of the section
/// @param fields of an entry, in the order of the example; all are needed but those with a default
/// @param unique the field that no two entries may share; null where they may share all
/// @param most entries that are read
/// @param doc what it is for; lines of the example, without their number sign
record Rows(String path, List<Key<?>> fields, @Nullable Key<?> unique, int most, List<String> doc) {

    /// The name of a field in its entry.
    String name(Key<?> field) {
        return field.path().substring(path.length() + 1);
    }

    List<String> names() {
        return fields.stream().map(this::name).toList();
    }

    /// The section in the example file; out of use, because it has no default.
    String example() {
        StringBuilder text = new StringBuilder();
        doc.forEach(line -> text.append("# ").append(line).append('\n'));
        text.append("# ").append(path).append(":\n");
        String begin = "#   - ";
        for (Key<?> field : fields) {
            text.append("#     # ")
                    .append(field.doc())
                    .append(" ")
                    .append(field.hint())
                    .append('\n');
            text.append(begin)
                    .append(name(field))
                    .append(": ")
                    .append(field.example())
                    .append('\n');
            begin = "#     ";
        }
        return text.toString();
    }
}
