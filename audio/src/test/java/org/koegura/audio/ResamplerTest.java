package org.koegura.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResamplerTest {

    private static final double AMPLITUDE = 16_000;

    @ParameterizedTest
    @ValueSource(ints = {16_000, 24_000, 32_000, 48_000})
    void speechBandComesThroughWithinHalfADecibel(int sampleRateHz) {
        for (int hz = 100; hz <= 3200; hz += 100) {
            assertThat(gainDecibels(hz, sampleRateHz)).as("gain at %d Hz", hz).isBetween(-0.5, 0.5);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {16_000, 24_000, 32_000, 48_000})
    void whatWouldFoldIntoTheBandIsDownSixtyDecibels(int sampleRateHz) {
        for (int hz = 4600; hz < sampleRateHz / 2; hz += 50) {
            assertThat(gainDecibels(hz, sampleRateHz)).as("alias of %d Hz", hz).isLessThan(-60);
        }
    }

    @ParameterizedTest
    @CsvSource({"8000,16000", "8000,48000", "16000,48000", "24000,16000", "48000,16000", "16000,24000"})
    void anyRateBecomesAnyOtherAndSampleZeroStaysWhereItIs(int fromHz, int toHz) {
        short[] from = Sounds.tone(1000, AMPLITUDE, fromHz, 200);
        short[] expected = Sounds.tone(1000, AMPLITUDE, toHz, 200);
        short[] converted = Resampler.convert(from, fromHz, toHz);
        assertThat(converted).hasSameSizeAs(expected);
        for (int i = toHz / 50; i < toHz / 10; i++) {
            assertThat(converted[i]).as("sample %d", i).isCloseTo(expected[i], within((short) 80));
        }
    }

    @Test
    void anOutputDependsOnNothingBeyondTheReach() {
        int reach = Resampler.reach(8000, 48_000);
        short[] noise = Sounds.noise(5000, 800, 1);
        short[] cut = Arrays.copyOfRange(noise, 300, 500);
        short[] whole = Resampler.convert(noise, 8000, 48_000);
        short[] part = Resampler.convert(cut, 8000, 48_000);
        assertThat(Arrays.copyOfRange(part, reach * 6, (200 - reach) * 6))
                .isEqualTo(Arrays.copyOfRange(whole, (300 + reach) * 6, (500 - reach) * 6));
    }

    @Test
    void noDelayIsAdded() {
        short[] impulse = new short[4800];
        impulse[2400] = 30_000;
        short[] narrow = Resampler.toNarrowband(impulse, 48_000);
        assertThat(narrow).hasSize(800);
        int loudest = 0;
        for (int i = 0; i < narrow.length; i++) {
            loudest = Math.abs(narrow[i]) > Math.abs(narrow[loudest]) ? i : loudest;
        }
        assertThat(loudest).isEqualTo(400);
    }

    @Test
    void narrowbandStaysAsItIsAndTheEndIsKept() {
        short[] samples = {1, 2, 3};
        assertThat(Resampler.toNarrowband(samples, 8000))
                .containsExactly(1, 2, 3)
                .isNotSameAs(samples);
        assertThat(Resampler.toNarrowband(new short[7], 48_000)).hasSize(2);
        assertThat(Resampler.toNarrowband(new short[0], 48_000)).isEmpty();
    }

    @Test
    void aSquareAtFullScaleIsLimitedAndDoesNotWrap() {
        short[] square = new short[4800];
        for (int i = 0; i < square.length; i++) {
            square[i] = i / 48 % 2 == 0 ? Short.MAX_VALUE : Short.MIN_VALUE;
        }
        short[] narrow = Resampler.toNarrowband(square, 48_000);
        for (int i = 20; i < narrow.length; i++) {
            boolean positive = i / 8 % 2 == 0;
            if (i % 8 != 0 && i % 8 != 7) {
                assertThat(narrow[i] > 0).as("sign of sample %d", i).isEqualTo(positive);
            }
        }
    }

    @Test
    void aRateThatIsNoMultipleOfEightThousandIsRefused() {
        assertThatThrownBy(() -> Resampler.toNarrowband(new short[8], 44_100))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("44100");
    }

    /// Root mean square of what comes out against what goes in, the ends left aside.
    private static double gainDecibels(int hz, int sampleRateHz) {
        short[] tone = new short[sampleRateHz / 2];
        for (int i = 0; i < tone.length; i++) {
            tone[i] = (short) Math.round(AMPLITUDE * Math.sin(2 * Math.PI * hz * i / sampleRateHz + 0.3));
        }
        short[] narrow = Resampler.toNarrowband(tone, sampleRateHz);
        double power = 0;
        int edge = 200;
        for (int i = edge; i < narrow.length - edge; i++) {
            power += (double) narrow[i] * narrow[i];
        }
        double rms = Math.sqrt(power / (narrow.length - 2 * edge));
        return 20 * Math.log10(Math.max(rms, 1e-9) / (AMPLITUDE / Math.sqrt(2)));
    }
}
