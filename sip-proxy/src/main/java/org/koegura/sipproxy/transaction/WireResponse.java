package org.koegura.sipproxy.transaction;

import gov.nist.javax.sip.message.SIPResponse;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.transport.Hop;

/// The stack's view of a response. Whenever the stack sends it, first or again, the wire message goes out.
final class WireResponse extends SIPResponse {

    private final transient WireMessage wire;

    private final transient @Nullable Hop source;

    /// @param source whom it came from; null for one that we send
    WireResponse(WireMessage wire, @Nullable Hop source) {
        this.wire = wire;
        this.source = source;
    }

    /// Whom one that was received came from.
    Hop source() {
        return Objects.requireNonNull(source);
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
