package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.audio.Codec;
import org.koegura.server.demo.Correlation;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Rtp;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Baresip;
import org.koegura.server.peer.Sipp;

/// What a registrar, telephones and a trunk say to each other passes through the product and comes out as they mean it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RoutingIT {

    private static final Talk PCMA = Talk.in(Codec.PCMA);

    @SuppressWarnings("NullAway.Init") // set before all
    private Site site;

    @SuppressWarnings("NullAway.Init") // set before all
    private Baresip staff;

    @SuppressWarnings("NullAway.Init") // set before all
    private Baresip colleague;

    @SuppressWarnings("NullAway.Init") // set before all
    private Path home;

    private short[] staffSpeech = {};

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        home = folder;
        site = Site.start(folder);
        staffSpeech = Speech.spoken("staff-1");
        staff = site.insideTelephone("201", "pcma", staffSpeech);
        colleague = site.insideTelephone("202", "pcma", Speech.spoken("staff-2"));
    }

    @AfterAll
    void stop() throws Exception {
        site.close();
    }

    @Test
    void registrationPassesWithDigestAndOurPath() throws Exception {
        String signalling = site.signalling(Instant.EPOCH);
        assertThat(signalling)
                .contains("Path: <sip:" + site.proxy())
                .contains("SIP/2.0 401")
                .containsPattern("Authorization: Digest username=\"201\"");
    }

    @Test
    void optionsReachTheTelephone() throws Exception {
        try (Sipp asker = site.caller("uac-options", "201", Map.of(), Map.of())) {
            assertThat(asker.succeeded()).isTrue();
        }
    }

    @Test
    void aCallerWhoGivesUpLeavesNothingBehind() throws Exception {
        int before = site.recordings().size();
        try (Sipp caller = site.caller("uac-cancels", "201", Map.of(), Map.of())) {
            staff.awaitIncoming();
            assertThat(caller.succeeded()).isTrue();
            staff.awaitClosed();
        }
        site.awaitNoCall();
        assertThat(site.recordings()).hasSize(before);
    }

    @ParameterizedTest
    @ValueSource(ints = {486, 603})
    void aRefusalComesBackAsItWasSaid(int status) throws Exception {
        try (Sipp trunk = site.trunk("uas-refuses", Map.of(), Map.of("STATUS", Integer.toString(status)))) {
            staff.dial(site.uri("0990123"));
            assertThat(staff.awaitClosed()).contains(Integer.toString(status));
            assertThat(trunk.succeeded()).isTrue();
        }
        site.awaitNoCall();
    }

    @Test
    void aTrunkThatCallsAndHangsUpIsAnnouncedToAndRecordedToTheBit() throws Exception {
        Instant begin = Instant.now();
        int before = site.recordings().size();
        try (Sipp caller = site.caller(
                "uac-talks",
                "201",
                PCMA.keys(),
                PCMA.inTwoHalves(home, Map.of("NOTICE_MILLIS", "9000", "TALK_MILLIS", "4000")))) {
            staff.accept();
            staff.awaitEstablished();
            assertThat(caller.succeeded()).isTrue();
            staff.awaitClosed();
            site.awaitNoCall();
            judge(caller, begin, before, "hangup-outside");
        }
    }

    @Test
    void aTrunkThatIsCalledIsAnnouncedToAndRecordedToTheBit() throws Exception {
        Instant begin = Instant.now();
        int before = site.recordings().size();
        try (Sipp callee = site.trunk(
                "uas-talks",
                PCMA.keys(),
                PCMA.inTwoHalves(home, Map.of("RING_MILLIS", "300", "NOTICE_MILLIS", "9000")))) {
            staff.dial(site.uri("0990123"));
            staff.awaitEstablished();
            site.awaitStage("RECORDED", Duration.ofSeconds(15));
            Instant recorded = Instant.now();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(15))
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> site.saidBy(callee, recorded).size() > 60);
            staff.hangUp();
            assertThat(callee.succeeded()).isTrue();
            site.awaitNoCall();
            judge(callee, begin, before, "hangup-inside");
        }
    }

    @Test
    void colleaguesHearEachOtherAndAreNotRecorded() throws Exception {
        Instant begin = Instant.now();
        int before = site.recordings().size();
        double internal = site.api().metric("koegura_calls_unrecorded_total", "reason=\"internal\"");
        staff.dial(site.uri("202"));
        colleague.accept();
        staff.awaitEstablished();
        Awaitility.await()
                .atMost(Duration.ofSeconds(25))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> Correlation.of(staffSpeech, Rtp.sound(site.heardBy(colleague, begin)))
                                .value()
                        > 0.9);
        assertThat(Correlation.of(Speech.notice(), Rtp.sound(site.heardBy(colleague, begin)))
                        .value())
                .isLessThan(0.3);
        colleague.hangUp();
        staff.awaitClosed();
        colleague.awaitClosed();
        site.awaitNoCall();
        assertThat(site.recordings()).hasSize(before);
        assertThat(site.api().metric("koegura_calls_unrecorded_total", "reason=\"internal\""))
                .isEqualTo(internal + 1);
    }

    private void judge(Sipp outside, Instant begin, int before, String end) throws Exception {
        assertThat(site.recordings()).hasSize(before + 1);
        KeptRecording recording = site.recordings().getLast();
        JudgedCall.announcedAndKept(recording, JudgedCall.Wire.of(site, staff, outside, begin), PCMA);
        assertThat(recording.manifest().path("end").asString("")).isEqualTo(end);
    }
}
