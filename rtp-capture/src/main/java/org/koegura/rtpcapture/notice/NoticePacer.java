package org.koegura.rtpcapture.notice;

/// Says when each packet of a notice is due: by absolute deadlines, so that small delays do not add up, and never two
/// within half a packet time. After a stall of a packet time or more the rest moves back as a whole: nothing is
/// skipped, and nothing is sent faster than was negotiated (J2).
///
/// Pure; owned by the call's event loop.
public final class NoticePacer {

    private final long packetNanos;
    private long deadlineNanos;
    private long dueNanos;

    /// @param firstDueNanos when the first packet is due
    public NoticePacer(long packetNanos, long firstDueNanos) {
        this.packetNanos = packetNanos;
        this.deadlineNanos = firstDueNanos;
        this.dueNanos = firstDueNanos;
    }

    /// When the next packet is due.
    public long dueNanos() {
        return dueNanos;
    }

    /// A packet was sent.
    public void sent(long nowNanos) {
        if (nowNanos - deadlineNanos >= packetNanos) {
            deadlineNanos = nowNanos;
        }
        deadlineNanos += packetNanos;
        dueNanos = Math.max(deadlineNanos, nowNanos + packetNanos / 2);
    }
}
