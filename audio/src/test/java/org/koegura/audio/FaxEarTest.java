package org.koegura.audio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.audio.FaxEar.Tone;

/// What fax machines and modems say is heard, and nothing else is taken for it.
class FaxEarTest {

    private static final int RATE_HZ = FaxEar.RATE_HZ;
    private static final int PACKET = 160;

    /// Peak of a sine of 0 dBm0 (G.711: the loudest that it can say is 3.17 dBm0).
    private static final double PEAK = 22_300;

    private static final List<Codec> CODECS = List.of(Codec.PCMU, Codec.PCMA, Codec.G722);

    /// What a sound is heard as, in packets of 20 ms, and how much of it had gone by then.
    private record Heard(Tone tone, int millis) {}

    static Stream<Arguments> levels() {
        return CODECS.stream()
                .flatMap(codec -> Stream.of(0, -10, -20, -30, -43).map(level -> Arguments.of(codec, level)));
    }

    @ParameterizedTest
    @MethodSource("levels")
    void aMachineThatCallsIsHeardByItsFirstBurst(Codec codec, int level) {
        short[] sound = joined(silence(700), sine(1_100, level, 500), silence(3_000));
        assertThat(heard(codec, sound)).singleElement().satisfies(heard -> {
            assertThat(heard.tone()).isEqualTo(Tone.CNG);
            assertThat(heard.millis()).isBetween(1_200, 1_500);
        });
    }

    @ParameterizedTest
    @MethodSource("levels")
    void aMachineThatAnswersIsHeardWithinASecond(Codec codec, int level) {
        short[] sound = joined(silence(200), sine(2_100, level, 2_600), silence(500));
        assertThat(heard(codec, sound)).singleElement().satisfies(heard -> {
            assertThat(heard.tone()).isEqualTo(Tone.CED);
            assertThat(heard.millis()).isBetween(1_180, 1_260);
        });
    }

    @ParameterizedTest
    @MethodSource("levels")
    void flagsBetweenMachinesAreHeard(Codec codec, int level) {
        short[] sound = joined(silence(210), flags(level, 0, 1_000), silence(100));
        assertThat(heard(codec, sound)).first().satisfies(heard -> {
            assertThat(heard.tone()).isEqualTo(Tone.V21);
            assertThat(heard.millis()).isLessThan(700);
        });
    }

    @ParameterizedTest
    @CsvSource({"1062, 425", "1138, 425", "1062, 575", "1138, 575", "1100, 500"})
    void aBurstMayBeAsFarOffAsTheRecommendationAllows(double hz, int millis) {
        for (int shift = 0; shift < 20; shift += 3) { // of the packets against it
            short[] sound = joined(silence(400 + shift), sine(hz, -25, millis), silence(1_000));
            assertThat(tones(Codec.PCMU, sound)).as("%s Hz, %s ms", hz, shift).containsExactly(Tone.CNG);
        }
        try (FaxMachine other = new FaxMachine()) {
            short[] burst = joined(silence(400), sine(hz, -25, millis), silence(1_000));
            assertThat(other.hears(FaxMachine.Signal.FAX_CNG, burst))
                    .as("another one hears it too")
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {2_085, 2_100, 2_115})
    void anAnswerMayBeAsFarOffToo(double hz) {
        assertThat(tones(Codec.PCMA, sine(hz, -25, 2_600))).containsExactly(Tone.CED);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-12, 12})
    void flagsMayBeToo(double hz) {
        assertThat(tones(Codec.PCMA, flags(-25, hz, 1_000))).contains(Tone.V21);
    }

    @ParameterizedTest
    @EnumSource(
            value = FaxMachine.Signal.class,
            names = {"ANS", "ANS_PR", "ANSAM", "ANSAM_PR"})
    void theAnswersOfAnotherImplementationAreHeardWithTheirTurnsAndSwelling(FaxMachine.Signal signal) {
        try (FaxMachine machine = new FaxMachine()) {
            short[] said = machine.said(signal, 3_000);
            for (Codec codec : CODECS) {
                assertThat(tones(codec, said)).as("%s", codec).containsExactly(Tone.CED);
            }
        }
    }

