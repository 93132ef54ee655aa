package org.koegura.server.log;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.Encoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.logstash.logback.composite.AbstractJsonProvider;
import net.logstash.logback.composite.JsonProviders;
import net.logstash.logback.composite.loggingevent.LogLevelJsonProvider;
import net.logstash.logback.composite.loggingevent.LoggingEventFormattedTimestampJsonProvider;
import net.logstash.logback.encoder.LoggingEventCompositeJsonEncoder;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// One log event as the members of one JSON object: `@timestamp`, `level`, then of our own events `event` and a member
/// for each key of the template `event.name key={} other=constant`; of a library's event its `message`.
///
/// The template is walked beside its arguments, so an argument that looks like a key stays inside its value.
public final class JsonEvent extends AbstractJsonProvider<ILoggingEvent> {

    /// Who reads: people at a terminal get neither stack traces nor names of classes.
    public enum Reader {
        TERMINAL,
        FILE
    }

    private static final String OURS = "org.koegura.";
    /// A key with its value, in quotes or not, or a word without a key.
    private static final Pattern TOKEN = Pattern.compile("(?:([^\\s=\"]+)=)?(\"[^\"]*\"|\\S+)");
    private static final Pattern CLASS_NAME = Pattern.compile("(?:[a-z]\\w*\\.)+[A-Z][\\w$]*: ");

    private final Reader reader;

    private JsonEvent(Reader reader) {
        this.reader = reader;
    }

    /// A started encoder, one object a line.
    public static Encoder<ILoggingEvent> encoder(LoggerContext context, Reader reader) {
        JsonProviders<ILoggingEvent> members = new JsonProviders<>();
        members.addProvider(new LoggingEventFormattedTimestampJsonProvider());
        members.addProvider(new LogLevelJsonProvider());
        members.addProvider(new JsonEvent(reader));
        LoggingEventCompositeJsonEncoder encoder = new LoggingEventCompositeJsonEncoder();
        encoder.setContext(context);
        encoder.setProviders(members);
        encoder.start();
        return encoder;
    }

    @Override
    public void writeTo(JsonGenerator json, ILoggingEvent event) {
        Map<String, String> members = event.getLoggerName().startsWith(OURS)
                ? own(event.getMessage(), event.getArgumentArray())
                : new LinkedHashMap<>(Map.of("message", String.valueOf(event.getFormattedMessage())));
        if (reader == Reader.FILE) {
            put(
                    members,
                    "logger",
                    event.getLoggerName().substring(event.getLoggerName().lastIndexOf('.') + 1));
            if (event.getThrowableProxy() != null) {
                put(members, "stack_trace", ThrowableProxyUtil.asString(event.getThrowableProxy()));
            }
        }
        members.forEach((name, text) -> json.writeStringProperty(
                name, reader == Reader.FILE ? text : CLASS_NAME.matcher(text).replaceAll("")));
    }

    /// The members of one of our own events.
    static Map<String, String> own(@Nullable String template, Object @Nullable [] arguments) {
        Map<String, String> members = new LinkedHashMap<>();
        StringBuilder words = new StringBuilder();
        int[] used = new int[1];
        Matcher token = TOKEN.matcher(String.valueOf(template));
        while (token.find()) {
            String key = token.group(1);
            String value = token.group(2);
            String bare = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")
                    ? value.substring(1, value.length() - 1)
                    : value;
            String text = filled(key == null ? value : bare, arguments, used);
            if (key != null) {
                put(members, key, text);
            } else if (members.isEmpty()) {
                put(members, "event", text);
            } else {
                words.append(words.isEmpty() ? "" : " ").append(text);
            }
        }
        if (!words.isEmpty()) {
            put(members, "message", words.toString());
        }
        return members;
    }

    /// The text with each `{}` replaced by the next argument that is not used yet.
    private static String filled(String text, Object @Nullable [] arguments, int[] used) {
        StringBuilder filled = new StringBuilder();
        int from = 0;
        int hole = text.indexOf("{}");
        while (hole >= 0 && arguments != null && used[0] < arguments.length) {
            filled.append(text, from, hole).append(arguments[used[0]++]);
            from = hole + 2;
            hole = text.indexOf("{}", from);
        }
        return filled.append(text.substring(from)).toString();
    }

    /// A name that is taken gets a line behind it: an object must not have two members of one name.
    private static void put(Map<String, String> members, String key, String text) {
        String name = key.equals("level") || key.equals("@timestamp") ? key + "_" : key;
        while (members.containsKey(name)) {
            name += "_";
        }
        members.put(name, text);
    }
}
