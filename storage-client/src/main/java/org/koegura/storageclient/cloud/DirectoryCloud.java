package org.koegura.storageclient.cloud;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.StoreFault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A directory as the cloud: the embedded default, and any mounted file system. A key is a path below it.
///
/// An object appears under its key only whole: it is written beside, as `.NAME.part`, forced, and
/// renamed. There are no versions; what a crash left half written counts as one and goes with
/// [#deleteEveryVersion].
///
/// Wrapped keys lie there too: folders that are made here can be entered, and files be read, by their owner
/// only, where the file system knows owners. A root that was there keeps what its own owner set.
///
/// Files that others put there (a file manager's, an editor's) are no objects: they are told, and left alone.
///
/// A folder goes with its last object; a put that loses its folder so fails, and is repeated. The root itself
/// is made once, by [#make], so that a mount that is gone is a fault and not an empty store.
public final class DirectoryCloud implements CloudStore {

    private static final Logger LOG = LoggerFactory.getLogger(DirectoryCloud.class);

    private static final String PART_PREFIX = ".";
    private static final String PART_SUFFIX = ".part";
    private static final String PROBE = ".probe";
    private static final int BUFFER_BYTES = 65_536;

    /// With less free space than this a failed write is laid to the full disk.
    private static final long FULL_BELOW_BYTES = 1L << 20;

    private final Path root;

    public DirectoryCloud(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    /// Makes the directory where it is missing.
    @Override
    public void make() throws StoreFault {
        try {
            makeFolder(root);
        } catch (IOException e) {
            throw fault("make the folder", root, e);
        }
    }

    @Override
    public void put(String key, Path file, String sha256) throws StoreFault {
        Path target = path(key);
        Path part = part(target);
        try {
            requireRoot();
            makeFolder(folder(target));
            if (!copy(file, part).equals(sha256)) {
                Files.deleteIfExists(part);
                throw new StoreFault.Damaged(file + " is not what it was when its hash was taken; it is not uploaded");
            }
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
            force(folder(target));
        } catch (NoSuchFileException missing) {
            if (Files.notExists(file)) {
                throw new StoreFault.Missing("there is no " + file);
            }
            throw fault("write", target, missing);
        } catch (IOException e) {
            throw fault("write", target, e);
        }
    }

    /// Copies and forces; the hash of what was read.
    private static String copy(Path from, Path to) throws IOException {
        MessageDigest digest = sha256();
        Files.deleteIfExists(to); // what a crash left there
        try (InputStream in = new DigestInputStream(Files.newInputStream(from), digest);
                FileChannel channel = FileChannel.open(
                        to,
                        Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
                        ownerOnly(to, "rw-------"))) {
            OutputStream out = Channels.newOutputStream(channel);
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
            }
            channel.force(true);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public Optional<CloudObject> confirm(String key) throws StoreFault {
        Path target = path(key);
        MessageDigest digest = sha256();
        try {
            requireRoot();
            long bytes = 0;
            try (InputStream in = Files.newInputStream(target)) {
                byte[] buffer = new byte[BUFFER_BYTES];
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    digest.update(buffer, 0, read);
                    bytes += read;
                }
            }
            return Optional.of(new CloudObject(key, bytes, HexFormat.of().formatHex(digest.digest())));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException e) {
            throw fault("read", target, e);
        }
    }

    @Override
    public InputStream get(String key) throws StoreFault {
        Path target = path(key);
        try {
            requireRoot();
            return Files.newInputStream(target);
        } catch (NoSuchFileException none) {
            throw new StoreFault.Missing("there is no " + target);
        } catch (IOException e) {
            throw fault("read", target, e);
        }
    }

    @Override
    public List<String> list(String prefix) throws StoreFault {
        Path from = path(prefix);
        TreeSet<String> keys = new TreeSet<>();
        try {
            requireRoot();
            if (!Files.isDirectory(from, LinkOption.NOFOLLOW_LINKS)) {
                return List.of();
            }
            Files.walkFileTree(from, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    String key = keyOf(file);
                    if (CloudObject.isKey(key)) {
                        keys.add(key);
                    } else {
                        LOG.warn("cloud.foreign.file folder={} next=\"see who else writes there\"", file.getParent());
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
            return List.copyOf(keys);
        } catch (IOException e) {
            throw fault("list", from, e);
        }
    }

    /// The key of a file, also of one that is written at this moment.
    private String keyOf(Path file) {
        String name = String.valueOf(file.getFileName());
        boolean part = name.startsWith(PART_PREFIX) && name.endsWith(PART_SUFFIX);
        String whole = part ? name.substring(PART_PREFIX.length(), name.length() - PART_SUFFIX.length()) : name;
        return root.relativize(file.resolveSibling(whole)).toString();
    }

    @Override
    public void deleteEveryVersion(String key) throws StoreFault {
        Path target = path(key);
        try {
            requireRoot();
            boolean part = Files.deleteIfExists(part(target));
            boolean whole = Files.deleteIfExists(target);
            if (part || whole || Files.isDirectory(folder(target))) {
                force(folder(target));
                removeIfEmpty(folder(target));
            }
        } catch (IOException e) {
            throw fault("delete", target, e);
        }
    }

    /// An emptied folder would look like a recording that lost its files.
    private void removeIfEmpty(Path folder) throws IOException {
        if (!folder.equals(root)) {
            try {
                Files.deleteIfExists(folder);
                force(folder(folder));
            } catch (DirectoryNotEmptyException others) {
                // It is theirs.
            }
        }
    }

    @Override
    public void probe() throws StoreFault {
        Path file = root.resolve(PROBE);
        try {
            requireRoot();
            Files.write(file, new byte[] {'?'});
            Files.readAllBytes(file);
            Files.delete(file);
        } catch (IOException e) {
            throw fault("use", root, e);
        }
    }

    /// Never as a file that is missing: of a cloud that is away nothing is known, not even that it holds nothing.
    private void requireRoot() throws NotDirectoryException {
        if (!Files.isDirectory(root)) {
            throw new NotDirectoryException(root.toString());
        }
    }

    private Path path(String key) {
        CloudObject.requireKey(key);
        return root.resolve(key);
    }

    private static Path part(Path target) {
        return target.resolveSibling(PART_PREFIX + target.getFileName() + PART_SUFFIX);
    }

    private static Path folder(Path target) {
        return Objects.requireNonNull(target.getParent());
    }

    /// Makes a folder and those above it, each forced into its parent.
    private static void makeFolder(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        @Nullable Path parent = folder.getParent();
        if (parent != null) {
            makeFolder(parent);
        }
        try {
            Files.createDirectory(folder, ownerOnly(folder, "rwx------"));
        } catch (FileAlreadyExistsException made) {
            if (!Files.isDirectory(folder)) {
                throw made;
            }
        }
        if (parent != null) {
            force(parent);
        }
    }

    private static FileAttribute<?>[] ownerOnly(Path path, String permissions) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private static void force(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private StoreFault fault(String what, Path where, IOException cause) {
        String message = "cannot " + what + " " + where + " in the cloud directory";
        try {
            if (Files.getFileStore(root).getUsableSpace() < FULL_BELOW_BYTES) {
                return new StoreFault.Full(message + ": its disk is full; free or add space", cause);
            }
        } catch (IOException unknown) {
            cause.addSuppressed(unknown);
        }
        return new StoreFault.Unreachable(
                message + "; check that it is mounted and that this account may use it", cause);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
