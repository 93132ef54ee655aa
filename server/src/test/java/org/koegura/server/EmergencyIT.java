package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

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
            String talk = MadeCapture.write(folder.resolve("pcmu.pcap"), 0, 160, 100, 5)
                    .toString();
            Map<String, String> blanks = Map.of(
                    "CAPTURE",
                    talk,
                    "AFTER",
                    talk,
                    "NOTICE_MILLIS",
                    "2200",
                    "TALK_MILLIS",
                    "2200",
                    "RING_MILLIS",
                    "100");
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
}
