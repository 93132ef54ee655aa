package org.koegura.storageclient.ring;

import java.time.Instant;
import java.util.Comparator;
import java.util.regex.Pattern;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.RecordingId;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The place of one sealed recording in the ring: what is known of it without opening it.
///
/// @param startedAt start of capture; the ring's order
/// @param endedAt end of capture
/// @param bytes room that it takes on the built-in medium
/// @param manifestSha256 hash of its manifest, 64 lower-case hexadecimal digits
public record Place(
        RecordingId recording, CallId call, Instant startedAt, Instant endedAt, long bytes, String manifestSha256) {

    /// By start of capture; by name where two started in the same nanosecond.
    public static final Comparator<Place> OLDEST_FIRST = Comparator.comparing(Place::startedAt)
            .thenComparing(place -> place.recording().value());

    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    public Place {
        if (bytes <= 0 || !HASH.matcher(manifestSha256).matches()) {
            throw new IllegalArgumentException("place: a size and 64 lower-case hexadecimal digits are needed");
        }
    }

    /// Adds its members to an object, as ledger and tombstone have them.
    public ObjectNode put(ObjectNode node) {
        node.put("recording", recording.value()).put("call", call.value());
        node.putObject("capture").put("startedAt", startedAt.toString()).put("endedAt", endedAt.toString());
        return node.put("bytes", bytes).put("manifestSha256", manifestSha256);
    }

    /// The place whose members an object has.
    ///
    /// @throws RuntimeException it has not; one of Jackson's, of `java.time`, or for a wrong argument
    public static Place of(JsonNode node) {
        JsonNode capture = node.required("capture");
        return new Place(
                new RecordingId(node.required("recording").stringValue()),
                new CallId(node.required("call").stringValue()),
                Instant.parse(capture.required("startedAt").stringValue()),
                Instant.parse(capture.required("endedAt").stringValue()),
                node.required("bytes").longValue(),
                node.required("manifestSha256").stringValue());
    }
}
