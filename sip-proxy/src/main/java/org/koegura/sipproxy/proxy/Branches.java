package org.koegura.sipproxy.proxy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.Secret;
import org.koegura.sipproxy.message.Via;
import org.koegura.sipproxy.message.WireMessage;

/// Names that follow from a message and our secret alone, so that a repeated message, its CANCEL, and a
/// restarted proxy come to the same ones (RFC 3261 §16.11), and nobody else does.
///
/// ```
/// z9hG4bK  24 digits: which request    16 digits: which of these it belongs to, read again in responses
/// then, for a further try at another server, a dot and its number
/// ```
///
/// Safe from any thread.
final class Branches {

    private static final String COOKIE = "z9hG4bK";
    private static final String TRY = ".";
    private static final int NAME_BYTES = 12;
    private static final int PROOF_BYTES = 8;

    private final Secret secret;

    Branches(Secret secret) {
        this.secret = secret;
    }

    /// The branch under which a request goes on. The method is left out: a CANCEL bears the branch of
    /// its INVITE (§9.1).
    String of(WireMessage request) throws MessageFault {
        return of(request, request.topVia());
    }

    /// The same, for a request that had that Via on top when it came here.
    String of(WireMessage request, Via top) throws MessageFault {
        return of(request, top, request.to().tag());
    }

    private String of(WireMessage request, Via top, String toTag) throws MessageFault {
        String name = secret.name(
                NAME_BYTES,
                "branch",
                String.valueOf(top.branch()),
                top.host(),
                Integer.toString(top.port()),
                request.callId(),
                request.from().tag(),
                toTag,
                Long.toString(request.cseq().number()),
                request.request().uri());
        return COOKIE + name + proof(name, request, top);
    }

    /// The branch of a further try of a request at another server (RFC 3261 §16.6 item 8).
    ///
    /// @param branch of the first
    /// @param number from 0 on, which is the first itself
    static String ofTry(String branch, int number) {
        return number == 0 ? branch : branch + TRY + number;
    }

    /// The branch of the first try.
    private static String first(String branch) {
        int at = branch.indexOf(TRY);
        return at < 0 ? branch : branch.substring(0, at);
    }

    /// Whether a branch is that of a request, or of a further try of it.
    boolean isOf(@Nullable String branch, WireMessage request, Via top) throws MessageFault {
        return branch != null && first(branch).equals(of(request, top));
    }

    /// Whether the topmost Via of a response is one that we wrote over the Via below it, in a request of the same
    /// dialog and CSeq number: else anybody could have us send to wherever that second Via says.
    boolean wrote(WireMessage response) throws MessageFault {
        List<Via> vias = response.vias();
        String sent = vias.getFirst().branch();
        String branch = sent == null ? null : first(sent);
        int digits = COOKIE.length() + 2 * NAME_BYTES;
        if (vias.size() < 2 || branch == null || branch.length() <= digits) {
            return false;
        }
        String name = branch.substring(COOKIE.length(), digits);
        return equal(branch, COOKIE + name + proof(name, response, vias.get(1)));
    }

    private String proof(String name, WireMessage message, Via below) throws MessageFault {
        return secret.name(
                PROOF_BYTES,
                "proof",
                name,
                String.valueOf(below.branch()),
                below.host(),
                Integer.toString(below.port()),
                message.callId(),
                message.from().tag(),
                Long.toString(message.cseq().number()));
    }

    /// Takes as long whether they differ early or late.
    private static boolean equal(String one, String other) {
        return MessageDigest.isEqual(
                one.getBytes(StandardCharsets.ISO_8859_1), other.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// Whether an ACK acknowledges a response of ours to an INVITE that began no dialog: also one that was
    /// sent without a transaction, or whose transaction is over.
    boolean isOfOurAnswer(WireMessage ack) throws MessageFault {
        return equal(ack.to().tag(), secret.name(NAME_BYTES, "tag", of(ack, ack.topVia(), "")));
    }

    /// The To tag of a response of ours to a request (§8.2.6.2, §8.2.7).
    String tag(WireMessage request) {
        try {
            return secret.name(NAME_BYTES, "tag", of(request));
        } catch (MessageFault e) {
            return secret.name(NAME_BYTES, "tag", request.callId());
        }
    }
}
