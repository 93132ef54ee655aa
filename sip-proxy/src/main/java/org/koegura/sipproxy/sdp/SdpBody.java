package org.koegura.sipproxy.sdp;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Finds the session description in a message body, also inside a multipart body (RFC 2046 §5.1, RFC 5621), and
/// puts an edited one back in its place.
public final class SdpBody {

    /// Multipart bodies inside multipart bodies are followed this far.
    private static final int DEPTH_MAX = 3;

    private static final String SDP = "application/sdp";

    private final byte[] sdp;
    private final UnaryOperator<byte[]> wrap;

    private SdpBody(byte[] sdp, UnaryOperator<byte[]> wrap) {
        this.sdp = sdp;
        this.wrap = wrap;
    }

    /// The session description in `body`, or null where there is none. Content types are compared without
    /// regard to case and with their parameters set aside.
    public static @Nullable SdpBody find(String contentType, byte[] body) {
        return find(contentType, body, DEPTH_MAX);
    }

    private static @Nullable SdpBody find(String contentType, byte[] body, int depth) {
        int semicolon = contentType.indexOf(';');
        String type = (semicolon < 0 ? contentType : contentType.substring(0, semicolon))
                .strip()
                .toLowerCase(Locale.ROOT);
        if (type.equals(SDP)) {
            return body.length == 0 ? null : new SdpBody(body, edited -> edited);
        }
        String boundary = type.startsWith("multipart/") ? parameter(contentType, "boundary") : "";
        return boundary.isEmpty() || depth == 0 ? null : findPart(boundary, body, depth);
    }

    /// The session description alone, as received.
    public byte[] sdp() {
        return sdp.clone();
    }

    /// The whole body with `edited` in place of the session description. Other parts are unchanged; the part's
    /// own Content-Length, if it has one, is mended.
    public byte[] with(byte[] edited) {
        return wrap.apply(edited);
    }

    private static @Nullable SdpBody findPart(String boundary, byte[] body, int depth) {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        String delimiter = "--" + boundary;
        int open = delimiterAt(text, delimiter, 0);
        while (open >= 0) {
            int headers = text.indexOf('\n', open) + 1;
            int close = headers == 0 ? -1 : delimiterAt(text, delimiter, headers);
            if (close < 0) {
                return null;
            }
            SdpBody found = inPart(body, text, headers, partEnd(text, headers, close), depth);
            if (found != null) {
                return found;
            }
            open = close;
        }
        return null;
    }

    private static @Nullable SdpBody inPart(byte[] body, String text, int headers, int end, int depth) {
        String type = "";
        int lengthStart = -1;
        int lengthEnd = -1;
        int at = headers;
        while (at < end) {
            int feed = text.indexOf('\n', at);
            int next = feed < 0 || feed >= end ? end : feed + 1;
            String line = text.substring(at, next).strip();
            if (line.isEmpty()) {
                break;
            }
            int colon = line.indexOf(':');
            String name = colon < 0 ? "" : line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
            if (name.equals("content-type") || name.equals("c")) {
                type = line.substring(colon + 1).strip();
            } else if (name.equals("content-length") || name.equals("l")) {
                lengthStart = text.indexOf(':', at) + 1;
                lengthEnd = feed > at && text.charAt(feed - 1) == '\r' ? feed - 1 : feed;
            }
            at = next;
        }
        int start = Math.min(end, text.indexOf('\n', at) + 1);
        if (start == 0 || start <= at) {
            return null;
        }
        SdpBody inner = find(type, Arrays.copyOfRange(body, start, end), depth - 1);
        if (inner == null) {
            return null;
        }
        Splice splice = new Splice(body, start, end, lengthStart, lengthEnd);
        return new SdpBody(inner.sdp, edited -> splice.with(inner.with(edited)));
    }

    /// Where a part lies in a body: `[start, end)` its content, `[lengthStart, lengthEnd)` the value of its
    /// Content-Length, which is -1 where it has none.
    // An array and not a copy of it: never compared, never leaves this class.
    @SuppressWarnings("ArrayRecordComponent")
    private record Splice(byte[] body, int start, int end, int lengthStart, int lengthEnd) {

        byte[] with(byte[] content) {
            ByteArrayOutputStream out = new ByteArrayOutputStream(body.length + content.length);
            int from = 0;
            if (lengthStart >= 0) {
                out.write(body, 0, lengthStart);
                out.writeBytes((" " + content.length).getBytes(StandardCharsets.US_ASCII));
                from = lengthEnd;
            }
            out.write(body, from, start - from);
            out.writeBytes(content);
            out.write(body, end, body.length - end);
            return out.toByteArray();
        }
    }

    /// Position of the next delimiter that stands at the start of a line; -1 where there is none.
    private static int delimiterAt(String text, String delimiter, int from) {
        int at = text.indexOf(delimiter, from);
        while (at > 0 && text.charAt(at - 1) != '\n') {
            at = text.indexOf(delimiter, at + 1);
        }
        return at;
    }

    /// The line break before a delimiter belongs to the delimiter (RFC 2046 §5.1.1).
    private static int partEnd(String text, int start, int delimiter) {
        int end = delimiter;
        if (end > start && text.charAt(end - 1) == '\n') {
            end--;
        }
        if (end > start && text.charAt(end - 1) == '\r') {
            end--;
        }
        return end;
    }

    private static String parameter(String contentType, String name) {
        for (String word : contentType.split(";", -1)) {
            int equals = word.indexOf('=');
            if (equals > 0 && word.substring(0, equals).strip().equalsIgnoreCase(name)) {
                String value = word.substring(equals + 1).strip();
                boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
                return quoted ? value.substring(1, value.length() - 1) : value;
            }
        }
        return "";
    }
}
