package org.koegura.announcement;

import org.koegura.callmodel.Prompt;

/// What a caller in Japan hears while a telephone rings: 400 Hz whose loudness swells and falls 16 times a second, one
/// second long, then two seconds of silence. It is computed, so that no file of it is needed.
final class RingingTone {

    /// Its whole cycle; every packet time that notices have divides it.
    static final int CYCLE_MILLIS = 3_000;

    private static final int TONE_MILLIS = 1_000;
    private static final double TONE_HZ = 400;

    /// Within the 15 to 20 Hz of the network's own tone.
    private static final double SWELL_HZ = 16;

    /// The peak, some 15 dB below the loudest: as loud as a voice.
    private static final double PEAK = 5_800;

    private RingingTone() {}

    /// One cycle.
    static short[] samples(int rateHz) {
        short[] cycle = new short[rateHz / 1000 * CYCLE_MILLIS];
        for (int i = 0; i < rateHz / 1000 * TONE_MILLIS; i++) {
            double seconds = (double) i / rateHz;
            double loudness = (1 - Math.cos(2 * Math.PI * SWELL_HZ * seconds)) / 2;
            cycle[i] = (short) Math.round(PEAK * loudness * Math.sin(2 * Math.PI * TONE_HZ * seconds));
        }
        return cycle;
    }

    /// Its name: it has no words.
    static Prompt prompt() {
        byte[] described = new byte[2 * CYCLE_MILLIS * 8];
        short[] samples = samples(8_000);
        for (int i = 0; i < samples.length; i++) {
            described[2 * i] = (byte) samples[i];
            described[2 * i + 1] = (byte) (samples[i] >> 8);
        }
        return new Prompt("ringback", "zxx", "400 Hz, 1 s of 3 s", PromptShelf.sha256(described));
    }
}
