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
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.JdbiException;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.port.CallLedger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts the outcome of every call into the database: soon where it answers, and later where it does not.
///
/// Calls that end together go into one transaction, so that the disk is forced at most twenty times a second, however
/// many they are; whoever brings an outcome waits until it is on the disk. One thread, `ledger-writer`, writes, and
/// one,
/// `ledger-retry`, writes what failed. Neither is a virtual thread, nor does whoever brings an outcome write it: SQLite
/// is
/// native code, which would hold a carrier of the calls' threads while the disk works or somebody locks the database.
///
/// What waits is in memory only and bounded: an outcome that found no place, or was waiting when the process died, is
/// lost to the database and counted (`koegura.ledger.outcomes{outcome="dropped"}`); the recording itself is not
/// touched by that.
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

    private final CallRegister register;
    private final BlockingQueue<Arriving> arriving = new ArrayBlockingQueue<>(ARRIVING_MAX);
    private final BlockingQueue<CallOutcome> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    private final Map<CallOutcome.Result, Counter> results = new EnumMap<>(CallOutcome.Result.class);
    private final Counter stored;
    private final Counter retried;
    private final Counter dropped;
    private final Thread writer;
    private final Thread retrier;
    private volatile boolean closing;

    /// @param stored completed once: whether it is in the database now
    private record Arriving(CallOutcome outcome, CompletableFuture<Boolean> stored) {}

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
        Gauge.builder("koegura.ledger.waiting", waiting, BlockingQueue::size)
                .description("Ended calls that wait for the database.")
                .register(registry);
        writer = Thread.ofPlatform().daemon().name("ledger-writer").start(this::writeUntilClosing);
        retrier = Thread.ofPlatform().daemon().name("ledger-retry").start(this::retryForEver);
    }

    private static Counter outcomes(MeterRegistry registry, String outcome) {
        return Counter.builder("koegura.ledger.outcomes")
                .description("Ended calls on their way into the database, by what became of that.")
                .tag("outcome", outcome)
                .register(registry);
    }

    @Override
    public void ended(CallOutcome outcome) {
        if (storedWithOthers(outcome)) {
            return;
        }
        if (waiting.offer(outcome)) {
            retried.increment();
        } else {
            drop(outcome);
        }
    }

    private boolean storedWithOthers(CallOutcome outcome) {
        Arriving arrives = new Arriving(outcome, new CompletableFuture<>());
        boolean taken;
        boolean late;
        synchronized (arriving) { // what is offered before closing began is still written
            late = closing;
            taken = !late && arriving.offer(arrives);
        }
        if (late) {
            return store(outcome); // nobody else would any more
        }
        return taken && arrives.stored().join();
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

    /// A fault of ours must neither end the writer nor keep those waiting who brought an outcome.
    private void writeGuarded(List<Arriving> batch) {
        try {
            write(batch);
        } catch (RuntimeException | Error fault) {
            LOG.error("ledger.writer.failed", fault);
        } finally {
            batch.forEach(each -> each.stored().complete(false)); // does nothing where it is known already
        }
    }

    private void write(List<Arriving> batch) {
        BitSet done = store(batch.stream().map(Arriving::outcome).toList());
        for (int at = 0; at < batch.size(); at++) {
            batch.get(at).stored().complete(done.get(at));
        }
    }

    /// In one transaction; one by one where that fails, so that none fails for another.
    ///
    /// @return which of them are in the database now
    private BitSet store(List<CallOutcome> outcomes) {
        BitSet done = new BitSet(outcomes.size());
        try {
            List<Boolean> fresh = register.addAll(outcomes);
            for (int at = 0; at < outcomes.size(); at++) {
                if (fresh.get(at)) {
                    count(outcomes.get(at));
                }
            }
            done.set(0, outcomes.size());
        } catch (JdbiException failed) {
            LOG.debug("ledger.batch.failed reason={}", Database.reason(failed));
            int failedInARow = 0;
            for (int at = 0; at < outcomes.size() && failedInARow < FAILED_IN_A_ROW_MAX; at++) {
                done.set(at, store(outcomes.get(at)));
                failedInARow = done.get(at) ? 0 : failedInARow + 1;
            }
        }
        return done;
    }

    private void count(CallOutcome outcome) {
        stored.increment();
        Counter result = results.get(outcome.result());
        if (result != null) {
            result.increment();
        }
    }

    private boolean store(CallOutcome outcome) {
        try {
            if (register.add(outcome)) {
                count(outcome);
            }
            return true;
        } catch (JdbiException failed) {
            LOG.warn("ledger.store.failed call={} reason={}", outcome.facts().call(), Database.reason(failed));
            return false;
        }
    }

    private void retryForEver() {
        List<CallOutcome> batch = new ArrayList<>();
        try {
            while (true) {
                batch.add(waiting.take());
                waiting.drainTo(batch, BATCH_MAX - 1);
                BitSet done = store(batch);
                for (int at = done.nextClearBit(0); at < batch.size(); at = done.nextClearBit(at + 1)) {
                    putBack(batch.get(at));
                }
                boolean failed = done.cardinality() < batch.size();
                batch.clear();
                if (failed) {
                    TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void putBack(CallOutcome outcome) {
        if (!waiting.offer(outcome)) {
            drop(outcome);
        }
    }

    private void drop(CallOutcome outcome) {
        dropped.increment();
        LOG.error("ledger.outcome.dropped call={}", outcome.facts().call());
    }

    /// Writes what arrived, tries what still waits once more, then ends.
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
        for (CallOutcome outcome = waiting.poll(); outcome != null; outcome = waiting.poll()) {
            if (!store(outcome)) {
                drop(outcome);
            }
        }
    }
}
