package org.koegura.rtpcapture.quality;

/// The round trip between us and one party (RFC 3550 §6.4.1), measured by reports that are not ours.
///
/// We stand in the middle. A sender report that goes on to the party is noted with the moment at which it passed; the
/// party's receiver reports name it (LSR) and say how long ago it came (DLSR). So
/// `round trip = arrival of the receiver report − passing of the sender report − DLSR`: from us to the party and back,
/// without its own delay, whatever lies on the far side of us. A report is known again by the middle 32 bits of its
/// NTP time alone, since a notice may have changed its source.
///
/// Allocates nothing. Owned by the call's event loop.
final class RoundTrips {

    /// Sender reports remembered: parties refer to the last that they had, and reports come every few seconds.
    static final int REMEMBERED = 8;

    /// Longer ones are none: the party's clock or its words are wrong.
    static final double SECONDS_MAX = 10;

    /// DLSR counts in 1/65536 s, and may be rounded up.
    private static final double ROUNDING_SECONDS = 0.001;

    private static final double NANOS_PER_SECOND = 1e9;

    private final int[] names = new int[REMEMBERED];
    private final long[] passedNanos = new long[REMEMBERED];
    private int noted;
    private double lastSeconds = Double.NaN;

    /// A sender report goes on to the party.
    ///
    /// @param middle the middle 32 bits of its NTP time
    void passed(int middle, long nowNanos) {
        int at = Math.floorMod(noted++, REMEMBERED);
        names[at] = middle;
        passedNanos[at] = nowNanos;
    }

    /// A report block of the party came. Returns the round trip in seconds; NaN where it tells none.
    double returned(int lastSenderReport, long delaySinceTicks, long nowNanos) {
        if (lastSenderReport == 0) {
            return Double.NaN; // the party had none yet
        }
        for (int back = 1; back <= Math.min(noted, REMEMBERED); back++) {
            int at = Math.floorMod(noted - back, REMEMBERED);
            if (names[at] == lastSenderReport) {
                return measured((nowNanos - passedNanos[at]) / NANOS_PER_SECOND - delaySinceTicks / 65_536.0);
            }
        }
        return Double.NaN;
    }

    /// The last one in seconds; NaN before there is any.
    double lastSeconds() {
        return lastSeconds;
    }

    private double measured(double seconds) {
        if (seconds < -ROUNDING_SECONDS || seconds > SECONDS_MAX) {
            return Double.NaN;
        }
        lastSeconds = Math.max(0, seconds);
        return lastSeconds;
    }
}
