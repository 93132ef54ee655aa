package org.koegura.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import tools.jackson.databind.JsonNode;

/// Looks at an answer that must be one clear problem.
final class ProblemLine {

    private ProblemLine() {}

    /// It has this status and reason, says so in one line each, and gives nothing away of the inside.
    static void isProblem(HttpResponse<String> answer, int status, String reason) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        JsonNode json = OpenConsole.json(answer);
        assertThat(json.path("reason").stringValue()).isEqualTo(reason);
        assertThat(json.path("type").stringValue()).isEqualTo("urn:koegura:problem:" + reason);
        assertThat(json.path("status").intValue()).isEqualTo(status);
        assertThat(json.path("title").stringValue()).isNotBlank().doesNotContain("\n");
        assertThat(json.path("detail").stringValue())
                .isNotBlank()
                .doesNotContain("\n")
                .hasSizeLessThan(300);
        assertThat(json.propertyNames()).containsExactlyInAnyOrder("type", "title", "status", "detail", "reason");
        showsNothingOfTheInside(answer.body());
    }

    static void showsNothingOfTheInside(String body) {
        assertThat(body).doesNotContain("Exception", "\tat ", "org.koegura", "java.", "jetty", "Javalin", "sqlite");
    }
}
