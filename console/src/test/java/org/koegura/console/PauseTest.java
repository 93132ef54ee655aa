package org.koegura.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.console.OpenConsole.json;
import static org.koegura.console.ProblemLine.isProblem;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.Stage;

/// Pauses of capture over HTTP (R9).
class PauseTest extends AtTheConsole {

    private HttpResponse<String> pause(CallId call, String body) throws Exception {
        return open.send(open.post("/api/v1/calls/" + call + "/pause", body)
                .header("Authorization", "Bearer " + open.operator()));
    }

    private HttpResponse<String> resume(CallId call) throws Exception {
        return open.send(open.request("/api/v1/calls/" + call + "/pause")
                .DELETE()
                .header("Authorization", "Bearer " + open.operator()));
    }

    private String rows() throws Exception {
        return open.get("/calls/live", open.operator()).body();
    }

    @Test
    void aCallIsPausedAndResumedAndThePageShowsIt() throws Exception {
        CallId call = open.calls.add(Stage.RECORDED);
        assertThat(rows()).contains("class=\"pause\"").doesNotContain("class=\"resume\"");

        HttpResponse<String> paused = pause(call, "{\"reason\":\"カード番号を聞くため\"}");

        assertThat(paused.statusCode()).as(paused.body()).isEqualTo(200);
        assertThat(json(paused).path("until").stringValue()).isEqualTo("2026-11-24T01:07:03Z");
        assertThat(rows())
                .contains("録音を一時停止中", "遅くとも10:07", "class=\"resume\"")
                .doesNotContain("class=\"pause\"", "録音中<");
        var live =
                json(open.get("/api/v1/calls", open.operator())).path("calls").get(0);
        assertThat(live.path("pausable").booleanValue()).isTrue();
        assertThat(live.path("pausedUntil").stringValue()).isEqualTo("2026-11-24T01:07:03Z");

        assertThat(resume(call).statusCode()).isEqualTo(204);

        assertThat(rows()).contains("class=\"pause\"").doesNotContain("一時停止中");
        assertThat(open.journal())
                .contains("\"act\":\"recording.pause\"", "カード番号を聞くため", "\"act\":\"recording.resume\"");
    }

    @Test
    void whatCannotBePausedSaysWhy() throws Exception {
        CallId ringing = open.calls.add(Stage.RINGING);
        CallId recorded = open.calls.add(Stage.RECORDED);

        isProblem(pause(ringing, "{\"reason\":\"x\"}"), 409, "not-kept");
        isProblem(resume(ringing), 409, "not-kept");
        isProblem(pause(recorded, "{}"), 400, "pause-reason-missing");
        isProblem(pause(recorded, "{\"why\":\"x\"}"), 400, "unknown-member");
        isProblem(pause(new CallId("9".repeat(32)), "{\"reason\":\"x\"}"), 404, "not-found");
        HttpResponse<String> byAdministrator =
                open.send(open.post("/api/v1/calls/" + recorded + "/pause", "{\"reason\":\"x\"}")
                        .header("Authorization", "Bearer " + open.administrator()));
        isProblem(byAdministrator, 403, "forbidden");
        assertThat(open.get("/calls/live", open.administrator()).body()).doesNotContain("class=\"pause\"");
    }
}
