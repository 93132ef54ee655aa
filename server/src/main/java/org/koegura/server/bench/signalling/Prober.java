package org.koegura.server.bench.signalling;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.koegura.server.rehearsal.WholeCalls;

/// Measures the delay that a side adds, by calls of its own beside the load.
final class Prober implements AutoCloseable {

    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final WholeCalls calls;

    private Prober(WholeCalls calls) {
        this.calls = calls;
    }

    /// What it measured.
    ///
    /// @param unanswered calls in which a message did not come through within a second
    record Measured(Delays delays, long unanswered) {}

    /// Binds its sockets.
    ///
    /// @param port where the side takes calls
    /// @param direct whether there is no side, and the caller sends to the callee itself
    static Prober open(int port, boolean direct) throws IOException {
        return new Prober(direct ? WholeCalls.direct() : WholeCalls.through(port));
    }

    /// Places a call every 20 ms, one after the other.
    Measured probe(Duration time) throws IOException {
        List<Long> micros = new ArrayList<>();
        long unanswered = 0;
        long endNanos = System.nanoTime() + time.toNanos();
        long dueNanos = System.nanoTime();
        while (System.nanoTime() < endNanos) {
            try {
                micros.add(TimeUnit.NANOSECONDS.toMicros(calls.call()));
            } catch (SocketTimeoutException lost) {
                unanswered++;
                micros.add(TimeUnit.MILLISECONDS.toMicros(WholeCalls.ANSWER_MILLIS_MAX));
            }
            dueNanos = Math.max(dueNanos + INTERVAL_NANOS, System.nanoTime());
            while (System.nanoTime() < dueNanos) {
                LockSupport.parkNanos(dueNanos - System.nanoTime());
            }
        }
        return new Measured(Delays.of(micros, TimeUnit.NANOSECONDS.toMicros(INTERVAL_NANOS)), unanswered);
    }

    @Override
    public void close() {
        calls.close();
    }
}
