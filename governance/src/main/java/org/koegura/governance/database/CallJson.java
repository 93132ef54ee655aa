package org.koegura.governance.database;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.Ground;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.StreamAccount.Withheld;
import org.koegura.callmodel.Unrecorded;
import org.koegura.governance.database.CallRecord.Basis;
import org.koegura.governance.journal.Instants;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The columns `basis`, `accounting` and `decided` of a call, to JSON and back.
final class CallJson {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private CallJson() {}

    static String basis(CaptureBasis basis) {
        ObjectNode json = JSON.createObjectNode();
        switch (basis) {
            case CaptureBasis.Announced(var proof) ->
                json.put("kind", "announced")
                        .put("prompt", proof.prompt().id())
                        .put("language", proof.prompt().language())
                        .put("startedAt", Instants.text(proof.startedAt()))
                        .put("endedAt", Instants.text(proof.endedAt()))
                        .put("packets", proof.packets())
                        .put("attempt", proof.attempt())
                        .put("receiverReports", proof.receiverReports().size());
            case CaptureBasis.Exempted(Exemption exemption, Stage stage) ->
                json.put("kind", "exempted")
                        .put("ground", exemption.ground().number())
                        .put("author", exemption.author())
                        .put("at", Instants.text(exemption.at()))
                        .put("channel", exemption.channel().name())
                        .put("stage", stage.name());
            case CaptureBasis.Attested(CaptureBasis.Attestation attestation, Stage stage) ->
                json.put("kind", "attested")
                        .put("author", attestation.author())
                        .put("at", Instants.text(attestation.at()))
                        .put("channel", attestation.channel().name())
                        .put("stage", stage.name());
        }
        return json.toString();
    }

    static Basis basis(@Nullable String text) {
        if (text == null) {
            return new Basis.Unknown();
        }
        JsonNode json = JSON.readTree(text);
        return switch (json.path("kind").asString()) {
            case "announced" ->
                new Basis.Announced(
                        json.required("prompt").stringValue(),
                        json.required("language").stringValue(),
                        Instant.parse(json.required("startedAt").stringValue()),
                        Instant.parse(json.required("endedAt").stringValue()),
                        json.required("packets").intValue(),
                        json.required("attempt").intValue(),
                        json.required("receiverReports").intValue());
            case "exempted" ->
                new Basis.Exempted(
                        ground(json.required("ground").intValue()),
                        json.required("author").stringValue(),
                        Instant.parse(json.required("at").stringValue()),
                        Exemption.Channel.valueOf(json.required("channel").stringValue()),
                        Stage.valueOf(json.required("stage").stringValue()));
            case "attested" ->
                new Basis.Attested(
                        json.required("author").stringValue(),
                        Instant.parse(json.required("at").stringValue()),
                        Exemption.Channel.valueOf(json.required("channel").stringValue()),
                        Stage.valueOf(json.required("stage").stringValue()));
            default -> new Basis.Unknown();
        };
    }

    static String accounting(List<StreamAccount> accounts) {
        ArrayNode json = JSON.createArrayNode();
        for (StreamAccount account : accounts) {
            ObjectNode withheld = JSON.createObjectNode();
            account.withheld().forEach((reason, count) -> withheld.put(label(reason), count));
            json.addObject()
                    .put("leg", account.leg().name().toLowerCase(Locale.ROOT))
                    .put("received", account.received())
                    .put("recorded", account.recorded())
                    .put("lost", account.lost())
                    .set("withheld", withheld);
        }
        return json.toString();
    }

    static List<StreamAccount> accounting(String text) {
        List<StreamAccount> accounts = new ArrayList<>();
        for (JsonNode json : JSON.readTree(text)) {
            Map<Withheld, Long> withheld = new EnumMap<>(Withheld.class);
            for (Map.Entry<String, JsonNode> reason : json.required("withheld").properties()) {
                withheld.put(
                        Withheld.valueOf(
                                reason.getKey().toUpperCase(Locale.ROOT).replace('-', '_')),
                        reason.getValue().longValue());
            }
            accounts.add(new StreamAccount(
                    Leg.valueOf(json.required("leg").stringValue().toUpperCase(Locale.ROOT)),
                    json.required("received").longValue(),
                    json.required("recorded").longValue(),
                    json.required("lost").longValue(),
                    withheld));
        }
        return accounts;
    }

