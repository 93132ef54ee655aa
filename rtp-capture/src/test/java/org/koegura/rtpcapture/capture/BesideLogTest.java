package org.koegura.rtpcapture.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.port.RecordingSink;
import org.koegura.callmodel.port.RecordingSink.Beside;
import org.koegura.rtpcapture.rtp.ArrivalClock;

class BesideLogTest {

    private final BesideLog log = new BesideLog();

    @Test
    void timesAreCutToCaptureAndThoseOutsideItAreNone() {
        note(10, 20);
        note(30, 40);
        note(50, 60);

        assertThat(log.within(15, 35)).containsExactly(beside(15, 20), beside(30, 35));
        assertThat(log.within(20, 30)).isEmpty();
    }

    @Test
    void aSecondBeginningAndASecondEndChangeNothing() {
        log.turn(false, 5);
        log.turn(true, 10);
        log.turn(true, 15);
        log.turn(false, 20);
        log.turn(false, 25);

        assertThat(log.within(0, 100)).containsExactly(beside(10, 20));
    }

    @Test
    void whereThereIsNoRoomTheLastTimeLastsOn() {
        for (int i = 0; i < RecordingSink.SPANS_MAX + 5; i++) {
            note(10L * i, 10L * i + 5);
        }
        long end = 10L * (RecordingSink.SPANS_MAX + 4) + 5;

        List<Beside> times = log.within(0, Long.MAX_VALUE);
        assertThat(times).hasSize(RecordingSink.SPANS_MAX);
        assertThat(times.getFirst()).isEqualTo(beside(0, 5));
        assertThat(times.getLast())
                .isEqualTo(new Beside(
                        ArrivalClock.instantOf(10L * (RecordingSink.SPANS_MAX - 1)),
                        ArrivalClock.instantOf(end),
                        true));
        assertThat(times).filteredOn(Beside::merged).as("and says so").hasSize(1);
    }

    private void note(long from, long to) {
        log.turn(true, from);
        log.turn(false, to);
    }

    private static Beside beside(long from, long to) {
        return new Beside(ArrivalClock.instantOf(from), ArrivalClock.instantOf(to), false);
    }
}
