package org.koegura.rtpcapture;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;

/// Makes and reads RTP packets the plain way, apart from the code under test.
public final class Packets {

    private Packets() {}

    public static byte[] rtp(int payloadType, int sequence, int timestamp, int ssrc, byte[] payload) {
        return ByteBuffer.allocate(12 + payload.length)
                .put((byte) 0x80)
                .put((byte) payloadType)
                .putShort((short) sequence)
                .putInt(timestamp)
                .putInt(ssrc)
                .put(payload)
                .array();
    }

    /// A 20 ms packet with random payload.
    public static byte[] rtp(Random random, int payloadType, int sequence, int timestamp, int ssrc) {
        byte[] payload = new byte[160];
        random.nextBytes(payload);
        return rtp(payloadType, sequence, timestamp, ssrc, payload);
    }

    public static ByteBuf buffer(byte[] packet) {
        return Unpooled.directBuffer(packet.length).writeBytes(packet);
    }

    public static ByteBuf hex(String digits) {
        return buffer(HexFormat.of().parseHex(digits.replaceAll("\\s", "")));
    }

    public static String hex(ByteBuf packet) {
        byte[] bytes = new byte[packet.readableBytes()];
        packet.getBytes(packet.readerIndex(), bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /// What a receiver sees of a packet.
    public record Seen(boolean marker, int payloadType, int sequence, int timestamp, int ssrc, ByteBuffer payload) {
        public static Seen of(byte[] packet) {
            ByteBuffer in = ByteBuffer.wrap(packet);
            int second = in.get(1);
            return new Seen(
                    (second & 0x80) != 0,
                    second & 0x7F,
                    in.getShort(2) & 0xFFFF,
                    in.getInt(4),
                    in.getInt(8),
                    ByteBuffer.wrap(Arrays.copyOfRange(packet, 12, packet.length)));
        }

        public static Seen of(ByteBuf packet) {
            byte[] bytes = new byte[packet.readableBytes()];
            packet.getBytes(packet.readerIndex(), bytes);
            return of(bytes);
        }
    }
}
