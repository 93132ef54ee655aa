package org.koegura.rtpcapture.srtp;

import org.koegura.callmodel.srtp.SourceCheckpoint;

/// The index of an RTP packet, whose upper 32 bits, the rollover counter, are not sent (RFC 3711
/// §3.3.1).
final class PacketIndex {

    /// The last one that a key may be used for (RFC 3711 §9.2).
    static final long LAST = SourceCheckpoint.LAST_PACKET;

    /// The last one of RTCP.
    static final long LAST_REPORT = SourceCheckpoint.LAST_REPORT;

    private static final int HALF = 1 << 15;

    private PacketIndex() {}

    /// The index that a packet has by rollover counter and sequence number.
    static long of(long rolloverCounter, int sequence) {
        return (rolloverCounter << 16) | sequence;
    }

    static long rolloverCounter(long index) {
        return index >> 16;
    }

    /// The index that `sequence` stands for, where `highest` is the highest one so far: the nearest
    /// with these bits. Negative where that lies before the first.
    static long estimate(long highest, int sequence) {
        long rolloverCounter = rolloverCounter(highest);
        int last = (int) highest & 0xFFFF;
        if (last < HALF && sequence - last > HALF) {
            rolloverCounter--;
        } else if (last >= HALF && last - HALF > sequence) {
            rolloverCounter++;
        }
        return of(rolloverCounter, sequence);
    }
}
