package org.koegura.server.scan;

import java.time.Duration;
import java.util.function.LongSupplier;

/// Makes whoever works beside calls rest nine times as long as it worked, so that it has at most a tenth of one core
/// and of a disk's time. Owned by one thread.
final class Rest {

    private static final long WORK_NANOS = Duration.ofMillis(5).toNanos();
    private static final int TIMES = 9;

    /// A disk that stood still for a minute is not to be paid for with nine.
    private static final long REST_NANOS_MAX = Duration.ofSeconds(1).toNanos();

    private final LongSupplier clockNanos;
    private final Sleep sleep;
    private long sinceNanos;

    /// How it rests.
    interface Sleep {
        void nanos(long nanos) throws InterruptedException;
    }

    Rest(LongSupplier clockNanos, Sleep sleep) {
        this.clockNanos = clockNanos;
        this.sleep = sleep;
        this.sinceNanos = clockNanos.getAsLong();
    }

    /// Work begins now: what was before was none.
    void begin() {
        sinceNanos = clockNanos.getAsLong();
    }

    /// Call it between two pieces of work: rests where there was enough since the last rest.
    void turn() throws InterruptedException {
        long workedNanos = clockNanos.getAsLong() - sinceNanos;
        if (workedNanos >= WORK_NANOS) {
            sleep.nanos(Math.min(TIMES * workedNanos, REST_NANOS_MAX));
            begin();
        }
    }
}
