package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The rules in `deploy/`.
class AlertsTest {

    private static final Pattern METRIC = Pattern.compile("koegura_[a-z_]+");
    private static final Pattern EXPRESSION = Pattern.compile("(?m)^ +expr: (.*)$");

    @Test
    void everyRuleAsksForMetricsThatThereAre() throws Exception {
        String page = Files.readString(Path.of("..", "docs", "metrics.md"));
        String rules = Files.readString(Path.of("..", "deploy", "koegura.alerts.yaml"));
        List<String> asked = EXPRESSION
                .matcher(rules)
                .results()
                .flatMap(rule -> METRIC.matcher(rule.group(1)).results())
                .map(found -> found.group().replaceFirst("_bucket$", "")) // the page names the histogram
                .toList();
        assertThat(asked)
                .contains("koegura_calls_refused_total", "koegura_calls_unrecorded_total")
                .allSatisfy(metric -> assertThat(page).contains("| `" + metric + "` |"));
    }
}
