package org.koegura.rtpcapture.srtp;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.srtp.MasterKey;
import org.koegura.callmodel.srtp.SourceCheckpoint;
import org.koegura.rtpcapture.srtp.Sources.Source;

/// Opens what a party sends under one master key: SRTP and SRTCP, any source of it.
///
/// The tag is checked before anything else, and only an authentic packet changes what the receiver
/// knows. A source that is heard for the first time may have gone round once already: the rollover
/// counter is then found by the tag, and so it is after a restart, from the checkpoint on.
///
/// Owned by one event loop.
public final class SrtpReceiver {

    private final Transform transform;

    /// Whether another process took packets before, of sources that it may not have named.
    private final boolean takenUp;

    private final Sources sources = new Sources();
    private final Packet packet = new Packet();

    public SrtpReceiver(MasterKey key) {
        this(Transform.of(key), List.of(), false);
    }

    /// Goes on where a checkpoint says: nothing is taken that came before it, and nothing that was sent before the
    /// first packet that is taken. What came in between, and was not said any more, is not heard twice by that.
    public SrtpReceiver(MasterKey key, List<SourceCheckpoint> checkpoint) {
        this(Transform.of(key), checkpoint, true);
    }

    SrtpReceiver(Transform transform, List<SourceCheckpoint> checkpoint, boolean takenUp) {
        this.transform = transform;
        this.takenUp = takenUp;
        sources.restore(checkpoint);
    }

    /// Opens an SRTP packet in place: it is then an RTP packet, and shorter. Otherwise it is as it was.
    public Outcome unprotectRtp(ByteBuf datagram) {
        if (!packet.takeRtp(datagram, transform.rtpOverhead())) {
            return Outcome.MALFORMED;
        }
        int ssrc = Transform.rtpSource(packet.bytes);
        Source source = sources.find(ssrc);
        if (source == null && sources.full()) {
            return Outcome.TOO_MANY_SOURCES;
        }
        long index = source != null && source.synchronised
                ? opened(PacketIndex.estimate(source.packets.highest(), packet.sequence()))
                : openedByTrial(source);
        if (index < 0) {
            return Outcome.UNAUTHENTIC;
        }
        Source heard = source == null ? sources.add(ssrc) : source;
        if (!heard.packets.isNew(index)) {
            return Outcome.REPEATED;
        }
        if (heard.synchronised || (heard.packets.highest() < 0 && !takenUp)) {
            heard.packets.seen(index);
        } else {
            heard.packets.closeUpTo(index);
        }
        heard.synchronised = true;
        packet.putBack(datagram);
        return Outcome.PASSED;
    }

    /// Opens an SRTCP packet in place: it is then an RTCP packet, and shorter. Otherwise it is as it
    /// was.
    public Outcome unprotectRtcp(ByteBuf datagram) {
        if (!packet.takeRtcp(datagram, transform.rtcpOverhead())) {
            return Outcome.MALFORMED;
        }
        int ssrc = Transform.rtcpSource(packet.bytes);
        Source source = sources.find(ssrc);
        if (source == null && sources.full()) {
            return Outcome.TOO_MANY_SOURCES;
        }
        int index = transform.rtcpWord(packet.bytes, packet.length) & ~Transform.ENCRYPTED;
        int plain = transform.unprotectRtcp(packet.bytes, packet.length);
        if (plain == Transform.FORGED) {
            return Outcome.UNAUTHENTIC;
        }
        Source heard = source == null ? sources.add(ssrc) : source;
        if (!heard.reports.isNew(index)) {
            return Outcome.REPEATED;
        }
        heard.reports.seen(index);
        packet.length = plain;
        packet.putBack(datagram);
        return Outcome.PASSED;
    }

    /// How far each source is.
    public List<SourceCheckpoint> checkpoint() {
        return sources.checkpoint();
    }

    /// Grows with every new source, and every so many packets.
    public long changes() {
        return sources.changes();
    }

    /// The rollover counter that was last known, or the one after it. A packet that was seen before is
    /// found too.
    private long openedByTrial(@Nullable Source source) {
        long known = source == null ? -1 : source.packets.highest();
        long rolloverCounter = known < 0 ? 0 : PacketIndex.rolloverCounter(known);
        long index = opened(PacketIndex.of(rolloverCounter, packet.sequence()));
        return index >= 0 ? index : opened(PacketIndex.of(rolloverCounter + 1, packet.sequence()));
    }

    /// Opens the packet, if that is its index, and returns the index; else a negative number.
    private long opened(long index) {
        if (index < 0 || index > PacketIndex.LAST) {
            return Transform.FORGED;
        }
        int plain = transform.unprotectRtp(packet.bytes, packet.header, packet.length, index);
        if (plain == Transform.FORGED) {
            return Transform.FORGED;
        }
        packet.length = plain;
        return index;
    }
}
