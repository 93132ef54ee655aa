package org.koegura.console;

import io.javalin.http.Context;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.koegura.console.page.Language;
import org.koegura.console.page.Words;
import org.koegura.governance.Answer;
import org.koegura.governance.Door;
import org.koegura.governance.Refusal;
import org.koegura.governance.account.Session;

/// Who is asking, in which language, and whether the request comes from where it should.
final class Gate {

    static final String SESSION_COOKIE = "koegura_session";
    static final String LANGUAGE_COOKIE = "koegura_language";

    private static final String BEARER = "bearer ";

    private final Door door;

    Gate(Door door) {
        this.door = door;
    }

    /// The session of the request: by its bearer token, or by its cookie. An act by cookie must come from our own page,
    /// or carry a header that no foreign page can set.
    ///
    /// @throws Problem.Thrown nobody is signed in, or a foreign page asks
    Session session(Context context) {
        if (bearer(context) == null && changesSomething(context)) {
            mustBeOurs(context);
        }
        return granted(context, current(context));
    }

    /// The session of a request that goes on: as it stands at this moment.
    Answer<Session> current(Context context) {
        String bearer = bearer(context);
        return door.session(bearer == null ? context.cookie(SESSION_COOKIE) : bearer);
    }

    static @Nullable String bearer(Context context) {
        String authorization = context.header("Authorization");
        if (authorization == null || !authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            return null;
        }
        return authorization.substring(BEARER.length()).strip();
    }

    private static boolean changesSomething(Context context) {
        return switch (context.method().name()) {
            case "GET", "HEAD", "OPTIONS" -> false;
            default -> true;
        };
    }

    /// @throws Problem.Thrown a foreign page sends this
    static void mustBeOurs(Context context) {
        String origin = context.header("Origin");
        String host = context.header("Host");
        boolean marked = "1".equals(context.header("X-Koegura"));
        boolean ours = origin == null
                ? "same-origin".equals(context.header("Sec-Fetch-Site"))
                : origin.equals("http://" + host) || origin.equals("https://" + host);
        if (!marked && !ours) {
            throw Problem.of(403, "foreign-origin").thrown();
        }
    }

    /// What was granted.
    ///
    /// @throws Problem.Thrown it was refused
    static <T> T granted(Context context, Answer<T> answer) {
        return switch (answer) {
            case Answer.Granted<T>(T value) -> value;
            case Answer.Refused<T>(Refusal why) -> throw problem(context, why).thrown();
        };
    }

    /// The problem of a refused sign-in; tells the client how long to wait.
    static Problem signInProblem(Context context, Refusal why) {
        return why instanceof Refusal.NotSignedIn ? Problem.of(401, "wrong-password") : problem(context, why);
    }

    private static Problem problem(Context context, Refusal why) {
        if (why instanceof Refusal.Locked(var retryAfter)) {
            context.header("Retry-After", "" + Math.max(1, retryAfter.toSeconds()));
        }
        return Problem.of(why, words(context));
    }

    /// The reader's words: of a program by `Accept-Language`, of a page by the switch; Japanese where nothing is said.
    static Words words(Context context) {
        if (context.path().startsWith("/api/")) {
            return Words.in(Language.ofHeader(context.header("Accept-Language")));
        }
        return Words.in(Language.ofTag(context.cookie(LANGUAGE_COOKIE)));
    }

    static void setSessionCookie(Context context, String token) {
        context.res().addHeader("Set-Cookie", SESSION_COOKIE + "=" + token + "; Path=/; HttpOnly; SameSite=Strict");
    }

    static void clearSessionCookie(Context context) {
        context.res().addHeader("Set-Cookie", SESSION_COOKIE + "=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
    }

    static void setLanguageCookie(Context context, Language language) {
        context.res()
                .addHeader(
                        "Set-Cookie",
                        LANGUAGE_COOKIE + "=" + language.tag()
                                + "; Path=/; Max-Age=31536000; HttpOnly; SameSite=Strict");
    }
}
