package org.koegura.storageclient.packets;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Leg;

/// Step 1 of 4 on the way to the disk: gathers whole pcapng blocks until they are encrypted as one chunk.
///
/// ```
/// block       4  type    4  length    …  body, padded to 4    4  length      all little-endian
/// packet      4  interface (0 inside, 1 outside)    8  nanoseconds, high word first
///             4  captured    4  original length     …  IP, UDP, datagram
/// formats     4  interface    8  nanoseconds, as above    …  comment        an interface statistics block
/// ```
///
/// Plaintext lives here and nowhere else; [#clear] overwrites it. Starts small, since most calls flush a few
/// kilobytes at a time.
public final class PcapngBuffer {

    static final int SECTION = 0x0A0D0D0A;
    static final int INTERFACE = 1;
    static final int STATISTICS = 5;
    static final int PACKET = 6;
    static final int BYTE_ORDER = 0x1A2B3C4D;
    static final int LINKTYPE_RAW = 101;
    static final int OPTION_COMMENT = 1;

    private static final int OPTION_IF_NAME = 2;
    private static final int OPTION_USER_APPLICATION = 4;
    private static final int OPTION_IF_TSRESOL = 9;
    private static final byte NANOSECONDS = 9;
    private static final int PACKET_OVERHEAD_BYTES = 32;
    private static final int FORMATS_OVERHEAD_BYTES = 28;
    private static final int INITIAL_BYTES = 8_192;

    /// A longer datagram does not fit a chunk; no RTP comes near it. What a sink promises to take is no longer.
    public static final int DATAGRAM_BYTES_MAX =
            PacketsFile.PLAIN_BYTES_MAX - PACKET_OVERHEAD_BYTES - IpUdpHeader.IPV6_BYTES;

    private byte[] bytes = new byte[INITIAL_BYTES];
    private ByteBuffer blocks = view(bytes);
    private final @Nullable IpUdpHeader[] flows = new @Nullable IpUdpHeader[Leg.values().length];

    /// Begins the stream: section header with the opening facts, then the two interfaces.
    public void open(String openingFacts) {
        byte[] comment = openingFacts.getBytes(UTF_8);
        byte[] application = "Koegura".getBytes(UTF_8);
        int blockBytes = 28 + option(comment) + option(application) + 4;
        grow(blockBytes + 256);
        blocks.putInt(SECTION).putInt(blockBytes).putInt(BYTE_ORDER);
        blocks.putShort((short) 1).putShort((short) 0).putLong(-1);
        putOption(OPTION_COMMENT, comment);
        putOption(OPTION_USER_APPLICATION, application);
        blocks.putInt(0).putInt(blockBytes);
        putInterface("inside");
        putInterface("outside");
    }

    private void putInterface(String name) {
        byte[] nameBytes = name.getBytes(UTF_8);
        byte[] resolution = {NANOSECONDS};
        int blockBytes = 20 + option(nameBytes) + option(resolution) + 4;
        blocks.putInt(INTERFACE).putInt(blockBytes);
        blocks.putShort((short) LINKTYPE_RAW).putShort((short) 0).putInt(0);
        putOption(OPTION_IF_NAME, nameBytes);
        putOption(OPTION_IF_TSRESOL, resolution);
        blocks.putInt(0).putInt(blockBytes);
    }

    /// Adds one datagram. False, and nothing added, where the chunk has no room for it.
    public boolean packet(
            Leg leg, long epochNanos, InetSocketAddress source, InetSocketAddress destination, ByteBuffer datagram) {
        IpUdpHeader header = flow(leg, source, destination);
        int captured = header.bytes() + datagram.remaining();
        int blockBytes = PACKET_OVERHEAD_BYTES + padded(captured);
        if (blocks.position() + blockBytes > PacketsFile.PLAIN_BYTES_MAX) {
            return false;
        }
        grow(blockBytes);
        int at = blocks.position();
        blocks.putInt(PACKET).putInt(blockBytes).putInt(code(leg));
        blocks.putInt((int) (epochNanos >>> 32)).putInt((int) epochNanos);
        blocks.putInt(captured).putInt(captured);
        header.put(blocks, datagram);
        blocks.position(at + blockBytes - 4).putInt(blockBytes);
        return true;
    }

    /// Adds what payload types of a leg mean from here on. False, and nothing added, where the chunk has no
    /// room for it.
    public boolean formats(Leg leg, long epochNanos, String agreedFormats) {
        byte[] comment = agreedFormats.getBytes(UTF_8);
        int blockBytes = FORMATS_OVERHEAD_BYTES + option(comment);
        if (blocks.position() + blockBytes > PacketsFile.PLAIN_BYTES_MAX) {
            return false;
        }
        grow(blockBytes);
        blocks.putInt(STATISTICS).putInt(blockBytes).putInt(code(leg));
        blocks.putInt((int) (epochNanos >>> 32)).putInt((int) epochNanos);
        putOption(OPTION_COMMENT, comment);
        blocks.putInt(0).putInt(blockBytes);
        return true;
    }

    public boolean isEmpty() {
        return blocks.position() == 0;
    }

    /// The blocks as bytes, from 0 to [#length]; still owned by this buffer.
    public byte[] array() {
        return bytes;
    }

    public int length() {
        return blocks.position();
    }

    /// Overwrites and forgets the blocks, and is small again where they were few.
    public void clear() {
        Arrays.fill(bytes, 0, blocks.position(), (byte) 0);
        if (bytes.length > INITIAL_BYTES && blocks.position() <= INITIAL_BYTES) {
            bytes = new byte[INITIAL_BYTES];
            blocks = view(bytes);
        }
        blocks.clear();
    }

    private IpUdpHeader flow(Leg leg, InetSocketAddress source, InetSocketAddress destination) {
        IpUdpHeader known = flows[code(leg)];
        if (known != null && known.isOf(source, destination)) {
            return known;
        }
        IpUdpHeader fresh = new IpUdpHeader(source, destination);
        flows[code(leg)] = fresh;
        return fresh;
    }

    private void grow(int more) {
        int needed = blocks.position() + more;
        if (needed <= blocks.capacity()) {
            return;
        }
        byte[] larger = new byte[Math.max(needed, Math.min(2 * bytes.length, PacketsFile.PLAIN_BYTES_MAX))];
        System.arraycopy(bytes, 0, larger, 0, blocks.position());
        Arrays.fill(bytes, (byte) 0);
        blocks = view(larger).position(blocks.position());
        bytes = larger;
    }

    private void putOption(int code, byte[] value) {
        blocks.putShort((short) code).putShort((short) value.length).put(value);
        blocks.position(blocks.position() + padded(value.length) - value.length);
    }

    /// The interface that stands for a leg, in the stream and in the received tree.
    public static int code(Leg leg) {
        return switch (leg) {
            case INSIDE -> 0;
            case OUTSIDE -> 1;
        };
    }

    private static int option(byte[] value) {
        return 4 + padded(value.length);
    }

    private static int padded(int bytes) {
        return (bytes + 3) & ~3;
    }

    private static ByteBuffer view(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
