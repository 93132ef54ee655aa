package org.koegura.governance.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;

/// The bytes of the journal. Owned by one thread; everything here blocks.
///
/// After a failed write or force the state of the file is unknown: the next [#append] first opens it anew and cuts it
/// back to what was acknowledged.
final class JournalFile implements AutoCloseable {

    /// Makes a channel fail in tests; in operation the channel as it is.
    interface Opening {
        FileChannel open(Path file, Set<StandardOpenOption> options, FileAttribute<?>... attributes) throws IOException;
    }

    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path file;
    private final Opening opening;
    private final Object identity;
    private FileChannel channel;
    private long acknowledgedBytes;
    private boolean doubtful;

    private JournalFile(Path file, Opening opening, Object identity, FileChannel channel) {
        this.file = file;
        this.opening = opening;
        this.identity = identity;
        this.channel = channel;
    }

    /// Opens the file, or makes an empty one whose name survives a power cut.
    static JournalFile open(Path file, Opening opening) throws IOException {
        FileChannel channel = opening.open(
                file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE), OWNER_ONLY);
        try (FileChannel directory = FileChannel.open(directory(file), StandardOpenOption.READ)) {
            directory.force(true);
            return new JournalFile(file, opening, identity(file), channel);
        } catch (IOException failed) {
            channel.close();
            throw failed;
        }
    }

    /// Cuts the file back to its first `bytes` bytes: those are acknowledged.
    void cutTo(long bytes) throws IOException {
        if (channel.size() < bytes) {
            throw new IOException("the journal has become shorter than what was acknowledged");
        }
        channel.truncate(bytes);
        channel.force(true);
        acknowledgedBytes = bytes;
    }

    /// Appends, and returns once the bytes would survive a power cut, in the file that its name leads to.
    void append(byte[] lines) throws IOException {
        if (doubtful) {
            openAnew();
        }
        doubtful = true;
        ByteBuffer left = ByteBuffer.wrap(lines);
        long position = acknowledgedBytes;
        while (left.hasRemaining()) {
            position += channel.write(left, position);
        }
        channel.force(true);
        mustBeWhatItsNameLeadsTo(position);
        acknowledgedBytes = position;
        doubtful = false;
    }

    long acknowledgedBytes() {
        return acknowledgedBytes;
    }

    private void openAnew() throws IOException {
        channel.close();
        channel = opening.open(file, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE));
        if (!identity(file).equals(identity)) {
            throw new IOException("the journal was replaced while it was open; a restart checks what is there now");
        }
        cutTo(acknowledgedBytes);
        doubtful = false;
    }

    /// A file that was moved away or replaced still takes writes; they would be lost with the last descriptor.
    private void mustBeWhatItsNameLeadsTo(long bytes) throws IOException {
        if (Files.size(file) != bytes || !identity(file).equals(identity)) {
            throw new IOException("the journal was moved or replaced while it was open");
        }
    }

    private static Object identity(Path file) throws IOException {
        Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        return key == null ? file.toRealPath() : key;
    }

    private static Path directory(Path file) {
        return Objects.requireNonNull(file.toAbsolutePath().getParent(), "a journal stands in a directory");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
