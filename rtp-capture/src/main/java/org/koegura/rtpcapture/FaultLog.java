package org.koegura.rtpcapture;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells of faults of ours that were caught on the packet path, one in [#PAUSE_NANOS]: whoever can make us fail by a
/// packet can do it again with the next. All of them are counted elsewhere. Safe from any thread.
final class FaultLog {

    private static final Logger LOG = LoggerFactory.getLogger(FaultLog.class);

    static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final LongSupplier monotonicNanos;
    private final AtomicLong nextNanos;

    FaultLog(LongSupplier monotonicNanos) {
        this.monotonicNanos = monotonicNanos;
        this.nextNanos = new AtomicLong(monotonicNanos.getAsLong());
    }

    void tell(Throwable fault) {
        long now = monotonicNanos.getAsLong();
        long next = nextNanos.get();
        if (now - next >= 0 && nextNanos.compareAndSet(next, now + PAUSE_NANOS)) {
            LOG.error("media.fault kind={}", fault.getClass().getSimpleName(), fault);
        }
    }
}
