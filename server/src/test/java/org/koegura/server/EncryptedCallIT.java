package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.server.evidence.Rtp;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Baresip;

/// Two telephones over TLS that speak SRTP alone, keys in their descriptions (trap 28): the call passes, its media pass
/// through our ports and sealed, and nothing of it is kept.
class EncryptedCallIT {

    private static final String UNRECORDED = "koegura_calls_unrecorded_total";
    private static final int PACKETS = 100;

    @Test
    void anEncryptedCallOverTlsIsRelayedSealedAndUnrecordedWithItsReason(@TempDir Path folder) throws Exception {
        try (Site site = Site.startManyTongued(folder, Site.Standing.betweenPbxAndTrunk(false));
                Baresip staff = site.telephones().encrypting("201", "pcmu", Speech.spoken("staff-1"));
                Baresip citizen = site.telephones().encryptingStranger("0990555", "pcmu", Speech.spoken("citizen-1"))) {
            Instant begin = Instant.now();
            citizen.dial(site.uri("201"));
            staff.accept();
            citizen.awaitEstablished();
            site.awaitStage("NOT_RECORDED", Duration.ofSeconds(10));
            await("both are heard")
                    .atMost(Duration.ofSeconds(15))
                    .until(() -> site.heardBy(staff, begin).size() > PACKETS
                            && site.heardBy(citizen, begin).size() > PACKETS);
            citizen.hangUp();
            staff.awaitClosed();
            site.awaitNoCall();

            assertThat(site.signalling(begin))
                    .as("descriptions on the hops that can be read")
                    .contains("RTP/SAVP", "a=crypto:");
            passesSealed(site, site.saidBy(citizen, begin), site.heardBy(staff, begin));
            passesSealed(site, site.saidBy(staff, begin), site.heardBy(citizen, begin));
            assertThat(site.recordings()).isEmpty();
            assertThat(site.api().metric(UNRECORDED, "reason=\"encrypted_media\""))
                    .isEqualTo(1);
            assertThat(site.api().metric(UNRECORDED)).isEqualTo(1);
            assertThat(site.api().metric("koegura_notices_total")).isZero();
            assertThat(site.api().metric("koegura_rtp_packets_total", "direction=\"tx\""))
                    .as("packets that our ports sent")
                    .isGreaterThan(2 * PACKETS);
        }
    }

    /// What one said came out of a port of ours to the other, bit by bit; the last packets may be on their way.
    private static void passesSealed(Site site, List<Rtp> said, List<Rtp> heard) {
        assertThat(heard)
                .hasSizeGreaterThan(PACKETS)
                .allMatch(packet -> packet.datagram().source().getPort() >= site.mediaPort());
        assertThat(said).allMatch(packet -> packet.datagram().destination().getPort() >= site.mediaPort());
        assertThat(heard.stream().map(EncryptedCallIT::bits).toList())
                .isSubsetOf(said.stream().map(EncryptedCallIT::bits).toList());
    }

    private static String bits(Rtp packet) {
        return Arrays.toString(packet.datagram().payload());
    }
}
