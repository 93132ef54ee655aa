package org.koegura.console;

import io.javalin.http.Context;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.replay.ReplayAnswer;
import org.koegura.console.page.Moment;
import org.koegura.console.page.Words;
import org.koegura.governance.Refusal;
import org.koegura.governance.standing.StandingRefusal;

/// Why a request was not answered, as RFC 9457 `application/problem+json` in the reader's language.
///
/// @param status HTTP status
/// @param key names it: the `reason`, and the texts `problem.KEY.title` and `.detail`
/// @param values for the places in the detail
record Problem(int status, String key, List<Object> values) {

    /// Whose calendar a problem speaks of days in.
    private static final ZoneId JAPAN = ZoneId.of("Asia/Tokyo");

    static final String TYPE = "application/problem+json";

    Problem {
        values = List.copyOf(values);
    }

    static Problem of(int status, String key, Object... values) {
        return new Problem(status, key, List.of(values));
    }

    /// Leaves a handler with a problem as its answer.
    static final class Thrown extends RuntimeException {
        private final Problem problem;

        Thrown(Problem problem) {
            super(problem.key(), null, false, false);
            this.problem = problem;
        }

        Problem problem() {
            return problem;
        }
    }

    Thrown thrown() {
        return new Thrown(this);
    }

    /// The problem that a refusal of the door becomes.
    static Problem of(Refusal refusal, Words words) {
        return switch (refusal) {
            case Refusal.NotSignedIn() -> of(401, "not-signed-in");
            case Refusal.Locked(var retryAfter) -> of(429, "locked", retryAfter.toMinutes() + 1);
            case Refusal.Forbidden _ -> of(403, "forbidden");
            case Refusal.NotFound() -> of(404, "not-found");
            case Refusal.NoWarrant() -> of(403, "no-warrant");
            case Refusal.Overwritten(Instant at) ->
                of(410, "overwritten", Moment.of(at, JAPAN).text(words.language()));
            case Refusal.Invalid(Refusal.Reason reason) ->
                of(reason == Refusal.Reason.RECORDING_DAMAGED ? 500 : 400, key(reason));
            case Refusal.TooLate(Stage stage) -> of(409, "too-late", words.of("stage", stage));
            case Refusal.NotAttestable(Stage stage) -> of(409, "not-attestable", words.of("stage", stage));
            case Refusal.NotReplayable(Stage stage) -> of(409, "not-replayable", words.of("stage", stage));
            case Refusal.NotPlayed(ReplayAnswer why) -> of(409, "not-played", words.of("unplayed", why));
            case Refusal.SwitchedOff() -> of(403, "switched-off");
            case Refusal.NotKept(Stage stage) -> of(409, "not-kept", words.of("stage", stage));
            case Refusal.NotPreservable(Stage stage) -> of(409, "not-preservable", words.of("stage", stage));
            case Refusal.NotUp(Stage stage) -> of(409, "not-up", words.of("stage", stage));
            case Refusal.NotStanding(StandingRefusal why) -> of(status(why), "standing-" + why.word());
            case Refusal.TooManyWatches() -> of(429, "too-many-watches");
            case Refusal.Unavailable(Refusal.Source source) -> of(503, key(source));
        };
    }

    private static int status(StandingRefusal why) {
        return switch (why) {
            case NUMBER_UNREADABLE, END_OUT_OF_RANGE -> 400;
            case RENEWED_BY_AUTHOR, SELF_APPROVED, NOT_THE_APPROVER, NOT_YOURS -> 403;
            case UNKNOWN -> 404;
            case PROPOSED_ALREADY, TOO_MANY, EXPIRED, NOT_PENDING -> 409;
        };
    }

    private static String key(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String title(Words words) {
        return words.text("problem." + key + ".title");
    }

    String detail(Words words) {
        return words.text("problem." + key + ".detail", values.toArray());
    }

    /// As the body of an answer of [#TYPE].
    byte[] json(Words words) {
        return Json.bytes(Json.object()
                .put("type", "urn:koegura:problem:" + key)
                .put("title", title(words))
                .put("status", status)
                .put("detail", detail(words))
                .put("reason", key));
    }

    /// Writes it as the answer.
    void send(Context context, Words words) {
        if (status == 401) {
            context.header("WWW-Authenticate", "Bearer realm=\"koegura\"");
        }
        context.status(status)
                .header("Content-Language", words.language().tag())
                .header("Cache-Control", "no-store")
                .contentType(TYPE)
                .result(json(words));
    }
}
