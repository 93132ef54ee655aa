package org.koegura.rtpcapture.codes;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.koegura.rtpcapture.Packets;

/// Packets of telephone events as telephones send them, made apart from the code under test (RFC 4733
/// §2.3).
public final class Presses {

    public static final int EVENT_TYPE = 101;
    public static final int SSRC = 0x51;
    static final int TICKS = 160;

    private Presses() {}

    /// One packet that tells of one event.
    public static byte[] packet(int sequence, int timestamp, int event, int duration, boolean ended) {
        byte[] packet = Packets.rtp(EVENT_TYPE, sequence, timestamp, SSRC, block(event, duration, ended));
        return packet;
    }

    /// One packet that tells of several.
    static byte[] packet(int sequence, int timestamp, byte[]... blocks) {
        ByteBuffer all = ByteBuffer.allocate(4 * blocks.length);
        for (byte[] block : blocks) {
            all.put(block);
        }
        return Packets.rtp(EVENT_TYPE, sequence, timestamp, SSRC, all.array());
    }

    static byte[] block(int event, int duration, boolean ended) {
        return ByteBuffer.allocate(4)
                .put((byte) event)
                .put((byte) (ended ? 0x8A : 0x0A))
                .putShort((short) duration)
                .array();
    }

    /// A key that is down for so many packet times: as many packets, the last of them with the end,
    /// which comes thrice.
    public static List<byte[]> whole(int sequence, int timestamp, char key, int packets) {
        List<byte[]> all = new ArrayList<>();
        for (int i = 1; i <= packets + 2; i++) {
            int lasted = Math.min(i, packets);
            all.add(packet(sequence + i - 1, timestamp, event(key), lasted * TICKS, i >= packets));
        }
        all.getFirst()[1] |= (byte) 0x80;
        return all;
    }

    public static int event(char key) {
        return "0123456789*#".indexOf(key);
    }
}
