package org.koegura.rtpcapture.rtp;

import java.time.Clock;
import java.time.Instant;
import java.util.function.LongSupplier;

/// Tells arrival times of one call: wall-clock nanoseconds that never step, because the wall clock is read once and
/// the monotonic clock ever after. Safe from any thread; allocates nothing in [#epochNanos].
public final class ArrivalClock {

    private final Clock wall;
    private final LongSupplier monotonicNanos;
    private final long offsetNanos;

    public ArrivalClock(Clock clock, LongSupplier monotonicNanos) {
        this.wall = clock;
        this.monotonicNanos = monotonicNanos;
        this.offsetNanos = epochNanos(clock.instant()) - monotonicNanos.getAsLong();
    }

    /// The monotonic time, in which deadlines are reckoned.
    public long monotonic() {
        return monotonicNanos.getAsLong();
    }

    /// The wall-clock time of a monotonic one, nanoseconds since 1970-01-01T00:00:00Z.
    public long epochNanos(long monotonic) {
        return monotonic + offsetNanos;
    }

    public Instant instant(long monotonic) {
        return instantOf(epochNanos(monotonic));
    }

    /// What the clock on the wall says now, which may have been set since: for whoever has another clock than this.
    public Instant wall() {
        return wall.instant();
    }

    public static long epochNanos(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
    }

    public static Instant instantOf(long epochNanos) {
        return Instant.ofEpochSecond(0, epochNanos);
    }
}
