package org.koegura.sipproxy.transaction;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.koegura.sipproxy.message.WireMessage;

/// Messages for tests as they stand on the wire; oddly written, so that a printed one would differ.
final class Texts {

    private Texts() {}

    /// A request. Its Via names where it comes from; further lines stand before its length.
    static String request(String method, String branch, InetSocketAddress from, String... further) {
        StringBuilder text = new StringBuilder(method).append(" sip:bob@b.example SIP/2.0\r\n");
        text.append("v :SIP/2.0/UDP  127.0.0.1:").append(from.getPort());
        if (!branch.isEmpty()) {
            text.append(" ;branch=").append(branch);
        }
        text.append("\r\nf:\t\"A, B\"<sip:alice@a.example>;tag=1\r\nTO: <sip:bob@b.example>\r\n");
        text.append("i: call-")
                .append(branch)
                .append("@a.example\r\nCSEQ: 0007\r\n ")
                .append(method)
                .append("\r\n");
        text.append("Allow-Events:\r\n");
        for (String line : further) {
            text.append(line).append("\r\n");
        }
        return text.append("l: 0\r\n\r\n").toString();
    }

    /// A response that repeats what it must.
    static String response(String request, String status, String toTag, String... further) {
        StringBuilder text = new StringBuilder("SIP/2.0 ").append(status).append("\r\n");
        String[] lines = request.substring(0, request.indexOf("Allow-Events")).split("\r\n(?! )", -1);
        for (String line : lines) {
            if (line.startsWith("TO:")) {
                text.append(line).append(";tag=").append(toTag).append("\r\n");
            } else if (!line.isEmpty() && !line.endsWith(" SIP/2.0")) {
                text.append(line).append("\r\n");
            }
        }
        for (String line : further) {
            text.append(line).append("\r\n");
        }
        return text.append("l: 0\r\n\r\n").toString();
    }

    static String text(WireMessage message) {
        return new String(message.bytes(), StandardCharsets.ISO_8859_1);
    }
}
