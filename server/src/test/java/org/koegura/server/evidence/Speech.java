package org.koegura.server.evidence;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.koegura.audio.Resampler;
import org.koegura.audio.WavFile;

/// Sounds that the tests say and look for: one channel at 8000 Hz.
public final class Speech {

    private static final int RATE_HZ = 8000;
    private static final int HEADER_BYTES = 44;

    private Speech() {}

    /// The notice that the product ships and plays by default.
    public static short[] notice() throws IOException {
        return notice("ja");
    }

    /// A notice that the product ships: `ja`, `ja-easy` or `en`.
    public static short[] notice(String file) throws IOException {
        return resource("/org/koegura/announcement/prompts/notice-" + file + ".wav");
    }

    /// Speech of the demo, `citizen-1` to `staff-2`.
    public static short[] spoken(String name) throws IOException {
        return resource("/org/koegura/server/demo/" + name + ".wav");
    }

    /// White noise: like nothing else, and incompressible. The same for the same seed.
    public static short[] noise(int seconds, long seed) {
        Random random = new Random(seed);
        short[] noise = new short[seconds * RATE_HZ];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (short) (random.nextGaussian() * 4000);
        }
        return noise;
    }

    private static short[] resource(String path) throws IOException {
        try (InputStream in = Speech.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new FileNotFoundException(path);
            }
            WavFile wav = WavFile.read(in);
            return Resampler.toNarrowband(wav.mono(), wav.sampleRateHz());
        }
    }

    /// Writes a WAVE file of 8000 Hz that says `sound` over and over for at least `seconds`.
    public static Path repeated(Path file, short[] sound, int seconds) throws IOException {
        return repeated(file, sound, RATE_HZ, seconds);
    }

    /// The same with the sound converted from 8000 Hz to `rateHz`.
    public static Path repeated(Path file, short[] narrowband, int rateHz, int seconds) throws IOException {
        short[] sound = Resampler.convert(narrowband, RATE_HZ, rateHz);
        int times = seconds * rateHz / sound.length + 1;
        ByteBuffer wav =
                ByteBuffer.allocate(HEADER_BYTES + times * sound.length * 2).order(ByteOrder.LITTLE_ENDIAN);
        int bytes = times * sound.length * 2;
        wav.put("RIFF".getBytes(StandardCharsets.US_ASCII))
                .putInt(HEADER_BYTES - 8 + bytes)
                .put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII))
                .putInt(16)
                .putShort((short) 1)
                .putShort((short) 1)
                .putInt(rateHz)
                .putInt(rateHz * 2)
                .putShort((short) 2)
                .putShort((short) 16)
                .put("data".getBytes(StandardCharsets.US_ASCII))
                .putInt(bytes);
        for (int i = 0; i < times; i++) {
            for (short sample : sound) {
                wav.putShort(sample);
            }
        }
        return Files.write(file, wav.array());
    }

    /// One channel of a WAVE file in memory.
    public static short[] channel(byte[] wav, int channel) throws IOException {
        WavFile file = WavFile.read(new ByteArrayInputStream(wav));
        short[] all = file.samples();
        short[] one = new short[all.length / file.channels()];
        for (int i = 0; i < one.length; i++) {
            one[i] = all[i * file.channels() + channel];
        }
        return one;
    }
}
