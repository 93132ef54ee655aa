package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The rules in `deploy/`, as Prometheus itself reads and evaluates them.
class AlertsIT {

    private static final Path RULES = Path.of("..", "deploy", "koegura.alerts.yaml");
    private static final Path TESTS =
            Path.of("src", "test", "resources", "org", "koegura", "server", "alerts.test.yaml");
    private static final Pattern ALERT = Pattern.compile("(?m)^ +- alert: (\\w+)$");

    @Test
    void everyRuleIsReadAndTellsWhatMovedAndNothingElse() throws Exception {
        assertThat(promtool("check", "rules", RULES.toString())).contains("SUCCESS");
        List<String> alerts = ALERT.matcher(Files.readString(RULES))
                .results()
                .map(found -> found.group(1))
                .toList();
        String tests = Files.readString(TESTS);
        assertThat(alerts).isNotEmpty().allSatisfy(alert -> assertThat(tests).contains("- alertname: " + alert + "\n"));
        assertThat(promtool("test", "rules", TESTS.toString())).contains("SUCCESS");
    }

    private static String promtool(String... arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("promtool"));
        line.addAll(List.of(arguments));
        Process promtool = new ProcessBuilder(line).redirectErrorStream(true).start();
        String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(promtool.waitFor()).as(said).isZero();
        return said;
    }
}
