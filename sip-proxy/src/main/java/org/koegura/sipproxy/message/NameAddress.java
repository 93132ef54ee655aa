package org.koegura.sipproxy.message;

import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.message.Elements.Element;

/// A `name-addr` or `addr-spec` with its header parameters: From, To, Contact, Route, Record-Route, Path (RFC 3261
/// §20).
///
/// @param element where it stands
/// @param display the name before it, without its quotes; empty where there is none
/// @param uri as written, without angle brackets
/// @param uriFrom offset of its angle bracket, or of the URI where it has none
/// @param uriTo offset after it
/// @param parameters those of the header, not of the URI
public record NameAddress(Element element, String display, String uri, int uriFrom, int uriTo, Parameters parameters) {

    static NameAddress parse(byte[] bytes, Element element) throws MessageFault {
        int at = element.from();
        while (at < element.to() && bytes[at] != '<') {
            at = bytes[at] == '"' ? Octets.skipQuoted(bytes, at, element.to()) : at + 1;
        }
        return at < element.to() ? bracketed(bytes, element, at) : bare(bytes, element);
    }

    private static NameAddress bracketed(byte[] bytes, Element element, int open) throws MessageFault {
        int close = open + 1;
        while (close < element.to() && bytes[close] != '>') {
            close++;
        }
        if (close == element.to()) {
            throw new MessageFault(400, MessageFault.Reason.HEADER, "Unclosed Address");
        }
        int rest = Octets.skipSpace(bytes, close + 1, element.to());
        if (rest < element.to() && bytes[rest] != ';') {
            throw new MessageFault(400, MessageFault.Reason.HEADER, "Bad Address");
        }
        String uri = Octets.unfolded(bytes, open + 1, close);
        String display = unquoted(Octets.unfolded(bytes, element.from(), open).strip());
        return checked(
                new NameAddress(element, display, uri, open, close + 1, Parameters.scan(bytes, rest, element.to())));
    }

    private static NameAddress bare(byte[] bytes, Element element) throws MessageFault {
        int semicolon = element.from();
        while (semicolon < element.to() && bytes[semicolon] != ';') {
            semicolon++;
        }
        String uri = Octets.unfolded(bytes, element.from(), semicolon);
        return checked(new NameAddress(
                element,
                "",
                uri,
                element.from(),
                Octets.trimSpace(bytes, element.from(), semicolon),
                Parameters.scan(bytes, semicolon, element.to())));
    }

    private static String unquoted(String name) {
        boolean quoted = name.length() > 1 && name.startsWith("\"") && name.endsWith("\"");
        return quoted ? name.substring(1, name.length() - 1).replaceAll("\\\\(.)", "$1") : name;
    }

    private static NameAddress checked(NameAddress address) throws MessageFault {
        if (address.uri.indexOf(':') <= 0 || address.uri.startsWith("\"")) {
            throw new MessageFault(400, MessageFault.Reason.HEADER, "Bad Address");
        }
        return address;
    }

    /// Its `tag` parameter, or the empty text.
    public String tag() {
        @Nullable String tag = parameters.value("tag");
        return tag == null ? "" : tag;
    }
}
