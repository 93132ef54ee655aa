package org.koegura.audio;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CodecTest {

    @ParameterizedTest
    @CsvSource({"PCMU,8000,PCMU", "PCMA,8000,PCMA", "G722,8000,G722", "OPUS,48000,OPUS"})
    void aCodecIsFoundByNameAndClock(String name, int clockRateHz, Codec codec) {
        assertThat(Codec.of(name, clockRateHz)).isEqualTo(codec);
    }

    @ParameterizedTest
    @CsvSource({"PCMU,16000", "G722,16000", "OPUS,16000", "G729,8000", "PCMU/2,8000"})
    void anotherNameOrClockIsAnotherCodec(String name, int clockRateHz) {
        assertThat(Codec.of(name, clockRateHz)).isNull();
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void twentyMillisecondsComeBackAsTwentyMilliseconds(Codec codec) {
        int frame = codec.sampleRateHz() / 50;
        try (PayloadEncoder encoder = codec.encoder();
                PayloadDecoder decoder = codec.decoder()) {
            ByteBuffer payload =
                    ByteBuffer.wrap(encoder.encode(Sounds.tone(440, 9_000, codec.sampleRateHz(), 20), 0, frame));
            short[] samples = new short[decoder.samplesMax(payload.remaining())];
            assertThat(decoder.sampleRateHz()).isEqualTo(codec.sampleRateHz());
            assertThat(decoder.decode(payload, samples)).isEqualTo(frame);
            assertThat(payload.position()).isZero();
        }
    }

    @Test
    void onlyOpusMakesUpWhatWasLost() {
        for (Codec codec : Codec.values()) {
            try (PayloadDecoder decoder = codec.decoder()) {
                assertThat(decoder.conceal(960, new short[5_760]))
                        .as(codec.name())
                        .isEqualTo(codec == Codec.OPUS ? 960 : 0);
            }
        }
    }
}
