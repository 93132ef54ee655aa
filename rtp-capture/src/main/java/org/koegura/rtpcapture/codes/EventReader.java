package org.koegura.rtpcapture.codes;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.rtpcapture.rtp.RtpHeader;

/// Tells the presses apart that one party's packets of telephone events are of.
///
/// ```
///  0                   1                   2                   3        RFC 4733 §2.3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +---------------+-+-+-----------+-------------------------------+
/// |     event     |E|R|  volume   |           duration            |
/// +---------------+-+-+-----------+-------------------------------+
/// ```
///
/// All packets of a press bear the timestamp of its beginning (§2.5.1.2), and each says all of it:
/// whichever of them are lost, come twice or in another order, the first that is seen is the press. A
/// packet may tell of several, one after the other (§2.5.1.5); one that lasts longer than the field can
/// say goes on under a later timestamp (§2.5.1.3).
///
/// Owned by the call's event loop.
final class EventReader {

    /// How many presses are known again by their late packets.
    static final int PRESSES_MAX = 16;

    private static final int BLOCK_BYTES = 4;

    /// As many as a packet of an interval of ours may hold; what is beyond is not a telephone's.
    private static final int BLOCKS_MAX = 16;

    private static final int PADDED = 0x20;
    private static final int LONGEST = 0xFFFF;

    private final Deque<Press> known = new ArrayDeque<>(PRESSES_MAX);
    private int ssrc;

    /// One press.
    static final class Press {
        private final int event;
        private int timestamp;

        /// Of the part before, where it lasts longer than one can say.
        private int formerTimestamp;

        private int duration;

        /// Whether its packets are kept from the outside party.
        private boolean withheld;

        private Press(int event, int timestamp) {
            this.event = event;
            this.timestamp = timestamp;
            this.formerTimestamp = timestamp;
        }

        /// Its number (RFC 4733 §7): 0 to 9 for these keys, 10 for `*`, 11 for `#`.
        int event() {
            return event;
        }

        boolean withheld() {
            return withheld;
        }

        void withhold() {
            withheld = true;
        }

        private boolean is(int eventNow, int timestampNow) {
            return event == eventNow && (timestamp == timestampNow || formerTimestamp == timestampNow);
        }

        private boolean goesOnAt(int eventNow, int timestampNow) {
            return event == eventNow && duration == LONGEST && timestampNow == timestamp + LONGEST;
        }
    }

    /// What a packet tells of one.
    ///
    /// @param begins whether it is the first that tells of it
    record Seen(Press press, boolean begins) {}

    /// What a packet of telephone events tells, in its order.
    List<Seen> read(ByteBuf packet) {
        if (RtpHeader.ssrc(packet) != ssrc) {
            ssrc = RtpHeader.ssrc(packet);
            known.clear();
        }
        List<Seen> seen = new ArrayList<>(1);
        int at = packet.readerIndex() + RtpHeader.headerBytes(packet);
        int end = Math.min(packet.writerIndex() - paddingBytes(packet), at + BLOCKS_MAX * BLOCK_BYTES);
        int timestamp = RtpHeader.timestamp(packet);
        for (; at + BLOCK_BYTES <= end; at += BLOCK_BYTES) {
            int event = packet.getUnsignedByte(at);
            int duration = packet.getUnsignedShort(at + 2);
            seen.add(seen(event, timestamp, duration));
            timestamp += duration;
        }
        return seen;
    }

    private Seen seen(int event, int timestamp, int duration) {
        Press had = find(event, timestamp);
        if (had != null) {
            had.duration = Math.max(had.duration, duration);
            return new Seen(had, false);
        }
        Press press = new Press(event, timestamp);
        press.duration = duration;
        if (known.size() == PRESSES_MAX) {
            known.removeFirst();
        }
        known.addLast(press);
        return new Seen(press, true);
    }

    private @Nullable Press find(int event, int timestamp) {
        for (Iterator<Press> newestFirst = known.descendingIterator(); newestFirst.hasNext(); ) {
            Press press = newestFirst.next();
            if (press.is(event, timestamp)) {
                return press;
            }
            if (press.goesOnAt(event, timestamp)) {
                press.formerTimestamp = press.timestamp;
                press.timestamp = timestamp;
                press.duration = 0;
                return press;
            }
        }
        return null;
    }

    private static int paddingBytes(ByteBuf packet) {
        boolean padded = (packet.getByte(packet.readerIndex()) & PADDED) != 0;
        return padded ? packet.getUnsignedByte(packet.writerIndex() - 1) : 0;
    }
}
