package org.koegura.server.demo;

/// Finds a known sound in what was heard: normalised cross-correlation over the whole reference, best lag.
///
/// `r(lag) = Σ x(i)·y(i+lag) / √(Σ x(i)² · Σ y(i+lag)²)`; 1 is the same sound at any loudness, 0 is unrelated. All
/// lags at which the reference lies inside what was heard are tried, through one Fourier transform.
///
/// @param value the largest `r`, −1 to 1; 0 where what was heard is shorter than the reference, or silent
/// @param lagSamples where it begins
public record Correlation(double value, int lagSamples) {

    /// Below this mean square (in 16-bit steps) a window counts as silence, which is like nothing.
    private static final double SILENCE_MEAN_SQUARE = 4;

    /// Looks for all of `reference` in `heard`; both at the same rate.
    public static Correlation of(short[] reference, short[] heard) {
        if (heard.length < reference.length || energy(reference, 0, reference.length) == 0) {
            return new Correlation(0, 0);
        }
        double[] products = products(reference, heard);
        double energy = energy(reference, 0, reference.length);
        double windowEnergy = energy(heard, 0, reference.length);
        double best = 0;
        int bestLag = 0;
        for (int lag = 0; lag + reference.length <= heard.length; lag++) {
            double loudEnough = SILENCE_MEAN_SQUARE * reference.length;
            double r = windowEnergy < loudEnough ? 0 : products[lag] / Math.sqrt(energy * windowEnergy);
            if (r > best) {
                best = r;
                bestLag = lag;
            }
            if (lag + reference.length < heard.length) {
                windowEnergy += square(heard[lag + reference.length]) - square(heard[lag]);
            }
        }
        return new Correlation(best, bestLag);
    }

    private static double energy(short[] samples, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += square(samples[i]);
        }
        return sum;
    }

    private static double square(short sample) {
        return (double) sample * sample;
    }

    /// Σ reference(i) · heard(i + lag) for every lag: the inverse transform of conj(X) · Y.
    private static double[] products(short[] reference, short[] heard) {
        int size = Integer.highestOneBit(Math.max(1, heard.length + reference.length - 1)) << 1;
        double[] xRe = spread(reference, size);
        double[] xIm = new double[size];
        double[] yRe = spread(heard, size);
        double[] yIm = new double[size];
        transform(xRe, xIm);
        transform(yRe, yIm);
        for (int i = 0; i < size; i++) {
            double re = xRe[i] * yRe[i] + xIm[i] * yIm[i];
            double im = xRe[i] * yIm[i] - xIm[i] * yRe[i];
            xRe[i] = re;
            xIm[i] = -im; // the conjugate, so that a forward transform inverts
        }
        transform(xRe, xIm);
        for (int i = 0; i < size; i++) {
            xRe[i] /= size;
        }
        return xRe;
    }

    private static double[] spread(short[] samples, int size) {
        double[] spread = new double[size];
        for (int i = 0; i < samples.length; i++) {
            spread[i] = samples[i];
        }
        return spread;
    }

    /// Fourier transform in place, radix 2; the length is a power of two.
    private static void transform(double[] re, double[] im) {
        int size = re.length;
        for (int i = 1, j = 0; i < size; i++) {
            int bit = size >> 1;
            for (; (j & bit) != 0; bit >>= 1) {
                j ^= bit;
            }
            j ^= bit;
            if (i < j) {
                swap(re, i, j);
                swap(im, i, j);
            }
        }
        for (int span = 2; span <= size; span <<= 1) {
            butterflies(re, im, span);
        }
    }

    private static void butterflies(double[] re, double[] im, int span) {
        int half = span / 2;
        for (int k = 0; k < half; k++) {
            double angle = -2 * Math.PI * k / span;
            double wRe = Math.cos(angle);
            double wIm = Math.sin(angle);
            for (int even = k; even < re.length; even += span) {
                int odd = even + half;
                double tRe = wRe * re[odd] - wIm * im[odd];
                double tIm = wRe * im[odd] + wIm * re[odd];
                re[odd] = re[even] - tRe;
                im[odd] = im[even] - tIm;
                re[even] += tRe;
                im[even] += tIm;
            }
        }
    }

    private static void swap(double[] values, int i, int j) {
        double kept = values[i];
        values[i] = values[j];
        values[j] = kept;
    }
}
