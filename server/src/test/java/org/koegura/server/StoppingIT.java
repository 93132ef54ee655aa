package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Rtp;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Baresip;
import org.koegura.server.peer.Sipp;

/// Ctrl-C or SIGTERM, Ctrl-C again, and the plug pulled: what was recorded is there afterwards and verifies.
class StoppingIT {

    private static final Duration NOTICE_WAIT = Duration.ofSeconds(20);
    private static final Duration EXIT_WAIT = Duration.ofSeconds(20);

    /// What kill -9 may cost of each party (R4).
    private static final Duration LOST_MAX = Duration.ofMillis(250);

    /// What a telephone here says in a packet.
    private static final Duration PACKET = Duration.ofMillis(20);

    /// Ctrl-C, and what systemd and containers send.
    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void theFirstSignalRefusesNewCallsAndLetsTheRunningOneFinish(String signal, @TempDir Path folder) throws Exception {
        try (Site site = Site.start(folder)) {
            Baresip staff = site.insideTelephone("201", "pcmu", Speech.spoken("staff-1"));
            Baresip citizen = site.outsideTelephone("0120000001", "pcmu", Speech.spoken("citizen-1"));
            recordedCall(site, citizen, staff);
            Instant asked = Instant.now();
            site.product().process().signal(signal);
            site.product().process().awaitLine(line -> line.startsWith("New calls are refused"));
            try (Sipp second = site.insideCaller("uac-refused", "0990123", Map.of(), Map.of("STATUS", "503"))) {
                assertThat(second.succeeded()).isTrue();
            }
            assertThat(site.signalling(asked)).contains("SIP/2.0 503").containsPattern("(?i)Retry-After: \\d+");
            assertThat(site.api().stage()).isEqualTo("RECORDED");
            citizen.hangUp();
            staff.awaitClosed();
            assertThat(site.product().process().awaitExit(EXIT_WAIT)).isZero();
            List<KeptRecording> recordings = site.recordings();
            assertThat(recordings).hasSize(1);
            assertThat(recordings.getFirst().manifest().path("end").asString(""))
                    .isEqualTo("hangup-outside");
            assertThat(ProductProcess.verify(recordings.getFirst().folder())).isZero();
        }
    }

    @Test
    void theSecondCtrlCSealsWhatIsRecordedAndLeaves(@TempDir Path folder) throws Exception {
        try (Site site = Site.start(folder)) {
            Baresip staff = site.insideTelephone("201", "pcmu", Speech.spoken("staff-1"));
            Baresip citizen = site.outsideTelephone("0120000001", "pcmu", Speech.spoken("citizen-1"));
            recordedCall(site, citizen, staff);
            site.product().process().signal("INT");
            site.product().process().awaitLine(line -> line.startsWith("New calls are refused"));
            site.product().process().signal("INT");
            assertThat(site.product().process().awaitExit(EXIT_WAIT)).isZero();
            List<KeptRecording> recordings = site.recordings();
            assertThat(recordings).hasSize(1);
            assertThat(recordings.getFirst().manifest().path("end").asString(""))
                    .isEqualTo("shutdown");
            assertThat(ProductProcess.verify(recordings.getFirst().folder())).isZero();
            staff.hangUp();
            citizen.hangUp();
        }
    }

