package org.koegura.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// G.722 against another implementation, bit by bit, and against what the recommendation promises.
class G722Test {

    private static final int RATE_HZ = 16_000;

    /// Both mirror filters together delay by 22 samples.
    private static final int DELAY = 22;

    static Stream<Arguments> sounds() {
        short[] everything = new short[0];
        for (double amplitude : new double[] {30, 400, 6_000, 20_000}) {
            for (int hz : new int[] {50, 300, 1_000, 3_900, 4_100, 6_500}) {
                everything = joined(everything, Sounds.tone(hz, amplitude, RATE_HZ, 200));
            }
        }
        return Stream.of(
                Arguments.of("voice", Sounds.voice(RATE_HZ, 10_000)),
                Arguments.of("tones", everything),
                Arguments.of("faint noise", Sounds.noise(3, 40_000, 1)),
                Arguments.of("noise", Sounds.noise(3_000, 80_000, 2)),
                Arguments.of("silence", new short[16_000]),
                Arguments.of("constant", constant(16_000, (short) 9_000)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sounds")
    void everyOctetAndEverySampleIsThatOfTheOtherImplementation(String name, short[] sound) {
        try (SpanDsp other = new SpanDsp()) {
            byte[] octets = encode(sound);
            assertThat(octets).as("encoded " + name).isEqualTo(other.encode(sound));
            assertThat(decode(octets)).as("decoded " + name).isEqualTo(other.decode(octets));
        }
    }

    /// Such octets drive the sound beyond 16 bits, where the other implementation wraps and ours is limited; all other
    /// samples are the same, before and after.
    @Test
    void octetsThatNoEncoderSendsAreDecodedAlikeToo() {
        byte[] octets = new byte[100_000];
        new Random(7).nextBytes(octets);
        short[] ours = decode(octets);
        int limited = 0;
        try (SpanDsp other = new SpanDsp()) {
            short[] theirs = other.decode(octets);
            assertThat(theirs).hasSameSizeAs(ours);
            for (int i = 0; i < ours.length; i++) {
                if (ours[i] == Short.MAX_VALUE || ours[i] == Short.MIN_VALUE) {
                    limited++;
                } else {
                    assertThat(ours[i]).as("sample %d", i).isEqualTo(theirs[i]);
                }
            }
        }
        assertThat(limited).isBetween(1, ours.length / 10);
    }

    @Test
    void aVoiceComesBack() {
        short[] voice = Sounds.voice(RATE_HZ, 10_000);
        assertThat(Sounds.decibels(voice, decode(encode(voice)), DELAY)).isGreaterThan(18);
    }

    @Test
    void silenceStaysBelowTheHearable() {
        short[] heard = decode(encode(new short[RATE_HZ]));
        for (short sample : heard) {
            assertThat(Math.abs(sample)).isLessThanOrEqualTo((short) 8);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-12_000, -500, 500, 12_000})
    void aConstantComesBackAsTheSameConstant(int level) {
        short[] heard = decode(encode(constant(RATE_HZ, (short) level)));
        double mean = 0;
        for (int i = RATE_HZ / 2; i < RATE_HZ; i++) {
            mean += heard[i] / (RATE_HZ / 2.0);
        }
        assertThat(mean).isBetween(level - 0.02 * Math.abs(level) - 4, level + 0.02 * Math.abs(level) + 4);
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 440, 1_000, 2_500, 3_999, 5_000, 7_000})
    void aToneAtFullScaleIsLimitedAndNeverWraps(int hz) {
        short[] tone = Sounds.tone(hz, 32_767, RATE_HZ, 1_000);
        short[] heard = decode(encode(tone));
        for (int i = 2_000; i + DELAY < tone.length; i++) {
            if (Math.abs(tone[i]) > 28_000) {
                assertThat(Math.signum(heard[i + DELAY])).as("sign at %d", i).isEqualTo(Math.signum(tone[i]));
            }
        }
    }

    @Test
    void framesOfAnySizeGiveTheSameStream() {
        short[] voice = Sounds.voice(RATE_HZ, 1_200);
        byte[] whole = encode(voice);
        for (int millis : new int[] {10, 20, 30, 40, 60}) {
            byte[] cut = new byte[0];
            int frame = millis * 16;
            try (PayloadEncoder encoder = Codec.G722.encoder()) {
                for (int from = 0; from < voice.length; from += frame) {
                    byte[] octets = encoder.encode(voice, from, from + frame);
                    assertThat(octets).hasSize(millis * 8);
                    cut = Arrays.copyOf(cut, cut.length + octets.length);
                    System.arraycopy(octets, 0, cut, cut.length - octets.length, octets.length);
                }
            }
            assertThat(cut).isEqualTo(whole);
        }
    }

    @Test
    void aDecoderThatJoinsLateHearsTheSameWithinASecond() {
        byte[] octets = encode(Sounds.voice(RATE_HZ, 4_000));
        short[] whole = decode(octets);
        short[] late = decode(Arrays.copyOfRange(octets, 8_000, octets.length));
        assertThat(Arrays.copyOfRange(late, RATE_HZ, late.length))
                .isEqualTo(Arrays.copyOfRange(whole, 2 * RATE_HZ, whole.length));
    }

    @Test
    void halfAnOctetIsRefused() {
        try (PayloadEncoder encoder = Codec.G722.encoder()) {
            assertThatThrownBy(() -> encoder.encode(new short[3], 0, 3))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("even");
        }
    }

    private static byte[] encode(short[] samples) {
        try (PayloadEncoder encoder = Codec.G722.encoder()) {
            return encoder.encode(samples, 0, samples.length);
        }
    }

    private static short[] decode(byte[] octets) {
        try (PayloadDecoder decoder = Codec.G722.decoder()) {
            short[] samples = new short[decoder.samplesMax(octets.length)];
            assertThat(decoder.decode(ByteBuffer.wrap(octets), samples)).isEqualTo(samples.length);
            return samples;
        }
    }

    private static short[] constant(int samples, short level) {
        short[] constant = new short[samples];
        Arrays.fill(constant, level);
        return constant;
    }

    private static short[] joined(short[] a, short[] b) {
        short[] joined = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, joined, a.length, b.length);
        return joined;
    }
}
