package org.koegura.console;

import io.javalin.http.Context;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Signalling;
import org.koegura.callmodel.StreamAccount;
import org.koegura.governance.LiveLine;
import org.koegura.governance.database.CallRecord;
import org.koegura.governance.database.CallRecord.Basis;
import org.koegura.governance.database.Preservation;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// JSON in and out: what comes in is bounded and must hold exactly the members that are known.
final class Json {

    /// Largest body of a request.
    static final int BODY_BYTES_MAX = 16 * 1024;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static byte[] bytes(JsonNode json) {
        return MAPPER.writeValueAsBytes(json);
    }

    static void send(Context context, int status, JsonNode json) {
        context.status(status)
                .contentType("application/json")
                .header("Cache-Control", "no-store")
                .result(bytes(json));
    }

    /// The body as an object with none but these members.
    ///
    /// @throws Problem.Thrown it is none
    static JsonNode body(Context context, List<String> members) throws IOException {
        if (!isJson(context.contentType())) {
            throw Problem.of(415, "not-json").thrown();
        }
        byte[] body = context.bodyInputStream().readNBytes(BODY_BYTES_MAX + 1);
        if (body.length > BODY_BYTES_MAX) {
            throw Problem.of(413, "body-too-large", BODY_BYTES_MAX).thrown();
        }
        JsonNode json;
        try {
            json = MAPPER.readTree(body);
        } catch (JacksonException malformed) {
            throw Problem.of(400, "bad-json").thrown();
        }
        if (!json.isObject()) {
            throw Problem.of(400, "bad-json").thrown();
        }
        for (Map.Entry<String, JsonNode> member : json.properties()) {
            if (!members.contains(member.getKey())) {
                String shown = member.getKey()
                        .substring(0, Math.min(40, member.getKey().length()));
                throw Problem.of(400, "unknown-member", shown, String.join(", ", members))
                        .thrown();
            }
        }
        return json;
    }

    private static boolean isJson(@Nullable String contentType) {
        if (contentType == null) {
            return false;
        }
        int parameters = contentType.indexOf(';');
        String type = parameters < 0 ? contentType : contentType.substring(0, parameters);
        return type.strip().equalsIgnoreCase("application/json");
    }

    static String text(JsonNode json, String member) {
        JsonNode value = json.path(member);
        if (!value.isString()) {
            throw Problem.of(400, "bad-member", member).thrown();
        }
        return value.stringValue();
    }

    /// A text, or null where the member is absent or null.
    static @Nullable String textOrNull(JsonNode json, String member) {
        JsonNode value = json.path(member);
        return value.isMissingNode() || value.isNull() ? null : text(json, member);
    }

