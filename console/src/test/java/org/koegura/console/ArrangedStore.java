package org.koegura.console;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.Seal;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.RecordingStore;

/// Recordings that a test arranges, each with the same second of WAVE: a low tone inside, a high one outside.
final class ArrangedStore implements RecordingStore {

    static final byte[] WAVE = wave(1);

    /// Thrown when playback is asked for, and when audio is read.
    @Nullable
    StoreFault playbackFault;

    @Nullable
    StoreFault readFault;

    private final Map<RecordingId, Erasure> erasures = new ConcurrentHashMap<>();
    /// Whether the demo made what is kept here.
    boolean demo;

    private final Map<RecordingId, Seal> seals = new ConcurrentHashMap<>();

    void add(Seal seal) {
        seals.put(seal.recording(), seal);
    }

    void erase(RecordingId recording, Instant at) {
        seals.remove(recording);
        erasures.put(recording, new Erasure(at, Erasure.Why.OVERWRITTEN, "ab".repeat(32)));
    }

    @Override
    public Optional<Erasure> erasure(RecordingId recording) {
        return Optional.ofNullable(erasures.get(recording));
    }

    @Override
    public Optional<Seal> find(RecordingId recording) {
        return Optional.ofNullable(seals.get(recording));
    }

    @Override
    public boolean isExportable(RecordingId recording) {
        return demo && seals.containsKey(recording);
    }

    /// Ten bytes for either form; with a read fault it breaks off in the middle.
    @Override
    public Export export(RecordingId recording, Form form) {
        if (!isExportable(recording)) {
            return new Export.NoWarrant();
        }
        return new Export.Ready(new Copy() {
            @Override
            public long lengthBytes() {
                return 10;
            }

            @Override
            public void write(OutputStream out) throws StoreFault, IOException {
                out.write(form.name().repeat(4).getBytes(StandardCharsets.US_ASCII), 0, 5);
                if (readFault != null) {
                    out.flush();
                    throw readFault;
                }
                out.write(new byte[5]);
            }
        });
    }

    @Override
    public PlaybackAudio playback(RecordingId recording) throws StoreFault {
        if (playbackFault != null) {
            throw playbackFault;
        }
        return new PlaybackAudio() {
            @Override
            public long lengthBytes() {
                return WAVE.length;
            }

            @Override
            public void write(OutputStream out, long from, long count) throws StoreFault, IOException {
                if (readFault != null) {
                    throw readFault;
                }
                out.write(WAVE, (int) from, (int) count);
            }
        };
    }

    static byte[] wave(int seconds) {
        int frames = 8000 * seconds;
        ByteBuffer file = ByteBuffer.allocate(44 + frames * 4).order(ByteOrder.LITTLE_ENDIAN);
        file.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + frames * 4);
        file.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
        file.putShort((short) 1).putShort((short) 2);
        file.putInt(8000).putInt(32000).putShort((short) 4).putShort((short) 16);
        file.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(frames * 4);
        for (int frame = 0; frame < frames; frame++) {
            file.putShort((short) (8000 * Math.sin(frame * 2 * Math.PI * 300 / 8000)));
            file.putShort((short) (8000 * Math.sin(frame * 2 * Math.PI * 900 / 8000)));
        }
        return file.array();
    }
}
