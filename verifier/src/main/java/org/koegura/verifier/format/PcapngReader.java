package org.koegura.verifier.format;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads the pcapng stream of a recording block by block, as narrowly as its page describes it.
///
/// Little-endian; one Section Header Block, two Interface Description Blocks, then Enhanced Packet Blocks and, as
/// formats blocks, Interface Statistics Blocks, and no others:
///
/// ```
/// type32 total32 | body, padded to 32 bits | total32
/// SHB  0x0A0D0D0A  magic32 major16 minor16 sectionLength64 options
/// IDB  1           linkType16 reserved16 snapLength32 options
/// EPB  6           interface32 timeHigh32 timeLow32 captured32 original32 packet options
/// ISB  5           interface32 timeHigh32 timeLow32 options
/// option           code16 length16 value, padded to 32 bits; code 0 ends them
/// ```
public final class PcapngReader {

    /// What comes out, in the order of the stream.
    public interface Sink {
        /// The comment of the section: the opening facts.
        void opening(byte[] facts) throws Malformed;

        /// The comment of a formats block: what payload types of a leg mean from there on.
        void formats(int leg, long sinceNanos, byte[] formats) throws Malformed;

        /// One datagram as received; the buffer is only lent.
        void datagram(int leg, long arrivalNanos, ByteBuffer datagram) throws Malformed;
    }

    private static final int SECTION_HEADER = 0x0A0D0D0A;
    private static final int INTERFACE_DESCRIPTION = 1;
    private static final int INTERFACE_STATISTICS = 5;
    private static final int ENHANCED_PACKET = 6;
    private static final int BYTE_ORDER_MAGIC = 0x1A2B3C4D;
    private static final int LINKTYPE_RAW = 101;
    private static final int OPT_END = 0;
    private static final int OPT_COMMENT = 1;
    private static final int SHB_USERAPPL = 4;
    private static final int IF_NAME = 2;
    private static final int IF_TSRESOL = 9;
    private static final String[] INTERFACES = {"inside", "outside"};

    private final Sink sink;
    private long blocks;

    public PcapngReader(Sink sink) {
        this.sink = sink;
    }

    /// Reads the whole blocks of one chunk; a block that crosses its end is a fault.
    public void read(byte[] plaintext) throws Malformed {
        ByteBuffer rest = ByteBuffer.wrap(plaintext).order(ByteOrder.LITTLE_ENDIAN);
        try {
            while (rest.hasRemaining()) {
                rest.position(rest.position() + block(rest));
                blocks++;
            }
        } catch (BufferUnderflowException | IndexOutOfBoundsException tooShort) {
            throw fault("it is cut off");
        }
    }

    /// Call after the last chunk: the three leading blocks must have come.
    public void end() throws Malformed {
        if (blocks < 3) {
            throw new Malformed("the pcapng stream ends before its section and both interfaces were described");
        }
    }

    private int block(ByteBuffer rest) throws Malformed {
        int at = rest.position();
        int type = rest.getInt(at);
        int total = rest.getInt(at + 4);
        if (total < 12 || total % 4 != 0 || total > rest.remaining() || rest.getInt(at + total - 4) != total) {
            throw fault("its length " + Integer.toUnsignedLong(total) + " is not that of a whole block in this chunk");
        }
        ByteBuffer body = rest.slice(at + 8, total - 12).order(ByteOrder.LITTLE_ENDIAN);
        int expected = blocks == 0 ? SECTION_HEADER : blocks <= 2 ? INTERFACE_DESCRIPTION : ENHANCED_PACKET;
        if (type != expected && !(type == INTERFACE_STATISTICS && expected == ENHANCED_PACKET)) {
            throw fault("its type is 0x" + Integer.toHexString(type) + ", not 0x" + Integer.toHexString(expected));
        }
        if (blocks == 0) {
            section(body);
        } else if (blocks <= 2) {
            description(body, INTERFACES[(int) blocks - 1]);
        } else if (type == INTERFACE_STATISTICS) {
            formats(body);
        } else {
            packet(body);
        }
        return total;
    }

    private void section(ByteBuffer body) throws Malformed {
        if (body.getInt() != BYTE_ORDER_MAGIC || body.getShort() != 1) {
            throw fault("the section is not little-endian pcapng of version 1");
        }
        body.getShort();
        body.getLong();
        byte[] comment = option(body, OPT_COMMENT, "opt_comment");
        requireText(body, SHB_USERAPPL, "shb_userappl", "Koegura");
        sink.opening(comment);
    }

    private void description(ByteBuffer body, String name) throws Malformed {
        if (Short.toUnsignedInt(body.getShort()) != LINKTYPE_RAW) {
            throw fault("interface " + name + " is not of LINKTYPE_RAW");
        }
        body.getShort();
        if (body.getInt() != 0) {
            throw fault("interface " + name + " has a snap length");
        }
        requireText(body, IF_NAME, "if_name", name);
        if (!Arrays.equals(option(body, IF_TSRESOL, "if_tsresol"), new byte[] {9})) {
            throw fault("interface " + name + " does not count nanoseconds");
        }
    }

    private void formats(ByteBuffer body) throws Malformed {
        int leg = leg(body);
        long sinceNanos = nanos(body);
        sink.formats(leg, sinceNanos, option(body, OPT_COMMENT, "opt_comment"));
    }

    private int leg(ByteBuffer body) throws Malformed {
        int leg = body.getInt();
        if (leg != 0 && leg != 1) {
            throw fault("there is no interface " + Integer.toUnsignedLong(leg));
        }
        return leg;
    }

    private static long nanos(ByteBuffer body) {
        return (long) body.getInt() << 32 | Integer.toUnsignedLong(body.getInt());
    }

    private void packet(ByteBuffer body) throws Malformed {
        int leg = leg(body);
        long arrivalNanos = nanos(body);
        int captured = body.getInt();
        int original = body.getInt();
        if (captured < 0 || captured > body.remaining() || original != captured) {
            throw fault("its packet is not there as a whole");
        }
        ByteBuffer packet = body.slice(body.position(), captured);
        sink.datagram(leg, arrivalNanos, RawPacket.datagram(packet));
    }

    private void requireText(ByteBuffer body, int code, String name, String text) throws Malformed {
        if (!new String(option(body, code, name), StandardCharsets.UTF_8).equals(text)) {
            throw fault(name + " is not '" + text + "'");
        }
    }

    /// The value of the one option of that code among those from the buffer's position on, which stays.
    private byte[] option(ByteBuffer body, int wanted, String name) throws Malformed {
        ByteBuffer options = body.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        byte[] found = new byte[0];
        int count = 0;
        while (options.remaining() >= 4) {
            int code = Short.toUnsignedInt(options.getShort());
            int length = Short.toUnsignedInt(options.getShort());
            if (code == OPT_END) {
                break;
            }
            byte[] value = new byte[length];
            options.get(value);
            options.position(Math.min(options.limit(), options.position() + (-length & 3)));
            if (code == wanted) {
                found = value;
                count++;
            }
        }
        if (count != 1) {
            throw fault("it has " + count + " options " + name + ", not 1");
        }
        return found;
    }

    private Malformed fault(String what) {
        return new Malformed("pcapng block " + blocks + ": " + what);
    }
}
