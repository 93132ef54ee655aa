package org.koegura.sipproxy.proxy;

import org.koegura.sipproxy.message.Fingerprint;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.Via;
import org.koegura.sipproxy.message.WireMessage;

/// Names that follow from a message alone, so that a repeated message, its CANCEL, and a restarted
/// proxy come to the same ones (RFC 3261 §16.11).
final class Branches {

    private static final int BYTES = 12;

    private Branches() {}

    /// The branch under which a request goes on. The method is left out: a CANCEL bears the branch of
    /// its INVITE (§9.1).
    static String of(WireMessage request) throws MessageFault {
        return of(request, request.topVia());
    }

    /// The same, for a request that had that Via on top when it came here.
    static String of(WireMessage request, Via top) throws MessageFault {
        return "z9hG4bK"
                + Fingerprint.of(
                        BYTES,
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
            return Fingerprint.of(BYTES, "tag", of(request));
        } catch (MessageFault e) {
            return Fingerprint.of(BYTES, "tag", request.callId());
        }
    }
}
