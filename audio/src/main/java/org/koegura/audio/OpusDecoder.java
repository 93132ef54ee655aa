package org.koegura.audio;

import com.sun.jna.ptr.PointerByReference;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;
import org.jspecify.annotations.Nullable;
import tomp2p.opuswrapper.Opus;

/// Decodes Opus at 48 kHz to one channel, whatever bandwidth, frame size and channels a payload has (RFC 6716 §4).
final class OpusDecoder implements PayloadDecoder {

    /// The longest payload speaks for 120 ms (RFC 6716 §3.1).
    private static final int SAMPLES_MAX = 5_760;

    /// What concealment is asked for at a time, and the unit that it must be a multiple of: 2.5 ms.
    private static final int CONCEALED_UNIT = 120;

    private final Opus opus = OpusNative.library();
    private @Nullable PointerByReference state;

    OpusDecoder() {
        IntBuffer error = IntBuffer.allocate(1);
        state = opus.opus_decoder_create(Codec.OPUS.sampleRateHz(), 1, error);
        if (error.get(0) != Opus.OPUS_OK) {
            throw new IllegalStateException("libopus gives no decoder: error " + error.get(0));
        }
    }

    @Override
    public int sampleRateHz() {
        return Codec.OPUS.sampleRateHz();
    }

    @Override
    public int samplesMax(int payloadBytes) {
        return SAMPLES_MAX;
    }

    @Override
    public int decode(ByteBuffer payload, short[] samples) {
        byte[] octets = new byte[payload.remaining()];
        payload.get(payload.position(), octets);
        return octets.length == 0 ? 0 : decode(octets, samples, SAMPLES_MAX);
    }

    @Override
    public int conceal(int lostSamples, short[] samples) {
        int count = Math.min(lostSamples, SAMPLES_MAX) / CONCEALED_UNIT * CONCEALED_UNIT;
        return count <= 0 ? 0 : decode(null, samples, count);
    }

    private int decode(byte @Nullable [] octets, short[] samples, int samplesMax) {
        PointerByReference open = state;
        if (open == null) {
            throw new IllegalStateException("the decoder is closed");
        }
        int length = octets == null ? 0 : octets.length;
        return Math.max(0, opus.opus_decode(open, octets, length, ShortBuffer.wrap(samples), samplesMax, 0));
    }

    @Override
    public void close() {
        PointerByReference open = state;
        if (open != null) {
            state = null;
            opus.opus_decoder_destroy(open);
        }
    }
}
