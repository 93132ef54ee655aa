package org.koegura.rtpcapture.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The model against ITU-T G.107's own table and numbers worked out by hand.
class EModelTest {

    /// G.107, Annex B, Table B.1, and the default of §7.7.
    @ParameterizedTest
    @CsvSource({"93.2, 4.41", "90, 4.34", "80, 4.03", "70, 3.60", "60, 3.10", "50, 2.58"})
    void aRatingIsTheScoreOfTheRecommendationsTable(double rating, double score) {
        assertThat(EModel.mos(rating)).isCloseTo(score, within(0.007));
    }

    @ParameterizedTest
    @CsvSource({"-40, 1", "0, 1", "3, 1", "100, 4.5", "129, 4.5"})
    void aScoreIsNeverBelowOneNorAboveFourAndAHalf(double rating, double score) {
        assertThat(EModel.mos(rating)).isEqualTo(score);
    }

    /// R = 93.2 − 95·Ppl ⁄ (Ppl + Bpl), for example 95·1 ⁄ 26.1 = 3.640.
    @ParameterizedTest
    @CsvSource({
        "G711, 0, 93.200, 4.409",
        "G711, 1, 89.560, 4.328",
        "G711, 5, 77.419, 3.923",
        "G711, 20, 51.071, 2.631",
        "G711_UNCONCEALED, 0, 93.200, 4.409",
        "G711_UNCONCEALED, 1, 75.275, 3.834",
        "G711_UNCONCEALED, 5, 42.125, 2.169",
        "G722, 5, 77.419, 3.923",
        "OPUS, 5, 77.419, 3.923"
    })
    void lossCostsByTheRobustnessOfTheCodec(CodecImpairment codec, double lossPercent, double rating, double score) {
        assertThat(EModel.rating(codec, lossPercent, 0)).isCloseTo(rating, within(0.001));
        assertThat(EModel.mos(rating)).isCloseTo(score, within(0.001));
    }

    /// At 200 ms X is 1: 25·(2^⅙ − 3·(1 + 3^−6)^⅙ + 2) = 3.044.
    @ParameterizedTest
    @CsvSource({"0, 0", "100, 0", "200, 3.044", "400, 24.070"})
    void delayUpToATenthOfASecondIsFree(double millis, double impairment) {
        assertThat(EModel.delayImpairment(millis)).isCloseTo(impairment, within(0.001));
    }

    @Test
    void lossAndDelayAddUp() {
        double rating = EModel.rating(CodecImpairment.G711, 5, 200);
        assertThat(rating).isCloseTo(93.2 - 15.781 - 3.044, within(0.001));
        assertThat(EModel.mos(rating)).isCloseTo(3.795, within(0.001));
    }

    @Test
    void aCodecOfWhichNothingIsKnownHasNoImpairment() {
        assertThat(CodecImpairment.of("G729")).isNull();
        assertThat(CodecImpairment.of("PCMA")).isEqualTo(CodecImpairment.G711);
    }
}
