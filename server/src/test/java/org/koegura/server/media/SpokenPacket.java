package org.koegura.server.media;

import java.nio.ByteBuffer;
import java.util.Random;

/// RTP as telephones, and some stranger ones, send it, made the plain way.
final class SpokenPacket {

    private static final int HEADER_BYTES = 12;
    private static final int VERSION = 0x80;
    private static final int EXTENSION = 0x10;
    private static final int MARKER = 0x80;

    private SpokenPacket() {}

    static byte[] rtp(int payloadType, int sequence, int timestamp, int ssrc, byte[] payload) {
        return ByteBuffer.allocate(HEADER_BYTES + payload.length)
                .put((byte) VERSION)
                .put((byte) payloadType)
                .putShort((short) sequence)
                .putInt(timestamp)
                .putInt(ssrc)
                .put(payload)
                .array();
    }

    static byte[] rtp(int payloadType, int sequence, int timestamp, int ssrc, Random random, int payloadBytes) {
        byte[] payload = new byte[payloadBytes];
        random.nextBytes(payload);
        return rtp(payloadType, sequence, timestamp, ssrc, payload);
    }

    /// With a marker, contributing sources and a header extension, as the dice fall (RFC 3550 §5.1, §5.3.1).
    static byte[] adorned(int payloadType, int sequence, int timestamp, int ssrc, Random random, int payloadBytes) {
        int sources = random.nextInt(3);
        int extensionWords = random.nextInt(3);
        ByteBuffer packet = ByteBuffer.allocate(HEADER_BYTES + 4 * sources + 4 + 4 * extensionWords + payloadBytes);
        random.nextBytes(packet.array());
        packet.put((byte) (VERSION | EXTENSION | sources))
                .put((byte) (random.nextBoolean() ? MARKER | payloadType : payloadType))
                .putShort((short) sequence)
                .putInt(timestamp)
                .putInt(ssrc);
        packet.putShort(HEADER_BYTES + 4 * sources + 2, (short) extensionWords);
        return packet.array();
    }
}
