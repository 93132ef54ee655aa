package org.koegura.rtpcapture.srtp;

import io.netty.buffer.ByteBuf;

/// A packet while it is worked on: a copy in an array that is used again for the next one. Headers are
/// read from the buffer, so that nothing is copied that cannot be a packet.
final class Packet {

    /// Longer ones are refused: no audio is that long, and no datagram that an Ethernet carries
    /// unfragmented.
    static final int BYTES_MAX = 2048;

    private static final int RTP_HEADER_BYTES = 12;
    private static final int EXTENSION_HEADER_BYTES = 4;
    private static final int SSRC_AT = 8;

    final byte[] bytes = new byte[BYTES_MAX + Transform.OVERHEAD_BYTES_MAX];

    /// Length of the packet in [#bytes].
    int length;

    /// Length of the part of an RTP packet that stays readable.
    int header;

    /// Takes an RTP packet that ends in `overhead` bytes of protection; returns false where it can be
    /// none.
    boolean takeRtp(ByteBuf from, int overhead) {
        int found = rtpHeaderBytes(from);
        return found > 0 && take(from, found, overhead);
    }

    /// Takes an RTCP packet likewise.
    boolean takeRtcp(ByteBuf from, int overhead) {
        boolean right = from.readableBytes() >= Transform.RTCP_HEADER_BYTES
                && (from.getByte(from.readerIndex()) & 0xC0) == 0x80;
        return right && take(from, Transform.RTCP_HEADER_BYTES, overhead);
    }

    int sequence() {
        return ((bytes[2] & 0xFF) << 8) | (bytes[3] & 0xFF);
    }

    /// Gives an RTP packet another sequence number and source.
    void number(int sequence, int ssrc) {
        bytes[2] = (byte) (sequence >> 8);
        bytes[3] = (byte) sequence;
        for (int i = 0; i < Integer.BYTES; i++) {
            bytes[SSRC_AT + i] = (byte) (ssrc >> (8 * (Integer.BYTES - 1 - i)));
        }
    }

    /// Puts what is behind the header back into the buffer that it was taken from, which ends where the
    /// packet does.
    void putBack(ByteBuf into) {
        int start = into.readerIndex();
        into.setBytes(start + header, bytes, header, length - header);
        into.writerIndex(start + length);
    }

    private boolean take(ByteBuf from, int readable, int overhead) {
        int whole = from.readableBytes();
        if (whole > BYTES_MAX || whole < readable + overhead) {
            return false;
        }
        // the buffer's own view of itself: getBytes would make another one for each packet
        from.internalNioBuffer(from.readerIndex(), whole).get(bytes, 0, whole);
        length = whole;
        header = readable;
        return true;
    }

    /// Fixed header, contributing sources and extension (RFC 3550 §5.1, §5.3.1); -1 where that is not
    /// what it is.
    private static int rtpHeaderBytes(ByteBuf packet) {
        int at = packet.readerIndex();
        int whole = packet.readableBytes();
        if (whole < RTP_HEADER_BYTES || (packet.getByte(at) & 0xC0) != 0x80) {
            return -1;
        }
        int first = packet.getByte(at);
        int end = RTP_HEADER_BYTES + 4 * (first & 0x0F);
        if ((first & 0x10) == 0) {
            return end;
        }
        if (whole < end + EXTENSION_HEADER_BYTES) {
            return -1;
        }
        return end + EXTENSION_HEADER_BYTES + 4 * packet.getUnsignedShort(at + end + 2);
    }
}
