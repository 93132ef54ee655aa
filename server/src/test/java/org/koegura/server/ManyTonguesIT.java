package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.audio.Codec;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Baresip;

/// A telephone over TLS, and one on IPv6, speak with a registrar and a citizen over UDP on IPv4: both are told and
/// recorded as any other (traps 12, 31, 35).
class ManyTonguesIT {

    private static final Codec CODEC = Codec.PCMU;
    private static final String PCMU = Baresip.nameOf(CODEC);

    @Test
    void aTelephoneOverTlsSpeaksWithARegistrarAndACitizenOverUdp(@TempDir Path folder) throws Exception {
        try (Site site = Site.startManyTongued(folder)) {
            Instant begin = Instant.now();
            try (Baresip staff = site.telephones().insideOverTls("201", PCMU, Speech.spoken("staff-1"));
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
            try (Baresip staff = site.telephones().insideOnIpv6("201", PCMU, Speech.spoken("staff-1"));
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
        TalkedCall.place(site, staff, citizen, CODEC, site.uri("201"), citizen);
        TalkedCall.place(site, staff, citizen, CODEC, site.uri("0120000001"), staff);
    }
}
