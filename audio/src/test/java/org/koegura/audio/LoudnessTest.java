package org.koegura.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Signals of EBU Tech 3341 on one channel, which is 3.01 LU less than on both, as it gives them.
class LoudnessTest {

    private static short[] tone(double hertz, double decibels, double seconds, int rateHz) {
        short[] samples = new short[(int) (seconds * rateHz)];
        double peak = 32_767 * Math.pow(10, decibels / 20);
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) Math.round(peak * Math.sin(2 * Math.PI * hertz * i / rateHz));
        }
        return samples;
    }

    private static short[] after(short[]... parts) {
        short[] all =
                new short[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
        int at = 0;
        for (short[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    @ParameterizedTest
    @CsvSource({"8000", "16000", "24000", "48000"})
    void aToneOf1000HertzIsAsLoudAsItsPeakLess3(int rateHz) {
        assertThat(Loudness.of(tone(1000, -23, 20, rateHz), rateHz).lufs()).isCloseTo(-26.01, within(0.1));
        assertThat(Loudness.of(tone(1000, -33, 20, rateHz), rateHz).lufs()).isCloseTo(-36.01, within(0.1));
    }

    /// Cases 3 and 4 of Tech 3341: what is quiet at either end does not count.
    @Test
    void quietPartsDoNotMakeItQuieter() {
        short[] loud = tone(1000, -23, 60, 16_000);
        short[] quiet = tone(1000, -36, 10, 16_000);
        short[] silent = tone(1000, -72, 10, 16_000);
        assertThat(Loudness.of(after(quiet, loud, quiet), 16_000).lufs()).isCloseTo(-26.01, within(0.1));
        assertThat(Loudness.of(after(silent, quiet, loud, quiet, silent), 16_000)
                        .lufs())
                .isCloseTo(-26.01, within(0.1));
    }

    /// Case 5: what lies within the gate does.
    @Test
    void louderAndQuieterPartsMakeTheirMean() {
        short[] all = after(tone(1000, -26, 20, 16_000), tone(1000, -20, 20.1, 16_000), tone(1000, -26, 20, 16_000));
        assertThat(Loudness.of(all, 16_000).lufs()).isCloseTo(-26.01, within(0.1));
    }

    @Test
    void lowNotesAreHeardLessAndHighOnesMore() {
        assertThat(Loudness.of(tone(40, -23, 5, 48_000), 48_000).lufs()).isLessThan(-31);
        assertThat(Loudness.of(tone(3000, -23, 5, 48_000), 48_000).lufs()).isBetween(-23.5, -22.5);
    }

    @Test
    void whatIsSilentOrTooShortHasNoLoudness() {
        assertThat(Loudness.of(new short[8000], 8000))
                .isEqualTo(new Loudness(Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY, 0));
        assertThat(Loudness.of(tone(1000, 0, 0.39, 8000), 8000).lufs()).isEqualTo(Double.NEGATIVE_INFINITY);
    }

    /// A quarter of the rate, half a sample off: no sample is as high as the wave.
    @Test
    void aPeakBetweenSamplesIsFound() {
        short[] samples = new short[16_000];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) Math.round(16_384 * Math.sin(Math.PI / 2 * i + Math.PI / 4));
        }
        assertThat(Loudness.of(samples, 16_000).truePeakDecibels()).isCloseTo(-6.02, within(0.3));
        assertThat(20 * Math.log10(11_585 / 32_767.0))
                .as("what the samples say")
                .isCloseTo(-9.03, within(0.01));
    }

    @Test
    void whatIsCutOffAtFullScaleIsCounted() {
        short[] samples = tone(1000, -6, 1, 8000);
        assertThat(Loudness.of(samples, 8000).clipped()).isZero();
        Arrays.fill(samples, 100, 103, Short.MAX_VALUE);
        Arrays.fill(samples, 200, 202, Short.MIN_VALUE); // two in a row may be just so loud
        Arrays.fill(samples, 7996, 8000, Short.MIN_VALUE);
        assertThat(Loudness.of(samples, 8000).clipped()).isEqualTo(7);
    }

    /// Also those that need no oversampling, and those of which a tenth of a second has no sample.
    @ParameterizedTest
    @ValueSource(ints = {0, 5, 12_000, 44_100, 50_000, 88_200, 176_400, 200_000})
    void aRateThatNobodyCanConvertIsRefused(int rateHz) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Loudness.of(new short[1000], rateHz))
                .withMessageContaining("multiple of 8000 Hz");
    }
}
