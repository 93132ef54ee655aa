package org.koegura.rtpcapture;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.RemoteMedia;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.MediaSession.LocalMedia;
import org.koegura.callmodel.port.RecordingSink.LegFormat;
import org.koegura.callmodel.srtp.CryptoSuite;
import org.koegura.callmodel.srtp.SrtpCheckpoint;
import org.koegura.callmodel.srtp.SrtpKeys;
import org.koegura.rtpcapture.port.RelayPort;
import org.koegura.rtpcapture.port.SignalledSources;
import org.koegura.rtpcapture.port.SrtpLeg;
import org.koegura.rtpcapture.rtp.RtpHeader;

/// Within step 2 of 5 on the packet path: one m-line. It has two legs, each with a port for RTP and one for RTCP.
/// What arrives on a leg leaves on its far leg; RTCP takes the far party's way, be it a port of its own or
/// multiplexed (RFC 5761), whichever way it came.
///
/// Owned by the call's event loop, except [#local], which never changes.
final class MediaLine {

    private final Side inside;
    private final Side outside;
    private boolean audio;

    MediaLine(Side inside, Side outside) {
        this.inside = inside;
        this.outside = outside;
    }

    /// One leg of the line. Its two ports are even and odd, so that the party may find the second by itself.
    static final class Side {
        private final RelayPort rtp;
        private final RelayPort rtcp;
        private final SignalledSources sources = new SignalledSources();
        private @Nullable RemoteMedia agreed;
        private @Nullable SrtpLeg srtp;

        Side(RelayPort rtp, RelayPort rtcp) {
            this.rtp = rtp;
            this.rtcp = rtcp;
        }

        RelayPort rtp() {
            return rtp;
        }

        /// The port from which RTCP goes out.
        RelayPort control() {
            RemoteMedia remote = agreed;
            boolean multiplexed =
                    remote != null && remote.rtp() != null && remote.rtp().equals(remote.rtcp());
            return multiplexed ? rtp : rtcp;
        }

        /// What is known of keys stays, also while the leg is plain again.
        private void secure(@Nullable SrtpKeys keys, long nowNanos) {
            SrtpLeg known = srtp;
            if (keys == null) {
                known = null;
            } else if (known == null) {
                known = new SrtpLeg(keys);
                srtp = known;
            } else {
                known.use(keys, nowNanos);
            }
            rtp.secure(known);
            rtcp.secure(known);
        }

        /// The suite under which the party sends; null where it is none of ours.
        @Nullable
        CryptoSuite arrivesUnder() {
            RemoteMedia remote = agreed;
            SrtpKeys keys = remote == null ? null : remote.srtp();
            return keys == null ? null : keys.theirs().suite();
        }

        /// Which sources of the party are taken.
        SignalledSources sources() {
            return sources;
        }

        private boolean receives() {
            RemoteMedia remote = agreed;
            return remote != null && remote.rtp() != null;
        }

        /// What the party agreed to receive; null before it agreed.
        @Nullable
        RemoteMedia agreed() {
            return agreed;
        }
    }

    LocalMedia local(Leg towards) {
        Side side = side(towards);
        return new LocalMedia(side.rtp.local(), side.rtcp.local());
    }

    /// See [RelayPort#takeIn]: of both legs' RTP, where the audio is.
    boolean takeIn() {
        return inside.rtp().takeIn() && outside.rtp().takeIn();
    }

    Side side(Leg leg) {
        return leg == Leg.INSIDE ? inside : outside;
    }

    /// Whether both parties agreed to receive something on it.
    boolean agreed() {
        return inside.receives() && outside.receives();
    }

    /// Whether this is the line that is announced in and captured.
    boolean audio() {
        return audio;
    }

    void audio(boolean is) {
        audio = is;
    }

    void agree(Leg leg, RemoteMedia remote, long nowNanos) {
        Side side = side(leg);
        side.agreed = remote;
        side.secure(remote.srtp(), nowNanos);
        side.sources.name(remote.sources());
        side.rtp.expect(remote.rtp(), remote.signalling(), nowNanos);
        side.rtcp.expect(remote.rtcp(), remote.signalling(), nowNanos);
    }

