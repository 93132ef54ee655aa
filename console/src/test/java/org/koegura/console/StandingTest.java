package org.koegura.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.console.OpenConsole.json;
import static org.koegura.console.ProblemLine.isProblem;

import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Standing exemptions over HTTP (N8).
class StandingTest extends AtTheConsole {

    private static final String PATH = "/api/v1/standing-exemptions";
    private static final String ONE = "{\"number\":\"+81990123456\",\"ground\":2}";

    private HttpResponse<String> approve(String id, String token) throws Exception {
        return open.post(PATH + "/" + id + "/approval", "{}", token);
    }

    private String proposed(String account) throws Exception {
        HttpResponse<String> answer = open.post(PATH, ONE, open.as(account));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return json(answer).path("id").stringValue();
    }

    @Test
    void oneIsWrittenApprovedListedAndWithdrawn() throws Exception {
        String id = proposed("operator");
        JsonNode approved = json(approve(id, open.as("supervisor")));
        assertThat(approved.path("status").stringValue()).isEqualTo("IN_FORCE");
        JsonNode listed =
                json(open.get(PATH, open.as("manager"))).path("standing").path(0);
        assertThat(listed).isEqualTo(approved);
        assertThat(listed.path("number").stringValue()).isEqualTo("+81990123456");
        assertThat(listed.path("ground").intValue()).isEqualTo(2);
        assertThat(listed.path("author").stringValue()).isEqualTo("operator");
        assertThat(listed.path("as").stringValue()).isEqualTo("operator");
        assertThat(listed.path("section").stringValue()).isEqualTo("demo");
        assertThat(listed.path("approver").stringValue()).isEqualTo("supervisor");
        assertThat(listed.path("until").stringValue())
                .isEqualTo(open.clock.instant().plus(Duration.ofDays(30)).toString());
        HttpResponse<String> gone = open.send(open.request(PATH + "/" + id)
                .header("Authorization", "Bearer " + open.operator())
                .DELETE());
        assertThat(gone.statusCode()).as(gone.body()).isEqualTo(204);
        assertThat(json(open.get(PATH, open.operator()))
                        .path("standing")
                        .path(0)
                        .path("status")
                        .stringValue())
                .isEqualTo("WITHDRAWN");
    }

    @ParameterizedTest
    @CsvSource({
        "ja, 自分では承認できません, 作成者以外の人が承認します",
        "en, Not to be approved by its author, Somebody other than its author approves"
    })
    void whoApprovesHisOwnIsToldWhyInHisLanguageAndItIsJournalledAndCounted(
            String language, String title, String detail) throws Exception {
        String id = proposed("supervisor");
        HttpResponse<String> refused = open.send(open.post(PATH + "/" + id + "/approval", "{}")
                .setHeader("Accept-Language", language)
                .header("Authorization", "Bearer " + open.as("supervisor")));
        isProblem(refused, 403, "standing-self-approved");
        assertThat(json(refused).path("title").stringValue()).isEqualTo(title);
        assertThat(json(refused).path("detail").stringValue()).contains(detail);
        assertThat(open.journal()).contains("\"reason\":\"self-approved\"");
        assertThat(open.registry.scrape())
                .contains("koegura_standing_refusals_total{reason=\"self-approved\"} 1.0")
                .contains("koegura_access_denials_total{action=\"standing.approve\",role=\"supervisor\"} 1.0");
    }

    @Test
    void oneWhoseTimeIsOverIsNotApproved() throws Exception {
        String id = proposed("operator");
        open.clock.advance(Duration.ofDays(30));
        isProblem(approve(id, open.as("supervisor")), 409, "standing-expired");
        assertThat(open.journal()).contains("\"reason\":\"expired\"").doesNotContain("990123456");
    }

    @Test
    void whatCannotBeMeantIsRefused() throws Exception {
        String operator = open.operator();
        isProblem(open.post(PATH, ONE.replace("+81", "0"), operator), 400, "standing-number-unreadable");
        isProblem(open.post(PATH, ONE.replace("2}", "3}"), operator), 400, "text-missing");
        isProblem(open.post(PATH, ONE.replace("}", ",\"until\":\"soon\"}"), operator), 400, "bad-member");
        isProblem(open.post(PATH, ONE.replace("}", ",\"line\":\"201\"}"), operator), 400, "unknown-member");
        isProblem(
                open.post(PATH, ONE.replace("}", ",\"until\":\"2027-11-24T00:00:00Z\"}"), operator),
                400,
                "standing-end-out-of-range");
        isProblem(approve("x", open.as("manager")), 400, "bad-id");
        isProblem(approve("ab".repeat(16), open.as("manager")), 404, "standing-unknown");
        isProblem(open.get(PATH, open.administrator()), 403, "forbidden");
    }
}
