package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.audio.Codec;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Baresip;

/// A telephone over TLS, and one on IPv6, speak with a registrar and a citizen over UDP on IPv4: both are told and
/// recorded as any other (traps 12, 31, 35).
class ManyTonguesIT {

    private static final Duration NOTICE_WAIT = Duration.ofSeconds(20);
    private static final Codec CODEC = Codec.PCMU;
    private static final String PCMU = Baresip.nameOf(CODEC);

    @Test
    void aTelephoneOverTlsSpeaksWithARegistrarAndACitizenOverUdp(@TempDir Path folder) throws Exception {
        try (Site site = Site.startManyTongued(folder)) {
            Instant begin = Instant.now();
            try (Baresip staff = site.insideTelephoneOverTls("201", PCMU, Speech.spoken("staff-1"));
                    Baresip citizen = site.outsideTelephone("0120000001", PCMU, Speech.spoken("citizen-1"))) {
                bothWays(site, staff, citizen);
            }
            assertThat(site.signalling(begin))
                    .as("both of our addresses, that of the next hop on top (RFC 5658)")
                    .containsPattern(
                            "Path: <sip:" + Pattern.quote(site.proxy())
                                    + ";transport=udp;lr;r2;telephone=[0-9a-f.]+;flow=s[0-9a-f]+>\r\n"
                                    + "Path: <sip:127\\.0\\.0\\.1:[0-9]+;transport=tls;lr;r2;telephone=[0-9a-f.]+;flow=s[0-9a-f]+>");
        }
    }

    @Test
    void aTelephoneOnIpv6SpeaksWithARegistrarAndACitizenOnIpv4(@TempDir Path folder) throws Exception {
        try (Site site = Site.startManyTongued(folder)) {
            try (Baresip staff = site.insideTelephoneOnIpv6("201", PCMU, Speech.spoken("staff-1"));
                    Baresip citizen = site.outsideTelephone("0120000001", PCMU, Speech.spoken("citizen-1"))) {
                Instant begin = Instant.now();
                bothWays(site, staff, citizen);
                assertThat(site.saidBy(staff, begin))
                        .isNotEmpty()
                        .allMatch(packet -> packet.datagram().source().getAddress() instanceof java.net.Inet6Address);
                assertThat(site.saidBy(citizen, begin))
                        .isNotEmpty()
                        .allMatch(packet -> packet.datagram().source().getAddress() instanceof java.net.Inet4Address);
            }
        }
    }

    private static void bothWays(Site site, Baresip staff, Baresip citizen) throws Exception {
        call(site, staff, citizen, site.uri("201"), citizen);
        call(site, staff, citizen, site.uri("0120000001"), staff);
    }

    /// The callee hangs up, so that a request inside of the dialog goes each way.
    private static void call(Site site, Baresip staff, Baresip citizen, String uri, Baresip caller) throws Exception {
        Baresip callee = caller.equals(citizen) ? staff : citizen;
        Instant begin = Instant.now();
        int before = site.recordings().size();
        caller.dial(uri);
        callee.accept();
        caller.awaitEstablished();
        site.awaitStage("RECORDED", NOTICE_WAIT);
        Instant recorded = Instant.now();
        await().atMost(Duration.ofSeconds(15))
                .pollInterval(Duration.ofMillis(300))
                .until(() -> site.saidBy(citizen, recorded).size() > 100);
        callee.hangUp();
        caller.awaitClosed();
        callee.awaitClosed();
        site.awaitNoCall();
        List<KeptRecording> recordings = site.recordings();
        assertThat(recordings).hasSize(before + 1);
        JudgedCall.announcedAndKept(
                recordings.getLast(), JudgedCall.Wire.of(site, staff, citizen, begin), Talk.ofTelephones(CODEC));
    }
}
