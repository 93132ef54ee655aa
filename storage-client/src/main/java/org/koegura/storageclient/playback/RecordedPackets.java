package org.koegura.storageclient.playback;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.StoreFault;
import org.koegura.storageclient.keys.KeyCabinet;
import org.koegura.storageclient.medium.Medium;
import org.koegura.storageclient.packets.ChunkCipher;
import org.koegura.storageclient.packets.ChunkReader;
import org.koegura.storageclient.packets.CiphertextDigest;
import org.koegura.storageclient.packets.PacketsFile;

/// The packets file of one sealed recording, opened with its key for one reading after the other.
///
/// Safe for any number of threads, each with a reading of its own.
public final class RecordedPackets {

    private final RecordingId recording;
    private final Path path;
    private final Medium medium;
    private final KeyCabinet keys;
    private final ChunkCipher.Kind ciphers;

    public RecordedPackets(RecordingId recording, Path path, Medium medium, KeyCabinet keys, ChunkCipher.Kind ciphers) {
        this.recording = recording;
        this.path = path;
        this.medium = medium;
        this.keys = keys;
        this.ciphers = ciphers;
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
