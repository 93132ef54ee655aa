package org.koegura.rtpcapture.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// One direction of one call's audio, as it is lent to the kernel: packets of one source, SSRC and payload type that
/// come to one port of ours leave from another, by a fixed distance of numbers.
///
/// What the program needs of it lies in memory that it shares with us, at the place of the flow's number:
///
/// ```
///  0  4  source             20  4  timestamp, more by                      40  4  type of service, as in the packet
///  4  4  destination        24  4  sequence, more by                       44  4  payload type
///  8  4  ports              28  4  id                                      48  4  stays on this host
/// 12  4  SSRC, old          32  4  loop                                    52 12  the key that leads here
/// 16  4  SSRC, new          36  4  interface that they leave by            64  4  priority
/// 68  4  interface that they come by                                       72  4  state
/// key     0  4  source      4  4  destination     8  4  ports, source first          as in the packet
/// ```
///
/// @param id 0 or more, of all loops; names it in the ring
/// @param loop whose ring
/// @param ways by which interfaces they come and leave
record Flow(Route route, Passage passage, int id, int loop, Ways.Both ways) {

    static final int NEW_SOURCE_AT = 0;
    static final int NEW_DESTINATION_AT = 4;
    static final int NEW_PORTS_AT = 8;
    static final int SSRC_AT = 12;
    static final int NEW_SSRC_AT = 16;
    static final int TIMESTAMP_OFFSET_AT = 20;
    static final int SEQUENCE_OFFSET_AT = 24;
    static final int ID_AT = 28;
    static final int LOOP_AT = 32;
    static final int INTERFACE_AT = 36;
    static final int TYPE_OF_SERVICE_AT = 40;
    static final int PAYLOAD_TYPE_AT = 44;
    static final int HERE_AT = 48;
    static final int KEY_AT = 52;
    static final int PRIORITY_AT = 64;
    static final int COMING_BY_AT = 68;
    static final int STATE_AT = 72;
    static final int KEY_BYTES = 12;

    /// A multiple of 8, as the kernel has it.
    static final int BYTES = 80;

    static final int DOWN = 0;
    static final int LENT = 1;

    /// The kernel had no room for a packet, and passes none until the flow is lent anew: the socket has older ones.
    static final int STOPPED = 2;

    /// The kernel finds it and passes nothing yet: a packet that comes stops it, and goes to the socket.
    static final int ON_TRIAL = 3;

    /// Within the host, by the four bits that were the type of service (RFC 1349), as the kernel has it for sockets.
    private static final int[] PRIORITIES = {0, 0, 0, 0, 2, 2, 2, 2, 6, 6, 6, 6, 4, 4, 4, 4};

    private static final VarHandle STATE = ValueLayout.JAVA_INT.varHandle();

    byte[] key() {
        return key(route.from(), route.at());
    }

    static byte[] key(InetSocketAddress from, InetSocketAddress at) {
        return ByteBuffer.allocate(KEY_BYTES)
                .put(bytes(from.getAddress()))
                .put(bytes(at.getAddress()))
                .putShort((short) from.getPort())
                .putShort((short) at.getPort())
                .array();
    }

    static int priority(int typeOfService) {
        return PRIORITIES[typeOfService >> 1 & 0xF];
    }

    private static byte[] bytes(InetAddress address) {
        return address.getAddress();
    }

    /// Writes it to its place, where nobody may be reading, on trial.
    void offer(MemorySegment flows) {
        long at = (long) id * BYTES;
        ByteBuffer value = ByteBuffer.allocate(BYTES);
        value.put(bytes(route.via().getAddress())).put(bytes(route.to().getAddress()));
        value.putShort((short) route.via().getPort())
                .putShort((short) route.to().getPort());
        value.putInt(passage.ssrc()).putInt(passage.newSsrc());
        value.order(ByteOrder.LITTLE_ENDIAN);
        value.putInt(passage.timestamp()).putInt(passage.sequence() & 0xFFFF).putInt(id);
        value.putInt(loop).putInt(ways.out()).putInt(route.typeOfService() << 8);
        value.putInt(passage.payloadType()).putInt(ways.here() ? 1 : 0);
        value.put(key()).putInt(priority(route.typeOfService())).putInt(ways.in());
        MemorySegment.copy(value.array(), 0, flows, ValueLayout.JAVA_BYTE, at, STATE_AT);
        STATE.setRelease(flows, at + STATE_AT, ON_TRIAL);
    }

    /// Lets it pass, unless a packet came while it was on trial. Returns whether it passes.
    boolean lend(MemorySegment flows) {
        return STATE.compareAndSet(flows, (long) id * BYTES + STATE_AT, ON_TRIAL, LENT);
    }

    /// From now on none passes, but one that is just under way.
    void recall(MemorySegment flows) {
        STATE.setVolatile(flows, (long) id * BYTES + STATE_AT, DOWN);
    }
}
