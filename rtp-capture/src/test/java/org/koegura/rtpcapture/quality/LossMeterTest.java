package org.koegura.rtpcapture.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class LossMeterTest {

    private static final int PACKETS = 500;

    @Property(tries = 200)
    void exactlyWhatNeverCameIsCountedWhateverTheOrder(
            @ForAll @IntRange(max = 65_535) int first,
            @ForAll @IntRange(max = 40) int lossPercent,
            @ForAll @IntRange(min = 1, max = 8) int shuffle,
            @ForAll long seed) {
        Random random = new Random(seed);
        LossMeter meter = new LossMeter();
        Set<Integer> lost = new HashSet<>();
        int counted = meter.onPacket(7, first);
        for (int block = 1; block < PACKETS; block += shuffle) {
            for (int i = block + shuffle - 1; i >= block; i--) {
                if (random.nextInt(100) < lossPercent) {
                    lost.add(i);
                } else {
                    counted += meter.onPacket(7, (first + i) & 0xFFFF);
                }
            }
        }
        int last = Math.ceilDiv(PACKETS - 1, shuffle) * shuffle;
        for (int i = last + 1; i <= last + 2 * LossMeter.WINDOW; i++) {
            counted += meter.onPacket(7, (first + i) & 0xFFFF);
        }

        assertThat(counted).isEqualTo(lost.size());
    }

    @Property
    void aNewSourceIsNoLoss(@ForAll @IntRange(max = 65_535) int before, @ForAll @IntRange(max = 65_535) int after) {
        LossMeter meter = new LossMeter();
        int counted = meter.onPacket(1, before) + meter.onPacket(2, after) + meter.onPacket(2, (after + 1) & 0xFFFF);

        assertThat(counted).isZero();
    }
}