    @Test
    void theCallOfAnotherImplementationIsHeardBurstByBurst() {
        try (FaxMachine machine = new FaxMachine()) {
            short[] said = machine.said(FaxMachine.Signal.FAX_CNG, 8_000);
            assertThat(tones(Codec.PCMU, said)).hasSizeBetween(2, 3).containsOnly(Tone.CNG);
        }
    }

    @Test
    void twoMachinesThatFaxAreHeardOnBothSides() {
        try (FaxMachine machine = new FaxMachine()) {
            short[][] said = machine.talk(15_000);
            assertThat(tones(Codec.PCMU, said[0])).as("whoever calls").contains(Tone.CNG);
            assertThat(tones(Codec.PCMU, said[1]))
                    .as("whoever answers")
                    .startsWith(Tone.CED)
                    .contains(Tone.V21);
        }
    }

    @Test
    void packetsThatAreLostDoNotHideThem() {
        Random random = new Random(11);
        int calls = 0;
        int answers = 0;
        int flags = 0;
        for (int i = 0; i < 200; i++) {
            short[] call =
                    joined(silence(500), sine(1_100, -20, 500), silence(3_000), sine(1_100, -20, 500), silence(500));
            calls += heard(Codec.PCMU, call, PACKET, 0.02, random).isEmpty() ? 0 : 1;
            answers += heard(Codec.PCMA, sine(2_100, -20, 2_600), PACKET, 0.02, random)
                            .isEmpty()
                    ? 0
                    : 1;
            flags += heard(Codec.PCMU, flags(-20, 0, 1_000), PACKET, 0.02, random)
                            .isEmpty()
                    ? 0
                    : 1;
        }
        assertThat(calls).isGreaterThanOrEqualTo(198);
        assertThat(answers).isGreaterThanOrEqualTo(198);
        assertThat(flags).isGreaterThanOrEqualTo(198);
    }

    @ParameterizedTest
    @ValueSource(ints = {80, 160, 240, 320, 480, 1_600})
    void packetsOfAnyLengthAreHeardAlike(int samples) {
        assertThat(tones(Codec.PCMU, joined(silence(510), sine(1_100, -20, 500), silence(900)), samples))
                .containsExactly(Tone.CNG);
        assertThat(tones(Codec.PCMU, sine(2_100, -20, 2_600), samples)).containsExactly(Tone.CED);
        assertThat(tones(Codec.PCMU, flags(-20, 0, 1_000), samples)).contains(Tone.V21);
    }

    @Test
    void noiseAndTheEchoOfANoticeDoNotHideThem() {
        short[] noise = Sounds.noise(250, RATE_HZ * 4, 5); // 18 dB under the tone
        short[] echo = scaled(Sounds.voice(RATE_HZ, 4_000), 0.03);
        short[] call = joined(silence(700), sine(1_100, -19, 500), silence(2_800));
        assertThat(tones(Codec.PCMU, mixed(call, noise))).containsExactly(Tone.CNG);
        assertThat(tones(Codec.PCMU, mixed(call, echo))).containsExactly(Tone.CNG);
        assertThat(tones(Codec.PCMU, mixed(sine(2_100, -19, 4_000), noise))).containsExactly(Tone.CED);
        assertThat(tones(Codec.PCMU, mixed(flags(-19, 0, 4_000), noise))).contains(Tone.V21);
    }

    /// Where nothing is sent in the pause between two bursts, the next packet says that there was one.
    @Test
    void aPauseInWhichNothingIsSentIsAPause() {
        FaxEar ear = new FaxEar();
        List<Tone> tones = new ArrayList<>();
        short[] burst = sine(1_100, -20, 500);
        listen(ear, Codec.PCMU, burst, PACKET, 0, tones);
        listen(ear, Codec.PCMU, sine(1_100, -20, 100), PACKET, burst.length + 3 * RATE_HZ, tones);
        assertThat(tones).containsExactly(Tone.CNG);
    }

    @Test
    void packetsThatComeAgainOrLateChangeNothing() {
        FaxEar ear = new FaxEar();
        byte[] codes = encoded(Codec.PCMU, sine(2_100, -20, 2_600));
        List<Tone> tones = new ArrayList<>();
        for (int at = 0; at < codes.length; at += PACKET) {
            for (int again = 0; again < 3; again++) {
                Tone tone =
                        ear.hear(Codec.PCMU, Arrays.copyOfRange(codes, at, at + PACKET), PACKET, at - again * PACKET);
                if (tone != null) {
                    tones.add(tone);
                }
            }
        }
        assertThat(tones).containsExactly(Tone.CED);
    }

