package org.koegura.governance.database;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.JdbiException;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.port.CallLedger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts the outcome of every call into the database, at once where it answers and later where it does not.
///
/// What waits is in memory only and bounded: an outcome that found no place, or was waiting when the process died, is
/// lost to the database and counted (`koegura.ledger.outcomes{outcome="dropped"}`); the recording itself is not
/// touched by that.
public final class Ledger implements CallLedger, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
    private static final int WAITING_MAX = 4096;
    private static final long RETRY_MILLIS = 1_000;

    private final CallRegister register;
    private final BlockingQueue<CallOutcome> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    private final Map<CallOutcome.Result, Counter> results = new EnumMap<>(CallOutcome.Result.class);
    private final Counter stored;
    private final Counter retried;
    private final Counter dropped;
    private final Thread retrier;

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
        retrier = Thread.ofVirtual().name("ledger-retry").start(this::retryForEver);
    }

    private static Counter outcomes(MeterRegistry registry, String outcome) {
        return Counter.builder("koegura.ledger.outcomes")
                .description("Ended calls on their way into the database, by what became of that.")
                .tag("outcome", outcome)
                .register(registry);
    }

    @Override
    public void ended(CallOutcome outcome) {
        if (store(outcome)) {
            return;
        }
        if (waiting.offer(outcome)) {
            retried.increment();
        } else {
            drop(outcome);
        }
    }

    private boolean store(CallOutcome outcome) {
        try {
            if (register.add(outcome)) {
                stored.increment();
                Counter result = results.get(outcome.result());
                if (result != null) {
                    result.increment();
                }
            }
            return true;
        } catch (JdbiException failed) {
            LOG.warn("ledger.store.failed call={} reason={}", outcome.facts().call(), Database.reason(failed));
            return false;
        }
    }

    private void retryForEver() {
        try {
            while (true) {
                CallOutcome outcome = waiting.take();
                if (!store(outcome)) {
                    putBack(outcome);
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

    /// Tries what still waits once more, then ends.
    @Override
    public void close() {
        retrier.interrupt();
        try {
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
