package org.koegura.rtpcapture;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Leg;
import org.koegura.rtpcapture.meters.RelayCounters;
import org.koegura.rtpcapture.meters.RelayCounters.Discarded;
import org.koegura.rtpcapture.port.RelayPort;
import org.koegura.rtpcapture.rtp.RtpHeader;
import org.koegura.rtpcapture.socket.MediaSocket;

/// Step 2 of 5 on the packet path: in on one leg's port, out on the other's.
///
/// Runs on the one event loop that all ports of the call share: no lock, no blocking, no log line, and one copy,
/// which the recorder's ring takes. Nothing that arrives, and no ICMP error, closes the port.
final class RelayHandler implements MediaSocket.Reader {

    private final RelayedCall call;
    private final Leg leg;
    private final RelayCounters counters;
    private @Nullable MediaLine line;
    private @Nullable RelayPort port;

    RelayHandler(RelayedCall call, Leg leg, RelayCounters counters) {
        this.call = call;
        this.leg = leg;
        this.counters = counters;
    }

    /// Gives the handler its place. On the event loop; what arrived before is refused.
    void serve(MediaLine ofLine, RelayPort ofPort) {
        line = ofLine;
        port = ofPort;
    }

    @Override
    public void received(ByteBuf packet, InetSocketAddress sender, boolean cutOff) {
        if (line == null && !call.catchUp()) {
            discard(packet, Discarded.REFUSED);
            return;
        }
        MediaLine at = line;
        RelayPort in = port;
        if (at == null || in == null) {
            discard(packet, Discarded.REFUSED);
            return;
        }
        if (cutOff) {
            discard(packet, Discarded.OVERSIZE);
            return;
        }
        long nowNanos = call.now();
        RtpHeader.Kind kind = RtpHeader.kind(packet);
        boolean mayPass = in.mayAdmit(sender, nowNanos) || (call.catchUp() && in.mayAdmit(sender, nowNanos));
        Discarded refused = mayPass ? opened(in, kind, packet, nowNanos) : Discarded.REFUSED;
        if (refused == null && !admitted(at, in, sender, kind, nowNanos)) {
            refused = Discarded.REFUSED;
        }
        if (refused != null) {
            discard(packet, refused);
            return;
        }
        if (call.audio().capture().isOn()) {
            call.catchUp(); // what stops it holds for this packet, too; and what says that the line is of audio again
        }
        if (call.isOver()) { // since this packet came: its account is the writer's now
            discard(packet, Discarded.REFUSED);
            return;
        }
        boolean speech = at.audio() && kind == RtpHeader.Kind.RTP && !in.control();
        if (speech && !at.side(leg).sources().admit(RtpHeader.ssrc(packet), nowNanos)) {
            discard(packet, Discarded.OTHER_SOURCE); // and no sign of life: it may be anybody's
            return;
        }
        call.heard(nowNanos);
        if (!at.audio()) {
            at.relay(in, kind, packet);
            return;
        }
        switch (kind) {
            case RTP -> {
                if (speech) {
                    call.audio().rtp(at, in, packet, nowNanos);
                } else {
                    notRtp(at, in, Discarded.NOT_RTP, packet);
                }
            }
            case RTCP -> call.audio().rtcp(at, in, packet, nowNanos);
            case ZRTP -> {
                call.zrtp(leg, packet);
                notRtp(at, in, Discarded.ZRTP, packet);
            }
            case OTHER -> notRtp(at, in, Discarded.NOT_RTP, packet);
        }
    }

    @Override
    public void passed(ByteBuf packet, InetSocketAddress sender, long arrivalNanos) {
        MediaLine at = line;
        RelayPort in = port;
        if (at == null || in == null || call.isOver()) {
            packet.release();
            return;
        }
        if (call.audio().capture().isOn()) {
            call.catchUpTo(arrivalNanos); // what stopped it before holds for this packet, too
        }
        if (call.isOver() || !at.audio()) { // since just before it came
            packet.release();
            return;
        }
        call.heard(arrivalNanos);
        at.side(leg).sources().admit(RtpHeader.ssrc(packet), arrivalNanos);
        call.audio().passed(in, packet, sender, arrivalNanos);
    }

    /// Opens what came under SRTP, before its source is latched. A packet may be seen before the
    /// command that brings its key.
    private @Nullable Discarded opened(RelayPort in, RtpHeader.Kind kind, ByteBuf packet, long nowNanos) {
        Discarded refused = in.open(kind, packet, nowNanos);
        return refused == Discarded.UNAUTHENTIC && call.catchUp() ? in.open(kind, packet, nowNanos) : refused;
    }

    private static boolean admitted(
            MediaLine at, RelayPort in, InetSocketAddress sender, RtpHeader.Kind kind, long nowNanos) {
        boolean credible = !at.audio() || (kind == RtpHeader.Kind.RTP || kind == RtpHeader.Kind.RTCP);
        return in.admits(sender, credible, nowNanos);
    }

    @Override
    public void drained() {
        if (line != null) {
            line.flush();
        }
    }

    /// An I/O error of a datagram socket is an ICMP error that came back, of this or an earlier packet, or a send
    /// that the kernel refused.
    @Override
    public void failed(Throwable cause) {
        MediaLine at = line;
        RelayPort in = port;
        if (cause instanceof IOException && at != null && in != null) {
            call.unreachable(at, in);
        } else {
            call.broken(cause);
        }
    }

    private void notRtp(MediaLine at, RelayPort in, Discarded counted, ByteBuf packet) {
        counters.discarded(leg, counted);
        at.relay(in, RtpHeader.Kind.OTHER, packet);
    }

    private void discard(ByteBuf packet, Discarded why) {
        packet.release();
        counters.discarded(leg, why);
    }
}
