package org.koegura.storageclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.koegura.callmodel.RecordingStoreContract.id;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.callmodel.StoreFault;
import org.koegura.storageclient.medium.Layout;
import org.koegura.storageclient.ring.RingLedger;

/// A process may die after any step of an upload or of an erasure: the next start does the rest, and
/// nothing is there twice, half, or without an owner.
@SuppressWarnings("NullAway.Init") // JUnit and the tests set the fields
class HomesCrashTest {

    private static final long RING = 1L << 16;

    @TempDir
    Path data;

    private TwoHomes homes;

    @AfterEach
    void end() {
        homes.close();
    }

    @ParameterizedTest
    @EnumSource(HomeStep.class)
    void whateverStepIsTheLastTheNextStartDoesTheRest(HomeStep last) throws Exception {
        homes = new TwoHomes(data, RING);
        boolean uploading = last.compareTo(HomeStep.RECEIPT_WRITTEN) <= 0;
        LocalStore store = homes.open(uploading ? last : null);
        for (int number = 1; number <= 3; number++) {
            recordUntilKilled(store, number);
        }
        if (uploading) {
            waiting().until(homes::isDead);
        } else {
            waiting().until(() -> homes.isUploaded(1) && homes.isUploaded(2) && homes.isUploaded(3));
            store = homes.open(last);
            recordUntilKilled(store, 4);
            waiting().until(homes::isDead);
        }

        store = homes.open();
        waiting().until(() -> homes.isUploaded(3) && homes.isUploaded(2));
        if (store.store().find(id(4)).isEmpty()) {
            waiting().until(() -> homes.isUploaded(1) || homes.isErasedEverywhere(1));
            TwoHomes.record(store, 4, 5);
        }
        waiting().until(() -> homes.isErasedEverywhere(1) && homes.isUploaded(4));

        assertThat(store.store().find(id(1))).isEmpty();
        assertThat(store.store().erasure(id(1))).isPresent();
        for (int number = 2; number <= 4; number++) {
            store.store().playback(id(number));
            isWholeInTheCloud(number);
        }
        nothingIsLeftOver();
        assertThat(homes.acts()).contains("recording.overwrite " + id(1), "recording.cloud.delete " + id(1));
        assertThat(homes.gauge("koegura.ring.used.bytes")).isLessThanOrEqualTo(RING);
        homes.open();
        assertThat(homes.gauge("koegura.spool.segments")).isZero();
    }

    @Test
    void aKilledErasureNeverLetsTheRecordingBeHeardAgain() throws StoreFault {
        homes = new TwoHomes(data, RING);
        LocalStore store = homes.open();
        for (int number = 1; number <= 3; number++) {
            TwoHomes.record(store, number, 5);
        }
        waiting().until(() -> homes.isUploaded(1) && homes.isUploaded(2) && homes.isUploaded(3));
        LocalStore dying = homes.open(HomeStep.TOMBSTONE_WRITTEN);
        try {
            TwoHomes.record(dying, 4, 5);
        } catch (TwoHomes.Killed killed) {
            assertThat(homes.sealed(1)).exists();
        }

        LocalStore beforeItsHomesWork = homes.open(null, false);

        assertThat(beforeItsHomesWork.store().find(id(1))).isEmpty();
        assertThat(beforeItsHomesWork.store().erasure(id(1))).isPresent();
    }

    private void recordUntilKilled(LocalStore store, int number) throws StoreFault {
        try {
            TwoHomes.record(store, number, 5);
        } catch (TwoHomes.Killed killed) {
            assertThat(homes.isDead()).isTrue();
        }
    }

    /// Threads that die are what is tested here.
    private static ConditionFactory waiting() {
        return await().dontCatchUncaughtExceptions();
    }

    private void isWholeInTheCloud(int number) throws IOException {
        for (String file : List.of(Layout.PACKETS, Layout.MANIFEST, Layout.SIGNATURE)) {
            assertThat(homes.inCloud(number).resolve(file))
                    .hasSameBinaryContentAs(homes.sealed(number).resolve(file));
        }
        assertThat(homes.keyInCloud(number))
                .hasSameBinaryContentAs(homes.layout().wrappedKey(id(number)));
    }

    private void nothingIsLeftOver() throws IOException {
        Layout layout = homes.layout();
        assertThat(layout.leaving()).isEmptyDirectory();
        assertThat(layout.unfinishedTombstones()).isEmptyDirectory();
        assertThat(homes.sealed(1)).doesNotExist();
        assertThat(homes.receipt(1)).doesNotExist();
        try (Stream<Path> files = Files.walk(homes.cloudDirectory()).filter(Files::isRegularFile)) {
            assertThat(files).hasSize(3 * 4);
        }
        try (Stream<Path> keys = Files.list(layout.wrappedKeys())) {
            assertThat(keys).hasSize(3);
        }
        assertThat(RingLedger.read(layout.ledger()))
                .extracting(place -> place.recording())
                .containsExactlyInAnyOrder(id(2), id(3), id(4));
    }
}
