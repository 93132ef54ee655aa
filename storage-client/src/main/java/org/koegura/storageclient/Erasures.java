package org.koegura.storageclient;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.koegura.callmodel.JournalEntry;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.HoldRegister;
import org.koegura.callmodel.port.HoldRegister.HoldFault;
import org.koegura.callmodel.port.Journal;
import org.koegura.callmodel.port.Journal.JournalFault;
import org.koegura.callmodel.port.RecordingStore.Erasure;
import org.koegura.storageclient.cloud.CloudStore;
import org.koegura.storageclient.keys.KeyCabinet;
import org.koegura.storageclient.medium.Layout;
import org.koegura.storageclient.medium.Medium;
import org.koegura.storageclient.ring.Place;
import org.koegura.storageclient.ring.Tombstone;
import org.koegura.storageclient.ring.Tombstone.Target;
import org.koegura.storageclient.ring.Tombstones;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Erases recordings from both homes, in an order that a crash may cut anywhere:
///
/// ```
/// hold register, receipt of the cloud → journal → tombstone → wrapped key → folder → files, receipt → place
///     … then, retried for ever: hold register → cloud → journal → receipt
/// ```
///
/// Once its tombstone stands, an erasure is not taken back; the next start does what is left. Before
/// that nothing is erased. While the hold register cannot be read, neither an erasure begins nor one
/// goes on. The journal is written at least once: a process that dies after it and before the tombstone
/// writes it again.
///
/// One recording is worked on by one thread at a time; otherwise safe for any number.
final class Erasures implements AutoCloseable {

    /// T2: the cloud's object goes within a day.
    static final Duration CLOUD_LIMIT = Duration.ofHours(24);

    private static final Logger LOG = LoggerFactory.getLogger(Erasures.class);

    private final Layout layout;
    private final Receipts receipts;
    private final Medium medium;
    private final KeyCabinet keys;
    private final Tombstones tombstones;
    private final CloudStore cloud;
    private final Journal journal;
    private final HoldRegister holds;
    private final Clock clock;
    private final HomesMetrics metrics;
    private final HomeStep.Watch watch;
    private final Consumer<RecordingId> freed;
    private final Map<RecordingId, Tombstone> unfinished = new ConcurrentHashMap<>();
    private final Set<RecordingId> held = ConcurrentHashMap.newKeySet();
    private final Backlog<RecordingId> backlog;

    /// What became of one that was to be erased.
    enum Outcome {
        /// Nothing of it is left on the built-in medium.
        ERASED,
        /// A hold preserves it.
        HELD,
        /// It lies here, and no receipt says that the cloud holds it.
        ONLY_COPY,
        /// Its tombstone stands, but the disk does not let it go yet. It will be tried again.
        BEGUN,
        /// Register, journal or disk failed, and nothing was begun. There is no use in trying the next one.
        FAILED
    }

    /// @param freed told of each recording that is gone from the built-in medium
    Erasures(
            Layout layout,
            Medium medium,
            KeyCabinet keys,
            Tombstones tombstones,
            CloudStore cloud,
            Journal journal,
            HoldRegister holds,
            Clock clock,
            HomesMetrics metrics,
            HomeStep.Watch watch,
            Pace pace,
            Consumer<RecordingId> freed) {
        this.layout = layout;
        this.receipts = new Receipts(layout);
        this.medium = medium;
        this.keys = keys;
        this.tombstones = tombstones;
        this.cloud = cloud;
        this.journal = journal;
        this.holds = holds;
        this.clock = clock;
        this.metrics = metrics;
        this.watch = watch;
        this.freed = freed;
        this.backlog = new Backlog<>("cloud-erasure", 1, pace, this::goOn);
        metrics.gauge(
                "koegura.deletions.overdue",
                "Recordings gone from the ring for more than 24 h, with no hold, not yet deleted in the cloud.",
                "target",
                HomesMetrics.CLOUD,
                this::overdue);
    }

    /// Takes up what an earlier start left.
    void start() throws StoreFault {
        for (Tombstone tombstone : tombstones.unfinished()) {
            unfinished.put(tombstone.place().recording(), tombstone);
            backlog.add(tombstone.place().recording());
        }
        backlog.start();
    }

    /// Erases a recording because its place is needed. Returns [Outcome#ERASED] once it is gone from the
    /// built-in medium; the cloud follows by itself. Blocks.
    Outcome overwrite(Place place) {
        RecordingId recording = place.recording();
        try (HoldRegister.Unheld unheld = holds.unheld(recording, place.call())) {
            if (unheld == null) {
                return Outcome.HELD;
            }
            if (isHere(place) && !receipts.cover(place)) {
                return Outcome.ONLY_COPY;
            }
            journal("recording.overwrite", place, Map.of("manifestSha256", place.manifestSha256()));
            watch.passed(HomeStep.JOURNALLED);
            Tombstone tombstone = Tombstone.of(place, clock.instant(), Erasure.Why.OVERWRITTEN);
            tombstones.write(tombstone);
            unfinished.put(recording, tombstone);
        } catch (HoldFault | JournalFault | StoreFault fault) {
            failed(HomesMetrics.RING, recording, fault);
            return Outcome.FAILED;
        }
        metrics.overwritten();
        watch.passed(HomeStep.TOMBSTONE_WRITTEN);
        Outcome outcome = Outcome.ERASED;
        try {
            eraseHere(recording);
        } catch (StoreFault fault) {
            failed(HomesMetrics.RING, recording, fault);
            outcome = Outcome.BEGUN;
        }
        backlog.add(recording);
        return outcome;
    }

