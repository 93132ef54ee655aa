package org.koegura.server.evidence;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads classic pcap files with Ethernet frames, and IP packets, for the UDP in them.
public final class Pcap {

    private static final int MAGIC_MICROS = 0xA1B2C3D4;
    private static final int MAGIC_NANOS = 0xA1B23C4D;
    private static final int LINKTYPE_ETHERNET = 1;
    private static final int ETHERNET_HEADER_BYTES = 14;
    private static final int UDP = 17;

    private Pcap() {}

    /// All UDP datagrams; a record cut off at the end of a growing file is left out.
    public static List<Datagram> read(byte[] file) throws UnknownHostException {
        List<Datagram> datagrams = new ArrayList<>();
        if (file.length < 24) {
            return datagrams;
        }
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int magic = in.getInt();
        if (magic != MAGIC_MICROS && magic != MAGIC_NANOS) {
            in.order(ByteOrder.BIG_ENDIAN);
            magic = in.getInt(0);
        }
        long unitNanos = magic == MAGIC_NANOS ? 1 : 1000;
        int linkType = in.getInt(20);
        if (linkType != LINKTYPE_ETHERNET || (magic != MAGIC_MICROS && magic != MAGIC_NANOS)) {
            throw new IllegalArgumentException("not a pcap file of Ethernet frames");
        }
        in.position(24);
        while (in.remaining() >= 16) {
            long epochNanos = in.getInt() * 1_000_000_000L + in.getInt() * unitNanos;
            int captured = in.getInt();
            in.getInt();
            if (in.remaining() < captured) {
                break;
            }
            ByteBuffer frame = in.slice(in.position(), captured);
            in.position(in.position() + captured);
            if (captured > ETHERNET_HEADER_BYTES) {
                Datagram datagram =
                        ip(epochNanos, frame.slice(ETHERNET_HEADER_BYTES, captured - ETHERNET_HEADER_BYTES));
                if (datagram != null) {
                    datagrams.add(datagram);
                }
            }
        }
        return datagrams;
    }

    /// How many whole records a little-endian file has.
    public static int records(byte[] file) {
        int records = 0;
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 24; at + 16 <= file.length && at + 16 + in.getInt(at + 8) <= file.length; records++) {
            at += 16 + in.getInt(at + 8);
        }
        return records;
    }

    /// The UDP datagram in an IP packet; null for anything else.
    static @Nullable Datagram ip(long epochNanos, ByteBuffer packet) throws UnknownHostException {
        packet.order(ByteOrder.BIG_ENDIAN);
        if (packet.remaining() >= 28 && packet.get(0) >>> 4 == 4 && packet.get(9) == UDP) {
            return udp(epochNanos, packet, (packet.get(0) & 0x0F) * 4, 12, 4);
        }
        if (packet.remaining() >= 48 && (packet.get(0) & 0xF0) == 0x60 && packet.get(6) == UDP) {
            return udp(epochNanos, packet, 40, 8, 16);
        }
        return null;
    }

    /// @param header its octets
    /// @param addresses where the two addresses begin, of that many octets each
    private static Datagram udp(long epochNanos, ByteBuffer packet, int header, int addresses, int octets)
            throws UnknownHostException {
        byte[] from = new byte[octets];
        byte[] to = new byte[octets];
        packet.get(addresses, from).get(addresses + octets, to);
        int length = (packet.getShort(header + 4) & 0xFFFF) - 8;
        byte[] payload = new byte[length];
        packet.get(header + 8, payload);
        return new Datagram(
                epochNanos,
                new InetSocketAddress(InetAddress.getByAddress(from), packet.getShort(header) & 0xFFFF),
                new InetSocketAddress(InetAddress.getByAddress(to), packet.getShort(header + 2) & 0xFFFF),
                payload);
    }
}
