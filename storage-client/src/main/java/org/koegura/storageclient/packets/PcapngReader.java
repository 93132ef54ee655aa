package org.koegura.storageclient.packets;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.StoreFault;

/// Reads the blocks of one chunk, as [PcapngBuffer] writes them.
public final class PcapngReader {

    private static final int BLOCK_OVERHEAD_BYTES = 12;
    private static final int PACKET_BODY_AT = 28;
    private static final int SECTION_OPTIONS_AT = 24;
    private static final int STATISTICS_OPTIONS_AT = 20;

    /// What stands in the stream.
    public interface Visitor {

        /// The comment of the section header.
        void opening(String openingFacts) throws StoreFault.Damaged;

        /// The comment of a formats block: what payload types of a leg mean from here on.
        void formats(Leg leg, String agreedFormats) throws StoreFault.Damaged;

        /// One datagram.
        ///
        /// @param datagram position to limit; only valid during the call
        void packet(Leg leg, long epochNanos, ByteBuffer datagram);
    }

    private PcapngReader() {}

    /// Visits the blocks from position to limit of a little-endian buffer.
    ///
    /// @throws StoreFault.Damaged they are not what the format says
    public static void read(ByteBuffer blocks, Visitor visitor) throws StoreFault.Damaged {
        while (blocks.hasRemaining()) {
            if (blocks.remaining() < BLOCK_OVERHEAD_BYTES) {
                throw malformed();
            }
            int type = blocks.getInt(blocks.position());
            int bytes = blocks.getInt(blocks.position() + 4);
            if (bytes < BLOCK_OVERHEAD_BYTES || bytes % 4 != 0 || bytes > blocks.remaining()) {
                throw malformed();
            }
            ByteBuffer block = blocks.slice(blocks.position(), bytes).order(blocks.order());
            switch (type) {
                case PcapngBuffer.SECTION -> visitor.opening(comment(block, SECTION_OPTIONS_AT));
                case PcapngBuffer.STATISTICS -> formats(block, visitor);
                case PcapngBuffer.PACKET -> packet(block, visitor);
                case PcapngBuffer.INTERFACE -> {}
                default -> throw malformed();
            }
            blocks.position(blocks.position() + bytes);
        }
    }

    private static void formats(ByteBuffer block, Visitor visitor) throws StoreFault.Damaged {
        String comment = comment(block, STATISTICS_OPTIONS_AT);
        visitor.formats(leg(block.getInt(8)), comment);
    }

    private static void packet(ByteBuffer block, Visitor visitor) throws StoreFault.Damaged {
        if (block.capacity() < PACKET_BODY_AT + 4 + IpUdpHeader.IPV4_BYTES) {
            throw malformed();
        }
        Leg leg = leg(block.getInt(8));
        long epochNanos = Integer.toUnsignedLong(block.getInt(12)) << 32 | Integer.toUnsignedLong(block.getInt(16));
        int captured = block.getInt(20);
        int headerBytes = (block.get(PACKET_BODY_AT) & 0xF0) == 0x40 ? IpUdpHeader.IPV4_BYTES : IpUdpHeader.IPV6_BYTES;
        if (captured < headerBytes || captured > block.capacity() - PACKET_BODY_AT - 4) {
            throw malformed();
        }
        ByteBuffer datagram = block.slice(PACKET_BODY_AT + headerBytes, captured - headerBytes);
        visitor.packet(leg, epochNanos, datagram);
    }

    private static Leg leg(int code) throws StoreFault.Damaged {
        return switch (code) {
            case 0 -> Leg.INSIDE;
            case 1 -> Leg.OUTSIDE;
            default -> throw malformed();
        };
    }

    private static String comment(ByteBuffer block, int optionsAt) throws StoreFault.Damaged {
        if (block.capacity() < optionsAt + 8 || (block.getShort(optionsAt) & 0xFFFF) != PcapngBuffer.OPTION_COMMENT) {
            throw malformed();
        }
        int length = block.getShort(optionsAt + 2) & 0xFFFF;
        if (length > block.capacity() - optionsAt - 8) {
            throw malformed();
        }
        byte[] comment = new byte[length];
        block.get(optionsAt + 4, comment);
        return new String(comment, UTF_8);
    }

    private static StoreFault.Damaged malformed() {
        return new StoreFault.Damaged("the packets inside the encryption are not well-formed pcapng");
    }
}
