package org.koegura.storageclient;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.Seal;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.RecordingStore;
import org.koegura.storageclient.ring.Tombstone;

/// Finds sealed recordings by looking for their folder, newest day first. There is no index that could lag behind the
/// disk: ten years are 3,650 looks.
final class LocalRecordings implements RecordingStore {

    private final Layout layout;
    private final Medium medium;
    private final KeyCabinet keys;
    private final ChunkCipher.Kind ciphers;
    private final SealKey sealKey;
    private final Tombstones tombstones;

    LocalRecordings(
            Layout layout,
            Medium medium,
            KeyCabinet keys,
            ChunkCipher.Kind ciphers,
            SealKey sealKey,
            Tombstones tombstones) {
        this.layout = layout;
        this.medium = medium;
        this.keys = keys;
        this.ciphers = ciphers;
        this.sealKey = sealKey;
        this.tombstones = tombstones;
    }

    /// @throws StoreFault.Damaged its manifest is not what our key signed
    @Override
    public Optional<Seal> find(RecordingId recording) throws StoreFault {
        Path folder = folder(recording);
        return folder == null
                ? Optional.empty()
                : Optional.of(manifest(folder, recording).seal());
    }

    @Override
    public Optional<Erasure> erasure(RecordingId recording) throws StoreFault {
        return Optional.ofNullable(tombstones.find(recording)).map(Tombstone::erasure);
    }

    @Override
    public PlaybackAudio playback(RecordingId recording) throws StoreFault {
        Path folder = folder(recording);
        if (folder == null) {
            throw new StoreFault.Missing("there is no recording " + recording);
        }
        SealedManifest manifest = manifest(folder, recording);
        return WavePlayback.of(new Content(recording, folder.resolve(Layout.PACKETS)), manifest);
    }

    @Override
    public boolean isExportable(RecordingId recording) throws StoreFault {
        Path folder = folder(recording);
        return folder != null && manifest(folder, recording).demo();
    }

    @Override
    public Export export(RecordingId recording, Form form) throws StoreFault {
        Path folder = folder(recording);
        if (folder == null) {
            throw new StoreFault.Missing("there is no recording " + recording);
        }
        SealedManifest manifest = manifest(folder, recording);
        if (!manifest.demo()) {
            return new Export.NoWarrant();
        }
        Content content = new Content(recording, folder.resolve(Layout.PACKETS));
        PcapngCopy streams = new PcapngCopy(content, manifest);
        return new Export.Ready(
                switch (form) {
                    case PCAPNG -> streams;
                    case WAV -> new WaveCopy(WavePlayback.of(content, manifest));
                });
    }

    /// Playback audio from its first byte to its last.
    private record WaveCopy(PlaybackAudio audio) implements Copy {

        @Override
        public long lengthBytes() {
            return audio.lengthBytes();
        }

        @Override
        public void write(OutputStream out) throws StoreFault, IOException {
            audio.write(out, 0, audio.lengthBytes());
        }
    }

    private SealedManifest manifest(Path folder, RecordingId recording) throws StoreFault {
        try {
            return SealedManifest.read(folder, recording, sealKey);
        } catch (NoSuchFileException missing) {
            throw new StoreFault.Damaged(recording + ": manifest or signature is gone from " + folder);
        } catch (IOException e) {
            throw medium.fault("read", folder, e);
        }
    }

    /// Null where there is none, and where its erasure has begun, whatever is left of it.
    private @Nullable Path folder(RecordingId recording) throws StoreFault {
        if (tombstones.find(recording) != null) {
            return null;
        }
        try {
            for (Path year : newestFirst(layout.recordings(), 4)) {
                for (Path month : newestFirst(year, 2)) {
                    for (Path day : newestFirst(month, 2)) {
                        Path folder = day.resolve(recording.value());
                        if (Files.isDirectory(folder)) {
                            return folder;
                        }
                    }
                }
            }
            return null;
        } catch (IOException e) {
            throw medium.fault("list", layout.recordings(), e);
        }
    }

    private static List<Path> newestFirst(Path folder, int digits) throws IOException {
        List<Path> dates = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "[0-9]".repeat(digits))) {
            entries.forEach(dates::add);
        }
        dates.sort(Comparator.reverseOrder());
        return dates;
    }

    /// Opens one recording's packets file, with its key, for one reading.
    final class Content {
        private final RecordingId recording;
        private final Path path;

        private Content(RecordingId recording, Path path) {
            this.recording = recording;
            this.path = path;
        }

        /// @throws StoreFault.Missing its key is gone, also when it goes between two readings
        ChunkReader open(@Nullable CiphertextDigest digest) throws StoreFault {
            byte[] key = keys.unwrap(recording);
            try {
                ChunkReader reader =
                        ChunkReader.open(path, recording, ciphers.with(key, PacketsFile.header(recording)), digest);
                if (reader == null) {
                    throw damaged("the file does not begin with this recording's header");
                }
                return reader;
            } catch (IOException e) {
                throw unreadable(e);
            } finally {
                Arrays.fill(key, (byte) 0);
            }
        }

        StoreFault.Damaged damaged(String how) {
            return new StoreFault.Damaged(recording + ": " + how);
        }

        StoreFault unreadable(IOException cause) {
            return Files.notExists(path) ? damaged("the packets file is gone") : medium.fault("read", path, cause);
        }
    }
}
