package org.koegura.sipproxy.transaction;

import java.net.InetSocketAddress;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.transport.Hop;

/// What a request other than INVITE was answered with over UDP, and enough of it to know it again. A branch alone is
/// not: there are senders that use one for several requests, and several senders behind translators that write the
/// same Via.
final class Answer {

    private final String method;
    private final String callId;
    private final long cseq;
    private final InetSocketAddress source;
    private final byte[] response;

    Answer(WireMessage request, Hop source, WireMessage response) throws MessageFault {
        this.method = request.request().method();
        this.callId = request.callId();
        this.cseq = request.cseq().number();
        this.source = source.address();
        this.response = response.bytes();
    }

    /// Whether that request is the same once more.
    boolean isTo(WireMessage request, Hop from) throws MessageFault {
        return method.equals(request.request().method())
                && callId.equals(request.callId())
                && cseq == request.cseq().number()
                && source.equals(from.address())
                && !from.protocol().isReliable();
    }

    byte[] response() {
        return response;
    }
}