    /// Who stops Koegura for good hears the same from his calls; who starts it again goes on with them.
    @Test
    void aStartAfterTheSecondCtrlCTakesTheCallUp(@TempDir Path folder) throws Exception {
        try (Site site = Site.start(folder)) {
            Baresip staff = site.insideTelephone("201", "pcmu", Speech.spoken("staff-1"));
            Baresip citizen = site.outsideTelephone("0120000001", "pcmu", Speech.spoken("citizen-1"));
            String password = site.product().operatorPassword();
            recordedCall(site, citizen, staff);
            site.product().process().signal("INT");
            site.product().process().awaitLine(line -> line.startsWith("New calls are refused"));
            site.product().process().signal("INT");
            assertThat(site.product().process().awaitExit(EXIT_WAIT)).isZero();
            site.restart(password);
            Instant restarted = Instant.now();
            site.awaitStage("RECORDED", NOTICE_WAIT);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> site.heardBy(citizen, restarted).size() > 100
                            && site.heardBy(staff, restarted).size() > 100);
            citizen.hangUp();
            staff.awaitClosed();
            site.awaitNoCall();

            List<KeptRecording> recordings = site.recordings();
            assertThat(recordings)
                    .extracting(recording -> recording.manifest().path("end").asString(""))
                    .containsExactlyInAnyOrder("shutdown", "hangup-outside");
            KeptRecording first = ended(recordings, "shutdown");
            KeptRecording second = ended(recordings, "hangup-outside");
            assertThat(second.opening().path("continues").asString(""))
                    .isEqualTo(first.manifest().path("call").asString("?"));
            assertThat(second.outside().getFirst().epochNanos())
                    .isGreaterThan(first.outside().getLast().epochNanos());
            for (KeptRecording recording : recordings) {
                assertThat(ProductProcess.verify(recording.folder())).isZero();
            }
        }
    }

    private static KeptRecording ended(List<KeptRecording> recordings, String end) {
        return recordings.stream()
                .filter(recording ->
                        recording.manifest().path("end").asString("").equals(end))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void afterKill9TheNextStartSealsWhatWasKeptAndTheByeStillPasses(@TempDir Path folder) throws Exception {
        try (Site site = Site.start(folder)) {
            Baresip staff = site.insideTelephone("201", "pcmu", Speech.spoken("staff-1"));
            Baresip citizen = site.outsideTelephone("0120000001", "pcmu", Speech.spoken("citizen-1"));
            String password = site.product().operatorPassword();
            Instant begin = Instant.now();
            recordedCall(site, citizen, staff);
            site.product().process().signal("KILL");
            site.product().process().awaitExit(EXIT_WAIT);
            Instant dead = Instant.now();
            site.restart(password);
            citizen.hangUp();
            staff.awaitClosed(); // the BYE found its way through a product that took the call up

            List<KeptRecording> recordings = site.recordings();
            KeptRecording recording = recordings.getFirst(); // what was said after the start is in another
            assertThat(recording.manifest().path("end").asString("")).isEqualTo("interrupted");
            assertThat(recording.manifest().path("outcome").asString("")).isEqualTo("partial");
            assertThat(ProductProcess.verify(recording.folder())).isZero();
            List<Rtp> citizenSaid = site.saidBy(citizen, begin);
            List<Rtp> staffSaid = site.saidBy(staff, begin);
            CallEvidence.keptIsTheWire(recording.outside(), citizenSaid, recording);
            CallEvidence.keptIsTheWire(recording.inside(), staffSaid, recording);
            long aliveNanos = Stream.of(site.heardBy(citizen, begin), site.heardBy(staff, begin))
                    .flatMap(List::stream)
                    .mapToLong(Rtp::epochNanos)
                    .filter(nanos -> nanos <= KeptRecording.epochNanos(dead))
                    .max()
                    .orElseThrow();
            assertThat(lost(recording.outside(), citizenSaid, aliveNanos)).isLessThanOrEqualTo(LOST_MAX);
            assertThat(lost(recording.inside(), staffSaid, aliveNanos)).isLessThanOrEqualTo(LOST_MAX);
        }
    }

    /// What was said of one leg after the last of it that was kept, until the product passed its last packet on.
    private static Duration lost(List<Rtp> kept, List<Rtp> said, long aliveNanos) {
        Rtp last = kept.getLast();
        long packets = said.stream()
                .dropWhile(packet -> packet.ssrc() != last.ssrc() || packet.sequence() != last.sequence())
                .skip(1)
                .takeWhile(packet -> packet.epochNanos() <= aliveNanos)
                .count();
        return PACKET.multipliedBy(packets);
    }

    private static void recordedCall(Site site, Baresip citizen, Baresip staff) {
        citizen.dial(site.uri("201"));
        staff.accept();
        citizen.awaitEstablished();
        site.awaitStage("RECORDED", NOTICE_WAIT);
        Instant recorded = Instant.now();
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> site.saidBy(citizen, recorded).size() > 100);
    }
}
