package org.koegura.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.console.OpenConsole.json;
import static org.koegura.console.ProblemLine.isProblem;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.Exemption.Channel;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.Unrecorded;

/// The live list, and the proviso of Art. 4 over HTTP (N6, U1).
class ExemptionTest extends AtTheConsole {

    @Test
    void theOperatorSeesEveryLiveCallWithItsParties() throws Exception {
        CallId call = open.calls.add(Stage.RINGING);
        open.calls.add(Stage.NOT_RECORDED, new Party("sip:202@example.com"), Unrecorded.INTERNAL);

        var calls = json(open.get("/api/v1/calls", open.operator())).path("calls");

        assertThat(calls).hasSize(2);
        assertThat(calls.get(0).path("call").stringValue()).isEqualTo(call.value());
        assertThat(calls.get(0).path("stage").stringValue()).isEqualTo("RINGING");
        assertThat(calls.get(0).path("outside").stringValue()).isEqualTo(ArrangedCalls.OUTSIDE);
        assertThat(calls.get(0).path("invitedAt").stringValue()).isEqualTo("2026-11-24T01:00:00Z");
        assertThat(calls.get(0).path("unrecorded").isNull()).isTrue();
        assertThat(calls.get(1).path("unrecorded").stringValue()).isEqualTo("INTERNAL");
    }

    @Test
    void theAdministratorSeesThatCallsAreUpButNotWhoSpeaks() throws Exception {
        open.calls.add(Stage.NOTICE);

        HttpResponse<String> answer = open.get("/api/v1/calls", open.administrator());

        assertThat(json(answer).path("calls").get(0).path("stage").stringValue())
                .isEqualTo("NOTICE");
        assertThat(json(answer).path("calls").get(0).path("outside").isNull()).isTrue();
        assertThat(answer.body()).doesNotContain("300000000", "201@");
    }

    @ParameterizedTest
    @CsvSource({"1,", "2,", "3,特別の事情", "1,なお警察に相談済み"})
    void everyGroundExemptsAndIsJournalled(int ground, String text) throws Exception {
        CallId call = open.calls.add(Stage.NOTICE);
        String member = text == null ? "" : ",\"text\":\"" + text + "\"";

        HttpResponse<String> answer = exempt(call.value(), "{\"ground\":" + ground + member + "}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json(answer).path("stage").stringValue()).isEqualTo("NOTICE");
        assertThat(open.calls.exempted).singleElement().satisfies(exemption -> {
            assertThat(exemption.ground().number()).isEqualTo(ground);
            assertThat(exemption.text()).isEqualTo(text);
            assertThat(exemption.author()).isEqualTo("operator");
            assertThat(exemption.channel()).isEqualTo(Channel.API);
        });
        assertThat(open.journal())
                .contains("\"act\":\"exemption.flag\"", "\"act\":\"exemption.outcome\"", call.value());
    }

    @Test
    void thePageExemptsByItsCookieAndTheJournalSaysSo() throws Exception {
        CallId call = open.calls.add(Stage.RINGING);

        HttpResponse<String> answer = open.send(open.post("/api/v1/calls/" + call + "/exemption", "{\"ground\":2}")
                .header("Cookie", open.cookie())
                .header("X-Koegura", "1"));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(open.calls.exempted)
                .singleElement()
                .satisfies(exemption -> assertThat(exemption.channel()).isEqualTo(Channel.CONSOLE));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"ground\":0}|ground-unknown",
                "{\"ground\":4}|ground-unknown",
                "{\"ground\":-1}|ground-unknown",
                "{\"ground\":3}|text-missing",
                "{\"ground\":3,\"text\":null}|text-missing",
                "{\"ground\":3,\"text\":\"  \"}|text-missing",
                "{\"ground\":1,\"text\":\"03-0000-0000 から\"}|text-holds-number",
                "{\"ground\":\"1\"}|bad-member",
                "{\"ground\":1.0}|bad-member",
                "{\"ground\":99999999999}|bad-member",
                "{\"ground\":true}|bad-member",
                "{\"ground\":null}|bad-member",
                "{\"ground\":1,\"text\":7}|bad-member",
                "{}|bad-member",
                "{\"ground\":1,\"reason\":\"x\"}|unknown-member",
                "{\"ground\":1,\"ground\":2}|bad-json",
                "[1]|bad-json",
                "1|bad-json",
                "{\"ground\":1}{}|bad-json",
                "{\"ground\":|bad-json",
                "''|bad-json",
            })
    void whatIsWrongWithABodyIsSaidInOneLine(String body, String reason) throws Exception {
        CallId call = open.calls.add(Stage.NOTICE);

        isProblem(exempt(call.value(), body), 400, reason);

        assertThat(open.calls.exempted).isEmpty();
    }

