package org.koegura.sipproxy.message;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.koegura.sipproxy.message.MessageFault.Reason;

/// Indexes a datagram (RFC 3261 §7, §18.3). Strict where two readers could disagree about where a field ends: a bare
/// CR or LF in the header, a field without a name, two lengths that differ.
final class WireParser {

    /// No sane message has more; bounds the work that one datagram can cause.
    static final int FIELDS_MAX = 512;

    /// With its folds; a token or a certificate in a header takes a few thousand.
    static final int FIELD_BYTES_MAX = 16_384;

    /// What our own edits may add to a message that was taken.
    private static final int FIELDS_ADDED_MAX = 16;

    private static final byte[] VERSION = Octets.bytes("SIP/2.0");

    private final byte[] bytes;
    private final int fieldsMax;
    private int at;

    private WireParser(byte[] bytes, int fieldsMax) {
        this.bytes = bytes;
        this.fieldsMax = fieldsMax;
    }

    static WireMessage parse(byte[] datagram) throws MessageFault {
        return parse(datagram, FIELDS_MAX);
    }

    /// Indexes a message that our edits were made to: what was taken once must not fail for a Via of ours.
    static WireMessage parseEdited(byte[] message) throws MessageFault {
        return parse(message, FIELDS_MAX + FIELDS_ADDED_MAX);
    }

    private static WireMessage parse(byte[] datagram, int fieldsMax) throws MessageFault {
        int start = Octets.skipSpace(datagram, 0, datagram.length);
        WireParser parser =
                new WireParser(start == 0 ? datagram : Arrays.copyOfRange(datagram, start, datagram.length), fieldsMax);
        int lineEnd = parser.lineEnd();
        if (lineEnd > FIELD_BYTES_MAX) {
            throw new MessageFault(414, Reason.START_LINE, "Request-URI Too Long");
        }
        StartLine startLine = parser.startLine(lineEnd);
        parser.at = lineEnd + 2;
        List<HeaderField> fields = parser.fields();
        WireMessage whole = new WireMessage(parser.bytes, startLine, fields, parser.at);
        int end = whole.bodyFrom() + parser.bodyLength(whole);
        return end == parser.bytes.length
                ? whole
                : new WireMessage(Arrays.copyOf(parser.bytes, end), startLine, fields, parser.at);
    }

    /// The offset of the CR that ends the line at `at`.
    private int lineEnd() throws MessageFault {
        for (int i = at; i + 1 < bytes.length; i++) {
            if (bytes[i] == '\r' && bytes[i + 1] == '\n') {
                return i;
            }
            if (bytes[i] == '\r' || bytes[i] == '\n') {
                throw new MessageFault(400, Reason.HEADER, "Bad Line End");
            }
        }
        throw new MessageFault(400, Reason.FRAMING, "Unfinished Header");
    }

    private StartLine startLine(int end) throws MessageFault {
        return startsWithVersion() ? status(end) : request(end);
    }

    private boolean startsWithVersion() {
        return bytes.length > VERSION.length
                && Arrays.equals(bytes, 0, 4, VERSION, 0, 4)
                && Octets.isDigit((char) bytes[4]);
    }

    /// `SIP/2.0 SP 3DIGIT SP reason`. The reason may be empty and its space missing, as many send it.
    private StartLine status(int end) throws MessageFault {
        String line = Octets.text(bytes, 0, end);
        if (!line.startsWith("SIP/2.0 ") || line.length() < 11 || (line.length() > 11 && line.charAt(11) != ' ')) {
            throw new MessageFault(400, Reason.START_LINE, "Bad Status Line");
        }
        String code = line.substring(8, 11);
        if (!Octets.isNumber(code) || code.charAt(0) < '1' || code.charAt(0) > '6') {
            throw new MessageFault(400, Reason.START_LINE, "Bad Status Code");
        }
        return new StartLine.Status(Integer.parseInt(code));
    }

    /// `method SP uri SP version`, single spaces, nothing in brackets.
    private StartLine request(int end) throws MessageFault {
        String line = Octets.text(bytes, 0, end);
        int first = line.indexOf(' ');
        int last = line.lastIndexOf(' ');
        if (first <= 0 || last == first || !Octets.isToken(line.substring(0, first))) {
            throw new MessageFault(400, Reason.START_LINE, "Bad Request Line");
        }
        String uri = line.substring(first + 1, last);
        String version = line.substring(last + 1);
        if (!version.regionMatches(true, 0, "SIP/", 0, 4)) {
            throw new MessageFault(400, Reason.START_LINE, "Bad Request Line");
        }
        if (!version.equalsIgnoreCase("SIP/2.0")) {
            throw new MessageFault(505, Reason.VERSION, "Version Not Supported");
        }
        if (!isUri(uri)) {
            throw new MessageFault(400, Reason.START_LINE, "Bad Request-URI");
        }
        return new StartLine.Request(line.substring(0, first), uri, first + 1, last);
    }

    private static boolean isUri(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c == '<' || c == '>' || c == '"') {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /// Leaves `at` on the empty line that ends the header.
    private List<HeaderField> fields() throws MessageFault {
        List<HeaderField> fields = new ArrayList<>();
        while (true) {
            int lineEnd = lineEnd();
            if (lineEnd == at) {
                return fields;
            }
            if (fields.size() == fieldsMax) {
                throw new MessageFault(400, Reason.HEADER, "Too Many Header Fields");
            }
            int valueTo = lineEnd;
            while (valueTo + 2 < bytes.length && (bytes[valueTo + 2] == ' ' || bytes[valueTo + 2] == '\t')) {
                int start = at;
                at = valueTo + 2;
                valueTo = lineEnd();
                at = start;
            }
            if (valueTo - at > FIELD_BYTES_MAX) {
                throw new MessageFault(513, Reason.HEADER, "Message Too Large");
            }
            fields.add(field(at, valueTo));
            at = valueTo + 2;
        }
    }

    private HeaderField field(int from, int valueTo) throws MessageFault {
        int colon = from;
        while (colon < valueTo && bytes[colon] != ':') {
            colon++;
        }
        String name = Octets.text(bytes, from, Octets.trimSpace(bytes, from, colon));
        if (colon == valueTo || !Octets.isToken(name)) {
            throw new MessageFault(400, Reason.HEADER, "Bad Header Field");
        }
        return new HeaderField(HeaderField.canonical(name), from, colon + 1, valueTo, valueTo + 2);
    }

    /// How many octets of what follows the header are the body.
    private int bodyLength(WireMessage message) throws MessageFault {
        int present = bytes.length - message.bodyFrom();
        int length = present;
        String declared = null;
        for (HeaderField field : message.all("content-length")) {
            String text = Octets.unfolded(bytes, field.valueFrom(), field.valueTo());
            if (!Octets.isNumber(text) || (declared != null && !declared.equals(text))) {
                throw new MessageFault(400, Reason.FRAMING, "Bad Content-Length");
            }
            declared = text;
            long octets = Long.parseLong(text);
            if (octets > WireMessage.BODY_OCTETS_MAX) {
                throw new MessageFault(513, Reason.FRAMING, "Message Too Large");
            }
            if (octets > present) {
                throw new MessageFault(400, Reason.FRAMING, "Content-Length Exceeds Datagram");
            }
            length = Math.toIntExact(octets);
        }
        return length;
    }
}
