package org.koegura.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.verifier.Verdicts.failedChecks;
import static org.koegura.verifier.Verdicts.texts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.verifier.format.ByteRange;
import org.koegura.verifier.format.RecordingFolder;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class VerifierTest {

    private static final String OPUS = "{\"formats\":[{\"payloadType\":111,\"encodingName\":\"OPUS\","
            + "\"clockRateHz\":48000,\"packetMillis\":20}],\"later\":1}";

    @TempDir
    Path data;

    private final Verifier verifier = new Verifier();

    @Test
    void aSealedRecordingPassesAllNineChecks() throws IOException {
        Path folder = SampleRecording.usual().write(data);
        Verdict verdict = verify(folder);
        assertThat(verdict.findings()).allMatch(Finding.Passed.class::isInstance);
        assertThat(verdict.findings())
                .extracting(finding -> finding.check().label())
                .containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "9");
        assertThat(verdict.result()).isEqualTo(Verdict.Result.VERIFIED);
    }

    @Test
    void aRecordingWithoutPacketsPasses() throws IOException {
        assertThat(verify(new SampleRecording().write(data)).result()).isEqualTo(Verdict.Result.VERIFIED);
    }

    @Test
    void aCodecThatWasAgreedInMidCallIsKnownFromItsFormatsBlock() throws IOException {
        SampleRecording recording = saying(111);
        recording.blocks = list -> list.add(5, SamplePcapng.formats(0, SampleRecording.NOTICE_END + 1, OPUS));
        Verdict verdict = verify(recording.write(data));
        assertThat(verdict.findings()).allMatch(Finding.Passed.class::isInstance);
        assertThat(verdict.result()).isEqualTo(Verdict.Result.VERIFIED);
    }

    /// A member of the format's page that says how packets came, and nothing of what they are.
    @Test
    void aLegWhosePacketsCameEncryptedVerifiesAsAnyOther() throws IOException {
        SampleRecording recording = SampleRecording.usual();
        recording.facts = facts -> {
            ObjectNode inside = (ObjectNode) facts.withArray("formats").get(0);
            inside.put("srtp", "AES_CM_128_HMAC_SHA1_80");
        };
        assertThat(verify(recording.write(data)).findings()).allMatch(Finding.Passed.class::isInstance);
    }

    /// The block may come after the first packets, even as the last.
    @Test
    void aMeaningThatIsToldLateHoldsForWhatCameBefore() throws IOException {
        SampleRecording recording = saying(111);
        recording.blocks = list -> list.add(SamplePcapng.formats(0, SampleRecording.NOTICE_END + 1, OPUS));
        assertThat(verify(recording.write(data)).findings()).allMatch(Finding.Passed.class::isInstance);
    }

    @Test
    void packetsThatNobodyCanUnderstandAreRemarked() throws IOException {
        SampleRecording recording = saying(111);
        recording.blocks = list -> list.add(SamplePcapng.formats(1, SampleRecording.NOTICE_END + 1, OPUS));
        Verdict verdict = verify(recording.write(data));
        assertThat(verdict.result()).isEqualTo(Verdict.Result.VERIFIED);
        assertThat(verdict.findings())
                .filteredOn(Finding.Remarked.class::isInstance)
                .singleElement()
                .satisfies(remark -> {
                    assertThat(remark.check()).isEqualTo(Check.PLAINTEXT);
                    assertThat(remark.text())
                            .startsWith("inside: no format is told for 1 packets of payload type 111;");
                });
        assertThat(verdict.findings()).contains(new Finding.Passed(Check.ARRIVALS, ""));
    }

    /// Four packets of one leg that came in a span and were not kept for that.
    private static void withhold(ObjectNode manifest, String reason) {
        ObjectNode inside = (ObjectNode) manifest.get("streams").get(0);
        inside.put("received", inside.get("received").longValue() + 4);
        ((ObjectNode) inside.get("withheld")).put(reason, 4);
        declare(manifest, reason);
    }

    private static void declare(ObjectNode manifest, String reason) {
        manifest.putArray("spans")
                .addObject()
                .put("from", "2026-11-24T01:02:20.000000000Z")
                .put("to", "2026-11-24T01:03:00.000000000Z")
                .put("reason", reason);
    }

    @Test
    void aTimeWithoutAudioIsRemarkedAndIsNoFault() throws IOException {
        SampleRecording recording = SampleRecording.usual();
        recording.manifest = manifest -> declare(manifest, "fax");
        Verdict verdict = verify(recording.write(data));
        assertThat(verdict.result()).isEqualTo(Verdict.Result.VERIFIED);
        assertThat(verdict.findings())
                .filteredOn(Finding.Remarked.class::isInstance)
                .containsExactly(new Finding.Remarked(
                        Check.ACCOUNTING,
                        "from 2026-11-24T01:02:20Z to 2026-11-24T01:03:00Z there was no audio to keep (fax)"));
        assertThat(verdict.findings())
                .contains(new Finding.Passed(Check.ACCOUNTING, ""), new Finding.Passed(Check.ARRIVALS, ""));
    }

    /// Packets of the audio arrived meanwhile and are kept, which in a span they must not be.
    @Test
    void aTimeInWhichMoreThanTheAudioWasRelayedIsRemarkedAndIsNoFault() throws IOException {
        SampleRecording recording = SampleRecording.usual();
        recording.manifest = manifest -> manifest.putArray("relayedOnly")
                .addObject()
                .put("from", "2026-11-24T01:02:10.000000001Z")
                .put("to", "2026-11-24T01:03:00.000000000Z");
        Verdict verdict = verify(recording.write(data));
        assertThat(verdict.result()).isEqualTo(Verdict.Result.VERIFIED);
        assertThat(verdict.findings())
                .contains(
                        new Finding.Remarked(
                                Check.ACCOUNTING,
                                "from 2026-11-24T01:02:10.000000001Z to 2026-11-24T01:03:00Z more than the audio"
                                        + " was relayed, and nothing of that is kept"),
                        new Finding.Passed(Check.ACCOUNTING, ""),
                        new Finding.Passed(Check.ARRIVALS, ""));
    }

    @Test
    void aTimeThatStandsForSeveralForWantOfRoomIsRemarkedAsSuch() throws IOException {
        SampleRecording recording = SampleRecording.usual();
        recording.manifest = manifest -> manifest.putArray("relayedOnly")
                .addObject()
                .put("from", "2026-11-24T01:02:10.000000001Z")
                .put("to", "2026-11-24T01:03:00.000000000Z")
                .put("merged", true);
        Verdict verdict = verify(recording.write(data));
        assertThat(verdict.result()).isEqualTo(Verdict.Result.VERIFIED);
        assertThat(verdict.findings())
                .contains(new Finding.Remarked(
                        Check.ACCOUNTING,
                        "from 2026-11-24T01:02:10.000000001Z to 2026-11-24T01:03:00Z more than the audio"
                                + " was relayed now and then, and nothing of that is kept"));
    }

    @Test
    void whatAPartySentBeyondAnyCodecIsAGapAsAnyOther() throws IOException {
        SampleRecording recording = SampleRecording.usual();
        recording.manifest = manifest -> ((ObjectNode) manifest.get("gaps").get(0)).put("reason", "flood");
        assertThat(verify(recording.write(data)).findings()).allMatch(Finding.Passed.class::isInstance);
    }

    @Test
    void aLostCommandIsRemarkedAndIsNoFaultAndCountsAsWithheld() throws IOException {
        SampleRecording recording = SampleRecording.usual(); // which is partial for its gap
        recording.manifest = manifest -> withhold(manifest, "command-lost");
        Verdict verdict = verify(recording.write(data));
        assertThat(verdict.result()).isEqualTo(Verdict.Result.VERIFIED);
        assertThat(verdict.findings())
                .filteredOn(Finding.Remarked.class::isInstance)
                .containsExactly(new Finding.Remarked(
                        Check.ACCOUNTING,
                        "from 2026-11-24T01:02:20Z to 2026-11-24T01:03:00Z nothing was kept, for a command of the"
                                + " signalling had been lost"));
    }

    @Test
    void aPauseIsRemarkedAndIsNoFaultAndCountsAsWithheld() throws IOException {
        SampleRecording recording = SampleRecording.usual();
        recording.manifest = manifest -> withhold(manifest, "pause");
        Verdict verdict = verify(recording.write(data));
        assertThat(verdict.result()).isEqualTo(Verdict.Result.VERIFIED);
        assertThat(verdict.findings())
                .filteredOn(Finding.Remarked.class::isInstance)
                .containsExactly(new Finding.Remarked(
                        Check.ACCOUNTING, "from 2026-11-24T01:02:20Z to 2026-11-24T01:03:00Z capture was paused"));
        assertThat(verdict.findings())
                .contains(new Finding.Passed(Check.ACCOUNTING, ""), new Finding.Passed(Check.ARRIVALS, ""));
    }

    static SampleRecording interrupted(String from, String to) {
        SampleRecording recording = SampleRecording.usual();
        recording.manifest = manifest -> {
            manifest.put("end", "interrupted");
            manifest.putObject("interruption").put("from", from).put("to", to);
        };
        return recording;
    }

    @Test
    void aRecordingThatWasCutByAKillHoldsAndSaysSo() throws IOException {
        SampleRecording recording = interrupted("2026-11-24T01:03:00.000000000Z", "2026-11-24T01:09:00.000000000Z");
        Verdict verdict = verify(recording.write(data));
        assertThat(verdict.result()).isEqualTo(Verdict.Result.VERIFIED);
        assertThat(verdict.findings())
                .filteredOn(Finding.CutOff.class::isInstance)
                .containsExactly(new Finding.CutOff(
                        Check.ACCOUNTING,
                        "cut off: the recorder ended during the call, and of what arrived from 2026-11-24T01:03:00Z to"
                                + " 2026-11-24T01:09:00Z nothing is known"));
        assertThat(verdict.isCutOff()).isTrue();
        assertThat(verdict.findings()).contains(new Finding.Passed(Check.ACCOUNTING, ""));
    }

    @Test
    void anInterruptionThatIsNotDeclaredOrEndsBeforeItStartsFails() throws IOException {
        SampleRecording undeclared = SampleRecording.usual();
        undeclared.manifest = manifest -> manifest.put("end", "interrupted");
        assertThat(texts(verify(undeclared.write(data.resolve("one"))), Check.ACCOUNTING))
                .contains("interruption: is missing");
        SampleRecording reversed = interrupted("2026-11-24T01:09:00.000000000Z", "2026-11-24T01:03:00.000000000Z");
        assertThat(texts(verify(reversed.write(data.resolve("other"))), Check.ACCOUNTING))
                .contains("the interruption ends before it starts");
    }

    @Test
    void anEmptyLastChunkClosesAFile() throws IOException {
        SampleRecording recording = SampleRecording.usual();
        recording.plaintexts = chunks -> chunks.add(new byte[0]);
        assertThat(verify(recording.write(data)).result()).isEqualTo(Verdict.Result.VERIFIED);
    }

    @Test
    void withoutKeysWhatIsEncryptedIsNotCheckedAndSaidSo() throws IOException {
        Path folder = SampleRecording.usual().write(data);
        Verdict verdict = verifier.verify(folder, Options.none());
        assertThat(verdict.result()).isEqualTo(Verdict.Result.INCOMPLETE);
        assertThat(verdict.findings().stream().filter(Finding.NotChecked.class::isInstance))
                .extracting(Finding::check)
                .containsExactly(Check.SIGNATURE, Check.PLAINTEXT, Check.RECEIVED, Check.ARRIVALS);
    }

    @Test
    void aDestroyedKeyLeavesTheCiphertextVerifiable() throws IOException {
        Path folder = SampleRecording.usual().write(data);
        Files.delete(data.resolve("keys/recordings").resolve(SampleRecording.ID + ".key"));
        Verdict verdict = verify(folder);
        assertThat(verdict.result()).isEqualTo(Verdict.Result.INCOMPLETE);
        assertThat(texts(verdict, Check.PLAINTEXT)).contains("may have been destroyed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"packets.kgr", "manifest.json", "manifest.sig"})
    void everyFlippedByteIsFound(String name) throws IOException {
        Path file = SampleRecording.usual().write(data).resolve(name);
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length; at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= (byte) (1 << at % 8);
            Files.write(file, flipped);
            assertFailed(file.getParent(), name + " with byte " + at + " flipped");
        }
        Files.write(file, whole);
        assertThat(verify(folderOf(file)).result()).isEqualTo(Verdict.Result.VERIFIED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"packets.kgr", "manifest.json", "manifest.sig"})
    void everyTruncationIsFound(String name) throws IOException {
        Path file = SampleRecording.usual().write(data).resolve(name);
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertFailed(file.getParent(), name + " cut to " + length + " bytes");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"packets.kgr", "manifest.json", "manifest.sig"})
    void aMissingFileIsNamed(String name) throws IOException {
        Path folder = SampleRecording.usual().write(data);
        Files.delete(folder.resolve(name));
        assertThat(texts(verify(folder), Check.FILES)).contains(name);
        assertFailed(folder, name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"packets.kgr", "manifest.json", "manifest.sig"})
    void aLinkInPlaceOfAFileIsNotFollowed(String name) throws IOException {
        Path folder = SampleRecording.usual().write(data);
        Path elsewhere = data.resolve("elsewhere");
        Files.move(folder.resolve(name), elsewhere);
        Files.createSymbolicLink(folder.resolve(name), elsewhere);
        assertFailed(folder, name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"packets.kgr", "manifest.json", "manifest.sig"})
    void randomBytesInPlaceOfAFileFailWithoutAnException(String name) throws IOException {
        Path folder = SampleRecording.usual().write(data);
        Random random = new Random(name.hashCode());
        byte[] start = Files.readAllBytes(folder.resolve(name));
        for (int round = 0; round < 500; round++) {
            byte[] bytes = new byte[random.nextInt(400)];
            random.nextBytes(bytes);
            int kept = random.nextInt(Math.min(start.length, bytes.length + 1));
            System.arraycopy(start, 0, bytes, 0, kept);
            Files.write(folder.resolve(name), bytes);
            assertFailed(folder, name + " in round " + round);
        }
    }

    @Test
    void theFirstBadPieceIsNamedToItsBytes() throws IOException {
        Path file = large().write(data).resolve("packets.kgr");
        byte[] bytes = Files.readAllBytes(file);
        bytes[65_536 + 17] ^= 1;
        bytes[3 * 65_536] ^= 1;
        Files.write(file, bytes);
        Finding.Failed failed = firstFailed(verify(folderOf(file)), Check.CIPHERTEXT);
        assertThat(failed.range()).isEqualTo(new ByteRange("packets.kgr", 65_536, 131_071));
        assertThat(failed.text())
                .isEqualTo("packets.kgr bytes 65536–131071 are not what was sealed, and 1 later pieces neither");
    }

    @Test
    void addedAndMissingBytesAreNamed() throws IOException {
        Path file = SampleRecording.usual().write(data).resolve("packets.kgr");
        byte[] bytes = Files.readAllBytes(file);
        int length = bytes.length;
        Files.write(file, Arrays.copyOf(bytes, length + 5));
        assertThat(texts(verify(folderOf(file)), Check.CIPHERTEXT))
                .contains("packets.kgr bytes " + length + "–" + (length + 4) + " were added");
        assertThat(texts(verify(folderOf(file)), Check.CHUNKS)).contains("bytes follow the last chunk");
        Files.write(file, Arrays.copyOf(bytes, length - 5));
        assertThat(texts(verify(folderOf(file)), Check.CIPHERTEXT))
                .contains("packets.kgr bytes " + (length - 5) + "–" + (length - 1) + " are missing");
    }

    @Test
    void aRecordingMovedUnderAnotherNameFails() throws IOException {
        Path folder = SampleRecording.usual().write(data);
        Path other = Files.move(folder, folder.resolveSibling("ff".repeat(16)));
        assertThat(failedChecks(verify(other))).containsExactly(Check.FILES);
    }

    @Test
    void anotherSignersRecordingFailsWhereTrustIsGivenAndIsIncompleteWhereNot() throws IOException {
        SampleRecording forged = SampleRecording.usual();
        forged.signer = SampleRecording.keyPair();
        Path folder = forged.write(data);
        assertThat(failedChecks(verify(folder))).containsExactly(Check.SIGNATURE);
        Verdict verdict = verifier.verify(folder, new Options(data.resolve("keys"), List.of()));
        assertThat(verdict.result()).isEqualTo(Verdict.Result.INCOMPLETE);
    }

    @Test
    void theWrongMasterKeyFails() throws IOException {
        Path folder = SampleRecording.usual().write(data);
        Files.writeString(data.resolve("keys/master.key"), "00".repeat(32));
        assertThat(failedChecks(verify(folder))).containsExactly(Check.PLAINTEXT);
        Files.writeString(data.resolve("keys/master.key"), "no key");
        assertThat(failedChecks(verify(folder))).containsExactly(Check.PLAINTEXT);
    }

    private static Consumer<ObjectNode> reports(String reports) {
        return manifest -> ((ObjectNode) manifest.get("basis"))
                .set("receiverReports", JsonMapper.builder().build().readTree(reports));
    }

    private Verdict reported(String reports) throws IOException {
        SampleRecording recording = SampleRecording.usual();
        recording.manifest = reports(reports);
        Verdict verdict = verify(recording.write(data));
        assertThat(verdict.result()).isEqualTo(Verdict.Result.VERIFIED);
        return verdict;
    }

    @Test
    void whatTheOtherPartyReportedOfTheNoticeIsToldAsItWasReceived() throws IOException {
        assertThat(texts(reported("[]"), Check.NOTICE))
                .isEqualTo("the other party sent no receiver report on the notice");
        String before = """
                {"at":"2026-11-24T01:02:08.000000000Z","fractionLost":1,"cumulativeLost":-2,"highestSequence":65875,
                 "jitterTicks":4}""";
        assertThat(texts(reported("[" + before + "]"), Check.NOTICE))
                .isEqualTo("receiver reports on the notice: 1; none tells of its last packet");
        String after = """
                {"at":"2026-11-24T01:02:13.000000000Z","fractionLost":12,"cumulativeLost":7,"highestSequence":65876,
                 "jitterTicks":4}""";
        assertThat(texts(reported("[" + before + "," + after + "]"), Check.NOTICE))
                .isEqualTo("receiver reports on the notice: 2; the first at or after its last packet came at"
                        + " 2026-11-24T01:02:13Z: 12/256 lost in its interval, 7 in all, highest sequence 65876");
        Verdict lossy = reported("[" + after.replace("12,", "13,") + "]");
        assertThat(lossy.findings())
                .contains(new Finding.Remarked(
                        Check.NOTICE,
                        "the other party's report at 2026-11-24T01:02:13Z shows 13/256 lost in its interval,"
                                + " more than 5 %"));
    }

    @Test
    void anExemptionMustComeBeforeCapture() throws IOException {
        SampleRecording lawful = exempted("2026-11-24T01:02:10.000000000Z");
        assertThat(verify(lawful.write(data)).result()).isEqualTo(Verdict.Result.VERIFIED);
        SampleRecording late = exempted("2026-11-24T01:02:10.000000001Z");
        assertThat(failedChecks(verify(late.write(data)))).containsExactly(Check.NOTICE);
    }

    @Test
    void anAttestationMustComeBeforeCaptureAndName() throws IOException {
        SampleRecording lawful = attested("2026-11-24T01:02:10.000000000Z");
        assertThat(verify(lawful.write(data)).result()).isEqualTo(Verdict.Result.VERIFIED);
        SampleRecording late = attested("2026-11-24T01:02:10.000000001Z");
        Verdict verdict = verify(late.write(data));
        assertThat(failedChecks(verdict)).containsExactly(Check.NOTICE);
        assertThat(texts(verdict, Check.NOTICE)).contains("before the attestation at");
        SampleRecording nobodys = attested("2026-11-24T01:02:10.000000000Z");
        Consumer<ObjectNode> said = nobodys.manifest;
        nobodys.manifest = manifest -> {
            said.accept(manifest);
            ((ObjectNode) manifest.get("basis")).remove("author");
        };
        assertThat(failedChecks(verify(nobodys.write(data)))).contains(Check.NOTICE);
        nobodys.manifest = manifest -> {
            said.accept(manifest);
            ((ObjectNode) manifest.get("basis")).put("author", " ");
        };
        assertThat(texts(verify(nobodys.write(data)), Check.NOTICE)).contains("names nobody");
        assertThat(texts(verify(attested("2026-11-23T01:02:10.000000000Z").write(data)), Check.NOTICE))
                .contains("older than the answer");
    }

    private static SampleRecording attested(String at) {
        SampleRecording recording = SampleRecording.usual();
        recording.manifest = manifest -> manifest.putObject("basis")
                .put("kind", "attested")
                .put("author", "operator")
                .put("at", at)
                .put("channel", "console")
                .put("stage", "oral-notice");
        return recording;
    }

    @Test
    void aManifestOfMoreThanSixteenMebibytesOrTooDeepIsRefused() throws IOException {
        Path folder = SampleRecording.usual().write(data);
        Files.write(folder.resolve("manifest.json"), new byte[RecordingFolder.MANIFEST_BYTES_MAX + 1]);
        assertThat(texts(verify(folder), Check.FILES)).contains("more than 16777216 bytes");
        Files.writeString(folder.resolve("manifest.json"), "{\"a\":".repeat(100_000));
        assertFailed(folder, "nesting");
        Files.writeString(folder.resolve("manifest.json"), "{\"format\":\"x\",\"format\":\"koegura-recording/1\"}");
        assertFailed(folder, "a name that stands twice");
    }

    @Test
    void whatIsNotThereFailsWithoutAnException() {
        assertThat(verify(data.resolve("nowhere")).result()).isEqualTo(Verdict.Result.FAILED);
    }

    /// One packet of the inside party, among others, is of this type.
    private static SampleRecording saying(int payloadType) {
        SampleRecording recording = SampleRecording.usual();
        byte[] datagram = new byte[72];
        datagram[0] = (byte) 0x80;
        datagram[1] = (byte) payloadType;
        SamplePcapng.Packet packet = recording.packets.get(2);
        recording.packets.set(2, new SamplePcapng.Packet(0, packet.arrivalNanos(), datagram, false));
        return recording;
    }

    private static SampleRecording exempted(String at) {
        SampleRecording recording = SampleRecording.usual();
        recording.manifest = manifest -> manifest.putObject("basis")
                .put("kind", "exempted")
                .put("ground", 1)
                .put("author", "operator")
                .put("at", at)
                .put("channel", "api")
                .put("stage", "notice");
        return recording;
    }

    private static SampleRecording large() {
        SampleRecording recording = new SampleRecording();
        for (int i = 0; i < 1200; i++) {
            recording.packets.add(new SamplePcapng.Packet(
                    i % 2, SampleRecording.NOTICE_END + 1 + i * 1_000_000L, new byte[172], false));
        }
        return recording;
    }

    private Verdict verify(Path folder) {
        return verifier.verify(folder, SampleRecording.allKeys(data));
    }

    private static Path folderOf(Path file) {
        return file.resolveSibling(".").normalize();
    }

    private void assertFailed(@Nullable Path folder, String why) {
        assertThat(verify(Objects.requireNonNull(folder)).result()).as(why).isEqualTo(Verdict.Result.FAILED);
    }

    private static Finding.Failed firstFailed(Verdict verdict, Check check) {
        return verdict.findings().stream()
                .filter(finding -> finding.check() == check)
                .map(Finding.Failed.class::cast)
                .findFirst()
                .orElseThrow();
    }
}
