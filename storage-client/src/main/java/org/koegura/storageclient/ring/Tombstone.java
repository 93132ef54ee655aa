package org.koegura.storageclient.ring;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.port.RecordingStore.Erasure;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What stays of an erased recording (T6); its form is that of `docs/format/tombstone-v1.md`.
///
/// @param place what it was
/// @param erasure when, why, and the hash of its manifest
/// @param receipts what is gone already, one for each target at most
public record Tombstone(Place place, Erasure erasure, List<Receipt> receipts) {

    private static final String FORMAT = "koegura-tombstone/1";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// Where a recording has to go from, in the order in which it goes.
    public enum Target {
        /// Its wrapped key on the built-in medium: from then on nobody can hear it there.
        KEY,
        /// Its files on the built-in medium.
        RING,
        /// Its wrapped key and its objects in the cloud, every version.
        CLOUD
    }

    /// That a target was confirmed to hold nothing of it any more.
    ///
    /// @param objects the keys that were deleted; of the cloud only
    public record Receipt(Target target, Instant at, List<String> objects) {
        public Receipt {
            objects = List.copyOf(objects);
        }
    }

    public Tombstone {
        receipts = List.copyOf(receipts);
    }

    /// The tombstone of a recording of which nothing is gone yet.
    public static Tombstone of(Place place, Instant at, Erasure.Why why) {
        return new Tombstone(place, new Erasure(at, why, place.manifestSha256()), List.of());
    }

    public boolean has(Target target) {
        return receipts.stream().anyMatch(receipt -> receipt.target() == target);
    }

    /// Whether nothing of it is left anywhere.
    public boolean isFinished() {
        return has(Target.KEY) && has(Target.RING) && has(Target.CLOUD);
    }

    /// The same with one receipt more; a second one for a target changes nothing.
    public Tombstone with(Target target, Instant at, List<String> objects) {
        if (has(target)) {
            return this;
        }
        List<Receipt> all = new ArrayList<>(receipts);
        all.add(new Receipt(target, at, objects));
        return new Tombstone(place, erasure, all);
    }

    /// As it is written.
    public byte[] json() {
        ObjectNode node = place.put(JsonNodeFactory.instance.objectNode().put("format", FORMAT));
        node.put("reason", word(erasure.why())).put("at", erasure.at().toString());
        ArrayNode array = node.putArray("receipts");
        for (Receipt receipt : receipts) {
            ObjectNode one = array.addObject()
                    .put("target", word(receipt.target()))
                    .put("at", receipt.at().toString());
            if (!receipt.objects().isEmpty()) {
                ArrayNode objects = one.putArray("objects");
                receipt.objects().forEach(objects::add);
            }
        }
        return (node.toPrettyString() + "\n").getBytes(UTF_8);
    }

    /// Reads one back; null where it is none.
    public static @Nullable Tombstone parse(byte[] json) {
        try {
            JsonNode node = JSON.readTree(json);
            if (!node.required("format").stringValue().equals(FORMAT)) {
                return null;
            }
            Place place = Place.of(node);
            Instant at = Instant.parse(node.required("at").stringValue());
            Erasure.Why why = constant(Erasure.Why.class, node.required("reason"));
            List<Receipt> receipts = new ArrayList<>();
            for (JsonNode receipt : node.required("receipts")) {
                receipts.add(new Receipt(
                        constant(Target.class, receipt.required("target")),
                        Instant.parse(receipt.required("at").stringValue()),
                        receipt.path("objects")
                                .valueStream()
                                .map(JsonNode::stringValue)
                                .toList()));
            }
            return new Tombstone(place, new Erasure(at, why, place.manifestSha256()), receipts);
        } catch (JacksonException | DateTimeException | IllegalArgumentException notOne) {
            return null;
        }
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static <E extends Enum<E>> E constant(Class<E> type, JsonNode word) {
        return Enum.valueOf(type, word.stringValue().toUpperCase(Locale.ROOT));
    }
}
