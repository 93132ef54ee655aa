package org.koegura.storageclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.koegura.callmodel.RecordingStoreContract.append;
import static org.koegura.callmodel.RecordingStoreContract.closing;
import static org.koegura.callmodel.RecordingStoreContract.id;
import static org.koegura.callmodel.RecordingStoreContract.opening;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.Seal;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.RecordingSink.OpenRecording;
import org.koegura.storageclient.medium.Layout;
import tools.jackson.databind.JsonNode;

/// A disk that is really full: a small tmpfs. Needs the right to mount one, and fails without it.
class FullDiskTest {

    @TempDir
    Path temp;

    private Path disk;
    private Path data;
    private Path filler;

    @BeforeEach
    void mount() throws IOException, InterruptedException {
        disk = Files.createDirectory(temp.resolve("disk"));
        run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk.toString());
        data = disk.resolve("data");
        filler = disk.resolve("filler");
    }

    @AfterEach
    void unmount() throws IOException, InterruptedException {
        run("umount", "-l", disk.toString());
    }

    @Test
    void belowTheFloorNoRecordingIsBegunAndNothingOfItIsLeft() throws StoreFault, IOException {
        try (LocalStore store = store(2L << 20)) {
            Files.write(filler, new byte[5 << 19]);

            assertThatExceptionOfType(StoreFault.Full.class)
                    .isThrownBy(() -> store.sink().open(opening(id(1))))
                    .withMessageContaining("free or add space");
        }
        Layout layout = new Layout(data);
        assertThat(layout.open()).isEmptyDirectory();
        assertThat(layout.wrappedKeys()).isEmptyDirectory();
    }

    /// R3: it was killed, and people telephone.
    @Test
    void belowTheFloorADirectoryThatIsInUseIsOpenedAndRecordsAgainOnceThereIsRoom() throws StoreFault, IOException {
        try (LocalStore store = store(2L << 20)) {
            store.sink().open(opening(id(1))).seal(closing(0, 0, 1));
        }
        Files.write(filler, new byte[5 << 19]);
        try (LocalStore store = store(2L << 20)) {
            assertThatExceptionOfType(StoreFault.Full.class)
                    .isThrownBy(() -> store.sink().open(opening(id(2))));
            assertThat(store.store().find(id(1))).isPresent();
            Files.delete(filler);
            store.sink().open(opening(id(2))).seal(closing(0, 0, 1));
        }
    }

    @Test
    void belowTheFloorNoDirectoryIsBegun() throws IOException {
        Files.write(filler, new byte[5 << 19]);
        assertThatExceptionOfType(StoreFault.Full.class)
                .isThrownBy(() -> store(2L << 20))
                .withMessageContaining("free or add space");
    }

    @Test
    void withoutAFloorAFullDiskLeavesNothingOfARecordingThatCannotBegin() throws StoreFault, IOException {
        try (LocalStore store = store(0)) {
            fill(0);
            assertThatExceptionOfType(StoreFault.Full.class)
                    .isThrownBy(() -> store.sink().open(opening(id(1))));
            Files.delete(filler);
            store.sink().open(opening(id(1))).seal(closing(0, 0, 1));
        }
    }

    @Test
    void aDiskThatFillsUpCutsTheRecordingShortAndTheSealSaysSo() throws StoreFault, IOException {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (LocalStore store = TestStore.open(new StoreSettings(data, 0), registry)) {
            OpenRecording open = store.sink().open(opening(id(1)));
            fill(100_000);
            int appended = appendUntilFull(open);
            assertThatExceptionOfType(StoreFault.Full.class).isThrownBy(open::flush);
            Files.delete(filler);

            Seal seal = open.seal(closing(appended, 0, 3_600));

            Path folder = Path.of(seal.location());
            JsonNode manifest = new SealedFolder(data, id(1), folder).manifest();
            JsonNode inside = manifest.path("streams").path(0);
            assertThat(manifest.path("outcome").stringValue()).isEqualTo("partial");
            assertThat(inside.path("received").longValue()).isEqualTo(appended);
            assertThat(inside.path("lost").longValue()).isPositive();
            assertThat(inside.path("recorded").longValue()).isPositive();
            JsonNode gap = manifest.path("gaps").path(0);
            assertThat(gap.path("reason").stringValue()).isEqualTo("store-failed");
            assertThat(gap.path("packets").longValue())
                    .isEqualTo(inside.path("lost").longValue());
            assertThat(manifest.path("received").path("datagrams").longValue())
                    .isEqualTo(inside.path("recorded").longValue());
            store.store().playback(id(1));
            assertThat(new SealedFolder(data, id(1), folder).pcapng()).isNotEmpty();
        }
        assertThat(registry.get("koegura.storage.write.faults").counter().count())
                .isOne();
    }

    @Test
    void aSealThatFindsNoRoomIsMadeByTheNextStart() throws StoreFault, IOException {
        try (LocalStore store = store(0)) {
            OpenRecording open = store.sink().open(opening(id(1)));
            fill(100_000);
            int appended = appendUntilFull(open);
            fill(0);
            assertThatExceptionOfType(StoreFault.Full.class).isThrownBy(() -> open.seal(closing(appended, 0, 3_600)));
            assertThat(store.store().find(id(1))).isEmpty();
        }
        Files.delete(filler);
        try (LocalStore store = store(0)) {
            assertThat(store.recovered()).hasSize(1);
            store.recovered().getFirst().acknowledge();
            store.store().playback(id(1));
        }
    }

    private LocalStore store(long floor) throws StoreFault {
        return TestStore.open(new StoreSettings(data, floor), new SimpleMeterRegistry());
    }

    /// Fills the disk but for so many bytes.
    private void fill(long butBytes) throws IOException {
        long free = Files.getFileStore(disk).getUsableSpace();
        byte[] before = Files.exists(filler) ? Files.readAllBytes(filler) : new byte[0];
        Files.write(filler, Arrays.copyOf(before, (int) (before.length + free - butBytes)));
    }

    private static int appendUntilFull(OpenRecording open) {
        int[] appended = {0};
        assertThatExceptionOfType(StoreFault.Full.class).isThrownBy(() -> {
            for (int i = 0; i < 10_000; i++) {
                append(open, Leg.INSIDE, i, (byte) i);
                appended[0]++;
                if (i % 12 == 11) {
                    open.flush();
                }
            }
        });
        return appended[0];
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as("%s: %s (this test mounts a small disk and needs the right to)", String.join(" ", command), said)
                .isZero();
    }
}
