package org.koegura.storageclient;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.StoreFault;
import org.koegura.storageclient.keys.SealKey;
import org.koegura.storageclient.medium.Layout;
import org.koegura.storageclient.medium.Medium;
import org.koegura.storageclient.ring.Place;
import org.koegura.storageclient.ring.RingAccount;
import org.koegura.storageclient.ring.RingLedger;
import org.koegura.storageclient.ring.RingSurvey;
import org.koegura.storageclient.ring.Tombstones;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The built-in medium as a ring of whole recordings: a new one gets its room by overwriting the oldest
/// (Art. 7.3).
///
/// Only a recording that the cloud holds and no hold preserves is overwritten. Where there is none, the *new*
/// recording is refused. A recording gets room by steps: one when it begins, and another when it has written
/// one full. An open recording is never cut for want of room; where nothing may be overwritten for its next
/// step, it goes on, and no other is begun:
///
/// ```
/// used = places of sealed recordings + rooms of open ones
///      ≤ capacity + the further steps of open recordings that found nothing to overwrite
/// ```
///
/// Overwriting waits for disk, hold register and journal, and whoever begins a recording is a writer who has
/// others to flush. So the thread `ring-keeper` keeps a few steps free *ahead* of the next recordings. It is
/// asked when one takes of them, and erases no more than brings them back. Who finds no room all the same
/// overwrites by itself, one recording at a time in turn with the keeper.
///
/// Safe for any number of threads. Whoever overwrites holds `overwriting`; the sums have a lock of their own,
/// under which nobody waits for the disk.
final class RingStore implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RingStore.class);

    private final RingSurvey survey;
    private final Uploads uploads;
    private final HomesMetrics metrics;
    private final HomeStep.Watch watch;
    private final StoreSettings settings;
    private final Medium medium;
    private volatile RingSize size;
    private final RingLedger ledger;
    private final RingAccount account; // under sums
    private final Object sums = new Object();
    private final ReentrantLock overwriting = new ReentrantLock(true); // fair: the keeper takes turns
    private final AtomicBoolean keeperAsked = new AtomicBoolean();
    private final ExecutorService keeper = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("ring-keeper").daemon().factory());

    private volatile @Nullable Erasures erasures;

    /// The room of one open recording. Belongs to its writer.
    final class Room {
        private final RecordingId recording;
        private final long stepBytes = size.stepBytes();
        private long grantedBytes = stepBytes;

        private Room(RecordingId recording) {
            this.recording = recording;
        }

        /// Says how long the recording's file is now. Does not wait for the disk.
        void grown(long bytes) {
            if (bytes > grantedBytes) {
                grantedBytes = (bytes / stepBytes + 1) * stepBytes;
                grow(recording, grantedBytes);
            }
        }
    }

    private RingStore(
            RingSurvey survey,
            Uploads uploads,
            HomesMetrics metrics,
            HomeStep.Watch watch,
            StoreSettings settings,
            Medium medium,
            RingSize size,
            RingLedger ledger,
            RingAccount account) {
        this.survey = survey;
        this.uploads = uploads;
        this.metrics = metrics;
        this.watch = watch;
        this.settings = settings;
        this.medium = medium;
        this.size = size;
        this.ledger = ledger;
        this.account = account;
        metrics.gauge("koegura.ring.capacity.bytes", "Size of the built-in medium ring.", this::capacityBytes);
        metrics.gauge("koegura.ring.used.bytes", "Places and rooms in the ring.", this::usedBytes);
    }

    /// Finds out what is in the ring: what the ledger says, and the folders that a crash kept out of it.
    /// Recordings without a receipt go to the uploads. Blocks.
    static RingStore open(
            StoreSettings settings,
            Layout layout,
            Medium medium,
            SealKey sealKey,
            Tombstones tombstones,
            Uploads uploads,
            HomesMetrics metrics,
            HomeStep.Watch watch)
            throws StoreFault {
        RingSurvey survey = new RingSurvey(layout, sealKey);
        try {
            RingAccount account = new RingStart(survey, tombstones, uploads).account(RingLedger.read(layout.ledger()));
            RingLedger ledger = RingLedger.write(layout.ledger(), account.all());
            RingSize size = RingSize.of(settings, medium, account.usedBytes());
            return new RingStore(survey, uploads, metrics, watch, settings, medium, size, ledger, account);
        } catch (IOException e) {
            throw medium.fault("open the ring of", layout.ring(), e);
        }
    }

    private long capacityBytes() {
        return size.capacityBytes();
    }

    /// Asks a disk that could not say at the start what it holds.
    private void askForSize() {
        try {
            size = RingSize.of(settings, medium, usedBytes());
        } catch (IOException unknown) {
            LOG.warn("ring.size.unknown cause=\"{}\"", unknown.getMessage());
        }
    }

    /// Counts what lies in `open/` at a start, until it is sealed into its place.
    void countOpen(Medium medium) throws StoreFault {
        try {
            for (Map.Entry<RecordingId, Path> open : survey.openFolders().entrySet()) {
                synchronized (sums) {
                    account.room(open.getKey(), RingSurvey.bytes(open.getValue()));
                }
            }
        } catch (IOException e) {
            throw medium.fault("look at recordings that are", "open", e);
        }
    }

    /// From now on there is somebody who may overwrite. A ring that was made smaller shrinks at once, not when the
    /// next recording begins.
    void start(Erasures erasures) {
        this.erasures = erasures;
        if (usedBytes() > capacityBytes()) {
            askForRoomIfShort();
        }
    }

    /// Gets a new recording its first step of room, as a rule at once, of what is kept free; if need be by
    /// overwriting, which blocks.
    ///
    /// @throws StoreFault.Full nothing may be overwritten: all is held, or not in the cloud yet, or nothing is
    ///     erased at this moment because hold register or journal do not answer
    Room reserve(RecordingId recording) throws StoreFault.Full {
        if (!size.known()) {
            askForSize();
        }
        if (!tryReserve(recording)) {
            reserveByOverwriting(recording);
        }
        askForRoomIfShort();
        return new Room(recording);
    }

    private void reserveByOverwriting(RecordingId recording) throws StoreFault.Full {
        metrics.waited();
        overwriting.lock();
        try {
            while (!tryReserve(recording)) {
                if (!overwriteOldest()) {
                    metrics.refused();
                    LOG.error("ring.full capacityBytes={} usedBytes={}", capacityBytes(), usedBytes());
                    throw full();
                }
            }
        } finally {
            overwriting.unlock();
        }
    }

    private StoreFault.Full full() {
        return new StoreFault.Full(
                "the ring of " + (capacityBytes() >> 20) + " MiB is full of recordings that are held, or that the cloud"
                        + " does not hold yet: see that the cloud and the database answer, or enlarge the ring",
                new IOException("nothing in the ring may be overwritten"));
    }

    private boolean tryReserve(RecordingId recording) {
        synchronized (sums) {
            RingSize now = size;
            if (account.usedBytes() + now.stepBytes() > now.capacityBytes()) {
                return false;
            }
            account.room(recording, now.stepBytes());
            return true;
        }
    }

    private void grow(RecordingId recording, long bytes) {
        synchronized (sums) {
            account.room(recording, bytes);
        }
        askForRoomIfShort();
    }

    /// Whether less is free than is to be kept free ahead, or an open recording has more than there is.
    private boolean isShort() {
        RingSize now = size;
        return usedBytes() + now.aheadBytes() > now.capacityBytes();
    }

    private void askForRoomIfShort() {
        if (isShort() && keeperAsked.compareAndSet(false, true)) {
            try {
                keeper.execute(this::keepRoomAhead);
            } catch (RejectedExecutionException closing) {
                // The recording goes on; the next start counts what it took.
            }
        }
    }

    /// Lets go after each, so that nobody waits for more than one.
    private void keepRoomAhead() {
        keeperAsked.set(false);
        boolean more = true;
        while (more) {
            overwriting.lock();
            try {
                more = isShort() && overwriteOldest();
            } finally {
                overwriting.unlock();
            }
        }
    }

    /// Overwrites the oldest that may be; false where none was. Holds `overwriting`.
    private boolean overwriteOldest() {
        Erasures eraser = erasures;
        if (eraser == null) {
            return false;
        }
        List<Place> candidates;
        synchronized (sums) {
            candidates = account.oldestFirst();
        }
        for (Place place : candidates) {
            if (uploads.isPending(place.recording())) {
                continue;
            }
            switch (eraser.overwrite(place)) {
                case ERASED -> {
                    return true;
                }
                case HELD -> LOG.debug("ring.held recording={}", place.recording());
                case ONLY_COPY -> {
                    LOG.warn("ring.receipt.missing recording={}", place.recording());
                    uploads.add(place);
                }
                case BEGUN -> {
                    synchronized (sums) {
                        account.leave(place.recording());
                    }
                    return false;
                }
                case FAILED -> {
                    return false;
                }
            }
        }
        return false;
    }

    /// Takes back the room of a recording that was not begun.
    void release(RecordingId recording) {
        synchronized (sums) {
            account.endRoom(recording);
        }
    }

    /// Gives a recording its place, now that it is sealed, and sends it to the cloud. Idempotent.
    void sealed(RecordingId recording, Path folder) {
        Place place = survey.place(recording, folder);
        if (place == null) {
            return; // it keeps its room; the log has said why
        }
        // First that it waits for the cloud, last that it has a place: whoever looks for one to overwrite never
        // sees the only copy as one that may go.
        uploads.add(place);
        try {
            ledger.taken(place);
        } catch (IOException e) {
            ledgerFailed(e);
        }
        watch.passed(HomeStep.LEDGER_WRITTEN);
        synchronized (sums) {
            account.endRoom(recording);
            account.take(place);
        }
        watch.passed(HomeStep.PLACE_TAKEN);
        askForRoomIfShort(); // its place may be a little more than what it wrote
    }

    /// Gives the place of an erased recording back.
    void freed(RecordingId recording) {
        @Nullable Place place;
        synchronized (sums) {
            place = account.free(recording);
        }
        if (place != null) {
            try {
                ledger.freed(recording);
            } catch (IOException e) {
                ledgerFailed(e);
            }
        }
    }

    /// No harm yet: the next start finds folder or tombstone.
    private static void ledgerFailed(IOException e) {
        LOG.error("ring.ledger.failed cause=\"{}\"", e.getMessage());
    }

    long usedBytes() {
        synchronized (sums) {
            return account.usedBytes();
        }
    }

    /// Ends the overwriting that is under way.
    @Override
    public void close() {
        keeper.shutdown();
        overwriting.lock(); // what is being overwritten ends first
        try {
            erasures = null;
        } finally {
            overwriting.unlock();
        }
        try {
            ledger.close();
        } catch (IOException e) {
            ledgerFailed(e);
        }
    }
}
