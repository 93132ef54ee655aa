package org.koegura.storageclient;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.koegura.callmodel.RecordingStoreContract.append;
import static org.koegura.callmodel.RecordingStoreContract.closing;
import static org.koegura.callmodel.RecordingStoreContract.id;
import static org.koegura.callmodel.RecordingStoreContract.opening;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.Seal;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.RecordingSink.OpenRecording;
import org.koegura.callmodel.port.RecordingStore;
import org.koegura.callmodel.port.RecordingStore.Copy;
import org.koegura.callmodel.port.RecordingStore.Export;
import org.koegura.callmodel.port.RecordingStore.Form;

/// Copies: of the demo's recordings whole and byte for byte, of all others never (Art. 7.4, C1).
class ExportTest {

    private static final RecordingId RECORDING = id(1);
    private static final byte LOUDEST = (byte) 0x80;
    private static final int PACKET_FRAMES = 160;

    @TempDir
    Path data;

    @Test
    void theStreamsAreThePlaintextByteForByte() throws Exception {
        Seal seal = record(StoreSettings.at(data).ofDemo());
        SealedFolder folder = SealedFolder.of(data, RECORDING, seal.location());

        try (LocalStore store = TestStore.open(data)) {
            assertThat(store.store().isExportable(RECORDING)).isTrue();
            Copy copy = ready(store.store(), Form.PCAPNG);
            assertThat(bytes(copy)).isEqualTo(folder.pcapng());
            assertThat(copy.lengthBytes()).isEqualTo(folder.pcapng().length);
        }
        assertThat(folder.manifest().path("demo").booleanValue()).isTrue();
    }

    @Test
    void theAudioHasTheLengthOfTheCaptureAndEverySoundInItsPlace() throws Exception {
        record(StoreSettings.at(data).ofDemo());

        try (LocalStore store = TestStore.open(data)) {
            Copy copy = ready(store.store(), Form.WAV);
            byte[] wave = bytes(copy);
            assertThat(wave).hasSize(44 + 2 * 8_000 * 4).hasSize((int) copy.lengthBytes());
            ByteBuffer samples = ByteBuffer.wrap(wave).order(ByteOrder.LITTLE_ENDIAN);
            for (int frame = 0; frame < 2 * 8_000; frame++) {
                int packet = frame / PACKET_FRAMES;
                boolean speech = packet < 10 || (packet >= 60 && packet < 70);
                assertThat(samples.getShort(44 + 4 * frame) != 0)
                        .as("speech inside at frame %d", frame)
                        .isEqualTo(speech);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void aRecordingThatTheDemoDidNotMakeIsNeverCopied(Form form) throws Exception {
        Seal seal = record(StoreSettings.at(data));

        try (LocalStore store = TestStore.open(StoreSettings.at(data).ofDemo(), new SimpleMeterRegistry())) {
            assertThat(store.store().isExportable(RECORDING)).isFalse();
            assertThat(store.store().export(RECORDING, form)).isEqualTo(new Export.NoWarrant());
        }
        assertThat(SealedFolder.of(data, RECORDING, seal.location()).manifest().has("demo"))
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void theMarkCannotBeAddedLater(Form form) throws Exception {
        Path manifest = Path.of(record(StoreSettings.at(data)).location()).resolve("manifest.json");
        String json = Files.readString(manifest, UTF_8);
        Files.writeString(manifest, json.replaceFirst("\\{", "{ \"demo\" : true,"));

        try (LocalStore store = TestStore.open(data)) {
            assertThatExceptionOfType(StoreFault.Damaged.class)
                    .isThrownBy(() -> store.store().export(RECORDING, form));
            assertThatExceptionOfType(StoreFault.Damaged.class)
                    .isThrownBy(() -> store.store().isExportable(RECORDING));
        }
    }

    @Test
    void aRecoveredRecordingOfTheDemoKeepsItsMark() throws Exception {
        try (LocalStore store = TestStore.open(StoreSettings.at(data).ofDemo(), new SimpleMeterRegistry())) {
            OpenRecording open = store.sink().open(opening(RECORDING));
            append(open, Leg.INSIDE, 0, LOUDEST);
            open.flush();
        }
        try (LocalStore store = TestStore.open(data)) {
            store.recovered().getFirst().acknowledge();
            assertThat(store.store().isExportable(RECORDING)).isTrue();
            assertThat(bytes(ready(store.store(), Form.PCAPNG))).isNotEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void aDamagedRecordingGivesNothing(Form form) throws Exception {
        change(Path.of(record(StoreSettings.at(data).ofDemo()).location()).resolve("packets.kgr"));

        try (LocalStore store = TestStore.open(data)) {
            assertThatExceptionOfType(StoreFault.Damaged.class)
                    .isThrownBy(() -> store.store().export(RECORDING, form));
        }
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void whatChangesAfterItWasVerifiedEndsTheCopyShort(Form form) throws Exception {
        Path packets =
                Path.of(record(StoreSettings.at(data).ofDemo()).location()).resolve("packets.kgr");
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        try (LocalStore store = TestStore.open(data)) {
            Copy copy = ready(store.store(), form);
            change(packets);
            assertThatExceptionOfType(StoreFault.Damaged.class).isThrownBy(() -> copy.write(out));
            assertThat((long) out.size()).isLessThan(copy.lengthBytes());
        }
    }

    @Test
    void whatIsNotThereIsMissing() throws Exception {
        try (LocalStore store = TestStore.open(data)) {
            assertThat(store.store().isExportable(RECORDING)).isFalse();
            assertThatExceptionOfType(StoreFault.Missing.class)
                    .isThrownBy(() -> store.store().export(RECORDING, Form.PCAPNG));
        }
    }

    /// Two seconds: the inside party speaks for 200 ms, pauses for a second, and speaks for 200 ms again.
    private Seal record(StoreSettings settings) throws StoreFault {
        try (LocalStore store = TestStore.open(settings, new SimpleMeterRegistry())) {
            OpenRecording open = store.sink().open(opening(RECORDING));
            for (int packet = 0; packet < 10; packet++) {
                append(open, Leg.INSIDE, packet, LOUDEST);
                open.flush();
            }
            for (int packet = 60; packet < 70; packet++) {
                append(open, Leg.INSIDE, packet, LOUDEST);
                open.flush();
            }
            return open.seal(closing(20, 0, 2));
        }
    }

    private static void change(Path packets) throws IOException {
        byte[] file = Files.readAllBytes(packets);
        file[file.length - 200] ^= 1;
        Files.write(packets, file);
    }

    private static Copy ready(RecordingStore store, Form form) throws StoreFault {
        return switch (store.export(RECORDING, form)) {
            case Export.Ready(Copy copy) -> copy;
            case Export.NoWarrant() -> throw new AssertionError("no warrant");
        };
    }

    private static byte[] bytes(Copy copy) throws StoreFault, IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        copy.write(out);
        return out.toByteArray();
    }
}
