package org.koegura.audio;

/// ITU-T G.722 at 64 kbit/s: the tables that its encoder and decoder share.
///
/// Two filters part 16 kHz speech into two sub-bands of 8 kHz, each of which is coded by its own adaptive differential
/// quantizer: six bits for the lower one, two for the higher.
///
/// ```
///   7 6   5 4 3 2 1 0
/// +-----+-------------+     one octet for two samples; both scales and predictors follow the upper four bits of the
/// | IH  |     IL      |     lower code alone, so that other modes may take its two lowest bits for data
/// +-----+-------------+
/// ```
///
/// Names in capitals are those of the recommendation (clauses 3, 4 and 6).
final class G722 {

    static final int RATE_HZ = 16_000;

    /// Half of the 24 taps of the quadrature mirror filters, scaled by 2¹³.
    static final int[] MIRROR = {3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11};

    static final int MIRROR_TAPS = 24;

    /// What a code of six bits says of the lower sub-band's difference, over the scale (QM6).
    static final int[] LOWER_64 = {
        -136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192, -10232, -9360, -8576,
        -7856, -7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776, -2400, -2032, -1688, -1360, -1040,
        -728, 24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192, 10232, 9360, 8576, 7856, 7192, 6576, 6000, 5456,
        4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728, 432, 136, -432, -136
    };

    /// The same for its upper four bits (QM4): what both predictors learn from.
    private static final int[] LOWER_16 = {
        0, -20456, -12896, -8968, -6288, -4240, -2584, -1200, 20456, 12896, 8968, 6288, 4240, 2584, 1200, 0
    };

    /// How the upper four bits move the logarithmic scale (WL by RL42).
    private static final int[] LOWER_STEP = {
        -60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60
    };

    /// What a code of two bits says of the higher sub-band's difference, over the scale (QM2).
    private static final int[] HIGHER_4 = {-7408, -1616, 7408, 1616};

    private static final int[] HIGHER_STEP = {798, -214, 798, -214};

    private G722() {}

    /// INVQAL and what follows it, for a lower code of six bits.
    static void adaptLower(G722Band lower, int code) {
        int upper = code >> 2;
        lower.adapt((lower.scale() * LOWER_16[upper]) >> 15, LOWER_STEP[upper]);
    }

    /// The next sample of the lower sub-band alone, at 8 kHz: what lies below 4 kHz, without the higher one and the
    /// filter that joins both.
    static short lowerSample(G722Band lower, int octet) {
        int code = octet & 0x3F;
        int low = lower.estimate() + ((lower.scale() * LOWER_64[code]) >> 15);
        adaptLower(lower, code);
        return (short) G722Band.saturate(2 * low); // as loud as both together: the filter doubles it
    }

    /// INVQAH: the difference that a higher code means.
    static int higherDifference(G722Band higher, int code) {
        return (higher.scale() * HIGHER_4[code]) >> 15;
    }

    static void adaptHigher(G722Band higher, int code) {
        higher.adapt(higherDifference(higher, code), HIGHER_STEP[code]);
    }

    /// The two halves of a mirror filter over the last 24 values, newest last: what falls on its even taps, and on its
    /// odd ones.
    static long mirror(int[] line) {
        int even = 0;
        int odd = 0;
        for (int i = 0; i < MIRROR_TAPS / 2; i++) {
            even += line[2 * i] * MIRROR[i];
            odd += line[2 * i + 1] * MIRROR[MIRROR_TAPS / 2 - 1 - i];
        }
        return ((long) even << 32) | (odd & 0xFFFF_FFFFL);
    }

    static int even(long mirrored) {
        return (int) (mirrored >> 32);
    }

    static int odd(long mirrored) {
        return (int) mirrored;
    }

    /// Makes room for two values at the end.
    static void shift(int[] line) {
        System.arraycopy(line, 2, line, 0, MIRROR_TAPS - 2);
    }
}
