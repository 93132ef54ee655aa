package org.koegura.rtpcapture.socket;

import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.koegura.rtpcapture.kernel.Passage;

/// One bound UDP socket. Owned by its event loop, except [#local], which never changes.
public interface MediaSocket {

    /// Hears of one socket. On its event loop; an exception fails one datagram alone.
    interface Reader {

        /// A datagram came. Takes over a reference to `datagram`, whose bytes are its own until it is released or, at
        /// the latest, until this returns.
        ///
        /// @param cutOff whether it was longer than there was room for
        void received(ByteBuf datagram, InetSocketAddress sender, boolean cutOff);

        /// The system itself has sent on a datagram of the connected peer, under what was lent: it is only to be
        /// accounted for. As [#received], whatever has happened since.
        ///
        /// @param arrivalNanos as [System#nanoTime]
        void passed(ByteBuf datagram, InetSocketAddress sender, long arrivalNanos);

        /// What was waiting was received.
        void drained();

        /// The system told an ICMP error that came back, of this or an earlier datagram, or a fault of the socket.
        void failed(Throwable cause);
    }

    InetSocketAddress local();

    /// Hands over what waits, as far as this kind of socket can: what is changed afterwards holds for
    /// what comes afterwards. Returns false, and does nothing, while a datagram is being handed over.
    default boolean takeIn() {
        return true;
    }

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

    /// Lets the system itself send on, by `via`, what the connected peer sends: RTP of one source and payload type.
    /// The system may give it back by itself. It ends with [#recall], which also has to come before `via` changes
    /// its peer or is closed.
    ///
    /// @param via connected, too, and of the same event loop
    /// @return whether it does
    default boolean lend(MediaSocket via, Passage passage) {
        return false;
    }

    /// Takes it back, if it was lent. What was passed until now has been told when this returns, unless it is called
    /// while something is told. Returns whether it was lent.
    default boolean recall() {
        return false;
    }

    /// Closes it; the port is free when `closed` runs.
    void close(Runnable closed);
}
