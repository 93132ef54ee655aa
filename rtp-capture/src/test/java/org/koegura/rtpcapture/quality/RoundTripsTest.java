package org.koegura.rtpcapture.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RoundTripsTest {

    private static final long START_NANOS = 987_654_321_000L;
    private static final int HALF_A_SECOND_TICKS = 32_768;

    private final RoundTrips roundTrips = new RoundTrips();

    /// The example of RFC 3550 §6.4.1, Figure 2: A = 0xB710:8000, DLSR = 0x0005:4000, LSR = 0xB705:2000; 6.125 s.
    @Test
    void itIsTheExampleOfTheStandard() {
        int senderReport = 0xB705_2000;
        roundTrips.passed(senderReport, START_NANOS);
        long arrivalNanos = START_NANOS + 11_375_000_000L; // B710:8000 − B705:2000 = 11.375 s

        assertThat(roundTrips.returned(senderReport, 0x0005_4000, arrivalNanos)).isCloseTo(6.125, within(1e-9));
    }

    @Test
    void aReportMayAnswerAnOlderSenderReportAndBeRepeated() {
        roundTrips.passed(1, at(0));
        roundTrips.passed(2, at(5000));

        assertThat(roundTrips.returned(1, HALF_A_SECOND_TICKS, at(5100))).isCloseTo(4.6, within(1e-9));
        assertThat(roundTrips.returned(2, 0, at(5080))).isCloseTo(0.08, within(1e-9));
        assertThat(roundTrips.returned(2, 2 * HALF_A_SECOND_TICKS, at(6090))).isCloseTo(0.09, within(1e-9));
        assertThat(roundTrips.lastSeconds()).isCloseTo(0.09, within(1e-9));
    }

    @Test
    void whatAnswersNothingOfOursTellsNothing() {
        assertThat(roundTrips.returned(0, 0, at(0)))
                .as("no sender report had come")
                .isNaN();
        assertThat(roundTrips.returned(77, 0, at(0))).as("none passed").isNaN();
        for (int i = 1; i <= RoundTrips.REMEMBERED + 1; i++) {
            roundTrips.passed(i, at(i));
        }
        assertThat(roundTrips.returned(1, 0, at(100))).as("too old").isNaN();
        assertThat(roundTrips.returned(2, 0, at(100))).isCloseTo(0.098, within(1e-9));
    }

    @Test
    void aDelayThatCannotBeIsNoMeasurement() {
        roundTrips.passed(5, at(0));

        assertThat(roundTrips.returned(5, HALF_A_SECOND_TICKS, at(400))).isNaN();
        assertThat(roundTrips.returned(5, 0xFFFF_FFFFL, at(400))).isNaN();
        assertThat(roundTrips.returned(5, 0, at(10_001))).isNaN();
        assertThat(roundTrips.lastSeconds()).isNaN();
        assertThat(roundTrips.returned(5, HALF_A_SECOND_TICKS + 1, at(500)))
                .as("rounded up")
                .isZero();
    }

    private static long at(long millis) {
        return START_NANOS + TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
