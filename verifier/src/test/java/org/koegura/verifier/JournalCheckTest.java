package org.koegura.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JournalCheckTest {

    private static final String ZEROS = "0".repeat(64);
    private static final String AT = ",\"at\":\"2026-11-24T01:02:03.000000001Z\"";
    private static final String REST = ",\"actor\":\"a\",\"act\":\"b\",\"subject\":\"c\",\"details\":{}";

    @TempDir
    Path folder;

    private List<String> lines = List.of();

    @BeforeEach
    void fiveLines() {
        lines = SampleJournal.lines(5);
    }

    @Test
    void aWholeChainPassesAndIsToldWithItsLastHash() throws IOException {
        Verdict verdict = verify(SampleJournal.file(lines));
        assertThat(verdict.result()).isEqualTo(Verdict.Result.VERIFIED);
        assertThat(verdict.findings().getFirst().text())
                .isEqualTo("5 entries, the last hash " + SampleJournal.hashOf(lines.getLast()));
        assertThat(verdict.findings().getLast()).isInstanceOf(Finding.Remarked.class);
        assertThat(verdict.findings().getLast().text()).contains("not anchored");
    }

    @Test
    void anEmptyJournalPasses() throws IOException {
        assertThat(verify("").result()).isEqualTo(Verdict.Result.VERIFIED);
    }

    @Test
    void everyFlippedByteIsFound() throws IOException {
        byte[] whole = SampleJournal.file(lines).getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < whole.length; at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= (byte) (1 << at % 7);
            assertThat(verify(flipped).result()).as("byte %d", at).isNotEqualTo(Verdict.Result.VERIFIED);
        }
    }

    @Test
    void everyRemovedLineButTheLastIsFoundAtTheNextOne() throws IOException {
        for (int removed = 0; removed < 4; removed++) {
            List<String> rest = new ArrayList<>(lines);
            rest.remove(removed);
            assertFailed(SampleJournal.file(rest), "journal line " + (removed + 1) + ": it does not follow");
        }
    }

    @Test
    void movedAndRepeatedLinesAreFound() throws IOException {
        List<String> moved = new ArrayList<>(lines);
        Collections.swap(moved, 1, 3);
        assertFailed(SampleJournal.file(moved), "journal line 2: it does not follow");
        List<String> repeated = new ArrayList<>(lines);
        repeated.add(2, repeated.get(1));
        assertFailed(SampleJournal.file(repeated), "journal line 3: it does not follow");
    }

    @Test
    void anEditedLineWithANewHashIsFoundAtTheNextOne() throws IOException {
        List<String> edited = new ArrayList<>(lines);
        edited.set(1, SampleJournal.line("{\"seq\":2" + AT + REST, SampleJournal.hashOf(lines.getFirst())));
        assertFailed(SampleJournal.file(edited), "journal line 3: it does not follow");
    }

    @Test
    void aLastLineCutAnywhereIsSaidNeverVerified() throws IOException {
        String whole = SampleJournal.file(lines);
        int start = SampleJournal.file(lines.subList(0, 4)).getBytes(StandardCharsets.UTF_8).length;
        byte[] bytes = whole.getBytes(StandardCharsets.UTF_8);
        for (int length = start + 1; length < bytes.length; length++) {
            Verdict verdict = verify(Arrays.copyOf(bytes, length));
            assertThat(verdict.result()).as("%d bytes", length).isEqualTo(Verdict.Result.INCOMPLETE);
            assertThat(verdict.findings().getFirst().text()).contains("4 entries");
        }
    }

    static Stream<Arguments> wrongFirstLines() {
        return Stream.of(
                Arguments.of("number", SampleJournal.line("{\"seq\":2" + AT + REST, ZEROS)),
                Arguments.of("does not follow", SampleJournal.line("{\"seq\":1" + AT + REST, "1".repeat(64))),
                Arguments.of("white space", SampleJournal.line("{\"seq\": 1" + AT + REST, ZEROS)),
                Arguments.of("order", SampleJournal.line("{" + AT.substring(1) + ",\"seq\":1" + REST, ZEROS)),
                Arguments.of("order", SampleJournal.line("{\"seq\":1" + AT + REST + ",\"more\":1", ZEROS)),
                Arguments.of("nine decimals", SampleJournal.line("{\"seq\":1,\"at\":\"yesterday\"" + REST, ZEROS)),
                Arguments.of(
                        "sorted",
                        SampleJournal.line("{\"seq\":1" + AT + REST.replace("{}", "{\"b\":\"\",\"a\":\"\"}"), ZEROS)),
                Arguments.of(
                        "a string is needed",
                        SampleJournal.line("{\"seq\":1" + AT + REST.replace("{}", "{\"b\":1}"), ZEROS)),
                Arguments.of("not JSON", "not json"),
                Arguments.of("not a JSON object", ""),
                Arguments.of("not a JSON object", "[]"),
                Arguments.of("bytes", "x".repeat(JournalCheck.LINE_BYTES_MAX + 1)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongFirstLines")
    void aLineThatIsNotAsThePageSaysIsFound(String text, String line) throws IOException {
        assertFailed(line + "\n", text);
    }

    @Test
    void randomBytesNeverMakeAnException() throws IOException {
        Random random = new Random(7);
        byte[] start = SampleJournal.file(lines).getBytes(StandardCharsets.UTF_8);
        for (int round = 0; round < 1000; round++) {
            byte[] bytes = new byte[1 + random.nextInt(600)];
            random.nextBytes(bytes);
            System.arraycopy(start, 0, bytes, 0, random.nextInt(bytes.length));
            bytes[bytes.length - 1] = '\n';
            assertThat(verify(bytes).result()).isEqualTo(Verdict.Result.FAILED);
        }
    }

    private void assertFailed(String file, String text) throws IOException {
        Verdict verdict = verify(file);
        assertThat(verdict.result()).isEqualTo(Verdict.Result.FAILED);
        assertThat(verdict.findings().getFirst().text()).contains(text);
    }

    private Verdict verify(String file) throws IOException {
        return verify(file.getBytes(StandardCharsets.UTF_8));
    }

    private Verdict verify(byte[] file) throws IOException {
        return new JournalCheck().verify(Files.write(folder.resolve("journal.jsonl"), file));
    }
}
