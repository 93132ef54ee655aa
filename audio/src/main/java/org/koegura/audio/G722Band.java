package org.koegura.audio;

/// One sub-band of ITU-T G.722 as encoder and decoder share it: the scale of the quantizer, and the predictor with two
/// poles and six zeros that both adapt alike, from the transmitted code alone.
///
/// Names in capitals are the blocks of clause 6 of the recommendation. All arithmetic is on 16 bits with saturation;
/// products keep their upper part (`>> 15`). Owned by one encoder or decoder.
final class G722Band {

    /// 2048 · 2^(i/32): one octave of the logarithmic scale (ILB).
    private static final int[] OCTAVE = {
        2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834,
        2896, 2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008
    };

    private static final int ZEROS = 6;

    private final int logScaleMax;
    private final int octaves;

    private int logScale;
    private int scale;

    /// The signal estimate: pole and zero sections together, and the zero section alone.
    private int estimate;

    private int zeroEstimate;

    /// Pole section: coefficients, the last two reconstructed signals, the last two partial ones.
    private int pole1;

    private int pole2;
    private int reconstructed1;
    private int reconstructed2;
    private int partial1;
    private int partial2;

    /// Zero section: coefficients and the last quantized differences, newest first.
    private final int[] zeros = new int[ZEROS];

    private final int[] differences = new int[ZEROS];

    private G722Band(int scale, int logScaleMax, int octaves) {
        this.scale = scale;
        this.logScaleMax = logScaleMax;
        this.octaves = octaves;
    }

    static G722Band lower() {
        return new G722Band(32, 18_432, 8);
    }

    static G722Band higher() {
        return new G722Band(8, 22_528, 10);
    }

    /// The quantizer's scale factor (DETL, DETH).
    int scale() {
        return scale;
    }

    /// What the next sample is expected to be (SL, SH).
    int estimate() {
        return estimate;
    }

    /// Takes the code's quantized difference and step of the logarithmic scale: adapts, and predicts anew.
    void adapt(int difference, int logStep) {
        int partial = saturate(difference + zeroEstimate); // PARREC
        int reconstructed = saturate(estimate + difference); // RECONS
        adaptScale(logStep);
        adaptPoles(partial);
        adaptZeros(difference);
        System.arraycopy(differences, 0, differences, 1, ZEROS - 1); // DELAYA
        differences[0] = difference;
        partial2 = partial1;
        partial1 = partial;
        reconstructed2 = reconstructed1;
        reconstructed1 = reconstructed;
        predict();
    }

    /// LOGSCL, SCALEL and their likes for the higher sub-band.
    private void adaptScale(int logStep) {
        logScale = Math.clamp(((logScale * 32_512) >> 15) + logStep, 0, logScaleMax);
        int shift = octaves - (logScale >> 11);
        int linear = OCTAVE[(logScale >> 6) & 31];
        scale = (shift < 0 ? linear << -shift : linear >> shift) << 2;
    }

    /// UPPOL2, UPPOL1.
    private void adaptPoles(int partial) {
        boolean alike1 = (partial < 0) == (partial1 < 0);
        boolean alike2 = (partial < 0) == (partial2 < 0);
        int four = saturate(pole1 << 2);
        int turned = alike1 ? saturate(-four) : four;
        int second = (turned >> 7) + (alike2 ? 128 : -128) + ((pole2 * 32_512) >> 15);
        pole2 = Math.clamp(second, -12_288, 12_288);
        int first = (alike1 ? 192 : -192) + ((pole1 * 32_640) >> 15);
        int stable = 15_360 - pole2;
        pole1 = Math.clamp(first, -stable, stable);
    }

    /// UPZERO.
    private void adaptZeros(int difference) {
        int step = difference == 0 ? 0 : 128;
        for (int i = 0; i < ZEROS; i++) {
            boolean alike = (difference < 0) == (differences[i] < 0);
            zeros[i] = saturate(((zeros[i] * 32_640) >> 15) + (alike ? step : -step));
        }
    }

    /// FILTEP, FILTEZ, PREDIC.
    private void predict() {
        int poles = saturate(
                ((pole1 * saturate(2 * reconstructed1)) >> 15) + ((pole2 * saturate(2 * reconstructed2)) >> 15));
        int sum = 0;
        for (int i = 0; i < ZEROS; i++) {
            sum += (zeros[i] * saturate(2 * differences[i])) >> 15;
        }
        zeroEstimate = saturate(sum);
        estimate = saturate(poles + zeroEstimate);
    }

    static int saturate(int value) {
        return Math.clamp(value, Short.MIN_VALUE, Short.MAX_VALUE);
    }
}
