package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Baresip;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The log as JSON, of a real call: every line is one object, and none says who spoke.
class JsonLogIT {

    private static final String CITIZEN = "0120000001";
    private static final String OTHER = "0120000002";

    @Test
    void everyLineIsOneObjectWithoutNumberUriOrSdp(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("koegura.yaml"), "log:\n  format: json\n");
        try (Site site = Site.start(folder, 4, "--config", file.toString())) {
            Baresip staff = site.insideTelephone("201", "pcmu", Speech.noise(20, 11));
            Baresip citizen = site.outsideTelephone(CITIZEN, "pcmu", Speech.noise(20, 12));
            citizen.dial(site.uri("201"));
            staff.accept();
            citizen.awaitEstablished();
            site.awaitStage("RECORDED", Duration.ofSeconds(20));
            // no port is left for a second call: it passes, and a warning says so
            Baresip colleague = site.insideTelephone("202", "pcmu", Speech.noise(1, 13));
            Baresip other = site.outsideTelephone(OTHER, "pcmu", Speech.noise(1, 14));
            other.dial(site.uri("202"));
            colleague.accept();
            other.awaitEstablished();
            other.hangUp();
            colleague.awaitClosed();
            citizen.hangUp();
            staff.awaitClosed();
            site.awaitNoCall();

            List<String> log = Files.readAllLines(site.data().resolve("log").resolve("koegura.log"));
            List<String> terminal = site.product().process().err();
            assertThat(terminal).as("warnings on the terminal").isNotEmpty();
            List<JsonNode> events = Stream.concat(log.stream(), terminal.stream())
                    .map(JsonLogIT::object)
                    .toList();
            assertThat(events)
                    .extracting(event -> event.path("event").asString(""))
                    .contains("call.outcome", "media.opened");
            JsonNode outcome = events.stream()
                    .filter(event -> event.path("event").asString("").equals("call.outcome"))
                    .findFirst()
                    .orElseThrow();
            assertThat(outcome.propertyNames()).contains("@timestamp", "level", "call", "result", "why");
            assertThat(Stream.concat(log.stream(), terminal.stream())).noneMatch(JsonLogIT::tellsOfACall);
            // the control: the same search finds what a careless event would say
            assertThat(List.of(
                            "{\"to\":\"<sip:201@127.0.0.1>\"}",
                            "{\"from\":\"" + CITIZEN + "\"}",
                            "{\"callee\":\"201\"}"))
                    .allMatch(JsonLogIT::tellsOfACall);
        }
    }

    private static boolean tellsOfACall(String line) {
        return line.contains(CITIZEN)
                || line.contains(OTHER)
                || line.matches(".*[\" <:]20[12][@\" >;].*")
                || line.contains("sip:")
                || line.contains("m=audio")
                || line.contains("a=rtpmap");
    }

    private static JsonNode object(String line) {
        JsonNode json = JsonMapper.shared().readTree(line);
        assertThat(json.isObject()).as(line).isTrue();
        assertThat(json.path("@timestamp").isString()).as(line).isTrue();
        return json;
    }
}
