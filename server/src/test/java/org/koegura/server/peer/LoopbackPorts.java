package org.koegura.server.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Finds runs of ports that nobody uses, below the range from which the system gives out ports by itself.
///
/// Tests run in several processes at once, and none opens all of its ports at once: so each run is reserved, by a lock
/// on as many octets of a file, at the place of its number, which the system takes back when the process ends. Static,
/// because a lock belongs to the process.
public final class LoopbackPorts {

    private static final int FIRST = 10_000;
    private static final int LAST = 32_000;
    private static final int TRIES_MAX = 200;

    /// Runs that one process keeps; more than any test uses at once.
    private static final int KEPT_MAX = 4;

    private static final FileChannel RESERVED = open();
    private static final Deque<FileLock> KEPT = new ArrayDeque<>();

    private LoopbackPorts() {}

    private static FileChannel open() {
        String name = "koegura-test-ports-" + System.getProperty("user.name");
        try {
            return FileChannel.open(
                    Path.of(System.getProperty("java.io.tmpdir"), name),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The first of `count` neighbouring ports, free for UDP and TCP; even. Nobody else gets one of them until this
    /// process has asked for [#KEPT_MAX] more, or has ended.
    public static synchronized int block(int count) {
        for (int i = 0; i < TRIES_MAX; i++) {
            int first = ThreadLocalRandom.current().nextInt(FIRST, LAST - count) & ~1;
            if (isReserved(first, count)) {
                return first;
            }
        }
        throw new IllegalStateException("no run of " + count + " free ports on loopback");
    }

    private static boolean isReserved(int first, int count) {
        try {
            FileLock lock = lock(first, count);
            if (lock == null) {
                return false;
            }
            if (!allFree(first, count)) {
                lock.release();
                return false;
            }
            KEPT.addLast(lock);
            if (KEPT.size() > KEPT_MAX) {
                KEPT.removeFirst().release();
            }
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable FileLock lock(int first, int count) throws IOException {
        try {
            return RESERVED.tryLock(first, count, false);
        } catch (OverlappingFileLockException ownRun) {
            return null;
        }
    }

    private static boolean allFree(int first, int count) {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        for (int port = first; port < first + count; port++) {
            try (DatagramSocket udp = new DatagramSocket(port, loopback);
                    ServerSocket tcp = new ServerSocket(port, 1, loopback)) {
                if (!udp.isBound() || !tcp.isBound()) {
                    return false;
                }
            } catch (IOException taken) {
                return false;
            }
        }
        return true;
    }
}
