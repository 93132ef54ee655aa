package org.koegura.storageclient.medium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A failed operation is said in one line: what, where, why and what to do, in words.
class MediumTest {

    @TempDir
    Path folder;

    @Test
    void aMissingFileIsSaid() {
        Path missing = folder.resolve("missing");

        assertThat(line(missing, failing(() -> Files.size(missing))))
                .isEqualTo("cannot write " + missing
                        + ": there is no such file or folder; check that its disk is mounted");
        assertThat(line(missing, failing(() -> new RandomAccessFile(missing.toFile(), "r").close())))
                .isEqualTo(
                        "cannot write " + missing + ": No such file or directory; check the disk and its permissions");
    }

    @Test
    void aFileInTheWayIsNamed() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        assertThat(line(file.resolve("data"), failing(() -> Medium.makeFolder(file.resolve("data")))))
                .isEqualTo("cannot write " + file + "/data: " + file
                        + " is a file where a folder is needed; move it away, or name another place");
        assertThat(line(file, new NotDirectoryException(file.toString())))
                .contains(file + " is a file where a folder is needed");
        assertThat(line(file, failing(() -> Files.createDirectory(file.resolve("data")))))
                .contains("Not a directory; check the disk");
    }

    @Test
    void whatIsNotPermittedIsSaid() {
        assertThat(line(folder, new AccessDeniedException(folder.toString())))
                .isEqualTo(
                        "cannot write " + folder + ": not permitted; let this account use it, or name another place");
    }

    @Test
    void theSystemsOwnWordIsUsedForAllElse() {
        assertThat(line(folder, new FileSystemException(folder.toString(), null, "Read-only file system")))
                .isEqualTo("cannot write " + folder + ": Read-only file system; check the disk and its permissions");
        assertThat(line(folder, new IOException("Input/output error"))).contains(": Input/output error; check");
    }

    @Test
    void withoutAnyWordOfTheSystemNoNameOfAClassStandsIn() {
        assertThat(line(folder, new EOFException())).contains(": the system refused it; check");
        assertThat(line(folder, new FileSystemException(folder.toString()))).contains(": the system refused it; check");
        assertThat(line(folder, new IOException(new UncheckedIOException(new IOException("inner")))))
                .contains(": the system refused it; check");
    }

    private String line(Path where, IOException cause) {
        String line =
                String.valueOf(new Medium(folder).fault("write", where, cause).getMessage());
        assertThat(line).doesNotContain("Exception").doesNotContain("\n");
        return line;
    }

    private static IOException failing(ThrowingCallable operation) {
        return catchThrowableOfType(IOException.class, operation);
    }
}
