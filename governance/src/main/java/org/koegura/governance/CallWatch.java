package org.koegura.governance;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.koegura.governance.account.Session;

/// Somebody's eye on the live list: says that it changed, never what: that is asked of the [Door] each
/// time, as the person may see it at that moment. Close it, or it counts against the bound for ever.
///
/// One thread waits at a time; any may close.
public final class CallWatch implements AutoCloseable {

    private final String sessionId;
    private final Consumer<CallWatch> closing;
    private final Semaphore bell = new Semaphore(0);
    private volatile boolean ended;

    /// What the time of waiting brought.
    public enum News {
        /// The list changed, once or more often.
        CHANGED,
        /// Nothing happened in that time.
        QUIET,
        /// The watch was closed, or its session signed out.
        ENDED
    }

    CallWatch(Session session, Consumer<CallWatch> closing) {
        this.sessionId = session.id();
        this.closing = closing;
    }

    boolean isOf(String session) {
        return sessionId.equals(session);
    }

    /// Never blocks. Rings that nobody heard yet are one.
    void ring() {
        if (bell.availablePermits() == 0) {
            bell.release();
        }
    }

    /// Waits for news, at most that long. What changed before this returns is in the list that is asked for
    /// after it.
    public News await(Duration atMost) throws InterruptedException {
        boolean rung = !ended && bell.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS);
        bell.drainPermits();
        if (ended) {
            return News.ENDED;
        }
        return rung ? News.CHANGED : News.QUIET;
    }

    /// Ends it; who waits learns so at once. Idempotent.
    @Override
    public void close() {
        ended = true;
        closing.accept(this);
        ring();
    }
}
