package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.audio.Codec;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Baresip;
import org.koegura.server.peer.PlainOnly;

/// A carrier with which SRTP is preferred (trap 28): one that refuses it by 488 is called in plain RTP, and told and
/// recorded as anybody.
class PreferredSrtpIT {

    private static final String PCMU = Baresip.nameOf(Codec.PCMU);
    private static final String[] PREFERRED = {
        "--srtp-upstream", "never", "--srtp-trunk", "prefer", "--srtp-telephones", "never"
    };

    @Test
    void aCarrierThatRefusesSrtpIsCalledInPlainAndItsCallIsAnnouncedAndKept(@TempDir Path folder) throws Exception {
        try (Site site = Site.startManyTongued(folder, Site.Standing.beforeACarrierOverTls(), PREFERRED);
                Baresip staff = site.outsideTelephone("201", PCMU, Speech.spoken("staff-1"));
                Baresip citizen = site.telephones().plainCarrier("0990555", PCMU, Speech.spoken("citizen-1"));
                PlainOnly border = site.telephones().border()) {
            assertThat(site.api().metric("koegura_srtp_fallbacks_total")).isZero();
            KeptRecording recording = TalkedCall.place(site, staff, citizen, Codec.PCMU, site.uri("0990555"), staff);
            assertThat(border.refused()).isOne();
            assertThat(site.api().metric("koegura_srtp_fallbacks_total")).isOne();
            assertThat(suites(recording)).isZero();
            assertThat(recording.manifest().path("direction").asString("")).isEqualTo("outbound");
            assertThat(ProductProcess.verify(recording.folder())).isZero();
        }
    }

    /// It is called in SRTP, without a second branch.
    @Test
    void aCarrierThatSpeaksSrtpIsSpokenToSo(@TempDir Path folder) throws Exception {
        try (Site site = Site.startManyTongued(folder, Site.Standing.beforeACarrierOverTls(), PREFERRED);
                Baresip staff = site.outsideTelephone("201", PCMU, Speech.spoken("staff-1"));
                Baresip citizen = site.telephones().encryptingCarrier("0990555", PCMU, Speech.spoken("citizen-1"))) {
            staff.dial(site.uri("0990555"));
            citizen.accept();
            staff.awaitEstablished();
            site.awaitStage("RECORDED", SrtpCallIT.NOTICE_WAIT);
            citizen.hangUp();
            staff.awaitClosed();
            site.awaitNoCall();
            assertThat(site.recordings())
                    .singleElement()
                    .satisfies(recording -> assertThat(suites(recording)).isOne());
            assertThat(site.api().metric("koegura_srtp_fallbacks_total")).isZero();
        }
    }

    /// Formats of the recording that came under SRTP.
    private static long suites(KeptRecording recording) {
        return StreamSupport.stream(recording.opening().path("formats").spliterator(), false)
                .filter(format -> format.has("srtp"))
                .count();
    }
}
