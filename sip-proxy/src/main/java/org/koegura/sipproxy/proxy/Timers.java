package org.koegura.sipproxy.proxy;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.koegura.sipproxy.transport.Lanes;

/// The proxy's own timers; each rings on the lane of a Call-ID.
final class Timers implements AutoCloseable {

    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("sip-timers").factory());
    private final Lanes lanes;

    Timers(Lanes lanes) {
        this.lanes = lanes;
        executor.setRemoveOnCancelPolicy(true); // else each answered INVITE would stay for its three minutes
    }

    /// Something that will happen, unless it is called off.
    interface Alarm {

        /// Calls it off. Idempotent; without effect once it happened.
        void stop();
    }

    /// Runs a task on a lane, once, unless it is stopped before. After [#close] nothing rings.
    Alarm after(Duration delay, String callId, Runnable task) {
        try {
            Future<?> ringing =
                    executor.schedule(() -> lanes.post(callId, task), delay.toMillis(), TimeUnit.MILLISECONDS);
            return () -> ringing.cancel(false);
        } catch (RejectedExecutionException closed) {
            return () -> {};
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
