package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.koegura.audio.Codec;
import org.koegura.audio.Resampler;
import org.koegura.audio.WavFile;
import org.koegura.server.demo.Correlation;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Baresip;

/// Art. 4 among real peers: the other party is told, then the call is recorded, to the bit.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AnnouncedCallIT {

    private static final Duration NOTICE_WAIT = Duration.ofSeconds(20);

    @SuppressWarnings("NullAway.Init") // set before all
    private Site site;

    private short[] staffSpeech = {};
    private short[] citizenSpeech = {};

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        site = Site.start(folder);
        staffSpeech = Speech.spoken("staff-1");
        citizenSpeech = Speech.spoken("citizen-1");
    }

    @AfterAll
    void stop() throws Exception {
        site.close();
    }

    @ParameterizedTest
    @CsvSource({
        "inbound,PCMU",
        "outbound,PCMU",
        "inbound,PCMA",
        "outbound,PCMA",
        "inbound,G722",
        "outbound,G722",
        "inbound,OPUS",
        "outbound,OPUS"
    })
    void theOtherPartyHearsTheNoticeAndOnlyThenTheCallIsRecorded(String direction, Codec codec) throws Exception {
        String name = Baresip.nameOf(codec);
        Instant begin = Instant.now();
        int before = site.recordings().size();
        boolean inbound = direction.equals("inbound");
        try (Baresip staff = site.insideTelephone("201", name, staffSpeech);
                Baresip citizen = site.outsideTelephone("0120000001", name, citizenSpeech)) {
            Baresip caller = inbound ? citizen : staff;
            Baresip callee = inbound ? staff : citizen;
            caller.dial(site.uri(inbound ? "201" : "0120000001"));
            callee.accept();
            caller.awaitEstablished();
            site.awaitStage("RECORDED", NOTICE_WAIT);
            // all of both speeches, said since the capture began
            Instant recorded = Instant.now();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(25))
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> site.saidBy(citizen, recorded).size() > 2 * citizenSpeech.length / 160);
            (inbound ? staff : citizen).hangUp();
            caller.awaitClosed();
            site.awaitNoCall();

            List<KeptRecording> recordings = site.recordings();
            assertThat(recordings).hasSize(before + 1);
            JudgedCall.announcedAndKept(
                    recordings.getLast(), JudgedCall.Wire.of(site, staff, citizen, begin), Talk.ofTelephones(codec));
            judgePlayback(recordings.getLast(), codec);
            assertThat(recordings.getLast().manifest().path("direction").asString(""))
                    .isEqualTo(direction);
        }
    }

    private void judgePlayback(KeptRecording recording, Codec codec) throws Exception {
        HttpResponse<byte[]> wav = site.api().audio(recording.id(), "fairness");
        assertThat(wav.statusCode()).isEqualTo(200);
        int rateHz = codec.sampleRateHz();
        assertThat(WavFile.read(new ByteArrayInputStream(wav.body())).sampleRateHz())
                .isEqualTo(rateHz);
        short[] left = Resampler.toNarrowband(Speech.channel(wav.body(), 0), rateHz);
        short[] right = Resampler.toNarrowband(Speech.channel(wav.body(), 1), rateHz);
        assertThat(Correlation.of(staffSpeech, left).value())
                .as("staff on the left")
                .isGreaterThan(0.9);
        assertThat(Correlation.of(citizenSpeech, right).value())
                .as("citizen on the right")
                .isGreaterThan(0.9);
        assertThat(Correlation.of(staffSpeech, right).value()).isLessThan(0.3);
        assertThat(Correlation.of(Speech.notice(), left).value()).isLessThan(0.3);
    }
}
