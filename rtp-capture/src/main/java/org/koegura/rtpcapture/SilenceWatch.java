package org.koegura.rtpcapture;

import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.port.MediaEvents;
import org.koegura.rtpcapture.capture.MediaLoop;
import org.koegura.rtpcapture.rtp.ArrivalClock;

/// Tells of a call that no packet came of for so long, again and again while that lasts.
///
/// Owned by the call's event loop.
final class SilenceWatch {

    private final MediaLoop loop;
    private final ArrivalClock clock;
    private final long limitNanos;
    private final MediaEvents events;
    private @Nullable Future<?> timer;
    private long heardNanos;

    SilenceWatch(MediaLoop loop, ArrivalClock clock, long limitNanos, MediaEvents events) {
        this.loop = loop;
        this.clock = clock;
        this.limitNanos = limitNanos;
        this.events = events;
    }

    /// Counts from now on.
    void start(long nowNanos) {
        heardNanos = nowNanos;
        lookAfter(limitNanos);
    }

    void heard(long nowNanos) {
        heardNanos = nowNanos;
    }

    void stop() {
        Future<?> pending = timer;
        if (pending != null) {
            pending.cancel(false);
            timer = null;
        }
    }

    private void lookAfter(long nanos) {
        timer = loop.loop().schedule(this::look, nanos, TimeUnit.NANOSECONDS);
    }

    private void look() {
        long silent = clock.monotonic() - heardNanos;
        if (silent >= limitNanos) {
            events.silent(TimeUnit.NANOSECONDS.toMillis(silent));
            lookAfter(limitNanos);
        } else {
            lookAfter(limitNanos - silent);
        }
    }
}
