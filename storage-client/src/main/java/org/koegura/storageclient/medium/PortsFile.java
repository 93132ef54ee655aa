package org.koegura.storageclient.medium;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What the room of media says of its ports, for the process after this one. Only that room reads what it means.
///
/// It names ports and nobody, so it is not encrypted. It is written over in its place and not forced: it is for a
/// process that dies, not for a machine that does. Who dies while writing leaves some bytes of the old state and
/// some of the new one, which is as well, since each port is said by itself.
///
/// Belongs to one thread, but for [#keep].
public final class PortsFile implements AutoCloseable {

    /// A bit for each pair of all the ports that there are takes a sixteenth of this.
    private static final int BYTES_MAX = 1 << 16;

    private final Path path;
    private final byte[] left;
    private volatile @Nullable Supplier<byte[]> now;
    private byte[] written;
    private @Nullable RandomAccessFile file;

    /// Reads what the process before left there. What cannot be read says nothing.
    public PortsFile(Path path) {
        this.path = path;
        this.left = read(path);
        this.written = left;
    }

    private static byte[] read(Path path) {
        try {
            return Files.size(path) > BYTES_MAX ? new byte[0] : Files.readAllBytes(path);
        } catch (IOException none) {
            return new byte[0];
        }
    }

    /// What the process before said last; empty where it said nothing.
    public byte[] left() {
        return left.clone();
    }

    /// Who is asked from now on, by whoever writes.
    public void keep(Supplier<byte[]> tells) {
        now = tells;
    }

    /// Writes what there is to say, where it is another thing than before.
    public void write() throws IOException {
        Supplier<byte[]> tells = now;
        byte[] said = tells == null ? written : tells.get();
        if (Arrays.equals(said, written)) {
            return;
        }
        RandomAccessFile to = file;
        if (to == null) {
            if (!Files.exists(path)) {
                Medium.createPrivate(path);
            }
            to = new RandomAccessFile(path.toFile(), "rw");
            file = to;
        }
        to.seek(0);
        to.write(said);
        to.setLength(said.length); // what lay there may have been too long to be read
        written = said;
    }

    @Override
    public void close() throws IOException {
        RandomAccessFile open = file;
        file = null;
        if (open != null) {
            open.close();
        }
    }
}
