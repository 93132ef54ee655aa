package org.koegura.announcement;

import java.util.List;
import org.koegura.audio.Loudness;
import org.koegura.audio.Resampler;
import org.koegura.callmodel.Prompt;

/// A prompt with its sound as its file has it, checked against its hash.
final class SpokenPrompt {

    private final Prompt prompt;
    private final Validity validity;
    private final short[] samples;
    private final int sampleRateHz;
    private final List<EncodedSound> encoded;

    /// Takes the array over; nobody writes to it afterwards. Throws [IllegalArgumentException] for a rate that cannot
    /// be brought to those of the codecs.
    SpokenPrompt(Prompt prompt, Validity validity, short[] samples, int sampleRateHz) {
        this(prompt, validity, samples, sampleRateHz, List.of());
    }

    private SpokenPrompt(
            Prompt prompt, Validity validity, short[] samples, int sampleRateHz, List<EncodedSound> encoded) {
        Resampler.reach(sampleRateHz, Resampler.NARROWBAND_HZ);
        this.prompt = prompt;
        this.validity = validity;
        this.samples = samples;
        this.sampleRateHz = sampleRateHz;
        this.encoded = List.copyOf(encoded);
    }

    /// The same, which others encoded too.
    SpokenPrompt with(List<EncodedSound> encodedToo) {
        return new SpokenPrompt(prompt, validity, samples, sampleRateHz, encodedToo);
    }

    /// What others encoded of it, each in a codec of its own.
    List<EncodedSound> encoded() {
        return encoded;
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

    /// What speaks against a file as the same sound in another codec, one line each.
    List<String> complaints(EncodedSound sound) {
        return sound.complaints(samples, sampleRateHz);
    }

    /// How long it speaks, rounded up.
    int millis() {
        return (int) Math.ceilDiv(samples.length * 1000L, sampleRateHz);
    }
}
