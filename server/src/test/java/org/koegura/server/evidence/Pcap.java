package org.koegura.server.evidence;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads classic pcap files with Ethernet frames, and IP packets, for the UDP in them.
public final class Pcap {

    private static final int MAGIC_MICROS = 0xA1B2C3D4;
    private static final int MAGIC_NANOS = 0xA1B23C4D;
    private static final int HEADER_BYTES = 24;
    private static final int RECORD_BYTES = 16;
    private static final int LINKTYPE_ETHERNET = 1;
    private static final int ETHERNET_HEADER_BYTES = 14;
    private static final int UDP = 17;

    private final List<Datagram> datagrams = new ArrayList<>();

    /// Octets of the header and of whole records.
    private long taken;

    private @Nullable ByteOrder order;
    private long unitNanos;

    /// For a file that grows: [#readOn].
    public Pcap() {}

    /// All UDP datagrams; a record cut off at the end of a growing file is left out.
    public static List<Datagram> read(byte[] file) throws UnknownHostException {
        Pcap whole = new Pcap();
        whole.take(ByteBuffer.wrap(file));
        return whole.datagrams;
    }

    /// The same of a file of which all but its end was read before: only that is read. There may be no file yet.
    public synchronized List<Datagram> readOn(Path file) throws IOException {
        if (Files.exists(file)) {
            try (FileChannel in = FileChannel.open(file)) {
                ByteBuffer more = ByteBuffer.allocate(Math.toIntExact(in.size() - taken));
                in.position(taken);
                while (more.hasRemaining() && in.read(more) >= 0) {
                    // a read may be short
                }
                take(more.flip());
            }
        }
        return List.copyOf(datagrams);
    }

    private void take(ByteBuffer more) throws UnknownHostException {
        if (taken == 0 && more.remaining() >= HEADER_BYTES) {
            header(more);
        }
        if (order == null) {
            return;
        }
        more.order(order);
        int begin = more.position();
        while (more.remaining() >= RECORD_BYTES
                && more.remaining() - RECORD_BYTES >= more.getInt(more.position() + 8)) {
            long epochNanos = more.getInt() * 1_000_000_000L + more.getInt() * unitNanos;
            int captured = more.getInt();
            more.getInt();
            ByteBuffer frame = more.slice(more.position(), captured);
            more.position(more.position() + captured);
            if (captured > ETHERNET_HEADER_BYTES) {
                Datagram datagram =
                        ip(epochNanos, frame.slice(ETHERNET_HEADER_BYTES, captured - ETHERNET_HEADER_BYTES));
                if (datagram != null) {
                    datagrams.add(datagram);
                }
            }
        }
        taken += more.position() - begin;
    }

    private void header(ByteBuffer file) {
        file.order(ByteOrder.LITTLE_ENDIAN);
        int magic = file.getInt(0);
        if (magic != MAGIC_MICROS && magic != MAGIC_NANOS) {
            file.order(ByteOrder.BIG_ENDIAN);
            magic = file.getInt(0);
        }
        int linkType = file.getInt(20);
        if (linkType != LINKTYPE_ETHERNET || (magic != MAGIC_MICROS && magic != MAGIC_NANOS)) {
            throw new IllegalArgumentException("not a pcap file of Ethernet frames");
        }
        order = file.order();
        unitNanos = magic == MAGIC_NANOS ? 1 : 1000;
        file.position(HEADER_BYTES);
        taken = HEADER_BYTES;
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
