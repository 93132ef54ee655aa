package org.koegura.storageclient.packets;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The IP and UDP header that stands before every datagram of one flow. It is written, not captured: it says from which
/// address and port a datagram came and at which of ours it arrived, and nothing else (docs/format/recording-v1.md).
final class IpUdpHeader {

    static final int IPV4_BYTES = 28;
    static final int IPV6_BYTES = 48;

    private static final int UDP_HEADER_BYTES = 8;
    private static final int UDP = 17;

    private final InetSocketAddress source;
    private final InetSocketAddress destination;
    private final byte[] template;

    /// Ones' complement sum of what the checksum covers and never changes.
    private final long fixedSum;

    IpUdpHeader(InetSocketAddress source, InetSocketAddress destination) {
        if (source.getAddress() == null || destination.getAddress() == null) {
            throw new IllegalArgumentException("a datagram's addresses: resolved ones are needed");
        }
        this.source = source;
        this.destination = destination;
        boolean four = source.getAddress() instanceof Inet4Address && destination.getAddress() instanceof Inet4Address;
        this.template = four ? ipv4() : ipv6();
        this.fixedSum = four ? sum(0, template, 0, 20) : sum(UDP, template, 8, IPV6_BYTES - 8);
    }

    boolean isOf(InetSocketAddress otherSource, InetSocketAddress otherDestination) {
        return source.equals(otherSource) && destination.equals(otherDestination);
    }

    int bytes() {
        return template.length;
    }

    /// Puts the header of this datagram, and then the datagram itself; leaves the datagram's position where it was.
    void put(ByteBuffer out, ByteBuffer datagram) {
        int at = out.position();
        int udpBytes = UDP_HEADER_BYTES + datagram.remaining();
        out.put(template);
        out.put(out.position(), datagram, datagram.position(), datagram.remaining());
        if (template.length == IPV4_BYTES) {
            int totalBytes = IPV4_BYTES - UDP_HEADER_BYTES + udpBytes;
            putShort(out, at + 2, totalBytes);
            putShort(out, at + 10, complement(fixedSum + totalBytes));
            putShort(out, at + 24, udpBytes);
        } else {
            putShort(out, at + 4, udpBytes);
            putShort(out, at + 44, udpBytes);
            // The length counts twice: in the pseudo-header and in the header (RFC 8200 §8.1).
            int checksum = complement(fixedSum + 2L * udpBytes + sum(datagram));
            putShort(out, at + 46, checksum == 0 ? 0xFFFF : checksum);
        }
        out.position(out.position() + datagram.remaining());
    }

    private byte[] ipv4() {
        return ByteBuffer.allocate(IPV4_BYTES)
                .put((byte) 0x45)
                .put((byte) 0)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) 0x4000)
                .put((byte) 64)
                .put((byte) UDP)
                .putShort((short) 0)
                .put(source.getAddress().getAddress())
                .put(destination.getAddress().getAddress())
                .putShort((short) source.getPort())
                .putShort((short) destination.getPort())
                .putInt(0)
                .array();
    }

    private byte[] ipv6() {
        return ByteBuffer.allocate(IPV6_BYTES)
                .putInt(0x6000_0000)
                .putShort((short) 0)
                .put((byte) UDP)
                .put((byte) 64)
                .put(sixteen(source.getAddress()))
                .put(sixteen(destination.getAddress()))
                .putShort((short) source.getPort())
                .putShort((short) destination.getPort())
                .putInt(0)
                .array();
    }

    /// An IPv4 address that met an IPv6 one, as a socket of both families gives them: mapped (RFC 4291 §2.5.5.2).
    private static byte[] sixteen(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 16
                ? bytes
                : ByteBuffer.allocate(16)
                        .put(10, (byte) 0xFF)
                        .put(11, (byte) 0xFF)
                        .put(12, bytes)
                        .array();
    }

    private static long sum(long start, byte[] bytes, int from, int count) {
        long sum = start;
        for (int i = from; i < from + count; i += 2) {
            sum += ((bytes[i] & 0xFF) << 8) + (bytes[i + 1] & 0xFF);
        }
        return sum;
    }

    private static long sum(ByteBuffer datagram) {
        long sum = 0;
        int end = datagram.limit();
        boolean swapped = datagram.order() == ByteOrder.LITTLE_ENDIAN;
        int i = datagram.position();
        for (; i + 1 < end; i += 2) {
            short word = datagram.getShort(i);
            sum += (swapped ? Short.reverseBytes(word) : word) & 0xFFFF;
        }
        return i < end ? sum + ((datagram.get(i) & 0xFF) << 8) : sum;
    }

    private static int complement(long sum) {
        long folded = sum;
        while (folded >> 16 != 0) {
            folded = (folded & 0xFFFF) + (folded >> 16);
        }
        return (int) ~folded & 0xFFFF;
    }

    /// Network order, whatever the order of the buffer.
    private static void putShort(ByteBuffer out, int at, int value) {
        out.put(at, (byte) (value >> 8)).put(at + 1, (byte) value);
    }
}
