package org.koegura.storageclient;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.Seal;
import org.koegura.callmodel.StoreFault;
import org.koegura.storageclient.keys.SealKey;
import org.koegura.storageclient.manifest.Manifest;
import org.koegura.storageclient.manifest.SealedManifest;
import org.koegura.storageclient.manifest.StatedOutcome;
import org.koegura.storageclient.medium.Layout;
import org.koegura.storageclient.medium.Medium;
import org.koegura.storageclient.packets.CiphertextDigest;

/// Step 4 of 4 on the way to the disk: writes and signs the manifest, then moves the folder to its day.
///
/// Every step may be cut by a crash and is taken up again by the next start: the folder in `open/` is sealed again, or,
/// where its signed manifest already stands, only told of and moved.
final class Sealer {

    private final Layout layout;
    private final Medium medium;
    private final SealKey key;
    private final RingStore ring;

    Sealer(Layout layout, Medium medium, SealKey key, RingStore ring) {
        this.layout = layout;
        this.medium = medium;
        this.key = key;
        this.ring = ring;
    }

    /// Seals a recording whose packets file is whole and on stable storage. Returns once the seal is, too.
    Seal seal(Manifest manifest) throws StoreFault {
        sign(manifest);
        Path place = move(manifest.recording(), manifest.capture().startedAt());
        CiphertextDigest.Sum sum = manifest.content().ciphertext();
        return new Seal(manifest.recording(), place.toString(), sum.root(), sum.bytes(), manifest.sealedAt());
    }

    /// The first half: manifest and signature, forced, in `open/`.
    void sign(Manifest manifest) throws StoreFault {
        Path folder = layout.openFolder(manifest.recording());
        byte[] json = manifest.json(key.publicKeyBase64());
        try {
            Medium.write(folder.resolve(Layout.MANIFEST), json);
            Medium.write(folder.resolve(Layout.SIGNATURE), key.sign(json));
        } catch (IOException e) {
            throw medium.fault("seal", folder, e);
        }
    }

    /// What the first half left in `open/`. Null where it did not come to its end, or was about other packets.
    ///
    /// @param sha256 hash of the packets file as it is now
    @Nullable
    SealedManifest signed(RecordingId recording, String sha256) throws StoreFault {
        Path folder = layout.openFolder(recording);
        try {
            SealedManifest sealed = SealedManifest.read(folder, recording, key);
            return sealed.sha256().equals(sha256)
                    ? sealed.at(layout.sealedFolder(recording, sealed.startedAt()))
                    : null;
        } catch (NoSuchFileException | StoreFault.Damaged cutShort) {
            return null;
        } catch (IOException e) {
            throw medium.fault("read", folder, e);
        }
    }

    /// What a recording that is signed in `open/` states of its call.
    ///
    /// @param seal as [#signed] read it
    /// @param facts the call, from its opening facts
    CallOutcome outcome(Seal seal, CallFacts facts) throws StoreFault {
        Path folder = layout.openFolder(seal.recording());
        try {
            return StatedOutcome.of(SealedManifest.json(folder, seal.recording(), key), facts, seal);
        } catch (IOException e) {
            throw medium.fault("read", folder, e);
        }
    }

    /// The second half: moves a signed recording to its day, where it takes its place in the ring. Idempotent.
    Path move(RecordingId recording, Instant captureStartedAt) throws StoreFault {
        Path folder = layout.openFolder(recording);
        Path place = layout.sealedFolder(recording, captureStartedAt);
        Path day = Objects.requireNonNull(place.getParent());
        try {
            if (Files.isDirectory(folder) || Files.notExists(place)) {
                Medium.makeFolder(day);
                Files.move(folder, place, StandardCopyOption.ATOMIC_MOVE);
            }
            Medium.forceFolder(day);
            Medium.forceFolder(layout.open());
            ring.sealed(recording, place);
            return place;
        } catch (IOException e) {
            throw medium.fault("move to " + day + " the recording", recording, e);
        }
    }
}
