package org.koegura.rtpcapture.quality;

/// Estimates the interarrival jitter of one stream as RFC 3550 A.8 does, in ticks of its clock.
///
/// A new source, another clock and a step of more than [#STEP_SECONDS_MAX] begin anew. Allocates nothing; owned by the
/// call's event loop.
final class JitterMeter {

    /// A larger step between clock and time stamps is a new timeline, not a late packet.
    static final int STEP_SECONDS_MAX = 5;

    private static final int SECOND_MICROS = 1_000_000;

    /// The estimate is kept in 1/16 tick, so that whole numbers do (A.8).
    private static final int SCALE_BITS = 4;

    private boolean begun;
    private int ssrc;
    private int clockRateHz;
    private int lastTransit;
    private int scaled;
    private long packets;

    void onPacket(int ssrc, int clockRateHz, int timestamp, long nowNanos) {
        int arrival = (int) (nowNanos / 1000 * clockRateHz / SECOND_MICROS); // both wrap alike
        int transit = arrival - timestamp;
        long step = Math.abs((long) (transit - lastTransit));
        boolean same = begun && ssrc == this.ssrc && clockRateHz == this.clockRateHz;
        lastTransit = transit;
        packets++;
        if (same && step <= (long) STEP_SECONDS_MAX * clockRateHz) {
            scaled += (int) step - ((scaled + (1 << (SCALE_BITS - 1))) >> SCALE_BITS);
            return;
        }
        begun = true;
        this.ssrc = ssrc;
        this.clockRateHz = clockRateHz;
        scaled = 0;
        packets = 1;
    }

    /// Packets taken in since the stream, or its timeline, began.
    long packets() {
        return packets;
    }

    double seconds() {
        return clockRateHz == 0 ? 0 : (double) (scaled >> SCALE_BITS) / clockRateHz;
    }
}
