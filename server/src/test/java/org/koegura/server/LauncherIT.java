package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.server.peer.ChildProcess;

/// The script `koegura`: from anywhere, under any name, with any Java in the way.
class LauncherIT {

    /// Beside server/target/koegura/lib, where the build puts the product.
    private static final Path SCRIPT = Path.of(Objects.requireNonNull(System.getProperty("koegura.lib")))
            .resolve("../../../../koegura")
            .normalize();

    private static final Duration EXIT_WAIT = Duration.ofSeconds(30);

    @Test
    void itIsCleanToTheShellChecker() throws Exception {
        try (ChildProcess check = ChildProcess.start(Path.of("/"), "shellcheck", SCRIPT.toString())) {
            assertThat(check.awaitExit(EXIT_WAIT)).as(check.out().toString()).isZero();
        }
    }

    @Test
    void itListsItsCommandsThroughASymbolicLinkInAFolderWithASpace(@TempDir Path folder) throws Exception {
        Path link = Files.createSymbolicLink(
                Files.createDirectories(folder.resolve("a folder")).resolve("k"), SCRIPT);
        try (ChildProcess help = ChildProcess.start(Path.of("/"), link.toString(), "--help")) {
            assertThat(help.awaitExit(EXIT_WAIT)).isZero();
            assertThat(help.out())
                    .anyMatch(line -> line.startsWith("  run "))
                    .anyMatch(line -> line.startsWith("  test "));
        }
    }

    @Test
    void itsVersionIsToldAndTheHelpOfTestTestsNothing() throws Exception {
        for (String[] asked : new String[][] {{"--version"}, {"run", "--version"}, {"demo", "-V"}}) {
            try (ChildProcess version = launch(List.of(), asked)) {
                assertThat(version.awaitExit(EXIT_WAIT)).isZero();
                assertThat(version.out()).singleElement().asString().matches("koegura [0-9].* \\([0-9a-z]+\\)");
            }
        }
        for (String command : List.of("build", "test")) {
            try (ChildProcess help = launch(List.of("PATH=/nonexistent:/usr/bin:/bin"), command, "--help")) {
                assertThat(help.awaitExit(EXIT_WAIT)).isZero();
                assertThat(help.out()).anyMatch(line -> line.startsWith("  test "));
                assertThat(help.err()).isEmpty();
            }
        }
    }

    @Test
    void everyCommandThatItListsIsOne() throws Exception {
        List<String> listed;
        try (ChildProcess help = launch(List.of(), "--help")) {
            assertThat(help.awaitExit(EXIT_WAIT)).isZero();
            listed = help.out().stream()
                    .filter(line -> line.matches("  [a-z]+ .*"))
                    .map(line -> line.strip().split(" ", 2)[0])
                    .toList();
        }
        assertThat(listed).contains("run", "policy");
        for (String command : listed) {
            try (ChildProcess help = launch(List.of(), command, "--help")) {
                assertThat(help.awaitExit(EXIT_WAIT)).as(help.err().toString()).isZero();
                assertThat(help.out()).as(command).isNotEmpty();
            }
        }
    }

    @Test
    void anUnknownCommandIsSaidInOneLine() throws Exception {
        assertThat(complaint(List.of(), "frobnicate")).contains("frobnicate").contains("--help");
    }

    @Test
    void theHelpOfBenchInstallsAndMeasuresNothing() throws Exception {
        for (String[] asked : new String[][] {{"bench", "--help"}, {"bench", "signalling", "--help"}}) {
            try (ChildProcess help = launch(List.of(), asked)) {
                assertThat(help.awaitExit(EXIT_WAIT)).as(help.err().toString()).isZero();
                assertThat(help.out())
                        .anyMatch(line -> line.contains("--json"))
                        .anyMatch(line -> line.contains("--media-kernel=auto|never"))
                        .anyMatch(line -> line.contains("--short"));
                assertThat(help.err()).isEmpty();
            }
        }
    }

