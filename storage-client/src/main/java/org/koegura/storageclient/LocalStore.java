package org.koegura.storageclient;

import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.Seal;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.CallCheckpoints;
import org.koegura.callmodel.port.HoldRegister;
import org.koegura.callmodel.port.Journal;
import org.koegura.callmodel.port.RecordingSink;
import org.koegura.callmodel.port.RecordingStore;
import org.koegura.storageclient.cloud.DirectoryCloud;
import org.koegura.storageclient.medium.DirectoryLock;
import org.koegura.storageclient.medium.Layout;
import org.koegura.storageclient.packets.AesGcmChunks;
import org.koegura.storageclient.packets.ChunkCipher;

/// The recordings of one data directory on the local disk: the one factory of this room.
///
/// Opening it makes what is missing, refuses what is not safe (with one line that says what to do), keeps other
/// processes off the directory, and finds what a killed process left open. Blocks. Safe for any number of
/// threads.
public final class LocalStore implements AutoCloseable {

    private final HeldDirectory directory;
    private final RecordingSink sink;
    private final RecordingStore store;
    private final Recovery recovery;
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

    LocalStore(HeldDirectory directory, RecordingSink sink, RecordingStore store, Recovery recovery, Homes homes) {
        this.directory = directory;
        this.sink = sink;
        this.store = store;
        this.recovery = recovery;
        this.homes = homes;
    }

    /// Whether the data directory is free, asked before anything is written: [#hold] takes it, and has the last
    /// word.
    ///
    /// @throws StoreFault.Unreachable another process uses it
    public static void requireUnused(StoreSettings settings) throws StoreFault {
        DirectoryLock.requireUnused(new Layout(settings.dataDirectory()));
    }

    /// Takes the data directory, which it makes where it is missing, and reads what a process that died there
    /// left of its calls.
    ///
    /// @param random makes keys and nonces
    /// @throws StoreFault.Unreachable the directory cannot be written, or another process uses it
    /// @throws StoreFault.Full less than the floor is free, and nothing was ever kept here
    /// @throws StoreFault.Missing a key file is gone that others depend on
    /// @throws StoreFault.Damaged a key file is unreadable, short, or open to others
    public static HeldDirectory hold(StoreSettings settings, SecureRandom random, Clock clock, MeterRegistry registry)
            throws StoreFault {
        return HeldDirectory.hold(settings, random, clock, registry);
    }

    /// Takes the data directory, opens the store, and recovers what a killed process left open.
    ///
    /// @param random makes keys and nonces
    /// @throws StoreFault.Unreachable the directory cannot be written, or another process uses it
    /// @throws StoreFault.Full less than the floor is free, and nothing was ever kept here
    /// @throws StoreFault.Missing a key file is gone that others depend on
    /// @throws StoreFault.Damaged a key file is unreadable, short, or open to others
    public static LocalStore open(StoreSettings settings, SecureRandom random, Clock clock, MeterRegistry registry)
            throws StoreFault {
        return open(settings, random, clock, registry, AesGcmChunks::new);
    }

    /// Makes ready what reading the checkpoints of calls needs of the process. May be left out.
    public static void prepare() {
        CheckpointWords.prepare();
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
        HeldDirectory directory = hold(settings, random, clock, registry);
        try {
            LocalStore store = directory.open(ciphers, parts);
            store.recovered();
            return store;
        } catch (StoreFault e) {
            directory.close();
            throw e;
        }
    }

    public RecordingSink sink() {
        return sink;
    }

    public RecordingStore store() {
        return store;
    }

    /// What this start found open, signed: each is a call that may have no outcome yet (R5). At least once: tell
    /// it, then acknowledge it. The first time it does the work, which reads all of each; the same list each
    /// time.
    public List<Recovered> recovered() {
        return recovery.recovered();
    }

    /// What this start found open and could not sign, though it may hold something: the next start tries again.
    /// Does the same work.
    public Set<RecordingId> unrecovered() {
        return recovery.unrecovered();
    }

    /// Where the calls that are up say what a restart needs of them.
    public CallCheckpoints checkpoints() {
        return directory.checkpoints();
    }

    /// Whether a process died here just now that had answered calls, and not with the machine, as far as that can be
    /// seen without a key: asked before [#hold].
    public static boolean hasLeftCalls(StoreSettings settings) {
        return CheckpointFile.saysSomethingSince(
                new Layout(settings.dataDirectory()).callCheckpoints(), FoundCalls.AGE_MAX, Boot.current());
    }

    /// Lets other processes at the directory. Open recordings are sealed by their owners, before.
    @Override
    public void close() {
        homes.close();
        directory.close();
    }
}
