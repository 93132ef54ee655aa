package org.koegura.server.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/// What of the command line reaches a benchmark, and what does not get so far.
class BenchCommandTest {

    private static final String LAUNCHER = "koegura.launcher";

    private final Asked media = new Asked("media", true);
    private final Asked restart = new Asked("restart", false);
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void launched() {
        System.setProperty(LAUNCHER, "koegura");
    }

    @AfterEach
    void ended() {
        System.clearProperty(LAUNCHER);
    }

    /// Measures nothing.
    private static final class Asked implements Benchmark {
        private final String name;
        private final boolean media;
        private @Nullable BenchOrder order;

        Asked(String name, boolean media) {
            this.name = name;
            this.media = media;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public boolean measuresMedia() {
            return media;
        }

        @Override
        public BenchResult run(BenchOrder given, PrintWriter out) {
            order = given;
            return new BenchResult(name, Map.of(), Map.of(), Map.of(), Map.of());
        }
    }

    private int run(String... arguments) {
        return new CommandLine(new BenchCommand(List.of(media, restart)))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    @Test
    void theKernelsHelpIsMeasuredUnlessOneSaysNever() {
        assertThat(run("media")).isZero();
        assertThat(media.order).extracting(BenchOrder::kernelHelp).isEqualTo(true);
        assertThat(run("media", "--media-kernel", "never")).isZero();
        assertThat(media.order).extracting(BenchOrder::kernelHelp).isEqualTo(false);
        assertThat(run("media", "--media-kernel=auto")).isZero();
        assertThat(media.order).extracting(BenchOrder::kernelHelp).isEqualTo(true);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            media   | off   | --media-kernel is auto or never, not 'off'
            media   | NEVER | --media-kernel is auto or never, not 'NEVER'
            media   | ""    | --media-kernel is auto or never, not ''
            restart | never | --media-kernel is for media alone, not for restart
            """)
    void anotherValueOrAnotherBenchmarkIsRefusedBeforeAnythingRuns(String benchmark, String value, String complaint) {
        assertThat(run(benchmark, "--media-kernel", value)).isEqualTo(2);
        assertThat(err.toString()).startsWith(complaint);
        assertThat(media.order).isNull();
        assertThat(restart.order).isNull();
    }
}
