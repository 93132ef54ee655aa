package org.koegura.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Each of the 38 traps has a row in `traps.tsv`, and each row names the tests that show it, or says what is not done
/// yet. A test that is renamed or goes away takes its row with it, or this fails.
class TrapsTest {

    private static final int TRAPS = 38;
    private static final String NOT_YET = "not yet: ";

    /// The checkout: tests run in the folder of their module.
    private static final Path ROOT = Path.of("..");

    /// One line of the table.
    ///
    /// @param shown `Class#method`, or what is not done yet
    private record Trap(int number, String name, List<String> shown, String notYet) {

        static Trap of(String line) {
            String[] column = line.split("\t", -1);
            assertThat(column).as(line).hasSize(4);
            List<String> shown = Stream.of(column[2].split(" ", -1))
                    .filter(test -> !test.isEmpty())
                    .toList();
            return new Trap(Integer.parseInt(column[0]), column[1], shown, column[3]);
        }
    }

    private static List<Trap> traps() throws IOException {
        try (InputStream in = Objects.requireNonNull(TrapsTest.class.getResourceAsStream("traps.tsv"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(Trap::of)
                    .toList();
        }
    }

    @Test
    void everyTrapHasItsRow() throws IOException {
        assertThat(traps().stream().map(Trap::number))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, TRAPS).boxed().toList());
        assertThat(traps())
                .allSatisfy(trap -> assertThat(
                                trap.shown().isEmpty() && trap.notYet().isEmpty())
                        .as("trap %s, which neither a test shows nor anything is said of", trap)
                        .isFalse());
        assertThat(traps())
                .allSatisfy(trap -> assertThat(trap.notYet())
                        .satisfiesAnyOf(
                                said -> assertThat(said).isEmpty(),
                                said -> assertThat(said).startsWith(NOT_YET)));
    }

    @Test
    void everyTestThatARowNamesIsThere() throws IOException {
        Map<String, String> sources = testSources();
        List<String> gone = new ArrayList<>();
        for (Trap trap : traps()) {
            for (String test : trap.shown()) {
                String[] names = test.split("#", -1);
                assertThat(names).as("%d: Class#method", trap.number()).hasSize(2);
                if (!isTest(sources.getOrDefault(names[0], ""), names[1])) {
                    gone.add(trap.number() + " " + test);
                }
            }
        }
        assertThat(gone).as("tests that the table names and nobody finds").isEmpty();
    }

    /// A method that JUnit or jqwik runs: an annotation stands above it, with nothing but annotations between.
    private static boolean isTest(String source, String method) {
        return Pattern.compile("@(?:Test|ParameterizedTest|TestFactory|Property)\\b[^;{}]*(?:\\{[^{}]*\\}[^;{}]*)*\\s"
                        + Pattern.quote(method) + "\\(")
                .matcher(source)
                .find();
    }

    private static Map<String, String> testSources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path tests : modules.map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> files = Files.walk(tests)) {
                    for (Path file : files.filter(path -> path.toString().endsWith(".java"))
                            .toList()) {
                        String name = file.getFileName().toString().replace(".java", "");
                        sources.merge(name, Files.readString(file), String::concat);
                    }
                }
            }
        }
        return sources;
    }
}
