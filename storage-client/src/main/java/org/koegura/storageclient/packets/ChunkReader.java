package org.koegura.storageclient.packets;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.RecordingId;

/// Reads a packets file chunk by chunk, in one chunk's memory. Not safe for two threads. Closing clears the plaintext.
public final class ChunkReader implements AutoCloseable {

    private final RandomAccessFile file;
    private final ChunkCipher cipher;
    private final @Nullable CiphertextDigest digest;
    private final long fileBytes;
    private byte[] sealed = new byte[8_192];
    private ByteBuffer plain = ByteBuffer.allocate(8_192).order(ByteOrder.LITTLE_ENDIAN);
    private long wholeBytes = PacketsFile.HEADER_BYTES;
    private long chunks;
    private long plaintextBytes;
    private boolean last;
    private boolean changed;

    private ChunkReader(RandomAccessFile file, ChunkCipher cipher, @Nullable CiphertextDigest digest)
            throws IOException {
        this.file = file;
        this.cipher = cipher;
        this.digest = digest;
        this.fileBytes = file.length();
    }

    /// Opens the file at its first chunk, or null where it does not begin with this recording's header.
    ///
    /// @param digest takes the header and every whole chunk that is read; null where nobody asks
    public static @Nullable ChunkReader open(
            Path path, RecordingId recording, ChunkCipher cipher, @Nullable CiphertextDigest digest)
            throws IOException {
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "r");
        try {
            byte[] expected = PacketsFile.header(recording);
            byte[] header = new byte[expected.length];
            if (file.length() >= header.length) {
                file.readFully(header);
                if (Arrays.equals(header, expected)) {
                    if (digest != null) {
                        digest.update(header, 0, header.length);
                    }
                    return new ChunkReader(file, cipher, digest);
                }
            }
        } catch (IOException e) {
            file.close();
            throw e;
        }
        file.close();
        return null;
    }

    /// Goes to a chunk whose place is known from an earlier reading.
    public void seek(long offset, long index) throws IOException {
        file.seek(offset);
        wholeBytes = offset;
        chunks = index;
        last = false;
    }

    /// Reads the next chunk. False at the end, and where the next one is cut off or changed: [#endedWell] tells which.
    public boolean next() throws IOException {
        if (last || fileBytes - wholeBytes < PacketsFile.LENGTH_BYTES + ChunkCipher.TAG_BYTES) {
            return false;
        }
        int length = file.readInt();
        boolean isLast = (length & PacketsFile.LAST) != 0;
        int sealedBytes = length & ~PacketsFile.LAST;
        int plainBytes = sealedBytes - ChunkCipher.TAG_BYTES;
        if (plainBytes < 0
                || plainBytes > PacketsFile.PLAIN_BYTES_MAX
                || wholeBytes + PacketsFile.LENGTH_BYTES + sealedBytes > fileBytes) {
            return false;
        }
        makeRoom(sealedBytes);
        ByteBuffer.wrap(sealed).putInt(length);
        file.readFully(sealed, PacketsFile.LENGTH_BYTES, sealedBytes);
        clearPlain();
        if (!cipher.open(chunks, isLast, ByteBuffer.wrap(sealed, PacketsFile.LENGTH_BYTES, sealedBytes), plain)) {
            changed = true;
            return false;
        }
        plain.flip();
        if (digest != null) {
            digest.update(sealed, 0, PacketsFile.LENGTH_BYTES + sealedBytes);
        }
        wholeBytes += PacketsFile.LENGTH_BYTES + sealedBytes;
        chunks++;
        plaintextBytes += plainBytes;
        last = isLast;
        return true;
    }

    /// Plaintext of the chunk read last, little-endian; overwritten by the next one.
    public ByteBuffer plain() {
        return plain;
    }

    /// Whether the closing chunk was read and nothing follows it.
    public boolean endedWell() {
        return last && wholeBytes == fileBytes;
    }

    /// Whether a chunk was met that is there to its last byte and whose tag does not hold.
    public boolean foundChanged() {
        return changed;
    }

    /// Whether the chunk read last was the closing one.
    public boolean closed() {
        return last;
    }

    public long fileBytes() {
        return fileBytes;
    }

    /// Offset after the chunk read last.
    public long wholeBytes() {
        return wholeBytes;
    }

    /// Chunks before that offset.
    public long chunks() {
        return chunks;
    }

    public long plaintextBytes() {
        return plaintextBytes;
    }

    @Override
    public void close() throws IOException {
        clearPlain();
        file.close();
    }

    private void makeRoom(int sealedBytes) {
        if (sealed.length < PacketsFile.LENGTH_BYTES + sealedBytes) {
            sealed = new byte[PacketsFile.LENGTH_BYTES + sealedBytes];
        }
        if (plain.capacity() < sealedBytes) {
            clearPlain();
            plain = ByteBuffer.allocate(sealedBytes).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    private void clearPlain() {
        Arrays.fill(plain.array(), (byte) 0);
        plain.clear();
    }
}
