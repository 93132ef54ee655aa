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
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.RecordingSink.OpenRecording;
import org.koegura.storageclient.cloud.CloudReceipt;

/// What one thread sees of the ring while another is in the middle of something (T1, R4).
@Timeout(60)
class RingThreadsTest {

    private static final long RING = 1L << 16;
    private static final int SMALL = 5;

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
