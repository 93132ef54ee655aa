package org.koegura.sipproxy.message;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What routing reads in a `sip:` or `sips:` URI (RFC 3261 §19.1); the rest of it stays text.
///
/// @param scheme `sip` or `sips`
/// @param user as written, escapes included, without a password; empty where there is none
/// @param host in lower case; IPv6 in brackets
/// @param port or -1
/// @param parameters as written, from the first semicolon on; empty where there are none
public record SipUri(String scheme, String user, String host, int port, String parameters) {

    /// Reads a URI; null where it is of another scheme or malformed.
    public static @Nullable SipUri parse(String text) {
        int colon = text.indexOf(':');
        String scheme = colon < 0 ? "" : Cursor.lower(text.substring(0, colon));
        if (!scheme.equals("sip") && !scheme.equals("sips")) {
            return null;
        }
        int at = text.indexOf('@', colon);
        // an @ may also stand in a parameter of a URI without user
        SipUri withUser = at < 0 ? null : parse(text, scheme, text.substring(colon + 1, at), at + 1);
        SipUri read = withUser == null ? parse(text, scheme, "", colon + 1) : withUser;
        return read == null || read.port > 65_535 ? null : read; // a port too large makes no user a parameter
    }

    private static @Nullable SipUri parse(String text, String scheme, String user, int from) {
        Cursor cursor = new Cursor(text, from);
        String host = cursor.host();
        if (host.isEmpty() || !isInside(user)) {
            return null;
        }
        int port = -1;
        if (cursor.take(':')) {
            port = cursor.port();
            if (port < 0) {
                return null;
            }
        }
        String parameters = cursor.run(c -> isInside(c) && c != '?');
        if (!parameters.isEmpty() && parameters.charAt(0) != ';') {
            return null;
        }
        if (cursor.take('?')) {
            cursor.run(SipUri::isInside);
        }
        int password = user.indexOf(':');
        return cursor.isAtEnd()
                ? new SipUri(
                        scheme, password < 0 ? user : user.substring(0, password), Cursor.lower(host), port, parameters)
                : null;
    }

    private static boolean isInside(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isInside(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isInside(int c) {
        return c != '<' && c != '>' && c != '"' && !Cursor.isWhite(c);
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
