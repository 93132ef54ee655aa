package org.koegura.rtpcapture.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What one party may have kept, in virtual time.
class PartyBudgetTest {

    private static final int BYTES = 172;

    private final PartyBudget budget = new PartyBudget();
    private long now = TimeUnit.HOURS.toNanos(1);

    /// PCMU and Opus at its highest rate, in the packets that they have and in the shortest.
    @ParameterizedTest
    @CsvSource({"172, 20000", "52, 5000", "1287, 20000", "171, 2500"})
    void noCodecMeetsIt(int bytes, long packetMicros) {
        for (int i = 0; i < 100_000; i++) {
            assertThat(budget.allows(bytes, now)).isTrue();
            now += TimeUnit.MICROSECONDS.toNanos(packetMicros);
        }
    }

    @Test
    void whatWaitedInAStallOfHalfAMinuteIsWithinIt() {
        assertThat(allowed(30 * 50)).isEqualTo(30 * 50);
    }

    @Test
    void aFloodIsCutOffUntilHalfOfItIsThereAgain() {
        long burst = allowed(100_000);
        assertThat(burst * (BYTES + PartyBudget.PACKET_BYTES))
                .isBetween(PartyBudget.BYTES_PER_SECOND * 4 - 300, PartyBudget.BYTES_PER_SECOND * 4);
        now += TimeUnit.MILLISECONDS.toNanos(1_900);
        assertThat(allowed(1_000)).isZero();
        now += TimeUnit.MILLISECONDS.toNanos(200);
        assertThat(allowed(100_000)).isBetween(burst / 2, burst / 2 + 100);
    }

    /// The kernel tells later of what it passed, after a stall much later.
    @ParameterizedTest
    @ValueSource(longs = {5, 5_000, 60_000})
    void aPacketOfEarlierCostsNoMoreThanAnother(long earlierMillis) {
        long burst = new PartyBudgetTest().allowed(100_000);
        assertThat(allowed((int) burst - 2)).isEqualTo(burst - 2);
        assertThat(budget.allows(BYTES, now - TimeUnit.MILLISECONDS.toNanos(earlierMillis)))
                .isTrue();
        assertThat(budget.allows(BYTES, now)).isTrue();
        assertThat(budget.allows(BYTES, now)).as("and no less").isFalse();
    }

    private long allowed(int packets) {
        long allowed = 0;
        for (int i = 0; i < packets; i++) {
            allowed += budget.allows(BYTES, now) ? 1 : 0;
        }
        return allowed;
    }
}