    @Test
    void anUnknownBenchmarkIsSaidInOneLine() throws Exception {
        assertThat(complaint(List.of(), "bench", "frobnicate"))
                .contains("frobnicate")
                .contains("signalling");
        assertThat(complaint(List.of(), "bench", "signalling", "--rounds", "0")).contains("--rounds");
        assertThat(complaint(List.of(), "bench", "media", "--media-kernel", "off"))
                .contains("--media-kernel is auto or never, not 'off'");
        assertThat(complaint(List.of(), "bench", "restart", "--media-kernel", "never"))
                .contains("--media-kernel is for media alone, not for restart");
    }

    @Test
    void whereThereIsNoJdk25ItSaysWhatToInstall(@TempDir Path folder) throws Exception {
        Path old = oldJdk(folder.resolve("jdk-21"));
        assertThat(complaint(
                        List.of("JAVA_HOME=" + old, "KOEGURA_JDK_DIRS=" + folder, "PATH=" + old + "/bin:/usr/bin:/bin"),
                        "run"))
                .contains("JDK 25")
                .contains("Temurin");
    }

    @Test
    void aTooOldJavaHomeIsPassedOverForTheJdkThatIsThere(@TempDir Path folder) throws Exception {
        Path old = oldJdk(folder.resolve("jdk-21"));
        Files.createSymbolicLink(folder.resolve("jdk-now"), Path.of(System.getProperty("java.home")));
        try (ChildProcess verify = launch(
                List.of("JAVA_HOME=" + old, "KOEGURA_JDK_DIRS=" + folder, "PATH=" + old + "/bin:/usr/bin:/bin"),
                "verify",
                "--help")) {
            assertThat(verify.awaitExit(EXIT_WAIT)).as(verify.err().toString()).isZero();
            assertThat(verify.err()).isEmpty();
            assertThat(verify.out()).anyMatch(line -> line.contains("PATH"));
        }
    }

    @Test
    void theWordsOfANoticeAreTakenInWholeInALocaleThatKnowsNone(@TempDir Path folder) throws Exception {
        Path wav = folder.resolve("studio.wav");
        try (InputStream in =
                Objects.requireNonNull(LauncherIT.class.getResourceAsStream("/org/koegura/server/demo/staff-1.wav"))) {
            Files.copy(in, wav);
        }
        String prompts = folder.resolve("prompts").toString();
        List<String> environment = new ArrayList<>(List.of("LC_ALL=C", "LANG=C"));
        environment.addAll(ProductProcess.saying("--text", "市からのお知らせです。"));
        try (ChildProcess add = launch(
                environment,
                "prompt",
                "add",
                wav.toString(),
                "--folder",
                prompts,
                "--id",
                "city-1",
                "--language",
                "ja")) {
            assertThat(add.awaitExit(EXIT_WAIT)).as(add.err().toString()).isZero();
        }
        try (ChildProcess list = launch(List.of("LC_ALL=C"), "prompt", "list", "--folder", prompts)) {
            assertThat(list.awaitExit(EXIT_WAIT)).isZero();
            assertThat(list.out()).singleElement().asString().contains("city-1", "市からのお知らせです。");
        }
    }

    private static Path oldJdk(Path home) throws IOException {
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"21.0.4\"\n");
        for (String tool : List.of("java", "javac")) {
            Path file = Files.writeString(home.resolve("bin").resolve(tool), "#!/bin/sh\nexit 99\n");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return home;
    }

    private static String complaint(List<String> environment, String... arguments) throws InterruptedException {
        try (ChildProcess launcher = launch(environment, arguments)) {
            assertThat(launcher.awaitExit(EXIT_WAIT)).isEqualTo(2);
            assertThat(launcher.err()).hasSize(1);
            return launcher.err().getFirst();
        }
    }

    private static ChildProcess launch(List<String> environment, String... arguments) {
        List<String> line = new ArrayList<>(List.of("env", "KOEGURA_BUILD=never")); // the build is running already
        line.addAll(environment);
        line.add(SCRIPT.toString());
        line.addAll(List.of(arguments));
        return ChildProcess.start(Path.of("/"), line.toArray(String[]::new));
    }
}
