package org.koegura.sipproxy.transport;

import java.io.IOException;
import java.net.InetSocketAddress;

/// A socket could not be bound; the message is the system's word for why.
public final class TransportTaken extends Exception {

    private static final long serialVersionUID = 1L;

    private final Protocol protocol;
    private final InetSocketAddress address;
    private final BindRefusal refusal;

    TransportTaken(Protocol protocol, InetSocketAddress address, IOException cause) {
        super(word(why(cause)), cause);
        this.protocol = protocol;
        this.address = address;
        this.refusal = BindRefusal.of(String.valueOf(why(cause).getMessage()));
    }

    private static Throwable why(IOException cause) {
        return cause.getCause() == null ? cause : cause.getCause();
    }

    /// Without the call and the number that epoll's native code puts before it.
    private static String word(Throwable cause) {
        return String.valueOf(cause.getMessage()).replaceFirst("^bind\\(.*\\) failed with error\\(-?\\d+\\): ", "");
    }

    public BindRefusal refusal() {
        return refusal;
    }

    /// Of which protocol.
    public Protocol protocol() {
        return protocol;
    }

    /// Where.
    public InetSocketAddress address() {
        return address;
    }
}
