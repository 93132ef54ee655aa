package org.koegura.sipproxy.transaction;

import gov.nist.javax.sip.SipStackImpl;
import gov.nist.javax.sip.stack.SIPStackTimerTask;
import gov.nist.javax.sip.stack.timers.SipTimer;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import io.netty.util.TimerTask;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.transport.Faults;

/// The stack's clockwork, on a wheel. Each transaction asks to be woken every T1 for as long as it is held, and the
/// stack's own timers sort each of these alarms into a heap.
///
/// It is never early, and late by one turn of the wheel at most. What waits in it is bounded by the transactions, of
/// which each waits once. Public, because the stack makes it by its name. Safe from any thread but its own, which only
/// runs tasks and cancels.
public final class StackTimer implements SipTimer {

    private static final int TURN_MILLIS = 10;

    private final HashedWheelTimer wheel =
            new HashedWheelTimer(new DefaultThreadFactory("sip-stack-timer", true), TURN_MILLIS, TimeUnit.MILLISECONDS);
    private volatile @Nullable Faults faults;
    private volatile boolean stopped;

    /// As the stack calls it.
    public StackTimer() {}

    /// Where the faults of its tasks are counted, from the stack's start on.
    void report(Faults to) {
        faults = to;
    }

    @Override
    public void start(SipStackImpl stack, Properties properties) {
        wheel.start();
    }

    @Override
    public void stop() {
        stopped = true;
        wheel.stop();
    }

    @Override
    public boolean isStarted() {
        return !stopped;
    }

    @Override
    public boolean schedule(SIPStackTimerTask task, long delayMillis) {
        return new Waking(task, 0).begin(delayMillis);
    }

    @Override
    public boolean scheduleWithFixedDelay(SIPStackTimerTask task, long delayMillis, long periodMillis) {
        return new Waking(task, periodMillis).begin(delayMillis);
    }

    @Override
    public boolean cancel(SIPStackTimerTask task) {
        if (!(task.getSipTimerTask() instanceof Waking waking)) {
            return false;
        }
        task.cleanUpBeforeCancel();
        task.setSipTimerTask(null);
        return waking.cancel();
    }

    /// One task, woken once or again and again.
    private final class Waking implements TimerTask {

        private final SIPStackTimerTask task;
        private final long periodMillis;
        private volatile @Nullable Timeout next;
        private volatile boolean cancelled;

        /// @param periodMillis from the end of one run to the next; 0 for a single one
        Waking(SIPStackTimerTask task, long periodMillis) {
            this.task = task;
            this.periodMillis = periodMillis;
        }

        boolean begin(long delayMillis) {
            task.setSipTimerTask(this); // first: it may be cancelled as soon as it waits
            await(delayMillis);
            return true;
        }

        private void await(long delayMillis) {
            next = wheel.newTimeout(this, delayMillis, TimeUnit.MILLISECONDS);
        }

        /// A cancellation that comes while it is put back in the wheel lets it come out once more, for nothing.
        boolean cancel() {
            cancelled = true;
            Timeout waits = next;
            return waits != null && waits.cancel();
        }

        @Override
        public void run(Timeout due) {
            if (cancelled) {
                return;
            }
            try {
                task.runTask();
            } catch (RuntimeException | Error fault) { // one transaction's fault is not all of theirs
                Faults reported = faults;
                if (reported != null) {
                    reported.caught(Faults.Where.TIMER, fault);
                }
            }
            if (periodMillis > 0 && !cancelled && !stopped) {
                await(periodMillis);
            }
        }
    }
}
