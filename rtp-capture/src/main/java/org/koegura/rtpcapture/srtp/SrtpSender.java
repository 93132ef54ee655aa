package org.koegura.rtpcapture.srtp;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.koegura.callmodel.srtp.MasterKey;
import org.koegura.rtpcapture.srtp.Sources.Source;

/// Protects what is sent to a party under one master key of ours: SRTP and SRTCP, of any source.
///
/// What is sent keeps the sequence numbers that it has, as long as no index is used twice by that: a
/// packet that the other side doubled goes on once, and one so old that nobody can tell does not. Two of
/// these in a row are a stream that began anew (RFC 3550 A.1): it goes on behind the last index,
/// numbered anew. So does a source for which there is no room any more, as part of the first one.
///
/// *Restart.* Once [#reserve] was called, only indices go out that a checkpoint has named beforehand.
/// Whoever takes up such a checkpoint begins behind it, and no index is used twice however late the
/// crash came.
///
/// Owned by one event loop.
public final class SrtpSender {

    /// No packet grows by more.
    public static final int OVERHEAD_BYTES_MAX = Transform.OVERHEAD_BYTES_MAX;

    private final Transform transform;
    private final Limits limits;
    private final Sources sources = new Sources();
    private final Packet packet = new Packet();
    private boolean reserving;
    private long packetsSent;
    private long reportsSent;

    /// How often a key may be used: for RTP, for RTCP.
    record Limits(long packets, long reports) {
        /// RFC 3711 §9.2.
        static final Limits OF_RFC_3711 = new Limits(PacketIndex.LAST + 1, PacketIndex.LAST_REPORT + 1);
    }

    public SrtpSender(MasterKey key) {
        this(key, List.of());
    }

    /// Goes on behind what a checkpoint has reserved.
    public SrtpSender(MasterKey key, List<SourceCheckpoint> checkpoint) {
        this(Transform.of(key), Limits.OF_RFC_3711, checkpoint);
    }

    SrtpSender(Transform transform, Limits limits, List<SourceCheckpoint> checkpoint) {
        this.transform = transform;
        this.limits = limits;
        sources.restore(checkpoint);
    }

    /// Appends to `out`, which has room for `plain` and [#OVERHEAD_BYTES_MAX], what `plain` is as SRTP.
    /// `plain` stays as it is; where it cannot be protected, so does `out`.
    public Outcome protectRtp(ByteBuf plain, ByteBuf out) {
        if (!packet.takeRtp(plain, 0)) {
            return Outcome.MALFORMED;
        }
        int ssrc = Transform.rtpSource(packet.bytes);
        Source source = sources.findOrAdd(ssrc);
        if (source == null) {
            source = sources.first();
        }
        long index = index(source, ssrc);
        if (index > PacketIndex.LAST || packetsSent >= limits.packets()) {
            return Outcome.KEY_EXHAUSTED;
        }
        if (index < 0 || !source.packets.isNew(index)) {
            return Outcome.REPEATED;
        }
        if (reserving && index > source.packetsReserved) {
            source.packetAsked = index;
            return Outcome.UNRESERVED;
        }
        source.packets.seen(index);
        packetsSent++;
        packet.number((int) (index & 0xFFFF), source.ssrc);
        out.writeBytes(packet.bytes, 0, transform.protectRtp(packet.bytes, packet.header, packet.length, index));
        return Outcome.PASSED;
    }

    /// The index under which the packet is sent; negative where it is not.
    private long index(Source source, int ssrc) {
        int sequence = packet.sequence();
        long highest = source.packets.highest();
        if (highest < 0) {
            source.carried = ssrc;
            return sequence;
        }
        if (source.carried != ssrc) {
            source.carried = ssrc;
            return source.goesOn(sequence);
        }
        long index = PacketIndex.estimate(highest, (sequence + source.offset) & 0xFFFF);
        if (index >= 0 && highest - index < ReplayWindow.PACKETS) {
            source.anew = -1;
            return index;
        }
        boolean anew = sequence == source.anew;
        source.anew = (sequence + 1) & 0xFFFF;
        return anew ? source.goesOn(sequence) : -1;
    }

    /// Appends to `out` what `plain` is as SRTCP, likewise.
    public Outcome protectRtcp(ByteBuf plain, ByteBuf out) {
        if (!packet.takeRtcp(plain, 0)) {
            return Outcome.MALFORMED;
        }
        Source source = sources.findOrAdd(Transform.rtcpSource(packet.bytes));
        if (source == null) {
            return Outcome.TOO_MANY_SOURCES;
        }
        long index = source.reports.highest() + 1;
        if (index > PacketIndex.LAST_REPORT || reportsSent >= limits.reports()) {
            return Outcome.KEY_EXHAUSTED;
        }
        if (reserving && index > source.reportsReserved) {
            source.reportAsked = index;
            return Outcome.UNRESERVED;
        }
        source.reports.seen(index);
        reportsSent++;
        out.writeBytes(packet.bytes, 0, transform.protectRtcp(packet.bytes, packet.length, (int) index));
        return Outcome.PASSED;
    }

    /// How far each source is.
    public List<SourceCheckpoint> checkpoint() {
        return sources.checkpoint();
    }

    /// What a checkpoint must say before `packets` more of each source, and `reports`, may be sent;
    /// also of a source that was refused as [Outcome#UNRESERVED]. From the first call on nothing is
    /// sent beyond the last one. The caller MUST have stored the result before it sends again.
    ///
    /// @param packets less than 2^15, for a receiver must still find the rollover counter behind a
    ///     whole reservation
    public List<SourceCheckpoint> reserve(int packets, int reports) {
        if (packets < 0 || packets >= 1 << 15 || reports < 0) {
            throw new IllegalArgumentException("a reservation is of less than 32,768 packets, not " + packets);
        }
        reserving = true;
        List<SourceCheckpoint> all = new ArrayList<>();
        for (Source source : sources.all()) {
            long packet = Math.max(source.packets.highest(), source.packetAsked);
            long report = Math.max(source.reports.highest(), source.reportAsked);
            // where RTP will begin is for its sender to say; RTCP begins at 0
            source.packetsReserved = packet < 0 ? -1 : Math.min(PacketIndex.LAST, packet + packets);
            source.reportsReserved = Math.min(PacketIndex.LAST_REPORT, report + reports);
            all.add(new SourceCheckpoint(source.ssrc, source.packetsReserved, source.reportsReserved));
        }
        return all;
    }
}
