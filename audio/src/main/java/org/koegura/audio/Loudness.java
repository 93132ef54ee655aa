package org.koegura.audio;

/// How loud one channel is, as EBU R 128 measures it.
///
/// Programme loudness is that of ITU-R BS.1770-4: K weighting (a shelf for the head, a high pass), mean
/// squares of blocks of 400 ms that overlap by three quarters, of which those below -70 LUFS, and then
/// those more than 10 LU below the mean of the rest, do not count: pauses between words make nothing
/// quieter. True peak is the largest value between the samples, too, by four times as many of them.
///
/// @param lufs programme loudness in LUFS; negative infinity where nothing is as loud as -70 LUFS for
/// 400 ms
/// @param truePeakDecibels of full scale, 0 at most; negative infinity for silence
/// @param clipped how many samples lie in runs of three or more at full scale
public record Loudness(double lufs, double truePeakDecibels, int clipped) {

    private static final double FULL_SCALE = 32_768;
    private static final double OFFSET_LUFS = -0.691;
    private static final double ABSOLUTE_GATE_LUFS = -70;
    private static final double RELATIVE_GATE_LU = -10;
    private static final int BLOCKS_PER_SECOND = 10;
    private static final int STEPS_PER_BLOCK = 4;
    private static final int OVERSAMPLED = 4;
    private static final int RATE_HZ_MAX = 192_000;
    private static final int CLIPPED_RUN_MIN = 3;

    /// Measures it. Throws [IllegalArgumentException] for a rate that [Resampler] does not know.
    public static Loudness of(short[] samples, int rateHz) {
        int _ = Resampler.reach(rateHz, Resampler.NARROWBAND_HZ);
        return new Loudness(programme(samples, rateHz), truePeak(samples, rateHz), clipped(samples));
    }

    private static double programme(short[] samples, int rateHz) {
        double[] steps = squares(samples, rateHz);
        int blocks = Math.max(0, steps.length - STEPS_PER_BLOCK + 1);
        double[] means = new double[blocks];
        for (int block = 0; block < blocks; block++) {
            double sum = 0;
            for (int step = 0; step < STEPS_PER_BLOCK; step++) {
                sum += steps[block + step];
            }
            means[block] = sum / STEPS_PER_BLOCK;
        }
        double loud = meanAbove(means, power(ABSOLUTE_GATE_LUFS));
        double gate = Math.max(power(ABSOLUTE_GATE_LUFS), power(lufs(loud) + RELATIVE_GATE_LU));
        return lufs(meanAbove(means, gate));
    }

    /// The mean square of each whole step of 100 ms, K weighted.
    private static double[] squares(short[] samples, int rateHz) {
        Biquad head = Biquad.head(rateHz);
        Biquad low = Biquad.low(rateHz);
        int length = rateHz / BLOCKS_PER_SECOND;
        double[] squares = new double[samples.length / length];
        for (int step = 0; step < squares.length; step++) {
            double sum = 0;
            for (int i = step * length; i < (step + 1) * length; i++) {
                double weighted = low.next(head.next(samples[i] / FULL_SCALE));
                sum += weighted * weighted;
            }
            squares[step] = sum / length;
        }
        return squares;
    }

    private static double meanAbove(double[] means, double gate) {
        double sum = 0;
        int count = 0;
        for (double mean : means) {
            if (mean > gate) {
                sum += mean;
                count++;
            }
        }
        return count == 0 ? 0 : sum / count;
    }

    private static double lufs(double power) {
        return OFFSET_LUFS + 10 * Math.log10(power);
    }

    private static double power(double lufs) {
        return Math.pow(10, (lufs - OFFSET_LUFS) / 10);
    }

    private static double truePeak(short[] samples, int rateHz) {
        int peak = peak(samples);
        if (rateHz * OVERSAMPLED <= RATE_HZ_MAX) {
            peak = Math.max(peak, peak(Resampler.convert(samples, rateHz, rateHz * OVERSAMPLED)));
        }
        return Math.min(0, 20 * Math.log10(peak / (FULL_SCALE - 1)));
    }

    private static int peak(short[] samples) {
        int peak = 0;
        for (short sample : samples) {
            peak = Math.max(peak, Math.abs(sample));
        }
        return peak;
    }

    private static int clipped(short[] samples) {
        int clipped = 0;
        int run = 0;
        for (int i = 0; i <= samples.length; i++) {
            boolean full = i < samples.length && (samples[i] == Short.MAX_VALUE || samples[i] == Short.MIN_VALUE);
            if (full) {
                run++;
            } else {
                clipped += run >= CLIPPED_RUN_MIN ? run : 0;
                run = 0;
            }
        }
        return clipped;
    }

    /// A filter of the second order. BS.1770 gives the coefficients for 48 kHz; these are the same two
    /// filters at any rate, by the bilinear transform of what they are made of.
    private static final class Biquad {
        private static final double HEAD_HZ = 1681.974450955533;
        private static final double HEAD_DECIBELS = 3.999843853973347;
        private static final double HEAD_QUALITY = 0.7071752369554196;
        private static final double HEAD_EXPONENT = 0.4996667741545416;
        private static final double LOW_HZ = 38.13547087602444;
        private static final double LOW_QUALITY = 0.5003270373238773;

        private final double b0;
        private final double b1;
        private final double b2;
        private final double a1;
        private final double a2;
        private double first;
        private double second;

        private Biquad(double b0, double b1, double b2, double a1, double a2) {
            this.b0 = b0;
            this.b1 = b1;
            this.b2 = b2;
            this.a1 = a1;
            this.a2 = a2;
        }

        /// The shelf: what a head does to sound from the front.
        static Biquad head(int rateHz) {
            double k = Math.tan(Math.PI * HEAD_HZ / rateHz);
            double high = Math.pow(10, HEAD_DECIBELS / 20);
            double band = Math.pow(high, HEAD_EXPONENT);
            double a0 = 1 + k / HEAD_QUALITY + k * k;
            return new Biquad(
                    (high + band * k / HEAD_QUALITY + k * k) / a0,
                    2 * (k * k - high) / a0,
                    (high - band * k / HEAD_QUALITY + k * k) / a0,
                    2 * (k * k - 1) / a0,
                    (1 - k / HEAD_QUALITY + k * k) / a0);
        }

        /// The high pass: low notes are heard less.
        static Biquad low(int rateHz) {
            double k = Math.tan(Math.PI * LOW_HZ / rateHz);
            double a0 = 1 + k / LOW_QUALITY + k * k;
            return new Biquad(1, -2, 1, 2 * (k * k - 1) / a0, (1 - k / LOW_QUALITY + k * k) / a0);
        }

        double next(double in) {
            double out = b0 * in + first;
            first = b1 * in - a1 * out + second;
            second = b2 * in - a2 * out;
            return out;
        }
    }
}
