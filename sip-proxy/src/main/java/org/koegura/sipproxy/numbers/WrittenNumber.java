package org.koegura.sipproxy.numbers;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import org.koegura.sipproxy.message.SipUri;

/// The number that stands in a URI, less escapes and visual separators, and its phone context.
///
/// @param number empty where the URI holds none
/// @param context value of `phone-context` where it is a country or a region, such as `+81`; else empty: there the
///     site's own rules hold
record WrittenNumber(String number, String context) {

    private static final Pattern SEPARATORS = Pattern.compile("[-.() ]");
    private static final Pattern BROKEN_ESCAPE = Pattern.compile("%(?![0-9a-fA-F]{2})");
    private static final String CONTEXT = "phone-context=";

    /// Reads `tel:`, `sip:` and `sips:` URIs, and a bare number. Total.
    static WrittenNumber in(String text) {
        String scheme = SipUri.schemeOf(text);
        return switch (scheme) {
            case "tel" -> of(text.substring("tel:".length()));
            case "sip", "sips" -> {
                SipUri sip = SipUri.parse(text);
                yield of(sip == null ? "" : sip.user());
            }
            case "" -> of(text);
            default -> of("");
        };
    }

    /// In a `sip:` URI the parameters of the number belong to its user part (RFC 3261 §19.1.6).
    private static WrittenNumber of(String subscriber) {
        String[] parts = subscriber.split(";", -1);
        String context = "";
        for (int i = 1; i < parts.length; i++) {
            if (parts[i].toLowerCase(Locale.ROOT).startsWith(CONTEXT)) {
                context = unescaped(parts[i].substring(CONTEXT.length()));
            }
        }
        return new WrittenNumber(
                SEPARATORS.matcher(unescaped(parts[0])).replaceAll(""),
                SEPARATORS.matcher(context.startsWith("+") ? context : "").replaceAll(""));
    }

    private static String unescaped(String text) {
        return text.indexOf('%') < 0 || BROKEN_ESCAPE.matcher(text).find()
                ? text
                : URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
