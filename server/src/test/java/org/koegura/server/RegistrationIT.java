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

/// Real telephones that can be called by way of us alone (trap 32): behind a registrar that keeps no Path, and over a
/// connection that nobody else can open.
class RegistrationIT {

    private static final Duration NOTICE_WAIT = Duration.ofSeconds(20);
    private static final Codec CODEC = Codec.PCMU;
    private static final String PCMU = Baresip.nameOf(CODEC);

    @Test
    void behindARegistrarThatKeepsNoPathATelephoneIsCalledThroughUsAndRecorded(@TempDir Path folder) throws Exception {
        try (Site site = Site.start(folder, Site.Standing.WITHOUT_PATH)) {
            Instant begin = Instant.now();
            try (Baresip staff = site.insideTelephone("201", PCMU, Speech.spoken("staff-1"));
                    Baresip citizen = site.outsideTelephone("0120000001", PCMU, Speech.spoken("citizen-1"))) {
                call(site, staff, citizen);
            }
            assertThat(site.signalling(begin))
                    .containsPattern("Contact: <sip:koegura-[A-Za-z0-9_-]+@" + Pattern.quote(site.proxy()) + ">")
                    .doesNotContain("\r\nPath: ");
            assertThat(site.api().metric("koegura_sip_registered_without_path_total", ""))
                    .isZero();
        }
    }

    @Test
    void aTelephoneOverTlsWithoutACertificateIsCalledOverItsOwnConnectionAndRecorded(@TempDir Path folder)
            throws Exception {
        try (Site site = Site.startManyTongued(folder);
                Baresip staff =
                        site.telephones().insideOverTlsWithoutCertificate("201", PCMU, Speech.spoken("staff-1"));
                Baresip citizen = site.outsideTelephone("0120000001", PCMU, Speech.spoken("citizen-1"))) {
            call(site, staff, citizen);
        }
    }

    /// The citizen calls, and hangs up: so that a BYE, too, has to find the telephone.
    private static void call(Site site, Baresip staff, Baresip citizen) throws Exception {
        Instant begin = Instant.now();
        citizen.dial(site.uri("201"));
        staff.accept();
        citizen.awaitEstablished();
        site.awaitStage("RECORDED", NOTICE_WAIT);
        Instant recorded = Instant.now();
        await().atMost(Duration.ofSeconds(15))
                .pollInterval(Duration.ofMillis(300))
                .until(() -> site.saidBy(citizen, recorded).size() > 100);
        citizen.hangUp();
        staff.awaitClosed();
        citizen.awaitClosed();
        site.awaitNoCall();
        List<KeptRecording> recordings = site.recordings();
        assertThat(recordings).hasSize(1);
        JudgedCall.announcedAndKept(
                recordings.getLast(), JudgedCall.Wire.of(site, staff, citizen, begin), Talk.ofTelephones(CODEC));
    }
}
