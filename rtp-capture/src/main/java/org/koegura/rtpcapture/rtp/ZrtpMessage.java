package org.koegura.rtpcapture.rtp;

import io.netty.buffer.ByteBuf;

/// Reads a message of ZRTP in place (RFC 6189 §5). Offsets count from the buffer's reader index.
///
/// ```
///  0        4  0x10 to 0x13, unused, sequence number
///  4        4  cookie, "ZRTP"
///  8        4  SSRC
/// 12        4  0x505a, length in words
/// 16        8  type, in ASCII
/// 24           what it says; CRC
/// ```
public final class ZrtpMessage {

    private static final int BYTES_MIN = 28;
    private static final int FIRST_BYTE_BITS = 0x10 >> 2;
    private static final int COOKIE = 0x5A525450;
    private static final long CONFIRM2 = 0x436F6E6669726D32L;
    private static final long CONFIRMED2 = 0x436F6E663241434BL;

    private ZrtpMessage() {}

    static boolean is(ByteBuf packet) {
        int at = packet.readerIndex();
        return packet.readableBytes() >= BYTES_MIN
                && packet.getUnsignedByte(at) >> 2 == FIRST_BYTE_BITS
                && packet.getInt(at + 4) == COOKIE;
    }

    /// Whether it is the initiator's last word (Confirm2): it has the keys.
    public static boolean confirms(ByteBuf message) {
        return type(message) == CONFIRM2;
    }

    /// Whether it is the answer to that (Conf2ACK): both parties may speak under their keys from now on.
    public static boolean acknowledgesConfirmation(ByteBuf message) {
        return type(message) == CONFIRMED2;
    }

    private static long type(ByteBuf message) {
        return message.getLong(message.readerIndex() + 16);
    }
}
