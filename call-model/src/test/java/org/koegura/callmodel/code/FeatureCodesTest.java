package org.koegura.callmodel.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.Ground;

/// The table of codes.
class FeatureCodesTest {

    private static final FeatureCodes CODES = FeatureCodes.STANDARD;

    @Test
    void theUsualCodesExemptOnTheirGrounds() {
        assertThat(CODES.dialled("*511")).isEqualTo(Feature.EXEMPT_DANGER);
        assertThat(CODES.dialled("*512")).isEqualTo(Feature.EXEMPT_LITIGATION);
        assertThat(CODES.dialled("*513")).isEqualTo(Feature.EXEMPT_SPECIAL);
        assertThat(Feature.EXEMPT_SPECIAL.ground()).isEqualTo(Ground.SPECIAL);
        assertThat(List.of("511", "*51", "*5110", "*514", "*5", ""))
                .allSatisfy(number -> assertThat(CODES.dialled(number)).isNull());
    }

    @Test
    void whoeverHearsDigitsKnowsWhetherACodeMayComeOfThem() {
        assertThat(CODES.begins("")).isTrue();
        assertThat(CODES.begins("1")).isTrue();
        assertThat(CODES.begins("11")).as("it is whole").isFalse();
        assertThat(CODES.begins("9")).isFalse();
        assertThat(CODES.pressed("11")).isEqualTo(Feature.EXEMPT_DANGER);
        assertThat(CODES.pressed("1")).isNull();
    }

    @Test
    void everyFeatureHasAUsualCode() {
        assertThat(CODES.digits()).containsOnlyKeys(Feature.values());
    }

    @Test
    void whatCannotBeToldApartIsRefused() {
        assertThat(List.of(
                        "exempt-1=11",
                        "leader=*5, leader=*6",
                        "leader=*5, exempt-1=11, exempt-1=12",
                        "leader=*5, exempt-1=11, exempt-2=11",
                        "leader=*5, exempt-1=1, exempt-2=12",
                        "leader=5, exempt-1=11",
                        "leader=*5, exempt-4=14",
                        "leader=*5, exempt-1=",
                        "leader=*5, exempt-1=1234567",
                        "leader=*5, exempt-1=a",
                        "leader=*5,",
                        ""))
                .allSatisfy(text -> assertThatIllegalArgumentException().isThrownBy(() -> FeatureCodes.parse(text)));
        assertThat(FeatureCodes.parse("leader=#").digits()).isEmpty();
    }
}
