package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.rtpcapture.InsideHears;
import org.koegura.server.demo.Correlation;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Rtp;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Baresip;

/// What reaches the telephone of the inside party while the other one is told (`calls.inside-hears`): by the packets
/// on its wire.
class InsideHearsIT {

    private static final Duration NOTICE_WAIT = Duration.ofSeconds(20);
    private static final int PACKETS_AFTER = 100;
    private static final int TICKS = 160;
    private static final int RATE_HZ = 8_000;

    /// Both telephones and the product share two cores: nothing is said of what passed so near to either end.
    private static final long EDGE_NANOS = 300_000_000;

    /// As the shipped tone is: 440 Hz, a fifth of a second in 1.7 s, 24 dB below full scale.
    private static final int TONE_HZ = 440;

    private static final int TONE_PEAK = 1_966;

    @ParameterizedTest
    @EnumSource(InsideHears.class)
    void whileTheNoticeSpeaksTheInsideTelephoneHearsWhatTheSettingSays(InsideHears hears, @TempDir Path folder)
            throws Exception {
        String setting = hears.name().toLowerCase(Locale.ROOT).replace('_', '-');
        try (Site site = Site.start(folder, Site.Standing.USUAL, "--inside-hears", setting);
                Baresip staff = site.insideTelephone("201", "pcmu", Speech.spoken("staff-1"));
                Baresip citizen = site.outsideTelephone("0120000001", "pcmu", Speech.spoken("citizen-1"))) {
            Instant begin = Instant.now();
            citizen.dial(site.uri("201"));
            staff.accept();
            citizen.awaitEstablished();
            site.awaitStage("RECORDED", NOTICE_WAIT);
            Instant recorded = Instant.now();
            await("talk after the notice")
                    .atMost(NOTICE_WAIT)
                    .pollInterval(Duration.ofMillis(300))
                    .until(() -> site.heardBy(staff, recorded).size() > PACKETS_AFTER);
            staff.hangUp();
            citizen.awaitClosed();
            site.awaitNoCall();

            List<Rtp> heard = site.heardBy(staff, begin);
            Notice notice = Notice.in(site.heardBy(citizen, begin));
            Set<String> said = site.saidBy(citizen, begin).stream()
                    .map(InsideHearsIT::payload)
                    .collect(Collectors.toSet());
            List<Rtp> during = notice.during(heard);
            assertThat(during).as("packets while the notice spoke").hasSizeGreaterThan(PACKETS_AFTER);
            CallEvidence.isOneStream(heard, TICKS);
            switch (hears) {
                case OTHER_PARTY -> assertThat(during).allMatch(packet -> said.contains(payload(packet)));
                case NOTHING -> assertThat(Rtp.sound(during)).as("silence").containsOnly((short) 0);
                case TONE -> isTheTone(during);
                case NOTICE -> isTheNotice(heard, during);
            }
            if (hears != InsideHears.NOTICE) {
                assertThat(Correlation.of(Speech.notice(), Rtp.sound(heard)).value())
                        .as("the notice in what the inside party heard")
                        .isLessThan(0.3);
            }
            assertThat(notice.after(heard))
                    .as("the other party again")
                    .hasSizeGreaterThan(PACKETS_AFTER / 2)
                    .allMatch(packet -> said.contains(payload(packet)));
            KeptRecording recording = site.recordings().getLast();
            JudgedCall.keptWhole(recording, site.saidBy(staff, begin), site.saidBy(citizen, begin));
        }
    }

    private static String payload(Rtp packet) {
        return Arrays.toString(packet.payload());
    }

    private static void isTheNotice(List<Rtp> heard, List<Rtp> during) throws Exception {
        Correlation found = Correlation.of(Speech.notice(), Rtp.sound(heard));
        assertThat(found.value())
                .as("the notice in what the inside party heard")
                .isGreaterThan(0.9);
        int began = heard.getFirst().timestamp() + found.lagSamples();
        assertThat(during).allMatch(packet -> packet.timestamp() - began > -TICKS);
    }

    /// Bursts of one pure frequency, and silence between them: nothing of the other party.
    private static void isTheTone(List<Rtp> during) {
        short[] sound = Rtp.sound(during);
        double whole = 0;
        double pure = 0;
        int bursts = 0;
        boolean sounding = false;
        int peak = 0;
        for (int from = 0; from + TICKS <= sound.length; from += TICKS) {
            short[] frame = Arrays.copyOfRange(sound, from, from + TICKS);
            int loudest = loudest(frame);
            peak = Math.max(peak, loudest);
            bursts += loudest > TONE_PEAK / 2 && !sounding ? 1 : 0;
            sounding = loudest > TONE_PEAK / 2;
            whole += energy(frame);
            pure += energyAt(frame, TONE_HZ);
        }
        assertThat(pure / whole).as("share of %d Hz", TONE_HZ).isBetween(0.95, 1.05);
        assertThat(peak).isBetween(TONE_PEAK * 9 / 10, TONE_PEAK * 11 / 10);
        assertThat(bursts).as("in %d ms", sound.length * 1000 / RATE_HZ).isGreaterThanOrEqualTo(2);
    }

    private static int loudest(short[] frame) {
        int loudest = 0;
        for (short sample : frame) {
            loudest = Math.max(loudest, Math.abs(sample));
        }
        return loudest;
    }

    private static double energy(short[] frame) {
        double energy = 0;
        for (short sample : frame) {
            energy += (double) sample * sample;
        }
        return energy;
    }

    /// How much of it is one frequency: a term of its Fourier transform.
    private static double energyAt(short[] frame, int hz) {
        double cosine = 0;
        double sine = 0;
        for (int i = 0; i < frame.length; i++) {
            double angle = 2 * Math.PI * hz * i / RATE_HZ;
            cosine += frame[i] * Math.cos(angle);
            sine += frame[i] * Math.sin(angle);
        }
        return 2 * (cosine * cosine + sine * sine) / frame.length;
    }

    /// When the notice was on the wire to the outside party.
    private record Notice(long beginNanos, long endNanos) {

        static Notice in(List<Rtp> heardOutside) throws Exception {
            short[] notice = Speech.notice();
            Correlation found = Correlation.of(notice, Rtp.sound(heardOutside));
            assertThat(found.value())
                    .as("the notice in what the outside party heard")
                    .isGreaterThan(0.9);
            int began = heardOutside.getFirst().timestamp() + found.lagSamples();
            List<Rtp> of = heardOutside.stream()
                    .filter(packet -> packet.timestamp() - began >= 0 && packet.timestamp() - began < notice.length)
                    .toList();
            return new Notice(of.getFirst().epochNanos(), of.getLast().epochNanos());
        }

        List<Rtp> during(List<Rtp> packets) {
            return packets.stream()
                    .filter(packet -> packet.epochNanos() > beginNanos + EDGE_NANOS
                            && packet.epochNanos() < endNanos - EDGE_NANOS)
                    .toList();
        }

        List<Rtp> after(List<Rtp> packets) {
            return packets.stream()
                    .filter(packet -> packet.epochNanos() > endNanos + EDGE_NANOS)
                    .toList();
        }
    }
}
