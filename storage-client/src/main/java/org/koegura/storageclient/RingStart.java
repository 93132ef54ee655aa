package org.koegura.storageclient;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.StoreFault;
import org.koegura.storageclient.ring.Place;
import org.koegura.storageclient.ring.RingAccount;
import org.koegura.storageclient.ring.RingSurvey;
import org.koegura.storageclient.ring.Tombstone;
import org.koegura.storageclient.ring.Tombstone.Target;
import org.koegura.storageclient.ring.Tombstones;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds out, at a start, what takes room in the ring: what the ledger says, and the folders that a crash kept
/// out of it. Recordings without a receipt go to the uploads.
///
/// A manifest or a tombstone that cannot be read does not keep the product from starting: its recording keeps
/// its room, and the log names it.
record RingStart(RingSurvey survey, Tombstones tombstones, Uploads uploads) {

    private static final Logger LOG = LoggerFactory.getLogger(RingStart.class);

    /// @throws IOException the folders cannot be listed
    RingAccount account(Collection<Place> known) throws StoreFault, IOException {
        RingAccount account = new RingAccount();
        Map<RecordingId, Path> folders = survey.sealedFolders();
        for (Place place : known) {
            if (!folders.containsKey(place.recording())) {
                takeKnown(place, account);
            }
        }
        for (Map.Entry<RecordingId, Path> found : folders.entrySet()) {
            takeFound(found.getKey(), found.getValue(), account);
        }
        return account;
    }

    /// A recording whose files are gone, but which was not erased, keeps its place until it would have been
    /// overwritten: so long its twin in the cloud lives.
    private void takeKnown(Place place, RingAccount account) {
        switch (tombstones.trace(place.recording())) {
            case Tombstones.Trace.None _ -> {
                LOG.error("ring.recording.lost recording={}", place.recording());
                account.take(place);
            }
            case Tombstones.Trace.Unreadable _ -> takeAside(place, account);
            case Tombstones.Trace.Found(Tombstone tombstone) -> {
                if (!tombstone.has(Target.RING)) {
                    takeAside(place, account);
                }
            }
        }
    }

    private void takeFound(RecordingId recording, Path folder, RingAccount account) throws StoreFault, IOException {
        Place place = survey.place(recording, folder);
        if (place == null) {
            account.room(recording, RingSurvey.bytes(folder));
            return;
        }
        switch (tombstones.trace(recording)) {
            case Tombstones.Trace.None _ -> {
                account.take(place);
                uploads.add(place);
            }
            case Tombstones.Trace.Unreadable _ -> takeAside(place, account);
            case Tombstones.Trace.Found(Tombstone tombstone) -> {
                takeAside(place, account);
                if (tombstone.has(Target.RING)) {
                    // It came back, from a backup: what was erased is erased again.
                    LOG.warn("ring.recording.returned recording={}", recording);
                    tombstones.write(new Tombstone(place, tombstone.erasure(), List.of()));
                }
            }
        }
    }

    /// Its erasure has begun: it takes room until it is gone, and is neither uploaded nor anybody's next.
    private static void takeAside(Place place, RingAccount account) {
        account.take(place);
        account.leave(place.recording());
    }
}
