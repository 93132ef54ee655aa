package org.koegura.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.console.OpenConsole.json;
import static org.koegura.console.ProblemLine.isProblem;

import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Signing in and out, by program and by page.
class SignInTest extends AtTheConsole {

    @Test
    void aProgramGetsATokenAndNoCookie() throws Exception {
        HttpResponse<String> answer = open.signIn("operator", open.passwords.operator());

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(json(answer).path("account").stringValue()).isEqualTo("operator");
        assertThat(json(answer).path("roles").get(0).stringValue()).isEqualTo("operator");
        assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(open.get("/api/v1/calls", json(answer).path("token").stringValue())
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aWrongPasswordAndAnUnknownAccountLookTheSame() throws Exception {
        HttpResponse<String> wrong = open.signIn("operator", open.passwords.administrator());
        HttpResponse<String> unknown = open.signIn("nobody", open.passwords.administrator());

        isProblem(wrong, 401, "wrong-password");
        assertThat(unknown.body()).isEqualTo(wrong.body());
    }

    @Test
    void guessingIsLockedOutAndTellsHowLongToWait() throws Exception {
        for (int guess = 0; guess < 5; guess++) {
            isProblem(open.signIn("operator", "wrong"), 401, "wrong-password");
        }
        open.clock.advance(Duration.ofMinutes(5));

        HttpResponse<String> locked = open.signIn("operator", open.passwords.operator());

        isProblem(locked, 429, "locked");
        assertThat(locked.headers().firstValue("Retry-After")).contains("600");
        HttpResponse<String> page = open.send(
                open.form("/sign-in", "account=operator&password=x", open.base().toString()));
        assertThat(page.statusCode()).isEqualTo(429);
        assertThat(page.headers().firstValue("Retry-After")).contains("600");
        assertThat(page.body()).contains("失敗が続いたため");

        open.clock.advance(Duration.ofMinutes(10));
        open.operator();
    }

    @Test
    void nobodyReachesAnythingWithoutSigningIn() throws Exception {
        String call = "/api/v1/calls/" + "ab".repeat(16) + "/exemption";
        String recording = "/api/v1/recordings/" + "ab".repeat(16);
        for (String path : new String[] {
            "/api/v1/calls", "/api/v1/recordings", recording, "/api/v1/playbacks/" + "ab".repeat(16) + "/audio.wav"
        }) {
            HttpResponse<String> answer = open.send(open.request(path));
            isProblem(answer, 401, "not-signed-in");
            assertThat(answer.headers().firstValue("WWW-Authenticate")).isPresent();
        }
        isProblem(open.post(call, "{\"ground\":1}", "made-up"), 401, "not-signed-in");
        isProblem(open.post(recording + "/playbacks", "{\"purpose\":\"fairness\"}", "made-up"), 401, "not-signed-in");
    }

    @Test
    void aTokenThatWasSignedOutOpensNothing() throws Exception {
        String token = open.operator();

        assertThat(open.send(open.request("/api/v1/sessions/current")
                                .header("Authorization", "Bearer " + token)
                                .DELETE())
                        .statusCode())
                .isEqualTo(204);

        isProblem(open.get("/api/v1/calls", token), 401, "not-signed-in");
    }

    @Test
    void theCookieOfThePageIsOutOfReachOfScriptsAndOtherSites() throws Exception {
        HttpResponse<String> answer = open.send(open.form(
                "/sign-in",
                "account=operator&password=" + open.passwords.operator(),
                open.base().toString()));

        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(answer.headers().firstValue("Location").orElse("")).endsWith("/calls");
        assertThat(answer.headers().firstValue("Set-Cookie").orElse(""))
                .startsWith("koegura_session=")
                .contains("HttpOnly", "SameSite=Strict", "Path=/");
    }

    @Test
    void aLinkToARecordingLeadsThroughTheSignInToThatRecording() throws Exception {
        String path = "/recordings/" + Recorded.id(1);

        HttpResponse<String> turnedAway = open.send(open.request(path));
        assertThat(turnedAway.statusCode()).isEqualTo(303);
        String signIn = turnedAway.headers().firstValue("Location").orElse("");
        assertThat(signIn).endsWith("/sign-in?wanted=" + path);

        HttpResponse<String> form = open.send(open.request(signIn));
        assertThat(form.body()).contains("name=\"wanted\" value=\"" + path + "\"");
        assertThat(signedInWanting(path)).endsWith(path);
    }

    @Test
    void signingInLeadsToNoOtherSite() throws Exception {
        for (String wanted : new String[] {"https://evil.example/", "//evil.example", "/\\evil.example", "/metrics"}) {
            assertThat(signedInWanting(wanted)).isEqualTo(signedInWanting(""));
        }
    }

    private String signedInWanting(String wanted) throws Exception {
        HttpResponse<String> answer = open.send(open.form(
                "/sign-in",
                "account=operator&password=" + open.passwords.operator() + "&wanted=" + wanted,
                open.base().toString()));
        return answer.headers().firstValue("Location").orElseThrow();
    }

    @Test
    void aPageThatNeedsSigningInLeadsThere() throws Exception {
        HttpResponse<String> answer = open.send(open.request("/calls"));

        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(answer.headers().firstValue("Location").orElse("")).endsWith("/sign-in");
    }

    @Test
    void aForeignPageCannotActByTheCookie() throws Exception {
        String cookie = open.cookie();
        String path = "/api/v1/recordings/" + Recorded.id(1) + "/playbacks";
        open.record(Recorded.announced(1));
        String body = "{\"purpose\":\"fairness\"}";

        isProblem(
                open.send(open.post(path, body).header("Cookie", cookie).header("Origin", "https://evil.example")),
                403,
                "foreign-origin");
        isProblem(open.send(open.post(path, body).header("Cookie", cookie)), 403, "foreign-origin");
        isProblem(
                open.send(open.post(path, body).header("Cookie", cookie).header("Origin", "null")),
                403,
                "foreign-origin");
        for (String act : new String[] {"/sign-out", "/sign-in", "/language"}) {
            HttpResponse<String> answer = open.send(
                    open.form(act, "language=en", "https://evil.example").header("Cookie", cookie));
            assertThat(answer.statusCode()).as(act).isEqualTo(403);
        }
        assertThat(open.journal()).doesNotContain("recording.play");
        assertThat(open.page("/calls", cookie).statusCode())
                .as("still signed in")
                .isEqualTo(200);

        assertThat(open.send(open.post(path, body).header("Cookie", cookie).header("X-Koegura", "1"))
                        .statusCode())
                .as("control: our own script")
                .isEqualTo(201);
    }
}
