package org.koegura.announcement;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/// The lines of an index of prompts, and the names of the files that they name.
final class IndexLines {

    /// What the index says of one, in this order.
    static final List<String> KEYS = Stream.concat(
                    Stream.of(".file", ".language", ".text", ".sha256", ".from", ".to"),
                    Stream.of(ForeignCodec.values())
                            .flatMap(codec -> Stream.of("." + codec.word() + ".file", "." + codec.word() + ".sha256")))
            .toList();

    private IndexLines() {}

    static String fileOf(String id) {
        return id + ".wav";
    }

    /// Its name is also what its keys begin with.
    static String fileOf(String id, ForeignCodec codec) {
        return id + "." + codec.word();
    }

    /// Those of one, as an index has them.
    static List<String> asTheyAre(PromptShelf known, String id) {
        List<String> lines = new ArrayList<>(List.of(""));
        for (String key : KEYS) {
            String said = known.said(id + key);
            if (said != null) {
                lines.add(line(id + key, said));
            }
        }
        return lines;
    }

    /// Those of one that is taken in.
    ///
    /// @param hashes SHA-256 of its files, by what their keys begin with: the prompt's name, and
    /// [#fileOf] of each codec
    static List<String> of(OwnPrompts.Entry entry, Map<String, String> hashes) {
        List<String> lines = new ArrayList<>(List.of(
                "",
                line(entry.id() + ".file", fileOf(entry.id())),
                line(entry.id() + ".language", entry.language()),
                line(entry.id() + ".text", entry.text()),
                line(entry.id() + ".sha256", Objects.requireNonNull(hashes.get(entry.id())))));
        if (entry.from() != null) {
            lines.add(line(entry.id() + ".from", entry.from().toString()));
        }
        if (entry.to() != null) {
            lines.add(line(entry.id() + ".to", entry.to().toString()));
        }
        hashes.forEach((key, sha256) -> {
            if (!key.equals(entry.id())) {
                lines.add(line(key + ".file", key));
                lines.add(line(key + ".sha256", sha256));
            }
        });
        return lines;
    }

    private static String line(String key, String value) {
        return key + " = "
                + value.strip().replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
    }
}
