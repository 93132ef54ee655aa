package org.koegura.storageclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.koegura.callmodel.RecordingStoreContract.id;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.callmodel.StoreFault;
import org.koegura.storageclient.cloud.CloudReceipt;
import org.koegura.storageclient.medium.Layout;

/// Sealed recordings reach the cloud, sooner or later, and only what the cloud was confirmed to hold counts as
/// there.
@SuppressWarnings("NullAway.Init") // JUnit and @BeforeEach set the fields
class UploadsTest {

    @TempDir
    Path data;

    private TwoHomes homes;

    @BeforeEach
    void begin() {
        homes = new TwoHomes(data, StoreSettings.RING_BYTES_DEFAULT);
    }

    @AfterEach
    void end() {
        homes.close();
    }

    @Test
    void theCloudHasTheFolderAsItIsAndTheKeyApart() throws StoreFault, IOException {
        LocalStore store = homes.open();
        TwoHomes.record(store, 1, 5);
        await().until(() -> homes.isUploaded(1));

        assertThat(homes.inCloud(1).resolve(Layout.PACKETS))
                .hasSameBinaryContentAs(homes.sealed(1).resolve(Layout.PACKETS));
        assertThat(homes.inCloud(1)).isDirectoryNotContaining("glob:**.key");
        assertThat(homes.keyInCloud(1)).hasSameBinaryContentAs(homes.layout().wrappedKey(id(1)));
        assertThat(homes.cloudDirectory()).isDirectoryNotContaining("glob:**/{master,seal}.*");
        CloudReceipt receipt = Objects.requireNonNull(CloudReceipt.parse(Files.readAllBytes(homes.receipt(1))));
        assertThat(receipt.objects()).hasSize(4);
        assertThat(receipt.objects().getFirst().sha256())
                .isEqualTo(TwoHomes.sha256(homes.sealed(1).resolve(Layout.PACKETS)));
        assertThat(homes.sealed(1)).exists();
        await().until(() -> homes.count("koegura.storage.uploads", "target", "cloud", "outcome", "ok") == 1);
        assertThat(homes.gauge("koegura.storage.up")).isOne();
    }

    @Test
    void aCloudThatIsAwayIsCaughtUpWithOnceItIsBack() throws StoreFault, IOException {
        Files.writeString(homes.cloudDirectory(), "in the way");
        LocalStore store = homes.open();
        TwoHomes.record(store, 1, 5);
        TwoHomes.record(store, 2, 5);
        await().until(() -> homes.count("koegura.storage.uploads", "outcome", "unreachable") > 4);
        assertThat(homes.gauge("koegura.storage.up")).isZero();
        assertThat(homes.gauge("koegura.spool.segments")).isEqualTo(2);
        assertThat(homes.gauge("koegura.storage.oldest.unsynced.timestamp.seconds"))
                .isEqualTo((double) TwoHomes.startedAt(1).getEpochSecond());
        assertThat(homes.isUploaded(1)).isFalse();

        Files.delete(homes.cloudDirectory());
        Files.createDirectory(homes.cloudDirectory());

        await().until(() -> homes.isUploaded(1) && homes.isUploaded(2));
        await().until(() -> homes.gauge("koegura.spool.segments") == 0);
        assertThat(homes.gauge("koegura.storage.up")).isOne();
        assertThat(homes.gauge("koegura.storage.oldest.unsynced.timestamp.seconds"))
                .isZero();
    }

    @Test
    void whatTheCloudHoldsOtherwiseIsNotThere() throws StoreFault {
        FaultyCloud cloud = new FaultyCloud(homes.cloudDirectory());
        cloud.altersPackets = true;
        homes.cloud = cloud;
        LocalStore store = homes.open();
        TwoHomes.record(store, 1, 5);
        await().until(() -> homes.count("koegura.storage.uploads", "outcome", "damaged") > 2);
        assertThat(homes.isUploaded(1)).isFalse();

        cloud.altersPackets = false;
        await().until(() -> homes.isUploaded(1));
    }

    @Test
    void packetsThatAreNotWhatWasSealedAreNotSent() throws StoreFault, IOException {
        LocalStore store = homes.open(null, false);
        TwoHomes.record(store, 1, 5);
        homes.close();
        Path packets = homes.sealed(1).resolve(Layout.PACKETS);
        byte[] bytes = Files.readAllBytes(packets);
        bytes[100] ^= 1;
        Files.write(packets, bytes);

        homes.open();
        await().until(() -> homes.count("koegura.storage.uploads", "outcome", "damaged") > 1);

        assertThat(homes.isUploaded(1)).isFalse();
        // An attempt under way has its part there, until it sees what it copied.
        await().untilAsserted(() -> assertThat(homes.inCloud(1)).isEmptyDirectory());
    }

    @Test
    void aReceiptThatIsNoneIsMadeAnew() throws StoreFault, IOException {
        LocalStore store = homes.open();
        TwoHomes.record(store, 1, 5);
        await().until(() -> homes.isUploaded(1));
        homes.close();
        Files.writeString(homes.receipt(1), "{\"format\":");
        Files.delete(homes.inCloud(1).resolve(Layout.PACKETS));

        homes.open();

        await().until(() -> Files.exists(homes.inCloud(1).resolve(Layout.PACKETS)));
        await().until(() -> CloudReceipt.parse(Files.readAllBytes(homes.receipt(1))) != null);
    }
}