    static int integer(JsonNode json, String member) {
        JsonNode value = json.path(member);
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw Problem.of(400, "bad-member", member).thrown();
        }
        return value.intValue();
    }

    static ObjectNode of(LiveLine line) {
        return object().put("call", line.call().value())
                .put("direction", line.direction().name())
                .put("stage", line.stage().name())
                .put("since", line.since().toString())
                .put("invitedAt", line.invitedAt().toString())
                .put(
                        "answeredAt",
                        line.answeredAt() == null ? null : line.answeredAt().toString())
                .put("inside", address(line.inside()))
                .put("outside", address(line.outside()))
                .put(
                        "outsideWithheld",
                        line.outside() == null ? null : nameOf(line.outside().anonymity()))
                .put("exemptable", line.exemptable())
                .put(
                        "exempted",
                        line.exempted() == null ? null : line.exempted().number())
                .put("attestable", line.attestable())
                .put("replayable", line.replayable())
                .put(
                        "unrecorded",
                        line.unrecorded() == null ? null : line.unrecorded().name())
                .put(
                        "recording",
                        line.recording() == null ? null : line.recording().value())
                .put("pausable", line.pausable())
                .put("pausedUntil", time(line.pausedUntil()))
                .put("objectedAt", time(line.objectedAt()))
                .put("preserved", line.preserved());
    }

    static ObjectNode of(CallRecord call) {
        ObjectNode json = object().put("recording", call.seal().recording().value())
                .put("call", call.call().value())
                .put("direction", call.direction().name())
                .put("inside", address(call.inside()))
                .put("outside", address(call.outside()))
                .put("invitedAt", call.invitedAt().toString())
                .put(
                        "answeredAt",
                        call.answeredAt() == null ? null : call.answeredAt().toString())
                .put("objectedAt", time(call.objectedAt()))
                .put("endedAt", call.endedAt().toString())
                .put("end", call.end().name())
                .put("result", call.result().name());
        json.put("insideNumber", call.inside().e164());
        json.put("outsideNumber", call.outside().e164());
        json.put("outsideWithheld", nameOf(call.outside().anonymity()));
        json.put("dialled", address(call.dialled()));
        json.put("section", call.line() == null ? null : call.line().section());
        json.put("site", call.line() == null ? null : call.line().site());
        json.set("signalling", of(call.signalling()));
        json.set("basis", of(call.basis()));
        json.set(
                "seal",
                object().put("location", call.seal().location())
                        .put("root", call.seal().root())
                        .put("bytes", call.seal().bytes())
                        .put("sealedAt", call.seal().sealedAt().toString()));
        ArrayNode preserved = json.putArray("preserved");
        call.preserved().forEach(request -> preserved.add(of(request)));
        ArrayNode accounts = json.putArray("accounts");
        call.accounts().forEach(account -> accounts.add(of(account)));
        return json;
    }

    private static ObjectNode of(Preservation request) {
        return object().put("request", request.id())
                .put("author", request.author())
                .put("channel", request.channel().name())
                .put("reason", request.reason())
                .put("at", request.at().toString());
    }

    private static ObjectNode of(Basis basis) {
        return switch (basis) {
            case Basis.Announced announced ->
                object().put("kind", "announced")
                        .put("prompt", announced.promptId())
                        .put("language", announced.language())
                        .put("startedAt", announced.startedAt().toString())
                        .put("endedAt", announced.endedAt().toString())
                        .put("packets", announced.packets())
                        .put("attempt", announced.attempt())
                        .put("receiverReports", announced.receiverReports());
            case Basis.Exempted exempted ->
                object().put("kind", "exempted")
                        .put("ground", exempted.ground().number())
                        .put("author", exempted.author())
                        .put("at", exempted.at().toString())
                        .put("channel", exempted.channel().name())
                        .put("stage", exempted.stage().name());
            case Basis.Attested attested ->
                object().put("kind", "attested")
                        .put("author", attested.author())
                        .put("at", attested.at().toString())
                        .put("channel", attested.channel().name())
                        .put("stage", attested.stage().name());
            case Basis.Unknown() -> object().put("kind", "unknown");
        };
    }

    private static ObjectNode of(StreamAccount account) {
        ObjectNode withheld = object();
        account.withheld()
                .forEach((reason, count) ->
                        withheld.put(reason.name().toLowerCase(Locale.ROOT).replace('_', '-'), count));
        ObjectNode json = object().put("leg", account.leg().name())
                .put("received", account.received())
                .put("recorded", account.recorded())
                .put("lost", account.lost());
        json.set("withheld", withheld);
        return json;
    }

    private static ObjectNode of(Signalling signalling) {
        ObjectNode json = object().put("rangAt", time(signalling.rangAt()))
                .put("answeredAt", time(signalling.answeredAt()))
                .put("acknowledgedAt", time(signalling.acknowledgedAt()))
                .put("byeAt", time(signalling.byeAt()))
                .put("forks", signalling.forks())
                .put("passedAgain", signalling.passedAgain())
                .put("left", signalling.left());
        ArrayNode finals = json.putArray("finals");
        signalling.finals().forEach(finals::add);
        ArrayNode transfers = json.putArray("transfers");
        signalling
                .transfers()
                .forEach(transfer -> transfers
                        .addObject()
                        .put("kind", transfer.kind().name())
                        .put("by", transfer.by().name())
                        .put("at", transfer.at().toString()));
        ArrayNode links = json.putArray("links");
        signalling
                .links()
                .forEach(link -> links.addObject()
                        .put("relation", link.relation().name())
                        .put("call", link.other().value())
                        .put("at", link.at().toString()));
        return json;
    }

    static @Nullable String time(@Nullable Instant at) {
        return at == null ? null : at.toString();
    }

    private static @Nullable String nameOf(@Nullable Enum<?> constant) {
        return constant == null ? null : constant.name();
    }

    private static @Nullable String address(@Nullable Party party) {
        return party == null ? null : party.addressOfRecord();
    }
}
