package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Every log line of every room is one event name and keys, so that a machine reads it and nobody writes
/// prose, in which
/// names and numbers hide.
class LogLineTest {

    private static final Pattern CALL =
            Pattern.compile("LOG\\.(?:trace|debug|info|warn|error)\\(\\s*((?:\"(?:[^\"\\\\]|\\\\.)*\")|[^\",]+)");
    private static final Pattern LINE =
            Pattern.compile("\"[a-z]+(\\.[a-z]+)+( [a-zA-Z]+=(\\{}(-\\{})?|[a-z]+|\\\\\"[^\"\\\\]*\\\\\"))*\"");

    /// What a value may not be taken from: the parties, their addresses, and what they sent.
    private static final Pattern PERSONAL = Pattern.compile(
            "\\b(inside|outside|caller|callee|party|parties)\\(\\)|\\b(body|sdp|(?<!seal\\(\\)\\.)bytes|wire|uri|from|to)\\(\\)|sipCallId|\\.text\\(\\)");

    private static final Pattern STATEMENT = Pattern.compile("LOG\\.(?:trace|debug|info|warn|error)\\([^;]*;");

    @Test
    void everyLineIsOneEventNameWithKeys() throws IOException {
        List<String> lines = found(CALL).map(found -> found.group(1)).toList();
        assertThat(lines)
                .hasSizeGreaterThan(40)
                .allMatch(line -> LINE.matcher(line).matches());
    }

    @Test
    void noLineTakesItsValuesFromThePartiesOrFromWhatTheySent() throws IOException {
        List<String> statements = found(STATEMENT).map(MatchResult::group).toList();
        assertThat(statements)
                .hasSizeGreaterThan(40)
                .noneMatch(statement -> PERSONAL.matcher(statement).find());
    }

    private static Stream<MatchResult> found(Pattern what) throws IOException {
        try (Stream<Path> sources = Files.walk(Path.of(".."), 12)) {
            return sources
                    .filter(path -> path.toString().endsWith(".java"))
                    .filter(path -> path.toString().contains("/src/main/java/"))
                    .toList()
                    .stream()
                    .flatMap(path -> what.matcher(text(path)).results());
        }
    }

    private static String text(Path source) {
        try {
            return Files.readString(source);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
