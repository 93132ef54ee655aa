package org.koegura.storageclient;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.koegura.audio.Codec;
import org.koegura.audio.PayloadDecoder;
import org.koegura.audio.PayloadEncoder;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.RecordingStore.PlaybackAudio;

/// A voice in every codec, and how like it is to what is played.
final class Sounds {

    static final int HEADER_BYTES = 44;

    private Sounds() {}

    /// Vowels of two tones, the upper one beyond narrow band only where there is room, louder and softer by turns.
    static short[] sound(int rateHz, int packets) {
        short[] sound = new short[rateHz / 50 * packets];
        for (int i = 0; i < sound.length; i++) {
            double seconds = (double) i / rateHz;
            double loudness = 0.6 + 0.4 * Math.sin(2 * Math.PI * 1.3 * seconds);
            double pitch = 2 * Math.PI * (220 * seconds + 8 * Math.sin(2 * Math.PI * 0.4 * seconds));
            sound[i] = (short) (loudness * (7_000 * Math.sin(pitch) + 4_000 * Math.sin(5 * pitch + 1)));
        }
        return sound;
    }

    static List<byte[]> encoded(Codec codec, int packets) {
        short[] sound = sound(codec.sampleRateHz(), packets);
        int frame = codec.sampleRateHz() / 50;
        List<byte[]> payloads = new ArrayList<>();
        try (PayloadEncoder encoder = codec.encoder()) {
            for (int from = 0; from < sound.length; from += frame) {
                payloads.add(encoder.encode(sound, from, from + frame));
            }
        }
        return payloads;
    }

    static short[] decoded(Codec codec, List<byte[]> payloads) {
        int frame = codec.sampleRateHz() / 50;
        short[] all = new short[payloads.size() * frame];
        try (PayloadDecoder decoder = codec.decoder()) {
            for (int i = 0; i < payloads.size(); i++) {
                short[] samples = new short[decoder.samplesMax(payloads.get(i).length)];
                assertThat(decoder.decode(ByteBuffer.wrap(payloads.get(i)), samples))
                        .isEqualTo(frame);
                System.arraycopy(samples, 0, all, i * frame, frame);
            }
        }
        return all;
    }

    /// The best correlation of what was said with what is heard from `at` on, up to 5 ms late.
    static double likeness(short[] said, short[] heard, int at) {
        double best = 0;
        for (int late = 0; late <= 240; late++) {
            double product = 0;
            double energySaid = 0;
            double energyHeard = 0;
            for (int i = 0; i < said.length && at + late + i < heard.length; i++) {
                product += (double) said[i] * heard[at + late + i];
                energySaid += (double) said[i] * said[i];
                energyHeard += (double) heard[at + late + i] * heard[at + late + i];
            }
            best = Math.max(best, product / Math.sqrt(Math.max(1, energySaid * energyHeard)));
        }
        return best;
    }

    static byte[] read(PlaybackAudio audio, long from, long count) throws StoreFault, IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        audio.write(out, from, count);
        return out.toByteArray();
    }

    static int rateHz(PlaybackAudio audio) throws StoreFault, IOException {
        return ByteBuffer.wrap(read(audio, 24, 4))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt();
    }

    static short[] channel(byte[] pcm, int channel) {
        ByteBuffer in = ByteBuffer.wrap(pcm).order(ByteOrder.LITTLE_ENDIAN);
        short[] samples = new short[pcm.length / 4];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = in.getShort(4 * i + 2 * channel);
        }
        return samples;
    }
}
