package org.koegura.storageclient;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Works items off on a few platform threads, each until it succeeds; what failed waits ever longer, up to a
/// bound.
///
/// In memory only: whoever adds to it must find again, after a crash, what was not done. As long as what
/// can be added: here, the recordings of the ring. Safe for any number of threads.
final class Backlog<T> implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Backlog.class);
    private static final long LOOK_MILLIS = 100;
    private static final long CLOSE_MILLIS_MAX = 10_000;

    private final DelayQueue<Item<T>> waiting = new DelayQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Pace pace;
    private final Work<T> work;
    private volatile boolean closing;

    /// One try.
    interface Work<T> {
        /// Whether it is done; it is tried again where not.
        boolean isDone(T item);
    }

    private record Item<T>(T content, int failures, long dueNanos) implements Delayed {
        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(dueNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }

    Backlog(String name, int threads, Pace pace, Work<T> work) {
        this.pace = pace;
        this.work = work;
        for (int i = 1; i <= threads; i++) {
            this.threads.add(Thread.ofPlatform().name(name + "-" + i).daemon().unstarted(this::run));
        }
    }

    void start() {
        threads.forEach(Thread::start);
    }

    void add(T content) {
        waiting.add(new Item<>(content, 0, System.nanoTime()));
    }

    private void run() {
        try {
            while (!closing) {
                Item<T> item = waiting.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                if (item != null && !isDone(item.content())) {
                    int failures = item.failures() + 1;
                    long dueNanos = System.nanoTime() + pace.after(failures).toNanos();
                    waiting.add(new Item<>(item.content(), failures, dueNanos));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isDone(T content) {
        try {
            return work.isDone(content);
        } catch (RuntimeException e) {
            LOG.error("store.backlog.failed thread={}", Thread.currentThread().getName(), e);
            return false;
        }
    }

    /// Lets what is being done end, for a bounded time; what waits is left to the next start. Idempotent.
    @Override
    public void close() {
        closing = true;
        long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MILLIS_MAX);
        try {
            for (Thread thread : threads) {
                thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // What hangs longer is cut off: it is safe against a crash, and so against this.
        threads.forEach(Thread::interrupt);
    }
}
