package org.koegura.storageclient.manifest;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.NoticeProof;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// How the format spells what the call model says: in the manifest and in the opening facts alike.
public final class Words {

    public static final JsonMapper JSON = JsonMapper.builder().build();

    private static final DateTimeFormatter NINE_DECIMALS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'").withZone(ZoneOffset.UTC);

    /// A peer chooses its encoding names freely; no registered one is longer. A longer one is cut.
    private static final int ENCODING_NAME_CHARS_MAX = 32;

    private Words() {}

    public static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// The constant that [#of(Enum)] spells so.
    ///
    /// @throws IllegalArgumentException there is none
    static <E extends Enum<E>> E constant(Class<E> type, String word) {
        return Enum.valueOf(type, word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    static Leg leg(String word) {
        return constant(Leg.class, word);
    }

    public static Direction direction(String word) {
        return constant(Direction.class, word);
    }

    public static String of(Instant instant) {
        return NINE_DECIMALS.format(instant);
    }

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    public static ObjectNode of(AudioFormat format) {
        return put(object(), format);
    }

    /// The format whose members an object has.
    static AudioFormat format(JsonNode node) {
        return new AudioFormat(
                node.required("payloadType").intValue(),
                node.required("encodingName").stringValue(),
                node.required("clockRateHz").intValue(),
                node.required("packetMillis").intValue());
    }

    /// Adds a format's members to an object.
    static ObjectNode put(ObjectNode node, AudioFormat format) {
        String name = format.encodingName();
        return node.put("payloadType", format.payloadType())
                .put("encodingName", name.substring(0, Math.min(name.length(), ENCODING_NAME_CHARS_MAX)))
                .put("clockRateHz", format.clockRateHz())
                .put("packetMillis", format.packetMillis());
    }

    /// The basis without the text of ground 3, which may name people.
    public static ObjectNode of(CaptureBasis basis) {
        return switch (basis) {
            case CaptureBasis.Announced(NoticeProof proof) -> announced(proof);
            case CaptureBasis.Exempted(var exemption, var stage) ->
                object().put("kind", "exempted")
                        .put("ground", exemption.ground().number())
                        .put("author", exemption.author())
                        .put("at", of(exemption.at()))
                        .put("channel", of(exemption.channel()))
                        .put("stage", of(stage));
            case CaptureBasis.Attested(var attestation, var stage) ->
                object().put("kind", "attested")
                        .put("author", attestation.author())
                        .put("at", of(attestation.at()))
                        .put("channel", of(attestation.channel()))
                        .put("stage", of(stage));
        };
    }

    /// Adds what was sent of a prompt to an object, without what was reported of it.
    static ObjectNode putSent(ObjectNode node, NoticeProof proof) {
        ObjectNode prompt = node.putObject("prompt")
                .put("id", proof.prompt().id())
                .put("language", proof.prompt().language())
                .put("sha256", proof.prompt().sha256());
        if (proof.encodedSha256() != null) {
            prompt.put("encodedSha256", proof.encodedSha256());
        }
        node.set("format", of(proof.format()));
        return node.put("ssrc", proof.ssrc())
                .put("firstSequence", proof.firstSequence())
                .put("lastSequence", proof.lastSequence())
                .put("packets", proof.packets())
                .put("startedAt", of(proof.startedAt()))
                .put("endedAt", of(proof.endedAt()));
    }

    private static ObjectNode announced(NoticeProof proof) {
        ObjectNode node = putSent(object().put("kind", "announced"), proof).put("attempt", proof.attempt());
        ArrayNode reports = node.putArray("receiverReports");
        for (NoticeProof.ReceiverReport report : proof.receiverReports()) {
            reports.addObject()
                    .put("at", of(report.at()))
                    .put("fractionLost", report.fractionLost())
                    .put("cumulativeLost", report.cumulativeLost())
                    .put("highestSequence", report.highestSequence())
                    .put("jitterTicks", report.jitterTicks());
        }
        return node;
    }
}
