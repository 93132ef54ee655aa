package org.koegura.governance.journal;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.JournalEntry;
import org.koegura.callmodel.port.Journal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The journal as one appended file. Appends that wait at the same moment share one force to stable storage.
///
/// The file is the commit point: an entry is acknowledged once it is forced, and the database's mark follows (ADR
/// 0011). Safe for any number of threads; none of them touches the file, which belongs to the thread
/// `journal-writer`.
public final class FileJournal implements Journal, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FileJournal.class);

    /// Appends that may wait at once; one more is refused after [#APPEND_MILLIS_MAX].
    private static final int WAITING_MAX = 1024;

    /// Appends that share one force.
    private static final int GROUP_MAX = 128;

    /// How long an append may take before its caller is told that it failed.
    private static final long APPEND_MILLIS_MAX = 10_000;

    private final Path file;
    private final JournalFile bytes;
    private final FileChannel lockChannel;
    private final Projection projection;
    private final Clock clock;
    private final AuditMeters meters;
    private final BlockingQueue<Waiting> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    private final AtomicLong checkableBytes = new AtomicLong();
    private final AtomicInteger valid = new AtomicInteger(1);
    private final AtomicLong checkedAtSeconds = new AtomicLong();
    private final Counter projectionFailures;
    private final Thread writer;
    private final Map<String, JournalEntry> lastAtOpening;
    private Mark end;
    private volatile boolean closed;

    /// An append on its way: what to write, and whom to tell. A null body ends the writer.
    private static final class Waiting {
        final byte @Nullable [] body;
        final String act;
        final CompletableFuture<Void> kept = new CompletableFuture<>();

        Waiting(byte @Nullable [] body, String act) {
            this.body = body;
            this.act = act;
        }
    }

    private FileJournal(
            Path file,
            JournalFile bytes,
            FileChannel lockChannel,
            Mark end,
            Map<String, JournalEntry> last,
            Projection projection,
            Clock clock,
            MeterRegistry registry,
            List<String> acts) {
        this.file = file;
        this.bytes = bytes;
        this.lockChannel = lockChannel;
        this.end = end;
        this.lastAtOpening = Map.copyOf(last);
        this.projection = projection;
        this.clock = clock;
        this.meters = new AuditMeters(registry, acts);
        projectionFailures = Counter.builder("koegura.audit.projection.failures")
                .description("Marks of the journal that the database did not take.")
                .register(registry);
        Gauge.builder("koegura.audit.chain.valid", valid, AtomicInteger::get)
                .description("1 if the last audit hash-chain check passed.")
                .register(registry);
        Gauge.builder("koegura.audit.last.verified.timestamp", checkedAtSeconds, AtomicLong::get)
                .baseUnit("seconds")
                .description("Unix time of that check.")
                .register(registry);
        checkableBytes.set(bytes.acknowledgedBytes());
        checkedAtSeconds.set(clock.instant().getEpochSecond());
        writer = Thread.ofPlatform().name("journal-writer").daemon(true).unstarted(this::writeGroups);
    }

    /// Opens `directory/journal.jsonl`: checks the whole chain, removes a cut tail, compares with the database's mark,
    /// and appends `journal.open` as its first entry. Blocks.
    ///
    /// @param acts the acts that are counted from 0 on
    /// @throws JournalRefused it may not be written as it is; the file is unchanged
    public static FileJournal open(
            Path directory, Projection projection, Clock clock, MeterRegistry registry, List<String> acts)
            throws JournalRefused {
        return open(directory, projection, clock, registry, acts, FileChannel::open);
    }

    static FileJournal open(
            Path directory,
            Projection projection,
            Clock clock,
            MeterRegistry registry,
            List<String> acts,
            JournalFile.Opening opening)
            throws JournalRefused {
        Path file = directory.resolve("journal.jsonl");
        List<AutoCloseable> opened = new ArrayList<>();
        try {
            Files.createDirectories(directory);
            FileChannel lockChannel = lock(directory.resolve("lock"));
            opened.add(lockChannel);
            JournalFile bytes = JournalFile.open(file, opening);
            opened.add(bytes);
            Map<String, JournalEntry> last = new HashMap<>();
            Chain.Verdict.Whole whole = check(file, projection.load(), line -> {
                if (acts.contains(line.entry().act())) { // so that they are few
                    last.put(line.entry().act(), line.entry());
                }
            });
            bytes.cutTo(whole.bytes());
            projection.save(whole.end());
            FileJournal journal =
                    new FileJournal(file, bytes, lockChannel, whole.end(), last, projection, clock, registry, acts);
            journal.writer.start();
            journal.append(new JournalEntry(
                    clock.instant(),
                    "system",
                    "journal.open",
                    "journal",
                    Map.of("entries", "" + whole.end().entries(), "cutBytes", "" + whole.cutBytes())));
            return journal;
        } catch (JournalRefused refused) {
            closeAll(opened);
            throw refused;
        } catch (IOException | JournalFault failed) {
            closeAll(opened);
            throw new JournalRefused.Unreachable(
                    "journal " + file + " cannot be opened: " + failed.getMessage() + "; mend the medium or its rights",
                    failed);
        }
    }

    /// The last entry of one of the acts that the opening was told of, as it was then; null where there was none.
    public @Nullable JournalEntry lastAtOpening(String act) {
        return lastAtOpening.get(act);
    }

    private static Chain.Verdict.Whole check(Path file, Mark known, Consumer<JournalLine> each)
            throws IOException, JournalRefused.Broken {
        Chain.Verdict verdict;
        try (InputStream in = Files.newInputStream(file)) {
            verdict = Chain.walk(in, Long.MAX_VALUE, known.entries(), each);
        }
        return switch (verdict) {
            case Chain.Verdict.Broken(long seq, String why) ->
                throw new JournalRefused.Broken("journal " + file + ", entry " + seq + ": " + why
                        + "; keep the data directory as it is and restore the journal from its backup");
            case Chain.Verdict.Whole whole
            when whole.hashAtMark() == null ->
                throw new JournalRefused.Broken(
                        "journal " + file + " holds " + whole.end().entries()
                                + " entries, but the database knows of " + known.entries()
                                + ": entries were removed or lost; restore the journal from its backup");
            case Chain.Verdict.Whole whole
            when !known.lastHash().equals(whole.hashAtMark()) ->
                throw new JournalRefused.Broken("journal " + file + ", entry " + known.entries()
                        + ": it is not the one that the database knows: the journal was rewritten;"
                        + " restore it from its backup");
            case Chain.Verdict.Whole whole -> whole;
        };
    }

    private static FileChannel lock(Path lockFile) throws IOException, JournalRefused.InUse {
        FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException sameProcess) {
            lock = null;
        }
        if (lock == null) {
            channel.close();
            throw new JournalRefused.InUse("another Koegura uses the data directory of " + lockFile
                    + "; stop it, or give this one a data directory of its own");
        }
        return channel;
    }

    @Override
    public void append(JournalEntry entry) throws JournalFault {
        byte[] body = JournalLine.body(entry);
        if (body.length > JournalLine.BYTES_MAX - 1024) {
            throw new JournalFault("the entry is too long", new IllegalArgumentException(body.length + " bytes"));
        }
        Waiting append = new Waiting(body, entry.act());
        try {
            if (closed || !waiting.offer(append, APPEND_MILLIS_MAX, TimeUnit.MILLISECONDS)) {
                throw new JournalFault("the journal is closed or overloaded", new IOException("not taken"));
            }
            if (closed && waiting.remove(append)) {
                throw new JournalFault("the journal is closed", new IOException("not taken"));
            }
            append.kept.get(APPEND_MILLIS_MAX, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new JournalFault("interrupted: whether the entry is kept is unknown", interrupted);
        } catch (TimeoutException late) {
            throw new JournalFault("the journal does not answer: whether the entry is kept is unknown", late);
        } catch (ExecutionException failed) {
            throw new JournalFault("the journal cannot be written", failed);
        }
    }

    /// Reads the chain again as far as it was acknowledged, and says whether it holds; the metrics say so too. Blocks.
    public boolean check() {
        boolean holds;
        try (InputStream in = Files.newInputStream(file)) {
            long upTo = checkableBytes.get();
            holds = Chain.walk(in, upTo, 0, line -> {}) instanceof Chain.Verdict.Whole whole
                    && whole.bytes() == upTo
                    && whole.cutBytes() == 0;
        } catch (IOException unreadable) {
            LOG.error("journal.check.failed reason={}", unreadable.toString());
            holds = false;
        }
        if (!holds) {
            LOG.error("journal.chain.broken next=\"keep the data directory as it is, restore from backup\"");
        }
        valid.set(holds ? 1 : 0);
        checkedAtSeconds.set(clock.instant().getEpochSecond());
        return holds;
    }

    private void writeGroups() {
        List<Waiting> group = new ArrayList<>(GROUP_MAX);
        boolean open = true;
        while (open) {
            group.clear();
            try {
                group.add(waiting.take());
            } catch (InterruptedException nobodyDoes) {
                continue;
            }
            waiting.drainTo(group, GROUP_MAX - 1);
            open = group.stream().noneMatch(append -> append.body == null);
            write(group);
        }
        waiting.drainTo(group);
        group.forEach(append -> append.kept.completeExceptionally(new IOException("the journal is closed")));
    }

    private void write(List<Waiting> group) {
        Mark next = end;
        ByteArrayOutputStream lines = new ByteArrayOutputStream(1024);
        for (Waiting append : group) {
            if (append.body != null) {
                next = JournalLine.link(next, append.body, lines);
            }
        }
        if (lines.size() == 0) {
            return;
        }
        try {
            bytes.append(lines.toByteArray());
        } catch (IOException failed) {
            LOG.error("journal.write.failed reason={} next=\"free space or mend the medium\"", failed.toString());
            group.forEach(append -> append.kept.completeExceptionally(failed));
            return;
        }
        end = next;
        checkableBytes.set(bytes.acknowledgedBytes());
        for (Waiting append : group) {
            meters.kept(append.act);
            append.kept.complete(null);
        }
        project();
    }

    private void project() {
        try {
            projection.save(end);
        } catch (IOException failed) {
            projectionFailures.increment();
            LOG.warn("journal.projection.failed reason={}", failed.toString());
        }
    }

    /// Writes what waits, then lets go of the file. Idempotent.
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            waiting.put(new Waiting(null, ""));
            writer.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        closeAll(List.of(lockChannel, bytes));
    }

    private static void closeAll(List<AutoCloseable> opened) {
        for (AutoCloseable each : opened.reversed()) {
            try {
                each.close();
            } catch (Exception failed) {
                LOG.warn("journal.close.failed reason={}", failed.toString());
            }
        }
    }
}
