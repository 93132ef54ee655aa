package org.koegura.rtpcapture.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class JitterMeterTest {

    private static final int RATE = 8000;
    private static final long START_NANOS = 123_456_789_012L;

    private final JitterMeter meter = new JitterMeter();

    @Test
    void aSteadyStreamHasNone() {
        for (int i = 0; i < 500; i++) {
            meter.onPacket(1, RATE, 160 * i - 4000, START_NANOS + TimeUnit.MILLISECONDS.toNanos(20L * i));
        }
        assertThat(meter.seconds()).isZero();
        assertThat(meter.packets()).isEqualTo(500);
    }

    @Test
    void itFollowsTheFormulaOfRfc3550() {
        Random random = new Random(3);
        double expected = 0;
        double last = 0;
        for (int i = 0; i < 2000; i++) {
            double lateMillis = 30 * random.nextDouble();
            long arrivalNanos = START_NANOS + (long) (1e6 * (20L * i + lateMillis));
            meter.onPacket(1, RATE, 160 * i, arrivalNanos);
            if (i > 0) {
                expected += (Math.abs(lateMillis - last) - expected) / 16; // §6.4.1
            }
            last = lateMillis;
        }
        assertThat(meter.seconds()).isCloseTo(expected / 1000, within(0.0005));
        assertThat(meter.seconds()).isBetween(0.004, 0.02);
    }

    @Test
    void timestampsThatWrapAreNoJitter() {
        for (int i = 0; i < 100; i++) {
            meter.onPacket(1, RATE, Integer.MAX_VALUE - 4000 + 160 * i, START_NANOS + 20_000_000L * i);
        }
        assertThat(meter.seconds()).isZero();
    }

    @Test
    void anotherSourceAnotherClockAndANewTimelineBeginAnew() {
        meter.onPacket(1, RATE, 0, START_NANOS);
        meter.onPacket(1, RATE, 160, START_NANOS + 90_000_000L);
        assertThat(meter.seconds()).isPositive();
        meter.onPacket(2, RATE, 99_000, START_NANOS + 100_000_000L);
        assertThat(meter.seconds()).isZero();
        assertThat(meter.packets()).isEqualTo(1);

        meter.onPacket(2, RATE, 99_160, START_NANOS + 190_000_000L);
        assertThat(meter.seconds()).isPositive();
        meter.onPacket(2, 16_000, 99_320, START_NANOS + 200_000_000L);
        assertThat(meter.seconds()).isZero();

        meter.onPacket(2, 16_000, 99_640, START_NANOS + 290_000_000L);
        assertThat(meter.seconds()).isPositive();
        meter.onPacket(2, 16_000, 99_640 + 16_000 * 60, START_NANOS + 310_000_000L);
        assertThat(meter.seconds()).isZero();
    }

    @Test
    void nothingHeardIsNoJitter() {
        assertThat(meter.seconds()).isZero();
        assertThat(meter.packets()).isZero();
    }
}
