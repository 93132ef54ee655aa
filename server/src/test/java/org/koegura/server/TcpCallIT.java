package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.audio.Codec;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Baresip;

/// Calls over TCP, and over TCP on one side and UDP on the other (trap 35), are told and recorded as any other.
class TcpCallIT {

    private static final String OPUS = Baresip.nameOf(Codec.OPUS);
    private static final String G722 = Baresip.nameOf(Codec.G722);
    private static final Pattern SIP = Pattern.compile("SIP/2\\.0");

    @Test
    void everybodySpeaksTcp(@TempDir Path folder) throws Exception {
        try (Site site = Site.start(folder, Site.Standing.beforeRegistrar(true))) {
            Instant begin = Instant.now();
            try (Baresip staff = site.telephones().insideOverTcp("201", OPUS, Speech.spoken("staff-1"));
                    Baresip citizen =
                            site.telephones().outsideOverTcp("0120000001", OPUS, Speech.spoken("citizen-1"))) {
                bothWays(site, staff, citizen, Codec.OPUS, ";transport=tcp");
            }
            assertThat(SIP.matcher(site.signalling(begin)).find())
                    .as("SIP over UDP")
                    .isFalse();
            nothingWasRepeatedAndAllIsFreed(site);
        }
    }

    @Test
    void aTelephoneOverTcpSpeaksWithARegistrarAndACitizenOverUdp(@TempDir Path folder) throws Exception {
        try (Site site = Site.start(folder, Site.Standing.beforeRegistrar(false))) {
            Instant begin = Instant.now();
            try (Baresip staff = site.telephones().insideOverTcp("201", G722, Speech.spoken("staff-1"));
                    Baresip citizen = site.outsideTelephone("0120000001", G722, Speech.spoken("citizen-1"))) {
                bothWays(site, staff, citizen, Codec.G722, "");
            }
            String us = Pattern.quote("sip:" + site.proxy());
            assertThat(site.signalling(begin))
                    .as("both of our addresses, that of the next hop on top (RFC 5658)")
                    .containsPattern("Path: <" + us + ";transport=udp;lr;r2;telephone=[0-9a-f]+;flow=t[0-9a-f]+>\r\n"
                            + "Path: <" + us + ";transport=tcp;lr;r2;telephone=[0-9a-f]+;flow=t[0-9a-f]+>")
                    .containsPattern("Record-Route: <" + us
                            + ";transport=udp;lr;r2;passage=[0-9a-f]+;flow=t[0-9a-f]+>\r\n" + "Record-Route: <" + us
                            + ";transport=tcp;lr;r2;passage=[0-9a-f]+;flow=t[0-9a-f]+>");
            nothingWasRepeatedAndAllIsFreed(site);
        }
    }

    private static void bothWays(Site site, Baresip staff, Baresip citizen, Codec codec, String parameter)
            throws Exception {
        call(site, staff, citizen, codec, site.uri("201") + parameter, citizen);
        call(site, staff, citizen, codec, site.uri("0120000001") + parameter, staff);
    }

    private static void call(Site site, Baresip staff, Baresip citizen, Codec codec, String uri, Baresip caller)
            throws Exception {
        KeptRecording kept = TalkedCall.place(site, staff, citizen, codec, uri, caller);
        boolean inbound = caller.equals(citizen);
        assertThat(kept.manifest().path("direction").asString("")).isEqualTo(inbound ? "inbound" : "outbound");
        assertThat(kept.manifest().path("end").asString("")).isEqualTo(inbound ? "hangup-inside" : "hangup-outside");
    }

    /// The telephones are gone already; the registrar goes now.
    private static void nothingWasRepeatedAndAllIsFreed(Site site) throws Exception {
        assertThat(site.api().metric("koegura_sip_retransmissions_total")).isZero();
        assertThat(site.api().metric("koegura_sip_parse_errors_total")).isZero();
        assertThat(site.api().metric("koegura_sip_dropped_total")).isZero();
        site.stopRegistrar();
        await("all connections are gone")
                .atMost(Duration.ofSeconds(10))
                .until(() -> site.api().metric("koegura_sip_connections") == 0);
    }
}
