package org.koegura.verifier;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Writes the pcapng blocks of a recording from the words of the format page, for tests alone.
final class SamplePcapng {

    private SamplePcapng() {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Packet(int leg, long arrivalNanos, byte[] datagram, boolean ipv6) {}

    static List<byte[]> blocks(byte[] facts, List<Packet> packets) {
        List<byte[]> blocks = new ArrayList<>();
        ByteBuffer section = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        section.putInt(0x1A2B3C4D).putShort((short) 1).putShort((short) 0).putLong(-1);
        byte[] application = "Koegura".getBytes(StandardCharsets.UTF_8);
        blocks.add(
                block(0x0A0D0D0A, section.array(), option(1, facts), option(4, application), option(0, new byte[0])));
        for (String name : List.of("inside", "outside")) {
            byte[] fixed = little(8)
                    .putShort((short) 101)
                    .putShort((short) 0)
                    .putInt(0)
                    .array();
            byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
            blocks.add(block(1, fixed, option(2, nameBytes), option(9, new byte[] {9}), option(0, new byte[0])));
        }
        packets.forEach(packet -> blocks.add(block(6, enhanced(packet))));
        return blocks;
    }

    static byte[] block(int type, byte[]... parts) {
        byte[] body = padded(SampleRecording.concat(parts));
        int total = body.length + 12;
        return little(total).putInt(type).putInt(total).put(body).putInt(total).array();
    }

    /// A formats block.
    static byte[] formats(int leg, long nanos, String json) {
        byte[] fixed = little(12)
                .putInt(leg)
                .putInt((int) (nanos >>> 32))
                .putInt((int) nanos)
                .array();
        return block(5, fixed, option(1, json.getBytes(StandardCharsets.UTF_8)), option(0, new byte[0]));
    }

    private static byte[] enhanced(Packet packet) {
        byte[] ip = packet.ipv6 ? ipv6(packet.datagram) : ipv4(packet.datagram);
        return little(20 + ip.length)
                .putInt(packet.leg)
                .putInt((int) (packet.arrivalNanos >>> 32))
                .putInt((int) packet.arrivalNanos)
                .putInt(ip.length)
                .putInt(ip.length)
                .put(ip)
                .array();
    }

    private static byte[] ipv4(byte[] datagram) {
        ByteBuffer packet = ByteBuffer.allocate(28 + datagram.length);
        packet.put((byte) 0x45)
                .put((byte) 0)
                .putShort((short) packet.capacity())
                .putInt(0x4000);
        packet.put((byte) 64)
                .put((byte) 17)
                .putShort((short) 0)
                .putInt(0xC0000201)
                .putInt(0xC0000202);
        packet.putShort(10, (short) checksum(packet.array(), 0, 20, 0));
        udp(packet, datagram);
        return packet.array();
    }

    private static byte[] ipv6(byte[] datagram) {
        ByteBuffer packet = ByteBuffer.allocate(48 + datagram.length);
        int udpBytes = 8 + datagram.length;
        packet.putInt(0x60000000).putShort((short) udpBytes).put((byte) 17).put((byte) 64);
        packet.putLong(0x20010DB800000000L)
                .putLong(1)
                .putLong(0x20010DB800000000L)
                .putLong(2);
        udp(packet, datagram);
        packet.putShort(46, (short) checksum(packet.array(), 8, packet.capacity(), udpBytes + 17));
        return packet.array();
    }

    private static void udp(ByteBuffer packet, byte[] datagram) {
        packet.putShort((short) 4000)
                .putShort((short) 30_000)
                .putShort((short) (8 + datagram.length))
                .putShort((short) 0)
                .put(datagram);
    }

    private static int checksum(byte[] bytes, int from, int to, long start) {
        long sum = start;
        for (int i = from; i < to; i++) {
            sum += (i - from) % 2 == 0 ? (bytes[i] & 0xFFL) << 8 : bytes[i] & 0xFFL;
        }
        while (sum > 0xFFFF) {
            sum = (sum >> 16) + (sum & 0xFFFF);
        }
        return (int) (~sum & 0xFFFF);
    }

    private static byte[] option(int code, byte[] value) {
        byte[] head =
                little(4).putShort((short) code).putShort((short) value.length).array();
        return SampleRecording.concat(head, padded(value));
    }

    private static byte[] padded(byte[] bytes) {
        return Arrays.copyOf(bytes, bytes.length + (-bytes.length & 3));
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
