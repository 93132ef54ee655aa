package org.koegura.storageclient;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;
import static org.koegura.callmodel.RecordingStoreContract.append;
import static org.koegura.callmodel.RecordingStoreContract.closing;
import static org.koegura.callmodel.RecordingStoreContract.id;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.RecordingSink.OpenRecording;
import org.koegura.callmodel.port.RecordingStore.Erasure;
import org.koegura.storageclient.medium.Layout;
import org.koegura.storageclient.medium.Medium;
import org.koegura.storageclient.ring.Tombstone;

/// A ring of 64 KiB, in which three small recordings have their places, and a step of room is 8 KiB (T1, T2,
/// T6).
class RingStoreTest {

    private static final long RING = 1L << 16;
    private static final int SMALL = 5;

    @TempDir
    Path data;

    @SuppressWarnings("NullAway.Init") // set before each
    private TwoHomes homes;

    @BeforeEach
    void begin() {
        homes = new TwoHomes(data, RING);
    }

    @AfterEach
    void end() {
        homes.close();
    }

    @Test
    void aNewRecordingOverwritesTheOldestAndItsTwinInTheCloud() throws StoreFault {
        LocalStore store = homes.open();
        threeUploaded(store);

        TwoHomes.record(store, 4, SMALL);

        assertThat(store.store().find(id(1))).isEmpty();
        assertThat(homes.sealed(1)).doesNotExist();
        assertThat(homes.receipt(1)).doesNotExist();
        assertThat(homes.layout().wrappedKey(id(1))).doesNotExist();
        assertThat(store.store().erasure(id(1)).orElseThrow())
                .satisfies(erasure -> assertThat(erasure.why()).isEqualTo(Erasure.Why.OVERWRITTEN))
                .satisfies(erasure -> assertThat(erasure.at()).isEqualTo(TestStore.NOW));
        assertThatExceptionOfType(StoreFault.Missing.class)
                .isThrownBy(() -> store.store().playback(id(1)));
        await().until(() -> homes.isErasedEverywhere(1));
        assertThat(homes.inCloud(1)).doesNotExist();
        assertThat(homes.keyInCloud(1)).doesNotExist();
        for (int rest : new int[] {2, 3, 4}) {
            store.store().playback(id(rest));
            assertThat(store.store().erasure(id(rest))).isEmpty();
        }
        assertThat(homes.acts()).containsExactly("recording.overwrite " + id(1), "recording.cloud.delete " + id(1));
        assertThat(homes.count("koegura.ring.overwrites")).isOne();
        assertThat(homes.count("koegura.deletions", "target", "ring", "outcome", "ok"))
                .isOne();
        assertThat(homes.count("koegura.deletions", "target", "cloud", "outcome", "ok"))
                .isOne();
        assertThat(homes.gauge("koegura.ring.used.bytes")).isLessThanOrEqualTo(RING);
        assertThat(homes.gauge("koegura.ring.capacity.bytes")).isEqualTo((double) RING);
    }

    @Test
    void theTombstoneSaysWhatWasThereAndNothingThatWasSaid() throws StoreFault, IOException {
        LocalStore store = homes.open();
        threeUploaded(store);
        String manifest = TwoHomes.sha256(homes.sealed(1).resolve(Layout.MANIFEST));

        TwoHomes.record(store, 4, SMALL);
        await().until(() -> homes.isErasedEverywhere(1));

        String text = Files.readString(homes.layout().tombstone(id(1)));
        assertThat(text.replace(manifest, "")).doesNotContain("sip:", "@", "201", "caller"); // a hash has any digits
        Tombstone tombstone = parsed(Files.readAllBytes(homes.layout().tombstone(id(1))));
        assertThat(tombstone).satisfies(read -> {
            assertThat(read.place().recording()).isEqualTo(id(1));
            assertThat(read.place().startedAt()).isEqualTo(TwoHomes.startedAt(1));
            assertThat(read.place().endedAt()).isAfter(TwoHomes.startedAt(1));
            assertThat(read.place().manifestSha256()).isEqualTo(manifest);
            assertThat(read.receipts())
                    .extracting(Tombstone.Receipt::target)
                    .containsExactly(Tombstone.Target.KEY, Tombstone.Target.RING, Tombstone.Target.CLOUD);
            assertThat(read.receipts().getLast().objects()).hasSize(4).contains(Layout.cloudKey(id(1)));
        });
        assertThat(text).isEqualTo(new String(tombstone.json(), UTF_8));
    }