    static Stream<Arguments> others() {
        Stream.Builder<Arguments> others = Stream.builder();
        others.add(Arguments.of("nothing", silence(5_000)));
        others.add(Arguments.of("noise", Sounds.noise(3_000, 60 * RATE_HZ, 3)));
        others.add(Arguments.of("a made voice", Sounds.voice(RATE_HZ, 60_000)));
        others.add(Arguments.of("ringback of Japan", cadence(400, 1_000, 2_000, 5)));
        others.add(Arguments.of("busy", cadence(400, 500, 500, 10)));
        others.add(Arguments.of("1100 Hz that does not end", sine(1_100, -15, 5_000)));
        others.add(Arguments.of("1100 Hz, too short", cadence(1_100, 300, 3_000, 3)));
        others.add(Arguments.of("1100 Hz, too long", cadence(1_100, 750, 3_000, 3)));
        others.add(Arguments.of("1100 Hz, on and off", cadence(1_100, 500, 100, 10)));
        others.add(Arguments.of(
                "1100 Hz after speech",
                joined(Sounds.noise(2_000, RATE_HZ, 4), sine(1_100, -15, 500), silence(1_000))));
        others.add(Arguments.of("2100 Hz, too short", cadence(2_100, 800, 1_000, 5)));
        others.add(Arguments.of("a one that does not end", sine(1_650, -15, 5_000)));
        for (int hz : new int[] {
            425, 950, 1_000, 1_030, 1_050, 1_150, 1_170, 1_209, 1_400, 1_633, 1_750, 1_800, 2_040, 2_070, 2_130, 2_160,
            2_225
        }) {
            others.add(Arguments.of(hz + " Hz for half a second", cadence(hz, 500, 3_000, 2)));
            others.add(Arguments.of(hz + " Hz for three seconds", cadence(hz, 3_000, 500, 2)));
        }
        others.add(Arguments.of("pressed keys", keys()));
        others.add(Arguments.of("a melody on hold", melody(false)));
        others.add(Arguments.of("the same, of square waves", melody(true)));
        others.add(Arguments.of("a whistle", whistle()));
        return others.build();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("others")
    void nothingElseIsTakenForOne(String name, short[] sound) {
        for (Codec codec : CODECS) {
            assertThat(tones(codec, sound)).as("%s in %s", name, codec).isEmpty();
        }
    }

    private static List<Tone> tones(Codec codec, short[] sound) {
        return tones(codec, sound, PACKET);
    }

    private static List<Tone> tones(Codec codec, short[] sound, int samples) {
        return heard(codec, sound, samples, 0, new Random(0)).stream()
                .map(Heard::tone)
                .toList();
    }

    private static List<Heard> heard(Codec codec, short[] sound) {
        return heard(codec, sound, PACKET, 0, new Random(0));
    }

    private static List<Heard> heard(Codec codec, short[] sound, int samples, double lost, Random random) {
        FaxEar ear = new FaxEar();
        byte[] codes = encoded(codec, sound);
        List<Heard> heard = new ArrayList<>();
        for (int at = 0; at + samples <= codes.length; at += samples) {
            if (random.nextDouble() < lost) {
                continue;
            }
            Tone tone = ear.hear(codec, Arrays.copyOfRange(codes, at, at + samples), samples, 77 + at);
            if (tone != null) {
                heard.add(new Heard(tone, (at + samples) * 1_000 / RATE_HZ));
            }
        }
        return heard;
    }

    private static void listen(FaxEar ear, Codec codec, short[] sound, int samples, int timestamp, List<Tone> into) {
        byte[] codes = encoded(codec, sound);
        for (int at = 0; at + samples <= codes.length; at += samples) {
            @Nullable Tone tone = ear.hear(codec, Arrays.copyOfRange(codes, at, at + samples), samples, timestamp + at);
            if (tone != null) {
                into.add(tone);
            }
        }
    }

    private static byte[] encoded(Codec codec, short[] sound) {
        short[] at = sound;
        if (codec == Codec.G722) {
            at = new short[2 * sound.length];
            for (int i = 0; i < sound.length; i++) {
                int next = i + 1 < sound.length ? sound[i + 1] : 0;
                at[2 * i] = sound[i];
                at[2 * i + 1] = (short) ((sound[i] + next) / 2);
            }
        }
        try (PayloadEncoder encoder = codec.encoder()) {
            return encoder.encode(at, 0, at.length);
        }
    }

    private static double peak(double level) {
        return PEAK * Math.pow(10, level / 20);
    }

    private static short[] silence(int millis) {
        return new short[RATE_HZ / 1_000 * millis];
    }

    private static short[] sine(double hz, double level, int millis) {
        short[] sound = new short[RATE_HZ / 1_000 * millis];
        for (int i = 0; i < sound.length; i++) {
            sound[i] = (short) Math.round(peak(level) * Math.sin(2 * Math.PI * hz * i / RATE_HZ));
        }
        return sound;
    }

    private static short[] cadence(double hz, int onMillis, int offMillis, int times) {
        short[] sound = silence(500);
        for (int i = 0; i < times; i++) {
            sound = joined(sound, sine(hz, -15, onMillis), silence(offMillis));
        }
        return sound;
    }

    /// 01111110 again and again at 300 bit/s, its phase unbroken.
    private static short[] flags(double level, double offHz, int millis) {
        short[] sound = new short[RATE_HZ / 1_000 * millis];
        double phase = 0;
        for (int i = 0; i < sound.length; i++) {
            int bit = (int) (i * 300L / RATE_HZ) % 8;
            double hz = (bit == 0 || bit == 7 ? 1_850 : 1_650) + offHz;
            phase += 2 * Math.PI * hz / RATE_HZ;
            sound[i] = (short) Math.round(peak(level) * Math.sin(phase));
        }
        return sound;
    }

    /// All sixteen keys (Q.23), each for 100 ms and for half a second.
    private static short[] keys() {
        short[] sound = silence(300);
        for (int millis : new int[] {100, 500}) {
            for (int low : new int[] {697, 770, 852, 941}) {
                for (int high : new int[] {1_209, 1_336, 1_477, 1_633}) {
                    sound = joined(sound, mixed(sine(low, -12, millis), sine(high, -10, millis)), silence(300));
                }
            }
        }
        return sound;
    }

    /// Every half tone from 523 to 2217 Hz, of half a second each and of 200 ms, without a pause between.
    private static short[] melody(boolean square) {
        short[] sound = silence(300);
        for (int millis : new int[] {500, 200}) {
            for (int note = 0; note <= 25; note++) {
                short[] tone = sine(523.25 * Math.pow(2, note / 12.0), -15, millis);
                if (square) {
                    for (int i = 0; i < tone.length; i++) {
                        tone[i] = (short) (Math.signum(tone[i]) * peak(-18));
                    }
                }
                sound = joined(sound, tone);
            }
        }
        return sound;
    }

    /// Held for two seconds at about 2100 Hz, as well as a mouth can.
    private static short[] whistle() {
        short[] sound = new short[2 * RATE_HZ];
        double phase = 0;
        for (int i = 0; i < sound.length; i++) {
            double seconds = (double) i / RATE_HZ;
            double hz = 2_100 + 30 * Math.sin(2 * Math.PI * 1.3 * seconds) + 12 * Math.sin(2 * Math.PI * 5 * seconds);
            phase += 2 * Math.PI * hz / RATE_HZ;
            sound[i] = (short) (6_000 * Math.sin(phase));
        }
        return joined(silence(500), sound, silence(500));
    }

    private static short[] scaled(short[] sound, double by) {
        short[] scaled = new short[sound.length];
        for (int i = 0; i < sound.length; i++) {
            scaled[i] = (short) Math.round(by * sound[i]);
        }
        return scaled;
    }

    private static short[] mixed(short[] a, short[] b) {
        short[] mixed = new short[Math.min(a.length, b.length)];
        for (int i = 0; i < mixed.length; i++) {
            mixed[i] = (short) Math.clamp(a[i] + b[i], Short.MIN_VALUE, Short.MAX_VALUE);
        }
        return mixed;
    }

    private static short[] joined(short[]... parts) {
        short[] joined =
                new short[Stream.of(parts).mapToInt(part -> part.length).sum()];
        int at = 0;
        for (short[] part : parts) {
            System.arraycopy(part, 0, joined, at, part.length);
            at += part.length;
        }
        return joined;
    }
}
