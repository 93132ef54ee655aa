package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Baresip;
import org.koegura.server.peer.ChildProcess;
import org.koegura.server.peer.LoopbackPorts;
import tools.jackson.databind.JsonNode;

/// A city takes in a notice of its own from the command line, and callers hear it (N4).
class OwnPromptIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String WORDS = "市からのお知らせです。";
    private static final ZoneId JAPAN = ZoneId.of("Asia/Tokyo");

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    Path folder;

    private record Said(int exitCode, List<String> out, List<String> err) {}

    private static Said prompt(String... options) throws InterruptedException {
        return prompt(List.of(), options);
    }

    private static Said prompt(List<String> entering, String... options) throws InterruptedException {
        try (ChildProcess prompt = ProductProcess.start(entering, "prompt", List.of(options))) {
            return new Said(prompt.awaitExit(PATIENCE), prompt.out(), prompt.err());
        }
    }

    private Said add(List<String> entering, String id, String... more) throws IOException, InterruptedException {
        List<String> options = new ArrayList<>(
                List.of("add", spoken().toString(), "--folder", prompts().toString(), "--id", id, "--language", "ja"));
        options.addAll(List.of(more));
        return prompt(entering, options.toArray(String[]::new));
    }

    private Path prompts() {
        return folder.resolve("prompts");
    }

    /// Words that are nothing like the notices that are shipped.
    private Path spoken() throws IOException {
        Path wav = folder.resolve("studio.wav");
        try (InputStream in =
                Objects.requireNonNull(OwnPromptIT.class.getResourceAsStream("/org/koegura/server/demo/staff-1.wav"))) {
            Files.copy(in, wav, StandardCopyOption.REPLACE_EXISTING);
        }
        return wav;
    }

    @Test
    void whatACityTakesInIsHeardFromItsFirstDayOn() throws Exception {
        String today = LocalDate.now(JAPAN).toString();
        Said added = add(ProductProcess.saying("--text", WORDS), "city-1", "--from", today);
        assertThat(added.exitCode()).as(added.toString()).isZero();
        assertThat(prompt("list", "--folder", prompts().toString()).out())
                .singleElement()
                .asString()
                .contains("city-1", today + " to …", WORDS);

        try (Site site = Site.start(
                        folder.resolve("site"),
                        Site.Standing.USUAL,
                        "--prompts",
                        prompts().toString(),
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
                                    .digest(Files.readAllBytes(prompts().resolve("city-1.wav")))));
            assertThat(ProductProcess.verify(recording.folder(), PATIENCE)).isZero();
        }
    }

    @Test
    void whatCannotBeANoticeIsRefusedWithAReasonAndTheRecorderDoesNotStartOnIt() throws Exception {
        Path broken = Files.writeString(folder.resolve("broken.wav"), "RIFF", StandardCharsets.US_ASCII);
        Said refused = prompt("check", broken.toString());
        assertThat(refused.exitCode()).isOne();
        assertThat(refused.err()).singleElement().asString().contains("broken.wav: WAV file: ");

        assertThat(refusal("city-9")).contains("no prompt is called 'city-9'; choose among");
    }

    @Test
    void wordsThatTheLocaleDamagedAreRefused() throws Exception {
        List<String> entering = new ArrayList<>(List.of("env", "LC_ALL=C"));
        entering.addAll(ProductProcess.saying("--text", WORDS));
        Said refused = add(entering, "city-1");
        assertThat(refused.exitCode()).isOne();
        assertThat(refused.err()).singleElement().asString().contains("damaged", "LC_ALL=C.UTF-8");
        assertThat(prompts()).doesNotExist();
    }

    @Test
    void aDamagedOneKeepsTheRecorderFromStartingOnlyWhereItIsUsedAndItsRemedyCanBeFollowed() throws Exception {
        for (String id : List.of("city-1", "city-2")) {
            assertThat(add(ProductProcess.saying("--text", WORDS), id).exitCode())
                    .isZero();
        }
        Files.write(prompts().resolve("city-1.wav"), new byte[] {1, 2, 3});
        assertThat(prompt("list", "--folder", prompts().toString()).out())
                .satisfiesExactly(
                        damaged -> assertThat(damaged).contains("city-1", WORDS, "(cannot be played: "),
                        good -> assertThat(good).contains("city-2").endsWith(WORDS));

        try (ProductProcess product = run("city-2")) {
            product.process().awaitLine(line -> line.contains("prompt.unplayable"));
            assertThat(product.process().err())
                    .singleElement()
                    .asString()
                    .contains("prompt.unplayable used=no reason=\"prompt 'city-1': city-1.wav in ");
        }
        assertThat(refusal("city-1"))
                .startsWith("koegura: prompt 'city-1': city-1.wav in ")
                .contains("take the same sound in again (koegura prompt add)");
        Said mended = add(ProductProcess.saying("--text", WORDS), "city-1");
        assertThat(mended.exitCode()).as(mended.toString()).isZero();
        try (ProductProcess product = run("city-1")) {
            assertThat(product.process().err()).isEmpty();
        }
    }

    private ProductProcess run(String prompt) {
        return ProductProcess.run(
                folder.resolve("data"),
                LoopbackPorts.block(2),
                20_000,
                20_099,
                "--prompts",
                prompts().toString(),
                "--prompt",
                prompt);
    }

    /// The one line with which the recorder does not start.
    private String refusal(String prompt) throws InterruptedException {
        List<String> options =
                new ArrayList<>(List.of("--sip", "127.0.0.1:0", "--http", "127.0.0.1:0", "--rehearsal", "0"));
        options.addAll(List.of("--data", folder.resolve("refused").toString(), "--prompt", prompt));
        if (Files.exists(prompts())) {
            options.addAll(List.of("--prompts", prompts().toString()));
        }
        try (ChildProcess run = ProductProcess.start("run", options)) {
            assertThat(run.awaitExit(PATIENCE)).isOne();
            assertThat(run.err()).hasSize(1);
            return run.err().getFirst();
        }
    }
}
