package org.koegura.sipproxy.message;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.message.MessageFault.Reason;

/// What of a message must be right before a proxy acts on it, wherever it goes (RFC 3261 §16.3, §16.7, §18.1.2).
///
/// Left to the router, because it depends on where the message goes: the scheme of the Request-URI, Max-Forwards that
/// has run out, loops, Proxy-Require.
public final class RequestCheck {

    /// Whoever reads another one of two values than we do would see another dialog, or record another call.
    private static final List<String> ONCE = List.of("to", "from", "call-id", "cseq");

    /// §20.22: 0 to 255.
    private static final int MAX_FORWARDS_MAX = 255;

    private RequestCheck() {}

    /// Checks a request.
    ///
    /// @throws MessageFault with the status to answer with
    public static void request(WireMessage request) throws MessageFault {
        common(request);
        if (!request.cseq().method().equals(request.request().method())) {
            throw new MessageFault(400, Reason.HEADER, "CSeq Method Mismatch");
        }
        maxForwards(request);
    }

    /// Checks a response.
    ///
    /// @throws MessageFault where it is to be discarded
    public static void response(WireMessage response) throws MessageFault {
        common(response);
    }

    /// What remains of a request that [WireMessage#parse] refused, so that [Replies#response] can answer it: its
    /// method, and its Via, From, To, Call-ID and CSeq fields, each at least once. Nothing else is reliable.
    ///
    /// @return null where there is too little for an answer, for an ACK, and for a response
    public static @Nullable WireMessage salvage(byte[] datagram) {
        return Salvage.of(datagram);
    }

    /// All Vias are read, not the topmost alone: a loop, or the way back, may stand in any of them.
    private static void common(WireMessage message) throws MessageFault {
        for (String name : ONCE) {
            int count = message.count(name);
            if (count != 1) {
                throw new MessageFault(
                        400, Reason.HEADER, (count == 0 ? "Missing Header Field " : "Repeated Header Field ") + name);
            }
        }
        if (message.callId().isEmpty()) {
            throw new MessageFault(400, Reason.HEADER, "Empty Call-ID");
        }
        if (message.vias().isEmpty()) {
            throw new MessageFault(400, Reason.HEADER, "Missing Header Field via");
        }
        var _ = message.from();
        var _ = message.to();
        var _ = message.cseq();
    }

    private static void maxForwards(WireMessage request) throws MessageFault {
        int count = request.count("max-forwards");
        if (count > 1) {
            throw new MessageFault(400, Reason.HEADER, "Repeated Header Field max-forwards");
        }
        String value = request.valueOrEmpty("max-forwards");
        if (count == 1 && (!Octets.isNumber(value) || Long.parseLong(value) > MAX_FORWARDS_MAX)) {
            throw new MessageFault(400, Reason.HEADER, "Bad Max-Forwards");
        }
    }
}
