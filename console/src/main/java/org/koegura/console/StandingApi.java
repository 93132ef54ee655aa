package org.koegura.console;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.koegura.governance.Door;
import org.koegura.governance.account.Session;
import org.koegura.governance.standing.StandingExemption;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Standing exemptions (N8) under `/api/v1/standing-exemptions`; `docs/api.md` is its description.
final class StandingApi {

    private static final String ROOT = "/api/v1/standing-exemptions";
    private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");

    private final Door door;
    private final Gate gate;
    private final Clock clock;

    StandingApi(Door door, Gate gate, Clock clock) {
        this.door = door;
        this.gate = gate;
        this.clock = clock;
    }

    void addTo(RoutesConfig routes) {
        routes.get(ROOT, this::list);
        routes.post(ROOT, this::propose);
        routes.post(ROOT + "/{standing}/approval", this::approve);
        routes.delete(ROOT + "/{standing}", this::withdraw);
    }

    private void list(Context context) {
        Session session = gate.session(context);
        ObjectNode json = Json.object();
        ArrayNode all = json.putArray("standing");
        Gate.granted(context, door.standing(session)).forEach(each -> all.add(json(each)));
        Json.send(context, 200, json);
    }

    private void propose(Context context) throws IOException {
        Session session = gate.session(context);
        JsonNode body = Json.body(context, List.of("number", "ground", "text", "until"));
        StandingExemption one = Gate.granted(
                context,
                door.proposeStanding(
                        session,
                        Json.text(body, "number"),
                        Json.integer(body, "ground"),
                        Json.textOrNull(body, "text"),
                        instant(Json.textOrNull(body, "until"))));
        context.header("Location", ROOT + "/" + one.id());
        Json.send(context, 201, json(one));
    }

    private void approve(Context context) {
        Session session = gate.session(context);
        Json.send(context, 200, json(Gate.granted(context, door.approveStanding(session, id(context)))));
    }

    private void withdraw(Context context) {
        Session session = gate.session(context);
        Gate.granted(context, door.withdrawStanding(session, id(context)));
        context.status(204);
    }

    static String id(Context context) {
        String id = context.pathParam("standing");
        if (!ID.matcher(id).matches()) {
            throw Problem.of(400, "bad-id").thrown();
        }
        return id;
    }

    private static @Nullable Instant instant(@Nullable String text) {
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeException malformed) {
            throw Problem.of(400, "bad-member", "until").thrown();
        }
    }

    private ObjectNode json(StandingExemption of) {
        return Json.object()
                .put("id", of.id())
                .put("status", of.status(clock.instant()).name())
                .put("number", of.number())
                .put("ground", of.ground().number())
                .put("text", of.words())
                .put("author", of.author())
                .put("as", of.authorRole().label())
                .put("section", of.section())
                .put("proposedAt", of.proposedAt().toString())
                .put("until", of.endsAt().toString())
                .put("approver", of.approver())
                .put("approvedAt", Json.time(of.approvedAt()))
                .put("withdrawnBy", of.withdrawnBy())
                .put("withdrawnAt", Json.time(of.withdrawnAt()));
    }
}
