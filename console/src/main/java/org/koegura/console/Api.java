package org.koegura.console;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.Exemption.Channel;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.RecordingStore.Form;
import org.koegura.callmodel.port.RecordingStore.PlaybackAudio;
import org.koegura.governance.Answer;
import org.koegura.governance.CopyTicket;
import org.koegura.governance.Door;
import org.koegura.governance.Door.SignedIn;
import org.koegura.governance.ExportedCopy;
import org.koegura.governance.PlayTicket;
import org.koegura.governance.RecordingPage;
import org.koegura.governance.Refusal;
import org.koegura.governance.account.Session;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The REST interface under `/api/v1`; `docs/api.md` is its description.
final class Api {

    private static final String ROOT = "/api/v1";
    private static final int RECORDINGS_DEFAULT = 50;

    private final Door door;
    private final Gate gate;

    Api(Door door, Gate gate) {
        this.door = door;
        this.gate = gate;
    }

    void addTo(RoutesConfig routes) {
        routes.get(
                ROOT + "/health",
                context -> Json.send(context, 200, Json.object().put("status", "up")));
        routes.post(ROOT + "/sessions", this::signIn);
        routes.delete(ROOT + "/sessions/current", this::signOut);
        routes.get(ROOT + "/calls", this::calls);
        routes.post(ROOT + "/calls/{call}/exemption", this::exempt);
        routes.post(ROOT + "/calls/{call}/attestation", this::attest);
        routes.post(ROOT + "/calls/{call}/replay", this::replay);
        routes.post(ROOT + "/calls/{call}/pause", this::pause);
        routes.delete(ROOT + "/calls/{call}/pause", this::resume);
        routes.post(ROOT + "/calls/{call}/objection", this::object);
        routes.post(ROOT + "/calls/{call}/preservation", this::preserveCall);
        routes.get(ROOT + "/recordings", this::recordings);
        routes.get(ROOT + "/recordings/{recording}", this::recording);
        routes.post(ROOT + "/recordings/{recording}/preservation", this::preserve);
        routes.post(ROOT + "/recordings/{recording}/playbacks", this::play);
        routes.get(ROOT + "/playbacks/{ticket}/audio.wav", this::audio);
        routes.post(ROOT + "/recordings/{recording}/exports", this::export);
        routes.get(ROOT + "/exports/{ticket}", this::copy);
    }

    /// Sets no cookie: a program keeps the token itself, and a foreign page can sign nobody in.
    private void signIn(Context context) throws IOException {
        JsonNode body = Json.body(context, List.of("account", "password"));
        String account = Json.text(body, "account");
        char[] password = Json.text(body, "password").toCharArray();
        switch (door.signIn(account, password, context.ip())) {
            case Answer.Granted<SignedIn>(SignedIn signedIn) -> Json.send(context, 201, json(signedIn));
            case Answer.Refused<SignedIn>(Refusal why) ->
                throw Gate.signInProblem(context, why).thrown();
        }
    }

    private static ObjectNode json(SignedIn signedIn) {
        ObjectNode json = Json.object()
                .put("token", signedIn.token())
                .put("account", signedIn.session().account());
        ArrayNode roles = json.putArray("roles");
        signedIn.session().posts().forEach(post -> roles.add(post.role().label()));
        return json;
    }

    private void signOut(Context context) {
        Gate.granted(context, door.signOut(gate.session(context)));
        Gate.clearSessionCookie(context);
        context.status(204);
    }

    private void calls(Context context) {
        Session session = gate.session(context);
        ObjectNode json = Json.object();
        ArrayNode calls = json.putArray("calls");
        Gate.granted(context, door.liveCalls(session)).forEach(line -> calls.add(Json.of(line)));
        ArrayNode languages = json.putArray("replayLanguages");
        door.replayLanguages().forEach(languages::add);
        Json.send(context, 200, json);
    }

