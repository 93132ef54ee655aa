package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.server.peer.ChildProcess;
import org.koegura.server.peer.LoopbackPorts;

/// Before it answers telephones the product calls itself, and nothing but warm code is left of that.
@WholeMachine
class RehearsalIT {

    private static final Path LIB = Path.of(Objects.requireNonNull(System.getProperty("koegura.lib")));
    private static final Path SCRIPT =
            LIB.resolve("../../../../koegura").toAbsolutePath().normalize();
    private static final Duration TRAINING_WAIT = Duration.ofMinutes(3);
    private static final int MEDIA_PORTS = 100;
    private static final Duration EXIT_WAIT = Duration.ofSeconds(20);

    @Test
    void nothingIsLeftOfTheCallsToItselfButALineInTheLog(@TempDir Path folder) throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Path data = folder.resolve("data");
        int sip = LoopbackPorts.block(2 + MEDIA_PORTS);
        try (ProductProcess product = ProductProcess.run(
                List.of("-Djava.io.tmpdir=" + temporary),
                data,
                sip,
                sip + 2,
                sip + 1 + MEDIA_PORTS,
                "--rehearsal",
                "30")) {
            assertThat(product.process().out()).anyMatch(line -> line.startsWith("Warming up with 30 calls"));
            assertThat(product.process().err()).isEmpty();
            assertThat(Files.readString(data.resolve("log/koegura.log")))
                    .containsPattern("rehearsal\\.held calls=30 lost=0 packets=[1-9][0-9]+ ")
                    .doesNotContain("call.ended");
            assertThat(product.api().metrics())
                    .contains("koegura_call_attempts_total{")
                    .doesNotContainPattern(
                            "(?m)^koegura_(call_attempts|sip_requests|ledger_calls)_total\\{[^}]*} [1-9]");
            try (Stream<Path> left = Files.list(temporary)) {
                assertThat(left).noneMatch(path -> path.getFileName().toString().startsWith("koegura-rehearsal"));
            }
        }
    }

    @Test
    void ctrlCDuringTheWarmUpEndsItAtOnceAndNothingWasMade(@TempDir Path folder) throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Path data = folder.resolve("data");
        try (ChildProcess product = ChildProcess.start(
                folder,
                "env",
                "JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=" + temporary,
                System.getProperty("java.home") + "/bin/java",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                LIB + "/*",
                "org.koegura.server.Main",
                "run",
                "--data=" + data,
                "--sip=127.0.0.1:0",
                "--http=127.0.0.1:0",
                "--ports=20000-20099",
                "--rehearsal=10000")) {
            product.awaitLine(line -> line.startsWith("Warming up"));
            product.signal("INT");
            assertThat(product.awaitExit(EXIT_WAIT)).isZero();
            assertThat(product.out()).noneMatch(line -> line.contains("accounts") || line.contains("listening"));
            assertThat(product.err()).last().asString().contains("stopped before the start; nothing was made");
            assertThat(product.err()).noneMatch(line -> line.contains("rehearsal.failed"));
            assertThat(data).doesNotExist();
            try (Stream<Path> left = Files.list(temporary)) {
                assertThat(left).noneMatch(path -> path.getFileName().toString().startsWith("koegura-rehearsal"));
            }
        }
    }

    /// With `-XX:AOTMode=on` Java does not start where the file does not fit. The classes in it tell
    /// what the training did.
    @Test
    void theBuildTrainsACacheThatTheStartUsesAlsoToTakeCallsUp(@TempDir Path folder) throws Exception {
        Path home = Files.createDirectories(folder.resolve("server/target/koegura"));
        Path script = Files.copy(SCRIPT, folder.resolve("koegura"));
        assertThat(script.toFile().setExecutable(true)).isTrue();
        Files.createSymbolicLink(home.resolve("lib"), LIB.toAbsolutePath());
        Files.createFile(home.resolve("built"));
        try (ChildProcess build = ChildProcess.start(folder, script.toString(), "build")) {
            assertThat(build.awaitExit(TRAINING_WAIT))
                    .as(build.err().toString())
                    .isZero();
            assertThat(build.err()).singleElement().asString().contains("training");
        }
        assertThat(home.resolve("koegura.aot")).isNotEmptyFile();
        List<String> kept = kept(folder, script);
        for (String ofTakingUp : List.of("rtpcapture.TakenUp$Waiting", "server.config.ConfigFile")) {
            assertThat(kept).anyMatch(line -> line.endsWith(": org.koegura." + ofTakingUp + " app_loader"));
        }
        for (String mode : List.of("on", "auto")) {
            try (ChildProcess trained = ChildProcess.start(
                    folder,
                    "env",
                    "KOEGURA_JAVA_OPTS=-XX:AOTMode=" + mode,
                    script.toString(),
                    "run",
                    "--sip=127.0.0.1:0",
                    "--http=127.0.0.1:0",
                    "--ports=20000-20099",
                    "--rehearsal=0",
                    "--data=" + folder.resolve(mode))) {
                trained.awaitLine(line -> line.startsWith("Ctrl-C"));
                assertThat(trained.err()).as(mode).isEmpty();
                trained.signal("TERM");
                assertThat(trained.awaitExit(EXIT_WAIT)).isZero();
            }
            Files.writeString(home.resolve("koegura.aot"), "no cache"); // the second start has a file that does not fit
        }
    }

    /// What Java says of its cache.
    private static List<String> kept(Path folder, Path script) throws Exception {
        try (ChildProcess printed = ChildProcess.start(
                folder,
                "env",
                "KOEGURA_JAVA_OPTS=-XX:+PrintSharedArchiveAndExit",
                script.toString(),
                "run",
                "--data=" + folder.resolve("unused"))) {
            assertThat(printed.awaitExit(EXIT_WAIT)).isZero();
            return printed.out();
        }
    }
}
