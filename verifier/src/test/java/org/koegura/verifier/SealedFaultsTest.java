package org.koegura.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.verifier.Verdicts.failedChecks;
import static org.koegura.verifier.Verdicts.texts;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Faults that somebody who holds the seal's key signed: hashes and signature hold, only the numbered check is left.
class SealedFaultsTest {

    private static final String FORMAT =
            "{\"payloadType\":111,\"encodingName\":\"OPUS\",\"clockRateHz\":48000,\"packetMillis\":20}";
    private static final String FORMATS = "{\"formats\":[" + FORMAT + "]}";

    @TempDir
    Path data;

    static Stream<Arguments> sealedFaults() {
        return Stream.of(
                manifest(Check.FILES, "format", m -> m.put("format", "koegura-recording/2")),
                manifest(Check.FILES, "direction", m -> m.put("direction", "sideways")),
                manifest(Check.CIPHERTEXT, "root", m -> child(m, "ciphertext").put("root", "ab".repeat(32))),
                manifest(
                        Check.CIPHERTEXT,
                        "leafBytes",
                        m -> child(m, "ciphertext").put("leafBytes", 1)),
                manifest(Check.CIPHERTEXT, "leaves", m -> child(m, "ciphertext").putArray("leaves")),
                manifest(
                        Check.CIPHERTEXT, "SHA-256", m -> child(m, "ciphertext").put("sha256", "ab".repeat(32))),
                manifest(Check.CHUNKS, "chunks", m -> child(m, "cipher").put("chunks", 5)),
                manifest(Check.NOTICE, "before the answer", m -> m.put("answeredAt", "2026-11-24T01:02:11.000000000Z")),
                manifest(
                        Check.NOTICE,
                        "before the notice ended",
                        m -> child(m, "basis").put("endedAt", "2026-11-24T01:02:10.000000001Z")),
                manifest(
                        Check.NOTICE,
                        "65530 to 340 are 347",
                        m -> child(m, "basis").put("packets", 346)),
                manifest(Check.NOTICE, "nine decimals", m -> child(m, "basis").put("endedAt", "2026-11-24T01:02:10Z")),
                manifest(
                        Check.NOTICE,
                        "encodedSha256",
                        m -> child(child(m, "basis"), "prompt").put("encodedSha256", "ab")),
                manifest(Check.NOTICE, "kind", m -> child(m, "basis").put("kind", "felt-like-it")),
                manifest(
                        Check.ACCOUNTING,
                        "inside: 16 packets",
                        m -> stream(m, 0).put("received", 16)),
                manifest(Check.ACCOUNTING, "accounted for", m -> stream(m, 1).put("recorded", 7)),
                manifest(Check.ACCOUNTING, "too large", m -> stream(m, 0).put("recorded", Long.MAX_VALUE)),
                manifest(Check.ACCOUNTING, "0 to", m -> stream(m, 0).put("recorded", -1)),
                manifest(Check.ACCOUNTING, "stands twice", m -> stream(m, 1).put("leg", "inside")),
                manifest(Check.ACCOUNTING, "is missing", m -> ((ArrayNode) m.get("streams")).remove(1)),
                manifest(Check.ACCOUNTING, "its gaps declare 3", m -> gap(m).put("packets", 3)),
                manifest(Check.ACCOUNTING, "its gaps declare 0", m -> m.putArray("gaps")),
                manifest(Check.ACCOUNTING, "must be partial", m -> m.put("outcome", "complete")),
                manifest(
                        Check.ACCOUNTING,
                        "withheld as 'mood'",
                        m -> child(stream(m, 0), "withheld").put("mood", 0)),
                manifest(Check.ACCOUNTING, "no span declares one", m -> {
                    stream(m, 0).put("received", stream(m, 0).get("received").longValue() + 4);
                    child(stream(m, 0), "withheld").put("pause", 4);
                    span(m, "20", "30"); // another one
                }),
                manifest(Check.ACCOUNTING, "as command-lost, and no span declares one", m -> {
                    stream(m, 0).put("received", stream(m, 0).get("received").longValue() + 4);
                    child(stream(m, 0), "withheld").put("command-lost", 4);
                    span(m, "20", "30"); // another one
                }),
                manifest(Check.ACCOUNTING, "must be partial", m -> {
                    withoutLoss(m).put("outcome", "complete");
                    span(m, "20", "30").put("reason", "command-lost");
                }),
                manifest(Check.ACCOUNTING, "must be complete", m -> withoutLoss(m)),
                manifest(Check.ACCOUNTING, "end", m -> m.put("end", "boredom")),
                manifest(
                        Check.ACCOUNTING,
                        "none of fax",
                        m -> span(m, "20", "30").put("reason", "boredom")),
                manifest(Check.ACCOUNTING, "ends before it starts", m -> span(m, "30", "20")),
                manifest(Check.ACCOUNTING, "not within capture", m -> span(m, "09", "20")),
                manifest(Check.ACCOUNTING, "runs into another", m -> {
                    span(m, "20", "30");
                    span(m, "29", "40");
                }),
                manifest(
                        Check.ACCOUNTING,
                        "at most 256",
                        m -> IntStream.range(0, 257).forEach(_ -> span(m, "20", "30"))),
                manifest(
                        Check.ACCOUNTING,
                        "a list of objects",
                        m -> m.putArray("spans").add(1)),
                manifest(Check.ACCOUNTING, "ends before it starts", m -> relayedOnly(m, "30", "20")),
                manifest(Check.ACCOUNTING, "not within capture", m -> relayedOnly(m, "09", "20")),
                manifest(Check.ACCOUNTING, "runs into another", m -> {
                    relayedOnly(m, "20", "30");
                    relayedOnly(m, "29", "40");
                }),
                manifest(Check.ACCOUNTING, "not the last stands for several", m -> {
                    relayedOnly(m, "20", "30").put("merged", true);
                    relayedOnly(m, "31", "40");
                }),
                manifest(
                        Check.ACCOUNTING,
                        "true is needed",
                        m -> relayedOnly(m, "20", "30").put("merged", false)),
                manifest(
                        Check.ACCOUNTING,
                        "at most 256",
                        m -> IntStream.range(0, 257).forEach(_ -> relayedOnly(m, "20", "30"))),
                manifest(Check.NOTICE, "the replay ended before it started", m -> ReplaysTest.replay(m, "30", "20")),
                manifest(Check.NOTICE, "is not within capture", m -> ReplaysTest.replay(m, "09", "20")),
                manifest(Check.NOTICE, "or runs into another", m -> {
                    ReplaysTest.replay(m, "20", "30");
                    ReplaysTest.replay(m, "29", "40");
                }),
                manifest(Check.NOTICE, "the replay is said to have 8 packets", m -> {
                    IntStream.range(0, 20).forEach(_ -> ReplaysTest.replay(m, "20", "20"));
                    ReplaysTest.replay(m, "21", "22").put("packets", 8);
                }),
                manifest(
                        Check.NOTICE,
                        "the replay is said to have 7 packets",
                        m -> ReplaysTest.replay(m, "20", "30").put("packets", 7)),
                manifest(
                        Check.NOTICE,
                        "none of completed",
                        m -> ReplaysTest.replay(m, "20", "30").put("end", "boredom")),
                manifest(
                        Check.NOTICE,
                        "at most 256",
                        m -> IntStream.range(0, 257).forEach(_ -> ReplaysTest.replay(m, "20", "20"))),
                manifest(
                        Check.ARRIVALS,
                        "packet 1 of the recording (outside) arrived at 2026-11-24T01:02:10.001000001Z, while",
                        m -> span(m, "10", "20").put("from", "2026-11-24T01:02:10.000000001Z")),
                manifest(
                        Check.ARRIVALS,
                        "arrived at 2026-11-24T01:02:10.001000001Z, while capture was paused: from",
                        m -> span(m, "10", "20")
                                .put("from", "2026-11-24T01:02:10.000000001Z")
                                .put("reason", "pause")),
                manifest(
                        Check.PLAINTEXT,
                        "plaintext has",
                        m -> child(m, "cipher").put("plaintextBytes", 1)),
                manifest(Check.PLAINTEXT, "agree on call", m -> m.put("call", "ab".repeat(16))),
                manifest(Check.PLAINTEXT, "agree on direction", m -> m.put("direction", "outbound")),
                manifest(Check.PLAINTEXT, "do not agree on demo", m -> m.put("demo", true)),
                fault(Check.PLAINTEXT, "do not agree on demo", r -> r.facts = facts -> facts.put("demo", true)),
                manifest(Check.FILES, "demo: true is needed", m -> m.put("demo", false)),
                manifest(Check.FILES, "demo: true is needed", m -> m.put("demo", "true")),
                fault(Check.PLAINTEXT, "demo: true is needed", r -> r.facts = facts -> facts.put("demo", false)),
                manifest(
                        Check.RECEIVED,
                        "sealed were 13",
                        m -> child(m, "received").put("datagrams", 13)),
                manifest(
                        Check.RECEIVED,
                        "another root",
                        m -> child(m, "received").put("root", "ab".repeat(32))),
                manifest(Check.ARRIVALS, "holds 6 packets, its stream says 5", m -> {
                    stream(m, 0).put("recorded", 5).put("received", 14);
                }),
                manifest(
                        Check.ARRIVALS,
                        "packet 11 of the recording (outside)",
                        m -> child(m, "capture").put("endedAt", "2026-11-24T01:02:10.000000001Z")),
                fault(Check.ARRIVALS, "not after the notice ended", r -> arrival(r, 3, SampleRecording.NOTICE_END)),
                fault(Check.ARRIVALS, "before capture", r -> arrival(r, 3, SampleRecording.NOTICE_END - 1)),
                fault(Check.CHUNKS, "cut off", r -> r.file = file -> Arrays.copyOf(file, file.length - 1)),
                fault(Check.CHUNKS, "no last chunk", r -> r.file = SealedFaultsTest::withoutLastMark),
                fault(Check.CHUNKS, "version 2", r -> r.file = file -> with(file, 9, 2)),
                fault(Check.CHUNKS, "cipher 0", r -> r.file = file -> with(file, 11, 0)),
                fault(Check.CHUNKS, "is not allowed", r -> r.plaintextBytesMax = 200),
                fault(Check.CHUNKS, "more than this verifier reads", r -> r.plaintextBytesMax = Integer.MAX_VALUE),
                fault(Check.FILES, "file header", r -> r.file = file -> with(file, 20, 0x77)),
                fault(Check.PLAINTEXT, "chunk 0 does not decrypt", r -> r.file = file -> with(file, 40, 0)),
                fault(Check.PLAINTEXT, "whole block in this chunk", r -> r.plaintexts = SealedFaultsTest::splitABlock),
                fault(Check.PLAINTEXT, "its type", r -> r.blocks = list -> list.add(SamplePcapng.block(4))),
                fault(Check.PLAINTEXT, "its type", r -> r.blocks = list -> list.add(1, told(0, FORMATS))),
                fault(Check.PLAINTEXT, "cut off", r -> r.blocks = list -> list.add(SamplePcapng.block(5))),
                fault(
                        Check.PLAINTEXT,
                        "0 options opt_comment",
                        r -> r.blocks = list -> {
                            list.add(SamplePcapng.block(5, new byte[12]));
                        }),
                fault(Check.PLAINTEXT, "no interface 2", r -> r.blocks = list -> list.add(told(2, FORMATS))),
                formats("not a JSON object", "[]"),
                formats("formats: is missing", "{}"),
                formats("one or more", "{\"formats\":[]}"),
                formats("encodingName: is missing", FORMATS.replace("encodingName", "name")),
                formats("0 to 127", FORMATS.replace("111", "128")),
                formats("payload type 111 stands twice", FORMATS.replace("[", "[" + FORMAT + ",")),
                fault(
                        Check.ARRIVALS,
                        "a formats block is of",
                        r -> r.blocks = list -> {
                            list.add(SamplePcapng.formats(0, SampleRecording.NOTICE_END - 1, FORMATS));
                        }),
                fault(Check.PLAINTEXT, "if_name", r -> r.blocks = list -> Collections.swap(list, 1, 2)),
                fault(
                        Check.PLAINTEXT,
                        "before its section",
                        r -> r.blocks = list -> list.subList(2, 15).clear()),
                fault(Check.PLAINTEXT, "time to live", r -> r.blocks = list -> list.get(4)[36] = 63),
                fault(Check.PLAINTEXT, "header checksum", r -> r.blocks = list -> list.get(4)[47] = 9),
                fault(Check.PLAINTEXT, "UDP length", r -> r.blocks = list -> list.get(4)[53] ^= 1),
                fault(Check.PLAINTEXT, "UDP checksum", r -> r.blocks = list -> list.get(8)[90] ^= 1),
                fault(Check.PLAINTEXT, "no interface 2", r -> r.blocks = list -> list.get(4)[8] = 2),
                fault(Check.PLAINTEXT, "inside: is missing", r -> r.facts = facts -> facts.remove("inside")),
                fault(Check.RECEIVED, "another root", r -> r.blocks = list -> list.get(4)[70] ^= 1));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("sealedFaults")
    void aFaultThatWasSealedIsFoundByItsCheck(Check check, String text, Consumer<SampleRecording> bend)
            throws IOException {
        SampleRecording recording = SampleRecording.usual();
        bend.accept(recording);
        Verdict verdict = new Verifier().verify(recording.write(data), SampleRecording.allKeys(data));
        assertThat(verdict.findings()).anySatisfy(finding -> {
            assertThat(finding).isInstanceOf(Finding.Failed.class);
            assertThat(finding.check()).isEqualTo(check);
            assertThat(finding.text()).contains(text).doesNotContain("\n");
        });
        assertThat(failedChecks(verdict)).doesNotContain(Check.SIGNATURE);
    }

    @Test
    void aRecordingOfTheDemoIsCalledThatAndHolds() throws IOException {
        SampleRecording recording = SampleRecording.usual();
        recording.manifest = manifest -> manifest.put("demo", true);
        recording.facts = facts -> facts.put("demo", true);

        Verdict verdict = new Verifier().verify(recording.write(data), SampleRecording.allKeys(data));

        assertThat(verdict.result()).isEqualTo(Verdict.Result.VERIFIED);
        assertThat(verdict.findings())
                .filteredOn(Finding.Remarked.class::isInstance)
                .singleElement()
                .satisfies(remark -> assertThat(remark.text()).contains("koegura demo"));
        assertThat(verdict.findings()).contains(new Finding.Passed(Check.FILES, ""));
    }

    @Test
    void chunksThatChangedPlacesDoNotDecrypt() throws IOException {
        SampleRecording recording = new SampleRecording();
        SampleRecording.usual()
                .packets
                .forEach(packet -> recording.packets.add(
                        new SamplePcapng.Packet(packet.leg(), packet.arrivalNanos(), new byte[80], false)));
        recording.blocksAChunk = 3;
        recording.file = SealedFaultsTest::swapSecondAndThirdChunk;
        Verdict verdict = new Verifier().verify(recording.write(data), SampleRecording.allKeys(data));
        assertThat(failedChecks(verdict)).containsExactly(Check.PLAINTEXT);
        assertThat(texts(verdict, Check.PLAINTEXT)).contains("chunk 1 does not decrypt");
    }

    private static Arguments formats(String text, String json) {
        return fault(Check.PLAINTEXT, text, r -> r.blocks = list -> list.add(told(1, json)));
    }

    private static byte[] told(int leg, String json) {
        return SamplePcapng.formats(leg, SampleRecording.NOTICE_END + 1, json);
    }

    private static Arguments fault(Check check, String text, Consumer<SampleRecording> bend) {
        return Arguments.of(check, text, bend);
    }

    private static Arguments manifest(Check check, String text, Consumer<ObjectNode> bend) {
        return fault(check, text, recording -> recording.manifest = bend);
    }

    private static ObjectNode child(ObjectNode node, String name) {
        return (ObjectNode) node.get(name);
    }

    private static ObjectNode stream(ObjectNode manifest, int index) {
        return (ObjectNode) manifest.get("streams").get(index);
    }

    /// Adds a span from one second of a minute to another.
    private static ObjectNode span(ObjectNode manifest, String from, String to) {
        return time(manifest, "spans", from, to).put("reason", "fax");
    }

    /// Adds a time in which more than the audio was relayed likewise.
    private static ObjectNode relayedOnly(ObjectNode manifest, String from, String to) {
        return time(manifest, "relayedOnly", from, to);
    }

    private static ObjectNode time(ObjectNode manifest, String member, String from, String to) {
        return manifest.withArray(member)
                .addObject()
                .put("from", "2026-11-24T01:02:" + from + ".000000000Z")
                .put("to", "2026-11-24T01:02:" + to + ".000000000Z");
    }

    /// Whose gaps are all packets that were withheld.
    private static ObjectNode withoutLoss(ObjectNode manifest) {
        manifest.putArray("gaps");
        for (JsonNode stream : manifest.get("streams")) {
            ObjectNode account = (ObjectNode) stream;
            account.put(
                    "received",
                    account.get("received").longValue() - account.get("lost").longValue());
            account.put("lost", 0);
        }
        return manifest;
    }

    private static ObjectNode gap(ObjectNode manifest) {
        return (ObjectNode) manifest.get("gaps").get(0);
    }

    private static void arrival(SampleRecording recording, int index, long nanos) {
        SamplePcapng.Packet packet = recording.packets.get(index);
        recording.packets.set(index, new SamplePcapng.Packet(packet.leg(), nanos, packet.datagram(), packet.ipv6()));
    }

    private static byte[] with(byte[] file, int at, int value) {
        byte[] changed = file.clone();
        changed[at] = (byte) value;
        return changed;
    }

    private static byte[] withoutLastMark(byte[] file) {
        int at = 32;
        while (ByteBuffer.wrap(file).getInt(at) > 0) {
            at += 4 + ByteBuffer.wrap(file).getInt(at);
        }
        return with(file, at, 0);
    }

    private static byte[] swapSecondAndThirdChunk(byte[] file) {
        ByteBuffer words = ByteBuffer.wrap(file);
        int second = 32 + 4 + words.getInt(32);
        int third = second + 4 + words.getInt(second);
        int fourth = third + 4 + words.getInt(third);
        return SampleRecording.concat(
                Arrays.copyOf(file, second),
                Arrays.copyOfRange(file, third, fourth),
                Arrays.copyOfRange(file, second, third),
                Arrays.copyOfRange(file, fourth, file.length));
    }

    private static void splitABlock(List<byte[]> chunks) {
        byte[] first = chunks.getFirst();
        chunks.set(0, Arrays.copyOf(first, first.length - 4));
        chunks.set(1, SampleRecording.concat(Arrays.copyOfRange(first, first.length - 4, first.length), chunks.get(1)));
    }
}
