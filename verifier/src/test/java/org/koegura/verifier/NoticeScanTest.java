package org.koegura.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.verifier.NoticeScan.Result;
import tools.jackson.databind.node.ObjectNode;

/// A recording that nothing justifies is found by its packets, and by nothing that is only damaged.
class NoticeScanTest {

    /// An eighth of a second before the notice's end.
    private static final long IN_THE_NOTICE = SampleRecording.NOTICE_END - 125_000_000L;

    /// Of every sample.
    private static final String ANSWER = "2026-11-24T01:02:03.000000000Z";

    @TempDir
    Path data;

    @Test
    void packetsAfterTheNoticeAreJustified() throws IOException {
        assertThat(scan(SampleRecording.usual())).isEqualTo(new Result.Justified(12));
    }

    @Test
    void aPacketBeforeTheLastOneOfTheNoticeIsUnnoticed() throws IOException {
        assertThat(scan(early(IN_THE_NOTICE)))
                .isEqualTo(new Result.Unnoticed(
                        "inbound",
                        "packet 7 of the recording (outside) arrived at 2026-11-24T01:02:09.875Z,"
                                + " not after the notice ended at 2026-11-24T01:02:10Z"));
    }

    @Test
    void aPacketAtTheEndOfTheNoticeIsUnnoticed() throws IOException {
        assertThat(scan(early(SampleRecording.NOTICE_END))).isInstanceOf(Result.Unnoticed.class);
    }

    /// What the manifest says of capture is what the gate says.
    @Test
    void itIsUnnoticedWhateverTheManifestSaysOfCapture() throws IOException {
        SampleRecording recording = early(IN_THE_NOTICE);
        recording.manifest =
                manifest -> ((ObjectNode) manifest.get("capture")).put("startedAt", "2026-11-24T01:02:09.000000000Z");
        assertThat(scan(recording)).isInstanceOf(Result.Unnoticed.class);
    }

    @Test
    void anExemptionJustifiesPacketsFromItsTimeOn() throws IOException {
        assertThat(scan(exempted(1, "2026-11-24T01:02:09.875000000Z"))).isEqualTo(new Result.Justified(12));
    }

    @Test
    void anExemptionJustifiesNothingBeforeItself() throws IOException {
        assertThat(scan(exempted(1, "2026-11-24T01:02:09.875000001Z")))
                .isEqualTo(new Result.Unnoticed(
                        "inbound",
                        "packet 7 of the recording (outside) arrived at 2026-11-24T01:02:09.875Z,"
                                + " before the exemption at 2026-11-24T01:02:09.875000001Z"));
    }

    @Test
    void anAttestationJustifiesNothingBeforeItselfAndOfNobodyNothing() throws IOException {
        assertThat(scan(attested("operator", "2026-11-24T01:02:09.875000000Z"))).isEqualTo(new Result.Justified(12));
        assertThat(scan(attested("operator", "2026-11-24T01:02:09.875000001Z")))
                .isEqualTo(new Result.Unnoticed(
                        "inbound",
                        "packet 7 of the recording (outside) arrived at 2026-11-24T01:02:09.875Z,"
                                + " before the attestation at 2026-11-24T01:02:09.875000001Z"));
        for (SampleRecording idle : List.of(
                attested(null, "2026-11-24T01:02:09.875000000Z"),
                attested(" ", "2026-11-24T01:02:09.875000000Z"),
                attested("operator", "2026-11-23T01:02:09.875000000Z"))) {
            assertThat(scan(idle))
                    .isInstanceOfSatisfying(
                            Result.Unnoticed.class,
                            found -> assertThat(found.why()).contains("nothing justifies it"));
        }
    }

    private static SampleRecording attested(@Nullable String author, String at) {
        SampleRecording recording = early(IN_THE_NOTICE);
        recording.manifest = manifest -> {
            ObjectNode basis = manifest.putObject("basis")
                    .put("kind", "attested")
                    .put("at", at)
                    .put("channel", "api")
                    .put("stage", "oral-notice");
            if (author != null) {
                basis.put("author", author);
            }
        };
        return recording;
    }

