package org.koegura.rtpcapture.rtp;

import io.netty.buffer.ByteBuf;

/// Reads and writes the fixed RTP header in place (RFC 3550 §5.1). Offsets count from the buffer's reader index.
///
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +---+-+-+-------+-+-------------+-------------------------------+
/// |V=2|P|X|  CC   |M|     PT      |        sequence number        |
/// +---+-+-+-------+-+-------------+-------------------------------+
/// |                           timestamp                           |
/// +---------------------------------------------------------------+
/// |                             SSRC                              |
/// +---------------------------------------------------------------+
/// ```
public final class RtpHeader {

    public static final int BYTES = 12;

    /// Version 2, no padding, no extension, no contributing sources.
    private static final int FIRST_BYTE = 0x80;

    private static final int MARKER = 0x80;
    private static final int EXTENSION = 0x10;
    private static final int WORD_BYTES = 4;

    private RtpHeader() {}

    /// What a datagram on a media port is, told by its first two bytes (RFC 5761 §4, RFC 7983) and, where it may be
    /// ZRTP, by the cookie that it bears (RFC 6189 §5).
    ///
    /// ```
    /// 0 to 3  16 to 19  20 to 63  128 to 191     the first byte
    /// STUN    ZRTP      DTLS      RTP and RTCP
    /// ```
    public enum Kind {
        RTP,
        RTCP,
        /// Parties agree on keys by it, in the stream itself.
        ZRTP,
        /// STUN, DTLS, UDPTL or junk.
        OTHER
    }

    public static Kind kind(ByteBuf packet) {
        int bytes = packet.readableBytes();
        if (bytes < 8) {
            return Kind.OTHER;
        }
        int first = packet.getUnsignedByte(packet.readerIndex());
        if (first >> 6 != 2) {
            return ZrtpMessage.is(packet) ? Kind.ZRTP : Kind.OTHER;
        }
        int second = packet.getUnsignedByte(packet.readerIndex() + 1);
        if (second >= 192 && second <= 223) {
            return Kind.RTCP;
        }
        return bytes >= BYTES + 4 * (first & 0x0F) ? Kind.RTP : Kind.OTHER;
    }

    public static int payloadType(ByteBuf packet) {
        return packet.getByte(packet.readerIndex() + 1) & 0x7F;
    }

    /// Bytes after the fixed header and the contributing sources.
    public static int payloadBytes(ByteBuf packet) {
        return packet.readableBytes() - BYTES - 4 * (packet.getByte(packet.readerIndex()) & 0x0F);
    }

    /// The fixed header, the contributing sources and the extension (RFC 3550 §5.1, §5.3.1); all that there is, where
    /// the extension claims more.
    public static int headerBytes(ByteBuf packet) {
        int start = packet.readerIndex();
        int first = packet.getByte(start);
        int bytes = BYTES + WORD_BYTES * (first & 0x0F);
        if ((first & EXTENSION) == 0) {
            return bytes;
        }
        if (packet.readableBytes() < bytes + WORD_BYTES) {
            return packet.readableBytes();
        }
        int words = packet.getUnsignedShort(start + bytes + 2);
        return Math.min(packet.readableBytes(), bytes + WORD_BYTES + WORD_BYTES * words);
    }

    public static int sequence(ByteBuf packet) {
        return packet.getUnsignedShort(packet.readerIndex() + 2);
    }

    public static int timestamp(ByteBuf packet) {
        return packet.getInt(packet.readerIndex() + 4);
    }

    public static int ssrc(ByteBuf packet) {
        return packet.getInt(packet.readerIndex() + 8);
    }

    /// Gives a packet another place in another stream; marker, payload type and payload stay.
    static void rewrite(ByteBuf packet, int sequence, int timestamp, int ssrc) {
        packet.setShort(packet.readerIndex() + 2, sequence);
        packet.setInt(packet.readerIndex() + 4, timestamp);
        packet.setInt(packet.readerIndex() + 8, ssrc);
    }

    /// Appends a whole header.
    public static void write(ByteBuf out, boolean marker, int payloadType, int sequence, int timestamp, int ssrc) {
        out.writeByte(FIRST_BYTE);
        out.writeByte(marker ? MARKER | payloadType : payloadType);
        out.writeShort(sequence);
        out.writeInt(timestamp);
        out.writeInt(ssrc);
    }
}