    @Test
    void theOrderIsThatOfCaptureAndOutlivesARestart() throws StoreFault {
        LocalStore store = homes.open();
        for (int number : new int[] {3, 1, 2}) {
            TwoHomes.record(store, number, SMALL);
        }
        await().until(() -> homes.isUploaded(1) && homes.isUploaded(2) && homes.isUploaded(3));
        store = homes.open();
        TwoHomes.record(store, 4, SMALL);
        await().until(() -> homes.isErasedEverywhere(1));
        await().until(() -> homes.isUploaded(4));
        store = homes.open();
        TwoHomes.record(store, 5, SMALL);
        await().until(() -> homes.isErasedEverywhere(2));

        assertThat(store.store().find(id(3))).isPresent();
    }

    @Test
    void aRingThatWasMadeSmallerShrinksAtTheStart() throws StoreFault {
        homes.resize(2 * RING);
        LocalStore large = homes.open();
        threeUploaded(large);
        TwoHomes.record(large, 4, SMALL);
        await().until(() -> homes.isUploaded(4));

        homes.resize(RING);
        LocalStore small = homes.open();

        await().until(() -> homes.isErasedEverywhere(1));
        assertThat(homes.gauge("koegura.ring.used.bytes")).isLessThanOrEqualTo(RING);
        assertThat(small.store().find(id(2))).isPresent();
    }

    @Test
    void whatTheCloudDoesNotHoldIsNeverOverwrittenAndTheNewRecordingIsRefused() throws StoreFault {
        LocalStore store = homes.open(null, false);
        for (int number = 1; number <= 3; number++) {
            TwoHomes.record(store, number, SMALL);
        }

        assertThatExceptionOfType(StoreFault.Full.class)
                .isThrownBy(() -> store.sink().open(TwoHomes.opening(4)))
                .withMessageContaining("enlarge the ring");

        assertThat(store.store().find(id(1))).isPresent();
        assertThat(homes.layout().open()).isEmptyDirectory();
        assertThat(homes.layout().wrappedKey(id(4))).doesNotExist();
        assertThat(homes.count("koegura.ring.refusals")).isOne();
    }

    @Test
    void aHeldRecordingIsPassedOver() throws StoreFault {
        LocalStore store = homes.open();
        threeUploaded(store);
        homes.held.add(id(1));

        TwoHomes.record(store, 4, SMALL);

        assertThat(store.store().find(id(1))).isPresent();
        assertThat(store.store().erasure(id(2))).isPresent();
    }

    @Test
    void whereAllIsHeldTheNewRecordingIsRefused() throws StoreFault {
        LocalStore store = homes.open();
        threeUploaded(store);
        for (int number = 1; number <= 3; number++) {
            homes.held.add(id(number));
        }

        assertThatExceptionOfType(StoreFault.Full.class)
                .isThrownBy(() -> store.sink().open(TwoHomes.opening(4)));
        assertThat(homes.journal).isEmpty();
    }

    @Test
    void theRegisterIsAskedOfTheRecordingAndOfItsCall() throws StoreFault {
        LocalStore store = homes.open();
        threeUploaded(store);
        TwoHomes.record(store, 4, SMALL);
        assertThat(homes.asked).containsEntry(id(1), TwoHomes.opening(1).facts().call());
    }

    @Test
    void whileTheHoldRegisterCannotBeReadNothingIsErased() throws StoreFault {
        LocalStore store = homes.open();
        threeUploaded(store);
        homes.registerFails = true;

        assertThatExceptionOfType(StoreFault.Full.class)
                .isThrownBy(() -> store.sink().open(TwoHomes.opening(4)));
        for (int number = 1; number <= 3; number++) {
            store.store().playback(id(number));
            assertThat(homes.inCloud(number)).isDirectoryContaining("glob:**/packets.kgr");
        }
        assertThat(homes.layout().unfinishedTombstones()).isEmptyDirectory();
        assertThat(homes.journal).isEmpty();

        homes.registerFails = false;
        TwoHomes.record(store, 4, SMALL);
        assertThat(store.store().erasure(id(1))).isPresent();
    }

