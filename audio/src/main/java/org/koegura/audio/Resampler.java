package org.koegura.audio;

/// Changes the rate of speech among multiples of 8000 samples a second, without aliases or images.
///
/// One windowed-sinc filter (Kaiser, 80 dB) passes the lower 82.5 % of the narrower side's band and stops everything
/// beyond 112.5 % of it: down to 8 kHz, 3.3 kHz and 4.5 kHz. Only the outputs that stay are computed, and only the
/// inputs that are not zero are weighed, which is the polyphase form. Linear phase: the filter's delay is taken out,
/// so that sample 0 stays sample 0. What lies beyond either end counts as silence.
///
/// Stateless, any thread; about 200 multiplications for each output sample from 48 to 8 kHz, 35 for the way back.
public final class Resampler {

    /// The rate of PCMU and PCMA.
    public static final int NARROWBAND_HZ = 8000;

    private static final int RATE_HZ_MAX = 192_000;
    private static final double PASS = 0.4125;
    private static final double STOP = 0.5625;
    private static final double STOP_DECIBELS = 80;

    private Resampler() {}

    /// Converts one channel to 8000 Hz; as [#convert].
    public static short[] toNarrowband(short[] samples, int sampleRateHz) {
        return convert(samples, sampleRateHz, NARROWBAND_HZ);
    }

    /// Converts one channel, into a new array. Throws [IllegalArgumentException] unless both rates are whole multiples
    /// of 8000, at most 192,000.
    public static short[] convert(short[] samples, int fromHz, int toHz) {
        check(fromHz);
        check(toHz);
        if (fromHz == toHz) {
            return samples.clone();
        }
        int common = greatestCommonDivisor(fromHz, toHz);
        int up = toHz / common;
        int down = fromHz / common;
        double[] taps = lowPass((double) fromHz * up, Math.min(fromHz, toHz), up);
        short[] converted = new short[Math.toIntExact(Math.ceilDiv((long) samples.length * up, (long) down))];
        for (int i = 0; i < converted.length; i++) {
            converted[i] = filtered(samples, (long) i * down, up, taps);
        }
        return converted;
    }

    /// How many input samples on either side an output of [#convert] depends on.
    public static int reach(int fromHz, int toHz) {
        check(fromHz);
        check(toHz);
        int up = toHz / greatestCommonDivisor(fromHz, toHz);
        return fromHz == toHz ? 0 : half((double) fromHz * up, Math.min(fromHz, toHz)) / up + 1;
    }

    private static void check(int rateHz) {
        if (rateHz % NARROWBAND_HZ != 0 || rateHz <= 0 || rateHz > RATE_HZ_MAX) {
            throw new IllegalArgumentException(
                    "sample rate: a multiple of 8000 Hz up to 192000 is needed, not " + rateHz);
        }
    }

    /// The filter's output with its middle tap at `centre`, rounded and limited. Between two samples there are
    /// `up − 1` zeros, which `centre` and the taps count and nobody multiplies.
    private static short filtered(short[] samples, long centre, int up, double[] taps) {
        long first = centre - taps.length / 2;
        int from = (int) Math.max(0, Math.ceilDiv(first, up));
        int to = (int) Math.min(samples.length, Math.floorDiv(first + taps.length - 1, up) + 1);
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += taps[(int) ((long) i * up - first)] * samples[i];
        }
        return (short) Math.clamp(Math.round(sum), Short.MIN_VALUE, Short.MAX_VALUE);
    }

    /// An odd number of taps that sum to `gain`; length and shape after Kaiser's formulas.
    private static double[] lowPass(double rateHz, int narrowHz, int gain) {
        int half = half(rateHz, narrowHz);
        double beta = 0.1102 * (STOP_DECIBELS - 8.7);
        double cut = (PASS + STOP) * narrowHz / rateHz;
        double[] taps = new double[2 * half + 1];
        double sum = 0;
        for (int i = 0; i < taps.length; i++) {
            double x = i - half;
            double inWindow = x / (half + 1);
            taps[i] = sinc(cut * x) * besselI0(beta * Math.sqrt(1 - inWindow * inWindow));
            sum += taps[i];
        }
        for (int i = 0; i < taps.length; i++) {
            taps[i] *= gain / sum;
        }
        return taps;
    }

    private static int half(double rateHz, int narrowHz) {
        double transition = 2 * Math.PI * (STOP - PASS) * narrowHz / rateHz;
        return (int) Math.ceil((STOP_DECIBELS - 8) / (2.285 * transition) / 2);
    }

    private static int greatestCommonDivisor(int a, int b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
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