    /// What another process needs to stand in its place.
    ///
    /// @param mLine its index in the SDP
    CallCheckpoint.Line checkpoint(int mLine) {
        return new CallCheckpoint.Line(mLine, checkpoint(inside), checkpoint(outside));
    }

    private CallCheckpoint.Side checkpoint(Side side) {
        return new CallCheckpoint.Side(
                side.rtp.local(),
                side.rtp.latch().signalled(),
                side.rtp.latch().source(),
                side.rtcp.latch().signalled(),
                side.rtcp.latch().source(),
                side.srtp == null ? null : side.srtp.checkpoint(SrtpCheckpoint.Window.of(audio)));
    }

    /// Grows whenever a latched source of its changes, or what is to be said of its keys.
    long changes() {
        return changes(inside) + changes(outside);
    }

    private long changes(Side side) {
        return side.rtp.latch().changes() + side.rtcp.latch().changes() + (side.srtp == null ? 0 : side.srtp.changes());
    }

    /// What it told of its keys is what another process would find.
    void checkpointed(CallCheckpoint.Line told) {
        for (Leg leg : Leg.values()) {
            SrtpLeg keys = side(leg).srtp;
            SrtpCheckpoint said = told.side(leg).srtp();
            if (keys != null && said != null) {
                keys.kept(said);
            }
        }
    }

    /// Takes the sources of another process, and learns no more.
    void resume(CallCheckpoint.Line had, long nowNanos) {
        resume(inside, had.inside(), nowNanos);
        resume(outside, had.outside(), nowNanos);
    }

    private static void resume(Side side, CallCheckpoint.Side had, long nowNanos) {
        if (had.srtp() != null) {
            side.srtp = SrtpLeg.resumed(had.srtp());
            side.secure(had.srtp().keys(), nowNanos);
        }
        side.rtp.latch().resume(had.signalled(), had.source(), nowNanos);
        side.rtcp.latch().resume(had.controlSignalled(), had.controlSource(), nowNanos);
    }

    /// What arrives on a leg is what the far party agreed to receive; then what the party itself did, for those
    /// that send by their own numbers. One meaning for each payload type of a leg.
    List<LegFormat> arriving() {
        List<LegFormat> formats = new ArrayList<>();
        for (Leg leg : Leg.values()) {
            CryptoSuite srtp = side(leg).arrivesUnder();
            addFormats(formats, leg, side(leg.far()).agreed(), srtp);
            addFormats(formats, leg, side(leg).agreed(), srtp);
        }
        return List.copyOf(formats);
    }

    private static void addFormats(
            List<LegFormat> formats, Leg leg, @Nullable RemoteMedia agreed, @Nullable CryptoSuite srtp) {
        if (agreed == null) {
            return;
        }
        for (AudioFormat format : agreed.formats()) {
            boolean known = formats.stream()
                    .anyMatch(had -> had.leg() == leg && had.format().payloadType() == format.payloadType());
            if (!known) {
                formats.add(new LegFormat(leg, format, srtp));
            }
        }
    }

    void answered(long nowNanos) {
        inside.rtp.latch().answered(nowNanos);
        inside.rtcp.latch().answered(nowNanos);
        outside.rtp.latch().answered(nowNanos);
        outside.rtcp.latch().answered(nowNanos);
    }

    /// Sends on, unchanged, what arrived at `port`.
    void relay(RelayPort port, RtpHeader.Kind kind, ByteBuf datagram) {
        Side far = side(port.leg().far());
        boolean control = kind == RtpHeader.Kind.RTCP || (port.control() && kind != RtpHeader.Kind.RTP);
        RelayPort out = control ? far.control() : far.rtp;
        out.send(datagram);
    }

    void flush() {
        inside.rtp.flush();
        inside.rtcp.flush();
        outside.rtp.flush();
        outside.rtcp.flush();
    }
}