    static String decided(CallFacts.Decided decided) {
        ObjectNode json = JSON.createObjectNode();
        switch (decided.decision()) {
            case NoticeDecision.Announce(var prompt, boolean early) ->
                json.put("decision", "announce")
                        .put("prompt", prompt.id())
                        .put("sha256", prompt.sha256())
                        .put("early", early)
                        .put("refuses", decided.refuses());
            case NoticeDecision.Oral _ -> json.put("decision", "oral").put("refuses", decided.refuses());
            case NoticeDecision.DoNotRecord(var why) ->
                json.put("decision", "leave").put("why", why.name());
        }
        Exemption flagged = decided.flagged();
        if (flagged != null) {
            String standing = flagged.standingName();
            json.putObject(standing == null ? "armed" : "standing")
                    .put("ground", flagged.ground().number())
                    .put("author", flagged.author())
                    .put("at", Instants.text(flagged.at()));
            Party vouched = decided.vouched();
            if (standing != null && vouched != null) {
                json.withObject("standing").put("name", standing).put("number", vouched.e164());
            }
        }
        return json.toString();
    }

    static DecidedCall.Decision decided(@Nullable String text) {
        if (text == null) {
            return new DecidedCall.Decision.Unknown();
        }
        try {
            JsonNode json = JSON.readTree(text);
            return switch (json.path("decision").asString("")) {
                case "announce" ->
                    new DecidedCall.Decision.Announce(
                            json.required("prompt").stringValue(),
                            json.required("sha256").stringValue(),
                            json.required("early").booleanValue(),
                            json.required("refuses").booleanValue());
                case "oral" ->
                    new DecidedCall.Decision.Oral(json.required("refuses").booleanValue());
                case "leave" ->
                    new DecidedCall.Decision.Leave(
                            Unrecorded.valueOf(json.required("why").stringValue()));
                default -> new DecidedCall.Decision.Garbled();
            };
        } catch (JacksonException | IllegalArgumentException wrong) {
            return new DecidedCall.Decision.Garbled();
        }
    }

    /// What was flagged before the call; null where nothing was, or where the row holds what no recorder wrote.
    static DecidedCall.@Nullable Armed armed(@Nullable String decided) {
        if (decided == null) {
            return null;
        }
        try {
            JsonNode json = JSON.readTree(decided).path("armed");
            return json.isMissingNode()
                    ? null
                    : new DecidedCall.Armed(
                            ground(json.required("ground").intValue()),
                            Instant.parse(json.required("at").stringValue()));
        } catch (JacksonException | DateTimeException | IllegalStateException wrong) {
            return new DecidedCall.Armed(Ground.DANGER, Instant.MAX); // it holds for no call
        }
    }

    /// The standing exemption that the call was exempt by; null where it was by none. One that no recorder
    /// wrote is of a name that nobody has.
    static DecidedCall.@Nullable Standing standing(@Nullable String decided) {
        if (decided == null) {
            return null;
        }
        try {
            JsonNode json = JSON.readTree(decided).path("standing");
            return json.isMissingNode()
                    ? null
                    : new DecidedCall.Standing(
                            json.required("name").stringValue(),
                            json.required("number").stringValue(),
                            ground(json.required("ground").intValue()),
                            Instant.parse(json.required("at").stringValue()));
        } catch (JacksonException | DateTimeException | IllegalStateException wrong) {
            return new DecidedCall.Standing("", "", Ground.DANGER, Instant.MAX);
        }
    }

    private static Ground ground(int number) {
        return Arrays.stream(Ground.values())
                .filter(ground -> ground.number() == number)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no ground has the number " + number));
    }

    private static String label(Withheld reason) {
        return reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
