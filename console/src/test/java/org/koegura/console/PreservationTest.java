package org.koegura.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.console.OpenConsole.json;
import static org.koegura.console.ProblemLine.isProblem;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.Stage;

/// Requests to preserve a call over HTTP (H2).
class PreservationTest extends AtTheConsole {

    private static final String REASON = "{\"reason\":\"脅迫の疑い\"}";

    private HttpResponse<String> preserve(CallId call, String body) throws Exception {
        return open.post("/api/v1/calls/" + call + "/preservation", body, open.operator());
    }

    private HttpResponse<String> preserve(int number, String body, String token) throws Exception {
        return open.post("/api/v1/recordings/" + Recorded.id(number) + "/preservation", body, token);
    }

    @Test
    void aRecordingIsPreservedAndListAndPageShowIt() throws Exception {
        open.record(Recorded.announced(1), Recorded.announced(2));
        String page = "/recordings/" + Recorded.id(1);
        assertThat(open.page(page, open.cookie()).body()).doesNotContain("決定待ち");

        HttpResponse<String> answer = preserve(1, REASON, open.operator());

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        var shown = json(open.get("/api/v1" + page, open.operator())).path("preserved");
        assertThat(shown.size()).isEqualTo(1);
        assertThat(shown.get(0).path("author").stringValue()).isEqualTo("operator");
        assertThat(shown.get(0).path("channel").stringValue()).isEqualTo("API");
        assertThat(shown.get(0).path("reason").stringValue()).isEqualTo("脅迫の疑い");
        assertThat(open.page(page, open.cookie()).body()).contains("保全請求あり（決定待ち）", "脅迫の疑い", "preserve-recording");
        assertThat(open.page("/calls", open.cookie()).body()).containsOnlyOnce("保全請求あり（決定待ち）");
        assertThat(open.journal()).contains("\"act\":\"recording.preserve\"", "脅迫の疑い");
    }

    @Test
    void aCallThatIsUpIsPreservedAndTheListShowsIt() throws Exception {
        CallId call = open.calls.add(Stage.RECORDED);
        assertThat(open.get("/calls/live", open.operator()).body()).contains("class=\"preserve\"");

        HttpResponse<String> answer = preserve(call, REASON);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(open.get("/calls/live", open.operator()).body())
                .contains("保全請求あり")
                .doesNotContain("class=\"preserve\"");
        assertThat(json(open.get("/api/v1/calls", open.operator()))
                        .path("calls")
                        .get(0)
                        .path("preserved")
                        .booleanValue())
                .isTrue();
    }

    @Test
    void whatCannotBePreservedSaysWhy() throws Exception {
        open.record(Recorded.announced(1));
        CallId call = open.calls.add(Stage.RECORDED);
        isProblem(preserve(call, "{}"), 400, "preserve-reason-missing");
        isProblem(preserve(1, "{\"why\":\"x\"}", open.operator()), 400, "unknown-member");
        isProblem(preserve(1, REASON, open.administrator()), 403, "forbidden");
        isProblem(preserve(7, REASON, open.operator()), 404, "not-found");
        isProblem(preserve(new CallId("9".repeat(32)), REASON), 404, "not-found");
        assertThat(open.get("/calls/live", open.administrator()).body()).doesNotContain("class=\"preserve\"");
    }

    @Test
    void aCallOfWhichNothingIsKeptCannotBe() throws Exception {
        CallId ending = open.calls.add(Stage.ENDING);
        isProblem(preserve(ending, REASON), 409, "not-preservable");
        assertThat(open.journal()).contains("\"reason\":\"nothing-kept\"");
    }
}
