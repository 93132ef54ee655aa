package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.server.demo.Correlation;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Rtp;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Baresip;

/// Codes that staff press in a call, on real telephones (F1, F2): what they ask for is done, and
/// nothing of them leaves the house.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PressedCodeIT {

    private static final String LINES = """
            lines:
              - {number: 201, section: tax, site: main-hall, codes: all}
              - {number: 202, section: tax, site: main-hall}
            """;

    private static final int EVENT_TYPE = 101;
    private static final int STOP_MILLIS_MAX = 300;
    private static final Duration BETWEEN_KEYS = Duration.ofMillis(180);
    private static final int SAMPLES_PER_MILLI = 8;

    @SuppressWarnings("NullAway.Init") // set before all
    private Site site;

    @SuppressWarnings("NullAway.Init") // set before all
    private Baresip citizen;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("koegura.yaml"), LINES);
        site = Site.start(folder, Site.Standing.USUAL, "--config", file.toString());
        citizen = site.outsideTelephone("0120000001", "pcmu", Speech.spoken("citizen-1"));
    }

    @AfterAll
    void stop() throws Exception {
        site.close();
    }

    @Test
    void aCodePressedInTheNoticeStopsItAndNothingOfItLeavesTheHouse() throws Exception {
        try (Baresip staff = site.insideTelephone("201", "pcmu", Speech.spoken("staff-1"))) {
            Instant begin = Instant.now();
            citizen.dial(site.uri("201"));
            staff.accept();
            citizen.awaitEstablished();
            site.awaitStage("NOTICE", Duration.ofSeconds(5));
            rest(Duration.ofMillis(1500));
            press(staff, "*51");
            staff.press('1');
            Instant pressed = Instant.now();
            site.awaitStage("RECORDED_WITHOUT_NOTICE", Duration.ofSeconds(1));
            rest(Duration.ofSeconds(6));
            staff.hangUp();
            citizen.awaitClosed();
            staff.awaitClosed();
            site.awaitNoCall();

            assertThat(site.saidBy(staff, begin))
                    .as("the keys, on their way to us")
                    .anyMatch(packet -> packet.payloadType() == EVENT_TYPE);
            List<Rtp> heard = site.heardBy(citizen, begin);
            assertThat(heard).as("no key leaves").allMatch(packet -> packet.payloadType() == 0);
            CallEvidence.isOneStream(heard, 160);
            theNoticeStopped(heard, pressed);
            assertThat(tone(site.heardBy(staff, begin)))
                    .as("the confirmation, to staff")
                    .isGreaterThan(0.9);
            assertThat(tone(heard)).as("the confirmation, to the citizen").isLessThan(0.5);
            assertThat(site.signalling(begin)).doesNotContain("*511").doesNotContainIgnoringCase("exempt");

            KeptRecording recording = site.recordings().getLast();
            assertThat(recording.manifest().path("basis").path("kind").asString(""))
                    .isEqualTo("exempted");
            assertThat(recording.manifest().path("basis").path("channel").asString(""))
                    .isEqualTo("telephone");
            assertThat(recording.manifest().path("basis").path("stage").asString(""))
                    .isEqualTo("notice");
            assertThat(recording.captureStartedAt()).isAfter(pressed.minusMillis(100));
            JudgedCall.keptWhole(recording, site.saidBy(staff, begin), site.saidBy(citizen, begin));
            String journal = Files.readString(site.data().resolve("journal/journal.jsonl"));
            assertThat(journal.lines().filter(line -> line.contains("\"act\":\"exemption.in-force\"")))
                    .singleElement()
                    .asString()
                    .contains("\"actor\":\"extension:201\"", "\"ground\":\"1\"", "\"channel\":\"telephone\"");
        }
    }

    @Test
    void whatIsNoCodeReachesTheCitizenAndSoDoesACodeOfATelephoneThatMayNot() throws Exception {
        try (Baresip staff = site.insideTelephone("201", "pcmu", Speech.spoken("staff-1"))) {
            assertThat(keysHeard(staff, "201", "1*9")).isEqualTo("1*9");
        }
        try (Baresip staff = site.insideTelephone("202", "pcmu", Speech.spoken("staff-1"))) {
            assertThat(keysHeard(staff, "202", "*511")).isEqualTo("*511");
            assertThat(site.recordings()
                            .getLast()
                            .manifest()
                            .path("basis")
                            .path("kind")
                            .asString(""))
                    .isEqualTo("announced");
        }
    }

    private String keysHeard(Baresip staff, String number, String keys) throws Exception {
        Instant begin = Instant.now();
        citizen.dial(site.uri(number));
        staff.accept();
        citizen.awaitEstablished();
        site.awaitStage("RECORDED", Duration.ofSeconds(20));
        press(staff, keys);
        try {
            await().atMost(Duration.ofSeconds(3))
                    .until(() -> keys(site.heardBy(citizen, begin)).length() == keys.length());
        } finally {
            staff.hangUp();
            citizen.awaitClosed();
            staff.awaitClosed();
            site.awaitNoCall();
        }
        List<Rtp> heard = site.heardBy(citizen, begin);
        for (int i = 1; i < heard.size(); i++) {
            assertThat((heard.get(i).sequence() - heard.get(i - 1).sequence()) & 0xFFFF)
                    .as("sequence number of packet %s", i)
                    .isEqualTo(1);
        }
        return keys(heard);
    }

    /// The keys whose end was heard, each once.
    private static String keys(List<Rtp> heard) {
        StringBuilder keys = new StringBuilder();
        heard.stream()
                .filter(packet -> packet.payloadType() == EVENT_TYPE && packet.payload()[1] < 0)
                .map(packet -> packet.timestamp() + " " + "0123456789*#".charAt(packet.payload()[0]))
                .distinct()
                .forEach(key -> keys.append(key.charAt(key.length() - 1)));
        return keys.toString();
    }

    private static void theNoticeStopped(List<Rtp> heard, Instant pressed) throws Exception {
        short[] notice = Speech.notice();
        Correlation began = Correlation.of(Arrays.copyOf(notice, 1000 * SAMPLES_PER_MILLI), Rtp.sound(heard));
        assertThat(began.value()).as("the first second of the notice").isGreaterThan(0.9);
        long stopNanos = KeptRecording.epochNanos(pressed.plusMillis(STOP_MILLIS_MAX));
        int stopTimestamp = heard.stream()
                .filter(packet -> packet.epochNanos() <= stopNanos)
                .mapToInt(packet -> packet.timestamp() - heard.getFirst().timestamp())
                .max()
                .orElseThrow();
        short[] rest = Arrays.copyOfRange(notice, stopTimestamp + 160 - began.lagSamples(), notice.length);
        assertThat(Correlation.of(rest, Rtp.sound(heard)).value())
                .as("what was left of the notice 300 ms after the last key")
                .isLessThan(0.3);
    }

    /// How much of the tone is in it: 200 ms of 440 Hz.
    private static double tone(List<Rtp> heard) {
        short[] sine = new short[200 * SAMPLES_PER_MILLI];
        for (int i = 0; i < sine.length; i++) {
            sine[i] = (short) (2000 * Math.sin(2 * Math.PI * 440 * i / 8000));
        }
        return Correlation.of(sine, Rtp.sound(heard)).value();
    }

    private static void press(Baresip telephone, String keys) {
        for (int i = 0; i < keys.length(); i++) {
            telephone.press(keys.charAt(i));
            rest(BETWEEN_KEYS);
        }
    }

    private static void rest(Duration time) {
        long untilNanos = System.nanoTime() + time.toNanos();
        for (long rest = time.toNanos(); rest > 0; rest = untilNanos - System.nanoTime()) {
            LockSupport.parkNanos(Math.min(rest, TimeUnit.MILLISECONDS.toNanos(50)));
        }
    }
}
