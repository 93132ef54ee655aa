package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Baresip;
import org.koegura.server.peer.ChildProcess;
import tools.jackson.databind.JsonNode;

/// A city takes in a notice of its own from the command line, and callers hear it (N4).
class OwnPromptIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final ZoneId JAPAN = ZoneId.of("Asia/Tokyo");

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path folder;

    private record Said(int exitCode, List<String> out, List<String> err) {}

    private static Said prompt(String... options) throws InterruptedException {
        try (ChildProcess prompt = ProductProcess.start("prompt", List.of(options))) {
            return new Said(prompt.awaitExit(PATIENCE), prompt.out(), prompt.err());
        }
    }

    /// Words that are nothing like the notices that are shipped.
    private Path spoken() throws IOException {
        Path wav = folder.resolve("studio.wav");
        try (InputStream in =
                Objects.requireNonNull(OwnPromptIT.class.getResourceAsStream("/org/koegura/server/demo/staff-1.wav"))) {
            Files.copy(in, wav);
        }
        return wav;
    }

    @Test
    void whatACityTakesInIsHeardFromItsFirstDayOn() throws Exception {
        Path prompts = folder.resolve("prompts");
        String today = LocalDate.now(JAPAN).toString();
        Said added = prompt(
                "add",
                spoken().toString(),
                "--folder",
                prompts.toString(),
                "--id",
                "city-1",
                "--language",
                "ja",
                "--text",
                "市からのお知らせです。",
                "--from",
                today);
        assertThat(added.exitCode()).as(added.toString()).isZero();
        assertThat(prompt("list", "--folder", prompts.toString()).out())
                .singleElement()
                .asString()
                .contains("city-1", today + " to …", "市からのお知らせです。");

        try (Site site = Site.start(
                        folder.resolve("site"),
                        Site.Standing.USUAL,
                        "--prompts",
                        prompts.toString(),
                        "--prompt",
                        "city-1");
                Baresip staff = site.insideTelephone("201", "pcmu", Speech.spoken("staff-1"));
                Baresip citizen = site.outsideTelephone("0120000001", "pcmu", Speech.spoken("citizen-1"))) {
            citizen.dial(site.uri("201"));
            staff.accept();
            citizen.awaitEstablished();
            site.awaitStage("RECORDED", PATIENCE);
            staff.hangUp();
            citizen.awaitClosed();
            site.awaitNoCall();

            KeptRecording recording = site.recordings().getLast();
            JsonNode told = recording.manifest().path("basis").path("prompt");
            assertThat(told.path("id").asString("")).isEqualTo("city-1");
            assertThat(told.path("sha256").asString(""))
                    .isEqualTo(HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256")
                                    .digest(Files.readAllBytes(prompts.resolve("city-1.wav")))));
            assertThat(ProductProcess.verify(recording.folder(), PATIENCE)).isZero();
        }
    }

    @Test
    void whatCannotBeANoticeIsRefusedWithAReasonAndTheRecorderDoesNotStartOnIt() throws Exception {
        Path broken = Files.writeString(folder.resolve("broken.wav"), "RIFF", StandardCharsets.US_ASCII);
        Said refused = prompt("check", broken.toString());
        assertThat(refused.exitCode()).isOne();
        assertThat(refused.err()).singleElement().asString().contains("broken.wav: WAV file: ");

        try (ChildProcess run = ProductProcess.start(
                "run",
                List.of(
                        "--sip",
                        "127.0.0.1:0",
                        "--http",
                        "127.0.0.1:0",
                        "--data",
                        folder.resolve("data").toString(),
                        "--prompt",
                        "city-9"))) {
            assertThat(run.awaitExit(PATIENCE)).isOne();
            assertThat(run.err()).anyMatch(line -> line.contains("no prompt is called 'city-9'; choose among"));
        }
    }
}
