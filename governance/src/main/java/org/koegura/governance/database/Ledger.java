package org.koegura.governance.database;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.port.CallLedger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts the outcome of every call into the database: soon where it answers, and later where it does not.
///
/// Calls that end together go into one transaction, so that the disk is forced at most twenty times a second, however
/// many they are; whoever brings an outcome waits until it is on the disk, or failed, but not longer than
/// [#WAIT_MILLIS]. One thread, `ledger-writer`, writes, and one, `ledger-retry`, writes what failed. Neither is a
/// virtual thread: SQLite is native code, which would hold a carrier of the calls' threads while the disk works or
/// somebody locks the database.
///
/// What waits is in memory only and bounded: an outcome that found no place, that nothing can make of a row, or that
/// was waiting when the process ended, is lost to the database and counted, unless the process was killed
/// (`koegura.ledger.outcomes{outcome="dropped"}`); the recording itself is not touched by that.
public final class Ledger implements CallLedger, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
    private static final int WAITING_MAX = 4096;

    /// Outcomes that wait for the next transaction; one more is for the retrier.
    private static final int ARRIVING_MAX = 4096;

    private static final int BATCH_MAX = 512;

    /// So many outcomes that failed one after another: it is the database, and not what they say.
    private static final int FAILED_IN_A_ROW_MAX = 2;

    /// From the end of one transaction to the next, which takes all that arrived meanwhile. After a rest the next
    /// begins at once.
    private static final long BETWEEN_MILLIS = 50;

    /// How often the writer looks whether it is to end.
    private static final long LOOK_MILLIS = 200;

    private static final long RETRY_MILLIS = 1_000;

    /// How long whoever brings an outcome waits for it. It is written all the same; a call that is over counts as up
    /// until then, and there is room for so many.
    private static final long WAIT_MILLIS = 1_000;

    /// At the end of the process: after so many passes in which nothing could be stored, what is left is dropped.
    private static final int BARREN_PASSES_MAX = 2;

    private final CallRegister register;
    private final BlockingQueue<Arriving> arriving = new ArrayBlockingQueue<>(ARRIVING_MAX);
    private final BlockingQueue<CallOutcome> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    private final Map<CallOutcome.Result, Counter> results = new EnumMap<>(CallOutcome.Result.class);
    private final Counter stored;
    private final Counter retried;
    private final Counter dropped;
    private final Thread writer;
    private final Thread retrier;
    private final AtomicInteger held = new AtomicInteger();
    private volatile boolean closing;

    /// @param tried completed once, when it is in the database, waits to be tried again, or is dropped
    private record Arriving(CallOutcome outcome, CompletableFuture<@Nullable Void> tried) {}

    public Ledger(CallRegister register, MeterRegistry registry) {
        this.register = register;
        for (CallOutcome.Result result : CallOutcome.Result.values()) {
            String outcome = result.name().toLowerCase(Locale.ROOT);
            results.put(
                    result,
                    Counter.builder("koegura.ledger.calls")
                            .description("Calls in the register, by what became of their recording (R5).")
                            .tag("result", outcome)
                            .register(registry));
        }
        stored = outcomes(registry, "stored");
        retried = outcomes(registry, "retried");
        dropped = outcomes(registry, "dropped");
        Gauge.builder("koegura.ledger.waiting", held, AtomicInteger::get)
                .description("Ended calls that are not in the database yet.")
                .register(registry);
        writer = Thread.ofPlatform().daemon().name("ledger-writer").start(this::writeUntilClosing);
        retrier = Thread.ofPlatform().daemon().name("ledger-retry").start(this::retryUntilClosing);
    }

    private static Counter outcomes(MeterRegistry registry, String outcome) {
        return Counter.builder("koegura.ledger.outcomes")
                .description("Ended calls on their way into the database, by what became of that.")
                .tag("outcome", outcome)
                .register(registry);
    }

    @Override
    public void ended(CallOutcome outcome) {
        held.incrementAndGet();
        Arriving arrives = new Arriving(outcome, new CompletableFuture<>());
        boolean late;
        boolean taken;
        synchronized (arriving) { // what is offered before closing began is still written
            late = closing;
            taken = !late && arriving.offer(arrives);
        }
        if (taken) {
            awaitTried(arrives);
        } else if (!late) {
            keep(outcome);
        } else if (!store(outcome)) { // nobody else would any more
            drop(outcome);
        }
    }

    private static void awaitTried(Arriving arrives) {
        try {
            arrives.tried().get(WAIT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException slow) {
            LOG.debug("ledger.slow call={}", arrives.outcome().facts().call());
        } catch (ExecutionException impossible) { // it is only ever completed
            throw new IllegalStateException(impossible);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void writeUntilClosing() {
        List<Arriving> batch = new ArrayList<>();
        long nextNanos = System.nanoTime();
        try {
            while (!closing || !arriving.isEmpty()) {
                Arriving first = arriving.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    TimeUnit.NANOSECONDS.sleep(closing ? 0 : nextNanos - System.nanoTime());
                    arriving.drainTo(batch, BATCH_MAX - 1);
                    writeGuarded(batch);
                    batch.clear();
                    nextNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(BETWEEN_MILLIS);
                }
            }
        } catch (InterruptedException impossible) { // nobody has this thread but us
            Thread.currentThread().interrupt();
        }
    }

    private void writeGuarded(List<Arriving> batch) {
        List<CallOutcome> outcomes = batch.stream().map(Arriving::outcome).toList();
        storeAll(outcomes).forEach(this::keep);
        batch.forEach(each -> each.tried().complete(null));
    }

    /// In one transaction; one by one where that fails, so that none fails for another. Never fails itself, so that
    /// neither a thread ends nor an outcome is lost.
    ///
    /// @return those that are not in the database, and first those that were not tried: they come first next time
    private List<CallOutcome> storeAll(List<CallOutcome> outcomes) {
        BitSet done = new BitSet(outcomes.size());
        int tried = 0;
        try {
            List<Boolean> fresh = register.addAll(outcomes);
            for (int at = 0; at < outcomes.size(); at++) {
                stored(outcomes.get(at), fresh.get(at));
            }
            return List.of();
        } catch (RuntimeException failed) {
            LOG.debug("ledger.batch.failed reason={}", Database.reason(failed));
        } catch (Error fault) {
            LOG.error("ledger.writer.failed", fault);
            return outcomes;
        }
        for (int failedInARow = 0; tried < outcomes.size() && failedInARow < FAILED_IN_A_ROW_MAX; tried++) {
            done.set(tried, store(outcomes.get(tried)));
            failedInARow = done.get(tried) ? 0 : failedInARow + 1;
        }
        List<CallOutcome> left = new ArrayList<>(outcomes.subList(tried, outcomes.size()));
        for (int at = done.nextClearBit(0); at < tried; at = done.nextClearBit(at + 1)) {
            left.add(outcomes.get(at));
        }
        return left;
    }

    private void stored(CallOutcome outcome, boolean fresh) {
        held.decrementAndGet();
        if (fresh) {
            count(outcome);
        }
    }

    private void count(CallOutcome outcome) {
        stored.increment();
        Counter result = results.get(outcome.result());
        if (result != null) {
            result.increment();
        }
    }

    /// @return false where it may go another time
    private boolean store(CallOutcome outcome) {
        try {
            stored(outcome, register.add(outcome));
            return true;
        } catch (JdbiException failed) {
            LOG.warn("ledger.store.failed call={} reason={}", outcome.facts().call(), Database.reason(failed));
            return false;
        } catch (RuntimeException fault) { // no row can be made of it, neither now nor later
            LOG.error("ledger.outcome.unwritable call={}", outcome.facts().call(), fault);
            drop(outcome);
            return true;
        } catch (Error fault) { // such as no memory left
            LOG.error("ledger.writer.failed", fault);
            return false;
        }
    }

    private void retryUntilClosing() {
        List<CallOutcome> batch = new ArrayList<>();
        try {
            while (!closing) {
                batch.add(waiting.take());
                waiting.drainTo(batch, BATCH_MAX - 1);
                List<CallOutcome> left = storeAll(batch);
                left.forEach(this::putBack);
                batch.clear();
                if (!left.isEmpty()) {
                    TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void keep(CallOutcome outcome) {
        if (waiting.offer(outcome)) {
            retried.increment();
        } else {
            drop(outcome);
        }
    }

    private void putBack(CallOutcome outcome) {
        if (!waiting.offer(outcome)) {
            drop(outcome);
        }
    }

    private void drop(CallOutcome outcome) {
        held.decrementAndGet();
        dropped.increment();
        LOG.error("ledger.outcome.dropped call={}", outcome.facts().call());
    }

    /// Writes what arrived, tries what still waits once more, drops what cannot be stored, then ends. Blocks.
    @Override
    public void close() {
        synchronized (arriving) {
            closing = true;
        }
        retrier.interrupt();
        try {
            writer.join();
            retrier.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        for (int barren = 0; barren < BARREN_PASSES_MAX && !waiting.isEmpty(); ) {
            List<CallOutcome> batch = new ArrayList<>();
            waiting.drainTo(batch, BATCH_MAX);
            List<CallOutcome> left = storeAll(batch);
            barren = left.size() < batch.size() ? 0 : barren + 1;
            left.forEach(this::putBack);
        }
        for (CallOutcome outcome = waiting.poll(); outcome != null; outcome = waiting.poll()) {
            drop(outcome);
        }
    }
}
