package org.koegura.audio;

import java.nio.ByteBuffer;

/// ITU-T G.711, exactly: each linear sample becomes the code between whose decision values it lies, and back.
///
/// Both laws are piecewise linear: three bits name the segment, four the step in it. G.711 is written for 14-bit
/// (µ) and 13-bit (A) samples; here they stand at the top of 16 bits, so that the lowest bits come back as zero.
///
/// ```
///   7   6 5 4   3 2 1 0
/// +---+-------+---------+     µ-law: all bits inverted on the wire, sign 1 = positive
/// | S | segm. |  step   |     A-law: every second bit inverted (XOR 0x55), sign 1 = positive
/// +---+-------+---------+
/// ```
///
/// µ-law has two zeros, 0xFF and 0x7F; a linear 0 always becomes 0xFF. Stateless, any thread.
public final class G711 {

    /// The code of digital silence in µ-law: +0.
    public static final byte MU_LAW_SILENCE = (byte) 0xFF;

    /// The code of digital silence in A-law: the smallest positive value.
    public static final byte A_LAW_SILENCE = (byte) 0xD5;

    /// Added to a µ-law magnitude, it makes each segment start at a power of two (33 in 14 bits).
    private static final int MU_LAW_BIAS = 132;

    /// The largest magnitude that is not beyond µ-law's last step.
    private static final int MU_LAW_MAGNITUDE_MAX = 0x7FFF - MU_LAW_BIAS;

    private static final short[] FROM_MU_LAW = new short[256];
    private static final short[] FROM_A_LAW = new short[256];

    static {
        for (int code = 0; code < 256; code++) {
            FROM_MU_LAW[code] = expandMuLaw(code);
            FROM_A_LAW[code] = expandALaw(code);
        }
    }

    private G711() {}

    /// The linear value of one µ-law code, between −32124 and 32124.
    public static short muLawToLinear(byte code) {
        return FROM_MU_LAW[code & 0xFF];
    }

    /// The linear value of one A-law code, between −32256 and 32256; never 0.
    public static short aLawToLinear(byte code) {
        return FROM_A_LAW[code & 0xFF];
    }

    /// The linear values of all codes of a law. Shared: never to be written.
    static short[] linear(boolean muLaw) {
        return muLaw ? FROM_MU_LAW : FROM_A_LAW;
    }

    /// The µ-law code of a sample; louder samples than the law can say are limited.
    public static byte linearToMuLaw(short sample) {
        int magnitude = Math.min(Math.abs((int) sample), MU_LAW_MAGNITUDE_MAX) + MU_LAW_BIAS;
        int segment = 24 - Integer.numberOfLeadingZeros(magnitude);
        int step = magnitude >> (segment + 3) & 0x0F;
        int sign = sample < 0 ? 0x80 : 0;
        return (byte) ~(sign | segment << 4 | step);
    }

    /// The A-law code of a sample; −1 belongs to the smallest negative step as 0 does to the positive one.
    public static byte linearToALaw(short sample) {
        int magnitude = sample < 0 ? ~sample : sample;
        int segment = Math.max(0, 24 - Integer.numberOfLeadingZeros(magnitude));
        int step = magnitude >> (Math.max(1, segment) + 3) & 0x0F;
        int sign = sample < 0 ? 0 : 0x80;
        return (byte) ((sign | segment << 4 | step) ^ 0x55);
    }

    /// Encodes `samples[from, to)` into a new payload of one octet a sample.
    public static byte[] encodeMuLaw(short[] samples, int from, int to) {
        byte[] codes = new byte[to - from];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = linearToMuLaw(samples[from + i]);
        }
        return codes;
    }

    /// Encodes `samples[from, to)` into a new payload of one octet a sample.
    public static byte[] encodeALaw(short[] samples, int from, int to) {
        byte[] codes = new byte[to - from];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = linearToALaw(samples[from + i]);
        }
        return codes;
    }

    /// One of the two laws as a decoder; it remembers nothing.
    record Decoder(boolean muLaw) implements PayloadDecoder {

        @Override
        public int sampleRateHz() {
            return Codec.PCMU.sampleRateHz();
        }

        @Override
        public int samplesMax(int payloadBytes) {
            return payloadBytes;
        }

        @Override
        public int decode(ByteBuffer payload, short[] samples) {
            int from = payload.position();
            int count = payload.remaining();
            short[] linear = linear(muLaw);
            for (int i = 0; i < count; i++) {
                samples[i] = linear[payload.get(from + i) & 0xFF];
            }
            return count;
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

    /// One of the two laws as an encoder; it remembers nothing.
    record Encoder(boolean muLaw) implements PayloadEncoder {

        @Override
        public byte[] encode(short[] samples, int from, int to) {
            return muLaw ? encodeMuLaw(samples, from, to) : encodeALaw(samples, from, to);
        }

        @Override
        public void close() {
            // nothing is held
        }
    }

    private static short expandMuLaw(int code) {
        int bits = ~code;
        int segment = bits >> 4 & 0x07;
        int magnitude = ((((bits & 0x0F) << 3) + MU_LAW_BIAS) << segment) - MU_LAW_BIAS;
        return (short) ((bits & 0x80) == 0 ? magnitude : -magnitude);
    }

    private static short expandALaw(int code) {
        int bits = code ^ 0x55;
        int segment = bits >> 4 & 0x07;
        int step = (bits & 0x0F) << 4;
        int magnitude = segment == 0 ? step + 8 : (step + 0x108) << (segment - 1);
        return (short) ((bits & 0x80) == 0 ? -magnitude : magnitude);
    }
}
