package org.koegura.storageclient;

import static org.koegura.callmodel.RecordingStoreContract.append;
import static org.koegura.callmodel.RecordingStoreContract.closing;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.JournalEntry;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.RecordingStoreContract;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.VirtualClock;
import org.koegura.callmodel.port.HoldRegister;
import org.koegura.callmodel.port.Journal;
import org.koegura.callmodel.port.RecordingSink.OpenRecording;
import org.koegura.callmodel.port.RecordingSink.Opening;
import org.koegura.storageclient.cloud.CloudStore;
import org.koegura.storageclient.cloud.DirectoryCloud;
import org.koegura.storageclient.medium.Layout;
import org.koegura.storageclient.packets.AesGcmChunks;

/// A store with both homes at work in one directory, with a journal and a register of holds that can
/// fail, and a process that can die after any step.
final class TwoHomes implements AutoCloseable {

    static final Pace AT_ONCE = new Pace(Duration.ofMillis(5), Duration.ofMillis(20));

    final Path data;
    final List<JournalEntry> journal = new CopyOnWriteArrayList<>();
    final Set<RecordingId> held = ConcurrentHashMap.newKeySet();

    /// Of which call the register was asked, by recording.
    final Map<RecordingId, CallId> asked = new ConcurrentHashMap<>();

    final VirtualClock clock = new VirtualClock(TestStore.NOW);
    private StoreSettings settings;

    /// Told of each step before the process dies of it.
    volatile HomeStep.Watch watch = HomeStep.Watch.NOBODY;

    volatile boolean journalFails;
    volatile boolean registerFails;

    @Nullable
    CloudStore cloud;

    private AtomicBoolean dead = new AtomicBoolean();
    private SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private @Nullable LocalStore store;
    private @Nullable Homes homes;

    /// Ends a thread as a process that dies would: nothing after it is done.
    static final class Killed extends Error {
        private Killed(HomeStep step) {
            super(step.name(), null, false, false);
        }
    }

    TwoHomes(Path data, long ringBytes) {
        this.data = data;
        settings = StoreSettings.at(data).withRing(ringBytes);
    }

    /// The next start has a ring of that size.
    void resize(long ringBytes) {
        settings = settings.withRing(ringBytes);
    }

    LocalStore open() throws StoreFault {
        return open(null);
    }

    /// Opens the store and starts its homes.
    ///
    /// @param last the step after which the process dies; null: it lives
    LocalStore open(@Nullable HomeStep last) throws StoreFault {
        return open(last, true);
    }

    LocalStore open(@Nullable HomeStep last, boolean kept) throws StoreFault {
        close();
        registry = new SimpleMeterRegistry();
        CloudStore used = cloud == null ? new DirectoryCloud(settings.cloudDirectory()) : cloud;
        LocalStore opened = LocalStore.open(
                settings,
                new SecureRandom(),
                clock,
                registry,
                AesGcmChunks::new,
                new Homes.Parts(used, dyingAfter(last), AT_ONCE));
        store = opened;
        if (kept) {
            homes = opened.keep(journal(), holds());
        }
        return opened;
    }

    private HomeStep.Watch dyingAfter(@Nullable HomeStep last) {
        AtomicBoolean died = new AtomicBoolean();
        dead = died;
        return step -> {
            watch.passed(step);
            if (step == last) {
                died.set(true);
            }
            if (died.get()) {
                throw new Killed(step);
            }
        };
    }

    boolean isDead() {
        return dead.get();
    }

    private Journal journal() {
        return entry -> {
            if (journalFails) {
                throw new Journal.JournalFault("the journal's disk is full", new IOException("full"));
            }
            journal.add(entry);
        };
    }

    private HoldRegister holds() {
        return new HoldRegister() {
            @Override
            public boolean isHeld(RecordingId recording, CallId call) throws HoldFault {
                if (registerFails) {
                    throw new HoldFault("the register cannot be read", new IOException("locked"));
                }
                asked.put(recording, call);
                return held.contains(recording);
            }

            @Override
            public @Nullable Unheld unheld(RecordingId recording, CallId call) throws HoldFault {
                return isHeld(recording, call) ? null : () -> {};
            }
        };
    }

    /// Records and seals so many packets a leg; the recording with the higher number began later.
    static void record(LocalStore store, int number, int packets) throws StoreFault {
        OpenRecording open = store.sink().open(opening(number));
        for (int i = 0; i < packets; i++) {
            append(open, Leg.INSIDE, i + 50 * number, (byte) i);
            append(open, Leg.OUTSIDE, i + 50 * number, (byte) i);
            open.flush();
        }
        open.seal(closing(packets, packets, number + 1 + packets / 50));
    }

    static Opening opening(int number) {
        Opening first = RecordingStoreContract.opening(RecordingStoreContract.id(number));
        return new Opening(
                first.recording(),
                first.facts(),
                first.basis(),
                first.formats(),
                first.answeredAt(),
                startedAt(number));
    }

    static Instant startedAt(int number) {
        return RecordingStoreContract.STARTED.plusSeconds(number);
    }

    Layout layout() {
        return new Layout(data);
    }

    Path sealed(int number) {
        return layout().sealedFolder(RecordingStoreContract.id(number), startedAt(number));
    }

    Path receipt(int number) {
        return layout().cloudReceipt(RecordingStoreContract.id(number), startedAt(number));
    }

    Path inCloud(int number) {
        return settings.cloudDirectory()
                .resolve(Layout.cloudFolder(RecordingStoreContract.id(number), startedAt(number)));
    }

    Path keyInCloud(int number) {
        return settings.cloudDirectory().resolve(Layout.cloudKey(RecordingStoreContract.id(number)));
    }

    Path cloudDirectory() {
        return settings.cloudDirectory();
    }

    boolean isUploaded(int number) {
        return Files.exists(receipt(number));
    }

    boolean isErasedEverywhere(int number) {
        return Files.exists(layout().tombstone(RecordingStoreContract.id(number)));
    }

    double count(String meter, String... tags) {
        return registry.get(meter).tags(tags).counter().count();
    }

    double gauge(String meter) {
        return registry.get(meter).gauge().value();
    }

    static String sha256(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.findAny().isEmpty();
        }
    }

    List<String> acts() {
        return journal.stream()
                .map(entry -> entry.act() + " " + entry.subject())
                .toList();
    }

    @Override
    public void close() {
        if (homes != null) {
            homes.close();
            homes = null;
        }
        if (store != null) {
            store.close();
            store = null;
        }
    }
}
