package org.koegura.audio;

import java.util.Arrays;

/// Reads the flags of HDLC (01111110) that a fax machine sends for a second before its first frame, at 300 bit/s in the
/// upper channel of V.21: a one is 1650 Hz, a zero 1850 Hz.
///
/// A sample times the one of eight samples ago (1 ms) is, but for twice the frequency, cos(ω · 1 ms): as much below
/// zero at 1650 Hz as it is above it at 1850 Hz. Summed over most of a bit, its sign is the bit; and a row of flags is
/// a sign that stays for six bits and turns for two, again and again:
///
/// ```
///     ┌──┐            ┌──┐            ┌──┐          53 samples: 00
///     │  │            │  │            │  │
/// ────┘  └────────────┘  └────────────┘  └────     160 samples: 111111
/// ```
///
/// Owned as its [FaxEar] is.
final class FlagEar {

    private static final int DELAY = 8;

    /// Three quarters of a bit.
    private static final int SUMMED = 20;

    private static final int FLAGS = 6;

    private static final int ONES_SAMPLES = 160;
    private static final int ZEROS_SAMPLES = 53;

    /// How far an edge may be off: a third of a bit.
    private static final int EDGE_SAMPLES = 9;

    private final short[] delayed = new short[DELAY];
    private final int[] products = new int[SUMMED];
    private int delayedAt;
    private int productsAt;
    private long sum;
    private boolean zeros;
    private int run;

    /// How long the ones were that stand before the zeros; 0 where they were none of a flag.
    private int ones;

    private int flags;

    void restart() {
        Arrays.fill(delayed, (short) 0);
        Arrays.fill(products, 0);
        delayedAt = 0;
        productsAt = 0;
        sum = 0;
        zeros = false;
        run = 0;
        ones = 0;
        flags = 0;
    }

    /// Listens to a block. Returns whether the last of enough flags is in it.
    ///
    /// A sum is a bit once it is as far from nothing as a sixth of what it comes to, so that the rest of twice the
    /// frequency turns none.
    ///
    /// @param power of a sample
    boolean hears(short[] sound, double power) {
        long edge = (long) (2 * power);
        boolean heard = false;
        for (int i = 0; i < sound.length; i++) {
            int product = sound[i] * delayed[delayedAt];
            delayed[delayedAt] = sound[i];
            delayedAt = (delayedAt + 1) & (DELAY - 1);
            sum += product - products[productsAt];
            products[productsAt] = product;
            productsAt = productsAt + 1 == SUMMED ? 0 : productsAt + 1;
            run++;
            if (zeros ? sum < -edge : sum > edge) {
                heard |= turned();
            }
        }
        return heard;
    }

    private boolean turned() {
        if (!zeros) {
            ones = isNear(run, ONES_SAMPLES) ? run : 0;
            flags = ones == 0 ? 0 : flags;
        } else {
            boolean flag = ones != 0 && isNear(run, ZEROS_SAMPLES);
            flags = flag ? flags + 1 : 0;
        }
        zeros = !zeros;
        run = 0;
        return flags == FLAGS && !zeros;
    }

    private static boolean isNear(int samples, int wanted) {
        return Math.abs(samples - wanted) <= EDGE_SAMPLES;
    }
}
