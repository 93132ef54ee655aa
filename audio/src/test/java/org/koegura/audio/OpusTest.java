package org.koegura.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpusTest {

    private static final int RATE_HZ = 48_000;

    /// More than the 2.5 ms by which our encoder looks ahead.
    private static final int DELAY_MAX = 200;

    private static final short[] VOICE = Sounds.voice(RATE_HZ, 3_000);

    @Test
    void theLibraryLoads() {
        assertThat(Codec.OPUS.trouble()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 20, 40, 60})
    void aVoiceComesBackInFramesOfEverySize(int millis) {
        List<byte[]> payloads = encode(VOICE, millis);
        assertThat(payloads).hasSize(3_000 / millis);
        short[] heard = decode(payloads);
        assertThat(heard).hasSameSizeAs(VOICE);
        assertThat(Sounds.likeness(VOICE, heard, DELAY_MAX)).isGreaterThan(0.98);
    }

    @Test
    void framesOfAnOddSizeAreRefused() {
        try (PayloadEncoder encoder = Codec.OPUS.encoder()) {
            assertThatThrownBy(() -> encoder.encode(new short[1_440], 0, 1_440))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aLostPayloadIsConcealedAndTheNextIsHeardAgain() {
        List<byte[]> payloads = encode(Sounds.tone(440, 10_000, RATE_HZ, 1_000), 20);
        try (PayloadDecoder decoder = Codec.OPUS.decoder()) {
            short[] samples = new short[decoder.samplesMax(0)];
            for (byte[] payload : payloads.subList(0, 25)) {
                assertThat(decoder.decode(ByteBuffer.wrap(payload), samples)).isEqualTo(960);
            }
            assertThat(decoder.conceal(960, samples)).isEqualTo(960);
            assertThat(loudness(samples, 960)).isGreaterThan(1_000);
            for (byte[] payload : payloads.subList(26, 30)) {
                assertThat(decoder.decode(ByteBuffer.wrap(payload), samples)).isEqualTo(960);
            }
            assertThat(loudness(samples, 960)).isGreaterThan(5_000);
        }
    }

    @Test
    void whatIsNoOpusGivesNothingAndHarmsNothing() {
        Random random = new Random(3);
        List<byte[]> payloads = encode(VOICE, 20);
        try (PayloadDecoder decoder = Codec.OPUS.decoder()) {
            short[] samples = new short[decoder.samplesMax(0)];
            assertThat(decoder.decode(ByteBuffer.allocate(0), samples)).isZero();
            for (int i = 0; i < 3_000; i++) {
                byte[] rubbish = new byte[random.nextInt(200)];
                random.nextBytes(rubbish);
                assertThat(decoder.decode(ByteBuffer.wrap(rubbish), samples)).isBetween(0, samples.length);
            }
            assertThat(decoder.decode(ByteBuffer.wrap(payloads.getFirst()), samples))
                    .isEqualTo(960);
        }
    }

    @Test
    void aClosedDecoderIsNotUsed() {
        PayloadDecoder decoder = Codec.OPUS.decoder();
        decoder.close();
        decoder.close();
        assertThatThrownBy(() -> decoder.decode(ByteBuffer.wrap(new byte[] {0}), new short[5_760]))
                .isInstanceOf(IllegalStateException.class);
    }

    private static double loudness(short[] samples, int count) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += (double) samples[i] * samples[i];
        }
        return Math.sqrt(sum / count);
    }

    private static List<byte[]> encode(short[] sound, int millis) {
        int frame = RATE_HZ / 1_000 * millis;
        List<byte[]> payloads = new ArrayList<>();
        try (PayloadEncoder encoder = Codec.OPUS.encoder()) {
            for (int from = 0; from + frame <= sound.length; from += frame) {
                payloads.add(encoder.encode(sound, from, from + frame));
            }
        }
        return payloads;
    }

    private static short[] decode(List<byte[]> payloads) {
        short[] all = new short[0];
        try (PayloadDecoder decoder = Codec.OPUS.decoder()) {
            short[] samples = new short[decoder.samplesMax(0)];
            for (byte[] payload : payloads) {
                int count = decoder.decode(ByteBuffer.wrap(payload), samples);
                all = Arrays.copyOf(all, all.length + count);
                System.arraycopy(samples, 0, all, all.length - count, count);
            }
        }
        return all;
    }
}
