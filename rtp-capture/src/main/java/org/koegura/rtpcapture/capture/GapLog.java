package org.koegura.rtpcapture.capture;

import java.util.ArrayList;
import java.util.List;
import org.koegura.callmodel.Gap;
import org.koegura.callmodel.Leg;
import org.koegura.rtpcapture.rtp.ArrivalClock;

/// Keeps the declared losses of one leg for one reason, packets lost in a row as one span. At most [#GAPS_MAX] spans:
/// after that the last one is stretched, so that the number of packets stays exact. One thread owns it at a time.
public final class GapLog {

    /// Spans that one log keeps apart.
    static final int GAPS_MAX = 1024;

    private final Leg leg;
    private final Gap.Reason reason;
    private final List<Gap> closed = new ArrayList<>();
    private long packets;
    private long fromEpochNanos;
    private long toEpochNanos;
    private long total;

    GapLog(Leg leg, Gap.Reason reason) {
        this.leg = leg;
        this.reason = reason;
    }

    /// Packets were lost, the first and the last of which arrived then.
    void lost(long count, long firstEpochNanos, long lastEpochNanos) {
        fromEpochNanos = packets == 0 ? firstEpochNanos : Math.min(fromEpochNanos, firstEpochNanos);
        toEpochNanos = packets == 0 ? lastEpochNanos : Math.max(toEpochNanos, lastEpochNanos);
        packets += count;
        total += count;
    }

    /// A packet was kept: what was lost before is a span of its own.
    void kept() {
        if (packets > 0 && closed.size() < GAPS_MAX - 1) {
            closed.add(open());
            packets = 0;
        }
    }

    /// All packets lost.
    long total() {
        return total;
    }

    List<Gap> gaps() {
        List<Gap> all = new ArrayList<>(closed);
        if (packets > 0) {
            all.add(open());
        }
        return all;
    }

    private Gap open() {
        return new Gap(
                leg, ArrivalClock.instantOf(fromEpochNanos), ArrivalClock.instantOf(toEpochNanos), packets, reason);
    }
}
