package org.koegura.server.config;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One setting: where it stands in the file, its option on the command line, what it may be, and what it means.
/// Immutable; any thread.
///
/// @param path section and name in the file, such as `sip.listen`
/// @param option on the command line, such as `--sip`
/// @param label what a value is, such as `HOST:PORT`: completes "is no …"
/// @param standard the default as an operator would write it; null: none, or found at the start
/// @param example one more value that is allowed, as an operator would write it
/// @param numeric a bare number is a value too; elsewhere a number in the file is a mistake
/// @param allowed what a value may be, in words
/// @param doc what it is for, one sentence
/// @param reader the value that a text stands for; null where it stands for none. Pure: same text, same value
public record Key<T>(
        String path,
        String option,
        String label,
        @Nullable String standard,
        String example,
        boolean numeric,
        String allowed,
        String doc,
        Function<String, @Nullable T> reader) {

    private static final int SHOWN_MAX = 60;

    /// What an operator knows it by, wherever it was set.
    public String name() {
        return path + " (" + option + ")";
    }

    /// The value that this text stands for; null where it stands for none.
    public @Nullable T read(String text) {
        return reader.apply(text);
    }

    /// What is wrong with a text that cannot be read, and what is allowed instead. One line.
    public String complaint(String text) {
        return "'" + shown(text) + "' is no " + label + "; " + hint();
    }

    /// What a value may be, and one that is.
    String hint() {
        return "allowed: " + allowed + ", e.g. " + example;
    }

    /// What somebody wrote, fit for one line of a terminal: no control characters, at most 60 characters.
    static String shown(String text) {
        return shown(text, SHOWN_MAX);
    }

    /// The same, with another limit.
    ///
    /// @param charactersMax counted in code points
    public static String shown(String text, int charactersMax) {
        String line = text.codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
                .limit(charactersMax + 1L)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return line.codePointCount(0, line.length()) > charactersMax
                ? line.substring(0, line.offsetByCodePoints(0, charactersMax)) + "…"
                : line;
    }
}
