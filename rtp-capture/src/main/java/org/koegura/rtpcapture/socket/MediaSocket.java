package org.koegura.rtpcapture.socket;

import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// One bound UDP socket. Owned by its event loop, except [#local], which never changes.
public interface MediaSocket {

    /// Hears of one socket. On its event loop; an exception fails one datagram alone.
    interface Reader {

        /// A datagram came. Takes over a reference to `datagram`, whose bytes are its own until it is released or, at
        /// the latest, until this returns.
        ///
        /// @param cutOff whether it was longer than there was room for
        void received(ByteBuf datagram, InetSocketAddress sender, boolean cutOff);

        /// What was waiting was received.
        void drained();

        /// The system told an ICMP error that came back, of this or an earlier datagram, or a fault of the socket.
        void failed(Throwable cause);
    }

    InetSocketAddress local();

    /// Takes datagrams from `peer` alone from now on; what others left waiting is read before this takes effect, with
    /// each one's sender. Returns whether it could be done.
    boolean connect(InetSocketAddress peer);

    /// Takes datagrams from anybody again.
    void disconnect();

    /// Whether a datagram would be taken just now.
    boolean isWritable();

    /// Sends a datagram, at the latest with [#flush]; takes over the caller's reference. Returns whether the system
    /// had room for it, as far as that is known.
    ///
    /// @param to null for the peer of a connected socket
    boolean send(ByteBuf datagram, @Nullable InetSocketAddress to);

    void flush();

    /// Closes it; the port is free when `closed` runs.
    void close(Runnable closed);
}
