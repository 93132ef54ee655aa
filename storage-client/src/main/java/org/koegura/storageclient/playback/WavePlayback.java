package org.koegura.storageclient.playback;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.RecordingStore.PlaybackAudio;
import org.koegura.storageclient.manifest.SealedManifest;

/// A recording as RIFF/WAVE: 16-bit linear, left the inside party, right the outside party; 8000 Hz where only narrow
/// band came, 16,000 where G.722 did, 48,000 where Opus did. Derived segment by segment in memory, which is cleared
/// after; nothing of it is ever stored. Safe for any number of threads.
public final class WavePlayback implements PlaybackAudio {

    static final int FRAME_BYTES = 4;

    private static final int HEADER_BYTES = 44;

    private static final long UINT32_MAX = 0xFFFF_FFFFL;

    private final Timeline timeline;

    private WavePlayback(Timeline timeline) {
        this.timeline = timeline;
    }

    public static WavePlayback of(RecordedPackets packets, SealedManifest manifest) throws StoreFault {
        return new WavePlayback(new Timeline(packets, manifest));
    }

    @Override
    public long lengthBytes() {
        return HEADER_BYTES + timeline.samples() * FRAME_BYTES;
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
        long segmentBytes = (long) Segment.FRAMES / LegClock.FRAMES_PER_SECOND * timeline.rateHz() * FRAME_BYTES;
        while (at < audioEnd) {
            byte[] segment = timeline.decode(at / segmentBytes);
            try {
                int skip = (int) (at % segmentBytes);
                int part = (int) Math.min(segment.length - skip, audioEnd - at);
                out.write(segment, skip, part);
                at += part;
            } finally {
                Arrays.fill(segment, (byte) 0);
            }
        }
    }

    /// Sizes above 4 GiB (37 hours at 8000 Hz, 6 at 48,000) are stated as the largest there is; players then read to
    /// the end.
    private byte[] header() {
        long audioBytes = timeline.samples() * FRAME_BYTES;
        return ByteBuffer.allocate(HEADER_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put("RIFF".getBytes(US_ASCII))
                .putInt((int) Math.min(UINT32_MAX, audioBytes + HEADER_BYTES - 8))
                .put("WAVEfmt ".getBytes(US_ASCII))
                .putInt(16)
                .putShort((short) 1)
                .putShort((short) 2)
                .putInt(timeline.rateHz())
                .putInt(timeline.rateHz() * FRAME_BYTES)
                .putShort((short) FRAME_BYTES)
                .putShort((short) 16)
                .put("data".getBytes(US_ASCII))
                .putInt((int) Math.min(UINT32_MAX, audioBytes))
                .array();
    }
}
