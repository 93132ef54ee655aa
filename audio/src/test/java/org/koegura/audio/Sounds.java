package org.koegura.audio;

import java.util.Random;

/// Sounds that codecs are tried with, and how near a copy comes.
final class Sounds {

    private Sounds() {}

    static short[] tone(int hz, double amplitude, int rateHz, int millis) {
        short[] tone = new short[rateHz / 1000 * millis];
        for (int i = 0; i < tone.length; i++) {
            tone[i] = (short) Math.round(amplitude * Math.sin(2 * Math.PI * hz * i / rateHz));
        }
        return tone;
    }

    static short[] noise(double deviation, int samples, long seed) {
        Random random = new Random(seed);
        short[] noise = new short[samples];
        for (int i = 0; i < samples; i++) {
            noise[i] = (short) Math.clamp(Math.round(deviation * random.nextGaussian()), -32_768, 32_767);
        }
        return noise;
    }

    /// Like a voice: pulses of a moving pitch through three resonances, in syllables with pauses between.
    static short[] voice(int rateHz, int millis) {
        double[] resonanceHz = {600, 1_400, 2_600};
        double[][] memory = new double[resonanceHz.length][2];
        short[] voice = new short[rateHz / 1000 * millis];
        double phase = 0;
        for (int i = 0; i < voice.length; i++) {
            double seconds = (double) i / rateHz;
            phase += (140 + 40 * Math.sin(2 * Math.PI * 0.7 * seconds)) / rateHz;
            double pulse = phase >= 1 ? 1 : 0;
            phase -= pulse;
            double loudness = Math.max(0, Math.sin(2 * Math.PI * 2.2 * seconds));
            double sum = 0;
            for (int r = 0; r < resonanceHz.length; r++) {
                double pole = Math.exp(-Math.PI * 90 / rateHz);
                double turn = 2 * pole * Math.cos(2 * Math.PI * resonanceHz[r] / rateHz);
                double out = pulse + turn * memory[r][0] - pole * pole * memory[r][1];
                memory[r][1] = memory[r][0];
                memory[r][0] = out;
                sum += out;
            }
            voice[i] = (short) Math.clamp(Math.round(2_500 * loudness * sum), -32_768, 32_767);
        }
        return voice;
    }

    /// Signal over noise of `heard`, which comes `delay` samples late.
    static double decibels(short[] said, short[] heard, int delay) {
        double signal = 0;
        double noise = 0;
        for (int i = 0; i + delay < Math.min(heard.length, said.length + delay); i++) {
            signal += (double) said[i] * said[i];
            noise += Math.pow(said[i] - heard[i + delay], 2);
        }
        return 10 * Math.log10(signal / Math.max(noise, 1e-9));
    }

    /// The largest normalised correlation over all delays below `delayMax`.
    static double likeness(short[] said, short[] heard, int delayMax) {
        double best = 0;
        for (int delay = 0; delay < delayMax; delay++) {
            double product = 0;
            double energySaid = 0;
            double energyHeard = 0;
            for (int i = 0; i + delay < Math.min(heard.length, said.length + delay); i++) {
                product += (double) said[i] * heard[i + delay];
                energySaid += (double) said[i] * said[i];
                energyHeard += (double) heard[i + delay] * heard[i + delay];
            }
            best = Math.max(best, product / Math.sqrt(Math.max(1, energySaid * energyHeard)));
        }
        return best;
    }
}
