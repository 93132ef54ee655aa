package org.koegura.rtpcapture;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;
import org.koegura.audio.Codec;
import org.koegura.audio.FaxEar;
import org.koegura.callmodel.Leg;
import org.koegura.rtpcapture.rtp.RtpHeader;

/// Beside step 2 of 5 on the packet path: whether a fax machine or a modem speaks in the audio of one call (N11). It
/// listens to both parties, to what the kernel passed too, until it is said that nothing of the call is announced or
/// kept, or may be: a caller may press the key of a fax machine after a talk.
///
/// It listens to payload types that say by themselves what they are (RFC 3551 §6): PCMU, PCMA, and G.722 for its first
/// minute, which costs more and is spoken by telephones.
///
/// Owned by the call's event loop; allocates nothing per packet.
final class FaxWatch {

    /// A minute of 8000 ticks a second.
    static final int G722_TICKS_MAX = 60 * 8_000;

    /// Octets that are listened to at a time; any number will do.
    private static final int CHUNK_BYTES = 160;

    private static final int PADDED = 0x20;

    private final Party inside = new Party();
    private final Party outside = new Party();
    private final byte[] chunk = new byte[CHUNK_BYTES];
    private boolean on = true;
    private boolean ignores;
    private boolean heard;

    private static final class Party {
        final FaxEar ear = new FaxEar();
        int ssrc;
        int g722Ticks;
    }

    /// Whether one was heard: that is for good.
    boolean heard() {
        return heard;
    }

    /// Whether something of the call may be announced or kept from now on.
    void listen(boolean may) {
        on = may;
    }

    /// Nobody is to be heard in this call, whatever it is; and nobody was.
    void ignore() {
        ignores = true;
        heard = false;
    }

    /// Listens to one admitted packet. Returns what it is by which a machine is known, once; null as a rule.
    FaxEar.@Nullable Tone hears(Leg leg, ByteBuf packet) {
        if (!on || ignores || heard) {
            return null;
        }
        Codec codec = codecOf(RtpHeader.payloadType(packet));
        if (codec == null) {
            return null;
        }
        Party party = leg == Leg.INSIDE ? inside : outside;
        int at = packet.readerIndex() + RtpHeader.headerBytes(packet);
        int end = packet.writerIndex() - paddingBytes(packet);
        if (codec == Codec.G722 && (party.g722Ticks += Math.max(0, end - at)) > G722_TICKS_MAX) {
            party.g722Ticks = G722_TICKS_MAX;
            return null;
        }
        if (RtpHeader.ssrc(packet) != party.ssrc) {
            party.ssrc = RtpHeader.ssrc(packet);
            party.ear.begin();
        }
        int timestamp = RtpHeader.timestamp(packet);
        FaxEar.Tone tone = null;
        while (at < end && tone == null) {
            int bytes = Math.min(CHUNK_BYTES, end - at);
            packet.getBytes(at, chunk, 0, bytes);
            tone = party.ear.hear(codec, chunk, bytes, timestamp);
            at += bytes;
            timestamp += bytes;
        }
        heard = tone != null;
        return tone;
    }

    private static @Nullable Codec codecOf(int payloadType) {
        return switch (payloadType) {
            case 0 -> Codec.PCMU;
            case 8 -> Codec.PCMA;
            case 9 -> Codec.G722;
            default -> null;
        };
    }

    private static int paddingBytes(ByteBuf packet) {
        boolean padded = (packet.getByte(packet.readerIndex()) & PADDED) != 0;
        return padded ? packet.getUnsignedByte(packet.writerIndex() - 1) : 0;
    }
}
