package org.koegura.storageclient.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.RecordingId;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What the cloud was confirmed to hold of a recording; its form is that of `docs/format/tombstone-v1.md`.
///
/// @param at when it was confirmed
/// @param objects all of the recording, the wrapped key among them
public record CloudReceipt(RecordingId recording, Instant at, List<CloudObject> objects) {

    private static final String FORMAT = "koegura-cloud-receipt/1";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    public CloudReceipt {
        objects = List.copyOf(objects);
        if (objects.isEmpty()) {
            throw new IllegalArgumentException("cloud receipt: at least one object is needed");
        }
    }

    /// As it is written.
    public byte[] json() {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("format", FORMAT)
                .put("recording", recording.value())
                .put("at", at.toString());
        ArrayNode array = node.putArray("objects");
        for (CloudObject object : objects) {
            array.addObject()
                    .put("key", object.key())
                    .put("bytes", object.bytes())
                    .put("sha256", object.sha256());
        }
        return (node.toPrettyString() + "\n").getBytes(UTF_8);
    }

    /// Reads one back; null where it is none.
    public static @Nullable CloudReceipt parse(byte[] json) {
        try {
            JsonNode node = JSON.readTree(json);
            if (!node.required("format").stringValue().equals(FORMAT)) {
                return null;
            }
            List<CloudObject> objects = new ArrayList<>();
            for (JsonNode object : node.required("objects")) {
                objects.add(new CloudObject(
                        object.required("key").stringValue(),
                        object.required("bytes").longValue(),
                        object.required("sha256").stringValue()));
            }
            return new CloudReceipt(
                    new RecordingId(node.required("recording").stringValue()),
                    Instant.parse(node.required("at").stringValue()),
                    objects);
        } catch (JacksonException | DateTimeException | IllegalArgumentException notOne) {
            return null;
        }
    }
}
