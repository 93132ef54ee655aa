package org.koegura.storageclient;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.Seal;
import org.koegura.callmodel.StoreFault;

/// Step 4 of 4 on the way to the disk: writes and signs the manifest, then moves the folder to its day.
///
/// Every step may be cut by a crash and is taken up again by the next start: the folder in `open/` is sealed again, or,
/// where its signed manifest already stands, only moved.
final class Sealer {

    private final Layout layout;
    private final Medium medium;
    private final SealKey key;

    Sealer(Layout layout, Medium medium, SealKey key) {
        this.layout = layout;
        this.medium = medium;
        this.key = key;
    }

    /// Seals a recording whose packets file is whole and on stable storage. Returns once the seal is, too.
    Seal seal(Manifest manifest) throws StoreFault {
        Path folder = layout.openFolder(manifest.recording());
        byte[] json = manifest.json(key.publicKeyBase64());
        try {
            Medium.write(folder.resolve(Layout.MANIFEST), json);
            Medium.write(folder.resolve(Layout.SIGNATURE), key.sign(json));
            Path place = move(manifest.recording(), manifest.capture().startedAt());
            CiphertextDigest.Sum sum = manifest.content().ciphertext();
            return new Seal(manifest.recording(), place.toString(), sum.root(), sum.bytes(), manifest.sealedAt());
        } catch (IOException e) {
            throw medium.fault("seal", folder, e);
        }
    }

    /// Finishes a sealing that was cut between signature and move. Null where it had not come that far.
    ///
    /// @param sha256 hash of the packets file as it is now
    @Nullable
    SealedManifest finish(RecordingId recording, String sha256) throws StoreFault {
        Path folder = layout.openFolder(recording);
        try {
            SealedManifest sealed = SealedManifest.read(folder, recording, key);
            return sealed.sha256().equals(sha256) ? sealed.movedTo(move(recording, sealed.startedAt())) : null;
        } catch (NoSuchFileException | StoreFault.Damaged cutShort) {
            return null;
        } catch (IOException e) {
            throw medium.fault("seal", folder, e);
        }
    }

    private Path move(RecordingId recording, Instant captureStartedAt) throws IOException {
        Path place = layout.sealedFolder(recording, captureStartedAt);
        Path day = Objects.requireNonNull(place.getParent());
        Medium.makeFolder(day);
        Files.move(layout.openFolder(recording), place, StandardCopyOption.ATOMIC_MOVE);
        Medium.forceFolder(day);
        Medium.forceFolder(layout.open());
        return place;
    }
}
