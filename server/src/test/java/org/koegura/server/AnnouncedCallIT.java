package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.koegura.server.demo.Correlation;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Rtp;
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
    @CsvSource({"inbound,pcmu,0", "outbound,pcmu,0", "inbound,pcma,8", "outbound,pcma,8"})
    void theOtherPartyHearsTheNoticeAndOnlyThenTheCallIsRecorded(String direction, String codec, int payloadType)
            throws Exception {
        Instant begin = Instant.now();
        int before = site.recordings().size();
        boolean inbound = direction.equals("inbound");
        try (Baresip staff = site.insideTelephone("201", codec, staffSpeech);
                Baresip citizen = site.outsideTelephone("0120000001", codec, citizenSpeech)) {
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
            judge(recordings.getLast(), staff, citizen, begin, payloadType);
            assertThat(recordings.getLast().manifest().path("direction").asString(""))
                    .isEqualTo(direction);
        }
    }

    private void judge(KeptRecording recording, Baresip staff, Baresip citizen, Instant begin, int payloadType)
            throws Exception {
        List<Rtp> staffSaid = site.saidBy(staff, begin);
        List<Rtp> citizenSaid = site.saidBy(citizen, begin);
        List<Rtp> citizenHeard = site.heardBy(citizen, begin);
        short[] notice = Speech.notice();

        assertThat(citizenHeard).allMatch(packet -> packet.payloadType() == payloadType);
        CallEvidence.isOneStream(citizenHeard, 160);
        CallEvidence.nothingIsKeptBeforeTheNoticeEnded(recording, citizenHeard, staffSaid, notice);
        CallEvidence.nothingIsKeptBeforeTheNoticeEnded(recording, citizenHeard, citizenSaid, notice);
        assertThat(Correlation.of(notice, Rtp.sound(site.heardBy(staff, begin))).value())
                .as("the notice in what the inside party received")
                .isLessThan(0.3);
        CallEvidence.keptIsTheWire(recording.inside(), staffSaid, recording);
        CallEvidence.keptIsTheWire(recording.outside(), citizenSaid, recording);
        assertThat(ProductProcess.verify(recording.folder())).isZero();
        judgePlayback(recording);
    }

    private void judgePlayback(KeptRecording recording) throws Exception {
        HttpResponse<byte[]> wav = site.api().audio(recording.id(), "fairness");
        assertThat(wav.statusCode()).isEqualTo(200);
        short[] left = Speech.channel(wav.body(), 0);
        short[] right = Speech.channel(wav.body(), 1);
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
