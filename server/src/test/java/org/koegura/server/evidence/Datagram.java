package org.koegura.server.evidence;

import java.net.InetSocketAddress;

/// One UDP datagram with the time it was seen.
public final class Datagram {

    private final long epochNanos;
    private final InetSocketAddress source;
    private final InetSocketAddress destination;
    private final byte[] payload;

    Datagram(long epochNanos, InetSocketAddress source, InetSocketAddress destination, byte[] payload) {
        this.epochNanos = epochNanos;
        this.source = source;
        this.destination = destination;
        this.payload = payload;
    }

    public long epochNanos() {
        return epochNanos;
    }

    public InetSocketAddress source() {
        return source;
    }

    public InetSocketAddress destination() {
        return destination;
    }

    public byte[] payload() {
        return payload.clone();
    }
}
