package org.koegura.rtpcapture.capture;

import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.port.CallCheckpoint.Pause;
import org.koegura.callmodel.port.MediaEvents;
import org.koegura.rtpcapture.rtp.ArrivalClock;

/// The pause of one call's capture (R9). It ends by command, or by itself: when a timer or a packet finds it over, so
/// that nobody need be there to end it. Either way what waited in the call's sockets is taken in before it ends.
///
/// A packet that came by a socket bears the time at which it was read: past the pause's time it may still have come
/// within it, and is covered until all that waited is read. What the kernel passed bears the time of its arrival, and
/// is
/// judged by that.
///
/// Owned by the call's event loop; [#covers] allocates nothing but once, when the pause's time is found to be over.
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

    /// The last packet that was covered past the pause's time, and the first one that was not.
    private long coveredEpochNanos;

    private long heardEpochNanos;
    private boolean lookingSoon;
    private BooleanSupplier takeIn = () -> true;
    private @Nullable Future<?> timer;

    CapturePause(MediaLoop loop, ArrivalClock clock, SpanLog spans, MediaEvents events) {
        this.loop = loop;
        this.clock = clock;
        this.spans = spans;
        this.events = events;
    }

    /// Before it ends by itself, what waits in the call's sockets and what the kernel passed is handed over so; false
    /// where it cannot be.
    void takeInBy(BooleanSupplier handOver) {
        takeIn = handOver;
    }

    /// Whether a packet falls into it. One that is over still covers what arrived within it: the kernel tells a little
    /// later of what it has passed on.
    ///
    /// @param byKernel whether that is when it arrived, rather than when it was read
    boolean covers(long arrivalEpochNanos, boolean byKernel) {
        if (!on) {
            return arrivalEpochNanos >= fromEpochNanos && arrivalEpochNanos < untilEpochNanos;
        }
        if (arrivalEpochNanos < untilEpochNanos) {
            return true;
        }
        lookSoon();
        if (byKernel) {
            heardEpochNanos = Math.min(heardEpochNanos, arrivalEpochNanos);
        } else {
            coveredEpochNanos = arrivalEpochNanos;
        }
        return !byKernel;
    }

    /// Without effect while one lasts.
    void begin(Duration atMost) {
        long now = now();
        boolean _ = isOver(now);
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
        coveredEpochNanos = Long.MIN_VALUE;
        heardEpochNanos = Long.MAX_VALUE;
        spans.pause(from);
        watch();
    }

    /// Ends it, if it lasts; returns when.
    long end() {
        long now = now();
        if (!isOver(now) && on) {
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
        stopWatching();
        long left = Math.max(LOOK_AGAIN_NANOS_MIN, untilEpochNanos - now());
        timer = loop.loop().schedule(this::look, left, TimeUnit.NANOSECONDS);
    }

    /// In a turn of its own: a packet is in hand.
    private void lookSoon() {
        if (!lookingSoon) {
            lookingSoon = true;
            loop.loop().execute(this::look);
        }
    }

    private void look() {
        lookingSoon = false;
        if (!on) {
            return;
        }
        boolean mayEnd = now() >= untilEpochNanos && takeIn.getAsBoolean();
        if (on && !(mayEnd && isOver(now()))) { // what was taken in may have had another pause begin
            watch();
        }
    }

    /// Ends it where its time is over. It was as long as was asked, and longer by what was covered past that, but for
    /// what was kept.
    private boolean isOver(long now) {
        if (!on || now < untilEpochNanos) {
            return false;
        }
        over(Math.min(heardEpochNanos, Math.max(coveredEpochNanos, untilEpochNanos)), true);
        return true;
    }

    private void over(long at, boolean byItself) {
        on = false;
        untilEpochNanos = at;
        stopWatching();
        spans.resume(at);
        events.captureResumed(ArrivalClock.instantOf(fromEpochNanos), ArrivalClock.instantOf(at), byItself);
    }

    private void stopWatching() {
        Future<?> pending = timer;
        if (pending != null) {
            pending.cancel(false);
            timer = null;
        }
    }

    private long now() {
        return clock.epochNanos(clock.monotonic());
    }
}
