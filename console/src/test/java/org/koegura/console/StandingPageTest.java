package org.koegura.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The page of standing exemptions (N8), as people use it: in Japanese first, without scripts.
class StandingPageTest extends AtTheConsole {

    private static final String ONE = "number=%2B81990123456&ground=1&text=&days=30";

    private HttpResponse<String> sent(String path, String fields, String cookie) throws Exception {
        return open.send(open.form(path, fields, open.base().toString()).header("Cookie", cookie));
    }

    private String proposed(String cookie) throws Exception {
        assertThat(sent("/standing", ONE, cookie).statusCode()).isEqualTo(303);
        Matcher name = Pattern.compile("/standing/([0-9a-f]{32})/withdrawal")
                .matcher(open.page("/standing", cookie).body());
        assertThat(name.find()).isTrue();
        return name.group(1);
    }

    @Test
    void oneIsWrittenApprovedAndWithdrawnOnThePage() throws Exception {
        String operator = open.cookie();
        assertThat(open.page("/calls", operator).body()).contains("href=\"/standing\"");
        assertThat(open.page("/standing", operator).body()).contains("継続免除はありません。");
        String name = proposed(operator);
        assertThat(open.page("/standing", operator).body())
                .contains("+81990123456", "承認待ち", "令和8年12月24日")
                .as("no post of the operator's approves")
                .doesNotContain("/approval");
        String supervisor = open.cookie("supervisor");
        assertThat(open.page("/standing", supervisor).body()).contains("/standing/" + name + "/approval");
        assertThat(sent("/standing/" + name + "/approval", "", supervisor).statusCode())
                .isEqualTo(303);
        assertThat(open.page("/standing", operator).body()).contains("<strong>有効</strong>");
        assertThat(sent("/standing/" + name + "/withdrawal", "", operator).statusCode())
                .isEqualTo(303);
        assertThat(open.page("/standing", operator).body()).contains("取消し").doesNotContain("/withdrawal");
    }

    @Test
    void aRefusalStandsOnThePageInTheReadersLanguage() throws Exception {
        String supervisor = open.cookie("supervisor");
        String name = proposed(supervisor);
        HttpResponse<String> japanese = sent("/standing/" + name + "/approval", "", supervisor);
        assertThat(japanese.statusCode()).isEqualTo(403);
        assertThat(japanese.body()).contains("role=\"alert\"", "作成者以外の人が承認します", "+81990123456");
        HttpResponse<String> english =
                sent("/standing/" + name + "/approval", "", supervisor + "; koegura_language=en");
        assertThat(english.body()).contains("Somebody other than its author approves");
        assertThat(sent("/standing", ONE.replace("days=30", "days=31"), supervisor)
                        .statusCode())
                .isEqualTo(400);
        assertThat(sent("/standing", ONE.replace("ground=1", "ground="), supervisor)
                        .body())
                .contains("要綱第4条各号");
    }

    @Test
    void whoMayNotSeeThemDoesNotAndNoForeignPageWritesOne() throws Exception {
        assertThat(open.page("/standing", open.cookie("admin")).statusCode()).isEqualTo(403);
        HttpResponse<String> foreign = open.send(
                open.form("/standing", ONE, "http://elsewhere.example").header("Cookie", open.cookie()));
        assertThat(foreign.statusCode()).isEqualTo(403);
        assertThat(open.page("/standing", open.cookie()).body()).contains("継続免除はありません。");
    }
}
