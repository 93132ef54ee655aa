package org.koegura.storageclient.ring;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.StoreFault;
import org.koegura.storageclient.keys.SealKey;
import org.koegura.storageclient.manifest.SealedManifest;
import org.koegura.storageclient.medium.Layout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Looks at what lies on the built-in medium: which recordings, and how much room each takes.
///
/// Room is counted in blocks of 4 KiB a file, and two more for folder, key and receipt.
public final class RingSurvey {

    private static final Logger LOG = LoggerFactory.getLogger(RingSurvey.class);
    private static final long BLOCK_BYTES = 4_096;
    private static final long AROUND_BYTES = 2 * BLOCK_BYTES;
    private static final String YEAR = "[0-9][0-9][0-9][0-9]";
    private static final String MONTH_OR_DAY = "[0-9][0-9]";

    private final Layout layout;
    private final SealKey sealKey;

    public RingSurvey(Layout layout, SealKey sealKey) {
        this.layout = layout;
        this.sealKey = sealKey;
    }

    /// The folders of all sealed recordings.
    public Map<RecordingId, Path> sealedFolders() throws IOException {
        Map<RecordingId, Path> found = new HashMap<>();
        try (DirectoryStream<Path> years = Files.newDirectoryStream(layout.recordings(), YEAR)) {
            for (Path year : years) {
                try (DirectoryStream<Path> months = Files.newDirectoryStream(year, MONTH_OR_DAY)) {
                    for (Path month : months) {
                        try (DirectoryStream<Path> days = Files.newDirectoryStream(month, MONTH_OR_DAY)) {
                            for (Path day : days) {
                                found.putAll(recordingsIn(day));
                            }
                        }
                    }
                }
            }
        }
        return found;
    }

    /// The folders in `open/`.
    public Map<RecordingId, Path> openFolders() throws IOException {
        return recordingsIn(layout.open());
    }

    private static Map<RecordingId, Path> recordingsIn(Path folder) throws IOException {
        Map<RecordingId, Path> found = new HashMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (Files.isDirectory(entry)) {
                    try {
                        found.put(new RecordingId(entry.getFileName().toString()), entry);
                    } catch (IllegalArgumentException stranger) {
                        LOG.debug("ring.stranger path={}", entry);
                    }
                }
            }
        }
        return found;
    }

    /// The place of a sealed recording; null where its manifest cannot be read or is not what our key
    /// signed. Such a one takes room, and is neither uploaded nor overwritten: it is an incident.
    public @Nullable Place place(RecordingId recording, Path folder) {
        try {
            JsonNode manifest = SealedManifest.json(folder, recording, sealKey);
            JsonNode capture = manifest.required("capture");
            return new Place(
                    recording,
                    new CallId(manifest.required("call").stringValue()),
                    Instant.parse(capture.required("startedAt").stringValue()),
                    Instant.parse(capture.required("endedAt").stringValue()),
                    bytes(folder),
                    sha256(Files.readAllBytes(folder.resolve(Layout.MANIFEST))));
        } catch (IOException
                | StoreFault.Damaged
                | JacksonException
                | DateTimeException
                | IllegalArgumentException unreadable) {
            LOG.error("ring.unreadable recording={} cause=\"{}\"", recording, unreadable.getMessage());
            return null;
        }
    }

    /// The room that a folder takes.
    public static long bytes(Path folder) throws IOException {
        long bytes = AROUND_BYTES;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                bytes += Math.ceilDiv(Files.size(file), BLOCK_BYTES) * BLOCK_BYTES;
            }
        }
        return bytes;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
