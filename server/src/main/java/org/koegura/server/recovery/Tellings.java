package org.koegura.server.recovery;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.Journal.JournalFault;
import org.koegura.server.recovery.Recoveries.Found;
import org.koegura.server.recovery.Recoveries.Telling;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// When a start tells of what it found: before it answers telephones, or, where people speak in calls that it
/// takes up, beside them.
///
/// Threads: `recovery` recovers and then waits, `recovery-tell-…` tell; all end with [#close].
public final class Tellings implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Tellings.class);

    /// Told of at once: most of it is waiting for the journal's disk and for the ledger's, which many share.
    private static final int TOGETHER_MAX = 8;

    /// How long after a fault all that failed is tried again.
    private static final Duration AGAIN_AFTER = Duration.ofSeconds(30);

    /// An interrupt ends what is under way but for a write that waits for the disk: the rooms are closed under that
    /// one,
    /// and the next start does it again.
    private static final Duration END_WAIT = Duration.ofSeconds(5);

    private final Recoveries recoveries;
    private final Supplier<Found> found;
    private final Duration againAfter;
    private final AtomicInteger untold = new AtomicInteger();
    private final CountDownLatch closing = new CountDownLatch(1);
    private @Nullable Thread thread;

    /// @param found recovers what was left open; may take long
    public Tellings(Recoveries recoveries, Supplier<Found> found, MeterRegistry metrics) {
        this(recoveries, found, metrics, AGAIN_AFTER);
    }

    Tellings(Recoveries recoveries, Supplier<Found> found, MeterRegistry metrics, Duration againAfter) {
        this.recoveries = recoveries;
        this.found = found;
        this.againAfter = againAfter;
        Gauge.builder("koegura.recoveries.untold", untold, AtomicInteger::get)
                .description("Calls of a process that died whose outcome was not told yet.")
                .register(metrics);
    }

    /// Tells all, one after the other. Blocks.
    ///
    /// @throws JournalFault one was not journalled; it and those after it are left to the next start
    /// @throws StoreFault one could not be moved to its place; it and those after it are left to the next start
    public void now() throws JournalFault, StoreFault {
        for (Telling telling : recoveries.tellings(found.get())) {
            telling.tell();
        }
    }

    /// Begins to tell all. What fails is tried again, and keeps nothing back.
    public void beside() {
        thread = Thread.ofPlatform().daemon().name("recovery").start(this::run);
    }

    private void run() {
        try (ExecutorService tellers = Executors.newFixedThreadPool(
                TOGETHER_MAX,
                Thread.ofPlatform().daemon().name("recovery-tell-", 1).factory())) {
            untold.set(1); // at least, until it is known: none is told while they are looked for
            List<Telling> left = sought();
            boolean again = true;
            while (again) {
                untold.set(left.size());
                left = failed(left, tellers);
                untold.set(left.size());
                again = !left.isEmpty() && !closing.await(againAfter.toMillis(), TimeUnit.MILLISECONDS);
            }
            LOG.info("recoveries.told left={}", left.size());
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /// All that is to be told, once it is known.
    ///
    /// @throws InterruptedException the process ends: the next start finds all that is not told
    private List<Telling> sought() throws InterruptedException {
        while (true) {
            try {
                return recoveries.tellings(found.get());
            } catch (RuntimeException fault) { // of ours: nobody knows yet what there is to tell
                LOG.error("recoveries.failed againAfterSeconds={}", againAfter.toSeconds(), fault);
            }
            if (closing.await(againAfter.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new InterruptedException("closed");
            }
        }
    }

    /// Tells them, some at a time; those that failed.
    private List<Telling> failed(List<Telling> tellings, ExecutorService tellers) throws InterruptedException {
        List<Callable<Boolean>> asked = tellings.stream()
                .map(telling -> (Callable<Boolean>) () -> tell(telling))
                .toList();
        List<Future<Boolean>> told = tellers.invokeAll(asked);
        List<Telling> failed = new ArrayList<>();
        for (int at = 0; at < told.size(); at++) {
            if (!isTold(told.get(at))) {
                failed.add(tellings.get(at));
            }
        }
        return failed;
    }

    private static boolean isTold(Future<Boolean> telling) throws InterruptedException {
        try {
            return telling.get();
        } catch (ExecutionException | CancellationException fault) {
            LOG.error("recovery.telling.failed", fault);
            return false;
        }
    }

    private boolean tell(Telling telling) {
        try {
            telling.tell();
            untold.decrementAndGet();
            return true;
        } catch (JournalFault | StoreFault fault) {
            LOG.error("recovery.untold cause=\"{}\"", fault.getMessage());
            return false;
        }
    }

    /// What is not told by then is left to the next start. Idempotent.
    @Override
    public void close() {
        closing.countDown();
        Thread running = thread;
        if (running != null) {
            running.interrupt();
            try {
                if (!running.join(END_WAIT)) {
                    LOG.warn("recoveries.end.late");
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Whether nothing is under way any more.
    boolean isEnded() {
        Thread running = thread;
        return running == null || !running.isAlive();
    }
}
