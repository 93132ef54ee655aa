package org.koegura.audio;

/// Brings wide-band speech down to 8000 samples a second without aliases.
///
/// One windowed-sinc filter (Kaiser, 80 dB) passes 0 to 3.3 kHz and stops everything from 4.5 kHz on; only the
/// outputs that stay are computed, which is the polyphase form of filter-then-discard. Linear phase: the filter's
/// delay is taken out, so that sample 0 stays sample 0. What lies beyond either end counts as silence.
///
/// Stateless, any thread; about 200 multiplications for each output sample at 48 kHz.
public final class Resampler {

    /// The rate that comes out.
    public static final int NARROWBAND_HZ = 8000;

    private static final double PASS_HZ = 3300;
    private static final double STOP_HZ = 4500;
    private static final double STOP_DECIBELS = 80;

    private Resampler() {}

    /// Converts one channel. Throws [IllegalArgumentException] unless `sampleRateHz` is a whole multiple of 8000, at
    /// most 192,000.
    public static short[] toNarrowband(short[] samples, int sampleRateHz) {
        if (sampleRateHz % NARROWBAND_HZ != 0 || sampleRateHz <= 0 || sampleRateHz > 192_000) {
            throw new IllegalArgumentException(
                    "sample rate: a multiple of 8000 Hz up to 192000 is needed, not " + sampleRateHz);
        }
        int factor = sampleRateHz / NARROWBAND_HZ;
        if (factor == 1) {
            return samples.clone();
        }
        double[] taps = lowPass(sampleRateHz);
        short[] narrow = new short[Math.ceilDiv(samples.length, factor)];
        for (int i = 0; i < narrow.length; i++) {
            narrow[i] = filtered(samples, i * factor, taps);
        }
        return narrow;
    }

    /// The filter's output with its middle tap on `samples[centre]`, rounded and limited.
    private static short filtered(short[] samples, int centre, double[] taps) {
        int first = centre - taps.length / 2;
        int from = Math.max(0, -first);
        int to = Math.min(taps.length, samples.length - first);
        double sum = 0;
        for (int tap = from; tap < to; tap++) {
            sum += taps[tap] * samples[first + tap];
        }
        return (short) Math.clamp(Math.round(sum), Short.MIN_VALUE, Short.MAX_VALUE);
    }

    /// An odd number of taps that sum to 1; length and shape after Kaiser's formulas.
    private static double[] lowPass(int sampleRateHz) {
        double transition = 2 * Math.PI * (STOP_HZ - PASS_HZ) / sampleRateHz;
        int half = (int) Math.ceil((STOP_DECIBELS - 8) / (2.285 * transition) / 2);
        double beta = 0.1102 * (STOP_DECIBELS - 8.7);
        double cut = (PASS_HZ + STOP_HZ) / sampleRateHz;
        double[] taps = new double[2 * half + 1];
        double sum = 0;
        for (int i = 0; i < taps.length; i++) {
            double x = i - half;
            double inWindow = x / (half + 1);
            taps[i] = sinc(cut * x) * besselI0(beta * Math.sqrt(1 - inWindow * inWindow));
            sum += taps[i];
        }
        for (int i = 0; i < taps.length; i++) {
            taps[i] /= sum;
        }
        return taps;
    }

    private static double sinc(double x) {
        return x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    }

    /// The modified Bessel function of order 0, by its power series.
    private static double besselI0(double x) {
        double term = 1;
        double sum = 1;
        for (int k = 1; term > 1e-12 * sum; k++) {
            term *= x / (2 * k) * (x / (2 * k));
            sum += term;
        }
        return sum;
    }
}
