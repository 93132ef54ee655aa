package org.koegura.announcement;

import org.koegura.audio.Loudness;
import org.koegura.audio.Resampler;
import org.koegura.callmodel.Prompt;

/// A prompt with its sound as its file has it, checked against its hash.
final class SpokenPrompt {

    private final Prompt prompt;
    private final Validity validity;
    private final short[] samples;
    private final int sampleRateHz;

    /// Takes the array over; nobody writes to it afterwards. Throws [IllegalArgumentException] for a rate that cannot
    /// be brought to those of the codecs.
    SpokenPrompt(Prompt prompt, Validity validity, short[] samples, int sampleRateHz) {
        Resampler.reach(sampleRateHz, Resampler.NARROWBAND_HZ);
        this.prompt = prompt;
        this.validity = validity;
        this.samples = samples;
        this.sampleRateHz = sampleRateHz;
    }

    Prompt prompt() {
        return prompt;
    }

    /// When it may be played.
    Validity validity() {
        return validity;
    }

    /// A copy of the sound at another rate: all of the band that the file has and the rate can carry.
    short[] samples(int rateHz) {
        return Resampler.convert(samples, sampleRateHz, rateHz);
    }

    /// How loud the file is.
    Loudness loudness() {
        return Loudness.of(samples, sampleRateHz);
    }

    /// How long it speaks, rounded up.
    int millis() {
        return (int) Math.ceilDiv(samples.length * 1000L, sampleRateHz);
    }
}