    /// In doubt it is: only what the disk surely lost needs no receipt to be given up.
    private boolean isHere(Place place) {
        return !Files.notExists(layout.sealedFolder(place.recording(), place.startedAt()));
    }

    /// Does what is left of an erasure whose tombstone stands; whether all of it is done.
    private boolean goOn(RecordingId recording) {
        Tombstone tombstone = Objects.requireNonNull(unfinished.get(recording));
        String target = tombstone.has(Target.RING) ? HomesMetrics.CLOUD : HomesMetrics.RING;
        try {
            if (holds.isHeld(recording, tombstone.place().call())) {
                held.add(recording);
                return false;
            }
            held.remove(recording);
            eraseHere(recording);
            target = HomesMetrics.CLOUD;
            eraseInCloud(recording);
            unfinished.remove(recording);
            LOG.info("recording.erased recording={}", recording);
            return true;
        } catch (HoldFault | JournalFault | StoreFault fault) {
            failed(target, recording, fault);
            return false;
        }
    }

    private void eraseHere(RecordingId recording) throws StoreFault {
        Tombstone tombstone = Objects.requireNonNull(unfinished.get(recording));
        if (!tombstone.has(Target.RING)) {
            try {
                keys.discard(recording);
                watch.passed(HomeStep.KEY_DESTROYED);
                tombstone = tombstone.with(Target.KEY, clock.instant(), List.of());
                deleteFiles(tombstone.place());
                watch.passed(HomeStep.FILES_DELETED);
            } catch (IOException e) {
                throw medium.fault("erase", recording, e);
            }
            tombstone = tombstone.with(Target.RING, clock.instant(), List.of());
            tombstones.write(tombstone);
            unfinished.put(recording, tombstone);
            metrics.deleted(HomesMetrics.RING);
        }
        freed.accept(recording);
        watch.passed(HomeStep.PLACE_FREED);
    }

    /// The folder leaves its day as a whole, so that nobody ever finds half a recording there.
    private void deleteFiles(Place place) throws IOException {
        Path folder = layout.sealedFolder(place.recording(), place.startedAt());
        Path leaving = layout.leavingFolder(place.recording());
        Path day = Objects.requireNonNull(folder.getParent());
        if (Files.isDirectory(folder)) {
            Files.move(folder, leaving, StandardCopyOption.ATOMIC_MOVE);
        }
        watch.passed(HomeStep.FOLDER_LEFT);
        Files.deleteIfExists(layout.cloudReceipt(place.recording(), place.startedAt()));
        if (Files.isDirectory(day)) {
            Medium.forceFolder(day);
        }
        Medium.removeFolder(leaving);
        Medium.forceFolder(layout.leaving());
    }

    private void eraseInCloud(RecordingId recording) throws StoreFault, JournalFault {
        Tombstone tombstone = Objects.requireNonNull(unfinished.get(recording));
        if (!tombstone.has(Target.CLOUD)) {
            Place place = tombstone.place();
            List<String> deleted = deleteInCloud(place);
            journal("recording.cloud.delete", place, Map.of("objects", Integer.toString(deleted.size())));
            watch.passed(HomeStep.CLOUD_JOURNALLED);
            tombstone = tombstone.with(Target.CLOUD, clock.instant(), deleted);
            metrics.deleted(HomesMetrics.CLOUD);
        }
        tombstones.write(tombstone);
        watch.passed(HomeStep.TOMBSTONE_FINISHED);
    }

    /// Deletes key and objects and has the cloud confirm it; the keys of all that a recording has there.
    private List<String> deleteInCloud(Place place) throws StoreFault {
        String key = Layout.cloudKey(place.recording());
        String folder = Layout.cloudFolder(place.recording(), place.startedAt());
        try {
            cloud.deleteEveryVersion(key);
            watch.passed(HomeStep.CLOUD_KEY_DELETED);
            for (String object : cloud.list(folder)) {
                cloud.deleteEveryVersion(object);
            }
            watch.passed(HomeStep.CLOUD_DELETED);
            if (cloud.confirm(key).isPresent() || !cloud.list(folder).isEmpty()) {
                throw new StoreFault.Damaged("the cloud still holds " + folder + " after it was deleted");
            }
            metrics.cloudAnswered(true);
        } catch (StoreFault.Unreachable | StoreFault.Full fault) {
            metrics.cloudAnswered(false);
            throw fault;
        }
        return Layout.cloudObjects(place.recording(), place.startedAt());
    }

    private void journal(String act, Place place, Map<String, String> more) throws JournalFault {
        Map<String, String> details = new TreeMap<>(more);
        details.put("reason", "overwritten");
        details.put("call", place.call().value());
        details.put("captureStartedAt", place.startedAt().toString());
        journal.append(new JournalEntry(
                clock.instant(), "system", act, place.recording().value(), details));
    }

    private void failed(String target, RecordingId recording, Exception fault) {
        metrics.deletionFailed(target);
        LOG.error(
                "recording.erasure.failed target={} recording={} cause=\"{}\"", target, recording, fault.getMessage());
    }

    private int overdue() {
        Instant limit = clock.instant().minus(CLOUD_LIMIT);
        List<RecordingId> late = new ArrayList<>();
        unfinished.forEach((recording, tombstone) -> {
            if (tombstone.erasure().at().isBefore(limit) && !held.contains(recording)) {
                late.add(recording);
            }
        });
        return late.size();
    }

    /// Lets the step that is under way end; the others are left to the next start.
    @Override
    public void close() {
        backlog.close();
    }
}
