package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.server.config.LogFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DataLogTest {

    private static final Logger LOG = LoggerFactory.getLogger(DataLogTest.class);

    @Test
    void anEarlyEventIsWrittenAsItWasWhenItHappened(@TempDir Path data) throws Exception {
        DataLog log = DataLog.hold(LogFormat.JSON);
        try {
            StringBuilder state = new StringBuilder("opening");
            LOG.info("test.early state={} count={}", state, 3);
            state.append(", open");
            log.keepIn(data);
            LOG.info("test.late state={}", state);
            DataLog.flush();
            List<JsonNode> events = Files.readAllLines(data.resolve("log").resolve("koegura.log")).stream()
                    .map(line -> JsonMapper.shared().readTree(line))
                    .filter(event -> event.path("logger").asString("").equals("DataLogTest"))
                    .toList();
            assertThat(events)
                    .extracting(event -> event.path("event").asString() + " "
                            + event.path("state").asString())
                    .containsExactly("test.early opening", "test.late opening, open");
            assertThat(events.getFirst().path("count").asString()).isEqualTo("3");
        } finally {
            DataLog.hold(LogFormat.TEXT); // closes the file before its folder goes
        }
    }
}
