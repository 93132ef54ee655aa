package org.koegura.rtpcapture.port;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Leg;
import org.koegura.rtpcapture.kernel.Passage;
import org.koegura.rtpcapture.meters.RelayCounters;
import org.koegura.rtpcapture.meters.RelayCounters.Discarded;
import org.koegura.rtpcapture.rtp.RtpHeader;
import org.koegura.rtpcapture.socket.MediaSocket;

/// Step 1 of 5 on the packet path: one bound UDP port of ours, towards one party.
///
/// Once the party's source is latched for good, and it is where we send to, the socket is *connected*: the kernel
/// then filters everybody else out, sending is cheaper, and ICMP errors come back to us. A party that sends from
/// another port than it receives at cannot be connected to; its source is checked here instead.
///
/// Owned by the call's event loop, except [#local], which never changes.
public final class RelayPort {

    private final Leg leg;
    private final boolean control;
    private final InetSocketAddress local;
    private final MediaSocket socket;
    private final RelayCounters counters;
    private final PeerLatch latch = new PeerLatch();
    private @Nullable InetSocketAddress connectedTo;
    private @Nullable InetSocketAddress unconnectable;
    private @Nullable SrtpLeg srtp;
    private boolean unflushed;

    /// @param control whether it is the RTCP port of its pair
    public RelayPort(Leg leg, boolean control, MediaSocket socket, RelayCounters counters) {
        this.leg = leg;
        this.control = control;
        this.socket = socket;
        this.local = socket.local();
        this.counters = counters;
    }

    /// See [MediaSocket#takeIn].
    public boolean takeIn() {
        return socket.takeIn();
    }

    public Leg leg() {
        return leg;
    }

    public boolean control() {
        return control;
    }

    public InetSocketAddress local() {
        return local;
    }

    public PeerLatch latch() {
        return latch;
    }

    /// What arrives and leaves here from now on is SRTP; or, with null, no more.
    public void secure(@Nullable SrtpLeg keys) {
        srtp = keys;
    }

    /// Whether a datagram from `sender` would be taken, if it is what it claims to be.
    public boolean mayAdmit(InetSocketAddress sender, long nowNanos) {
        return latch.mayBe(sender, nowNanos);
    }

    /// Opens a datagram that came under SRTP; leaves any as it is on a plain leg. Returns why it may go
    /// no further, or null.
    @Nullable
    public Discarded open(RtpHeader.Kind kind, ByteBuf datagram, long nowNanos) {
        SrtpLeg under = srtp;
        return under == null ? null : under.open(kind, datagram, nowNanos);
    }

    /// Whether a datagram from `sender` is taken. Connects the socket where the latch has settled.
    public boolean admits(InetSocketAddress sender, boolean credible, long nowNanos) {
        if (!latch.admits(sender, credible, nowNanos)) {
            return false;
        }
        if (connectedTo == null) {
            connectIfSettled(nowNanos);
        }
        return true;
    }

    /// Applies where the party wants this stream; a changed address unlatches and disconnects.
    public void expect(@Nullable InetSocketAddress address, InetAddress signalling, long nowNanos) {
        latch.expect(address, signalling, nowNanos);
        if (connectedTo != null && !PeerLatch.same(connectedTo, latch.source())) {
            connectedTo = null;
            socket.disconnect();
        }
    }

    /// Whether there is anywhere to send to.
    public boolean canSend() {
        return latch.destination() != null;
    }

    /// Sends one datagram with the next [#flush]; takes over the caller's reference. Returns whether it
    /// was sent. Where the leg is one of SRTP, this is where it becomes SRTP, whoever made it.
    public boolean send(ByteBuf datagram) {
        InetSocketAddress to = latch.destination();
        if (to == null) {
            return drop(datagram, Discarded.NO_DESTINATION);
        }
        if (!socket.isWritable()) {
            return drop(datagram, Discarded.UNWRITABLE);
        }
        SrtpLeg under = srtp;
        ByteBuf sent = under == null ? datagram : protect(under, datagram);
        if (sent == null) {
            return false;
        }
        unflushed = true;
        if (!socket.send(sent, PeerLatch.same(to, connectedTo) ? null : to)) {
            counters.discarded(leg, Discarded.UNWRITABLE);
            return false;
        }
        return true;
    }

    public void flush() {
        if (unflushed) {
            unflushed = false;
            socket.flush();
        }
    }

    /// Lets the kernel pass on what comes here, where both parties are at their places for good and speak plainly.
    /// Returns whether it does.
    public boolean lend(RelayPort out, Passage passage) {
        boolean plain = srtp == null && out.srtp == null;
        boolean fixed = connectedTo != null
                && out.connectedTo != null
                && PeerLatch.same(out.connectedTo, out.latch.destination());
        return plain && fixed && socket.lend(out.socket, passage);
    }

    /// What comes here comes to us from now on. Returns whether it did not.
    public boolean recall() {
        return socket.recall();
    }

    /// Closes the socket; the port is free when `closed` runs.
    public void close(Runnable closed) {
        socket.close(closed);
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
        if (socket.connect(source)) {
            connectedTo = source;
        } else {
            unconnectable = source;
        }
    }

    /// The datagram as SRTP, in a buffer of its own; null where it cannot be protected.
    private @Nullable ByteBuf protect(SrtpLeg under, ByteBuf plain) {
        ByteBuf out = ByteBufAllocator.DEFAULT.directBuffer(plain.readableBytes() + SrtpLeg.OVERHEAD_BYTES_MAX);
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
