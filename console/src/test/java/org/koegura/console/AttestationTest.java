package org.koegura.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.console.OpenConsole.json;
import static org.koegura.console.ProblemLine.isProblem;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.Exemption.Channel;
import org.koegura.callmodel.Stage;

/// An oral notice attested over HTTP (N5).
class AttestationTest extends AtTheConsole {

    private HttpResponse<String> attest(String call, String token) throws Exception {
        return open.post("/api/v1/calls/" + call + "/attestation", "{}", token);
    }

    @Test
    void theOperatorAttestsAndTheListSaysWhereThatIsOffered() throws Exception {
        CallId call = open.calls.add(Stage.ORAL_NOTICE);
        assertThat(json(open.get("/api/v1/calls", open.operator()))
                        .path("calls")
                        .get(0)
                        .path("attestable")
                        .booleanValue())
                .isTrue();

        HttpResponse<String> answer = attest(call.value(), open.operator());

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json(answer).path("stage").stringValue()).isEqualTo("ORAL_NOTICE");
        assertThat(open.calls.attested).singleElement().satisfies(attestation -> {
            assertThat(attestation.author()).isEqualTo("operator");
            assertThat(attestation.channel()).isEqualTo(Channel.API);
        });
        assertThat(open.journal())
                .contains("\"act\":\"notice.attest\"", "\"act\":\"notice.attest.outcome\"", call.value());
    }

    @ParameterizedTest
    @EnumSource(names = {"RINGING", "NOTICE", "RECORDED"})
    void whereNothingIsToBeAttestedThatIsSaid(Stage stage) throws Exception {
        CallId call = open.calls.add(stage);
        isProblem(attest(call.value(), open.operator()), 409, "not-attestable");
        assertThat(open.calls.attested).isEmpty();
    }

    @Test
    void anAdministratorAttestsNothing() throws Exception {
        CallId call = open.calls.add(Stage.ORAL_NOTICE);
        isProblem(attest(call.value(), open.administrator()), 403, "forbidden");
        assertThat(open.calls.attested).isEmpty();
    }
}
