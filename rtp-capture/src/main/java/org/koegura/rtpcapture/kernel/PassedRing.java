package org.koegura.rtpcapture.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/// What the kernel passed on of one loop's flows, each packet as it came: read by the loop alone.
///
/// ```
/// page 0   0  8  read up to here, ours                     record   0  4  length; bit 31: not ready, bit 30: discarded
/// page 1   0  8  written up to here, the kernel's                   4  4  the kernel's
/// then the ring, twice in a row: no record wraps                    8  8  arrival, monotonic nanoseconds
///                                                                  16  4  flow    20  4  length of the packet
///                                                                  24  n  RTP packet
/// ```
final class PassedRing {

    static final int ARRIVAL_AT = 0;
    static final int FLOW_AT = 8;
    static final int LENGTH_AT = 12;
    static final int HEADER_BYTES = 16;

    /// A record of G.711 in packets of 20 ms, or of anything smaller; what is longer takes a large one.
    static final int SMALL_PACKET_BYTES = 232;

    /// Longer ones go to the socket.
    static final int PACKET_BYTES_MAX = 1472;

    private static final int RECORD_HEADER_BYTES = 8;
    private static final int BUSY = 0x8000_0000;
    private static final int DISCARDED = 0x4000_0000;
    private static final VarHandle POSITION = ValueLayout.JAVA_LONG.varHandle();
    private static final VarHandle LENGTH = ValueLayout.JAVA_INT.varHandle();

    private final MemorySegment readPage;
    private final MemorySegment writtenPage;
    private final MemorySegment records;
    private final int capacity;
    private long at;

    /// @param readPage the ring's first page
    /// @param rest its second, and the ring twice
    PassedRing(MemorySegment readPage, MemorySegment rest, int pageBytes, int capacity) {
        this.readPage = readPage;
        this.writtenPage = rest;
        this.records = rest.asSlice(pageBytes);
        this.capacity = capacity;
    }

    /// Hears of a packet.
    interface Consumer {
        /// One packet, as it came.
        ///
        /// @param packet where in `ring` it is, until this returns
        void passed(int flow, long arrivalNanos, MemorySegment ring, long packet, int bytes);
    }

    /// Hands out what is there; returns how many packets that was.
    int drain(Consumer consumer) {
        long written = (long) POSITION.getAcquire(writtenPage, 0L);
        int handed = 0;
        while (at < written) {
            long record = at & (capacity - 1);
            int length = (int) LENGTH.getAcquire(records, record);
            if ((length & BUSY) != 0) {
                break;
            }
            int bytes = length & ~DISCARDED;
            at += (bytes + RECORD_HEADER_BYTES + 7) & ~7;
            if ((length & DISCARDED) == 0) {
                long body = record + RECORD_HEADER_BYTES;
                consumer.passed(
                        records.get(ValueLayout.JAVA_INT, body + FLOW_AT),
                        records.get(ValueLayout.JAVA_LONG, body + ARRIVAL_AT),
                        records,
                        body + HEADER_BYTES,
                        records.get(ValueLayout.JAVA_INT, body + LENGTH_AT));
                handed++;
            }
            POSITION.setRelease(readPage, 0L, at);
        }
        return handed;
    }
}
