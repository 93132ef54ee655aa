package org.koegura.storageclient;

import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.koegura.callmodel.RecordingId;

/// Names every place below the data directory. The only class that knows the paths.
///
/// ```
/// lock                              held while a process uses the directory
/// recordings/open/ID/               being written
/// recordings/2026/11/24/ID/         sealed
/// recordings/2026/11/24/ID.cloud.json  receipt: the cloud holds it
/// ring/ledger.jsonl                 the ring's order
/// ring/leaving/ID/                  being erased
/// tombstones/unfinished/ID.json     erased here, not everywhere yet
/// tombstones/ID.json                erased everywhere
/// calls.checkpoint                  answered calls that are up, for the process after this one
/// keys/master.key seal.key seal.pub
/// keys/recordings/ID.key            wrapped
/// ```
record Layout(Path root) {

    static final String PACKETS = "packets.kgr";
    static final String MANIFEST = "manifest.json";
    static final String SIGNATURE = "manifest.sig";

    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuu/MM/dd").withZone(ZoneOffset.UTC);

    Path lock() {
        return root.resolve("lock");
    }

    Path recordings() {
        return root.resolve("recordings");
    }

    Path open() {
        return recordings().resolve("open");
    }

    Path openFolder(RecordingId recording) {
        return open().resolve(recording.value());
    }

    /// Where a recording lies once it is sealed: by the UTC day on which its capture started.
    Path sealedFolder(RecordingId recording, Instant captureStartedAt) {
        return recordings().resolve(DAY.format(captureStartedAt)).resolve(recording.value());
    }

    /// Beside the recording, not inside: a sealed folder never changes.
    Path cloudReceipt(RecordingId recording, Instant captureStartedAt) {
        return sealedFolder(recording, captureStartedAt).resolveSibling(recording.value() + ".cloud.json");
    }

    /// The prefix of a recording's objects in the cloud: as its folder lies here.
    static String cloudFolder(RecordingId recording, Instant captureStartedAt) {
        return "recordings/" + DAY.format(captureStartedAt) + "/" + recording.value();
    }

    /// Where its wrapped key lies in the cloud: never inside its folder.
    static String cloudKey(RecordingId recording) {
        return "keys/recordings/" + recording.value() + ".key";
    }

    /// All objects that a recording has in the cloud, its key first.
    static List<String> cloudObjects(RecordingId recording, Instant captureStartedAt) {
        String prefix = cloudFolder(recording, captureStartedAt) + "/";
        return List.of(cloudKey(recording), prefix + PACKETS, prefix + MANIFEST, prefix + SIGNATURE);
    }

    Path ring() {
        return root.resolve("ring");
    }

    Path ledger() {
        return ring().resolve("ledger.jsonl");
    }

    Path leaving() {
        return ring().resolve("leaving");
    }

    Path leavingFolder(RecordingId recording) {
        return leaving().resolve(recording.value());
    }

    Path tombstones() {
        return root.resolve("tombstones");
    }

    Path unfinishedTombstones() {
        return tombstones().resolve("unfinished");
    }

    Path tombstone(RecordingId recording) {
        return tombstones().resolve(recording.value() + ".json");
    }

    Path unfinishedTombstone(RecordingId recording) {
        return unfinishedTombstones().resolve(recording.value() + ".json");
    }

    Path callCheckpoints() {
        return root.resolve("calls.checkpoint");
    }

    Path keys() {
        return root.resolve("keys");
    }

    Path wrappedKeys() {
        return keys().resolve("recordings");
    }

    Path wrappedKey(RecordingId recording) {
        return wrappedKeys().resolve(recording.value() + ".key");
    }

    Path masterKey() {
        return keys().resolve("master.key");
    }

    Path sealKey() {
        return keys().resolve("seal.key");
    }

    Path sealPublicKey() {
        return keys().resolve("seal.pub");
    }
}
