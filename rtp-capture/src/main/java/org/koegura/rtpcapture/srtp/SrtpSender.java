package org.koegura.rtpcapture.srtp;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.srtp.MasterKey;
import org.koegura.callmodel.srtp.SourceCheckpoint;
import org.koegura.callmodel.srtp.SrtpCheckpoint;
import org.koegura.rtpcapture.srtp.Sources.Source;

/// Protects what is sent to a party under one master key of ours: SRTP and SRTCP, of any source.
///
/// What is sent keeps the sequence numbers that it has, as long as no index is used twice by that: a
/// packet that the other side doubled goes on once, and one so old that nobody can tell does not. Two of
/// these in a row are a stream that began anew (RFC 3550 A.1): it goes on behind the last index,
/// numbered anew. So does a source for which there is no room any more, as part of the first one.
///
/// *Restart.* Once [#reserve] has named a source, only such indices of it go out that every checkpoint has which
/// may be found. Whoever takes one up begins behind it ([#resumed]), and sends sources that it does not name as part
/// of one that it does: no index is used twice, however late the crash came, and no new source has to wait.
///
/// *Idle.* Where nothing was sent yet, there is no such source, and what is sent next goes out before a checkpoint
/// tells of it. The one that is named then is a spare one, which this sender uses for nothing: all its indices are left
/// to whoever takes the checkpoint up.
///
/// Owned by one event loop.
public final class SrtpSender {

    /// No packet grows by more.
    public static final int OVERHEAD_BYTES_MAX = Transform.OVERHEAD_BYTES_MAX;

    private final Transform transform;
    private final Limits limits;

    /// The source that is used by none but whoever takes up a checkpoint that names it.
    private final int spare;

    /// So far ahead no loss on the way is. Less than what is reserved ahead, which a jump would use up.
    static final int JUMP_PACKETS = 1_000;

    private final Sources sources = new Sources();
    private final Packet packet = new Packet();
    private long packetsSent;
    private long reportsSent;

    /// How often a key may be used: for RTP, for RTCP.
    record Limits(long packets, long reports) {
        /// RFC 3711 §9.2.
        static final Limits OF_RFC_3711 = new Limits(PacketIndex.LAST + 1, PacketIndex.LAST_REPORT + 1);
    }

    public SrtpSender(MasterKey key) {
        this(Transform.of(key), Limits.OF_RFC_3711, KeyDerivation.spareSource(key), List.of());
    }

    /// Goes on behind what a checkpoint of another process has reserved.
    ///
    /// @param claimed how far, as it was stored before this is called
    public static SrtpSender resumed(MasterKey key, List<SourceCheckpoint> checkpoint, List<SourceCheckpoint> claimed) {
        SrtpSender sender =
                new SrtpSender(Transform.of(key), Limits.OF_RFC_3711, KeyDerivation.spareSource(key), checkpoint);
        sender.sources.close();
        sender.kept(claimed);
        return sender;
    }

    SrtpSender(Transform transform, Limits limits, int spare, List<SourceCheckpoint> checkpoint) {
        this.transform = transform;
        this.limits = limits;
        this.spare = spare;
        sources.restore(checkpoint);
    }

    /// Appends to `out`, which has room for `plain` and [#OVERHEAD_BYTES_MAX], what `plain` is as SRTP.
    /// `plain` stays as it is; where it cannot be protected, so does `out`.
    public Outcome protectRtp(ByteBuf plain, ByteBuf out) {
        if (!packet.takeRtp(plain, 0)) {
            return Outcome.MALFORMED;
        }
        int ssrc = Transform.rtpSource(packet.bytes);
        Source source = source(ssrc);
        if (source == null || (sources.closed() && source.packets.highest() < 0)) {
            source = sources.firstSpeaking();
        }
        if (source == null) {
            return Outcome.TOO_MANY_SOURCES;
        }
        long index = index(source, ssrc);
        if (index > PacketIndex.LAST || packetsSent >= limits.packets()) {
            return Outcome.KEY_EXHAUSTED;
        }
        if (index < 0 || !source.packets.isNew(index)) {
            return Outcome.REPEATED;
        }
        if (index > source.packetsReserved) {
            return Outcome.UNRESERVED;
        }
        source.packets.seen(index);
        packetsSent++;
        packet.number((int) (index & 0xFFFF), source.ssrc);
        out.writeBytes(packet.bytes, 0, transform.protectRtp(packet.bytes, packet.header, packet.length, index));
        return Outcome.PASSED;
    }

