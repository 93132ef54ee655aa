package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
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

/// Art. 4, proviso: an operator exempts a live call; it is recorded at once, without notice, never before the 2xx.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExemptedCallIT {

    private static final int SAMPLES_PER_MILLI = 8;
    private static final int STOP_MILLIS_MAX = 300;

    @SuppressWarnings("NullAway.Init") // set before all
    private Site site;

    @SuppressWarnings("NullAway.Init") // set before all
    private Baresip staff;

    @SuppressWarnings("NullAway.Init") // set before all
    private Baresip citizen;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        site = Site.start(folder);
        staff = site.insideTelephone("201", "pcmu", Speech.spoken("staff-1"));
        citizen = site.outsideTelephone("0120000001", "pcmu", Speech.spoken("citizen-1"));
    }

    @AfterAll
    void stop() throws Exception {
        site.close();
    }

    @Test
    void exemptedWhileItRingsTheCallIsRecordedFromItsFirstPacketWithoutNotice() throws Exception {
        Instant begin = Instant.now();
        citizen.dial(site.uri("201"));
        staff.awaitIncoming();
        site.awaitStage("RINGING", Duration.ofSeconds(5));
        assertThat(site.api().exempt(call(), 1, "").statusCode()).isEqualTo(200);
        staff.answer();
        citizen.awaitEstablished();
        site.awaitStage("RECORDED_WITHOUT_NOTICE", Duration.ofSeconds(5));
        KeptRecording recording = talkAndHangUp(begin, 9);

        assertThat(Correlation.of(Speech.notice(), Rtp.sound(site.heardBy(citizen, begin)))
                        .value())
                .as("the notice in what the outside party received")
                .isLessThan(0.3);
        Instant answered = Instant.parse(recording.manifest().path("answeredAt").asString(""));
        assertThat(recording.captureStartedAt()).isBetween(answered, answered.plusMillis(500));
        assertThat(recording.manifest().path("basis").path("kind").asString("")).isEqualTo("exempted");
        assertThat(recording.manifest().path("basis").path("stage").asString(""))
                .isEqualTo("ringing");
        judge(recording, begin);
    }

    @Test
    void exemptedMidNoticeThePromptStopsWithin300MillisecondsAndRecordingBegins() throws Exception {
        Instant begin = Instant.now();
        citizen.dial(site.uri("201"));
        staff.accept();
        citizen.awaitEstablished();
        site.awaitStage("NOTICE", Duration.ofSeconds(5));
        Instant noticed = Instant.now();
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .until(() -> site.heardBy(citizen, noticed).size() > 75); // 1.5 s of it
        Instant flagged = Instant.now();
        assertThat(site.api().exempt(call(), 3, "threats in the first words").statusCode())
                .isEqualTo(200);
        site.awaitStage("RECORDED_WITHOUT_NOTICE", Duration.ofSeconds(1));
        KeptRecording recording = talkAndHangUp(begin, 8);

        short[] notice = Speech.notice();
        List<Rtp> heard = site.heardBy(citizen, begin);
        short[] opening = Arrays.copyOf(notice, 1000 * SAMPLES_PER_MILLI);
        Correlation began = Correlation.of(opening, Rtp.sound(heard));
        assertThat(began.value()).as("the first second of the notice").isGreaterThan(0.9);
        long stopNanos = KeptRecording.epochNanos(flagged.plusMillis(STOP_MILLIS_MAX));
        int stopTimestamp = heard.stream()
                .filter(packet -> packet.epochNanos() <= stopNanos)
                .mapToInt(packet -> packet.timestamp() - heard.getFirst().timestamp())
                .max()
                .orElseThrow();
        short[] rest = Arrays.copyOfRange(notice, stopTimestamp + 160 - began.lagSamples(), notice.length);
        assertThat(Correlation.of(rest, Rtp.sound(heard)).value())
                .as("what was left of the notice 300 ms after the exemption")
                .isLessThan(0.3);
        CallEvidence.isOneStream(heard, 160);
        assertThat(recording.captureStartedAt()).isAfter(flagged.minusMillis(1)).isBefore(flagged.plusSeconds(1));
        assertThat(recording.manifest().path("basis").path("ground").asInt()).isEqualTo(3);
        assertThat(recording.manifest().toString())
                .as("the text may name people; only the journal keeps it")
                .doesNotContain("threats");
        judge(recording, begin);
        String journal = Files.readString(site.data().resolve("journal/journal.jsonl"));
        assertThat(journal.lines().filter(line -> line.contains("\"act\":\"exemption.in-force\"")))
                .last()
                .asString()
                .contains("\"actor\":\"operator\"", "\"ground\":\"3\"", "\"stage\":\"notice\"");
        assertThat(journal.lines().filter(line -> line.contains("threats in the first words")))
                .as("entries with the reason that the operator gave")
                .isNotEmpty()
                .allMatch(line -> line.contains("\"actor\":\"operator\""));
        assertThat(ProductProcess.verify(site.data().resolve("journal/journal.jsonl")))
                .as("the chain holds")
                .isZero();
    }

    @Test
    void anExemptionNeedsItsGroundAndGroundThreeItsText() throws Exception {
        citizen.dial(site.uri("201"));
        staff.awaitIncoming();
        site.awaitStage("RINGING", Duration.ofSeconds(5));
        assertThat(site.api().exempt(call(), 4, "").statusCode()).isEqualTo(400);
        assertThat(site.api().exempt(call(), 3, "").statusCode()).isEqualTo(400);
        assertThat(site.api().exempt("00000000000000000000000000000000", 1, "").statusCode())
                .isEqualTo(404);
        citizen.hangUp();
        staff.awaitClosed();
        site.awaitNoCall();
    }

    private String call() throws Exception {
        return site.api().onlyCall().orElseThrow().path("call").asString("");
    }

    private KeptRecording talkAndHangUp(Instant begin, int seconds) throws Exception {
        int before = site.recordings().size();
        int packets = seconds * 50;
        int said = site.saidBy(citizen, begin).size();
        Awaitility.await()
                .atMost(Duration.ofSeconds(seconds + 10L))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> site.saidBy(citizen, begin).size() > said + packets);
        staff.hangUp();
        citizen.awaitClosed();
        staff.awaitClosed();
        site.awaitNoCall();
        assertThat(site.recordings()).hasSize(before + 1);
        return site.recordings().getLast();
    }

    private void judge(KeptRecording recording, Instant begin) throws Exception {
        JudgedCall.keptWhole(recording, site.saidBy(staff, begin), site.saidBy(citizen, begin));
    }
}
