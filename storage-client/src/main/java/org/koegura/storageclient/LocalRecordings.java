package org.koegura.storageclient;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.Seal;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.RecordingStore;
import org.koegura.storageclient.keys.KeyCabinet;
import org.koegura.storageclient.keys.SealKey;
import org.koegura.storageclient.manifest.SealedManifest;
import org.koegura.storageclient.medium.Layout;
import org.koegura.storageclient.medium.Medium;
import org.koegura.storageclient.packets.ChunkCipher;
import org.koegura.storageclient.playback.PcapngCopy;
import org.koegura.storageclient.playback.RecordedPackets;
import org.koegura.storageclient.playback.WavePlayback;
import org.koegura.storageclient.ring.Tombstone;
import org.koegura.storageclient.ring.Tombstones;

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
        return WavePlayback.of(packets(folder, recording), manifest);
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
        RecordedPackets packets = packets(folder, recording);
        PcapngCopy streams = new PcapngCopy(packets, manifest);
        return new Export.Ready(
                switch (form) {
                    case PCAPNG -> streams;
                    case WAV -> new WaveCopy(WavePlayback.of(packets, manifest));
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

    private RecordedPackets packets(Path folder, RecordingId recording) {
        return new RecordedPackets(recording, folder.resolve(Layout.PACKETS), medium, keys, ciphers);
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
}
