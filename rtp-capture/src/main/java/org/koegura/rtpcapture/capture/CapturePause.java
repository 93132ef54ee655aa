package org.koegura.rtpcapture.capture;

import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.port.CallCheckpoint.Pause;
import org.koegura.callmodel.port.MediaEvents;
import org.koegura.rtpcapture.rtp.ArrivalClock;

/// The pause of one call's capture (R9). It ends by command, or by itself: with the first packet that arrives after
/// its time, or when a timer finds it over, so that nobody need be there to end it.
///
/// Owned by the call's event loop; [#covers] allocates nothing while the pause lasts.
public final class CapturePause {

    /// A timer that came early by another clock's reckoning waits at least so long.
    private static final long LOOK_AGAIN_NANOS_MIN = TimeUnit.MILLISECONDS.toNanos(1);

    private final MediaLoop loop;
    private final ArrivalClock clock;
    private final SpanLog spans;
    private final MediaEvents events;
    private boolean on;
    private long fromEpochNanos;
    private long untilEpochNanos;
    private @Nullable Future<?> timer;

    CapturePause(MediaLoop loop, ArrivalClock clock, SpanLog spans, MediaEvents events) {
        this.loop = loop;
        this.clock = clock;
        this.spans = spans;
        this.events = events;
    }

    /// Whether a packet that arrived at that time falls into it. Ends it where its time is over. One that is over
    /// still covers what arrived within it: the kernel tells a little later of what it has passed on.
    boolean covers(long arrivalEpochNanos) {
        if (!on) {
            return arrivalEpochNanos >= fromEpochNanos && arrivalEpochNanos < untilEpochNanos;
        }
        if (arrivalEpochNanos >= untilEpochNanos) {
            over(untilEpochNanos, true);
            return false;
        }
        return true;
    }

    /// Without effect while one lasts.
    void begin(Duration atMost) {
        long now = now();
        if (on && now >= untilEpochNanos) {
            over(untilEpochNanos, true);
        }
        if (!on) {
            begin(now, now + atMost.toNanos());
        }
    }

    /// Goes on where another process paused it.
    void resume(Pause had) {
        long now = now();
        long left = had.leftAt(clock.wall()).toNanos();
        if (left > 0) {
            begin(Math.min(ArrivalClock.epochNanos(had.from()), now), now + left);
        }
    }

    private void begin(long from, long until) {
        on = true;
        fromEpochNanos = from;
        untilEpochNanos = until;
        spans.pause(from);
        watch();
    }

    /// Ends it, if it lasts; returns when.
    long end() {
        long now = now();
        if (on && now >= untilEpochNanos) {
            over(untilEpochNanos, true);
        } else if (on) {
            over(now, false);
        }
        return now;
    }

    /// What the next process needs to know of it; null where none lasts.
    @Nullable
    Pause checkpoint() {
        if (!on) {
            return null;
        }
        Duration left = Duration.ofNanos(Math.max(0, untilEpochNanos - now()));
        return new Pause(ArrivalClock.instantOf(fromEpochNanos), left, clock.wall());
    }

    private void watch() {
        long left = Math.max(LOOK_AGAIN_NANOS_MIN, untilEpochNanos - now());
        timer = loop.loop().schedule(this::look, left, TimeUnit.NANOSECONDS);
    }

    private void look() {
        if (covers(now())) {
            watch();
        }
    }

    private void over(long at, boolean byItself) {
        on = false;
        untilEpochNanos = at;
        Future<?> pending = timer;
        if (pending != null) {
            pending.cancel(false);
            timer = null;
        }
        spans.resume(at);
        events.captureResumed(ArrivalClock.instantOf(fromEpochNanos), ArrivalClock.instantOf(at), byItself);
    }

    private long now() {
        return clock.epochNanos(clock.monotonic());
    }
}
