package org.koegura.governance.preservation;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.JdbiException;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.JournalEntry;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.Journal;
import org.koegura.callmodel.port.Journal.JournalFault;
import org.koegura.callmodel.port.Preservations;
import org.koegura.callmodel.port.RecordingStore;
import org.koegura.governance.database.Database;
import org.koegura.governance.database.Holds;
import org.koegura.governance.database.Preservation;
import org.koegura.governance.database.PreservationRegister;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps requests to preserve a call: journal, then register, then the look whether there is still
/// anything to preserve. Whatever fails on the way is no protection, and nobody is told that it were.
///
/// One thread, `preservation`, does it, for the journal and SQLite would hold a carrier of the calls'
/// threads. Those who wait for it are bounded.
public final class PreservationActs implements Preservations, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PreservationActs.class);

    private static final String ACT = "recording.preserve";
    private static final int ID_BYTES = 8;
    private static final int WAITING_MAX = 256;

    /// As long as the database and an erasure that begins may keep it waiting.
    private static final long WAIT_SECONDS = 12;

    private final Holds holds;
    private final PreservationRegister register;
    private final RecordingStore store;
    private final Journal journal;
    private final Clock clock;
    private final RandomGenerator random;
    private final MeterRegistry metrics;
    private final Marks marks = new Marks();
    private volatile Runnable marked = () -> {};
    private final AtomicInteger undecided = new AtomicInteger();
    private final ExecutorService worker;

    /// @param random names requests
    public PreservationActs(
            Database database,
            Holds holds,
            RecordingStore store,
            Journal journal,
            Clock clock,
            RandomGenerator random,
            MeterRegistry metrics) {
        this.holds = holds;
        this.register = new PreservationRegister(database);
        this.store = store;
        this.journal = journal;
        this.clock = clock;
        this.random = random;
        this.metrics = metrics;
        for (Exemption.Channel channel : Exemption.Channel.values()) {
            for (Preserving outcome : Preserving.values()) {
                if (channel != Exemption.Channel.STANDING) {
                    counter(channel, outcome);
                }
            }
        }
        undecided.set(register.undecided());
        Gauge.builder("koegura.preservation.undecided", undecided, AtomicInteger::get)
                .description("Requests to preserve a call that nobody decided yet.")
                .register(metrics);
        register.newest(Marks.CALLS_MAX).reversed().forEach(each -> marks.add(each.call()));
        worker = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING_MAX),
                Thread.ofPlatform().name("preservation").daemon().factory());
    }

    private Counter counter(Exemption.Channel channel, Preserving outcome) {
        return Counter.builder("koegura.preservation.requests")
                .description("Requests to preserve a call, by what became of them.")
                .tags("channel", word(channel), "outcome", word(outcome))
                .register(metrics);
    }

    @Override
    public Preserving preserve(Request request) {
        Preserving outcome = waited(request);
        counter(request.channel(), outcome).increment();
        return outcome;
    }

    private Preserving waited(Request request) {
        try {
            return worker.submit(() -> preserved(request)).get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (RejectedExecutionException | TimeoutException late) {
            LOG.error("preservation.late call={}", request.call());
        } catch (ExecutionException fault) {
            LOG.error("preservation.failed call={}", request.call(), fault);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return Preserving.UNKEPT;
    }

    private Preserving preserved(Request request) throws InterruptedException {
        Instant now = clock.instant();
        String id = id();
        try {
            if (isGone(request)) {
                return Preserving.GONE;
            }
            journal(now, request, ACT, asked(request, id));
            Preserving outcome = entered(request, id, now);
            if (outcome == Preserving.PROTECTED) {
                marks.add(request.call());
                marked.run();
            }
            tellOutcome(request, id, outcome);
            return outcome;
        } catch (JournalFault fault) { // nothing was begun
            LOG.error("preservation.refused cause=journal call={} reason=\"{}\"", request.call(), fault.getMessage());
            return Preserving.UNJOURNALLED;
        } catch (JdbiException failed) {
            LOG.error("preservation.refused cause=database reason=\"{}\"", Database.reason(failed));
            tellOutcome(request, id, Preserving.UNKEPT);
        } catch (StoreFault fault) { // it is entered, and nobody knows whether there is anything left
            LOG.error("preservation.refused cause=store call={} reason=\"{}\"", request.call(), fault.getMessage());
            tellOutcome(request, id, Preserving.UNKEPT);
        }
        return Preserving.UNKEPT;
    }

    private Preserving entered(Request request, String id, Instant now) throws InterruptedException, StoreFault {
        boolean entered = holds.enter(() -> {
            if (register.add(id, request, now)) {
                undecided.incrementAndGet();
            }
        });
        if (!entered) {
            return Preserving.UNKEPT;
        }
        return isGone(request) ? Preserving.GONE : Preserving.PROTECTED;
    }

    /// Whether all that was kept of a call is erased. What began to be erased before the request was
    /// entered has its tombstone by then.
    private boolean isGone(Request request) throws StoreFault {
        if (request.stage() != null) {
            return false; // it is up
        }
        List<RecordingId> recordings = register.recordings(request.call());
        for (RecordingId recording : recordings) {
            if (store.erasure(recording).isEmpty()) {
                return false;
            }
        }
        return !recordings.isEmpty();
    }

    private String id() {
        byte[] bits = new byte[ID_BYTES];
        random.nextBytes(bits);
        return HexFormat.of().formatHex(bits);
    }

    private static Map<String, String> asked(Request request, String id) {
        Map<String, String> details = new TreeMap<>();
        details.put("request", id);
        details.put("channel", word(request.channel()));
        if (request.stage() != null) {
            details.put("stage", word(request.stage()));
        }
        if (request.reason() != null) {
            details.put("reason", request.reason());
        }
        return details;
    }

    /// What was done cannot be undone by a journal that fails.
    private void tellOutcome(Request request, String id, Preserving outcome) {
        try {
            Map<String, String> details = Map.of("request", id, "result", word(outcome));
            journal(clock.instant(), request, ACT + ".outcome", details);
        } catch (JournalFault fault) {
            LOG.error("preservation.outcome.untold call={} reason=\"{}\"", request.call(), fault.getMessage());
        }
    }

    private void journal(Instant now, Request request, String act, Map<String, String> details) throws JournalFault {
        journal.append(
                new JournalEntry(now, request.author(), act, request.call().value(), details));
    }

    /// Tells `changed` after each request that protects. It must not block.
    public void watch(Runnable changed) {
        marked = changed;
    }

    /// Whether somebody asked to preserve a call that is up; for what a list shows. From memory, and of
    /// the newest requests alone: the register knows more. Never blocks.
    public boolean isMarked(CallFacts facts) {
        return marks.has(facts);
    }

    /// The undecided requests for a call, oldest first.
    public List<Preservation> of(CallId call) {
        return register.of(call);
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// Ends what is under way.
    @Override
    public void close() {
        worker.shutdown();
        try {
            if (!worker.awaitTermination(WAIT_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("preservation.end.late");
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