    private void exempt(Context context) throws IOException {
        Session session = gate.session(context);
        CallId call = callId(context.pathParam("call"));
        JsonNode body = Json.body(context, List.of("ground", "text"));
        Stage stage = Gate.granted(
                context,
                door.exempt(
                        session, call, Json.integer(body, "ground"), Json.textOrNull(body, "text"), channel(context)));
        Json.send(context, 200, Json.object().put("stage", stage.name()));
    }

    private void attest(Context context) {
        Session session = gate.session(context);
        Stage stage = Gate.granted(context, door.attest(session, callId(context.pathParam("call")), channel(context)));
        Json.send(context, 200, Json.object().put("stage", stage.name()));
    }

    private void replay(Context context) throws IOException {
        Session session = gate.session(context);
        CallId call = callId(context.pathParam("call"));
        JsonNode body = Json.body(context, List.of("language"));
        String language =
                Gate.granted(context, door.replay(session, call, Json.textOrNull(body, "language"), channel(context)));
        Json.send(context, 200, Json.object().put("language", language));
    }

    private static Channel channel(Context context) {
        return Gate.bearer(context) == null ? Channel.CONSOLE : Channel.API;
    }

    private void pause(Context context) throws IOException {
        Session session = gate.session(context);
        CallId call = callId(context.pathParam("call"));
        String reason = reason(context);
        Instant until = Gate.granted(context, door.pause(session, call, reason, channel(context)));
        Json.send(context, 200, Json.object().put("until", until.toString()));
    }

    private void resume(Context context) {
        Session session = gate.session(context);
        Gate.granted(context, door.resume(session, callId(context.pathParam("call")), channel(context)));
        context.status(204);
    }

    private void object(Context context) {
        Session session = gate.session(context);
        Stage stage = Gate.granted(context, door.object(session, callId(context.pathParam("call")), channel(context)));
        Json.send(context, 200, Json.object().put("stage", stage.name()));
    }

    private void preserveCall(Context context) throws IOException {
        Session session = gate.session(context);
        CallId call = callId(context.pathParam("call"));
        String reason = reason(context);
        sendPreserved(context, Gate.granted(context, door.preserve(session, call, reason, channel(context))));
    }

    private void preserve(Context context) throws IOException {
        Session session = gate.session(context);
        RecordingId recording = recordingId(context.pathParam("recording"));
        String reason = reason(context);
        sendPreserved(context, Gate.granted(context, door.preserve(session, recording, reason, channel(context))));
    }

    private static @Nullable String reason(Context context) throws IOException {
        return Json.textOrNull(Json.body(context, List.of("reason")), "reason");
    }

    private static void sendPreserved(Context context, CallId call) {
        Json.send(context, 201, Json.object().put("call", call.value()));
    }

    private void recordings(Context context) {
        Session session = gate.session(context);
        RecordingPage page = Gate.granted(
                context,
                door.recordings(
                        session, limit(context.queryParam("limit")), recordingIdOrNull(context.queryParam("before"))));
        ObjectNode json = Json.object();
        ArrayNode recordings = json.putArray("recordings");
        page.calls().forEach(call -> recordings.add(Json.of(call)));
        json.put("next", page.next() == null ? null : page.next().value());
        Json.send(context, 200, json);
    }

