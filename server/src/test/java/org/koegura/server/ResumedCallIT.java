package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Rtp;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Baresip;
import org.koegura.server.peer.Talker;

/// The plug is pulled while two telephones speak, and the product starts again: they hear each other on, what
/// they say is kept, and both parts verify (R4, trap 27).
class ResumedCallIT {

    private static final Duration NOTICE_WAIT = Duration.ofSeconds(20);

    /// Two turns of the thread that writes what a restart needs.
    private static final Duration TOLD_AT_LAST = Duration.ofMillis(500);

    @SuppressWarnings("NullAway.Init") // set before each
    private Site site;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        site = Site.start(folder, Site.Standing.beforeRegistrar(false));
    }

    @AfterEach
    void stop() throws Exception {
        site.close();
    }

    @Test
    void afterKill9ARecordedCallGoesOnAndIsRecordedOn() throws Exception {
        Instant begin = Instant.now();
        String password = site.product().operatorPassword();
        try (Baresip staff = site.insideTelephone("201", "pcmu", Speech.spoken("staff-1"));
                Baresip citizen = site.outsideTelephone("0120000001", "pcmu", Speech.spoken("citizen-1"))) {
            citizen.dial(site.uri("201"));
            staff.accept();
            citizen.awaitEstablished();
            site.awaitStage("RECORDED", NOTICE_WAIT);
            awaitBothHeard(staff, citizen, begin);
            Instant killed = kill();
            site.restart(password);

            Instant up = Instant.now();
            awaitBothHeard(staff, citizen, up);
            assertThat(site.api().stage()).isEqualTo("RECORDED");
            assertThat(site.api().metric("koegura_calls_left_total", "outcome=\"resumed\""))
                    .isEqualTo(1);
            List<Rtp> heard = site.heardBy(citizen, begin);
            assertThat(heard.stream().map(Rtp::ssrc).distinct())
                    .as("sources that the citizen's telephone heard")
                    .hasSize(1);
            assertThat(forward(heard)).as("no number came twice or went back").isTrue();
            staff.hangUp();
            citizen.awaitClosed();
            site.awaitNoCall();

            List<KeptRecording> parts = site.recordings();
            assertThat(parts).hasSize(2);
            KeptRecording before = parts.getFirst();
            KeptRecording after = parts.getLast();
            assertThat(before.manifest().path("end").asString("")).isEqualTo("interrupted");
            assertThat(before.captureEndedAt()).isBefore(killed.plusMillis(50));
            assertThat(after.captureStartedAt()).isAfter(killed);
            assertThat(after.opening().path("continues").asString(""))
                    .isEqualTo(before.manifest().path("call").asString("?"));
            assertThat(after.manifest().path("basis"))
                    .isEqualTo(before.manifest().path("basis"));
            JudgedCall.keptWhole(after, site.saidBy(staff, begin), site.saidBy(citizen, begin));
            assertThat(ProductProcess.verify(before.folder())).isZero();
        }
    }

    /// Nothing was kept before, so that the notice has to be heard whole once more.
    @Test
    void afterKill9WithinTheNoticeItIsPlayedAgainAndNothingIsKeptBeforeItsEnd() throws Exception {
        Instant begin = Instant.now();
        String password = site.product().operatorPassword();
        try (Baresip staff = site.insideTelephone("201", "pcmu", Speech.spoken("staff-1"));
                Baresip citizen = site.outsideTelephone("0120000001", "pcmu", Speech.spoken("citizen-1"))) {
            citizen.dial(site.uri("201"));
            staff.accept();
            citizen.awaitEstablished();
            site.awaitStage("NOTICE", NOTICE_WAIT);
            await().until(() -> site.heardBy(citizen, begin).size() > 50);
            kill();
            site.restart(password);
            site.awaitStage("RECORDED", NOTICE_WAIT);
            Instant recorded = Instant.now();
            awaitBothHeard(staff, citizen, recorded);
            List<Rtp> heard = site.heardBy(citizen, begin);
            assertThat(forward(heard)).isTrue();
            staff.hangUp();
            citizen.awaitClosed();
            site.awaitNoCall();

            assertThat(site.recordings()).hasSize(1);
            KeptRecording kept = site.recordings().getFirst();
            JudgedCall.keptWhole(kept, site.saidBy(staff, begin), site.saidBy(citizen, begin));
        }
    }

    /// Their parties may send there for a moment yet.
    @Test
    void afterKill9NoCallGetsPortsThatOneGaveBackJustBefore() throws Exception {
        String password = site.product().operatorPassword();
        try (Baresip staff = site.insideTelephone("201", "pcmu", Speech.spoken("staff-1"));
                Baresip citizen = site.outsideTelephone("0120000001", "pcmu", Speech.spoken("citizen-1"))) {
            Set<Integer> former = portsOfACall(staff, citizen);
            kill();
            site.restart(password);
            Set<Integer> latter = portsOfACall(staff, citizen);

            assertThat(former).hasSize(2);
            assertThat(latter).hasSize(2).doesNotContainAnyElementsOf(former);
        }
    }

    /// Of RTP, of both legs.
    private Set<Integer> portsOfACall(Baresip staff, Baresip citizen) throws Exception {
        Instant begin = Instant.now();
        citizen.dial(site.uri("201"));
        staff.accept();
        citizen.awaitEstablished();
        awaitBothHeard(staff, citizen, begin);
        Set<Integer> ports = new HashSet<>();
        site.heardBy(citizen, begin)
                .forEach(packet -> ports.add(packet.datagram().source().getPort()));
        site.heardBy(staff, begin)
                .forEach(packet -> ports.add(packet.datagram().source().getPort()));
        staff.hangUp();
        citizen.awaitClosed();
        site.awaitNoCall();
        return ports;
    }

    /// Once what calls and ports came to is on disk: of its last quarter of a second a process that dies may leave
    /// anything unsaid, and that a call was over too.
    private Instant kill() throws Exception {
        await("all of it is on disk")
                .pollDelay(TOLD_AT_LAST)
                .until(() -> site.api().metric("koegura_call_checkpoints_oldest_unwritten_timestamp_seconds") == 0);
        site.product().process().signal("KILL");
        site.product().process().awaitExit(Duration.ofSeconds(20));
        return Instant.now();
    }

    private void awaitBothHeard(Talker staff, Talker citizen, Instant since) {
        await("both hear each other")
                .atMost(Duration.ofSeconds(15))
                .pollInterval(Duration.ofMillis(300))
                .until(() -> site.heardBy(citizen, since).size() > 100
                        && site.heardBy(staff, since).size() > 100);
    }

    private static boolean forward(List<Rtp> heard) {
        for (int i = 1; i < heard.size(); i++) {
            if ((short) (heard.get(i).sequence() - heard.get(i - 1).sequence()) <= 0) {
                return false;
            }
        }
        return true;
    }
}
