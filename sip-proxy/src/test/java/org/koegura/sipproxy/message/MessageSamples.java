package org.koegura.sipproxy.message;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Messages for tests, written as lines.
final class MessageSamples {

    /// Where the corpora are; they are no part of the repository.
    static final Path CORPUS = Path.of(System.getProperty("koegura.corpus", "../shared/corpus"));

    private MessageSamples() {}

    /// Lines, each with its CRLF, and the empty line that ends the header.
    static byte[] head(String... lines) {
        return bytes(String.join("\r\n", lines) + "\r\n\r\n");
    }

    static WireMessage message(String... lines) throws MessageFault {
        return WireMessage.parse(head(lines));
    }

    /// One character a byte.
    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /// Where messages of tests come from.
    static InetSocketAddress source() {
        return new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 40_000);
    }

    /// A sound request, marked and edited as a proxy sends it on.
    static WireMessage onward(WireMessage request) throws MessageFault {
        ProxyEdits edits = new ProxyEdits(ProxyEdits.receivedFrom(request, source(), false));
        edits.pushVia("SIP/2.0/UDP p.example;branch=z9hG4bK2");
        edits.decrementMaxForwards();
        return edits.render();
    }

    static String text(WireMessage message) {
        return text(message.bytes());
    }

    /// An INVITE that is right in everything, with further lines before its Content-Length.
    static WireMessage invite(String... further) throws MessageFault {
        return WireMessage.parse(inviteBytes(further));
    }

    static byte[] inviteBytes(String... further) {
        StringBuilder text = new StringBuilder();
        text.append("INVITE sip:bob@b.example SIP/2.0\r\n");
        text.append("Via: SIP/2.0/UDP a.example;branch=z9hG4bK1\r\n");
        text.append("From: <sip:alice@a.example>;tag=1\r\nTo: <sip:bob@b.example>\r\n");
        text.append("Call-ID: 1@a.example\r\nCSeq: 1 INVITE\r\n");
        for (String line : further) {
            text.append(line).append("\r\n");
        }
        return bytes(text.append("Content-Length: 0\r\n\r\n").toString());
    }
}
