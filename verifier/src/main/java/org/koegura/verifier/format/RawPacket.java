package org.koegura.verifier.format;

import java.nio.ByteBuffer;

/// The IP and UDP headers that the recorder writes before each datagram, checked field by field.
///
/// ```
/// IPv4  ver/IHL8 tos8 total16 id16 flags/fragment16 ttl8 protocol8 checksum16 source32 destination32
/// IPv6  ver/class/flow32 payload16 next8 hops8 source128 destination128
/// UDP   source16 destination16 length16 checksum16
/// ```
final class RawPacket {

    private static final int IPV4_BYTES = 20;
    private static final int IPV6_BYTES = 40;
    private static final int UDP_BYTES = 8;
    private static final int PROTOCOL_UDP = 17;
    private static final int HOPS = 64;
    private static final int DONT_FRAGMENT = 0x4000;

    private RawPacket() {}

    /// The UDP payload of a packet from position 0 to its limit.
    static ByteBuffer datagram(ByteBuffer packet) throws Malformed {
        int version = packet.hasRemaining() ? (packet.get(0) & 0xFF) >> 4 : 0;
        int headerBytes = version == 4 ? IPV4_BYTES : IPV6_BYTES;
        if ((version != 4 && version != 6) || packet.limit() < headerBytes + UDP_BYTES) {
            throw new Malformed("a packet of the pcapng stream is not IPv4 or IPv6 with UDP");
        }
        if (version == 4) {
            requireIpv4(packet);
        } else {
            requireIpv6(packet);
        }
        int udpBytes = packet.limit() - headerBytes;
        require(unsigned16(packet, headerBytes + 4) == udpBytes, "the UDP length");
        int checksum = unsigned16(packet, headerBytes + 6);
        if (version == 4) {
            require(checksum == 0, "the UDP checksum, which is 0 over IPv4,");
        } else {
            long pseudo = sum(packet, 8, 32) + udpBytes + PROTOCOL_UDP;
            require(checksum != 0 && folded(pseudo + sum(packet, headerBytes, udpBytes)) == 0xFFFF, "the UDP checksum");
        }
        return packet.slice(headerBytes + UDP_BYTES, udpBytes - UDP_BYTES);
    }

    private static void requireIpv4(ByteBuffer packet) throws Malformed {
        require((packet.get(0) & 0x0F) == 5, "the IPv4 header length");
        require(unsigned16(packet, 2) == packet.limit(), "the IPv4 total length");
        require(unsigned16(packet, 4) == 0, "the IPv4 identification");
        require(unsigned16(packet, 6) == DONT_FRAGMENT, "the IPv4 fragment field");
        require(packet.get(8) == HOPS, "the IPv4 time to live");
        require(packet.get(9) == PROTOCOL_UDP, "the IPv4 protocol");
        require(folded(sum(packet, 0, IPV4_BYTES)) == 0xFFFF, "the IPv4 header checksum");
    }

    private static void requireIpv6(ByteBuffer packet) throws Malformed {
        require((packet.getInt(0) & 0xFFFFF) == 0, "the IPv6 flow label");
        require(unsigned16(packet, 4) == packet.limit() - IPV6_BYTES, "the IPv6 payload length");
        require(packet.get(6) == PROTOCOL_UDP, "the IPv6 next header");
        require(packet.get(7) == HOPS, "the IPv6 hop limit");
    }

    private static void require(boolean holds, String what) throws Malformed {
        if (!holds) {
            throw new Malformed(what + " of a packet in the pcapng stream is wrong");
        }
    }

    private static int unsigned16(ByteBuffer packet, int at) {
        return Short.toUnsignedInt(packet.getShort(at));
    }

    /// The sum of 16-bit words (RFC 1071), an odd byte filled up with zero.
    private static long sum(ByteBuffer packet, int from, int length) {
        long sum = 0;
        int even = from + (length & ~1);
        for (int at = from; at < even; at += 2) {
            sum += unsigned16(packet, at);
        }
        return (length & 1) == 0 ? sum : sum + ((packet.get(even) & 0xFF) << 8);
    }

    private static int folded(long sum) {
        long folded = sum;
        while (folded >> 16 != 0) {
            folded = (folded & 0xFFFF) + (folded >> 16);
        }
        return (int) folded;
    }
}
