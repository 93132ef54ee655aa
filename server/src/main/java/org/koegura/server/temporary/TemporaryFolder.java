package org.koegura.server.temporary;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/// A folder below `java.io.tmpdir`. It is removed, with all that is in it, when it is closed.
public final class TemporaryFolder implements AutoCloseable {

    private final Path path;

    private TemporaryFolder(Path path) {
        this.path = path;
    }

    /// Makes it.
    ///
    /// @param what it is for: part of its name
    /// @throws IOException it cannot be made; the message says what to do
    public static TemporaryFolder make(String what) throws IOException {
        try {
            return new TemporaryFolder(Files.createTempDirectory("koegura-" + what + "-"));
        } catch (IOException e) {
            throw new IOException(
                    "cannot make a folder in " + System.getProperty("java.io.tmpdir") + ": free space, or set TMPDIR",
                    e);
        }
    }

    public Path path() {
        return path;
    }

    /// Removes it.
    ///
    /// @throws IOException something of it is left; the message says what to do
    @Override
    public void close() throws IOException {
        try {
            Files.walkFileTree(path, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path left, @Nullable IOException failed) throws IOException {
                    Files.delete(left);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new IOException("temporary files could not be removed: delete " + path, e);
        }
    }
}
