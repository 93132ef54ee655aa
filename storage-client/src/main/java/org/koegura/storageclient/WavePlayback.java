package org.koegura.storageclient;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.RecordingStore.PlaybackAudio;

/// A recording as RIFF/WAVE: 16-bit linear, 8000 Hz, left the inside party, right the outside party. Derived window by
/// window in memory, which is cleared after; nothing of it is ever stored. Safe for any number of threads.
final class WavePlayback implements PlaybackAudio {

    static final int FRAME_BYTES = 4;

    private static final int HEADER_BYTES = 44;

    /// Half a minute at a time: less would decrypt the span at its edge too often.
    private static final int WINDOW_BYTES = 30 * LegClock.FRAMES_PER_SECOND * FRAME_BYTES;

    private static final long UINT32_MAX = 0xFFFF_FFFFL;

    private final Timeline timeline;

    private WavePlayback(Timeline timeline) {
        this.timeline = timeline;
    }

    static WavePlayback of(LocalRecordings.Content content, SealedManifest manifest) throws StoreFault {
        return new WavePlayback(new Timeline(content, manifest));
    }

    @Override
    public long lengthBytes() {
        return HEADER_BYTES + timeline.frames() * FRAME_BYTES;
    }

    @Override
    public void write(OutputStream out, long from, long count) throws StoreFault, IOException {
        Objects.checkFromIndexSize(from, count, lengthBytes());
        long end = from + count;
        if (from < HEADER_BYTES) {
            out.write(header(), (int) from, (int) (Math.min(end, HEADER_BYTES) - from));
        }
        long at = Math.max(from, HEADER_BYTES) - HEADER_BYTES;
        long audioEnd = end - HEADER_BYTES;
        if (at >= audioEnd) {
            return;
        }
        byte[] window = new byte[(int) Math.min(WINDOW_BYTES, aligned(audioEnd - at) + FRAME_BYTES)];
        try {
            while (at < audioEnd) {
                long frame = at / FRAME_BYTES;
                int skip = (int) (at % FRAME_BYTES);
                int bytes = (int) Math.min(window.length, aligned(audioEnd - frame * FRAME_BYTES));
                Arrays.fill(window, (byte) 0);
                timeline.decode(frame, window, bytes);
                int part = (int) Math.min(bytes - skip, audioEnd - at);
                out.write(window, skip, part);
                at += part;
            }
        } finally {
            Arrays.fill(window, (byte) 0);
        }
    }

    private static long aligned(long bytes) {
        return (bytes + FRAME_BYTES - 1) / FRAME_BYTES * FRAME_BYTES;
    }

    /// Sizes above 4 GiB (37 hours) are stated as the largest there is; players then read to the end.
    private byte[] header() {
        long audioBytes = timeline.frames() * FRAME_BYTES;
        return ByteBuffer.allocate(HEADER_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put("RIFF".getBytes(US_ASCII))
                .putInt((int) Math.min(UINT32_MAX, audioBytes + HEADER_BYTES - 8))
                .put("WAVEfmt ".getBytes(US_ASCII))
                .putInt(16)
                .putShort((short) 1)
                .putShort((short) 2)
                .putInt(LegClock.FRAMES_PER_SECOND)
                .putInt(LegClock.FRAMES_PER_SECOND * FRAME_BYTES)
                .putShort((short) FRAME_BYTES)
                .putShort((short) 16)
                .put("data".getBytes(US_ASCII))
                .putInt((int) Math.min(UINT32_MAX, audioBytes))
                .array();
    }
}
