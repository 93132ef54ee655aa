package org.koegura.storageclient;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.koegura.callmodel.RecordingStoreContract.closing;
import static org.koegura.callmodel.RecordingStoreContract.id;
import static org.koegura.callmodel.RecordingStoreContract.opening;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.callmodel.StoreFault;
import org.koegura.storageclient.medium.Layout;

/// What the first start makes, and what a later one refuses.
class StartTest {

    @TempDir
    Path data;

    @Test
    void theFirstStartMakesKeysThatOnlyTheirOwnerMayRead() throws StoreFault, IOException {
        TestStore.open(data).close();

        Layout layout = new Layout(data);
        assertThat(permissions(layout.keys())).isEqualTo("rwx------");
        assertThat(permissions(layout.wrappedKeys())).isEqualTo("rwx------");
        assertThat(permissions(layout.masterKey())).isEqualTo("rw-------");
        assertThat(permissions(layout.sealKey())).isEqualTo("rw-------");
        assertThat(Files.readString(layout.masterKey())).matches("[0-9a-f]{64}\n");
        assertThat(Files.readString(layout.sealKey())).startsWith("-----BEGIN PRIVATE KEY-----\n");
        assertThat(Files.readString(layout.sealPublicKey())).startsWith("-----BEGIN PUBLIC KEY-----\n");
    }

    @Test
    void aRecordingIsFoundByTheNextStart() throws StoreFault {
        try (LocalStore store = TestStore.open(data)) {
            store.sink().open(opening(id(1))).seal(closing(0, 0, 1));
        }
        try (LocalStore store = TestStore.open(data)) {
            assertThat(store.recovered()).isEmpty();
            assertThat(store.store().find(id(1))).isPresent();
            store.store().playback(id(1));
        }
    }

    @Test
    void aMasterKeyThatOthersMayReadIsRefused() throws StoreFault, IOException {
        TestStore.open(data).close();
        Path key = new Layout(data).masterKey();
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));

        refused(StoreFault.Damaged.class, "chmod 600 " + key);
    }

    @Test
    void aShortOrUnreadableMasterKeyIsRefused() throws StoreFault, IOException {
        TestStore.open(data).close();
        Path key = new Layout(data).masterKey();
        for (String broken : new String[] {"", "00", "zz".repeat(32), "00".repeat(33)}) {
            Files.write(key, broken.getBytes(US_ASCII));
            refused(StoreFault.Damaged.class, "restore it from its backup");
        }
    }

    @Test
    void aLostMasterKeyIsNotReplacedWhileKeysAreWrappedUnderIt() throws StoreFault, IOException {
        try (LocalStore store = TestStore.open(data)) {
            store.sink().open(opening(id(1))).seal(closing(0, 0, 1));
        }
        Files.delete(new Layout(data).masterKey());

        refused(StoreFault.Missing.class, "restore it from its backup");
    }

    @Test
    void halfASealKeyPairIsRefused() throws StoreFault, IOException {
        TestStore.open(data).close();
        Layout layout = new Layout(data);
        byte[] open = Files.readAllBytes(layout.sealPublicKey());
        Files.delete(layout.sealPublicKey());
        refused(StoreFault.class, "seal.");
        Files.write(layout.sealPublicKey(), open);
        Files.delete(layout.sealKey());
        refused(StoreFault.Missing.class, "seal.key");
    }

    @Test
    void aPlaceThatIsNoFolderIsRefusedInOneLine() throws IOException {
        Path file = Files.createFile(data.resolve("file"));

        assertThatExceptionOfType(StoreFault.Unreachable.class)
                .isThrownBy(() -> TestStore.open(file.resolve("data")))
                .withMessageContaining("cannot make the folder " + file)
                .satisfies(fault -> assertThat(fault.getMessage()).doesNotContain("\n"));
    }

    @Test
    void everyMeterExistsFromTheStart() throws StoreFault {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        TestStore.open(StoreSettings.at(data), registry).close();

        assertThat(registry.getMeters().stream().map(meter -> meter.getId().getName()))
                .contains(
                        "koegura.seal.duration",
                        "koegura.storage.recordings.bytes",
                        "koegura.storage.recoveries",
                        "koegura.storage.write.faults",
                        "koegura.spool.free.bytes");
    }

    private void refused(Class<? extends StoreFault> kind, String saying) {
        assertThatExceptionOfType(kind)
                .isThrownBy(() -> TestStore.open(data))
                .withMessageContaining(saying)
                .satisfies(fault -> assertThat(fault.getMessage()).doesNotContain("\n"));
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
