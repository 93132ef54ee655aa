package org.koegura.storageclient.packets;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.koegura.callmodel.RecordingId;

/// Step 2 of 4 on the way to the disk: writes `packets.kgr`, chunk by chunk, and hashes what it wrote.
///
/// ```
///  0   8  "KOEGURA1"        12   4  largest plaintext of a chunk
///  8   2  version 1         16  16  recording id
/// 10   2  cipher 1          32      chunks: 4 length (bit 31: last), ciphertext, tag
/// ```
///
/// After every return, and after every exception but one of the truncation itself, the file ends with a whole chunk.
/// Not safe for two threads.
public final class PacketsFile implements AutoCloseable {

    public static final int HEADER_BYTES = 32;
    static final int PLAIN_BYTES_MAX = 65_536;
    static final int LENGTH_BYTES = 4;
    static final int LAST = 0x8000_0000;

    /// Where a chunk is on its way from the cipher to the file: ciphertext, and one for all recordings of a thread.
    private static final ThreadLocal<byte[]> ROOM =
            ThreadLocal.withInitial(() -> new byte[LENGTH_BYTES + PLAIN_BYTES_MAX + ChunkCipher.TAG_BYTES]);

    private final RandomAccessFile file;
    private final ChunkCipher cipher;
    private final CiphertextDigest digest;
    private long wholeBytes;
    private long chunks;
    private long plaintextBytes;

    private PacketsFile(RandomAccessFile file, ChunkCipher cipher, CiphertextDigest digest) {
        this.file = file;
        this.cipher = cipher;
        this.digest = digest;
    }

    /// The header of a recording's file; every chunk is bound to it.
    public static byte[] header(RecordingId recording) {
        return ByteBuffer.allocate(HEADER_BYTES)
                .put("KOEGURA1".getBytes(US_ASCII))
                .putShort((short) 1)
                .putShort((short) 1)
                .putInt(PLAIN_BYTES_MAX)
                .put(recording.bytes())
                .array();
    }

    /// Makes the file and writes its header.
    public static PacketsFile create(Path path, RecordingId recording, ChunkCipher cipher) throws IOException {
        Files.createFile(path);
        byte[] header = header(recording);
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
        try {
            file.write(header);
        } catch (IOException e) {
            file.close();
            throw e;
        }
        PacketsFile packets = new PacketsFile(file, cipher, new CiphertextDigest());
        packets.digest.update(header, 0, header.length);
        packets.wholeBytes = header.length;
        return packets;
    }

    /// Goes on with a file whose whole chunks were read and hashed up to `wholeBytes`; cuts off what follows them.
    public static PacketsFile resume(
            Path path, ChunkCipher cipher, CiphertextDigest digest, long wholeBytes, long chunks, long plaintextBytes)
            throws IOException {
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
        try {
            file.setLength(wholeBytes);
            file.seek(wholeBytes);
        } catch (IOException e) {
            file.close();
            throw e;
        }
        PacketsFile packets = new PacketsFile(file, cipher, digest);
        packets.wholeBytes = wholeBytes;
        packets.chunks = chunks;
        packets.plaintextBytes = plaintextBytes;
        return packets;
    }

    /// Encrypts one chunk and hands it to the operating system.
    ///
    /// @throws IOException the chunk is not in the file; it MUST NOT be tried again with other than empty plaintext
    public void write(byte[] plain, int length, boolean last) throws IOException {
        int sealedBytes = length + ChunkCipher.TAG_BYTES;
        byte[] room = ROOM.get();
        ByteBuffer sealed = ByteBuffer.wrap(room);
        sealed.putInt(last ? sealedBytes | LAST : sealedBytes);
        cipher.seal(chunks, last, ByteBuffer.wrap(plain, 0, length), sealed);
        try {
            file.write(room, 0, sealed.position());
        } catch (IOException e) {
            truncate(e);
            throw e;
        }
        digest.update(room, 0, sealed.position());
        wholeBytes += sealed.position();
        chunks++;
        plaintextBytes += length;
    }

    private void truncate(IOException cause) {
        try {
            file.setLength(wholeBytes);
            file.seek(wholeBytes);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /// Returns once the file would survive a power cut.
    public void force() throws IOException {
        file.getFD().sync();
    }

    public long bytes() {
        return wholeBytes;
    }

    public long chunks() {
        return chunks;
    }

    public long plaintextBytes() {
        return plaintextBytes;
    }

    /// Hashes of the whole file; only once nothing will be written any more.
    public CiphertextDigest.Sum sum() {
        return digest.finish();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