    /// Flagged while it rang, in a call that was then answered.
    @Test
    void nothingJustifiesAPacketBeforeTheAnswer() throws IOException {
        SampleRecording recording = exempted(2, "2026-11-24T01:02:01.500000000Z");
        long answered = SampleRecording.NOTICE_END - 7_000_000_000L;
        move(recording, 3, answered - 1);
        assertThat(scan(recording))
                .isInstanceOfSatisfying(
                        Result.Unnoticed.class,
                        found -> assertThat(found.why())
                                .startsWith("packet 3 of the recording (outside)")
                                .endsWith("before the answer at 2026-11-24T01:02:03Z"));
        move(recording, 3, answered);
        assertThat(scan(recording)).isEqualTo(new Result.Justified(12));
    }

    /// One that was played while it rang.
    @Test
    void aNoticeThatEndedBeforeTheAnswerJustifiesPacketsFromTheAnswerOn() throws IOException {
        long answered = SampleRecording.NOTICE_END - 7_000_000_000L;
        SampleRecording recording = early(answered);
        recording.manifest =
                manifest -> ((ObjectNode) manifest.get("basis")).put("endedAt", "2026-11-24T01:02:02.000000000Z");
        assertThat(scan(recording)).isEqualTo(new Result.Justified(12));
        move(recording, 7, answered - 1);
        assertThat(scan(recording))
                .isInstanceOfSatisfying(
                        Result.Unnoticed.class,
                        found -> assertThat(found.why()).endsWith("before the answer at 2026-11-24T01:02:03Z"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4})
    void aGroundThatTheOrdinanceDoesNotKnowJustifiesNothing(int ground) throws IOException {
        assertThat(scan(exempted(ground, ANSWER)))
                .isInstanceOfSatisfying(
                        Result.Unnoticed.class,
                        found -> assertThat(found.why())
                                .contains("nothing justifies it")
                                .contains("ground"));
    }

    @Test
    void packetsWithNeitherNoticeNorExemptionAreUnnoticed() throws IOException {
        SampleRecording recording = SampleRecording.usual();
        recording.manifest = manifest -> manifest.remove("basis");
        assertThat(scan(recording))
                .isInstanceOfSatisfying(
                        Result.Unnoticed.class,
                        found -> assertThat(found.why())
                                .contains("nothing justifies it")
                                .contains("basis: is missing"));
    }

    @Test
    void whereNothingWasKeptNothingHasToBeJustified() throws IOException {
        SampleRecording recording = new SampleRecording();
        recording.manifest = manifest -> manifest.remove("basis");
        assertThat(scan(recording)).isEqualTo(new Result.Justified(0));
    }

    @Test
    void itTellsOfWhichDirection() throws IOException {
        SampleRecording recording = early(IN_THE_NOTICE);
        recording.manifest = manifest -> manifest.put("direction", "outbound");
        assertThat(scan(recording))
                .isInstanceOfSatisfying(
                        Result.Unnoticed.class,
                        found -> assertThat(found.direction()).isEqualTo("outbound"));
    }

    /// Damage may not hide one: what was read before it stands.
    @Test
    void damageBehindAnUnnoticedPacketDoesNotJustifyIt() throws IOException {
        assertThat(scan(early(IN_THE_NOTICE), cutBy(1))).isInstanceOf(Result.Unnoticed.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 40, 400})
    void aFileThatWasCutIsUnreadableAndNotUnnoticed(int bytes) throws IOException {
        assertThat(scan(SampleRecording.usual(), cutBy(bytes))).isInstanceOf(Result.Unreadable.class);
    }

    @Test
    void everyFlippedByteIsUnreadableAndNeverUnnoticed() throws IOException {
        Path folder = SampleRecording.usual().write(data);
        for (String name : new String[] {"packets.kgr", "manifest.json", "manifest.sig"}) {
            Path file = folder.resolve(name);
            byte[] whole = Files.readAllBytes(file);
            for (int at = 0; at < whole.length; at += 7) {
                byte[] changed = whole.clone();
                changed[at] ^= 1;
                Files.write(file, changed);
                assertThat(scan(folder)).as(name + " at " + at).isInstanceOf(Result.Unreadable.class);
            }
            Files.write(file, whole);
        }
        assertThat(scan(folder)).isEqualTo(new Result.Justified(12));
    }

    @ParameterizedTest
    @ValueSource(strings = {"packets.kgr", "manifest.json", "manifest.sig"})
    void aMissingFileIsUnreadable(String name) throws IOException {
        Path folder = SampleRecording.usual().write(data);
        Files.delete(folder.resolve(name));
        assertThat(scan(folder)).isInstanceOf(Result.Unreadable.class);
    }

    @Test
    void aKeyThatIsNotThereIsToldAndNothingIsJudged() throws IOException {
        Path folder = early(IN_THE_NOTICE).write(data);
        Files.delete(data.resolve("keys").resolve("recordings").resolve(SampleRecording.ID + ".key"));
        assertThat(scan(folder))
                .isInstanceOfSatisfying(
                        Result.Unreadable.class,
                        found -> assertThat(found.why()).contains("the key may have been destroyed"));
    }

    @Test
    void whatWasOverwrittenMeanwhileIsGone() {
        assertThat(scan(data.resolve(SampleRecording.DAY).resolve(SampleRecording.ID)))
                .isEqualTo(new Result.Gone());
    }

    @Test
    void itReadsAChunkAStep() throws IOException {
        try (NoticeScan scan = NoticeScan.open(SampleRecording.usual().write(data), data.resolve("keys"))) {
            int steps = 1;
            while (scan.step()) {
                steps++;
            }
            assertThat(steps).as("15 blocks in 4 chunks, and the end").isEqualTo(5);
            assertThat(scan.step()).isFalse();
        }
    }

    /// The eighth packet, not the first in the file, is the earliest.
    private static SampleRecording early(long nanos) {
        SampleRecording recording = SampleRecording.usual();
        move(recording, 7, nanos);
        return recording;
    }

    private static void move(SampleRecording recording, int index, long nanos) {
        SamplePcapng.Packet packet = recording.packets.get(index);
        recording.packets.set(index, new SamplePcapng.Packet(packet.leg(), nanos, packet.datagram(), packet.ipv6()));
    }

    private static SampleRecording exempted(int ground, String at) {
        SampleRecording recording = early(IN_THE_NOTICE);
        recording.manifest = manifest -> manifest.putObject("basis")
                .put("kind", "exempted")
                .put("ground", ground)
                .put("author", "operator")
                .put("at", at)
                .put("channel", "api")
                .put("stage", "notice");
        return recording;
    }

    private static Consumer<Path> cutBy(int bytes) {
        return folder -> {
            Path file = folder.resolve("packets.kgr");
            try {
                byte[] whole = Files.readAllBytes(file);
                Files.write(file, Arrays.copyOf(whole, whole.length - bytes));
            } catch (IOException fault) {
                throw new UncheckedIOException(fault);
            }
        };
    }

    private Result scan(SampleRecording recording) throws IOException {
        return scan(recording, folder -> {});
    }

    private Result scan(SampleRecording recording, Consumer<Path> damage) throws IOException {
        Path folder = recording.write(data);
        damage.accept(folder);
        return scan(folder);
    }

    private Result scan(Path folder) {
        try (NoticeScan scan = NoticeScan.open(folder, data.resolve("keys"))) {
            boolean more = true;
            while (more) {
                more = scan.step();
            }
            return scan.result();
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }
}
