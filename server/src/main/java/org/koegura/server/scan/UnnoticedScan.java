package org.koegura.server.scan;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.JournalEntry;
import org.koegura.callmodel.port.Journal;
import org.koegura.callmodel.port.Journal.JournalFault;
import org.koegura.verifier.NoticeScan;
import org.koegura.verifier.NoticeScan.Result;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Counts recordings that nothing justifies (N1, Art. 4), by what is in them, after they were sealed.
///
/// Each is read once, on a thread of its own, at most a tenth of its time; nobody waits for it. What cannot be
/// read is tried again in the next round and then told as that: it is another fault.
public final class UnnoticedScan implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(UnnoticedScan.class);

    private static final Duration BETWEEN_ROUNDS = Duration.ofSeconds(5);

    /// After which it is looked for newer recordings, however many wait.
    private static final Duration ROUND_MAX = Duration.ofMinutes(1);

    /// A disk that stands still holds a read beyond any interrupt: the rooms are closed all the same.
    private static final Duration END_WAIT = Duration.ofSeconds(2);

    private static final Map<String, String> DIRECTIONS = Map.of("inbound", "in", "outbound", "out");

    private final Path keys;
    private final SealedFolders folders;
    private final Journal journal;
    private final Clock clock;
    private final MeterRegistry metrics;
    private final Rest rest = new Rest(System::nanoTime, TimeUnit.NANOSECONDS::sleep);
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong roundEndedAt; // in Unix seconds
    private final CountDownLatch closing = new CountDownLatch(1);

    /// Could not be read in the round before; bounded by the recordings that wait.
    private final Set<Path> doubted = new HashSet<>();

    private @Nullable Thread thread;

    /// @param data the data directory
    UnnoticedScan(Path data, Journal journal, Clock clock, MeterRegistry metrics) {
        this.keys = data.resolve("keys");
        this.folders = new SealedFolders(
                data.resolve("recordings"), new ScannedList(data.resolve("recordings.scanned")), clock);
        this.journal = journal;
        this.clock = clock;
        this.metrics = metrics;
        this.roundEndedAt = new AtomicLong(clock.instant().getEpochSecond());
        DIRECTIONS.keySet().forEach(this::unnoticed);
        List.of("justified", "unnoticed", "unreadable").forEach(this::scanned);
        Gauge.builder("koegura.scan.waiting", waiting, AtomicInteger::get)
                .description("Sealed recordings that the scan for unnoticed ones has found and not read yet.")
                .register(metrics);
        Gauge.builder("koegura.scan.last.timestamp", roundEndedAt, AtomicLong::get)
                .baseUnit("seconds")
                .description(
                        "Unix time the last round of the scan for unnoticed recordings ended; of the start, before it.")
                .register(metrics);
    }

    /// Begins to scan what is sealed in a data directory, and what will be.
    public static UnnoticedScan start(Path data, Journal journal, Clock clock, MeterRegistry metrics) {
        UnnoticedScan scan = new UnnoticedScan(data, journal, clock, metrics);
        scan.thread = Thread.ofPlatform().daemon().name("notice-scan").start(scan::run);
        return scan;
    }

    private void run() {
        try {
            while (!closing.await(BETWEEN_ROUNDS.toMillis(), TimeUnit.MILLISECONDS)) {
                round();
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /// Reads what was not read yet. A round that fails is told, and the next one tries again.
    void round() throws InterruptedException {
        try {
            rest.begin();
            List<Path> found = folders.waiting();
            waiting.set(found.size());
            rest.turn();
            read(found);
            folders.remember();
            if (!folders.isBlind()) {
                roundEndedAt.set(clock.instant().getEpochSecond());
            }
        } catch (IOException | RuntimeException fault) {
            LOG.error("scan.round.failed", fault);
        }
    }

    private void read(List<Path> found) throws InterruptedException {
        long startNanos = System.nanoTime();
        doubted.retainAll(found);
        for (Path recording : found) {
            if (System.nanoTime() - startNanos > ROUND_MAX.toNanos()) {
                return;
            }
            judge(recording, result(recording));
            waiting.decrementAndGet();
            rest.turn();
        }
    }

    private Result result(Path recording) throws InterruptedException {
        try (NoticeScan scan = NoticeScan.open(recording, keys)) {
            while (scan.step()) {
                rest.turn();
            }
            return scan.result();
        } catch (IOException | RuntimeException fault) { // of ours, or of closing: the others are read all the same
            return new Result.Unreadable(String.valueOf(fault));
        }
    }

    private void judge(Path recording, Result result) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("closed"); // which may be why it could not be read
        }
        boolean again = doubted.remove(recording);
        switch (result) {
            case Result.Justified _ -> {
                folders.done(recording);
                scanned("justified").increment();
            }
            case Result.Unnoticed found -> {
                folders.doneForNow(recording);
                scanned("unnoticed").increment();
                tell(String.valueOf(recording.getFileName()), found);
            }
            case Result.Unreadable found -> {
                if (again) {
                    folders.doneForNow(recording);
                    scanned("unreadable").increment();
                    LOG.warn("recording.unscanned recording={} why=\"{}\"", recording.getFileName(), found.why());
                } else {
                    doubted.add(recording); // it may be on its way out: key first, then folder
                }
            }
            case Result.Gone _ -> {}
        }
    }

    private void tell(String recording, Result.Unnoticed found) {
        String direction = Objects.requireNonNull(DIRECTIONS.get(found.direction()));
        unnoticed(found.direction()).increment();
        LOG.error("recording.unnoticed recording={} direction={} why=\"{}\"", recording, direction, found.why());
        try {
            journal.append(new JournalEntry(
                    clock.instant(),
                    "system",
                    "recording.unnoticed",
                    recording,
                    Map.of("direction", direction, "why", found.why())));
        } catch (JournalFault fault) {
            LOG.error("recording.unnoticed.unjournalled recording={} cause=\"{}\"", recording, fault.getMessage());
        }
    }

    private Counter unnoticed(String direction) {
        return Counter.builder("koegura.unnoticed.recordings")
                .description("Sealed recordings whose earliest packet no completed notice, attestation or exemption"
                        + " precedes, by a scan of their packets. Must stay 0.")
                .tags("direction", Objects.requireNonNull(DIRECTIONS.get(direction)))
                .register(metrics);
    }

    private Counter scanned(String result) {
        return Counter.builder("koegura.scanned.recordings")
                .description("Sealed recordings that the scan for unnoticed ones has read.")
                .tags("result", result)
                .register(metrics);
    }

    /// What was not read is left to the next start. Idempotent.
    @Override
    public void close() {
        closing.countDown();
        Thread running = thread;
        if (running != null) {
            running.interrupt();
            try {
                if (!running.join(END_WAIT)) {
                    LOG.warn("scan.end.late");
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
