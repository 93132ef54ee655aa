package org.koegura.sipproxy.sdp;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// One line of a session description, exactly as received.
///
/// Text is ISO 8859-1, which maps every byte to one character and back: whatever charset the peer meant, its
/// bytes survive.
///
/// @param text the line without its ending
/// @param ending CRLF, LF, or nothing at the end of the body
record SdpLine(String text, String ending) {

    /// Cuts a body into lines. Joined again, they are the body.
    static List<SdpLine> cut(String body) {
        List<SdpLine> lines = new ArrayList<>();
        int start = 0;
        while (start < body.length()) {
            int feed = body.indexOf('\n', start);
            int next = feed < 0 ? body.length() : feed + 1;
            int end = feed < 0 ? next : feed;
            if (feed > start && body.charAt(feed - 1) == '\r') {
                end--;
            }
            lines.add(new SdpLine(body.substring(start, end), body.substring(end, next)));
            start = next;
        }
        return lines;
    }

    /// The letter before the equals sign, or NUL where the line has no such form.
    char type() {
        return text.length() >= 2 && text.charAt(1) == '=' ? text.charAt(0) : '\0';
    }

    /// What stands behind the equals sign.
    String value() {
        return text.substring(2);
    }

    /// Name of the attribute in lower case, or the empty string where this is no `a=` line.
    ///
    /// RFC 8866 compares names exactly; we compare loosely, because an attribute that slips by may carry media
    /// past us.
    String attribute() {
        if (type() != 'a') {
            return "";
        }
        String value = value();
        int colon = value.indexOf(':');
        return (colon < 0 ? value : value.substring(0, colon)).strip().toLowerCase(Locale.ROOT);
    }

    /// What stands behind the colon of an attribute; empty where there is none.
    String attributeValue() {
        int colon = text.indexOf(':');
        return colon < 0 ? "" : text.substring(colon + 1).strip();
    }

    SdpLine with(String changed) {
        return new SdpLine(changed, ending);
    }

    /// What the line is about and no more: a line of SRTP holds a key, and others hold addresses.
    @Override
    public String toString() {
        return "SdpLine[" + (attribute().isEmpty() ? type() : attribute()) + "]";
    }
}
