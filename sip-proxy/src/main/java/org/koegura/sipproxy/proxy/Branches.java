package org.koegura.sipproxy.proxy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.Via;
import org.koegura.sipproxy.message.WireMessage;

/// Names that follow from a message alone, so that a repeated message, its CANCEL, and a restarted proxy come to the
/// same ones (RFC 3261 §16.11).
final class Branches {

    private static final int BYTES = 12;

    private Branches() {}

    /// The branch under which a request goes on. The method is left out: a CANCEL bears the branch of its INVITE
    /// (§9.1).
    static String of(WireMessage request) throws MessageFault {
        Via top = request.topVia();
        return "z9hG4bK"
                + digest(
                        "branch",
                        String.valueOf(top.branch()),
                        top.host(),
                        Integer.toString(top.port()),
                        request.callId(),
                        request.from().tag(),
                        request.to().tag(),
                        Long.toString(request.cseq().number()),
                        request.request().uri());
    }

    /// The To tag of a response of ours to a request (§8.2.6.2, §8.2.7).
    static String tag(WireMessage request) {
        try {
            return digest("tag", of(request));
        } catch (MessageFault e) {
            return digest("tag", request.callId());
        }
    }

    private static String digest(String... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : parts) {
                digest.update(part.getBytes(StandardCharsets.ISO_8859_1));
                digest.update((byte) 0);
            }
            return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
