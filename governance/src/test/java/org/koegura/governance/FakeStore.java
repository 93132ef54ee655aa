package org.koegura.governance;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.Seal;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.RecordingStore;

/// One recording of 1000 bytes that count up; counts how often it was asked for audio.
final class FakeStore implements RecordingStore {

    static final RecordingId RECORDING = new RecordingId("0f3c0000000000000000000000000001");
    static final Seal SEAL = new Seal(
            RECORDING,
            "recordings/2026/11/24/" + RECORDING,
            "ab".repeat(32),
            4096,
            Instant.parse("2026-11-24T01:10:00Z"));

    int playbacks;

    boolean demo;

    int exports;

    @Nullable
    StoreFault fault;

    @Nullable
    Erasure erasure;

    @Override
    public Optional<Seal> find(RecordingId recording) {
        return recording.equals(RECORDING) && erasure == null ? Optional.of(SEAL) : Optional.empty();
    }

    @Override
    public Optional<Erasure> erasure(RecordingId recording) {
        return recording.equals(RECORDING) ? Optional.ofNullable(erasure) : Optional.empty();
    }

    @Override
    public boolean isExportable(RecordingId recording) {
        return demo && recording.equals(RECORDING);
    }

    @Override
    public Export export(RecordingId recording, Form form) throws StoreFault {
        if (fault != null) {
            throw fault;
        }
        if (!isExportable(recording)) {
            return new Export.NoWarrant();
        }
        exports++;
        byte[] bytes = form.name().getBytes(StandardCharsets.US_ASCII);
        return new Export.Ready(new Copy() {
            @Override
            public long lengthBytes() {
                return bytes.length;
            }

            @Override
            public void write(OutputStream out) throws StoreFault, IOException {
                if (fault != null) {
                    throw fault;
                }
                out.write(bytes);
            }
        });
    }

    @Override
    public PlaybackAudio playback(RecordingId recording) throws StoreFault {
        playbacks++;
        if (fault != null) {
            throw fault;
        }
        return new PlaybackAudio() {
            @Override
            public long lengthBytes() {
                return 1000;
            }

            @Override
            public void write(OutputStream out, long from, long count) throws IOException {
                for (long at = from; at < from + count; at++) {
                    out.write((int) at);
                }
            }
        };
    }
}
