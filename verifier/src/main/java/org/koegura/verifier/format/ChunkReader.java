package org.koegura.verifier.format;

import static org.koegura.verifier.format.RecordingFolder.PACKETS;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// Walks the chunks of `packets.kgr` in order, with or without their content.
///
/// ```
///  0   8  "KOEGURA1"                       chunk  0  4  bit 31: last; bits 30–0: n, 16 ≤ n ≤ P + 16
///  8   2  version 1                               4  n  ciphertext and tag
/// 10   2  cipher 1
/// 12   4  P
/// 16  16  recording id
/// 32      chunks
/// ```
public final class ChunkReader implements Closeable {

    static final int HEADER_BYTES = 32;
    static final int TAG_BYTES = 16;

    /// The largest P that is read; the page has no bound, memory has.
    static final int PLAINTEXT_BYTES_MAX = 16 << 20;

    /// Where the header keeps the recording's id.
    public static final ByteRange RECORDING_ID = new ByteRange(PACKETS, 16, 31);

    private static final byte[] MAGIC = "KOEGURA1".getBytes(StandardCharsets.US_ASCII);
    private static final int LAST = 1 << 31;

    private final InputStream in;
    private final long fileBytes;
    private final byte[] header;
    private long offset = HEADER_BYTES;
    private long chunks;
    private boolean closed;

    private ChunkReader(InputStream in, long fileBytes, byte[] header) {
        this.in = in;
        this.fileBytes = fileBytes;
        this.header = header;
    }

    /// What the first 32 bytes say.
    ///
    /// @param plaintextBytesMax P
    /// @param recording the id in hexadecimal
    public record Header(int version, int cipher, long plaintextBytesMax, String recording) {}

    /// One chunk's frame.
    public static final class Chunk {
        final long index;
        final boolean last;
        final ByteRange range;
        final byte[] sealed;

        Chunk(long index, boolean last, ByteRange range, byte[] sealed) {
            this.index = index;
            this.last = last;
            this.range = range;
            this.sealed = sealed;
        }
    }

    /// Opens the file and reads its header, whose magic alone is checked here.
    public static ChunkReader open(RecordingFolder folder) throws IOException, Malformed {
        Path file = folder.file(PACKETS);
        InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        try {
            byte[] header = in.readNBytes(HEADER_BYTES);
            if (header.length < HEADER_BYTES) {
                throw new Malformed(PACKETS + " has " + header.length + " bytes: its header is cut off");
            }
            if (!Arrays.equals(header, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
                throw new Malformed(new ByteRange(PACKETS, 0, 7), "the file does not start with KOEGURA1");
            }
            return new ChunkReader(in, Files.size(file), header);
        } catch (IOException | Malformed unusable) {
            in.close();
            throw unusable;
        }
    }

    public Header header() {
        ByteBuffer fields = ByteBuffer.wrap(header);
        return new Header(
                Short.toUnsignedInt(fields.getShort(8)),
                Short.toUnsignedInt(fields.getShort(10)),
                Integer.toUnsignedLong(fields.getInt(12)),
                HexFormat.of().formatHex(header, 16, HEADER_BYTES));
    }

    /// Refuses a header that this verifier cannot read on from.
    public void requireKnown() throws Malformed {
        Header known = header();
        if (known.version() != 1) {
            throw new Malformed(new ByteRange(PACKETS, 8, 9), "version " + known.version() + " is not known");
        }
        if (known.cipher() != 1) {
            throw new Malformed(new ByteRange(PACKETS, 10, 11), "cipher " + known.cipher() + " is not known");
        }
        if (known.plaintextBytesMax() > PLAINTEXT_BYTES_MAX) {
            throw new Malformed(
                    new ByteRange(PACKETS, 12, 15),
                    "chunks of " + known.plaintextBytesMax() + " bytes are more than this verifier reads");
        }
    }

    /// Associated data of a chunk: the file header, its number, and whether it is the last.
    public byte[] associatedData(Chunk chunk) {
        return ByteBuffer.allocate(HEADER_BYTES + 9)
                .put(header)
                .putLong(chunk.index)
                .put((byte) (chunk.last ? 1 : 0))
                .array();
    }

    public long chunks() {
        return chunks;
    }

    /// The next chunk, its content empty unless wanted; null after the last one, which must end the file.
    public @Nullable Chunk next(boolean withContent) throws IOException, Malformed {
        if (offset >= fileBytes) {
            if (!closed) {
                throw new Malformed(PACKETS + " has no last chunk after " + chunks + " chunks: it was cut off");
            }
            return null;
        }
        if (closed) {
            throw new Malformed(new ByteRange(PACKETS, offset, fileBytes - 1), "bytes follow the last chunk");
        }
        byte[] frame = in.readNBytes(4);
        if (frame.length < 4) {
            throw new Malformed(new ByteRange(PACKETS, offset, fileBytes - 1), "the length of a chunk is cut off");
        }
        int word = ByteBuffer.wrap(frame).getInt();
        long length = word & ~LAST;
        if (length < TAG_BYTES || length > header().plaintextBytesMax() + TAG_BYTES) {
            throw new Malformed(
                    new ByteRange(PACKETS, offset, offset + 3), "a chunk of " + length + " bytes is not allowed");
        }
        ByteRange range = new ByteRange(PACKETS, offset, offset + 4 + length - 1);
        if (range.to() >= fileBytes) {
            throw new Malformed(
                    new ByteRange(PACKETS, offset, fileBytes - 1),
                    "chunk " + chunks + " of " + length + " bytes is cut off");
        }
        byte[] sealed = content((int) length, withContent);
        offset = range.to() + 1;
        closed = (word & LAST) != 0;
        return new Chunk(chunks++, closed, range, sealed);
    }

    private byte[] content(int length, boolean wanted) throws IOException, Malformed {
        if (!wanted) {
            in.skipNBytes(length);
            return new byte[0];
        }
        byte[] sealed = in.readNBytes(length);
        if (sealed.length < length) {
            throw new Malformed(PACKETS + " became shorter while it was read");
        }
        return sealed;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
