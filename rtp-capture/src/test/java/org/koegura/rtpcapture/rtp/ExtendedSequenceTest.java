package org.koegura.rtpcapture.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class ExtendedSequenceTest {

    @Property
    void anyWalkOfLessThanHalfACycleAStepIsFollowedThroughEveryWrap(
            @ForAll @IntRange(max = 65_535) int first,
            @ForAll @Size(max = 200) List<@IntRange(min = -32_000, max = 32_000) Integer> steps) {
        ExtendedSequence extended = new ExtendedSequence();
        long truth = first;
        long highest = truth;
        assertThat(extended.extend(first)).isEqualTo(first);
        for (int step : steps) {
            truth = highest + step;
            highest = Math.max(highest, truth);

            assertThat(extended.extend((int) truth & 0xFFFF)).isEqualTo(truth);
        }
    }

    @Property
    void theNearestNumberBearsTheSameLowBits(@ForAll long reference, @ForAll @IntRange(max = 65_535) int sequence) {
        long near = ExtendedSequence.near(reference, sequence);

        assertThat((int) near & 0xFFFF).isEqualTo(sequence);
        assertThat(near - reference).isBetween(-32_768L, 32_767L);
    }
}
