package org.koegura.audio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class G711Test {

    /// Values of G.711 tables 1a to 2b, scaled from 13 and 14 bits to 16.
    @ParameterizedTest
    @CsvSource({
        "0x80, 32124",
        "0x00, -32124",
        "0xFF, 0",
        "0x7F, 0",
        "0xFE, 8",
        "0x7E, -8",
        "0xEF, 132",
        "0x8F, 16764",
        "0x9F, 8316",
        "0xAF, 4092",
        "0xBF, 1980",
        "0xCF, 924",
        "0xDF, 396",
        "0xF0, 120"
    })
    void muLawCodesHaveTheValuesOfTheRecommendation(String code, short value) {
        assertThat(G711.muLawToLinear((byte) (int) Integer.decode(code))).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({
        "0xAA, 32256",
        "0x2A, -32256",
        "0xD5, 8",
        "0x55, -8",
        "0xC5, 264",
        "0xF5, 528",
        "0xE5, 1056",
        "0x95, 2112",
        "0x85, 4224",
        "0xB5, 8448",
        "0xA5, 16896",
        "0xDA, 248"
    })
    void aLawCodesHaveTheValuesOfTheRecommendation(String code, short value) {
        assertThat(G711.aLawToLinear((byte) (int) Integer.decode(code))).isEqualTo(value);
    }

    @Test
    void everyCodeRoundTripsExceptTheSecondZeroOfMuLaw() {
        for (int i = 0; i < 256; i++) {
            byte code = (byte) i;
            byte expected = i == 0x7F ? G711.MU_LAW_SILENCE : code;
            assertThat(G711.linearToMuLaw(G711.muLawToLinear(code))).isEqualTo(expected);
            assertThat(G711.linearToALaw(G711.aLawToLinear(code))).isEqualTo(code);
        }
    }

    @Test
    void silenceHasItsCode() {
        assertThat(G711.linearToMuLaw((short) 0)).isEqualTo((byte) 0xFF);
        assertThat(G711.linearToALaw((short) 0)).isEqualTo((byte) 0xD5);
    }

    /// A segment's steps touch without overlap, so this leaves no other code for any sample but one on an edge.
    @Test
    void everySampleLiesWithinTheStepOfItsCode() {
        for (int sample = Short.MIN_VALUE; sample <= Short.MAX_VALUE; sample++) {
            byte mu = G711.linearToMuLaw((short) sample);
            byte a = G711.linearToALaw((short) sample);
            int muHalfStep = 4 << (~mu >> 4 & 7);
            int aHalfStep = 8 << Math.max(0, ((a ^ 0x55) >> 4 & 7) - 1);
            boolean beyondMuLaw = Math.abs(sample) > 32635;
            assertThat(beyondMuLaw || Math.abs(G711.muLawToLinear(mu) - sample) <= muHalfStep)
                    .as("µ-law code of %d", sample)
                    .isTrue();
            assertThat(Math.abs(G711.aLawToLinear(a) - sample) <= aHalfStep)
                    .as("A-law code of %d", sample)
                    .isTrue();
        }
    }

    @Test
    void aSampleOnASegmentsEdgeTakesTheStepAwayFromZero() {
        assertThat(G711.aLawToLinear(G711.linearToALaw((short) 16_383))).isEqualTo((short) 16_128);
        assertThat(G711.aLawToLinear(G711.linearToALaw((short) 16_384))).isEqualTo((short) 16_896);
        assertThat(G711.muLawToLinear(G711.linearToMuLaw((short) 16_251))).isEqualTo((short) 15_996);
        assertThat(G711.muLawToLinear(G711.linearToMuLaw((short) 16_252))).isEqualTo((short) 16_764);
    }

    @Test
    void soundLouderThanTheLawCanSayIsLimited() {
        assertThat(G711.muLawToLinear(G711.linearToMuLaw(Short.MAX_VALUE))).isEqualTo((short) 32_124);
        assertThat(G711.muLawToLinear(G711.linearToMuLaw(Short.MIN_VALUE))).isEqualTo((short) -32_124);
        assertThat(G711.aLawToLinear(G711.linearToALaw(Short.MIN_VALUE))).isEqualTo((short) -32_256);
    }

    @Test
    void manySamplesAreEncodedAsEachOneIs() {
        short[] samples = {0, 1, -1, 12345, -12345, Short.MAX_VALUE, Short.MIN_VALUE, 99};
        byte[] mu = G711.encodeMuLaw(samples, 1, 7);
        byte[] a = G711.encodeALaw(samples, 1, 7);
        assertThat(mu).hasSize(6);
        for (int i = 0; i < 6; i++) {
            assertThat(mu[i]).isEqualTo(G711.linearToMuLaw(samples[i + 1]));
            assertThat(a[i]).isEqualTo(G711.linearToALaw(samples[i + 1]));
        }
    }
}
