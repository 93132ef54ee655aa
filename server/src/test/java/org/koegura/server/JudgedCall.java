package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.koegura.audio.Codec;
import org.koegura.server.demo.Correlation;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Rtp;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Baresip;

/// What must hold after any announced call between two telephones of one codec.
final class JudgedCall {

    private JudgedCall() {}

    /// The citizen, and nobody else, heard the notice in one unbroken stream; from its end on both streams were kept,
    /// to the bit; the verifier finds nothing.
    ///
    /// @param begin before which nothing is looked at
    static void announcedAndKept(
            Site site, KeptRecording recording, Baresip staff, Baresip citizen, Instant begin, Codec codec)
            throws Exception {
        List<Rtp> staffSaid = site.saidBy(staff, begin);
        List<Rtp> citizenSaid = site.saidBy(citizen, begin);
        List<Rtp> citizenHeard = site.heardBy(citizen, begin);
        short[] notice = Speech.notice();

        assertThat(citizenHeard).allMatch(packet -> isOf(codec, packet.payloadType()));
        CallEvidence.isOneStream(citizenHeard, codec.clockRateHz() / 50);
        CallEvidence.nothingIsKeptBeforeTheNoticeEnded(recording, citizenHeard, staffSaid, notice, codec);
        CallEvidence.nothingIsKeptBeforeTheNoticeEnded(recording, citizenHeard, citizenSaid, notice, codec);
        assertThat(Correlation.of(notice, Rtp.sound(site.heardBy(staff, begin), codec))
                        .value())
                .as("the notice in what the inside party received")
                .isLessThan(0.3);
        CallEvidence.keptIsTheWire(recording.inside(), staffSaid, recording);
        CallEvidence.keptIsTheWire(recording.outside(), citizenSaid, recording);
        assertThat(ProductProcess.verify(recording.folder())).isZero();
        assertThat(recording
                        .manifest()
                        .path("basis")
                        .path("format")
                        .path("encodingName")
                        .asString(""))
                .isEqualTo(codec.name());
    }

    /// Static payload types, and for Opus whichever the telephones agreed on.
    private static boolean isOf(Codec codec, int payloadType) {
        return switch (codec) {
            case PCMU -> payloadType == 0;
            case PCMA -> payloadType == 8;
            case G722 -> payloadType == 9;
            case OPUS -> payloadType >= 96;
        };
    }
}
