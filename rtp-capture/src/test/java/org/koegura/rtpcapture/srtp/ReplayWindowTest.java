package org.koegura.rtpcapture.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ReplayWindowTest {

    @Property
    void whatItSaysIsWhatASetOfAllThatWasSeenWouldSay(
            @ForAll @IntRange(max = 1000) int first,
            @ForAll @Size(max = 300) List<@IntRange(min = -200, max = 150) Integer> steps) {
        ReplayWindow window = new ReplayWindow();
        Set<Long> seen = new HashSet<>();
        long highest = -1;
        long index = first;
        for (int step : steps) {
            boolean isNew = index >= 0 && index > highest - ReplayWindow.PACKETS && !seen.contains(index);
            assertThat(window.isNew(index)).as("index %d", index).isEqualTo(isNew);
            if (isNew) {
                window.seen(index);
                seen.add(index);
                highest = Math.max(highest, index);
            }
            assertThat(window.highest()).isEqualTo(highest);
            index = highest + step;
        }
    }

    @Property
    void whatIsClosedIsSeenAndWhatIsBehindItIsNot(
            @ForAll @LongRange(max = PacketIndex.LAST) long index, @ForAll @LongRange(max = 1000) long back) {
        ReplayWindow window = new ReplayWindow();
        window.closeUpTo(index);

        assertThat(window.isNew(index - back)).isFalse();
        assertThat(window.isNew(index + 1)).isTrue();
    }

    /// RFC 3711 §3.3.1, at the edges of what can be told.
    @Test
    void anIndexIsTheNearestWithItsSequenceNumber() {
        assertThat(PacketIndex.estimate(0xFFFF, 0)).isEqualTo(0x1_0000);
        assertThat(PacketIndex.estimate(0x1_0000, 0xFFFF)).isEqualTo(0xFFFF);
        assertThat(PacketIndex.estimate(0x1_0005, 0x8005)).isEqualTo(0x1_8005);
        assertThat(PacketIndex.estimate(0x1_0005, 0x8006)).isEqualTo(0x0_8006);
        assertThat(PacketIndex.estimate(0x1_8005, 0x0005)).isEqualTo(0x1_0005);
        assertThat(PacketIndex.estimate(0x1_8005, 0x0004)).isEqualTo(0x2_0004);
        assertThat(PacketIndex.estimate(5, 0xFFFF)).isNegative();
    }
}
