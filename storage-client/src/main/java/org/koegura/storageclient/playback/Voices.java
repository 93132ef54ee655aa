package org.koegura.storageclient.playback;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.koegura.audio.Codec;
import org.koegura.audio.PayloadDecoder;

/// The decoders of one leg: one per source, and a fresh one where a source changes its codec.
///
/// One thread; native memory and what was decoded are given up in [#close].
final class Voices implements AutoCloseable {

    /// A leg has one source at a time, two around a transfer. Above this the one that began first starts anew.
    private static final int SOURCES_MAX = 4;

    /// A longer gap is a pause and no loss: 120 ms, the longest that one payload of Opus can speak.
    private static final int LOSS_FRAMES_MAX = LegClock.FRAMES_PER_SECOND * 120 / 1_000;

    private static final class Voice {
        private final Codec codec;
        private final PayloadDecoder decoder;
        private long nextFrame = Long.MAX_VALUE;

        Voice(Codec codec) {
            this.codec = codec;
            this.decoder = codec.decoder();
        }
    }

    private final Map<Integer, Voice> bySsrc = new LinkedHashMap<>();
    private short[] samples = new short[0];

    /// Decodes a source's next payload; returns how many of [#samples] it gave.
    ///
    /// @param frame where it sounds on the timeline
    int decode(int ssrc, Codec codec, long frame, ByteBuffer payload) {
        Voice voice = voice(ssrc, codec);
        makeRoom(voice.decoder.samplesMax(payload.remaining()));
        int framesPerSample = LegClock.FRAMES_PER_SECOND / codec.sampleRateHz();
        long lost = frame - voice.nextFrame;
        if (lost > 0 && lost <= LOSS_FRAMES_MAX) {
            voice.decoder.conceal((int) lost / framesPerSample, samples);
        }
        int count = voice.decoder.decode(payload, samples);
        voice.nextFrame = frame + (long) count * framesPerSample;
        return count;
    }

    /// What was decoded last; valid until the next.
    short[] samples() {
        return samples;
    }

    private Voice voice(int ssrc, Codec codec) {
        Voice known = bySsrc.get(ssrc);
        if (known != null && known.codec == codec) {
            return known;
        }
        if (known != null) {
            known.decoder.close();
        } else if (bySsrc.size() == SOURCES_MAX) {
            Voice eldest = bySsrc.remove(bySsrc.keySet().iterator().next());
            if (eldest != null) {
                eldest.decoder.close();
            }
        }
        Voice fresh = new Voice(codec);
        bySsrc.put(ssrc, fresh);
        return fresh;
    }

    private void makeRoom(int samplesMax) {
        if (samples.length < samplesMax) {
            Arrays.fill(samples, (short) 0);
            samples = new short[samplesMax];
        }
    }

    @Override
    public void close() {
        bySsrc.values().forEach(voice -> voice.decoder.close());
        bySsrc.clear();
        Arrays.fill(samples, (short) 0);
    }
}
