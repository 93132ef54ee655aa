package org.koegura.storageclient;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.CallCheckpoints;
import org.koegura.callmodel.port.LeftCall;
import org.koegura.storageclient.keys.KeyCabinet;
import org.koegura.storageclient.medium.Layout;
import org.koegura.storageclient.medium.PortsFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes the checkpoints of calls on a thread of its own, all changes of a quarter of a second at once. A call
/// that is over before then is never written. The state of the media ports is written beside them, likewise.
///
/// What cannot be written is counted, and tried again by the second or so: the calls go on.
final class CheckpointKeeper implements CallCheckpoints, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CheckpointKeeper.class);

    /// What a process that dies may leave unsaid.
    static final Duration BEHIND_MAX = Duration.ofMillis(250);

    /// The file's time is kept young, by the second or so.
    private static final int TURNS_PER_TOUCH = 4;

    private static final Duration END_WAIT = Duration.ofSeconds(2);

    private static final byte[] OVER = {};
    private static final long NEVER = Long.MAX_VALUE;

    private final CheckpointFile file;
    private final PortsFile ports;

    /// Set before anybody asks.
    private volatile FoundCalls.Left left;

    private final Clock clock;

    /// Bounded by the calls that are up, and those that ended in the last quarter of a second.
    private final Map<CallId, Change> changes = new ConcurrentHashMap<>();

    /// Who told what may not stand yet; the thread's own. Bounded likewise.
    private final Map<CallId, Telling> unsettled = new LinkedHashMap<>();

    /// Calls that the process before left and that go on, under another name, once somebody takes them up.
    private final Map<CallId, CallCheckpoint> mayGoOn = new ConcurrentHashMap<>();

    private final Counter failed;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ending = lock.newCondition();
    private final Thread thread;
    private boolean ended;
    private boolean failing;
    private boolean portsFailing;

    /// Since when something is being written, or could not be; [#NEVER] where all is.
    private volatile long unwrittenSinceMillis = NEVER;

    /// @param sinceMillis Unix time of the first change that was not written yet
    private record Change(Telling telling, long sinceMillis) {}

    private CheckpointKeeper(
            CheckpointFile file, PortsFile ports, FoundCalls.Left left, Clock clock, MeterRegistry registry) {
        this.file = file;
        this.ports = ports;
        this.left = left;
        this.clock = clock;
        left.up().forEach(call -> mayGoOn.put(call.facts().call(), call));
        this.failed = Counter.builder("koegura.call.checkpoints.failed")
                .description("Times that what a restart needs of the calls that are up could not be written.")
                .register(registry);
        Gauge.builder(
                        "koegura.call.checkpoints.oldest.unwritten.timestamp",
                        this,
                        CheckpointKeeper::oldestUnwrittenSeconds)
                .baseUnit("seconds")
                .description("Unix time of the oldest change of a call that a restart would not find; 0 if none.")
                .register(registry);
        this.thread = Thread.ofPlatform().daemon().name("call-checkpoints").unstarted(this::run);
    }

    /// Reads what the process before left, claims it, and begins to keep. A file that cannot be read or written keeps
    /// no start back: a restart then takes no call up.
    ///
    /// @param ports written and closed with it
    /// @param boot this run of the machine
    static CheckpointKeeper open(
            Layout layout,
            KeyCabinet keys,
            PortsFile ports,
            SecureRandom random,
            Clock clock,
            MeterRegistry registry,
            Boot boot) {
        Path path = layout.callCheckpoints();
        FoundCalls found = FoundCalls.in(path, keys, boot, System.currentTimeMillis());
        CheckpointFile file = new CheckpointFile(path, keys, random, boot);
        CheckpointKeeper keeper = new CheckpointKeeper(file, ports, found.left(), clock, registry);
        if (!keeper.write(() -> file.begin(found.claimed()))) {
            keeper.left = found.left().withoutSrtp();
        }
        keeper.thread.start();
        return keeper;
    }

    @Override
    public void changed(CallId call, Telling telling) {
        changes.merge(
                call,
                new Change(telling, clock.millis()),
                (first, last) -> new Change(last.telling(), first.sinceMillis()));
    }

    @Override
    public void over(CallId call) {
        mayGoOn.remove(call);
        changed(call, () -> null);
    }

    @Override
    public List<CallCheckpoint> left() {
        return left.up();
    }

    @Override
    public List<LeftCall.Owed> owed() {
        return left.owed();
    }

    private double oldestUnwrittenSeconds() {
        long oldest = unwrittenSinceMillis;
        for (Change change : changes.values()) {
            oldest = Math.min(oldest, change.sinceMillis());
        }
        return oldest == NEVER ? 0 : oldest / 1000.0;
    }

    private void run() {
        try {
            for (int turn = 1; !isEnded(); turn++) {
                boolean second = turn % TURNS_PER_TOUCH == 0;
                if (second || !failing) {
                    work();
                }
                if (second && !failing) {
                    write(file::touch);
                }
                if (second || !portsFailing) {
                    keepPorts();
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /// Waits a turn long for the end.
    private boolean isEnded() throws InterruptedException {
        lock.lock();
        try {
            long restNanos = BEHIND_MAX.toNanos();
            while (!ended && restNanos > 0) {
                restNanos = ending.awaitNanos(restNanos);
            }
            return ended;
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        Map<CallId, CheckpointFile.State> news = new LinkedHashMap<>();
        for (CallId call : List.copyOf(changes.keySet())) {
            Change change = changes.remove(call);
            if (change != null) {
                unwrittenSinceMillis = Math.min(unwrittenSinceMillis, change.sinceMillis());
                news.put(call, CheckpointFile.State.own(stated(call, change.telling(), news)));
                unsettled.put(call, change.telling());
            }
        }
        if (!news.isEmpty() || failing) {
            if (write(() -> file.add(news))) {
                unsettled.forEach(CheckpointKeeper::settle);
                unsettled.clear();
            }
        }
    }

    private static void settle(CallId call, Telling teller) {
        try {
            teller.settled();
        } catch (RuntimeException fault) { // as below
            LOG.error(
                    "call.checkpoint.failed call={} cause=\"{}\"",
                    call,
                    fault.getClass().getSimpleName());
        }
    }

    private byte[] stated(CallId call, Telling teller, Map<CallId, CheckpointFile.State> news) {
        try {
            LeftCall now = teller.now();
            if (now != null) {
                takenUp(now.facts().continues(), news);
            }
            return now == null ? OVER : CheckpointWords.of(now);
        } catch (RuntimeException fault) { // a fault of one call takes nothing from the others
            LOG.error(
                    "call.checkpoint.failed call={} cause=\"{}\"",
                    call,
                    fault.getClass().getSimpleName());
            return OVER;
        }
    }

    /// A call that goes on under another name is not taken up once more, also when that one is over: its ports may be
    /// another call's by then, and its keys were used further than it says. Its outcome is still owed.
    private void takenUp(@Nullable CallId before, Map<CallId, CheckpointFile.State> news) {
        CallCheckpoint had = before == null ? null : mayGoOn.remove(before);
        if (had != null) {
            news.putIfAbsent(had.facts().call(), CheckpointFile.State.own(CheckpointWords.of(had.owed())));
        }
    }

    /// Something that writes.
    private interface Writing {
        void done() throws IOException;
    }

    /// Returns whether what was written before is found no more.
    private boolean write(Writing writing) {
        try {
            writing.done();
            failing = false;
            unwrittenSinceMillis = NEVER;
            return true;
        } catch (IOException | RuntimeException fault) {
            failed.increment();
            boolean gone = file.distrust();
            if (!failing) {
                LOG.error("call.checkpoints.unwritten cause=\"{}\"", fault.getMessage());
            }
            failing = true;
            unwrittenSinceMillis = Math.min(unwrittenSinceMillis, clock.millis());
            return gone;
        }
    }

    /// What it said before stays where this cannot be written: older, but not wrong.
    private void keepPorts() {
        try {
            ports.write();
            portsFailing = false;
        } catch (IOException | RuntimeException fault) {
            failed.increment();
            if (!portsFailing) {
                LOG.error("media.ports.unwritten cause=\"{}\"", fault.getMessage());
            }
            portsFailing = true;
        }
    }

    /// Writes what is left to say. Calls must be over by then that are to be.
    @Override
    public void close() {
        lock.lock();
        try {
            ended = true;
            ending.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            if (thread.join(END_WAIT)) {
                work();
                write(file::close);
                keepPorts();
                ports.close();
            }
        } catch (IOException alreadyWritten) {
            LOG.debug("media.ports.unclosed cause=\"{}\"", alreadyWritten.getMessage());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
