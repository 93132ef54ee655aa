package org.koegura.sipproxy.transaction;

import gov.nist.javax.sip.message.SIPResponse;
import org.koegura.sipproxy.message.WireMessage;

/// The stack's view of a response. Whenever the stack sends it, first or again, the wire message goes out.
final class WireResponse extends SIPResponse {

    private final transient WireMessage wire;

    WireResponse(WireMessage wire) {
        this.wire = wire;
    }

    WireMessage wire() {
        return wire;
    }

    @Override
    public byte[] encodeAsBytes(String transport) {
        return wire.bytes();
    }

    /// See [WireRequest#checkHeaders].
    @Override
    public void checkHeaders() {}
}
