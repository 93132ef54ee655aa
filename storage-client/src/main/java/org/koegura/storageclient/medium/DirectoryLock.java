package org.koegura.storageclient.medium;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.koegura.callmodel.StoreFault;

/// Keeps other processes off a data directory.
public final class DirectoryLock {

    private DirectoryLock() {}

    /// Whether it is free: [#take] has the last word.
    ///
    /// @throws StoreFault.Unreachable another process uses it
    public static void requireUnused(Layout layout) throws StoreFault {
        if (!Files.isRegularFile(layout.lock())) {
            return;
        }
        try (RandomAccessFile file = new RandomAccessFile(layout.lock().toFile(), "rw");
                FileLock taken = file.getChannel().tryLock()) {
            if (taken == null) {
                throw inUse(layout, new IOException("locked by another process"));
            }
        } catch (OverlappingFileLockException ourselves) {
            throw inUse(layout, ourselves);
        } catch (IOException e) {
            // whoever opens it tells what is wrong with it
        }
    }

    /// Makes the folders that are missing.
    public static void makeFolders(Layout layout, Medium medium) throws StoreFault {
        Path making = layout.root();
        try {
            Medium.makeFolder(layout.root());
            making = layout.open();
            Medium.makeFolder(layout.open());
            making = layout.leaving();
            Medium.makeFolder(layout.leaving());
            making = layout.unfinishedTombstones();
            Medium.makeFolder(layout.unfinishedTombstones());
            making = layout.keys();
            Medium.makePrivateFolder(layout.keys());
            making = layout.wrappedKeys();
            Medium.makePrivateFolder(layout.wrappedKeys());
        } catch (IOException e) {
            throw medium.fault("make the folder", making, e);
        }
    }

    /// The lock is the operating system's: it ends with the process, however that ends. The number in the file is
    /// only for the message.
    public static RandomAccessFile take(Layout layout, Medium medium) throws StoreFault {
        try {
            RandomAccessFile file = new RandomAccessFile(layout.lock().toFile(), "rw");
            try {
                if (file.getChannel().tryLock() != null) {
                    file.setLength(0);
                    file.write((ProcessHandle.current().pid() + "\n").getBytes(US_ASCII));
                    return file;
                }
            } catch (OverlappingFileLockException ourselves) {
                release(file);
                throw inUse(layout, ourselves);
            } catch (IOException e) {
                release(file);
                throw e;
            }
            release(file);
            throw inUse(layout, new IOException("locked by another process"));
        } catch (IOException e) {
            throw medium.fault("lock", layout.lock(), e);
        }
    }

    private static StoreFault.Unreachable inUse(Layout layout, Exception cause) {
        String pid = "unknown";
        try {
            String written = Files.readString(layout.lock()).strip();
            if (!written.isEmpty()) {
                pid = written;
            }
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
        return new StoreFault.Unreachable(
                layout.root() + " is in use by another Koegura (pid " + pid
                        + "): stop that one, or give this one another data directory",
                cause);
    }

    public static void release(RandomAccessFile lock) {
        try {
            lock.close();
        } catch (IOException e) {
            // The lock ends with the process at the latest.
        }
    }
}
