package org.koegura.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the user who verifies may not read is said to be that: it is neither missing nor damaged.
class UnreadableTest {

    @TempDir
    Path data;

    /// The command as a process that no mode lets through: root gives up what lets it through.
    private record Verify(int exit, String out) {

        static Verify of(Path path) throws IOException, InterruptedException {
            List<String> line = new ArrayList<>();
            if (Files.getOwner(path).getName().equals("root")) {
                line.addAll(List.of("setpriv", "--bounding-set", "-dac_override,-dac_read_search"));
            }
            line.addAll(List.of(
                    System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                    "-cp",
                    System.getProperty("java.class.path"),
                    UnreadableTest.class.getName(),
                    path.toString()));
            Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            return new Verify(process.exitValue(), out);
        }
    }

    /// The process.
    public static void main(String[] args) {
        System.exit(VerifyCommand.run(List.of(args), System.out, System.err));
    }

    @Test
    void keysAndJournalThatThisUserMayNotReadAreNotChecked() throws IOException, InterruptedException {
        Path recording = SampleRecording.usual().write(data);
        Path journal = Files.createDirectories(data.resolve("journal"));
        Files.writeString(journal.resolve("journal.jsonl"), SampleJournal.file(SampleJournal.lines(3)));
        assertThat(Verify.of(data).exit()).isZero();
        for (Path closed : List.of(data.resolve("keys"), journal, recording)) {
            close(closed);
            Verify verify = Verify.of(data);
            open(closed);
            assertThat(verify.exit()).as(verify.out()).isEqualTo(3);
            assertThat(verify.out())
                    .contains(closed.toString(), "NOT CHECKED", "may not be read by this user: run it as")
                    .doesNotContain("not there", "there is no", "FAILED ", "Exception", "is missing");
        }
        assertThat(Verify.of(data).exit()).isZero();
    }

    @Test
    void aFileAloneThatThisUserMayNotReadIsNotChecked() throws IOException, InterruptedException {
        Path recording = SampleRecording.usual().write(data);
        for (Path closed : List.of(
                data.resolve("keys/master.key"),
                recording.resolve("packets.kgr"),
                recording.resolve("manifest.json"),
                recording.resolve("manifest.sig"))) {
            close(closed);
            Verify verify = Verify.of(recording);
            open(closed);
            assertThat(verify.exit()).as(verify.out()).isEqualTo(3);
            assertThat(verify.out())
                    .contains(closed + " may not be read by this user")
                    .doesNotContain("Exception");
        }
    }

    @Test
    void aPathThatThisUserMayNotReadIsRefusedInOneLine() throws IOException, InterruptedException {
        SampleRecording.usual().write(data);
        close(data);
        Verify verify = Verify.of(data);
        open(data);
        assertThat(verify.exit()).isEqualTo(2);
        assertThat(verify.out().lines())
                .containsExactly("koegura verify: " + data
                        + " may not be read by this user: run it as the one who runs koegura");
    }

    private static void close(Path path) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("---------"));
    }

    private static void open(Path path) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
    }
}
