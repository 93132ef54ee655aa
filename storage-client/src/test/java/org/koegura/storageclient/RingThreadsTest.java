package org.koegura.storageclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.koegura.callmodel.RecordingStoreContract.append;
import static org.koegura.callmodel.RecordingStoreContract.closing;
import static org.koegura.callmodel.RecordingStoreContract.id;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.RecordingSink.OpenRecording;
import org.koegura.storageclient.cloud.CloudReceipt;
import org.koegura.storageclient.ring.Place;
import org.koegura.storageclient.ring.RingLedger;

/// What one thread sees of the ring while another is in the middle of something (T1, R4).
@Timeout(60)
class RingThreadsTest {

    private static final long RING = 1L << 16;
    private static final int SMALL = 5;
    private static final long MIB = 1L << 20;
    private static final CallId CALL = new CallId("77777777777777777777777777777777");

    @TempDir
    Path data;

    private final ExecutorService others = Executors.newCachedThreadPool();
    private final CountDownLatch goOn = new CountDownLatch(1);

    @SuppressWarnings("NullAway.Init") // set before each
    private TwoHomes homes;

    @BeforeEach
    void begin() {
        homes = new TwoHomes(data, RING);
    }

    @AfterEach
    void end() {
        goOn.countDown();
        others.close();
        homes.close();
    }

    @Test
    void aRecordingIsNeverSeenInTheRingBeforeItIsKnownToWaitForTheCloud() throws Exception {
        Files.writeString(homes.cloudDirectory(), "in the way of the cloud");
        LocalStore store = homes.open();
        TwoHomes.record(store, 1, SMALL);
        TwoHomes.record(store, 2, SMALL);
        CountDownLatch taken = stopAt(HomeStep.PLACE_TAKEN);
        Future<?> sealing = others.submit(() -> {
            TwoHomes.record(store, 3, SMALL);
            return null;
        });
        taken.await();

        assertThat(homes.gauge("koegura.spool.segments")).isEqualTo(3);
        assertThatExceptionOfType(StoreFault.Full.class)
                .isThrownBy(() -> store.sink().open(TwoHomes.opening(4)));

        goOn.countDown();
        sealing.get();
        store.store().playback(id(3));
        assertThat(store.store().erasure(id(3))).isEmpty();
        assertThat(homes.journal).isEmpty();
    }

    @Test
    void aRecordingGrowsWhileTheLedgerTakesTheLineOfAnother() throws Exception {
        LocalStore store = homes.open();
        OpenRecording growing = store.sink().open(TwoHomes.opening(1));
        CountDownLatch written = stopAt(HomeStep.LEDGER_WRITTEN);
        Future<?> sealing = others.submit(() -> {
            TwoHomes.record(store, 2, SMALL);
            return null;
        });
        written.await();
        double before = homes.gauge("koegura.ring.used.bytes");

        for (int i = 0; i < 60; i++) {
            append(growing, Leg.INSIDE, i, (byte) i);
            append(growing, Leg.OUTSIDE, i, (byte) i);
            growing.flush();
        }

        assertThat(sealing).isNotDone();
        assertThat(homes.gauge("koegura.ring.used.bytes")).isGreaterThan(before);
        goOn.countDown();
        sealing.get();
        growing.seal(closing(60, 60, 10));
    }

    @Test
    void whatNoReceiptCoversIsNotOverwrittenButSentAgain() throws StoreFault, IOException {
        LocalStore store = homes.open();
        threeUploaded(store);
        Files.copy(homes.receipt(3), homes.receipt(1), StandardCopyOption.REPLACE_EXISTING);
        Files.delete(homes.receipt(2));

        TwoHomes.record(store, 4, SMALL);

        store.store().playback(id(1));
        store.store().playback(id(2));
        assertThat(store.store().erasure(id(3))).isPresent();
        await().until(() -> homes.isUploaded(2) && receipt(1).recording().equals(id(1)));
    }

    private CloudReceipt receipt(int number) throws IOException {
        return Objects.requireNonNull(CloudReceipt.parse(Files.readAllBytes(homes.receipt(number))));
    }

    private void threeUploaded(LocalStore store) throws StoreFault {
        for (int number = 1; number <= 3; number++) {
            TwoHomes.record(store, number, SMALL);
        }
        await().until(() -> homes.gauge("koegura.spool.segments") == 0);
    }

    /// 512 MiB, of which a step of 8 MiB is kept free; its recordings are in the ledger only, as after the loss
    /// of a disk.
    @Test
    void roomIsMadeAheadByTheKeeperSoThatNoWriterErases() throws Exception {
        enlarge(512, 62);
        LocalStore store = homes.open();
        Set<String> erasers = ConcurrentHashMap.newKeySet();
        homes.watch = step -> {
            if (step == HomeStep.JOURNALLED) {
                erasers.add(Thread.currentThread().getName());
            }
        };

        for (int number = 101; number <= 105; number++) {
            store.sink().open(TwoHomes.opening(number));
            await().until(() -> homes.gauge("koegura.ring.used.bytes") == 504 * MIB);
        }

        assertThat(erasers).containsExactly("ring-keeper");
        assertThat(homes.count("koegura.ring.waits")).isZero();
        assertThat(homes.count("koegura.ring.overwrites")).isEqualTo(4);
        for (int number = 1; number <= 4; number++) {
            assertThat(store.store().erasure(id(number))).isPresent();
        }
    }

    /// The keeper has four steps to bring back; who finds no room meanwhile waits for one.
    @Test
    void whoFindsNoRoomWaitsForOneErasureOfTheKeepersAndNotForAll() throws Exception {
        enlarge(2_048, 256);
        LocalStore store = homes.open();
        Semaphore erasures = new Semaphore(0);
        CountDownLatch keeperIsThere = new CountDownLatch(1);
        homes.watch = step -> {
            if (step == HomeStep.JOURNALLED && Thread.currentThread().getName().equals("ring-keeper")) {
                keeperIsThere.countDown();
                erasures.acquireUninterruptibly();
            }
        };
        try {
            store.sink().open(TwoHomes.opening(301)); // the ring is full: erases by itself, and asks the keeper
            assertThat(homes.count("koegura.ring.waits")).isOne();
            keeperIsThere.await();
            FutureTask<OpenRecording> opening =
                    new FutureTask<>(() -> store.sink().open(TwoHomes.opening(302)));
            Thread writer = Thread.ofPlatform().start(opening);
            await().until(() -> writer.getState() == Thread.State.WAITING);

            erasures.release();

            assertThat(opening.get(20, TimeUnit.SECONDS)).isNotNull();
            assertThat(store.store().erasure(id(3))).isEmpty();
        } finally {
            erasures.release(1_000); // else the keeper would keep the store from closing
        }
        await().until(() -> homes.gauge("koegura.ring.used.bytes") == (2_048 - 32) * MIB);
    }

    private void enlarge(int ringMib, int places) throws IOException {
        homes = new TwoHomes(data, ringMib * MIB);
        List<Place> lost = new ArrayList<>();
        for (int number = 1; number <= places; number++) {
            Instant startedAt = TwoHomes.startedAt(number);
            lost.add(new Place(id(number), CALL, startedAt, startedAt.plusSeconds(1), 8 * MIB, "0".repeat(64)));
        }
        Files.createDirectories(homes.layout().ring());
        RingLedger.write(homes.layout().ledger(), lost).close();
    }

    private CountDownLatch stopAt(HomeStep where) {
        CountDownLatch arrived = new CountDownLatch(1);
        homes.watch = step -> {
            if (step == where) {
                arrived.countDown();
                try {
                    assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        };
        return arrived;
    }
}
