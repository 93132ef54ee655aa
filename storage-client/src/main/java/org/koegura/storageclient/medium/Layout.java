package org.koegura.storageclient.medium;

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
/// media.ports                       ports in use, and those that rest, for the process after this one
/// keys/master.key seal.key seal.pub
/// keys/recordings/ID.key            wrapped
/// ```
public record Layout(Path root) {

    public static final String PACKETS = "packets.kgr";
    public static final String MANIFEST = "manifest.json";
    public static final String SIGNATURE = "manifest.sig";

    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuu/MM/dd").withZone(ZoneOffset.UTC);

    public Path lock() {
        return root.resolve("lock");
    }

    public Path recordings() {
        return root.resolve("recordings");
    }

    public Path open() {
        return recordings().resolve("open");
    }

    public Path openFolder(RecordingId recording) {
        return open().resolve(recording.value());
    }

    /// Where a recording lies once it is sealed: by the UTC day on which its capture started.
    public Path sealedFolder(RecordingId recording, Instant captureStartedAt) {
        return recordings().resolve(DAY.format(captureStartedAt)).resolve(recording.value());
    }

    /// Beside the recording, not inside: a sealed folder never changes.
    public Path cloudReceipt(RecordingId recording, Instant captureStartedAt) {
        return sealedFolder(recording, captureStartedAt).resolveSibling(recording.value() + ".cloud.json");
    }

    /// The prefix of a recording's objects in the cloud: as its folder lies here.
    public static String cloudFolder(RecordingId recording, Instant captureStartedAt) {
        return "recordings/" + DAY.format(captureStartedAt) + "/" + recording.value();
    }

    /// Where its wrapped key lies in the cloud: never inside its folder.
    public static String cloudKey(RecordingId recording) {
        return "keys/recordings/" + recording.value() + ".key";
    }

    /// All objects that a recording has in the cloud, its key first.
    public static List<String> cloudObjects(RecordingId recording, Instant captureStartedAt) {
        String prefix = cloudFolder(recording, captureStartedAt) + "/";
        return List.of(cloudKey(recording), prefix + PACKETS, prefix + MANIFEST, prefix + SIGNATURE);
    }

    public Path ring() {
        return root.resolve("ring");
    }

    public Path ledger() {
        return ring().resolve("ledger.jsonl");
    }

    public Path leaving() {
        return ring().resolve("leaving");
    }

    public Path leavingFolder(RecordingId recording) {
        return leaving().resolve(recording.value());
    }

    public Path tombstones() {
        return root.resolve("tombstones");
    }

    public Path unfinishedTombstones() {
        return tombstones().resolve("unfinished");
    }

    public Path tombstone(RecordingId recording) {
        return tombstones().resolve(recording.value() + ".json");
    }

    public Path unfinishedTombstone(RecordingId recording) {
        return unfinishedTombstones().resolve(recording.value() + ".json");
    }

    public Path callCheckpoints() {
        return root.resolve("calls.checkpoint");
    }

    public Path mediaPorts() {
        return root.resolve("media.ports");
    }

    public Path keys() {
        return root.resolve("keys");
    }

    public Path wrappedKeys() {
        return keys().resolve("recordings");
    }

    public Path wrappedKey(RecordingId recording) {
        return wrappedKeys().resolve(recording.value() + ".key");
    }

    public Path masterKey() {
        return keys().resolve("master.key");
    }

    public Path sealKey() {
        return keys().resolve("seal.key");
    }

    public Path sealPublicKey() {
        return keys().resolve("seal.pub");
    }
}
