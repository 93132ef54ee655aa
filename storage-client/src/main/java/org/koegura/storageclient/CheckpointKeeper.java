package org.koegura.storageclient;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.CallCheckpoints;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes the checkpoints of calls on a thread of its own, all changes of a quarter of a second at once. A call
/// that is over before then is never written.
///
/// What cannot be written is counted, and tried again with the next change: the calls go on.
final class CheckpointKeeper implements CallCheckpoints, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CheckpointKeeper.class);

    /// What a process that dies may leave unsaid.
    static final Duration BEHIND_MAX = Duration.ofMillis(250);

    /// A call whose process has not been alive for longer is over: its telephones have given up.
    static final Duration AGE_MAX = Duration.ofMinutes(1);

    /// The file's time is kept young, by the second or so.
    private static final int TURNS_PER_TOUCH = 4;

    private static final Duration END_WAIT = Duration.ofSeconds(2);

    private static final byte[] OVER = {};

    private final CheckpointFile file;
    private final List<CallCheckpoint> left;

    /// Bounded by the calls that are up, and those that ended in the last quarter of a second.
    private final Map<CallId, Supplier<@Nullable CallCheckpoint>> changes = new ConcurrentHashMap<>();

    private final Counter failed;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ending = lock.newCondition();
    private final Thread thread;
    private boolean ended;
    private boolean failing;

    private CheckpointKeeper(CheckpointFile file, List<CallCheckpoint> left, MeterRegistry registry) {
        this.file = file;
        this.left = List.copyOf(left);
        this.failed = Counter.builder("koegura.call.checkpoints.failed")
                .description("Times that what a restart needs of the calls that are up could not be written.")
                .register(registry);
        this.thread = Thread.ofPlatform().daemon().name("call-checkpoints").unstarted(this::run);
    }

    /// Reads what the process before left, and begins to keep. A file that cannot be read or written keeps no
    /// start back: a restart then takes no call up.
    static CheckpointKeeper open(Layout layout, KeyCabinet keys, SecureRandom random, MeterRegistry registry) {
        Map<CallId, byte[]> found = new LinkedHashMap<>();
        List<CallCheckpoint> left = new ArrayList<>();
        CheckpointFile file = new CheckpointFile(layout.callCheckpoints(), keys, random);
        try {
            boolean old = Files.exists(layout.callCheckpoints())
                    && CheckpointFile.age(layout.callCheckpoints()).compareTo(AGE_MAX) > 0;
            for (Map.Entry<CallId, byte[]> entry :
                    CheckpointFile.read(layout.callCheckpoints(), keys).entrySet()) {
                CallCheckpoint checkpoint = CheckpointWords.read(entry.getValue());
                if (checkpoint == null || old) {
                    LOG.warn("call.checkpoint.dropped call={} old={}", entry.getKey(), old);
                } else {
                    found.put(entry.getKey(), entry.getValue());
                    left.add(checkpoint);
                }
            }
        } catch (IOException | RuntimeException fault) {
            LOG.error("call.checkpoints.unreadable path={} cause=\"{}\"", layout.callCheckpoints(), fault.toString());
        }
        CheckpointKeeper keeper = new CheckpointKeeper(file, left, registry);
        keeper.write(() -> file.begin(found));
        keeper.thread.start();
        return keeper;
    }

    @Override
    public void changed(CallId call, Supplier<@Nullable CallCheckpoint> now) {
        changes.put(call, now);
    }

    @Override
    public void over(CallId call) {
        changes.put(call, () -> null);
    }

    @Override
    public List<CallCheckpoint> left() {
        return left;
    }

    private void run() {
        try {
            for (int turn = 1; !isEnded(); turn++) {
                work();
                if (turn % TURNS_PER_TOUCH == 0) {
                    write(file::touch);
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
        Map<CallId, byte[]> news = new LinkedHashMap<>();
        for (CallId call : List.copyOf(changes.keySet())) {
            Supplier<@Nullable CallCheckpoint> now = changes.remove(call);
            if (now != null) {
                news.put(call, stated(call, now));
            }
        }
        if (!news.isEmpty()) {
            write(() -> file.add(news));
        }
    }

    private static byte[] stated(CallId call, Supplier<@Nullable CallCheckpoint> now) {
        try {
            CallCheckpoint checkpoint = now.get();
            return checkpoint == null ? OVER : CheckpointWords.of(checkpoint);
        } catch (RuntimeException fault) { // a fault of one call takes nothing from the others
            LOG.error(
                    "call.checkpoint.failed call={} cause=\"{}\"",
                    call,
                    fault.getClass().getSimpleName());
            return OVER;
        }
    }

    /// Something that writes.
    private interface Writing {
        void done() throws IOException;
    }

    private void write(Writing writing) {
        try {
            writing.done();
            failing = false;
        } catch (IOException | RuntimeException fault) {
            failed.increment();
            file.distrust();
            if (!failing) {
                LOG.error("call.checkpoints.unwritten cause=\"{}\"", fault.getMessage());
            }
            failing = true;
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
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
