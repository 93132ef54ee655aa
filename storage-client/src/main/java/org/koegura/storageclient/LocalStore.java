package org.koegura.storageclient;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.Seal;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.CallCheckpoints;
import org.koegura.callmodel.port.HoldRegister;
import org.koegura.callmodel.port.Journal;
import org.koegura.callmodel.port.RecordingSink;
import org.koegura.callmodel.port.RecordingStore;
import org.koegura.storageclient.cloud.DirectoryCloud;

/// The recordings of one data directory on the local disk: the one factory of this room.
///
/// Opening it makes what is missing, refuses what is not safe (with one line that says what to do), keeps other
/// processes off the directory, and seals what a killed process left open. Blocks. Safe for any number of threads.
public final class LocalStore implements AutoCloseable {

    private final RandomAccessFile lock;
    private final RecordingSink sink;
    private final RecordingStore store;
    private final List<Recovered> recovered;
    private final CheckpointKeeper checkpoints;
    private final Homes homes;

    /// A recording that was found open and is signed now, with end `interrupted` and outcome `partial`, or as its
    /// own writer had closed it where only the last step was missing.
    ///
    /// Until it is acknowledged it stays in `open/`, where the store does not find it: a process that dies before
    /// leaves it to the next start, which reports the same outcome again. Not safe for two threads at once.
    public interface Recovered {

        /// What is to be told of its call: parties and times as the opening facts inside the encryption state them,
        /// the rest as the manifest does.
        ///
        /// The basis lacks what the format does not keep: the text of a prompt is empty, that of ground 3 only
        /// points to the journal.
        CallOutcome outcome();

        /// The seal in that outcome, at the place where the recording lies once it is acknowledged.
        Seal seal();

        /// Says that whoever must know the outcome knows it: moves the recording to its day. Idempotent. Blocks.
        ///
        /// @throws StoreFault it could not be moved; the next start reports it again
        void acknowledge() throws StoreFault;
    }

    private LocalStore(
            RandomAccessFile lock,
            RecordingSink sink,
            RecordingStore store,
            List<Recovered> recovered,
            CheckpointKeeper checkpoints,
            Homes homes) {
        this.lock = lock;
        this.sink = sink;
        this.store = store;
        this.recovered = recovered;
        this.checkpoints = checkpoints;
        this.homes = homes;
    }

    /// Whether the data directory is free, asked before anything is written: [#open] takes it, and has the last word.
    ///
    /// @throws StoreFault.Unreachable another process uses it
    public static void requireUnused(StoreSettings settings) throws StoreFault {
        Layout layout = new Layout(settings.dataDirectory());
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

    /// Opens the store.
    ///
    /// @param random makes keys and nonces
    /// @throws StoreFault.Unreachable the directory cannot be written, or another process uses it
    /// @throws StoreFault.Full less than the floor is free
    /// @throws StoreFault.Missing a key file is gone that others depend on
    /// @throws StoreFault.Damaged a key file is unreadable, short, or open to others
    public static LocalStore open(StoreSettings settings, SecureRandom random, Clock clock, MeterRegistry registry)
            throws StoreFault {
        return open(settings, random, clock, registry, AesGcmChunks::new);
    }

    /// From now on recordings go to the cloud, and the oldest may be overwritten; what an earlier start
    /// left half uploaded or half erased is done. Until then nothing leaves and nothing is erased. Ask
    /// for it once.
    ///
    /// @param journal takes each erasure before it begins
    /// @param holds says what must not be erased
    /// @return to be closed before journal and hold register are
    public Homes keep(Journal journal, HoldRegister holds) throws StoreFault {
        return homes.start(journal, holds);
    }

    /// With another cipher: for the test that looks for plaintext on the disk.
    static LocalStore open(
            StoreSettings settings, SecureRandom random, Clock clock, MeterRegistry registry, ChunkCipher.Kind ciphers)
            throws StoreFault {
        return open(
                settings,
                random,
                clock,
                registry,
                ciphers,
                new Homes.Parts(new DirectoryCloud(settings.cloudDirectory()), HomeStep.Watch.NOBODY, Pace.USUAL));
    }

    /// With another cloud, or other waits, or somebody who looks on: for the tests of both homes.
    static LocalStore open(
            StoreSettings settings,
            SecureRandom random,
            Clock clock,
            MeterRegistry registry,
            ChunkCipher.Kind ciphers,
            Homes.Parts parts)
            throws StoreFault {
        Layout layout = new Layout(settings.dataDirectory());
        Medium medium = new Medium(layout.root());
        makeFolders(layout, medium);
        RandomAccessFile lock = lock(layout, medium);
        try {
            medium.requireFree(settings.freeBytesFloor());
            KeyCabinet keys = KeyCabinet.open(layout, medium, random);
            SealKey sealKey = SealKey.open(layout, medium, random);
            StoreMetrics metrics = new StoreMetrics(registry, medium);
            Homes homes = Homes.open(settings, layout, medium, keys, sealKey, clock, registry, parts);
            Sealer sealer = new Sealer(layout, medium, sealKey, homes.ring());
            List<Recovered> recovered = new Recovery(layout, medium, keys, ciphers, sealer, clock, metrics).run();
            homes.ring().countOpen(medium);
            Tombstones tombstones = homes.tombstones();
            return new LocalStore(
                    lock,
                    new LocalSink(settings, medium, keys, ciphers, sealer, homes.ring(), tombstones, clock, metrics),
                    new LocalRecordings(layout, medium, keys, ciphers, sealKey, tombstones),
                    recovered,
                    CheckpointKeeper.open(layout, keys, random, registry),
                    homes);
        } catch (StoreFault e) {
            release(lock);
            throw e;
        }
    }

    public RecordingSink sink() {
        return sink;
    }

    public RecordingStore store() {
        return store;
    }

    /// What this start found open and signed: each is a call that may have no outcome yet (R5). At least once: tell it,
    /// then acknowledge it.
    public List<Recovered> recovered() {
        return recovered;
    }

    /// Where the calls that are up say what a restart needs of them.
    public CallCheckpoints checkpoints() {
        return checkpoints;
    }

    /// Whether a process died here that had answered calls, as far as that can be seen without a key: asked
    /// before [#open].
    public static boolean hasLeftCalls(StoreSettings settings) {
        return CheckpointFile.saysSomething(new Layout(settings.dataDirectory()).callCheckpoints());
    }

    /// Lets other processes at the directory. Open recordings are sealed by their owners, before.
    @Override
    public void close() {
        checkpoints.close();
        homes.close();
        release(lock);
    }

    private static void makeFolders(Layout layout, Medium medium) throws StoreFault {
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

    /// The lock is the operating system's: it ends with the process, however that ends. The number in the file is only
    /// for the message.
    private static RandomAccessFile lock(Layout layout, Medium medium) throws StoreFault {
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

    private static void release(RandomAccessFile lock) {
        try {
            lock.close();
        } catch (IOException e) {
            // The lock ends with the process at the latest.
        }
    }
}
