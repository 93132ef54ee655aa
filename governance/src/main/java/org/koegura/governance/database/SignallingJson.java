package org.koegura.governance.database;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.Signalling;
import org.koegura.callmodel.Signalling.Link;
import org.koegura.callmodel.Signalling.Relation;
import org.koegura.callmodel.Signalling.Transfer;
import org.koegura.governance.journal.Instants;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The column `signalling` of a call, to JSON and back.
final class SignallingJson {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private SignallingJson() {}

    static String text(Signalling signalling) {
        ObjectNode json = JSON.createObjectNode();
        json.put("rangAt", Instants.textOrNull(signalling.rangAt()));
        json.put("answeredAt", Instants.textOrNull(signalling.answeredAt()));
        json.put("acknowledgedAt", Instants.textOrNull(signalling.acknowledgedAt()));
        json.put("byeAt", Instants.textOrNull(signalling.byeAt()));
        ArrayNode finals = json.putArray("finals");
        signalling.finals().forEach(finals::add);
        json.put("forks", signalling.forks());
        json.put("passedAgain", signalling.passedAgain());
        ArrayNode transfers = json.putArray("transfers");
        for (Transfer transfer : signalling.transfers()) {
            transfers
                    .addObject()
                    .put("kind", transfer.kind().name())
                    .put("by", transfer.by().name())
                    .put("at", Instants.text(transfer.at()));
        }
        ArrayNode links = json.putArray("links");
        for (Link link : signalling.links()) {
            links.addObject()
                    .put("relation", link.relation().name())
                    .put("call", link.other().value())
                    .put("at", Instants.text(link.at()));
        }
        json.put("left", signalling.left());
        return json.toString();
    }

    /// @param text null in a row from before these facts were kept
    static Signalling read(@Nullable String text) {
        if (text == null) {
            return Signalling.NONE;
        }
        JsonNode json = JSON.readTree(text);
        List<Integer> finals = new ArrayList<>();
        json.required("finals").forEach(status -> finals.add(status.intValue()));
        List<Transfer> transfers = new ArrayList<>();
        json.required("transfers")
                .forEach(transfer -> transfers.add(new Transfer(
                        Signalling.Kind.valueOf(transfer.required("kind").stringValue()),
                        Leg.valueOf(transfer.required("by").stringValue()),
                        Instant.parse(transfer.required("at").stringValue()))));
        List<Link> links = new ArrayList<>();
        json.path("links") // absent in a row from before they were kept
                .forEach(link -> links.add(new Link(
                        Relation.valueOf(link.required("relation").stringValue()),
                        new CallId(link.required("call").stringValue()),
                        Instant.parse(link.required("at").stringValue()))));
        return new Signalling(
                instant(json, "rangAt"),
                instant(json, "answeredAt"),
                instant(json, "acknowledgedAt"),
                instant(json, "byeAt"),
                finals,
                json.required("forks").intValue(),
                json.required("passedAgain").intValue(),
                transfers,
                links,
                json.required("left").intValue());
    }

    private static @Nullable Instant instant(JsonNode json, String name) {
        return Instants.instantOrNull(
                json.required(name).isNull() ? null : json.required(name).stringValue());
    }
}