    @Test
    void aRegisterThatFailsInTheMiddleKeepsTheCloudsCopyUntilItAnswers() throws StoreFault {
        FaultyCloud cloud = new FaultyCloud(homes.cloudDirectory());
        homes.cloud = cloud;
        LocalStore store = homes.open();
        threeUploaded(store);
        cloud.refusesDeletions = true;
        TwoHomes.record(store, 4, SMALL);
        homes.registerFails = true;
        cloud.refusesDeletions = false;
        double failed = homes.count("koegura.deletions", "target", "cloud", "outcome", "failed");
        await().until(() -> homes.count("koegura.deletions", "target", "cloud", "outcome", "failed") > failed + 2);
        assertThat(homes.keyInCloud(1)).exists();

        homes.registerFails = false;
        await().until(() -> homes.isErasedEverywhere(1));
        assertThat(homes.keyInCloud(1)).doesNotExist();
    }

    @Test
    void whatCannotBeJournalledIsNotErased() throws StoreFault {
        LocalStore store = homes.open();
        threeUploaded(store);
        homes.journalFails = true;

        assertThatExceptionOfType(StoreFault.Full.class)
                .isThrownBy(() -> store.sink().open(TwoHomes.opening(4)));
        store.store().playback(id(1));
        assertThat(homes.layout().unfinishedTombstones()).isEmptyDirectory();
    }

    @Test
    void anOverdueDeletionIsCountedUntilItIsDoneAndNotWhileAHoldPreservesIt() throws StoreFault {
        FaultyCloud cloud = new FaultyCloud(homes.cloudDirectory());
        homes.cloud = cloud;
        LocalStore store = homes.open();
        threeUploaded(store);
        cloud.refusesDeletions = true;
        TwoHomes.record(store, 4, SMALL);
        homes.clock.advance(Duration.ofHours(23));
        assertThat(homes.gauge("koegura.deletions.overdue")).isZero();
        homes.clock.advance(Duration.ofHours(2));
        assertThat(homes.gauge("koegura.deletions.overdue")).isOne();

        homes.held.add(id(1));
        await().until(() -> homes.gauge("koegura.deletions.overdue") == 0);
        cloud.refusesDeletions = false;
        homes.held.clear();
        await().until(() -> homes.isErasedEverywhere(1));
        assertThat(homes.gauge("koegura.deletions.overdue")).isZero();
    }

    @Test
    void aRecordingThatOutgrowsItsRoomIsNotCutAndOverwritesBesideItsWriter() throws StoreFault {
        LocalStore store = homes.open();
        threeUploaded(store);

        OpenRecording open = store.sink().open(TwoHomes.opening(4));
        assertThat(store.store().erasure(id(1))).isPresent();
        for (int i = 0; i < 60; i++) {
            append(open, Leg.INSIDE, i + 200, (byte) i);
            append(open, Leg.OUTSIDE, i + 200, (byte) i);
            open.flush();
        }
        await().until(() -> store.store().erasure(id(2)).isPresent());
        open.seal(closing(60, 60, 10));

        store.store().playback(id(4));
        await().until(() -> homes.gauge("koegura.ring.used.bytes") <= RING);
    }

    @Test
    void aRecordingThatOutgrowsARingOfHeldOnesGoesOnAndTheNextIsRefused() throws StoreFault {
        LocalStore store = homes.open();
        threeUploaded(store);
        homes.held.add(id(2));
        homes.held.add(id(3));
        OpenRecording open = store.sink().open(TwoHomes.opening(4));
        for (int i = 0; i < 100; i++) {
            append(open, Leg.INSIDE, i + 200, (byte) i);
            append(open, Leg.OUTSIDE, i + 200, (byte) i);
            open.flush();
        }
        open.seal(closing(100, 100, 10));

        store.store().playback(id(4));
        assertThat(homes.gauge("koegura.ring.used.bytes")).isGreaterThan(RING);
        homes.held.add(id(4));
        assertThatExceptionOfType(StoreFault.Full.class)
                .isThrownBy(() -> store.sink().open(TwoHomes.opening(5)));
    }

