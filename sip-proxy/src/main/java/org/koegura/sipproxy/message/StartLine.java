package org.koegura.sipproxy.message;

/// The first line (RFC 3261 §7.1, §7.2).
public sealed interface StartLine {

    /// A request line.
    ///
    /// @param method as written; methods differ by case
    /// @param uri as written
    /// @param uriFrom offset of the Request-URI
    /// @param uriTo offset after it
    record Request(String method, String uri, int uriFrom, int uriTo) implements StartLine {}

    /// A status line.
    ///
    /// @param code 100 to 699
    record Status(int code) implements StartLine {}
}
