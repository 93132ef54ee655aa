package org.koegura.storageclient.manifest;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.Ground;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.NoticeProof.ReceiverReport;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.Seal;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.StreamAccount.Withheld;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// A signed manifest in the words of the call model again: the way back of [Manifest#json] and [Words].
public final class StatedOutcome {

    /// The format does not keep the words of a prompt, only their hash.
    private static final String PROMPT_TEXT = "";

    /// Nor the text of ground 3, which may name people; the call model demands one.
    private static final String GROUND_TEXT = "see the journal";

    private StatedOutcome() {}

    /// The outcome that a manifest states.
    ///
    /// @param facts the call, which the manifest does not name
    /// @throws StoreFault.Damaged it says what no version of this recorder writes
    public static CallOutcome of(JsonNode manifest, CallFacts facts, Seal seal) throws StoreFault.Damaged {
        try {
            return new CallOutcome(
                    facts,
                    instant(manifest, "answeredAt"),
                    instant(manifest.required("capture"), "endedAt"),
                    constant(EndReason.class, manifest, "end"),
                    constant(CallOutcome.Result.class, manifest, "outcome"),
                    null,
                    basis(manifest.required("basis")),
                    seal,
                    accounts(manifest.required("streams")));
        } catch (JacksonException | DateTimeException | IllegalArgumentException e) {
            throw SealedManifest.unreadable(seal.recording());
        }
    }

    private static CaptureBasis basis(JsonNode basis) {
        String kind = basis.required("kind").stringValue();
        return switch (kind) {
            case "announced" -> new CaptureBasis.Announced(proof(basis));
            case "exempted" -> new CaptureBasis.Exempted(exemption(basis), constant(Stage.class, basis, "stage"));
            case "attested" ->
                new CaptureBasis.Attested(
                        new CaptureBasis.Attestation(
                                basis.required("author").stringValue(),
                                instant(basis, "at"),
                                constant(Exemption.Channel.class, basis, "channel")),
                        constant(Stage.class, basis, "stage"));
            default -> throw new IllegalArgumentException("basis: there is no kind " + kind);
        };
    }

    private static NoticeProof proof(JsonNode basis) {
        JsonNode prompt = basis.required("prompt");
        List<ReceiverReport> reports = new ArrayList<>();
        for (JsonNode report : basis.required("receiverReports")) {
            reports.add(new ReceiverReport(
                    instant(report, "at"),
                    report.required("fractionLost").intValue(),
                    report.required("cumulativeLost").intValue(),
                    report.required("highestSequence").longValue(),
                    report.required("jitterTicks").longValue()));
        }
        return new NoticeProof(
                new Prompt(
                        prompt.required("id").stringValue(),
                        prompt.required("language").stringValue(),
                        PROMPT_TEXT,
                        prompt.required("sha256").stringValue()),
                Words.format(basis.required("format")),
                basis.required("ssrc").longValue(),
                basis.required("firstSequence").intValue(),
                basis.required("lastSequence").intValue(),
                basis.required("packets").intValue(),
                instant(basis, "startedAt"),
                instant(basis, "endedAt"),
                basis.required("attempt").intValue(),
                reports,
                prompt.has("encodedSha256") ? prompt.required("encodedSha256").stringValue() : null);
    }

    private static Exemption exemption(JsonNode basis) {
        Ground ground = ground(basis.required("ground").intValue());
        @Nullable String text = ground == Ground.SPECIAL ? GROUND_TEXT : null;
        return new Exemption(
                ground,
                text,
                basis.required("author").stringValue(),
                instant(basis, "at"),
                constant(Exemption.Channel.class, basis, "channel"));
    }

    private static Ground ground(int number) {
        for (Ground ground : Ground.values()) {
            if (ground.number() == number) {
                return ground;
            }
        }
        throw new IllegalArgumentException("basis: there is no ground " + number);
    }

    private static List<StreamAccount> accounts(JsonNode streams) {
        List<StreamAccount> accounts = new ArrayList<>();
        for (JsonNode stream : streams) {
            Map<Withheld, Long> withheld = new EnumMap<>(Withheld.class);
            for (Map.Entry<String, JsonNode> reason :
                    stream.required("withheld").properties()) {
                withheld.put(
                        Words.constant(Withheld.class, reason.getKey()),
                        reason.getValue().longValue());
            }
            accounts.add(new StreamAccount(
                    constant(Leg.class, stream, "leg"),
                    stream.required("received").longValue(),
                    stream.required("recorded").longValue(),
                    stream.required("lost").longValue(),
                    withheld));
        }
        return accounts;
    }

    private static Instant instant(JsonNode node, String member) {
        return Instant.parse(node.required(member).stringValue());
    }

    private static <E extends Enum<E>> E constant(Class<E> type, JsonNode node, String member) {
        return Words.constant(type, node.required(member).stringValue());
    }
}