    @Test
    void aRecordingWhoseFilesTheDiskLostKeepsItsPlaceAndItsTwinUntilItsTurn() throws StoreFault, IOException {
        LocalStore store = homes.open();
        threeUploaded(store);
        homes.close();
        Medium.removeFolder(homes.sealed(2));
        Files.delete(homes.receipt(2));

        store = homes.open();
        TwoHomes.record(store, 4, SMALL);
        await().until(() -> homes.isErasedEverywhere(1));
        assertThat(homes.inCloud(2)).isDirectoryContaining("glob:**/packets.kgr");
        await().until(() -> homes.isUploaded(4));
        TwoHomes.record(store, 5, SMALL);
        await().until(() -> homes.isErasedEverywhere(2));
        assertThat(homes.inCloud(2)).doesNotExist();
    }

    @Test
    void whatComesBackFromABackupIsErasedAgain() throws StoreFault, IOException {
        LocalStore store = homes.open();
        threeUploaded(store);
        Path backup = Files.createDirectory(data.resolve("backup"));
        for (String file : new String[] {Layout.PACKETS, Layout.MANIFEST, Layout.SIGNATURE}) {
            Files.copy(homes.sealed(1).resolve(file), backup.resolve(file));
        }
        TwoHomes.record(store, 4, SMALL);
        await().until(() -> homes.isErasedEverywhere(1));
        homes.close();
        Files.move(backup, homes.sealed(1));

        store = homes.open();

        assertThat(store.store().find(id(1))).isEmpty();
        await().until(() -> !Files.exists(homes.sealed(1)));
        await().until(() -> TwoHomes.isEmpty(homes.layout().unfinishedTombstones()));
        assertThat(store.store().erasure(id(1))).isPresent();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDamagedTombstoneKeepsThePlaceAndTheProductStarts(boolean filesAreThere) throws StoreFault, IOException {
        LocalStore store = homes.open();
        threeUploaded(store);
        homes.close();
        Files.writeString(homes.layout().unfinishedTombstone(id(1)), "{\"format\":");
        Files.delete(homes.receipt(1));
        if (!filesAreThere) {
            Medium.removeFolder(homes.sealed(1));
        }

        store = homes.open();

        assertThat(homes.gauge("koegura.ring.used.bytes")).isEqualTo(3 * 20_480);
        assertThat(homes.gauge("koegura.spool.segments")).isZero();
        TwoHomes.record(store, 4, SMALL);
        assertThat(store.store().erasure(id(2))).isPresent();
        assertThat(Files.exists(homes.sealed(1))).isEqualTo(filesAreThere);
        assertThat(homes.inCloud(1)).isDirectoryContaining("glob:**/packets.kgr");
    }

    @Test
    void theNameOfAnErasedRecordingStaysTaken() throws StoreFault {
        LocalStore store = homes.open();
        threeUploaded(store);
        TwoHomes.record(store, 4, SMALL);

        assertThatIllegalArgumentException().isThrownBy(() -> store.sink().open(TwoHomes.opening(1)));
    }

    @Test
    void aLedgerThatIsGoneIsFoundAgainAmongTheFolders() throws StoreFault, IOException {
        LocalStore store = homes.open();
        threeUploaded(store);
        homes.close();
        Files.delete(homes.layout().ledger());

        store = homes.open();
        TwoHomes.record(store, 4, SMALL);

        assertThat(store.store().erasure(id(1))).isPresent();
    }

    @Test
    void aLineOfTheLedgerThatACrashCutIsPassedOver() throws StoreFault, IOException {
        LocalStore store = homes.open();
        threeUploaded(store);
        homes.close();
        String lines = Files.readString(homes.layout().ledger());
        assertThat(lines.lines()).hasSize(3);
        Files.writeString(homes.layout().ledger(), lines.substring(0, lines.length() - 40));

        store = homes.open();
        TwoHomes.record(store, 4, SMALL);
        assertThat(store.store().erasure(id(1))).isPresent();
        assertThat(store.store().find(id(3))).isPresent();
    }

    private static Tombstone parsed(byte[] json) {
        return Objects.requireNonNull(Tombstone.parse(json));
    }

    private void threeUploaded(LocalStore store) throws StoreFault {
        for (int number = 1; number <= 3; number++) {
            TwoHomes.record(store, number, SMALL);
        }
        await().until(() -> homes.isUploaded(1) && homes.isUploaded(2) && homes.isUploaded(3));
        await().until(() -> homes.gauge("koegura.storage.oldest.unsynced.timestamp.seconds") == 0);
    }
}
