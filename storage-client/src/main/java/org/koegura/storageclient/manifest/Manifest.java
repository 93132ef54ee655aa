package org.koegura.storageclient.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Gap;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.port.RecordingSink.Beside;
import org.koegura.callmodel.port.RecordingSink.Span;
import org.koegura.callmodel.replay.Replayed;
import org.koegura.storageclient.medium.Layout;
import org.koegura.storageclient.packets.CiphertextDigest;
import org.koegura.storageclient.packets.PacketsFile;
import org.koegura.storageclient.packets.ReceivedTally;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a sealed recording says of itself; the members and their order are those of docs/format/recording-v1.md.
///
/// @param end why the call ended, as the format spells it
/// @param demo whether the demo made it, so that copies are allowed
/// @param interruption the time of which nothing is known; null where the recording was closed by its own writer
public record Manifest(
        RecordingId recording,
        String call,
        String direction,
        boolean demo,
        Instant answeredAt,
        Capture capture,
        String end,
        @Nullable Interruption interruption,
        Instant sealedAt,
        JsonNode basis,
        List<StreamAccount> streams,
        List<Gap> gaps,
        List<Span> spans,
        List<Beside> beside,
        List<Replayed> replays,
        Content content) {

    static final String FORMAT = "koegura-recording/1";

    /// The member that only recordings of the demo have.
    static final String DEMO = "demo";

    /// The word for a recording that the next start of the recorder closed.
    public static final String INTERRUPTED = "interrupted";

    /// From when to when packets were kept.
    public record Capture(Instant startedAt, Instant endedAt) {}

    /// From the last packet on disk to the start that found it.
    public record Interruption(Instant from, Instant to) {}

    /// What was measured on the bytes themselves.
    public record Content(
            long chunks, long plaintextBytes, CiphertextDigest.Sum ciphertext, long datagrams, String receivedRoot) {

        public static Content of(PacketsFile file, ReceivedTally tally) {
            return new Content(
                    file.chunks(),
                    file.plaintextBytes(),
                    file.sum(),
                    tally.datagrams(),
                    HexFormat.of().formatHex(tally.root()));
        }
    }

    boolean isPartial() {
        return INTERRUPTED.equals(end)
                || streams.stream().anyMatch(stream -> stream.lost() > 0)
                || spans.stream().anyMatch(span -> span.reason() == Span.Reason.COMMAND_LOST);
    }

    /// The exact bytes that are signed.
    public byte[] json(String publicKeyBase64) {
        ObjectNode node = Words.object()
                .put("format", FORMAT)
                .put("recording", recording.value())
                .put("call", call)
                .put("direction", direction);
        if (demo) {
            node.put(DEMO, true);
        }
        node.put("outcome", isPartial() ? "partial" : "complete").put("answeredAt", Words.of(answeredAt));
        node.putObject("capture")
                .put("startedAt", Words.of(capture.startedAt()))
                .put("endedAt", Words.of(capture.endedAt()));
        node.put("end", end);
        if (interruption != null) {
            node.putObject("interruption")
                    .put("from", Words.of(interruption.from()))
                    .put("to", Words.of(interruption.to()));
        }
        node.put("sealedAt", Words.of(sealedAt));
        node.set("basis", basis);
        putStreams(node.putArray("streams"));
        putGaps(node.putArray("gaps"));
        if (!spans.isEmpty()) {
            putSpans(node.putArray("spans"));
        }
        if (!beside.isEmpty()) {
            putBeside(node.putArray("relayedOnly"));
        }
        if (!replays.isEmpty()) {
            putReplays(node.putArray("replays"));
        }
        putContent(node);
        node.putObject("signer").put("algorithm", "Ed25519").put("publicKey", publicKeyBase64);
        return (node.toPrettyString() + "\n").getBytes(UTF_8);
    }

    private void putStreams(ArrayNode array) {
        for (StreamAccount stream : streams) {
            ObjectNode withheld = array.addObject()
                    .put("leg", Words.of(stream.leg()))
                    .put("received", stream.received())
                    .put("recorded", stream.recorded())
                    .put("lost", stream.lost())
                    .putObject("withheld");
            for (Map.Entry<StreamAccount.Withheld, Long> reason : new TreeMap<>(stream.withheld()).entrySet()) {
                withheld.put(Words.of(reason.getKey()), reason.getValue());
            }
        }
    }

    private void putGaps(ArrayNode array) {
        for (Gap gap : gaps) {
            array.addObject()
                    .put("leg", Words.of(gap.leg()))
                    .put("from", Words.of(gap.from()))
                    .put("to", Words.of(gap.to()))
                    .put("packets", gap.packets())
                    .put("reason", Words.of(gap.reason()));
        }
    }

    private void putSpans(ArrayNode array) {
        for (Span span : spans) {
            ObjectNode declared = array.addObject()
                    .put("from", Words.of(span.from()))
                    .put("to", Words.of(span.to()))
                    .put("reason", Words.of(span.reason()));
            if (span.told() != null) {
                declared.set("basis", Words.of(span.told()));
            }
        }
    }

    private void putBeside(ArrayNode array) {
        for (Beside time : beside) {
            ObjectNode declared =
                    array.addObject().put("from", Words.of(time.from())).put("to", Words.of(time.to()));
            if (time.merged()) {
                declared.put("merged", true);
            }
        }
    }

    private void putReplays(ArrayNode array) {
        for (Replayed replayed : replays) {
            if (replayed.sent() != null) {
                Words.putSent(array.addObject().put("end", Words.of(replayed.end())), replayed.sent());
            }
        }
    }

    private void putContent(ObjectNode node) {
        node.putObject("cipher")
                .put("algorithm", "AES-256-GCM")
                .put("chunks", content.chunks())
                .put("plaintextBytes", content.plaintextBytes());
        CiphertextDigest.Sum sum = content.ciphertext();
        ObjectNode ciphertext = node.putObject("ciphertext")
                .put("file", Layout.PACKETS)
                .put("bytes", sum.bytes())
                .put("sha256", sum.sha256())
                .put("leafBytes", CiphertextDigest.LEAF_BYTES);
        ArrayNode leaves = ciphertext.putArray("leaves");
        sum.leaves().forEach(leaves::add);
        ciphertext.put("root", sum.root());
        node.putObject("received").put("datagrams", content.datagrams()).put("root", content.receivedRoot());
    }
}
