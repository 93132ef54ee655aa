package org.koegura.storageclient.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.RecordingSink.LegFormat;
import org.koegura.callmodel.port.RecordingSink.Opening;
import org.koegura.callmodel.srtp.CryptoSuite;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What stands in the comment of the pcapng section: what is known of the call when capture starts, and all that a
/// recovery needs to close the recording.
///
/// @param demo whether the demo made the call
public record OpeningFacts(
        CallFacts call,
        Instant answeredAt,
        Instant captureStartedAt,
        JsonNode basis,
        List<LegFormat> formats,
        boolean demo) {

    /// A peer chooses its Call-ID freely; a longer one is cut.
    private static final int SIP_CALL_ID_CHARS_MAX = 1_024;

    /// A pcapng option holds 65,535 bytes; the section must fit one chunk with them.
    private static final int TEXT_BYTES_MAX = 60_000;

    /// Member of a format whose packets arrived under SRTP: the suite.
    private static final String SRTP = "srtp";
    private static final String CONTINUES = "continues";

    /// The text of the comment.
    ///
    /// @param demo whether the demo makes the call
    /// @throws IllegalArgumentException capture would not be lawful, or the facts are too many
    public static String text(Opening opening, boolean demo) {
        requireLawful(opening);
        String sipCallId = opening.facts().sipCallId();
        ObjectNode node = Words.object()
                .put("recording", opening.recording().value())
                .put("call", opening.facts().call().value())
                .put("sipCallId", sipCallId.substring(0, Math.min(sipCallId.length(), SIP_CALL_ID_CHARS_MAX)))
                .put("direction", Words.of(opening.facts().direction()))
                .put("inside", opening.facts().inside().addressOfRecord())
                .put("outside", opening.facts().outside().addressOfRecord())
                .put("invitedAt", Words.of(opening.facts().invitedAt()))
                .put("answeredAt", Words.of(opening.answeredAt()))
                .put("captureStartedAt", Words.of(opening.captureStartedAt()));
        CallId continues = opening.facts().continues();
        if (continues != null) {
            node.put(CONTINUES, continues.value());
        }
        if (demo) {
            node.put(Manifest.DEMO, true);
        }
        ArrayNode formats = node.putArray("formats");
        for (LegFormat format : opening.formats()) {
            ObjectNode entry = formats.addObject().put("leg", Words.of(format.leg()));
            Words.put(entry, format.format());
            if (format.srtp() != null) {
                entry.put(SRTP, format.srtp().name());
            }
        }
        node.set("basis", Words.of(opening.basis()));
        String text = node.toString();
        if (text.getBytes(UTF_8).length > TEXT_BYTES_MAX) {
            throw new IllegalArgumentException("opening facts: at most " + TEXT_BYTES_MAX + " bytes are needed");
        }
        return text;
    }

    /// N1, once more where the packets are kept: no recording is begun that its own seal would show to be unlawful.
    private static void requireLawful(Opening opening) {
        if (opening.facts().direction() == Direction.INTERNAL) {
            throw new IllegalArgumentException("opening: an internal call is not recorded");
        }
        Instant lawfulFrom = switch (opening.basis()) {
            case CaptureBasis.Announced(var proof) -> proof.endedAt();
            case CaptureBasis.Exempted(var exemption, var _) -> exemption.at();
            case CaptureBasis.Attested(var attestation, var _) -> attestation.at();
        };
        if (opening.captureStartedAt().isBefore(opening.answeredAt())
                || opening.captureStartedAt().isBefore(lawfulFrom)) {
            throw new IllegalArgumentException("opening: capture starts before the answer or before its basis");
        }
    }

    /// Reads the comment back.
    ///
    /// @throws StoreFault.Damaged it is not what [#text] writes
    public static OpeningFacts parse(String text) throws StoreFault.Damaged {
        try {
            JsonNode node = Words.JSON.readTree(text);
            List<LegFormat> formats = new ArrayList<>();
            for (JsonNode format : node.required("formats")) {
                formats.add(new LegFormat(
                        Words.leg(format.required("leg").stringValue()),
                        Words.format(format),
                        CryptoSuite.named(format.path(SRTP).asString(""))));
            }
            return new OpeningFacts(
                    new CallFacts(
                            new CallId(node.required("call").stringValue()),
                            node.required("sipCallId").stringValue(),
                            Words.direction(node.required("direction").stringValue()),
                            new Party(node.required("inside").stringValue()),
                            new Party(node.required("outside").stringValue()),
                            Instant.parse(node.required("invitedAt").stringValue()),
                            null,
                            null,
                            node.has(CONTINUES)
                                    ? new CallId(node.path(CONTINUES).stringValue())
                                    : null,
                            null),
                    Instant.parse(node.required("answeredAt").stringValue()),
                    Instant.parse(node.required("captureStartedAt").stringValue()),
                    node.required("basis"),
                    List.copyOf(formats),
                    node.path(Manifest.DEMO).asBoolean(false));
        } catch (JacksonException | DateTimeException | IllegalArgumentException e) {
            throw new StoreFault.Damaged("the opening facts inside the encryption cannot be read");
        }
    }
}