    @Test
    void aTextHasAtMostAThousandCharacters() throws Exception {
        CallId call = open.calls.add(Stage.NOTICE);

        isProblem(exempt(call.value(), "{\"ground\":3,\"text\":\"" + "あ".repeat(1001) + "\"}"), 400, "text-too-long");
        assertThat(exempt(call.value(), "{\"ground\":3,\"text\":\"" + "あ".repeat(1000) + "\"}")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aHugeBodyIsRefusedWhetherItTellsItsLengthOrNot() throws Exception {
        CallId call = open.calls.add(Stage.NOTICE);
        String huge = "{\"ground\":1,\"text\":\"" + "x".repeat(40_000) + "\"}";

        isProblem(exempt(call.value(), huge), 413, "body-too-large");
        byte[] bytes = huge.getBytes(StandardCharsets.US_ASCII);
        HttpResponse<String> chunked = open.send(open.request("/api/v1/calls/" + call + "/exemption")
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + open.operator())
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes))));
        isProblem(chunked, 413, "body-too-large");
    }

    @Test
    void aBodyThatIsNotSentAsJsonIsRefused() throws Exception {
        CallId call = open.calls.add(Stage.NOTICE);

        isProblem(
                open.send(open.request("/api/v1/calls/" + call + "/exemption")
                        .header("Content-Type", "text/plain")
                        .header("Authorization", "Bearer " + open.operator())
                        .POST(BodyPublishers.ofString("{\"ground\":1}"))),
                415,
                "not-json");
    }

    @Test
    void aBodyOfBytesThatAreNoTextIsRefused() throws Exception {
        CallId call = open.calls.add(Stage.NOTICE);

        isProblem(
                open.send(open.request("/api/v1/calls/" + call + "/exemption")
                        .header("Content-Type", "application/json")
                        .header("Authorization", "Bearer " + open.operator())
                        .POST(BodyPublishers.ofByteArray(new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1}))),
                400,
                "bad-json");
    }

    @Test
    void deepNestingIsRefusedLikeAnyOtherBadBody() throws Exception {
        CallId call = open.calls.add(Stage.NOTICE);

        isProblem(exempt(call.value(), "[".repeat(8000)), 400, "bad-json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "77AB0000000000000000000000000001", "77ab000000000000000000000000000g", "a%20b"})
    void aMalformedIdIsRefused(String id) throws Exception {
        isProblem(exempt(id, "{\"ground\":1}"), 400, "bad-id");
    }

    @Test
    void aCallThatIsNotUpIsNotFound() throws Exception {
        isProblem(exempt("ab".repeat(16), "{\"ground\":1}"), 404, "not-found");
    }

    @Test
    void aCallThatIsRecordedAlreadyIsTooLateAndItsStageIsTold() throws Exception {
        CallId call = open.calls.add(Stage.RECORDED);

        HttpResponse<String> answer = exempt(call.value(), "{\"ground\":1}");

        isProblem(answer, 409, "too-late");
        assertThat(json(answer).path("detail").stringValue()).contains("Recording");
    }

    @Test
    void theAdministratorExemptsNothingAndTheTryIsJournalled() throws Exception {
        CallId call = open.calls.add(Stage.RINGING);

        isProblem(
                open.post("/api/v1/calls/" + call + "/exemption", "{\"ground\":1}", open.administrator()),
                403,
                "forbidden");

        assertThat(open.calls.exempted).isEmpty();
        assertThat(open.journal()).contains("\"act\":\"access.denied\"");
    }

    private HttpResponse<String> exempt(String call, String body) throws Exception {
        return open.post("/api/v1/calls/" + call + "/exemption", body, open.operator());
    }
}
