package org.koegura.server.demo;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One SIP message (RFC 3261 §7) as text, a character for each byte: a start line, header fields in order, a body.
/// Immutable.
///
/// Knows compact names and lists separated by commas; does not judge. What is no SIP message throws
/// [IllegalArgumentException].
record SipMessage(String startLine, List<Header> headers, String body) {

    private static final int HEADERS_MAX = 200;
    private static final Map<String, String> LONG_NAMES = Map.of(
            "v",
            "Via",
            "f",
            "From",
            "t",
            "To",
            "i",
            "Call-ID",
            "m",
            "Contact",
            "l",
            "Content-Length",
            "c",
            "Content-Type",
            "k",
            "Supported");
    private static final Pattern URI = Pattern.compile("sips?:(?:([^@;>]*)@)?([^:;>?]+)(?::(\\d+))?[^>]*");

    /// One header field.
    record Header(String name, String value) {

        boolean is(String other) {
            return name.equalsIgnoreCase(other);
        }
    }

    SipMessage {
        headers = List.copyOf(headers);
    }

    SipMessage(String startLine) {
        this(startLine, List.of(), "");
    }

    static SipMessage parse(byte[] datagram, int length) {
        String text = new String(datagram, 0, length, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            throw new IllegalArgumentException("no SIP message: no empty line");
        }
        String[] lines = text.substring(0, end).replaceAll("\r\n[ \t]+", " ").split("\r\n", HEADERS_MAX);
        List<Header> headers = new ArrayList<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon <= 0) {
                throw new IllegalArgumentException("no SIP message: a header without a name");
            }
            String name = lines[i].substring(0, colon).strip();
            String longName = LONG_NAMES.getOrDefault(name.toLowerCase(Locale.ROOT), name);
            headers.add(new Header(longName, lines[i].substring(colon + 1).strip()));
        }
        String body = text.substring(end + 4);
        SipMessage message = new SipMessage(lines[0], headers, body);
        if (!message.isRequest() && message.status() < 100) {
            throw new IllegalArgumentException("no SIP message: " + lines[0]);
        }
        for (String needed : List.of("Via", "From", "To", "Call-ID", "CSeq")) {
            if (message.find(needed) == null) {
                throw new IllegalArgumentException("no SIP message: " + needed + " is missing");
            }
        }
        return message;
    }

    /// A response to this request, with the headers that every response repeats (RFC 3261 §8.2.6.2).
    SipMessage response(String statusLine) {
        SipMessage response = new SipMessage("SIP/2.0 " + statusLine);
        for (Header header : headers) {
            if (List.of("via", "from", "to", "call-id", "cseq", "record-route")
                    .contains(header.name().toLowerCase(Locale.ROOT))) {
                response = response.plus(header.name(), header.value());
            }
        }
        return response;
    }

    SipMessage plus(String name, String value) {
        List<Header> more = new ArrayList<>(headers);
        more.add(new Header(name, value));
        return new SipMessage(startLine, more, body);
    }

    SipMessage without(String name) {
        return new SipMessage(
                startLine, headers.stream().filter(h -> !h.is(name)).toList(), body);
    }

    /// Puts all values of one header field in the place of those that are there, before all other fields.
    SipMessage withAll(String name, List<String> values) {
        List<Header> all =
                new ArrayList<>(values.stream().map(v -> new Header(name, v)).toList());
        all.addAll(without(name).headers);
        return new SipMessage(startLine, all, body);
    }

    SipMessage withStartLine(String line) {
        return new SipMessage(line, headers, body);
    }

    SipMessage withSdp(String sdp) {
        return new SipMessage(startLine, headers, sdp).plus("Content-Type", "application/sdp");
    }

    boolean isRequest() {
        return !startLine.startsWith("SIP/2.0 ");
    }

    /// The request's method, or the method that a response answers.
    String method() {
        String words = isRequest() ? startLine : header("CSeq").replaceFirst("\\d+\\s+", "");
        return words.split(" ", 2)[0];
    }

    String requestUri() {
        return startLine.split(" ", 3)[1];
    }

    int status() {
        Matcher status = Pattern.compile("SIP/2\\.0 (\\d{3})\\b.*").matcher(startLine);
        return status.matches() ? Integer.parseInt(status.group(1)) : 0;
    }

    @Nullable
    String find(String name) {
        return headers.stream()
                .filter(h -> h.is(name))
                .map(Header::value)
                .findFirst()
                .orElse(null);
    }

    String header(String name) {
        String value = find(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value;
    }

    /// All values of a header field that is a list, one by one; a comma inside `<…>` or quotes does not separate.
    List<String> all(String name) {
        return headers.stream()
                .filter(h -> h.is(name))
                .flatMap(h -> Pattern.compile("(?:[^,\"<]|\"[^\"]*\"|<[^>]*>)+")
                        .matcher(h.value())
                        .results())
                .map(match -> match.group().strip())
                .toList();
    }

    /// The `tag` of From or To, or null.
    @Nullable
    String tag(String name) {
        return parameter(header(name).replaceFirst("<[^>]*>", ""), "tag");
    }

    /// The branch of the topmost Via.
    String branch() {
        String branch = parameter(all("Via").getFirst(), "branch");
        return branch == null ? "" : branch;
    }

    byte[] bytes() {
        StringBuilder text = new StringBuilder(startLine).append("\r\n");
        for (Header header : headers) {
            if (!header.is("Content-Length")) {
                text.append(header.name()).append(": ").append(header.value()).append("\r\n");
            }
        }
        text.append("Content-Length: ").append(body.length()).append("\r\n\r\n").append(body);
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /// A parameter's value out of `…;name=value;…`, or null.
    static @Nullable String parameter(String text, String name) {
        Matcher found = Pattern.compile(";\\s*" + Pattern.quote(name) + "\\s*=\\s*([^;,>\\s]+)")
                .matcher(text);
        return found.find() ? found.group(1) : null;
    }

    /// The URI inside `"name" <uri>;parameters`, or the text itself.
    static String uriOf(String nameAddress) {
        int open = nameAddress.indexOf('<');
        return open < 0
                ? nameAddress.split(";", 2)[0].strip()
                : nameAddress.substring(open + 1, nameAddress.indexOf('>', open));
    }

    static String userOf(String uri) {
        Matcher parts = URI.matcher(uri);
        return parts.matches() && parts.group(1) != null ? parts.group(1) : "";
    }

    static String hostOf(String uri) {
        return parts(uri).group(2);
    }

    static int portOf(String uri) {
        String port = parts(uri).group(3);
        return port == null ? 5060 : Integer.parseInt(port);
    }

    private static Matcher parts(String uri) {
        Matcher parts = URI.matcher(uri);
        if (!parts.matches()) {
            throw new IllegalArgumentException("no SIP URI: " + uri);
        }
        return parts;
    }
}
