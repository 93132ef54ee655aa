package org.koegura.sipproxy.message;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What a message says of recording in the words of RFC 7866: that its sender records, is able to, or would like to be
/// recorded. Telephones inside may say so; nobody outside is to see it (F3). Stateless.
public final class RecordMarks {

    private static final Set<String> OPTIONS = Set.of("siprec", "record-aware");
    private static final List<String> OPTION_HEADERS = List.of("supported", "require", "proxy-require");
    private static final Pattern FEATURES =
            Pattern.compile("(?i);\\s*\\+sip\\.sr[cs](?:\\s*=\\s*(?:\"[^\"]*\"|[^;,\\s]*))?");
    private static final Pattern ATTRIBUTES = Pattern.compile("(?m)^a=record(?:pref)?:[^\r\n]*(?:\r?\n|\\z)");

    private RecordMarks() {}

    /// The message without them; itself where it has none.
    public static WireMessage without(WireMessage message) throws MessageFault {
        ProxyEdits edits = new ProxyEdits(message);
        boolean any = false;
        for (String name : OPTION_HEADERS) {
            for (HeaderField field : message.all(name)) {
                String value = Octets.text(message.raw(), field.valueFrom(), field.valueTo());
                String rest = Arrays.stream(value.split(","))
                        .map(String::strip)
                        .filter(option -> !OPTIONS.contains(option.toLowerCase(Locale.ROOT)))
                        .collect(Collectors.joining(", "));
                boolean holds = Arrays.stream(value.split(","))
                        .anyMatch(option -> OPTIONS.contains(option.strip().toLowerCase(Locale.ROOT)));
                if (holds) {
                    edits.replaceValue(field, rest);
                    any = true;
                }
            }
        }
        for (HeaderField field : message.all("contact")) {
            String value = Octets.text(message.raw(), field.valueFrom(), field.valueTo());
            String rest = FEATURES.matcher(value).replaceAll("");
            if (!rest.equals(value)) {
                edits.replaceValue(field, rest.strip());
                any = true;
            }
        }
        if (isDescription(message)) {
            String body = new String(message.body(), StandardCharsets.ISO_8859_1);
            String rest = ATTRIBUTES.matcher(body).replaceAll("");
            if (!rest.equals(body)) {
                edits.replaceBody(rest.getBytes(StandardCharsets.ISO_8859_1));
                any = true;
            }
        }
        return any ? edits.render() : message;
    }

    private static boolean isDescription(WireMessage message) {
        String type = message.valueOrEmpty("content-type").toLowerCase(Locale.ROOT);
        return type.startsWith("application/sdp") || type.startsWith("multipart/");
    }
}
