package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.koegura.server.config.ConfigKeys;
import org.koegura.server.config.Key;
import org.koegura.server.config.RunOptions;
import picocli.CommandLine;

/// What is read without picocli is what picocli would have read, and anything but the plainest is left to it.
class RunOptionsTest {

    private static final String DATA = "--data";

    private static Stream<Key<?>> keys() {
        return ConfigKeys.ALL.stream();
    }

    @ParameterizedTest
    @MethodSource("keys")
    void everySettingIsReadAsPicocliReadsIt(Key<?> key) {
        List<String> arguments = List.of("--config", "koegura.yaml", key.option(), key.example());
        RunCommand command = new RunCommand();
        CommandLine line = new CommandLine(command);
        RunCommand.addOptions(line.getCommandSpec());
        CommandLine.ParseResult parsed = line.parseArgs(arguments.toArray(String[]::new));

        RunOptions plain = RunOptions.plain(arguments).orElseThrow();
        assertThat(plain.given()).isEqualTo(Map.of(key, parsed.matchedOptionValue(key.option(), "")));
        assertThat(plain.file()).isEqualTo(command.file).isEqualTo(Path.of("koegura.yaml"));
    }

    @Test
    void nothingAtAllIsPlain() {
        assertThat(RunOptions.plain(List.of()).orElseThrow()).isEqualTo(new RunOptions(null, Map.of()));
    }

    @Test
    void allSettingsAtOnceArePlain() {
        List<String> arguments = new ArrayList<>();
        ConfigKeys.ALL.forEach(key -> arguments.addAll(List.of(key.option(), key.example())));
        assertThat(RunOptions.plain(arguments).orElseThrow().given()).hasSize(ConfigKeys.ALL.size());
    }

    private static Stream<List<String>> notPlain() {
        return Stream.of(
                List.of("--help"),
                List.of("--check"),
                List.of("--check", "--print-config"),
                List.of(DATA),
                List.of(DATA, "a", "--config"),
                List.of(DATA, "a", DATA, "b"),
                List.of("--config", "a", "--config", "b"),
                List.of("--config", "\0"),
                List.of("--dat", "a"),
                List.of("data", "a"),
                List.of(DATA + "=a"),
                List.of(DATA, ""),
                List.of(DATA, "--check"),
                List.of(DATA, "@a"),
                List.of(DATA, "\"a\""),
                List.of("--sip", "nonsense"),
                List.of("@a", "@b"));
    }

    @ParameterizedTest
    @MethodSource("notPlain")
    void whatNeedsMoreThanPairsIsLeftToPicocli(List<String> arguments) {
        assertThat(RunOptions.plain(arguments)).isEmpty();
    }
}
