package org.koegura.announcement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.audio.Codec;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.NoticeFrames;

/// The tone that says that a telephone rings: 400 Hz that swells 15 to 20 times a second, 1 s on, 2 s off.
class RingingToneTest {

    private static final int RATE_HZ = 8_000;

    @Test
    void itSoundsForOneSecondAndIsSilentForTwo() {
        short[] cycle = RingingTone.samples(RATE_HZ);
        assertThat(cycle).hasSize(3 * RATE_HZ);
        for (int second = 0; second < 3; second++) {
            double energy = 0;
            for (int i = second * RATE_HZ; i < (second + 1) * RATE_HZ; i++) {
                energy += (double) cycle[i] * cycle[i];
            }
            if (second == 0) {
                assertThat(Math.sqrt(energy / RATE_HZ)).isBetween(1_000.0, 6_000.0);
            } else {
                assertThat(energy).isZero();
            }
        }
    }

    @Test
    void itIs400HzThatSwells() {
        short[] cycle = RingingTone.samples(RATE_HZ);
        double carrier = power(cycle, 400);
        for (int beside = 15; beside <= 20; beside++) {
            boolean swell = beside == 16;
            assertThat(power(cycle, 400 - beside) > carrier / 8)
                    .as("%s Hz below", beside)
                    .isEqualTo(swell);
            assertThat(power(cycle, 400 + beside) > carrier / 8)
                    .as("%s Hz above", beside)
                    .isEqualTo(swell);
        }
        assertThat(power(cycle, 425)).isLessThan(carrier / 100);
    }

    private static double power(short[] samples, double hz) {
        double in = 0;
        double quadrature = 0;
        for (int i = 0; i < RATE_HZ; i++) {
            in += samples[i] * Math.cos(2 * Math.PI * hz * i / RATE_HZ);
            quadrature += samples[i] * Math.sin(2 * Math.PI * hz * i / RATE_HZ);
        }
        return in * in + quadrature * quadrature;
    }

    @ParameterizedTest
    @EnumSource(Codec.class)
    void everyPacketTimeOfEveryCodecHasAWholeCycle(Codec codec) {
        for (int millis : FrameCutter.packetMillis(codec)) {
            List<byte[]> frames = FrameCutter.cutEndless(RingingTone.samples(codec.sampleRateHz()), codec, millis);
            assertThat(frames).hasSize(RingingTone.CYCLE_MILLIS / millis);
        }
    }

    @Test
    void itIsReadyInWhateverANoticeIs() throws Exception {
        Announcement announcement = Announcement.open(Announcement.Settings.defaults());
        NoticeFrames tone = announcement
                .source()
                .ringback(new AudioFormat(0, "PCMU", 8000, 20))
                .orElseThrow();
        assertThat(tone.frames()).hasSize(150);
        assertThat(tone.leadInFrames()).isZero();
        assertThat(announcement.source().ringback(new AudioFormat(18, "G729", 8000, 20)))
                .isEmpty();
    }
}
