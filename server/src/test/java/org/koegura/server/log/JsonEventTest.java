package org.koegura.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JsonEventTest {

    private static final String LIBRARY = "io.example.Library";

    private final LoggerContext context = new LoggerContext();

    @Test
    void eachKeyOfTheTemplateIsAMember() {
        assertThat(JsonEvent.own(
                        "media.opened transport={} ports={}-{} next=\"wait or {}\"",
                        new Object[] {"epoll", 20_000, 39_999, "restart"}))
                .containsExactlyEntriesOf(members(
                        "event",
                        "media.opened",
                        "transport",
                        "epoll",
                        "ports",
                        "20000-39999",
                        "next",
                        "wait or restart"));
    }

    @Test
    void anArgumentThatLooksLikeAKeyStaysInItsValue() {
        assertThat(JsonEvent.own("store.failed reason={} act={}", new Object[] {"a b=c \"d\" {}\n", null}))
                .containsExactlyEntriesOf(
                        members("event", "store.failed", "reason", "a b=c \"d\" {}\n", "act", "null"));
    }

    @Test
    void noMemberIsThereTwice() {
        assertThat(JsonEvent.own("e event={} level={} more words", new Object[] {"x", "y"}))
                .containsExactlyEntriesOf(members("event", "e", "event_", "x", "level_", "y", "message", "more words"));
    }

    @Test
    void missingArgumentsLeaveTheTemplateAsItIs() {
        assertThat(JsonEvent.own("e a={} b={}", new Object[] {"x"}))
                .containsExactlyEntriesOf(members("event", "e", "a", "x", "b", "{}"));
        assertThat(JsonEvent.own("e", null)).containsExactlyEntriesOf(members("event", "e"));
    }

    @Test
    void aLineIsOneObjectAndTheFileHasTheStack() {
        IllegalStateException fault = new IllegalStateException("first\nsecond");
        String line = line(JsonEvent.Reader.FILE, "org.koegura.server.X", "x.failed at={}", fault, "here\nthere");
        assertThat(line).endsWith("\n");
        assertThat(line.lines()).hasSize(1);
        JsonNode json = JsonMapper.shared().readTree(line);
        assertThat(json.propertyNames()).containsExactly("@timestamp", "level", "event", "at", "logger", "stack_trace");
        assertThat(json.get("at").asString()).isEqualTo("here\nthere");
        assertThat(json.get("stack_trace").asString()).contains("JsonEventTest");
    }

    @Test
    void theTerminalGetsNeitherStackNorClassNames() {
        String line = line(
                JsonEvent.Reader.TERMINAL,
                LIBRARY,
                "java.io.IOException: {}",
                new IllegalStateException("stack"),
                "no space left");
        JsonNode json = JsonMapper.shared().readTree(line);
        assertThat(json.get("message").asString()).isEqualTo("no space left");
        assertThat(line).doesNotContain("Exception").doesNotContain("stack").doesNotContain("Library");
    }

    private String line(
            JsonEvent.Reader reader, String logger, String template, @Nullable Throwable fault, Object... arguments) {
        LoggingEvent event = new LoggingEvent("", context.getLogger(logger), Level.WARN, template, fault, arguments);
        return new String(JsonEvent.encoder(context, reader).encode(event), StandardCharsets.UTF_8);
    }

    private static Map<String, String> members(String... pairs) {
        Map<String, String> members = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            members.put(pairs[i], pairs[i + 1]);
        }
        return members;
    }
}
