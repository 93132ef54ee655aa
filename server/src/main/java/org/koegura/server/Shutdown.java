package org.koegura.server;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import sun.misc.Signal;

/// Counts the operator's wishes to stop: the first Ctrl-C (or TERM) drains, the second seals and leaves.
///
/// A shutdown hook cannot tell a first signal from a second, because the JVM ignores signals once it is going down. The
/// JDK has no other way to handle a signal.
final class Shutdown {

    private final CountDownLatch first = new CountDownLatch(1);
    private final CountDownLatch second = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();

    /// Takes over INT and TERM for the rest of the process's life.
    void takeSignals() {
        Signal.handle(new Signal("INT"), signal -> ask());
        Signal.handle(new Signal("TERM"), signal -> ask());
    }

    /// One more wish to stop.
    void ask() {
        if (asked.incrementAndGet() == 1) {
            first.countDown();
        } else {
            second.countDown();
        }
    }

    /// Does this at the first wish to stop, at once where there was one.
    void atFirst(Runnable act) {
        Thread.ofVirtual().name("at-first-stop").start(() -> {
            try {
                first.await();
                act.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    boolean isAsked() {
        return first.getCount() == 0;
    }

    void awaitFirst() throws InterruptedException {
        first.await();
    }

    boolean isSecond() {
        return second.getCount() == 0;
    }
}
