package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.koegura.server.peer.ChildProcess;

/// `koegura demo --exit`, as a newcomer runs it: what it tells, in both languages, and that it leaves nothing behind.
class DemoIT {

    private static final Duration EXIT_WAIT = Duration.ofMinutes(2);

    @ParameterizedTest
    @CsvSource({"en,ringing,notice,recording,sealed,verified,Verdict", "ja,呼出中,告知,録音中,封印,検証,判定"})
    void itPlacesACallTellsWhatHappensAndLeavesWithTheVerdict(
            String language,
            String ringing,
            String notice,
            String recording,
            String sealed,
            String verified,
            String end)
            throws Exception {
        try (ChildProcess demo = ProductProcess.start("demo", List.of("--exit", "--language", language))) {
            int code = demo.awaitExit(EXIT_WAIT);
            String told = String.join("\n", demo.out());
            assertThat(code).as(told).isZero();
            assertThat(told).containsSubsequence(ringing, notice, recording, sealed, verified, end);
            assertThat(demo.err()).isEmpty();
            String folder = told.replaceFirst("(?s).*(?:sealed|封印)\\s+(/\\S+)/recordings/.*", "$1");
            assertThat(folder).startsWith("/").doesNotContain("\n");
            assertThat(Files.exists(Path.of(folder))).as("the demo's data").isFalse();
            assertThat(told).contains("--export");
        }
    }

    @Test
    void withExportItLeavesBothCopiesBehind(@TempDir Path folder) throws Exception {
        Path copies = folder.resolve("new/copies");
        try (ChildProcess demo = ProductProcess.start("demo", List.of("--exit", "--export", copies.toString()))) {
            int code = demo.awaitExit(EXIT_WAIT);
            String told = String.join("\n", demo.out());
            assertThat(code).as(told).isZero();
            try (var files = Files.list(copies)) {
                assertThat(files.toList())
                        .hasSize(2)
                        .allSatisfy(file -> assertThat(told).contains(file.toString()));
            }
        }
    }

    @Test
    void aFolderThatCannotBeMadeIsToldBeforeTheCall(@TempDir Path folder) throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        try (ChildProcess demo = ProductProcess.start("demo", List.of("--exit", "--export", file.toString()))) {
            assertThat(demo.awaitExit(EXIT_WAIT)).isEqualTo(1);
            assertThat(demo.out()).isEmpty();
            assertThat(demo.err()).singleElement().asString().contains(file.toString(), "--export");
        }
    }
}
