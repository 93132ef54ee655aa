package org.koegura.sipproxy.message;

import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.message.Elements.Element;
import org.koegura.sipproxy.message.Parameters.Parameter;

/// One Via value (RFC 3261 §20.42, RFC 3581), with where it stands.
///
/// @param element where it stands
/// @param transport as written, for example `UDP`
/// @param host sent-by host; IPv6 in brackets
/// @param port sent-by port, or -1
/// @param parameters with their offsets
public record Via(Element element, String transport, String host, int port, Parameters parameters) {

    static Via parse(byte[] bytes, Element element) throws MessageFault {
        int semicolon = element.from();
        while (semicolon < element.to() && bytes[semicolon] != ';') {
            semicolon++;
        }
        Cursor sent = new Cursor(Octets.unfolded(bytes, element.from(), semicolon), 0);
        String transport = protocol(sent);
        boolean apart = sent.skipWhite();
        String host = sent.host();
        int port = -1;
        boolean whole = !transport.isEmpty() && apart && !host.isEmpty();
        if (whole && !sent.isAtEnd()) {
            sent.skipWhite();
            whole = sent.take(':');
            sent.skipWhite();
            port = sent.port();
            whole &= port >= 0 && port <= 65535 && sent.isAtEnd();
        }
        if (!whole) {
            throw new MessageFault(400, MessageFault.Reason.HEADER, "Bad Via");
        }
        return new Via(element, transport, host, port, Parameters.scan(bytes, semicolon, element.to()));
    }

    /// The last part of `SIP/2.0/UDP`; empty where it is not so written. White space may stand around the strokes.
    private static String protocol(Cursor sent) {
        if (!(sent.take('s') && sent.take('i') && sent.take('p')) || !stroke(sent)) {
            return "";
        }
        boolean versioned = !sent.run(Via::isToken).isEmpty();
        return versioned && stroke(sent) ? sent.run(Via::isToken) : "";
    }

    private static boolean stroke(Cursor sent) {
        sent.skipWhite();
        boolean there = sent.take('/');
        sent.skipWhite();
        return there;
    }

    private static boolean isToken(int c) {
        return c != '/' && c != ';' && !Cursor.isWhite(c);
    }

    /// Its branch, or null in a message of RFC 2543.
    public @Nullable String branch() {
        return parameters.value("branch");
    }

    /// The `received` parameter, or null.
    public @Nullable String received() {
        return parameters.value("received");
    }

    /// Whether its sender asked for a symmetric response (RFC 3581).
    public boolean asksForRport() {
        return parameters.find("rport") != null;
    }

    /// Whether its sender wants its connection to be used in both directions (RFC 5923).
    public boolean asksForReuse() {
        return parameters.find("alias") != null;
    }

    /// The sent-by port, or the default one.
    public int sentByPort() {
        return port > 0 ? port : transport.equalsIgnoreCase("TLS") ? 5061 : 5060;
    }

    /// The port that a response goes to: `rport` where filled in, else the sent-by port, else the default one.
    public int responsePort() {
        Parameter rport = parameters.find("rport");
        String value = rport == null ? null : rport.value();
        if (value != null && Octets.isNumber(value) && value.length() <= 5) {
            int filled = Integer.parseInt(value);
            if (filled > 0 && filled <= 65535) {
                return filled;
            }
        }
        return sentByPort();
    }

    /// The host that a response goes to (RFC 3261 §18.2.2). `maddr` is not followed: it would let anybody aim us.
    public String responseHost() {
        String received = received();
        return received == null ? host : received;
    }
}
