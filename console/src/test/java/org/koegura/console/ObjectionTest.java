package org.koegura.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.console.OpenConsole.json;
import static org.koegura.console.ProblemLine.isProblem;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.Stage;

/// Objections of the other party over HTTP (N12).
class ObjectionTest extends AtTheConsole {

    private HttpResponse<String> object(CallId call, String token) throws Exception {
        return open.send(
                open.post("/api/v1/calls/" + call + "/objection", "").header("Authorization", "Bearer " + token));
    }

    private String rows(String token) throws Exception {
        return open.get("/calls/live", token).body();
    }

    @Test
    void anObjectionIsMarkedOnceAndThePageShowsIt() throws Exception {
        CallId call = open.calls.add(Stage.RECORDED);
        open.calls.answered(call, Stage.RECORDED, ArrangedCalls.INVITED.plusSeconds(4));
        assertThat(rows(open.operator())).contains("class=\"object\"").doesNotContain("異議あり");

        HttpResponse<String> marked = object(call, open.operator());

        assertThat(marked.statusCode()).as(marked.body()).isEqualTo(200);
        assertThat(json(marked).path("stage").stringValue()).isEqualTo("RECORDED");
        assertThat(rows(open.operator())).contains("異議あり").doesNotContain("class=\"object\"");
        assertThat(json(open.get("/api/v1/calls", open.operator()))
                        .path("calls")
                        .get(0)
                        .path("objectedAt")
                        .stringValue())
                .isEqualTo("2026-11-24T01:02:30Z");
        assertThat(open.journal()).contains("\"act\":\"call.objection\"", "\"policy\":\"continue\"");
        assertThat(open.get("/calls", open.operator()).body())
                .as("what happens is said before")
                .contains("市の定めにより、録音は続きます");
    }

    @Test
    void whatCannotBeMarkedSaysWhy() throws Exception {
        CallId ringing = open.calls.add(Stage.RINGING);
        assertThat(rows(open.operator())).doesNotContain("class=\"object\"");

        isProblem(object(ringing, open.operator()), 409, "not-up");
        isProblem(object(new CallId("9".repeat(32)), open.operator()), 404, "not-found");
        isProblem(object(ringing, open.administrator()), 403, "forbidden");
    }
}
