package org.koegura.verifier.format;

import java.io.Closeable;
import java.io.IOException;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/// Decrypts `packets.kgr` chunk by chunk and hands on what its pcapng stream holds, at the pace of whoever asks.
public final class PlaintextReader implements Closeable {

    private final ChunkReader chunks;
    private final ChunkCipher cipher;
    private final PcapngReader pcapng;
    private long bytes;

    private PlaintextReader(ChunkReader chunks, SecretKey key, PcapngReader.Sink sink) {
        this.chunks = chunks;
        this.cipher = new ChunkCipher(key);
        this.pcapng = new PcapngReader(sink);
    }

    /// Opens the file. Throws [Malformed] where its header is none that can be read on from.
    public static PlaintextReader open(RecordingFolder folder, SecretKey key, PcapngReader.Sink sink)
            throws IOException, Malformed {
        ChunkReader chunks = ChunkReader.open(folder);
        try {
            chunks.requireKnown();
            return new PlaintextReader(chunks, key, sink);
        } catch (Malformed unknown) {
            chunks.close();
            throw unknown;
        }
    }

    /// Reads one chunk; false once the file and its stream have come to their right end.
    public boolean next() throws IOException, Malformed {
        ChunkReader.@Nullable Chunk chunk = chunks.next(true);
        if (chunk == null) {
            pcapng.end();
            return false;
        }
        byte[] plaintext = cipher.open(chunk, chunks.associatedData(chunk));
        bytes += plaintext.length;
        pcapng.read(plaintext);
        return true;
    }

    /// Of plaintext, so far.
    public long bytes() {
        return bytes;
    }

    @Override
    public void close() throws IOException {
        chunks.close();
    }
}
