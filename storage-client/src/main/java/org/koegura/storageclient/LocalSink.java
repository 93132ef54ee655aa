package org.koegura.storageclient;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.RecordingSink;
import org.koegura.storageclient.keys.KeyCabinet;
import org.koegura.storageclient.manifest.OpeningFacts;
import org.koegura.storageclient.medium.Layout;
import org.koegura.storageclient.medium.Medium;
import org.koegura.storageclient.packets.ChunkCipher;
import org.koegura.storageclient.packets.PacketsFile;
import org.koegura.storageclient.ring.Tombstones;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Begins recordings on the local disk. Safe for any number of threads.
final class LocalSink implements RecordingSink {

    private static final Logger LOG = LoggerFactory.getLogger(LocalSink.class);

    private final Layout layout;
    private final Medium medium;
    private final long freeBytesFloor;
    private final boolean demo;
    private final KeyCabinet keys;
    private final ChunkCipher.Kind ciphers;
    private final Sealer sealer;
    private final RingStore ring;
    private final Tombstones tombstones;
    private final Clock clock;
    private final StoreMetrics metrics;

    LocalSink(
            StoreSettings settings,
            Medium medium,
            KeyCabinet keys,
            ChunkCipher.Kind ciphers,
            Sealer sealer,
            RingStore ring,
            Tombstones tombstones,
            Clock clock,
            StoreMetrics metrics) {
        this.layout = new Layout(settings.dataDirectory());
        this.medium = medium;
        this.freeBytesFloor = settings.freeBytesFloor();
        this.demo = settings.demo();
        this.keys = keys;
        this.ciphers = ciphers;
        this.sealer = sealer;
        this.ring = ring;
        this.tombstones = tombstones;
        this.clock = clock;
        this.metrics = metrics;
    }

    /// @throws StoreFault.Full less than the floor is free: what is left belongs to the recordings that
    ///     are open; or the ring is full of what may not be overwritten
    /// @throws IllegalArgumentException the name is taken, or capture would not be lawful
    @Override
    public OpenRecording open(Opening opening) throws StoreFault {
        String facts = OpeningFacts.text(opening, demo);
        medium.requireFree(freeBytesFloor);
        RecordingId recording = opening.recording();
        if (keys.holds(recording) || tombstones.find(recording) != null) {
            throw new IllegalArgumentException("the name " + recording + " is taken");
        }
        RingStore.Room room = ring.reserve(recording);
        byte[] key = makeKey(recording);
        try {
            PacketsFile file = create(recording, key);
            RecordingWriter writer = new RecordingWriter(opening, demo, file, room, sealer, medium, clock, metrics);
            writer.begin(facts);
            return writer;
        } catch (IOException e) {
            takeBack(recording);
            throw medium.fault("begin recording", recording, e);
        } catch (StoreFault e) {
            takeBack(recording);
            throw e;
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private byte[] makeKey(RecordingId recording) throws StoreFault {
        try {
            return keys.make(recording);
        } catch (StoreFault e) {
            ring.release(recording);
            throw e;
        }
    }

    private PacketsFile create(RecordingId recording, byte[] key) throws IOException {
        Path folder = layout.openFolder(recording);
        Files.createDirectory(folder);
        ChunkCipher cipher = ciphers.with(key, PacketsFile.header(recording));
        return PacketsFile.create(folder.resolve(Layout.PACKETS), recording, cipher);
    }

    /// Leaves nothing of a recording that could not be begun. What cannot be removed now is dropped by the next start.
    private void takeBack(RecordingId recording) {
        try {
            Medium.removeFolder(layout.openFolder(recording));
            keys.discard(recording);
            ring.release(recording);
        } catch (IOException e) {
            LOG.warn(
                    "recording.begin.leftover recording={} cause={}",
                    recording,
                    e.getClass().getSimpleName());
        }
    }
}
