package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.audio.Codec;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Baresip;

/// A registrar that lets two telephones ring at once (trap 3): whoever answers is in the recording, the other one
/// stops ringing, and nothing of it stays.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ForkIT {

    private static final Duration NOTICE_WAIT = Duration.ofSeconds(20);

    /// RTP and RTCP towards each party.
    private static final int PORTS_OF_A_CALL = 4;

    @SuppressWarnings("NullAway.Init") // set before all
    private Site site;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        site = Site.start(folder);
    }

    @AfterAll
    void stop() throws Exception {
        site.close();
    }

    /// Both forks pass the product, each to its telephone.
    @Test
    void ofTwoInsideTelephonesThatRingTheOneThatAnswersIsRecorded() throws Exception {
        try (Baresip citizen = site.outsideTelephone("0120000001", "pcmu", Speech.spoken("citizen-1"));
                Baresip rings = site.insideTelephone("201", "pcmu", Speech.spoken("staff-2"));
                Baresip answers = site.insideTelephone("202", "pcmu", Speech.spoken("staff-1"))) {
            judged(citizen, "200", rings, answers, answers, citizen, "inbound");
        }
    }

    /// The call forks after the product.
    @Test
    void ofTwoOutsideTelephonesThatRingTheOneThatAnswersIsToldAndRecorded() throws Exception {
        try (Baresip staff = site.insideTelephone("201", "pcmu", Speech.spoken("staff-1"));
                Baresip rings = site.outsideTelephone("0120000001", "pcmu", Speech.spoken("citizen-2"));
                Baresip answers = site.outsideTelephone("0120000002", "pcmu", Speech.spoken("citizen-1"))) {
            judged(staff, "0120000000", rings, answers, staff, answers, "outbound");
        }
    }

    /// The registrar forks in time: the first passage ends with a refusal, and the second one is the call.
    @Test
    void ofTwoTelephonesThatRingOneAfterTheOtherTheOneThatAnswersIsTheCall() throws Exception {
        try (Baresip citizen = site.outsideTelephone("0120000001", "pcmu", Speech.spoken("citizen-1"));
                Baresip refuses = site.insideTelephone("201", "pcmu", Speech.spoken("staff-2"));
                Baresip answers = site.insideTelephone("202", "pcmu", Speech.spoken("staff-1"))) {
            double rejected = site.api().metric("koegura_call_attempts_total", "outcome=\"rejected\"");
            judged(citizen, "300", refuses, answers, answers, citizen, "inbound", Baresip::hangUp);
            assertThat(site.api().metric("koegura_call_attempts_total", "outcome=\"rejected\""))
                    .isEqualTo(rejected + 1);
        }
    }

    /// The call forks in time after the product: one passage with two early dialogs, of which the first is refused.
    @Test
    void ofTwoOutsideTelephonesThatRingOneAfterTheOtherTheOneThatAnswersIsToldAndRecorded() throws Exception {
        try (Baresip staff = site.insideTelephone("201", "pcmu", Speech.spoken("staff-1"));
                Baresip refuses = site.outsideTelephone("0120000001", "pcmu", Speech.spoken("citizen-2"));
                Baresip answers = site.outsideTelephone("0120000002", "pcmu", Speech.spoken("citizen-1"))) {
            judged(staff, "0120000300", refuses, answers, staff, answers, "outbound", Baresip::hangUp);
        }
    }

    private void judged(
            Baresip caller,
            String group,
            Baresip rings,
            Baresip answers,
            Baresip inside,
            Baresip outside,
            String direction)
            throws Exception {
        judged(caller, group, rings, answers, inside, outside, direction, ringing -> {});
    }

    /// @param onRing what the telephone that does not answer does when it rings
    private void judged(
            Baresip caller,
            String group,
            Baresip rings,
            Baresip answers,
            Baresip inside,
            Baresip outside,
            String direction,
            Consumer<Baresip> onRing)
            throws Exception {
        Instant begin = Instant.now();
        int before = site.recordings().size();
        double notices = site.api().metric("koegura_notices_total", "outcome=\"completed\"");
        double attempts = site.api().metric("koegura_call_attempts_total", "outcome=\"answered\"");
        caller.dial(site.uri(group));
        rings.awaitIncoming();
        if (group.equals("200")) {
            awaitPortsUsed("both forks pass the product and ring", 2 * PORTS_OF_A_CALL);
        }
        onRing.accept(rings);
        answers.accept();
        caller.awaitEstablished();
        rings.awaitClosed();
        site.awaitStage("RECORDED", NOTICE_WAIT);
        Instant recorded = Instant.now();
        awaitPortsUsed("the ports of a fork that lost are free while the call is up", PORTS_OF_A_CALL);
        await().atMost(Duration.ofSeconds(15))
                .pollInterval(Duration.ofMillis(300))
                .until(() -> site.saidBy(outside, recorded).size() > 100);
        outside.hangUp();
        inside.awaitClosed();
        site.awaitNoCall();

        List<KeptRecording> recordings = site.recordings();
        assertThat(recordings).hasSize(before + 1);
        assertThat(site.saidBy(rings, begin))
                .as("RTP of the telephone that only rang")
                .isEmpty();
        JudgedCall.announcedAndKept(
                recordings.getLast(), JudgedCall.Wire.of(site, inside, outside, begin), Talk.ofTelephones(Codec.PCMU));
        assertThat(recordings.getLast().manifest().path("direction").asString(""))
                .isEqualTo(direction);
        assertThat(site.api().recording(recordings.getLast().id()).body())
                .as("what was signalled of it (R5): the forks behind the product")
                .contains(
                        "\"finals\":[200]",
                        direction.equals("outbound") ? "\"forks\":2" : "\"forks\":1",
                        "\"byeAt\":\"2");
        assertThat(site.api().metric("koegura_notices_total", "outcome=\"completed\""))
                .isEqualTo(notices + 1);
        assertThat(site.api().metric("koegura_call_attempts_total", "outcome=\"answered\""))
                .isEqualTo(attempts + 1);
        awaitPortsUsed("no port is used", 0);
    }

    private void awaitPortsUsed(String why, int ports) {
        await(why)
                .atMost(Duration.ofSeconds(20))
                .until(() -> site.api().metric("koegura_rtp_ports", "state=\"used\"") == ports);
    }
}
