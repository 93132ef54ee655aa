package org.koegura.sipproxy.message;

/// The brackets that an IPv6 address has in a URI and a sent-by, and need not have in `received` (RFC 3261 §25.1).
public final class Brackets {

    private Brackets() {}

    /// A host without them.
    public static String off(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }
}
