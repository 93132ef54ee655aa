package org.koegura.storageclient.playback;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// What playback needs of one RTP packet (RFC 3550 §5.1).
///
/// @param ticks RTP timestamp, unsigned 32 bit in an int
/// @param payloadAt offset of the payload in the datagram
record RtpPacket(int payloadType, int sequence, int ticks, int ssrc, int payloadAt, int payloadBytes) {

    private static final int FIXED_HEADER_BYTES = 12;
    private static final RtpPacket NONE = new RtpPacket(-1, 0, 0, 0, 0, 0);

    /// Reads a datagram from offset 0 to its limit; one without payload where it is no RTP.
    static RtpPacket of(ByteBuffer datagram) {
        ByteBuffer view = datagram.duplicate().order(ByteOrder.BIG_ENDIAN);
        int end = view.limit();
        if (end < FIXED_HEADER_BYTES || (view.get(0) & 0xC0) != 0x80) {
            return NONE;
        }
        int flags = view.get(0);
        int at = FIXED_HEADER_BYTES + 4 * (flags & 0x0F);
        if ((flags & 0x10) != 0) {
            if (at + 4 > end) {
                return NONE;
            }
            at += 4 + 4 * (view.getShort(at + 2) & 0xFFFF);
        }
        if ((flags & 0x20) != 0) {
            end -= view.get(end - 1) & 0xFF;
        }
        if (at > end) {
            return NONE;
        }
        return new RtpPacket(
                view.get(1) & 0x7F, view.getShort(2) & 0xFFFF, view.getInt(4), view.getInt(8), at, end - at);
    }
}
