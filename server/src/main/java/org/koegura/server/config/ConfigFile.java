package org.koegura.server.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a configuration file says, or everything that is wrong with it. Immutable.
///
/// @param given per key the text that the file gives and where; only texts that the key can read
/// @param schedules the entries of that section, each by its fields
/// @param lines likewise
/// @param problems in the order of the file; the others are for use only where there are none
public record ConfigFile(
        Map<Key<?>, Given> given,
        List<Map<Key<?>, String>> schedules,
        List<Map<Key<?>, String>> lines,
        List<Problem> problems) {

    /// What stands there for a key.
    ///
    /// @param text that the key can read
    /// @param at where the value begins
    public record Given(String text, Place at) {}

    /// Says nothing: the defaults.
    public static final ConfigFile EMPTY = new ConfigFile(Map.of(), List.of(), List.of(), List.of());

    static final int BYTES_MAX = 64 * 1024;

    private static final Pattern NUMBER =
            Pattern.compile("[-+]?([0-9][0-9_]*\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?|0[xo][0-9a-fA-F]+");
    private static final Pattern TRUTH = Pattern.compile("true|True|TRUE|false|False|FALSE");
    private static final Pattern NOTHING = Pattern.compile("|~|null|Null|NULL");

    public ConfigFile {
        given = Map.copyOf(given);
        schedules = schedules.stream().map(Map::copyOf).toList();
        lines = lines.stream().map(Map::copyOf).toList();
        problems = problems.stream()
                .sorted(Comparator.comparing(Problem::at, Comparator.nullsFirst(Comparator.naturalOrder())))
                .toList();
    }

    /// Reads a file of at most 64 KiB. Blocks. Never throws: what cannot be read is a problem.
    public static ConfigFile read(Path file) {
        if (Files.isDirectory(file)) {
            return refused(null, "is a directory; allowed: a file");
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(BYTES_MAX + 1);
        } catch (NoSuchFileException e) {
            return refused(null, "does not exist; allowed: a file that can be read");
        } catch (IOException e) {
            return refused(null, "cannot be read; allowed: a file that this user may read");
        }
        return of(bytes);
    }

    /// Reads the bytes of a file, at most 64 KiB of YAML in UTF-8. Never throws: what cannot be read is a problem.
    /// Pure.
    public static ConfigFile of(byte[] bytes) {
        if (bytes.length > BYTES_MAX) {
            return refused(null, "is too long; allowed: at most " + BYTES_MAX + " bytes");
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder(); // reports what is malformed
        CharBuffer chars = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(ByteBuffer.wrap(bytes), chars, true);
        String text = chars.flip().toString();
        if (result.isError()) {
            return refused(
                    Place.in(text, text.codePointCount(0, text.length())), "is no UTF-8; allowed: text in UTF-8");
        }
        return of(text.startsWith("\uFEFF") ? text.substring(1) : text);
    }

    private static ConfigFile of(String text) {
        Walk walk = new Walk();
        YamlTree.Node root = YamlTree.of(text, walk.problems);
        if (root != null && walk.problems.isEmpty()) {
            walk.section("", root);
            walk.schedulesAreThere();
        }
        return new ConfigFile(
                walk.given, walk.entriesOf(LineKeys.SCHEDULES), walk.entriesOf(LineKeys.LINES), walk.problems);
    }

    private static ConfigFile refused(@Nullable Place at, String text) {
        return new ConfigFile(Map.of(), List.of(), List.of(), List.of(new Problem(at, text)));
    }

    /// From the tree to keys.
    private static final class Walk {

        private final Map<Key<?>, Given> given = new HashMap<>();
        private final Map<Rows, List<Map<Key<?>, String>>> rows = new HashMap<>();
        private final List<Given> schedulesNamed = new ArrayList<>();
        private final List<Problem> problems = new ArrayList<>();

        /// @param path of the section; empty: the file
        void section(String path, YamlTree.Node node) {
            entries(path, node, names(path), (name, value) -> entry(child(path, name), value));
        }

        private interface Found {
            void entry(String name, YamlTree.Node value);
        }

        /// Hands on every entry whose name is known and stands there once.
        private void entries(String path, YamlTree.Node node, List<String> names, Found found) {
            if (!(node instanceof YamlTree.Entries(List<YamlTree.Entry> entries, Place _))) {
                add(
                        node.at(),
                        (path.isEmpty() ? "" : path + ": ")
                                + what(node)
                                + (isNothing(node) ? "; " : " is no section; ")
                                + allowed(names));
                return;
            }
            Map<String, Place> seen = new HashMap<>();
            for (YamlTree.Entry entry : entries) {
                if (!(entry.key() instanceof YamlTree.Scalar(String name, boolean _, Place at))) {
                    add(entry.key().at(), what(entry.key()) + " is no key; " + allowed(names));
                    continue;
                }
                Place first = seen.putIfAbsent(name, at);
                if (!names.contains(name)) {
                    add(at, "'" + Key.shown(name) + "' is no known key; " + allowed(names) + meant(name, names));
                } else if (first != null) {
                    add(at, child(path, name) + ": is there already, in line " + first.line() + "; allowed: once");
                } else {
                    found.entry(name, entry.value());
                }
            }
        }

        private void entry(String path, YamlTree.Node node) {
            for (Rows rows : LineKeys.ALL) {
                if (rows.path().equals(path)) {
                    rows(rows, node);
                    return;
                }
            }
            for (Key<?> key : ConfigKeys.ALL) {
                if (key.path().equals(path)) {
                    value(key, node);
                    return;
                }
            }
            section(path, node);
        }

        private void rows(Rows rows, YamlTree.Node node) {
            if (!(node instanceof YamlTree.Items(List<YamlTree.Node> items, Place at))) {
                add(
                        node.at(),
                        rows.path() + ": " + what(node) + (isNothing(node) ? "; " : " is no list; ")
                                + "allowed: entries that begin with -, each with " + String.join(", ", rows.names()));
                return;
            }
            if (items.size() > rows.most()) {
                add(at, rows.path() + ": has " + items.size() + " entries; allowed: at most " + rows.most());
                return;
            }
            Map<String, Place> taken = new HashMap<>();
            for (YamlTree.Node item : items) {
                row(rows, item, taken);
            }
        }

        /// @param taken what the entries before it have in the field that no two share
        private void row(Rows rows, YamlTree.Node item, Map<String, Place> taken) {
            Map<Key<?>, Given> read = new HashMap<>();
            int before = problems.size();
            entries(rows.path(), item, rows.names(), (name, value) -> {
                for (Key<?> field : rows.fields()) {
                    Given is = rows.name(field).equals(name) ? read(field, value) : null;
                    if (is != null) {
                        read.put(field, is);
                    }
                }
            });
            if (problems.size() > before) {
                return;
            }
            for (Key<?> field : rows.fields()) {
                if (!read.containsKey(field) && field.standard() == null) {
                    add(item.at(), rows.path() + ": an entry without '" + rows.name(field) + "'; " + field.hint());
                }
            }
            Key<?> unique = rows.unique();
            Given own = unique == null ? null : read.get(unique);
            Place first = own == null ? null : taken.putIfAbsent(own.text(), own.at());
            if (unique != null && own != null && first != null) {
                add(
                        own.at(),
                        unique.path() + ": '" + Key.shown(own.text()) + "' is there already, in line " + first.line()
                                + "; allowed: once");
            }
            Map<Key<?>, String> line = new HashMap<>();
            read.forEach((field, is) -> line.put(field, is.text()));
            this.rows.computeIfAbsent(rows, _ -> new ArrayList<>()).add(line);
            Given schedule = read.get(LineKeys.SCHEDULE);
            if (schedule != null && !schedule.text().equals(LineKeys.NONE)) {
                schedulesNamed.add(schedule);
            }
        }

        List<Map<Key<?>, String>> entriesOf(Rows rows) {
            return this.rows.getOrDefault(rows, List.of());
        }

        /// Where something is wrong already, it may be with the schedule that is named.
        void schedulesAreThere() {
            List<String> names = entriesOf(LineKeys.SCHEDULES).stream()
                    .map(entry -> Chosen.need(entry, LineKeys.SCHEDULE_NAME))
                    .distinct()
                    .toList();
            if (problems.isEmpty()) {
                schedulesNamed.stream()
                        .filter(named -> !names.contains(named.text()))
                        .forEach(named -> add(
                                named.at(),
                                LineKeys.SCHEDULE.path() + ": no schedule is called '" + named.text()
                                        + "'; allowed: " + String.join(", ", names) + (names.isEmpty() ? "" : ", ")
                                        + LineKeys.NONE));
            }
        }

        private void value(Key<?> key, YamlTree.Node node) {
            Given read = read(key, node);
            if (read != null) {
                given.put(key, read);
            }
        }

        /// What stands there for a key; null, and a problem, where it can be none.
        private @Nullable Given read(Key<?> key, YamlTree.Node node) {
            if (node instanceof YamlTree.Scalar(String text, boolean plain, Place at) && !isNothing(node)) {
                if (plain && isOtherType(key, text)) {
                    add(at, key.path() + ": " + what(node) + " is no " + key.label() + "; " + key.hint());
                } else if (key.read(text) == null) {
                    add(at, key.path() + ": " + key.complaint(text));
                } else {
                    return new Given(text, at);
                }
                return null;
            }
            add(
                    node.at(),
                    key.path() + ": " + what(node) + (isNothing(node) ? "" : " is no " + key.label()) + "; "
                            + key.hint());
            return null;
        }

        private static boolean isOtherType(Key<?> key, String text) {
            return (!key.numeric() && NUMBER.matcher(text).matches())
                    || TRUTH.matcher(text).matches();
        }

        private static boolean isNothing(YamlTree.Node node) {
            return node instanceof YamlTree.Scalar(String text, boolean plain, Place _)
                    && plain
                    && NOTHING.matcher(text).matches();
        }

        private static String what(YamlTree.Node node) {
            return switch (node) {
                case YamlTree.Items _ -> "a list";
                case YamlTree.Entries _ -> "a map";
                case YamlTree.Scalar(String text, boolean plain, Place _) -> {
                    if (!plain) {
                        yield "the text '" + Key.shown(text) + "'";
                    }
                    yield isNothing(node)
                            ? "no value"
                            : (NUMBER.matcher(text).matches()
                                            ? "the number "
                                            : TRUTH.matcher(text).matches() ? "the truth value " : "the text ")
                                    + "'" + Key.shown(text) + "'";
                }
            };
        }

        /// The names that may follow a path, in their order.
        private static List<String> names(String path) {
            String prefix = path.isEmpty() ? "" : path + ".";
            return Stream.concat(
                            ConfigKeys.ALL.stream().map(Key::path),
                            LineKeys.ALL.stream().map(Rows::path))
                    .filter(key -> key.startsWith(prefix))
                    .map(key -> key.substring(prefix.length()).replaceFirst("\\..*", ""))
                    .distinct()
                    .toList();
        }

        private static String child(String path, String name) {
            return path.isEmpty() ? name : path + "." + name;
        }

        private static String allowed(List<String> names) {
            return "allowed here: " + String.join(", ", names);
        }

        private static String meant(String name, List<String> names) {
            String elsewhere = ConfigKeys.ALL.stream()
                    .map(Key::path)
                    .filter(key -> key.equals(name) || key.endsWith("." + name))
                    .findFirst()
                    .map(key -> " (did you mean '" + key + "'? keys stand in their section)")
                    .orElse("");
            return names.stream()
                    .filter(known -> distance(known, name) <= (known.length() < 4 ? 1 : 2))
                    .min(Comparator.comparingInt(known -> distance(known, name)))
                    .map(known -> " (did you mean '" + known + "'?)")
                    .orElse(elsewhere);
        }

        /// Levenshtein's, capitals or not.
        private static int distance(String one, String written) {
            String other = written.toLowerCase(Locale.ROOT);
            if (Math.abs(one.length() - other.length()) > 2) {
                return Integer.MAX_VALUE;
            }
            int[] row = new int[other.length() + 1];
            Arrays.setAll(row, i -> i);
            for (int i = 1; i <= one.length(); i++) {
                int diagonal = row[0];
                row[0] = i;
                for (int j = 1; j <= other.length(); j++) {
                    int changed = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                    diagonal = row[j];
                    row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
                }
            }
            return row[other.length()];
        }

        private void add(Place at, String text) {
            problems.add(new Problem(at, text));
        }
    }
}
