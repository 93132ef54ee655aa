package org.koegura.announcement;

import org.koegura.audio.Resampler;
import org.koegura.callmodel.Prompt;

/// A prompt with its sound in telephone band, checked against its hash.
final class SpokenPrompt {

    private final Prompt prompt;
    private final short[] samples;

    /// Takes the array over; nobody writes to it afterwards.
    SpokenPrompt(Prompt prompt, short[] samples) {
        this.prompt = prompt;
        this.samples = samples;
    }

    Prompt prompt() {
        return prompt;
    }

    /// Samples at 8000 Hz, shared: do not write.
    short[] samples() {
        return samples;
    }

    /// How long it speaks, rounded up.
    int millis() {
        return Math.ceilDiv(samples.length * 1000, Resampler.NARROWBAND_HZ);
    }
}
