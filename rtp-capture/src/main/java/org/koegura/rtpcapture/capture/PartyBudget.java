package org.koegura.rtpcapture.capture;

import java.util.concurrent.TimeUnit;

/// How much of one party's audio is kept at most: all calls of a loop share one ring, and none may fill it for the
/// others. Four times what the largest codec sends (Opus at 510 kbit/s), and at once what waits after a stall of the
/// machine. Whoever has used it up is kept again once half of it is there, so that a flood is few long gaps.
///
/// Reckoned by the time of arrival, as one point of time to which what came is paid for (the generic cell rate
/// algorithm). Owned by the call's event loop; allocates nothing.
final class PartyBudget {

    static final long BYTES_PER_SECOND = 256 << 10;

    /// What each packet costs beside its bytes, in the ring and to the writer.
    static final long PACKET_BYTES = 128;

    /// What may come at once, as the time in which it would come by and by.
    static final long BURST_NANOS = TimeUnit.SECONDS.toNanos(4);

    private long paidNanos = Long.MIN_VALUE;
    private long latestNanos = Long.MIN_VALUE;
    private boolean usedUp;

    /// Whether a packet may be kept; takes its cost.
    boolean allows(int bytes, long arrivalNanos) {
        latestNanos = Math.max(latestNanos, arrivalNanos); // what the kernel passed may be told behind what came later
        long paid = Math.max(paidNanos, latestNanos);
        long cost = (bytes + PACKET_BYTES) * TimeUnit.SECONDS.toNanos(1) / BYTES_PER_SECOND;
        usedUp = paid + cost - latestNanos > (usedUp ? BURST_NANOS / 2 : BURST_NANOS);
        if (!usedUp) {
            paidNanos = paid + cost;
        }
        return !usedUp;
    }
}
