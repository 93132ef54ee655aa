package org.koegura.storageclient;

import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.koegura.callmodel.RecordingId;

/// Names every place below the data directory. The only class that knows the paths.
///
/// ```
/// lock                              held while a process uses the directory
/// recordings/open/ID/               being written
/// recordings/2026/11/24/ID/         sealed
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
