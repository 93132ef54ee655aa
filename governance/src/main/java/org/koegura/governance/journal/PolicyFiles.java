package org.koegura.governance.journal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The policies that the journal names, whole, each in a file of its own: `policies/VERSION.json` beside it. They stand
/// there and not in its lines because they hold telephone numbers, and more than a line may. Nobody deletes them:
/// a call is decided again by the one that decided it.
///
/// Methods block. One process writes; any may read.
public final class PolicyFiles {

    /// The largest file that is read; the settings that become one have at most 64 KiB.
    private static final int BYTES_MAX = 16 << 20;

    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<?> OWNER_ONLY_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path folder;

    /// @param journal the folder of the journal
    public PolicyFiles(Path journal) {
        folder = journal.resolve("policies");
    }

    /// The name of a file from the journal's folder on.
    public static String name(String version) {
        return "policies/" + version + ".json";
    }

    /// Keeps a policy so that it would survive a power cut. One that is not as it was is written anew.
    ///
    /// @param version SHA-256 of `form`, in hexadecimal digits
    /// @return whether it was not there, or not as it is
    /// @throws IOException it is not kept
    public boolean keep(String version, byte[] form) throws IOException {
        Path file = file(version);
        if (Arrays.equals(read(version), form)) {
            return false;
        }
        if (!Files.isDirectory(folder)) {
            Files.createDirectory(folder, OWNER_ONLY_FOLDER);
            force(folder.resolveSibling(""));
        }
        Path fresh = folder.resolve(version + ".new");
        Files.deleteIfExists(fresh);
        try (FileChannel channel =
                FileChannel.open(fresh, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY)) {
            ByteBuffer left = ByteBuffer.wrap(form);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        force(folder);
        return true;
    }

    private static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /// What stands in the file of that version, whatever that is; null where there is none.
    public byte @Nullable [] read(String version) throws IOException {
        try (InputStream in = Files.newInputStream(file(version))) {
            return in.readNBytes(BYTES_MAX);
        } catch (NoSuchFileException none) {
            return null;
        }
    }

    private Path file(String version) {
        if (version.length() != 64 || !version.chars().allMatch(HexFormat::isHexDigit)) {
            throw new IllegalArgumentException("policy: 64 hexadecimal digits are needed");
        }
        return folder.resolve(version + ".json");
    }
}
