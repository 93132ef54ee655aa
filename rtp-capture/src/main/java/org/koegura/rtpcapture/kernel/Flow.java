package org.koegura.rtpcapture.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// One direction of one call's audio, as it is lent to the kernel: packets of one source, SSRC and payload type that
/// come to one port of ours leave from another, by a fixed distance of numbers.
///
/// ```
/// key     0  4  source    4  4  destination    8  4  ports, source first          as in the packet
/// value   0  4  source   16  4  SSRC, new          32  4  loop             48  4  payload type
///         4  4  destination  20  4  timestamp, more by   36  4  interface        52  4  stays on this host
///         8  4  ports    24  4  sequence, more by   40  4  type of service, shifted as in the packet
///        12  4  SSRC, old    28  4  id                44  4  time to live
/// ```
///
/// @param id 0 or more; names it in the ring
/// @param loop whose ring
/// @param egress number of the interface that they leave by
/// @param here whether they stay on this host
record Flow(Route route, Passage passage, int id, int loop, int egress, boolean here) {

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
    static final int TIME_TO_LIVE_AT = 44;
    static final int PAYLOAD_TYPE_AT = 48;
    static final int HERE_AT = 52;
    static final int KEY_BYTES = 12;
    static final int VALUE_BYTES = 56;

    private static final int TIME_TO_LIVE = 64;

    byte[] key() {
        return ByteBuffer.allocate(KEY_BYTES)
                .put(route.from().getAddress().getAddress())
                .put(route.at().getAddress().getAddress())
                .putShort((short) route.from().getPort())
                .putShort((short) route.at().getPort())
                .array();
    }

    byte[] value() {
        ByteBuffer value = ByteBuffer.allocate(VALUE_BYTES);
        value.put(route.via().getAddress().getAddress())
                .put(route.to().getAddress().getAddress());
        value.putShort((short) route.via().getPort())
                .putShort((short) route.to().getPort());
        value.putInt(passage.ssrc()).putInt(passage.newSsrc());
        value.order(ByteOrder.LITTLE_ENDIAN);
        value.putInt(passage.timestamp()).putInt(passage.sequence() & 0xFFFF).putInt(id);
        value.putInt(loop).putInt(egress).putInt(route.typeOfService() << 8);
        value.putInt(TIME_TO_LIVE).putInt(passage.payloadType()).putInt(here ? 1 : 0);
        return value.array();
    }
}
