package org.koegura.storageclient;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.CallCheckpoints;
import org.koegura.storageclient.cloud.DirectoryCloud;
import org.koegura.storageclient.keys.KeyCabinet;
import org.koegura.storageclient.keys.SealKey;
import org.koegura.storageclient.medium.DirectoryLock;
import org.koegura.storageclient.medium.Layout;
import org.koegura.storageclient.medium.Medium;
import org.koegura.storageclient.medium.PortsFile;
import org.koegura.storageclient.packets.AesGcmChunks;
import org.koegura.storageclient.packets.ChunkCipher;
import org.koegura.storageclient.ring.Tombstones;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A data directory that this process has to itself, before its recordings are looked at: so much is there at
/// once, for the calls that a process left when it died.
///
/// Made by [LocalStore#hold]; [#open] is asked for once. Belongs to the thread that starts the product, its
/// checkpoints to any.
public final class HeldDirectory implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HeldDirectory.class);

    private final StoreSettings settings;
    private final Layout layout;
    private final Medium medium;
    private final RandomAccessFile lock;
    private final KeyCabinet keys;
    private final SecureRandom random;
    private final Clock clock;
    private final MeterRegistry registry;
    private final PortsFile ports;
    private final CheckpointKeeper checkpoints;
    private final AtomicBoolean closed = new AtomicBoolean();

    private HeldDirectory(
            StoreSettings settings,
            Layout layout,
            Medium medium,
            RandomAccessFile lock,
            KeyCabinet keys,
            SecureRandom random,
            Clock clock,
            MeterRegistry registry) {
        this.settings = settings;
        this.layout = layout;
        this.medium = medium;
        this.lock = lock;
        this.keys = keys;
        this.random = random;
        this.clock = clock;
        this.registry = registry;
        this.ports = new PortsFile(layout.mediaPorts());
        this.checkpoints = CheckpointKeeper.open(layout, keys, ports, random, clock, registry, Boot.current());
    }

    static HeldDirectory hold(StoreSettings settings, SecureRandom random, Clock clock, MeterRegistry registry)
            throws StoreFault {
        Layout layout = new Layout(settings.dataDirectory());
        Medium medium = new Medium(layout.root());
        DirectoryLock.makeFolders(layout, medium);
        RandomAccessFile lock = DirectoryLock.take(layout, medium);
        try {
            lookForRoom(settings, layout, medium);
            KeyCabinet keys = KeyCabinet.open(layout, medium, random);
            return new HeldDirectory(settings, layout, medium, lock, keys, random, clock, registry);
        } catch (StoreFault e) {
            DirectoryLock.release(lock);
            throw e;
        }
    }

    /// A directory that begins here must have room. One that is in use must not keep calls waiting for want of it:
    /// they pass, and [LocalSink] begins no recording of them until there is some.
    private static void lookForRoom(StoreSettings settings, Layout layout, Medium medium) throws StoreFault {
        try {
            medium.requireFree(settings.freeBytesFloor());
        } catch (StoreFault.Full full) {
            if (!Files.exists(layout.masterKey())) {
                throw full;
            }
            LOG.error("store.space.low recordings=none cause=\"{}\"", full.getMessage());
        }
    }

    /// Where the calls that are up say what a restart needs of them.
    public CallCheckpoints checkpoints() {
        return checkpoints;
    }

    /// What the room of media of the process before said last of its ports; empty where it said nothing.
    public byte[] portsLeft() {
        return ports.left();
    }

    /// Asks for the same of this process four times a second, and writes what changed, to be found by the next one. Who
    /// tells MUST NOT block, and is asked until the directory is closed.
    public void keepPorts(Supplier<byte[]> now) {
        ports.keep(now);
    }

    /// Opens the store. Finds what a killed process left open and does not touch it yet: see
    /// [LocalStore#recovered].
    ///
    /// @throws StoreFault.Unreachable the directory cannot be written
    /// @throws StoreFault.Missing a key file is gone that others depend on
    /// @throws StoreFault.Damaged a key file is unreadable, short, or open to others
    public LocalStore open() throws StoreFault {
        return open(
                AesGcmChunks::new,
                new Homes.Parts(new DirectoryCloud(settings.cloudDirectory()), HomeStep.Watch.NOBODY, Pace.USUAL));
    }

    LocalStore open(ChunkCipher.Kind ciphers, Homes.Parts parts) throws StoreFault {
        SealKey sealKey = SealKey.open(layout, medium, random);
        StoreMetrics metrics = new StoreMetrics(registry, medium);
        Homes homes = Homes.open(settings, layout, medium, keys, sealKey, clock, registry, parts);
        RingStore ring = homes.ring();
        Sealer sealer = new Sealer(layout, medium, sealKey, ring);
        Recovery recovery = Recovery.of(layout, medium, keys, ciphers, sealer, ring, clock, metrics);
        ring.countOpen(medium);
        Tombstones tombstones = homes.tombstones();
        return new LocalStore(
                this,
                new LocalSink(settings, medium, keys, ciphers, sealer, ring, tombstones, clock, metrics),
                new LocalRecordings(layout, medium, keys, ciphers, sealKey, tombstones),
                recovery,
                homes);
    }

    /// Lets other processes at the directory. Idempotent.
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            checkpoints.close();
            DirectoryLock.release(lock);
        }
    }
}
