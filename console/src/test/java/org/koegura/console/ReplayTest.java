package org.koegura.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.console.OpenConsole.json;
import static org.koegura.console.ProblemLine.isProblem;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.replay.ReplayAnswer;
import org.koegura.console.page.Language;
import org.koegura.console.page.Words;

/// The notice once more in mid-call, over HTTP and on the page (N13).
class ReplayTest extends AtTheConsole {

    private HttpResponse<String> replay(CallId call, String body, String token) throws Exception {
        return open.post("/api/v1/calls/" + call.value() + "/replay", body, token);
    }

    @Test
    void theOperatorHasItPlayedInALanguageThatTheListNames() throws Exception {
        CallId call = open.calls.add(Stage.RECORDED);
        var list = json(open.get("/api/v1/calls", open.operator()));
        assertThat(list.path("calls").get(0).path("replayable").booleanValue()).isTrue();
        assertThat(list.path("replayLanguages").valueStream().map(one -> one.stringValue()))
                .containsExactly("ja", "ja-simple", "en");

        HttpResponse<String> answer = replay(call, "{\"language\":\"ja-simple\"}", open.operator());

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json(answer).path("language").stringValue()).isEqualTo("ja-simple");
        assertThat(json(replay(call, "{}", open.operator())).path("language").stringValue())
                .isEqualTo("ja");
        assertThat(open.calls.replays).containsExactly("ja-simple", "line");
        assertThat(open.journal())
                .contains("\"act\":\"notice.replay\"", "\"act\":\"notice.replay.outcome\"", call.value());
    }

    @ParameterizedTest
    @EnumSource(names = {"RINGING", "NOTICE", "ORAL_NOTICE", "RECORDED_WITHOUT_NOTICE", "NOT_RECORDED"})
    void whereItIsNotDueThatIsSaidAndNotOffered(Stage stage) throws Exception {
        CallId call = open.calls.add(stage);
        isProblem(replay(call, "{}", open.operator()), 409, "not-replayable");
        assertThat(open.page("/calls", open.cookie()).body()).doesNotContain("class=\"replay\"");
        assertThat(open.calls.replays).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = "PLAYS", mode = EnumSource.Mode.EXCLUDE)
    void whyItCannotBePlayedIsSaidInEitherLanguage(ReplayAnswer why) throws Exception {
        CallId call = open.calls.add(Stage.RECORDED);
        open.calls.unplayed = why;
        isProblem(replay(call, "{}", open.operator()), 409, "not-played");
        for (Language language : Language.values()) {
            assertThat(Words.in(language).of("unplayed", why)).isNotBlank();
        }
    }

    @Test
    void anUnknownLanguageIsAProblemAndAnAdministratorHasNonePlayed() throws Exception {
        CallId call = open.calls.add(Stage.RECORDED);
        isProblem(replay(call, "{\"language\":\"xx\"}", open.operator()), 400, "language-unknown");
        isProblem(replay(call, "{}", open.administrator()), 403, "forbidden");
        assertThat(open.calls.replays).isEmpty();
    }

    @Test
    void thePageOffersTheLanguagesJapaneseFirst() throws Exception {
        open.calls.add(Stage.RECORDED);
        String page = open.page("/calls", open.cookie()).body();
        assertThat(page).contains("class=\"replay\"", "id=\"replay\"");
        assertThat(page.indexOf("data-language=\"ja\""))
                .isPositive()
                .isLessThan(page.indexOf("data-language=\"ja-simple\""));
        assertThat(page.indexOf("data-language=\"ja-simple\"")).isLessThan(page.indexOf("data-language=\"en\""));
        assertThat(Words.in(Language.JA).spoken("ja-simple")).isEqualTo("やさしい日本語");
        assertThat(Words.in(Language.EN).spoken("ko"))
                .as("without a word of its own")
                .isEqualTo("ko");
    }
}
