package org.koegura.sipproxy.transport;

import java.io.IOException;

/// A socket could not be bound; the message is the system's word for why.
public final class TransportTaken extends Exception {

    private static final long serialVersionUID = 1L;

    private final Protocol protocol;

    TransportTaken(Protocol protocol, IOException cause) {
        super(cause.getCause() == null ? cause.getMessage() : cause.getCause().getMessage(), cause);
        this.protocol = protocol;
    }

    /// Of which protocol.
    public Protocol protocol() {
        return protocol;
    }
}
