package org.koegura.rtpcapture;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Leg;
import org.koegura.rtpcapture.RelayCounters.Discarded;

/// Step 1 of 5 on the packet path: one bound UDP port of ours, towards one party.
///
/// Once the party's source is latched for good, and it is where we send to, the socket is *connected*: the kernel
/// then filters everybody else out, sending is cheaper, and ICMP errors come back to us. A party that sends from
/// another port than it receives at cannot be connected to; its source is checked here instead.
///
/// Owned by the call's event loop, except [#local], which never changes.
final class RelayPort {

    private final Leg leg;
    private final boolean control;
    private final InetSocketAddress local;
    private final Channel channel;
    private final ReceiveBuffer buffer;
    private final RelayCounters counters;
    private final PeerLatch latch = new PeerLatch();
    private @Nullable InetSocketAddress connectedTo;
    private @Nullable InetSocketAddress unconnectable;
    private @Nullable SrtpLeg srtp;
    private boolean unflushed;

    /// @param control whether it is the RTCP port of its pair
    RelayPort(Leg leg, boolean control, Channel channel, ReceiveBuffer buffer, RelayCounters counters) {
        this.leg = leg;
        this.control = control;
        this.channel = channel;
        this.buffer = buffer;
        this.local = (InetSocketAddress) channel.localAddress();
        this.counters = counters;
    }

    Leg leg() {
        return leg;
    }

    boolean control() {
        return control;
    }

    InetSocketAddress local() {
        return local;
    }

    PeerLatch latch() {
        return latch;
    }

    /// Whether the datagram may have been cut off by the receive buffer.
    boolean cutOff(ByteBuf datagram) {
        return buffer.cutOff(datagram);
    }

    /// What arrives and leaves here from now on is SRTP; or, with null, no more.
    void secure(@Nullable SrtpLeg keys) {
        srtp = keys;
    }

    /// Whether a datagram from `sender` would be taken, if it is what it claims to be.
    boolean mayAdmit(InetSocketAddress sender, long nowNanos) {
        return latch.mayBe(sender, nowNanos);
    }

    /// Opens a datagram that came under SRTP; leaves any as it is on a plain leg. Returns why it may go
    /// no further, or null.
    @Nullable
    Discarded open(RtpHeader.Kind kind, ByteBuf datagram, long nowNanos) {
        SrtpLeg under = srtp;
        return under == null ? null : under.open(kind, datagram, nowNanos);
    }

    /// Whether a datagram from `sender` is taken. Connects the socket where the latch has settled.
    boolean admits(InetSocketAddress sender, boolean credible, long nowNanos) {
        if (!latch.admits(sender, credible, nowNanos)) {
            return false;
        }
        if (connectedTo == null) {
            connectIfSettled(nowNanos);
        }
        return true;
    }

    /// Applies where the party wants this stream; a changed address unlatches and disconnects.
    void expect(@Nullable InetSocketAddress address, InetAddress signalling, long nowNanos) {
        latch.expect(address, signalling, nowNanos);
        if (connectedTo != null && !connectedTo.equals(latch.source())) {
            connectedTo = null;
            ChannelFuture _ = channel.disconnect();
        }
    }

    /// Whether there is anywhere to send to.
    boolean canSend() {
        return latch.destination() != null;
    }

    /// Makes the kernel forget the ICMP errors that it told by an exception.
    void errorsHeard() {
        if (channel instanceof EpollDatagramChannel epoll && epoll.isOpen()) {
            int _ = IcmpErrors.empty(epoll.fd().intValue());
        }
    }

    /// Sends one datagram with the next [#flush]; takes over the caller's reference. Returns whether it
    /// was sent. Where the leg is one of SRTP, this is where it becomes SRTP, whoever made it.
    boolean send(ByteBuf datagram) {
        InetSocketAddress to = latch.destination();
        if (to == null) {
            return drop(datagram, Discarded.NO_DESTINATION);
        }
        if (!channel.isWritable()) {
            return drop(datagram, Discarded.UNWRITABLE);
        }
        SrtpLeg under = srtp;
        ByteBuf sent = under == null ? datagram : protect(under, datagram);
        if (sent == null) {
            return false;
        }
        Object message = to.equals(connectedTo) ? sent : new DatagramPacket(sent, to);
        ChannelFuture _ = channel.write(message, channel.voidPromise());
        unflushed = true;
        return true;
    }

    void flush() {
        if (unflushed) {
            unflushed = false;
            channel.flush();
        }
    }

    /// Closes the socket; on the loop that is done when this returns.
    ChannelFuture close() {
        return channel.close();
    }

    private void connectIfSettled(long nowNanos) {
        InetSocketAddress source = latch.source();
        if (source == null
                || source.equals(unconnectable)
                || !latch.settled(nowNanos)
                || !source.equals(latch.destination())) {
            return;
        }
        flush();
        ChannelFuture connecting = channel.connect(source);
        if (connecting.isSuccess()) {
            connectedTo = source;
            buffer.emptySocket();
        } else {
            unconnectable = source;
        }
    }

    /// The datagram as SRTP, in a buffer of its own; null where it cannot be protected.
    private @Nullable ByteBuf protect(SrtpLeg under, ByteBuf plain) {
        ByteBuf out = channel.alloc().directBuffer(plain.readableBytes() + SrtpLeg.OVERHEAD_BYTES_MAX);
        Discarded refused = under.protect(plain, out);
        if (refused == null) {
            plain.release();
            return out;
        }
        out.release();
        drop(plain, refused);
        return null;
    }

    private boolean drop(ByteBuf datagram, Discarded why) {
        datagram.release();
        counters.discarded(leg, why);
        return false;
    }
}
