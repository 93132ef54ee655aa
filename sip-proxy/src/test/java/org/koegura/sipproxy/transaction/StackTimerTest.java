package org.koegura.sipproxy.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import gov.nist.javax.sip.stack.SIPStackTimerTask;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.koegura.sipproxy.transport.Faults;

/// What the stack needs of its clockwork.
class StackTimerTest {

    private final StackTimer timer = new StackTimer();

    @AfterEach
    void stop() {
        timer.stop();
    }

    @Test
    void aSingleTaskRunsOnceAndNeverEarly() {
        AtomicLong ranNanos = new AtomicLong();
        AtomicInteger runs = new AtomicInteger();
        long beganNanos = System.nanoTime();
        timer.schedule(
                task(() -> {
                    ranNanos.set(System.nanoTime());
                    runs.incrementAndGet();
                }),
                50);
        Task after = task(() -> {});
        timer.schedule(after, 150);
        await().until(() -> after.runs.get() == 1);
        assertThat(runs).hasValue(1);
        assertThat(ranNanos.get() - beganNanos).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(50));
    }

    @Test
    void aRepeatedTaskRunsUntilItIsCancelledByItself() {
        Task[] own = new Task[1];
        own[0] = task(() -> {
            if (own[0].runs.get() == 2) { // this is the third
                timer.cancel(own[0]);
            }
        });
        timer.scheduleWithFixedDelay(own[0], 10, 10);
        await().until(() -> own[0].runs.get() == 3);
        Task later = task(() -> {});
        timer.schedule(later, 100);
        await().until(() -> later.runs.get() == 1);
        assertThat(own[0].runs).hasValue(3);
        assertThat(own[0].cleaned).hasValue(1);
    }

    @Test
    void aCancelledTaskDoesNotRunAndIsCancelledOnce() {
        Task task = task(() -> {});
        timer.schedule(task, 50);
        assertThat(timer.cancel(task)).isTrue();
        assertThat(timer.cancel(task)).isFalse();
        Task later = task(() -> {});
        timer.schedule(later, 150);
        await().until(() -> later.runs.get() == 1);
        assertThat(task.runs).hasValue(0);
    }

    @Test
    void aFaultOfOneRunEndsNeitherThatTaskNorAnotherAndIsCounted() {
        SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        timer.report(new Faults(metrics));
        Task failing = task(() -> {
            throw new IllegalStateException("a fault of the stack");
        });
        Task other = task(() -> {});
        timer.scheduleWithFixedDelay(failing, 10, 10);
        timer.scheduleWithFixedDelay(other, 10, 10);
        await().until(() -> failing.runs.get() >= 3 && other.runs.get() >= 3);
        await().until(() ->
                metrics.get("koegura.faults").tag("where", "timer").counter().count() >= 3);
    }

    @Test
    void afterItWasStoppedNothingRuns() {
        Task task = task(() -> {});
        timer.scheduleWithFixedDelay(task, 10, 10);
        await().until(() -> task.runs.get() > 0);
        timer.stop(); // waits for its thread
        int runs = task.runs.get();
        assertThat(timer.isStarted()).isFalse();
        assertThat(task.runs).hasValue(runs);
    }

    private static Task task(Runnable work) {
        return new Task(work);
    }

    private static final class Task extends SIPStackTimerTask {

        private final Runnable work;
        private final AtomicInteger runs = new AtomicInteger();
        private final AtomicInteger cleaned = new AtomicInteger();

        Task(Runnable work) {
            this.work = work;
        }

        @Override
        public void runTask() {
            try {
                work.run();
            } finally {
                runs.incrementAndGet();
            }
        }

        @Override
        public void cleanUpBeforeCancel() {
            cleaned.incrementAndGet();
        }

        @Override
        public Object getThreadHash() {
            return "test";
        }
    }
}