    /// Null where there is no room for another one. A party that has the spare one by chance, 1 in 2^32, goes out as
    /// part of another, or not before there is one.
    private @Nullable Source source(int ssrc) {
        return ssrc == spare ? sources.find(ssrc) : sources.findOrAdd(ssrc);
    }

    /// The index under which the packet is sent; negative where it is not.
    private long index(Source source, int ssrc) {
        int sequence = packet.sequence();
        long highest = source.packets.highest();
        if (highest < 0) {
            source.carried = ssrc;
            return sequence;
        }
        if (source.carried != ssrc || source.takenUp) {
            source.carried = ssrc;
            return source.goesOn(sequence);
        }
        long index = PacketIndex.estimate(highest, (sequence + source.offset) & 0xFFFF);
        if (source.packetsReserved != Source.UNNAMED && index - highest >= JUMP_PACKETS) {
            return source.goesOn(sequence); // what lies between is not coming: the party sent it while none could pass
        }
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
        Source source = source(Transform.rtcpSource(packet.bytes));
        if (source == null) {
            return Outcome.TOO_MANY_SOURCES;
        }
        long index = source.reports.highest() + 1;
        if (index > PacketIndex.LAST_REPORT || reportsSent >= limits.reports()) {
            return Outcome.KEY_EXHAUSTED;
        }
        if (index > source.reportsReserved) {
            return Outcome.UNRESERVED;
        }
        source.reports.seen(index);
        reportsSent++;
        out.writeBytes(packet.bytes, 0, transform.protectRtcp(packet.bytes, packet.length, (int) index));
        return Outcome.PASSED;
    }

    /// What a checkpoint is to say. From then on, of each source in it nothing is sent that goes beyond, until
    /// [#kept] says that no checkpoint is found any more that says less.
    public List<SourceCheckpoint> reserve(SrtpCheckpoint.Window window) {
        List<SourceCheckpoint> all = new ArrayList<>();
        for (Source source : sources.all()) {
            SourceCheckpoint next =
                    new SourceCheckpoint(source.ssrc, source.packets.highest(), source.reports.highest()).ahead(window);
            SourceCheckpoint named =
                    new SourceCheckpoint(source.ssrc, named(source.packetsReserved), named(source.reportsReserved));
            SourceCheckpoint said = next.orFurther(named);
            if (source.packetsReserved == Source.UNNAMED && said.packetIndex() >= 0) {
                source.packetsReserved = said.packetIndex();
            }
            if (source.reportsReserved == Source.UNNAMED) {
                source.reportsReserved = said.reportIndex();
            }
            all.add(said);
        }
        if (sources.firstSpeaking() == null) {
            all.add(new SourceCheckpoint(spare, 0, -1));
        }
        return all;
    }

    private static long named(long reserved) {
        return reserved == Source.UNNAMED ? -1 : reserved;
    }

    /// Nothing older than this, which [#reserve] said, is found by another process.
    public void kept(List<SourceCheckpoint> said) {
        for (SourceCheckpoint each : said) {
            Source source = sources.find(each.ssrc());
            if (source != null) {
                source.packetsReserved = further(source.packetsReserved, each.packetIndex());
                source.reportsReserved = further(source.reportsReserved, each.reportIndex());
            }
        }
    }

    private static long further(long reserved, long index) {
        if (index < 0) {
            return reserved;
        }
        return reserved == Source.UNNAMED ? index : Math.max(reserved, index);
    }

    /// Grows with every new source, and several times within each window.
    public long changes() {
        return sources.changes();
    }
}
