package org.koegura.sipproxy.message;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What routing reads in a `sip:` or `sips:` URI (RFC 3261 §19.1); the rest of it stays text.
///
/// @param scheme `sip` or `sips`
/// @param user as written, escapes included, without a password; empty where there is none
/// @param host in lower case; IPv6 in brackets
/// @param port or -1
/// @param parameters as written, from the first semicolon on; empty where there are none
public record SipUri(String scheme, String user, String host, int port, String parameters) {

    private static final Pattern FORM = Pattern.compile("(sips?):(?:([^@<>\\s\"]*)@)?"
            + "(\\[[0-9a-fA-F:.]+\\]|[A-Za-z0-9._-]+)(?::(\\d{1,5}))?((?:;[^?<>\\s\"]*)?)(?:\\?[^<>\\s\"]*)?");

    /// Reads a URI; null where it is of another scheme or malformed.
    public static @Nullable SipUri parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            return null;
        }
        String normal = text.substring(0, colon).toLowerCase(Locale.ROOT) + text.substring(colon);
        Matcher matcher = FORM.matcher(normal);
        if (!matcher.matches()) {
            return null;
        }
        int port = matcher.group(4) == null ? -1 : Integer.parseInt(matcher.group(4));
        if (port > 65535) {
            return null;
        }
        String user = matcher.group(2) == null ? "" : matcher.group(2);
        int password = user.indexOf(':');
        return new SipUri(
                matcher.group(1),
                password < 0 ? user : user.substring(0, password),
                matcher.group(3).toLowerCase(Locale.ROOT),
                port,
                matcher.group(5));
    }

    /// The scheme of any URI in lower case; empty where there is none.
    public static String schemeOf(String uri) {
        int colon = uri.indexOf(':');
        return colon < 0 ? "" : uri.substring(0, colon).toLowerCase(Locale.ROOT);
    }

    /// The address of record: scheme, user and host, nothing else; `sips` counts as `sip`.
    ///
    /// For a `tel:` URI its number without visual separators or parameters.
    public static String addressOfRecord(String uri) {
        SipUri sip = parse(uri);
        if (sip != null) {
            return sip.user.isEmpty() ? "sip:" + sip.host : "sip:" + sip.user + "@" + sip.host;
        }
        if (schemeOf(uri).equals("tel")) {
            int semicolon = uri.indexOf(';');
            String number = semicolon < 0 ? uri.substring(4) : uri.substring(4, semicolon);
            return "tel:" + number.replaceAll("[-.()]", "");
        }
        return uri;
    }

    /// Whether it says that its host routes loosely (RFC 3261 §19.1.1).
    public boolean isLoose() {
        return hasParameter("lr");
    }

    /// The value of one of its parameters, the empty text where it has none, null where it is absent.
    public @Nullable String parameter(String name) {
        for (String one : parameters.split(";", -1)) {
            int equals = one.indexOf('=');
            String written = equals < 0 ? one : one.substring(0, equals);
            if (written.equalsIgnoreCase(name)) {
                return equals < 0 ? "" : one.substring(equals + 1);
            }
        }
        return null;
    }

    private boolean hasParameter(String name) {
        return parameter(name) != null;
    }
}
