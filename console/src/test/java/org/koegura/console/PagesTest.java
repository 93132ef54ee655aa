package org.koegura.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.console.ProblemLine.showsNothingOfTheInside;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.Unrecorded;
import org.koegura.console.page.Language;
import org.koegura.console.page.Words;

/// The pages, as a browser gets them (U1, U5, A7).
@SuppressWarnings("NullAway.Init") // JUnit and @BeforeEach set the fields
class PagesTest {

    private static final String HOSTILE = "sip:\"'><script>alert(1)</script>@example.com";

    @TempDir
    Path directory;

    private OpenConsole open;
    private String cookie;

    @BeforeEach
    void open() throws Exception {
        open = new OpenConsole(directory);
        cookie = open.cookie();
    }

    @AfterEach
    void close() {
        open.close();
    }

    @Test
    void pagesAreJapaneseUntilTheReaderSwitches() throws Exception {
        assertThat(open.page("/calls", cookie).body()).contains("<html lang=\"ja\">", "通話中");

        HttpResponse<String> switched =
                open.send(open.form("/language", "language=en", open.base().toString())
                        .header("Cookie", cookie)
                        .header("Referer", open.base() + "/calls?before="));
        assertThat(switched.headers().firstValue("Location").orElse("")).endsWith("/calls?before=");
        String language = switched.headers().firstValue("Set-Cookie").orElseThrow();
        String both = cookie + "; " + language.substring(0, language.indexOf(';'));

        assertThat(open.page("/calls", both).body()).contains("<html lang=\"en\">", "Live calls");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example/calls", "http://127.0.0.1.evil.example/", "x", ""})
    void theSwitchLeadsBackToNoOtherSite(String referer) throws Exception {
        HttpResponse<String> switched = open.send(
                open.form("/language", "language=en", open.base().toString()).header("Referer", referer));

        assertThat(switched.headers().firstValue("Location").orElse(""))
                .endsWith("/calls")
                .doesNotContain("evil");
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void everyStageIsToldInWordsAndByAMark(Stage stage) throws Exception {
        open.calls.add(stage);

        String body = open.page("/calls/live", cookie).body();

        assertThat(body).contains(Words.in(Language.JA).of("stage", stage), "aria-hidden=\"true\"");
        boolean offered = stage == Stage.RINGING || stage == Stage.NOTICE || stage == Stage.ORAL_NOTICE;
        assertThat(body.contains("class=\"attest\"")).isEqualTo(stage == Stage.ORAL_NOTICE);
        assertThat(body.contains("class=\"exempt\"")).isEqualTo(offered);
    }

    @ParameterizedTest
    @EnumSource(Unrecorded.class)
    void anUnrecordedCallOffersExemptionOnlyAfterAFailedNotice(Unrecorded why) throws Exception {
        open.calls.add(Stage.NOT_RECORDED, new Party(ArrangedCalls.OUTSIDE), why);

        assertThat(open.page("/calls/live", cookie).body().contains("class=\"exempt\""))
                .isEqualTo(why == Unrecorded.NOTICE_FAILED);
    }

    @Test
    void anExemptedCallThatStillRingsOffersNoSecondExemption() throws Exception {
        var call = open.calls.add(Stage.RINGING);
        open.send(open.post("/api/v1/calls/" + call + "/exemption", "{\"ground\":2}")
                .header("Cookie", cookie)
                .header("X-Koegura", "1"));

        assertThat(open.page("/calls/live", cookie).body()).contains("呼出中").doesNotContain("class=\"exempt\"");
        assertThat(open.get("/api/v1/calls", open.operator()).body())
                .contains("\"exemptable\":false", "\"exempted\":2");
    }

    @Test
    void aCallThatIsNotRecordedSaysWhy() throws Exception {
        open.calls.add(Stage.NOT_RECORDED, new Party(ArrangedCalls.OUTSIDE), Unrecorded.UNSUPPORTED_CODEC);

        assertThat(open.page("/calls/live", cookie).body())
                .contains(Words.in(Language.JA).of("unrecorded", Unrecorded.UNSUPPORTED_CODEC));
    }

    @Test
    void aPartyWithoutNumberIsShownAsThat() throws Exception {
        open.calls.add(Stage.RINGING, Party.UNKNOWN, null);

        assertThat(open.page("/calls/live", cookie).body())
                .contains(Words.in(Language.JA).text("party.unknown"))
                .doesNotContain("unknown.invalid");
    }

    @Test
    void aPartyThatWithholdsItsNumberIsShownAsThat() throws Exception {
        open.calls.add(Stage.RINGING, new Party("sip:anonymous@anonymous.invalid"), null);

        assertThat(open.page("/calls/live", cookie).body()).contains("非通知").doesNotContain("anonymous");
    }

    @Test
    void aRecordingWithoutAPacketSaysSoInListAndPage() throws Exception {
        open.record(Recorded.silent(1), Recorded.announced(2));

        String silence = Words.in(Language.JA).text("recordings.silent");
        assertThat(open.page("/recordings/" + Recorded.id(1), cookie).body()).contains(silence);
        assertThat(open.page("/recordings/" + Recorded.id(2), cookie).body()).doesNotContain(silence);
        assertThat(open.page("/recordings/newest", cookie).body()).containsOnlyOnce(silence);
    }

    @Test
    void aRecordingThatACrashCutOffSaysWhatIsKnownAndClaimsNoCountOfWhatIsNot() throws Exception {
        open.record(Recorded.cutOff(1), Recorded.announced(2));

        Words words = Words.in(Language.JA);
        String page = open.page("/recordings/" + Recorded.id(1), cookie).body();
        assertThat(page)
                .contains(
                        words.text("result.cut-off"),
                        words.text("recording.streams.cut-off"),
                        ">" + words.text("count.unknown") + "</td>")
                .doesNotContain(words.text("recording.streams.lead"), words.text("result.partial"));
        assertThat(open.page("/recordings/" + Recorded.id(2), cookie).body())
                .contains(words.text("recording.streams.lead"))
                .doesNotContain(words.text("count.unknown"));
        assertThat(open.page("/recordings/newest", cookie).body()).containsOnlyOnce(words.text("result.cut-off"));
    }

    @Test
    void theListSaysThatTheNoticeWasPlayedAndHeardByNobodyUnlessTheReceiverReportedIt() throws Exception {
        open.record(Recorded.announced(1), Recorded.unreported(2));

        String list = open.page("/recordings/newest", cookie).body();
        assertThat(list).contains(">告知を送出（受信報告あり）<", ">告知を送出<");
    }

    @Test
    void thePageOfAnOverwrittenRecordingSaysWhenInWords() throws Exception {
        open.record(Recorded.announced(1));
        open.store.erase(Recorded.id(1), Instant.parse("2026-12-01T15:04:05Z"));

        HttpResponse<String> page = open.page("/recordings/" + Recorded.id(1), cookie);

        assertThat(page.statusCode()).isEqualTo(410);
        assertThat(page.body()).contains("上書き", "令和8年12月2日 00:04:05");
    }

    @Test
    void whatAPeerPutsIntoItsNumberStaysText() throws Exception {
        open.calls.add(Stage.RINGING, new Party(HOSTILE), null);
        open.record(Recorded.announced(1, new Party(HOSTILE)));

        for (String path :
                new String[] {"/calls", "/calls/live", "/recordings/newest", "/recordings/" + Recorded.id(1)}) {
            String body = open.page(path, cookie).body();
            assertThat(body).as(path).contains("&lt;script").doesNotContain("<script>alert", "\"'>");
        }
    }

    @Test
    void whatWasTypedIntoTheSignInStaysText() throws Exception {
        String typed = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E";
        HttpResponse<String> refused = open.send(open.form(
                "/sign-in",
                "account=" + typed + "&password=x&wanted=" + typed,
                open.base().toString()));

        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.body()).doesNotContain("<script>alert");
        assertThat(open.send(open.request("/sign-in?wanted=" + typed)).body()).doesNotContain("<script>alert");
    }

    @Test
    void theAdministratorsPageOffersNeitherRecordingsNorExemption() throws Exception {
        open.calls.add(Stage.RINGING);
        open.record(Recorded.announced(1));
        String administrator = administratorsCookie();

        String body = open.page("/calls", administrator).body();

        assertThat(body)
                .contains("呼出中", "非表示", "このアカウントは録音を扱えません")
                .doesNotContain("300000000", "class=\"exempt\"", "id=\"exempt\"", "/recordings/");
        for (String path : new String[] {"/recordings/newest", "/recordings/" + Recorded.id(1)}) {
            assertThat(open.page(path, administrator).statusCode()).as(path).isEqualTo(403);
        }
    }

    private String administratorsCookie() throws Exception {
        HttpResponse<String> answer = open.send(open.form(
                "/sign-in",
                "account=admin&password=" + open.passwords.administrator(),
                open.base().toString()));
        String set = answer.headers().firstValue("Set-Cookie").orElseThrow();
        return set.substring(0, set.indexOf(';'));
    }

    @Test
    void theRecordingsPageShowsBothCalendarsAndTheProof() throws Exception {
        open.record(Recorded.announced(1));

        String body = open.page("/recordings/" + Recorded.id(1), cookie).body();

        assertThat(body).contains("令和8年11月24日 09:30:12", "2026-11-24 09:30:12", "notice-ja-1", "cd".repeat(32), "4600");
    }

    @Test
    void olderRecordingsStandOnTheNextPage() throws Exception {
        for (int number = 1; number <= 26; number++) {
            open.record(Recorded.announced(number));
        }

        String first = open.page("/calls", cookie).body();
        assertThat(first).contains("/calls?before=" + Recorded.id(2)).doesNotContain("/recordings/" + Recorded.id(1));

        String second = open.page("/calls?before=" + Recorded.id(2), cookie).body();
        assertThat(second).contains("/recordings/" + Recorded.id(1)).doesNotContain("/recordings/" + Recorded.id(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/sign-in", "/calls", "/assets/console.css", "/metrics", "/api/v1/health", "/no-such-page"})
    void everyAnswerIsGuarded(String path) throws Exception {
        HttpResponse<String> answer = open.page(path, cookie);

        assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("default-src 'none'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(answer.headers().firstValue("X-Frame-Options")).contains("DENY");
        assertThat(answer.headers().firstValue("Referrer-Policy")).contains("same-origin");
        assertThat(answer.headers().firstValue("Server")).isEmpty();
    }

    @Test
    void pagesHoldNoScriptAndNoStyleOfTheirOwn() throws Exception {
        open.calls.add(Stage.RINGING);
        open.record(Recorded.announced(1));
        for (String path : new String[] {"/calls", "/recordings/" + Recorded.id(1)}) {
            assertThat(open.page(path, cookie).body())
                    .as("the policy would refuse them")
                    .doesNotContain("style=\"", " onclick=", "<style", "<script>");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/no-such-page", "/assets/../words_ja.properties", "/assets/words_ja.properties", "/calls/x"})
    void anUnknownPageIsToldAsAPage(String path) throws Exception {
        HttpResponse<String> answer = open.page(path, cookie);

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("<h1>このページはありません</h1>");
        showsNothingOfTheInside(answer.body());
    }

    @Test
    void aRecordingThatIsNotThereIsToldAsAPage() throws Exception {
        HttpResponse<String> answer = open.page("/recordings/" + "ab".repeat(16), cookie);

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("その通話または録音はありません。");
        assertThat(open.page("/recordings/x", cookie).statusCode()).isEqualTo(400);
    }
}
