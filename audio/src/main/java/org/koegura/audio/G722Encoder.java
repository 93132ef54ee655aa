package org.koegura.audio;

/// Encodes 16 kHz speech as G.722 at 64 kbit/s: two samples an octet (ITU-T G.722 clauses 3.1 to 3.5).
final class G722Encoder implements PayloadEncoder {

    /// Decision levels of the lower sub-band, over the scale (Q6); the first is passed by every difference.
    private static final int[] LEVELS = {
        35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714, 786, 858, 940, 1023, 1121, 1219, 1339,
        1458, 1612, 1765, 1980, 2195, 2557, 2919
    };

    /// The decision level of the higher sub-band (Q2).
    private static final int HIGHER_LEVEL = 564;

    private final G722Band lower = G722Band.lower();
    private final G722Band higher = G722Band.higher();
    private final int[] line = new int[G722.MIRROR_TAPS];

    @Override
    public byte[] encode(short[] samples, int from, int to) {
        if ((to - from) % 2 != 0) {
            throw new IllegalArgumentException("G.722: an even number of samples is needed, not " + (to - from));
        }
        byte[] octets = new byte[(to - from) / 2];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = octet(samples[from + 2 * i], samples[from + 2 * i + 1]);
        }
        return octets;
    }

    private byte octet(short first, short second) {
        G722.shift(line);
        line[G722.MIRROR_TAPS - 2] = first;
        line[G722.MIRROR_TAPS - 1] = second;
        long mirrored = G722.mirror(line);
        // 2¹³ is the filters' scale; one bit more makes sub-band samples of 15 bits from ours of 16
        int low = subBand(G722.odd(mirrored) + G722.even(mirrored));
        int high = subBand(G722.odd(mirrored) - G722.even(mirrored));
        int lowerCode = lowerCode(low);
        G722.adaptLower(lower, lowerCode);
        int higherCode = higherCode(high);
        G722.adaptHigher(higher, higherCode);
        return (byte) ((higherCode << 6) | lowerCode);
    }

    private static int subBand(int sum) {
        return Math.clamp(sum >> 14, -16_384, 16_383);
    }

    /// QUANTL: the step between whose levels the difference lies. Positive codes count down from 61, negative ones
    /// down from 63, 62 and then 31: the four smallest steps have codes that mode 3 can spare.
    private int lowerCode(int sample) {
        int difference = G722Band.saturate(sample - lower.estimate());
        int magnitude = difference < 0 ? ~difference : difference;
        int step = 0;
        while (step < LEVELS.length && magnitude >= (LEVELS[step] * lower.scale()) >> 12) {
            step++;
        }
        if (difference >= 0) {
            return 61 - step;
        }
        return step < 2 ? 63 - step : 33 - step;
    }

    /// QUANTH.
    private int higherCode(int sample) {
        int difference = G722Band.saturate(sample - higher.estimate());
        int magnitude = difference < 0 ? ~difference : difference;
        boolean large = magnitude >= (HIGHER_LEVEL * higher.scale()) >> 12;
        return (difference < 0 ? 0 : 2) + (large ? 0 : 1);
    }

    @Override
    public void close() {
        // nothing is held
    }
}
