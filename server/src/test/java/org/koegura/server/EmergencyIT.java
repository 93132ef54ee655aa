package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.server.evidence.MadeCapture;
import org.koegura.server.evidence.Rtp;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Baresip;
import org.koegura.server.peer.Sipp;

/// A call for help among real peers (N11): it passes while everything is taken, and nothing of it is kept.
class EmergencyIT {

    private static final Map<String, String> PCMU =
            Map.of("pt", "0", "encoding", "PCMU/8000", "ptime", "20", "direction", "sendrecv", "caller", "203");

    /// More than can be refused before the call is over.
    private static final int FLOOD = 3000;

    private static Map<String, String> talking(Path folder) throws IOException {
        String talk =
                MadeCapture.write(folder.resolve("pcmu.pcap"), 0, 160, 100, 5).toString();
        return Map.of(
                "CAPTURE", talk, "AFTER", talk, "NOTICE_MILLIS", "2200", "TALK_MILLIS", "2200", "RING_MILLIS", "100");
    }

    @Test
    void aCallForHelpPassesByteForByteWhileEveryPortIsTaken(@TempDir Path folder) throws Exception {
        try (Site site = Site.start(folder, 4);
                Baresip staff = site.insideTelephone("201", "pcmu", Speech.spoken("staff-1"));
                Baresip citizen = site.outsideTelephone("0120000001", "pcmu", Speech.spoken("citizen-1"))) {
            citizen.dial(site.uri("201"));
            staff.accept();
            citizen.awaitEstablished();
            site.awaitStage("RECORDED", Duration.ofSeconds(20));
            assertThat(site.api().metric("koegura_rtp_ports", "state=\"free\"")).isZero();

            Instant begin = Instant.now();
            Map<String, String> blanks = talking(folder);
            try (Sipp brigade = site.trunk("uas-talks", PCMU, blanks);
                    Sipp caller = site.insideCaller("uac-talks", "119", PCMU, blanks)) {
                assertThat(caller.succeeded()).isTrue();
                assertThat(brigade.succeeded()).isTrue();
                String signalled = site.signalling(begin);
                for (Sipp one : List.of(caller, brigade)) {
                    long hops = Pattern.compile("m=audio " + one.mediaPort() + " ")
                            .matcher(signalled)
                            .results()
                            .count();
                    assertThat(hops)
                            .as("hops that show where a party really is")
                            .isGreaterThanOrEqualTo(3);
                    List<Rtp> heard = site.heardBy(one, begin);
                    assertThat(heard).hasSizeGreaterThan(100);
                    int other = (one == caller ? brigade : caller).mediaPort();
                    assertThat(heard)
                            .allMatch(packet -> packet.datagram().source().getPort() == other);
                }
            }
            assertThat(site.api().metric("koegura_calls_unrecorded_total", "reason=\"emergency\""))
                    .isEqualTo(1);
            citizen.hangUp();
            staff.awaitClosed();
            site.awaitNoCall();
            assertThat(site.recordings()).hasSize(1);
        }
    }

    /// The telephone shares its address with the flood, so that no limit has anything left for it.
    @Test
    void aTelephoneReachesHelpWhileAFloodOfCallsIsRefused(@TempDir Path folder) throws Exception {
        Site.Standing standing = Site.Standing.beforeRegistrar(false);
        try (Site site = Site.start(folder, standing, "--invite-rate", "2", "--rate-per-source", "2");
                Baresip staff = site.insideTelephone("201", "pcmu", Speech.spoken("staff-1"));
                Sipp brigade = site.trunk("uas-talks", PCMU, talking(folder));
                Sipp flood = site.flood(FLOOD)) {
            await("the flood is refused").until(() -> refused(site) > 100);
            Instant begin = Instant.now();
            staff.dial(site.uri("119"));
            staff.awaitEstablished();
            brigade.awaitSaid();
            Instant speaks = Instant.now();
            await("they hear each other")
                    .until(() -> site.heardBy(staff, speaks).size() > 50
                            && site.heardBy(brigade, speaks).size() > 50);
            double used = site.api().metric("koegura_rtp_ports", "state=\"used\"");
            double before = refused(site);
            staff.hangUp();
            assertThat(brigade.succeeded()).isTrue();
            await("the flood is refused still").until(() -> refused(site) > before);
            assertThat(flood.isRunning()).isTrue();

            assertThat(used).as("ports of the product in use").isZero();
            assertThat(site.heardBy(staff, begin))
                    .allMatch(packet -> packet.datagram().source().getPort() == brigade.mediaPort());
            assertThat(site.heardBy(brigade, begin))
                    .allMatch(packet ->
                            staff.hasMediaPort(packet.datagram().source().getPort()));
            assertThat(site.api().metric("koegura_calls_unrecorded_total", "reason=\"emergency\""))
                    .isPositive();
            assertThat(site.api().metric("koegura_notices_total")).isZero();
            assertThat(site.recordings()).isEmpty();
        }
    }

    private static double refused(Site site) throws Exception {
        return site.api().metric("koegura_sip_refused_total");
    }
}
