package org.koegura.storageclient.manifest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.Seal;
import org.koegura.callmodel.StoreFault;
import org.koegura.storageclient.keys.SealKey;
import org.koegura.storageclient.medium.Layout;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// What the store itself reads of a manifest, once its signature held.
///
/// @param demo whether it is signed that the demo made it
public record SealedManifest(
        Seal seal, boolean demo, Instant startedAt, Instant endedAt, String sha256, long chunks, long plaintextBytes) {

    private static final long MANIFEST_BYTES_MAX = 16L << 20;
    private static final int SIGNATURE_BYTES = 64;

    /// Reads the manifest in a folder and checks its signature.
    ///
    /// @throws StoreFault.Damaged it is not signed by our key, or speaks of another recording
    /// @throws IOException it cannot be read, or is not there
    public static SealedManifest read(Path folder, RecordingId recording, SealKey key)
            throws StoreFault.Damaged, IOException {
        try {
            JsonNode node = json(folder, recording, key);
            JsonNode ciphertext = node.required("ciphertext");
            Seal seal = new Seal(
                    recording,
                    folder.toString(),
                    ciphertext.required("root").stringValue(),
                    ciphertext.required("bytes").longValue(),
                    Instant.parse(node.required("sealedAt").stringValue()));
            JsonNode capture = node.required("capture");
            JsonNode cipher = node.required("cipher");
            return new SealedManifest(
                    seal,
                    node.path(Manifest.DEMO).asBoolean(false),
                    Instant.parse(capture.required("startedAt").stringValue()),
                    Instant.parse(capture.required("endedAt").stringValue()),
                    ciphertext.required("sha256").stringValue(),
                    cipher.required("chunks").longValue(),
                    cipher.required("plaintextBytes").longValue());
        } catch (JacksonException | DateTimeException | IllegalArgumentException e) {
            throw unreadable(recording);
        }
    }

    /// All that a manifest in a folder states, once its signature held.
    ///
    /// @throws StoreFault.Damaged it is not signed by our key, or speaks of another recording
    /// @throws IOException it cannot be read, or is not there
    public static JsonNode json(Path folder, RecordingId recording, SealKey key)
            throws StoreFault.Damaged, IOException {
        Path file = folder.resolve(Layout.MANIFEST);
        Path signature = folder.resolve(Layout.SIGNATURE);
        if (Files.size(file) > MANIFEST_BYTES_MAX || Files.size(signature) != SIGNATURE_BYTES) {
            throw new StoreFault.Damaged(recording + ": manifest or signature has a wrong length");
        }
        byte[] bytes = Files.readAllBytes(file);
        if (!key.verifies(bytes, Files.readAllBytes(signature))) {
            throw new StoreFault.Damaged(recording + ": the manifest is not what our key signed");
        }
        try {
            JsonNode node = Words.JSON.readTree(bytes);
            if (!node.required("format").stringValue().equals(Manifest.FORMAT)
                    || !node.required("recording").stringValue().equals(recording.value())) {
                throw new StoreFault.Damaged(recording + ": the manifest is of another format or recording");
            }
            return node;
        } catch (JacksonException e) {
            throw unreadable(recording);
        }
    }

    static StoreFault.Damaged unreadable(RecordingId recording) {
        return new StoreFault.Damaged(recording + ": the manifest cannot be read");
    }

    /// The same with the place where the recording will lie.
    public SealedManifest at(Path folder) {
        Seal there = new Seal(seal.recording(), folder.toString(), seal.root(), seal.bytes(), seal.sealedAt());
        return new SealedManifest(there, demo, startedAt, endedAt, sha256, chunks, plaintextBytes);
    }
}
