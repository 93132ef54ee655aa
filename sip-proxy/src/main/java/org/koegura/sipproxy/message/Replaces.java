package org.koegura.sipproxy.message;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Names the dialog whose place a new one shall take (RFC 3891 §6.1).
///
/// @param callId its Call-ID
/// @param toTag the tag of whoever gets the INVITE and stays
/// @param fromTag the tag of whoever is replaced
public record Replaces(String callId, String toTag, String fromTag) {

    private static final Pattern BROKEN_ESCAPE = Pattern.compile("%(?![0-9a-fA-F]{2})");

    /// Reads the value of the header; null where it is none, or does not name one dialog.
    public static @Nullable Replaces parse(@Nullable String value) {
        if (value == null) {
            return null;
        }
        String[] parts = value.split(";", -1);
        String toTag = "";
        String fromTag = "";
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            String name = equals < 0 ? "" : parts[i].substring(0, equals).strip();
            String tag = parts[i].substring(equals + 1).strip();
            toTag = name.equalsIgnoreCase("to-tag") ? tag : toTag;
            fromTag = name.equalsIgnoreCase("from-tag") ? tag : fromTag;
        }
        String callId = parts[0].strip();
        return callId.isEmpty() || toTag.isEmpty() || fromTag.isEmpty() ? null : new Replaces(callId, toTag, fromTag);
    }

    /// The same among the header fields of a URI, as an attended transfer says it in Refer-To (RFC 3891 §6.1, RFC 3261
    /// §19.1.1).
    public static @Nullable Replaces inUri(String uri) {
        int mark = uri.indexOf('?');
        if (mark < 0) {
            return null;
        }
        for (String field : uri.substring(mark + 1).split("&", -1)) {
            int equals = field.indexOf('=');
            if (equals > 0
                    && field.substring(0, equals).equalsIgnoreCase("replaces")
                    && !BROKEN_ESCAPE.matcher(field).find()) {
                String escaped = field.substring(equals + 1).replace("+", "%2B");
                return parse(URLDecoder.decode(escaped, StandardCharsets.ISO_8859_1));
            }
        }
        return null;
    }
}
