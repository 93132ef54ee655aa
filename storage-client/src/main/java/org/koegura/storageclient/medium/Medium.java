package org.koegura.storageclient.medium;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.StoreFault;

/// The disk below the data directory: what is written survives a power cut, what fails becomes a [StoreFault].
///
/// Files are written through [RandomAccessFile], not through a channel: an interrupt closes a channel under its
/// writer, and a writer that is told to stop must still be able to seal.
public final class Medium {

    /// With less free space than this a failed write is laid to the full disk. The file system's own word for it is
    /// only text.
    private static final long FULL_BELOW_BYTES = 1L << 20;

    private static final Set<PosixFilePermission> OWNER_ONLY_FILE =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    /// What to do about what only the system has a word for.
    private static final String CHECK = "; check the disk and its permissions";

    private final Path root;

    public Medium(Path root) {
        this.root = root;
    }

    public long freeBytes() throws IOException {
        return Files.getFileStore(root).getUsableSpace();
    }

    /// Whether a path is on the same disk; yes, where that cannot be asked.
    public boolean holds(Path path) {
        try {
            return !Files.exists(path) || Files.getFileStore(root).equals(Files.getFileStore(path));
        } catch (IOException unknown) {
            return true;
        }
    }

    /// Demands room before anything is begun.
    ///
    /// @throws StoreFault.Full less than this is free
    public void requireFree(long bytesNeeded) throws StoreFault {
        try {
            long free = freeBytes();
            if (free < bytesNeeded) {
                throw new StoreFault.Full(
                        "only " + (free >> 20) + " MiB are free under " + root + ", at least " + (bytesNeeded >> 20)
                                + " MiB are needed: free or add space",
                        new IOException("free space below its floor"));
            }
        } catch (IOException e) {
            throw fault("ask for free space under", root, e);
        }
    }

    /// The fault that a failed operation amounts to.
    ///
    /// @param what what could not be done, for example `write`
    /// @param where the file, folder or recording
    public StoreFault fault(String what, Object where, IOException cause) {
        boolean full;
        try {
            full = freeBytes() < FULL_BELOW_BYTES;
        } catch (IOException unknown) {
            cause.addSuppressed(unknown);
            full = false;
        }
        String message = "cannot " + what + " " + where;
        if (full) {
            return new StoreFault.Full(message + ": the disk is full; free or add space", cause);
        }
        return new StoreFault.Unreachable(message + ": " + reason(cause), cause);
    }

    /// Why, and what to do, in words for an operator: the JDK's own messages hold a path only, or name a class.
    private static String reason(IOException cause) {
        return switch (cause) {
            case NoSuchFileException _ -> "there is no such file or folder; check that its disk is mounted";
            case AccessDeniedException _ -> "not permitted; let this account use it, or name another place";
            case FileAlreadyExistsException inTheWay ->
                inTheWay.getFile() + " is a file where a folder is needed; move it away, or name another place";
            case NotDirectoryException inTheWay ->
                inTheWay.getFile() + " is a file where a folder is needed; move it away, or name another place";
            case DirectoryNotEmptyException inTheWay ->
                inTheWay.getFile() + " is in the way and not empty; look into it, then move it away";
            case FileSystemException refused -> systemsWord(refused.getReason()) + CHECK;
            case FileNotFoundException refused -> systemsWord(bracketed(refused.getMessage())) + CHECK;
            default -> systemsWord(cause.getCause() == null ? cause.getMessage() : null) + CHECK;
        };
    }

    private static String systemsWord(@Nullable String reason) {
        return reason == null || reason.isBlank() ? "the system refused it" : reason;
    }

    /// `RandomAccessFile` says `path (reason)`.
    private static @Nullable String bracketed(@Nullable String message) {
        if (message == null || !message.endsWith(")")) {
            return null;
        }
        int from = message.lastIndexOf('(');
        return from < 0 ? null : message.substring(from + 1, message.length() - 1);
    }

    /// Makes a folder and those above it, each forced into its parent.
    public static void makeFolder(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Path parent = folder.getParent();
        if (parent != null) {
            makeFolder(parent);
        }
        try {
            Files.createDirectory(folder);
        } catch (FileAlreadyExistsException made) {
            if (!Files.isDirectory(folder)) {
                throw made;
            }
        }
        if (parent != null) {
            forceFolder(parent);
        }
    }

    /// Makes a folder that only its owner may enter, where it is missing.
    static void makePrivateFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectory(folder, OWNER_ONLY_FOLDER);
            Path parent = folder.getParent();
            if (parent != null) {
                forceFolder(parent);
            }
        }
    }

    /// Removes a folder of plain files, where it is there.
    public static void removeFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    /// Takes back a file that could not be written whole.
    public static void deleteQuietly(Path file, IOException cause) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    public static void forceFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /// Writes a whole file that only its owner may read, replacing what stood there, and forces it and its name.
    public static void writePrivate(Path file, byte[] bytes) throws IOException {
        createPrivate(file);
        write(file, bytes);
    }

    /// Makes an empty file that only its owner may read, in place of what stood there. Forces nothing.
    public static void createPrivate(Path file) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY_FILE));
    }

    /// Writes a whole file, replacing what stood there, and forces it and its name.
    public static void write(Path file, byte[] bytes) throws IOException {
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.setLength(0);
            out.write(bytes);
            out.getFD().sync();
        }
        Path parent = file.getParent();
        if (parent != null) {
            forceFolder(parent);
        }
    }

    /// As [#write], but at no moment is there less than the old content or the new.
    public static void replace(Path file, byte[] bytes) throws IOException {
        Path part = file.resolveSibling("." + file.getFileName() + ".part");
        write(part, bytes);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        Path parent = file.getParent();
        if (parent != null) {
            forceFolder(parent);
        }
    }

    /// Reads a small file that nobody but its owner may read.
    ///
    /// @throws StoreFault.Missing there is none
    /// @throws StoreFault.Damaged it is too long, or others may read it: who has read it is then unknown
    public byte[] readPrivate(Path file, int bytesMax) throws StoreFault {
        try {
            Set<PosixFilePermission> permissions = EnumSet.copyOf(Files.getPosixFilePermissions(file));
            permissions.removeAll(OWNER_ONLY_FILE);
            permissions.remove(PosixFilePermission.OWNER_EXECUTE);
            if (!permissions.isEmpty()) {
                throw new StoreFault.Damaged("others than its owner may use " + file
                        + ": find out who read it, then run: chmod 600 " + file);
            }
            if (Files.size(file) > bytesMax) {
                throw new StoreFault.Damaged(file + " is longer than a key: restore it from its backup");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException missing) {
            throw new StoreFault.Missing("there is no " + file);
        } catch (IOException e) {
            throw fault("read", file, e);
        }
    }
}
