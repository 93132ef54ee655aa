package org.koegura.rtpcapture.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.koegura.callmodel.AudioFormat;

class PacketGridTest {

    private static final PacketGrid OPUS = PacketGrid.of(new AudioFormat(96, "OPUS", 48_000, 20));

    @ParameterizedTest
    @CsvSource({"-5, 160", "0, 160", "20, 160", "29, 160", "30, 320", "49, 320", "50, 480", "1000, 8000"})
    void aPauseIsFilledWithTheNearestNumberOfPacketsAndAtLeastOne(long millis, int ticks) {
        assertThat(PacketGrid.USUAL.wholePackets(TimeUnit.MILLISECONDS.toNanos(millis)))
                .isEqualTo(ticks);
    }

    @Test
    void timestampsGoRoundAfterADayAsThoseOfTheClockDo() {
        long ticks = 48_000L * TimeUnit.DAYS.toSeconds(30);

        assertThat(OPUS.ticks(TimeUnit.DAYS.toNanos(30))).isEqualTo((int) ticks);
    }

    @Property
    void whatTicksLastIsThatManyTicksAgain(@ForAll @IntRange(max = 100_000) int packets) {
        int ticks = packets * OPUS.ticksPerPacket();

        assertThat(OPUS.ticks(OPUS.nanos(ticks))).isEqualTo(ticks);
    }
}
