package org.koegura.storageclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.koegura.callmodel.RecordingStoreContract.append;
import static org.koegura.callmodel.RecordingStoreContract.closing;
import static org.koegura.callmodel.RecordingStoreContract.id;
import static org.koegura.callmodel.RecordingStoreContract.opening;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.RecordingSink.OpenRecording;
import org.koegura.callmodel.port.RecordingStore.PlaybackAudio;
import org.koegura.storageclient.medium.Layout;

/// Nothing is played that is not what was sealed.
class DamageTest {

    @TempDir
    Path data;

    private LocalStore store;
    private Path folder;

    @BeforeEach
    void record() throws StoreFault {
        store = TestStore.open(data);
        OpenRecording open = store.sink().open(opening(id(1)));
        for (int i = 0; i < 8; i++) {
            append(open, Leg.INSIDE, i, (byte) i);
            if (i % 3 == 0) {
                open.flush();
            }
        }
        folder = Path.of(open.seal(closing(8, 0, 1)).location());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void aFlippedBitAnywhereInThePacketsIsFoundBeforeAnythingIsPlayed() throws IOException {
        Path packets = folder.resolve(Layout.PACKETS);
        byte[] whole = Files.readAllBytes(packets);
        for (int at = 0; at < whole.length; at += at < 64 ? 1 : 13) {
            byte[] changed = whole.clone();
            changed[at] ^= 0x10;
            Files.write(packets, changed);
            damaged();
        }
    }

    @Test
    void aShortenedOrLengthenedPacketsFileIsFound() throws IOException {
        Path packets = folder.resolve(Layout.PACKETS);
        byte[] whole = Files.readAllBytes(packets);
        for (int bytes : new int[] {0, 31, 32, whole.length - 20, whole.length - 1, whole.length + 1}) {
            Files.write(packets, Arrays.copyOf(whole, bytes));
            damaged();
        }
        Files.delete(packets);
        damaged();
    }

    @Test
    void aChangedManifestOrSignatureIsFound() throws IOException {
        for (String name : new String[] {Layout.MANIFEST, Layout.SIGNATURE}) {
            Path file = folder.resolve(name);
            byte[] whole = Files.readAllBytes(file);
            byte[] changed = whole.clone();
            changed[whole.length / 2] ^= 1;
            Files.write(file, changed);
            damaged();
            assertThatExceptionOfType(StoreFault.Damaged.class)
                    .isThrownBy(() -> store.store().find(id(1)));
            Files.delete(file);
            damaged();
            Files.write(file, whole);
        }
    }

    @Test
    void aRecordingUnderAnothersNameIsFound() throws IOException {
        Files.move(folder, folder.resolveSibling(id(2).value()));

        assertThatExceptionOfType(StoreFault.Damaged.class)
                .isThrownBy(() -> store.store().playback(id(2)));
    }

    @Test
    void aRecordingWhoseKeyIsDestroyedIsMissingEvenWhileItIsPlayed() throws IOException, StoreFault {
        PlaybackAudio audio = store.store().playback(id(1));
        Files.delete(new Layout(data).wrappedKey(id(1)));

        assertThatExceptionOfType(StoreFault.Missing.class)
                .isThrownBy(() -> store.store().playback(id(1)));
        assertThatExceptionOfType(StoreFault.Missing.class)
                .isThrownBy(() -> audio.write(OutputStream.nullOutputStream(), 0, audio.lengthBytes()));
        assertThat(store.store().find(id(1))).isPresent();
    }

    private void damaged() {
        assertThatExceptionOfType(StoreFault.Damaged.class)
                .isThrownBy(() -> store.store().playback(id(1)));
    }
}
