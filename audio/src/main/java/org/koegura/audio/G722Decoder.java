package org.koegura.audio;

import java.nio.ByteBuffer;

/// Decodes G.722 at 64 kbit/s to 16 kHz speech: two samples an octet (ITU-T G.722 clauses 4.1 to 4.4).
final class G722Decoder implements PayloadDecoder {

    private final G722Band lower = G722Band.lower();
    private final G722Band higher = G722Band.higher();
    private final int[] line = new int[G722.MIRROR_TAPS];

    @Override
    public int sampleRateHz() {
        return G722.RATE_HZ;
    }

    @Override
    public int samplesMax(int payloadBytes) {
        return 2 * payloadBytes;
    }

    @Override
    public int decode(ByteBuffer payload, short[] samples) {
        int from = payload.position();
        int octets = payload.remaining();
        for (int i = 0; i < octets; i++) {
            octet(payload.get(from + i) & 0xFF, samples, 2 * i);
        }
        return 2 * octets;
    }

    private void octet(int octet, short[] samples, int at) {
        int lowerCode = octet & 0x3F;
        int low = limit(lower.estimate() + ((lower.scale() * G722.LOWER_64[lowerCode]) >> 15));
        G722.adaptLower(lower, lowerCode);
        int higherCode = octet >> 6;
        int high = limit(higher.estimate() + G722.higherDifference(higher, higherCode));
        G722.adaptHigher(higher, higherCode);
        G722.shift(line);
        line[G722.MIRROR_TAPS - 2] = low + high;
        line[G722.MIRROR_TAPS - 1] = low - high;
        long mirrored = G722.mirror(line);
        // of the filters' scale 2¹³, one bit doubles what was inserted between, and one makes 16 bits of 15
        samples[at] = (short) G722Band.saturate(G722.odd(mirrored) >> 11);
        samples[at + 1] = (short) G722Band.saturate(G722.even(mirrored) >> 11);
    }

    /// LIMIT.
    private static int limit(int sample) {
        return Math.clamp(sample, -16_384, 16_383);
    }

    @Override
    public int conceal(int lostSamples, short[] samples) {
        return 0;
    }

    @Override
    public void close() {
        // nothing is held
    }
}
