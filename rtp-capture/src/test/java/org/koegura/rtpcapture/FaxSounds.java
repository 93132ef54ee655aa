package org.koegura.rtpcapture;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.koegura.audio.Codec;
import org.koegura.audio.PayloadEncoder;

/// What fax machines say, as payloads of 20 ms.
final class FaxSounds {

    private static final int RATE_HZ = 8_000;
    private static final double PEAK = 7_000;

    private FaxSounds() {}

    /// The tone of one that calls: a burst of half a second and the quiet behind it.
    static List<byte[]> calling(Codec codec) {
        return payloads(codec, sine(1_100, 500, 1_000));
    }

    /// The tone of one that answers: two and a half seconds.
    static List<byte[]> answering(Codec codec) {
        return payloads(codec, sine(2_100, 2_500, 2_500));
    }

    /// One second of one frequency.
    static List<byte[]> held(Codec codec, double hz) {
        return payloads(codec, sine(hz, 1_000, 1_000));
    }

    private static short[] sine(double hz, int millis, int withQuietMillis) {
        short[] sound = new short[RATE_HZ / 1_000 * withQuietMillis];
        for (int i = 0; i < RATE_HZ / 1_000 * millis; i++) {
            sound[i] = (short) Math.round(PEAK * Math.sin(2 * Math.PI * hz * i / RATE_HZ));
        }
        return sound;
    }

    private static List<byte[]> payloads(Codec codec, short[] narrowband) {
        short[] sound = narrowband;
        if (codec == Codec.G722) {
            sound = new short[2 * narrowband.length];
            for (int i = 0; i < sound.length; i++) {
                sound[i] = narrowband[i / 2];
            }
        }
        int samples = codec.sampleRateHz() / 50;
        List<byte[]> payloads = new ArrayList<>();
        try (PayloadEncoder encoder = codec.encoder()) {
            for (int at = 0; at < sound.length; at += samples) {
                payloads.add(encoder.encode(Arrays.copyOfRange(sound, at, at + samples), 0, samples));
            }
        }
        return payloads;
    }
}
