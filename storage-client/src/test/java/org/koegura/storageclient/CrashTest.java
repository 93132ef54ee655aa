package org.koegura.storageclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.koegura.callmodel.RecordingStoreContract.append;
import static org.koegura.callmodel.RecordingStoreContract.closing;
import static org.koegura.callmodel.RecordingStoreContract.id;
import static org.koegura.callmodel.RecordingStoreContract.opening;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.Seal;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.RecordingSink.OpenRecording;
import org.koegura.callmodel.port.RecordingStore.PlaybackAudio;
import org.koegura.storageclient.medium.Layout;
import tools.jackson.databind.JsonNode;

/// A recorder that dies loses nothing that it had flushed, and the next start seals it (R4).
@Timeout(120)
class CrashTest {

    @TempDir
    Path data;

    @Test
    void whatWasFlushedBeforeAKillIsSealedByTheNextStart() throws IOException, InterruptedException, StoreFault {
        long flushed = 0;
        Process process = RecorderProcess.start(64, "forever", data);
        try (BufferedReader lines = RecorderProcess.lines(process)) {
            for (int i = 0; i < 50; i++) {
                flushed = Long.parseLong(lines.readLine());
            }
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();

        try (LocalStore store = TestStore.open(data)) {
            assertThat(store.recovered()).hasSize(1);
            LocalStore.Recovered recovered = store.recovered().getFirst();
            recovered.acknowledge();
            assertThat(store.store().find(id(1))).contains(recovered.seal());
            JsonNode manifest = manifest(recovered.seal());
            assertThat(manifest.path("end").stringValue()).isEqualTo("interrupted");
            assertThat(manifest.path("outcome").stringValue()).isEqualTo("partial");
            assertThat(manifest.path("basis").path("kind").stringValue()).isEqualTo("exempted");
            JsonNode inside = manifest.path("streams").path(0);
            assertThat(inside.path("recorded").longValue()).isGreaterThanOrEqualTo(flushed);
            assertThat(inside.path("received").longValue())
                    .isEqualTo(inside.path("recorded").longValue());
            assertThat(manifest.path("interruption").path("to").stringValue()).startsWith("2026-11-24T02:00:00");
            assertThat(store.store().playback(id(1)).lengthBytes()).isGreaterThan(44);
        }
    }

    @Test
    void aSecondProcessOnTheSameDataIsRefusedInOneLineThatNamesTheFirst()
            throws IOException, InterruptedException, StoreFault {
        Process process = RecorderProcess.start(64, "forever", data);
        try (BufferedReader lines = RecorderProcess.lines(process)) {
            assertThat(lines.readLine()).isEqualTo("12");
            for (ThrowingCallable asking : List.<ThrowingCallable>of(
                    () -> LocalStore.requireUnused(StoreSettings.at(data)), () -> TestStore.open(data))) {
                assertThatExceptionOfType(StoreFault.Unreachable.class)
                        .isThrownBy(asking)
                        .withMessage(
                                "%s is in use by another Koegura (pid %d): stop that one, or give this one another"
                                        + " data directory",
                                data, process.pid());
            }
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        TestStore.open(data).close();
    }

    @Test
    void aTailCutAtAnyByteIsDroppedAndTheRestIsKept() throws IOException, StoreFault {
        Path template = data.resolve("template");
        Path file;
        long wholeBytes;
        try (LocalStore store = TestStore.open(template)) {
            OpenRecording open = store.sink().open(opening(id(1)));
            append(open, Leg.INSIDE, 0, (byte) 1);
            open.flush();
            file = new Layout(template).openFolder(id(1)).resolve(Layout.PACKETS);
            wholeBytes = Files.size(file);
            append(open, Leg.INSIDE, 1, (byte) 1);
            open.flush();
        }
        byte[] bytes = Files.readAllBytes(file);
        Files.delete(file);
        for (long kept = wholeBytes; kept <= bytes.length; kept += kept < wholeBytes + 24 ? 1 : 41) {
            Path copy = data.resolve("cut-" + kept);
            copyTree(template, copy);
            Files.write(new Layout(copy).openFolder(id(1)).resolve(Layout.PACKETS), Arrays.copyOf(bytes, (int) kept));
            try (LocalStore store = TestStore.open(copy)) {
                store.recovered().getFirst().acknowledge();
                assertThat(recorded(store)).isEqualTo(kept == bytes.length ? 2 : 1);
                store.store().playback(id(1));
            }
        }
    }

    @Test
    void aRecordingWithoutKeyOrWithoutAWholeChunkIsDroppedAndCounted() throws IOException, StoreFault {
        try (LocalStore store = TestStore.open(data)) {
            store.sink().open(opening(id(1)));
            store.sink().open(opening(id(2)));
            store.sink().open(opening(id(3)));
        }
        Layout layout = new Layout(data);
        Files.delete(layout.wrappedKey(id(1)));
        Path cut = layout.openFolder(id(2)).resolve(Layout.PACKETS);
        Files.write(cut, Arrays.copyOf(Files.readAllBytes(cut), 200));
        Files.delete(layout.openFolder(id(3)).resolve(Layout.PACKETS));

        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (LocalStore store = TestStore.open(StoreSettings.at(data), registry)) {
            assertThat(store.recovered()).isEmpty();
        }
        assertThat(registry.get("koegura.storage.recoveries")
                        .tag("outcome", "dropped")
                        .counter()
                        .count())
                .isEqualTo(3);
        assertThat(layout.open()).isEmptyDirectory();
        assertThat(layout.wrappedKeys()).isEmptyDirectory();
    }

    @Test
    void aRecordingWhoseKeyDoesNotOpenStaysWhereItIs() throws IOException, StoreFault {
        try (LocalStore store = TestStore.open(data)) {
            store.sink().open(opening(id(1)));
        }
        Layout layout = new Layout(data);
        byte[] wrapped = Files.readAllBytes(layout.wrappedKey(id(1)));
        wrapped[20] ^= 1;
        Files.write(layout.wrappedKey(id(1)), wrapped);

        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        TestStore.open(StoreSettings.at(data), registry).close();

        assertThat(registry.get("koegura.storage.recoveries")
                        .tag("outcome", "failed")
                        .counter()
                        .count())
                .isOne();
        assertThat(layout.openFolder(id(1)).resolve(Layout.PACKETS)).isNotEmptyFile();
    }

    @Test
    void aSealingCutAtAnyStepIsFinishedByTheNextStart() throws IOException, StoreFault {
        for (String removed : List.of("", Layout.SIGNATURE, Layout.MANIFEST)) {
            Path copy = data.resolve("cut-" + removed);
            Seal seal;
            try (LocalStore store = TestStore.open(copy)) {
                OpenRecording open = store.sink().open(opening(id(1)));
                append(open, Leg.OUTSIDE, 0, (byte) 1);
                seal = open.seal(closing(0, 1, 1));
            }
            Path back = new Layout(copy).openFolder(id(1));
            Files.move(Path.of(seal.location()), back);
            if (!removed.isEmpty()) {
                Files.delete(back.resolve(removed));
            }
            try (LocalStore store = TestStore.open(copy)) {
                store.recovered().getFirst().acknowledge();
                assertThat(store.store().find(id(1))).contains(seal);
                assertThat(manifest(seal).path("end").stringValue())
                        .isEqualTo(removed.isEmpty() ? "hangup-inside" : "interrupted");
            }
        }
    }

    @Test
    void anHourIsPlayedInAFewMegabytes() throws IOException, InterruptedException {
        Process process = RecorderProcess.start(24, "hour", data);
        try (BufferedReader lines = RecorderProcess.lines(process)) {
            assertThat(lines.readLine()).isEqualTo(44 + 3_600L * 8_000 * 4 + " true");
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void partsOfAnHourEqualThoseParts() throws StoreFault, IOException {
        try (LocalStore store = TestStore.open(data)) {
            OpenRecording open = store.sink().open(opening(id(1)));
            int packets = 50 * 120;
            for (int i = 0; i < packets; i++) {
                append(open, Leg.INSIDE, i, (byte) i);
                append(open, Leg.OUTSIDE, i, (byte) (i * 31));
            }
            open.seal(closing(packets, packets, 120));
            PlaybackAudio audio = store.store().playback(id(1));
            byte[] whole = part(audio, 0, audio.lengthBytes());
            for (long from = 44; from < whole.length; from += 333_331) {
                long count = Math.min(100_003, whole.length - from);
                assertThat(part(audio, from, count))
                        .isEqualTo(Arrays.copyOfRange(whole, (int) from, (int) (from + count)));
            }
        }
    }

    private static byte[] part(PlaybackAudio audio, long from, long count) throws StoreFault, IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        audio.write(out, from, count);
        return out.toByteArray();
    }

    private static long recorded(LocalStore store) {
        Seal seal = store.recovered().getFirst().seal();
        return manifest(seal).path("streams").path(0).path("recorded").longValue();
    }

    private static JsonNode manifest(Seal seal) {
        Path folder = Path.of(seal.location());
        return new SealedFolder(folder, seal.recording(), folder).manifest();
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }
}