    private static int limit(@Nullable String text) {
        if (text == null) {
            return RECORDINGS_DEFAULT;
        }
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException malformed) {
            throw Problem.of(400, "limit-out-of-range").thrown();
        }
    }

    private void recording(Context context) {
        Session session = gate.session(context);
        RecordingId recording = recordingId(context.pathParam("recording"));
        ObjectNode json = Json.of(Gate.granted(context, door.recording(session, recording)));
        Json.send(context, 200, json.put("exportable", door.offersExport(session, recording)));
    }

    private void play(Context context) throws IOException {
        Session session = gate.session(context);
        RecordingId recording = recordingId(context.pathParam("recording"));
        JsonNode body = Json.body(context, List.of("purpose"));
        PlayTicket ticket = Gate.granted(context, door.play(session, recording, Json.textOrNull(body, "purpose")));
        String audio = ROOT + "/playbacks/" + ticket.id() + "/audio.wav";
        sendTicket(context, "audio", audio, ticket.lengthBytes(), ticket.expiresAt());
    }

    private void audio(Context context) throws IOException, StoreFault {
        Session session = gate.session(context);
        PlaybackAudio audio = Gate.granted(context, door.audio(session, context.pathParam("ticket")));
        long length = audio.lengthBytes();
        context.header("Accept-Ranges", "bytes").header("Cache-Control", "no-store");
        switch (ByteRange.read(context.header("Range"), length)) {
            case ByteRange.Whole() -> send(context.status(200), audio, 0, length);
            case ByteRange.Part part -> {
                context.header("Content-Range", "bytes " + part.first() + "-" + part.last() + "/" + length);
                send(context.status(206), audio, part.first(), part.count());
            }
            case ByteRange.Unsatisfiable() -> {
                context.header("Content-Range", "bytes */" + length);
                throw Problem.of(416, "range").thrown();
            }
        }
    }

    private static void send(Context context, PlaybackAudio audio, long from, long count)
            throws IOException, StoreFault {
        context.contentType("audio/wav");
        context.res().setContentLengthLong(count);
        audio.write(context.res().getOutputStream(), from, count);
    }

    private void export(Context context) throws IOException {
        Session session = gate.session(context);
        RecordingId recording = recordingId(context.pathParam("recording"));
        JsonNode body = Json.body(context, List.of("form", "purpose"));
        Form form = form(Json.text(body, "form"));
        CopyTicket ticket =
                Gate.granted(context, door.export(session, recording, form, Json.textOrNull(body, "purpose")));
        sendTicket(context, "copy", ROOT + "/exports/" + ticket.id(), ticket.lengthBytes(), ticket.expiresAt());
    }

    private static void sendTicket(Context context, String what, String path, long bytes, Instant expiresAt)
            throws IOException {
        context.header("Location", path);
        Json.send(
                context, 201, Json.object().put(what, path).put("bytes", bytes).put("expiresAt", expiresAt.toString()));
    }

    private static Form form(String word) {
        return switch (word) {
            case "pcapng" -> Form.PCAPNG;
            case "wav" -> Form.WAV;
            default -> throw Problem.of(400, "form-unknown").thrown();
        };
    }

    /// No part of it alone: the whole is what the journal speaks of.
    private void copy(Context context) throws IOException, StoreFault {
        Session session = gate.session(context);
        ExportedCopy copy = Gate.granted(context, door.copy(session, context.pathParam("ticket")));
        String name = copy.recording() + suffix(copy.form());
        context.status(200)
                .contentType(type(copy.form()))
                .header("Cache-Control", "no-store")
                .header("Content-Disposition", "attachment; filename=\"" + name + "\"");
        context.res().setContentLengthLong(copy.lengthBytes());
        copy.write(context.res().getOutputStream());
    }

    private static String suffix(Form form) {
        return switch (form) {
            case PCAPNG -> ".pcapng";
            case WAV -> ".wav";
        };
    }

    /// pcapng has no registered media type.
    private static String type(Form form) {
        return switch (form) {
            case PCAPNG -> "application/octet-stream";
            case WAV -> "audio/wav";
        };
    }

    private static CallId callId(String text) {
        try {
            return new CallId(text);
        } catch (IllegalArgumentException malformed) {
            throw Problem.of(400, "bad-id").thrown();
        }
    }

    static @Nullable RecordingId recordingIdOrNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : recordingId(text);
    }

    static RecordingId recordingId(String text) {
        try {
            return new RecordingId(text);
        } catch (IllegalArgumentException malformed) {
            throw Problem.of(400, "bad-id").thrown();
        }
    }
}
