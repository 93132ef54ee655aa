package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.koegura.server.config.Chosen;
import org.koegura.server.config.Config;
import org.koegura.server.config.ConfigFile;
import org.koegura.server.config.ConfigFiles;
import org.koegura.server.config.ConfigKeys;
import org.koegura.server.peer.Certificate;

/// What a file may say, and this machine has not: told with its place before anything is written, so that no password
/// is lost.
class StartFaultTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // set before all
    static Path folder;

    @BeforeAll
    static void certificates() throws IOException, InterruptedException {
        Certificate.of(folder, "IP:127.0.0.1");
        Certificate.of(folder.resolve("other"), "IP:127.0.0.1");
    }

    static Stream<Path> impossibleFiles() throws IOException, URISyntaxException {
        return ConfigFiles.beside(StartFaultTest.class, "start");
    }

    @ParameterizedTest
    @MethodSource("impossibleFiles")
    void whatThisMachineHasNotIsToldWithItsPlaceAndNothingIsWritten(Path file) throws IOException {
        String name = file.getFileName().toString();
        ConfigFile read = ConfigFile.of(text(file).getBytes(StandardCharsets.UTF_8));
        assertThat(read.problems()).isEmpty();
        Path data = folder.resolve("data");
        Chosen chosen = new Chosen(name, read.given(), Map.of(ConfigKeys.STORE_DATA, data.toString()));
        assertThat(chosen.conflicts()).isEmpty();
        StartFault fault = catchThrowableOfType(
                StartFault.class, () -> Product.start(Config.of(chosen)).close());
        assertThat(fault).as("it does not start").isNotNull();
        assertThat(List.of(fault.line(chosen::where)))
                .isEqualTo(text(ConfigFiles.expected(file)).lines().toList());
        assertThat(fault.exitCode()).isEqualTo(2);
        StartFault checked = catchThrowableOfType(StartFault.class, () -> Trial.settings(Config.of(chosen)));
        assertThat(checked).as("--check finds it too").isNotNull();
        assertThat(checked.exitCode()).isEqualTo(2);
        assertThat(checked.line(chosen::where)).startsWith(place(fault.line(chosen::where)));
        assertThat(data).doesNotExist();
        assertThat(fault.firstPasswords()).isEmpty();
    }

    /// File, line, column and setting of a line.
    private static String place(String line) {
        return String.join(":", List.of(line.split(":", -1)).subList(0, 4));
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file).replace("${folder}", folder.toString());
    }
}
