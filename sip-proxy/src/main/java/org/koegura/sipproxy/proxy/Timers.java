package org.koegura.sipproxy.proxy;

import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.koegura.sipproxy.transport.Lanes;

/// The proxy's own timers; each rings on the lane of a Call-ID. On a wheel: nearly all are called off again, and a heap
/// of them wakes its thread for each that comes and would ring first.
///
/// None rings early, and none later than one turn of the wheel.
final class Timers implements AutoCloseable {

    private static final int TURN_MILLIS = 50;

    private final HashedWheelTimer wheel =
            new HashedWheelTimer(new DefaultThreadFactory("sip-timers", true), TURN_MILLIS, TimeUnit.MILLISECONDS);
    private final Lanes lanes;
    private volatile boolean closed;

    Timers(Lanes lanes) {
        this.lanes = lanes;
        wheel.start();
    }

    /// Something that will happen, unless it is called off.
    interface Alarm {

        /// Calls it off. Idempotent; without effect once it happened.
        void stop();
    }

    /// Runs a task on a lane, once, unless it is stopped before. After [#close] nothing rings.
    Alarm after(Duration delay, String callId, Runnable task) {
        if (closed) {
            return () -> {};
        }
        try {
            Timeout ringing = wheel.newTimeout(_ -> lanes.post(callId, task), delay.toMillis(), TimeUnit.MILLISECONDS);
            return ringing::cancel;
        } catch (IllegalStateException stopped) { // just now
            return () -> {};
        }
    }

    @Override
    public void close() {
        closed = true;
        var _ = wheel.stop();
    }
}
