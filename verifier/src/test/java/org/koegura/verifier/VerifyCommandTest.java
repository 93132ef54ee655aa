package org.koegura.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class VerifyCommandTest {

    @TempDir
    Path data;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void aRecordingInItsPlaceFindsItsKeysAndIsVerifiedLineByLine() throws IOException {
        Path folder = SampleRecording.usual().write(data);
        assertThat(run(folder)).isZero();
        assertThat(outLines())
                .contains("trusting " + data.resolve("keys") + "/seal.pub, found beside the recordings")
                .contains("  1   files, format and ids     OK")
                .contains("  9   packets within capture    OK")
                .last()
                .asString()
                .startsWith("VERIFIED");
        assertThat(err.size()).isZero();
    }

    @Test
    void aRecordingTakenElsewhereNeedsItsKeysNamed() throws IOException {
        Path folder = SampleRecording.usual().write(data);
        Path alone = Files.move(folder, data.resolve(SampleRecording.ID));
        assertThat(run(alone)).isEqualTo(3);
        assertThat(text(out)).contains("NOT CHECKED").contains("--keys").contains("--trust");
        Path keys = data.resolve("keys");
        assertThat(run(alone, "--keys", keys, "--trust", keys.resolve("seal.pub")))
                .isZero();
        assertThat(run(alone, "--trust", keys.resolve("seal.pub"))).isEqualTo(3);
    }

    @Test
    void aChangedRecordingFailsAndTheByteRangeIsNamed() throws IOException {
        Path file = SampleRecording.usual().write(data).resolve("packets.kgr");
        byte[] bytes = Files.readAllBytes(file);
        bytes[100] ^= 1;
        Files.write(file, bytes);
        assertThat(run(data.resolve(SampleRecording.DAY))).isEqualTo(1);
        assertThat(text(out))
                .containsPattern("3 +ciphertext hashes +FAILED +packets\\.kgr bytes 0–" + (bytes.length - 1))
                .contains("\nFAILED");
    }

    /// Article 4: who was not told is not recorded, and no exemption was flagged.
    @Test
    void aRecordingWhoseFirstPacketPrecedesTheEndOfTheNoticeIsRejectedWithOneLineThatSaysSo() throws IOException {
        SampleRecording recording = SampleRecording.usual();
        SamplePcapng.Packet first = recording.packets.getFirst();
        recording.packets.set(
                0,
                new SamplePcapng.Packet(
                        first.leg(), SampleRecording.NOTICE_END - 20_000_000L, first.datagram(), first.ipv6()));
        assertThat(run(recording.write(data))).isEqualTo(1);
        assertThat(outLines().stream().filter(line -> line.contains("notice ended")))
                .singleElement()
                .asString()
                .contains("packet 0 of the recording (inside) arrived at 2026-11-24T01:02:09.980Z,"
                        + " not after the notice ended at 2026-11-24T01:02:10Z");
        assertThat(text(out))
                .containsPattern("9 +packets within capture +FAILED")
                .contains("\nFAILED");
    }

    @Test
    void aDataDirectoryIsItsRecordingsAndItsJournalButNoOpenCalls() throws IOException {
        SampleRecording.usual().write(data);
        Files.createDirectories(data.resolve("recordings/open").resolve("ab".repeat(16)));
        assertThat(run(data)).isZero();
        assertThat(text(out))
                .contains("skipped")
                .contains("1 recordings not sealed yet")
                .contains("no journal");

        Files.createDirectories(data.resolve("journal"));
        Path journal = data.resolve("journal/journal.jsonl");
        Files.writeString(journal, SampleJournal.file(SampleJournal.lines(3)));
        assertThat(run(data)).isZero();
        assertThat(text(out)).contains("3 entries").contains("not anchored").contains("of 2 verified 2");
        Files.writeString(journal, SampleJournal.file(SampleJournal.lines(3)).replace("operator", "nobody"));
        assertThat(run(data)).isEqualTo(1);
        assertThat(run(journal)).isEqualTo(1);
    }

    @Test
    void theSummaryCountsWhatACrashCutOff() throws IOException {
        Path cut = VerifierTest.interrupted("2026-11-24T01:03:00.000000000Z", "2026-11-24T01:09:00.000000000Z")
                .write(data);
        assertThat(command(false).run(List.of(cut.toString(), cut.toString()))).isZero();
        assertThat(text(out)).contains("CUT OFF", "of 2 verified 2", "cut off by a crash 2");
    }

    @Test
    void anEmptiedFolderOfARecordingDoesNotPassUnseen() throws IOException {
        SampleRecording.usual().write(data);
        Files.createDirectories(data.resolve(SampleRecording.DAY).resolve("cd".repeat(16)));
        assertThat(run(data.resolve("recordings"))).isEqualTo(1);
        assertThat(text(out)).contains("verified 1").contains("failed 1");
    }

    @Test
    void jsonIsOneDocumentWithTheRangeAsNumbers() throws IOException {
        Path file = SampleRecording.usual().write(data).resolve("packets.kgr");
        Files.write(file, new byte[] {1}, StandardOpenOption.APPEND);
        assertThat(run(data, "--json")).isEqualTo(1);
        JsonNode document = new JsonMapper().readTree(text(out));
        assertThat(document.get("result").stringValue()).isEqualTo("failed");
        JsonNode range = document.get("subjects").get(0).get("findings").get(2).get("range");
        assertThat(range.get("file").stringValue()).isEqualTo("packets.kgr");
        assertThat(range.get("to").longValue()).isEqualTo(Files.size(file) - 1);
        assertThat(document.get("skipped").size()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nowhere",
                "--keys",
                "--keys nowhere .",
                "--trust nowhere .",
                "--loud .",
                ".",
                "EMPTY",
                "EMPTY --trust WRONG",
                "WRONG"
            })
    void argumentsThatCannotBeUsedAreOneLineAndExitTwo(String words) throws IOException {
        Path empty = Files.createDirectory(data.resolve("empty"));
        Path wrong = Files.writeString(data.resolve("wrong.pub"), "-----BEGIN PUBLIC KEY-----\nAAAA\n");
        List<String> args = List.of(words.split(" ", -1)).stream()
                .filter(word -> !word.isEmpty())
                .map(word -> word.replace("EMPTY", empty.toString()).replace("WRONG", wrong.toString()))
                .map(word -> word.equals(".") ? empty.toString() : word)
                .toList();
        assertThat(command(false).run(args)).isEqualTo(2);
        assertThat(text(err).lines()).hasSize(1);
        assertThat(out.size()).isZero();
    }

    @Test
    void onlySomethingNotSealedYetIsNoRecordingToVerify() throws IOException {
        Files.createDirectories(data.resolve("recordings/open").resolve("ab".repeat(16)));
        assertThat(run(data)).isEqualTo(2);
        assertThat(text(err)).contains("not sealed yet");
    }

    @Test
    void namesAndTextsFromOutsideCannotSteerATerminal() throws IOException {
        Path folder = Files.createDirectory(data.resolve("a\u001b[31mb"));
        Files.writeString(folder.resolve("manifest.json"), "{\"format\":\"\\u001b[2J\\n\"}");
        assertThat(run(folder)).isEqualTo(1);
        assertThat(text(out)).doesNotContain("\u001b").contains("'?[2J?'");
    }

    @Test
    void theBarIsDrawnOnATerminalAlone() throws IOException {
        Path folder = SampleRecording.usual().write(data);
        List<String> five = Collections.nCopies(5, folder.toString());
        assertThat(command(true).run(five)).isZero();
        assertThat(text(err)).contains("[######........................] 1/5");
        err.reset();
        assertThat(command(false).run(five)).isZero();
        assertThat(err.size()).isZero();
    }

    @Test
    void helpNamesTheExitCodes() {
        assertThat(command(false).run(List.of("--help"))).isZero();
        assertThat(text(out)).contains("Exit codes").contains("not anchored");
    }

    private int run(Object... args) {
        out.reset();
        err.reset();
        return command(false).run(List.of(args).stream().map(Object::toString).toList());
    }

    private VerifyCommand command(boolean onTerminal) {
        return new VerifyCommand(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                onTerminal);
    }

    private List<String> outLines() {
        return text(out).lines().toList();
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
