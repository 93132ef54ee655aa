package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.koegura.audio.Codec;
import org.koegura.server.demo.Correlation;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Rtp;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Baresip;
import org.koegura.server.peer.Talker;

/// What must hold after any call of one codec.
final class JudgedCall {

    /// Of the notice, and of what is compared with it.
    private static final int NARROWBAND_HZ = 8000;

    private JudgedCall() {}

    /// What the two parties of a call said and heard.
    record Wire(List<Rtp> insideSaid, List<Rtp> insideHeard, List<Rtp> outsideSaid, List<Rtp> outsideHeard) {

        /// @param begin before which nothing is looked at
        static Wire of(Site site, Talker inside, Talker outside, Instant begin) throws IOException {
            return new Wire(
                    site.saidBy(inside, begin),
                    site.heardBy(inside, begin),
                    site.saidBy(outside, begin),
                    site.heardBy(outside, begin));
        }
    }

    /// The outside party, and nobody else, heard the notice, once, in one unbroken stream; from its end on both
    /// streams were kept, to the bit; the verifier finds nothing.
    ///
    /// @param talk of the packets that the outside party heard
    static void announcedAndKept(KeptRecording recording, Wire wire, Talk talk) throws Exception {
        Codec codec = talk.codec();
        List<Rtp> heard = wire.outsideHeard();
        short[] notice = Speech.notice();

        assertThat(heard).allMatch(packet -> isOf(codec, packet.payloadType()));
        CallEvidence.isOneStream(heard, talk.ticksPerPacket(), talk.packetMillis());
        CallEvidence.nothingIsKeptBeforeTheNoticeEnded(recording, heard, wire.insideSaid(), notice, codec);
        CallEvidence.nothingIsKeptBeforeTheNoticeEnded(recording, heard, wire.outsideSaid(), notice, codec);
        noticeIsHeardOnce(notice, heard, codec);
        assertThat(Correlation.of(notice, Rtp.sound(wire.insideHeard(), codec)).value())
                .as("the notice in what the inside party received")
                .isLessThan(0.3);
        assertThat(recording
                        .manifest()
                        .path("basis")
                        .path("format")
                        .path("encodingName")
                        .asString(""))
                .isEqualTo(codec.name());
        keptWhole(recording, wire.insideSaid(), wire.outsideSaid());
    }

    /// What was kept of a call, once whoever called has spoken for so long since `begin` and staff hung up.
    static KeptRecording ended(Site site, Baresip staff, Baresip citizen, Instant begin, int seconds) throws Exception {
        int before = site.recordings().size();
        int packets = seconds * 50;
        await().atMost(Duration.ofSeconds(seconds + 10L))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> site.saidBy(citizen, begin).size() > packets);
        staff.hangUp();
        citizen.awaitClosed();
        staff.awaitClosed();
        site.awaitNoCall();
        assertThat(site.recordings()).hasSize(before + 1);
        return site.recordings().getLast();
    }

    /// Both streams were kept, to the bit, and the verifier finds nothing.
    static void keptWhole(KeptRecording recording, List<Rtp> insideSaid, List<Rtp> outsideSaid) throws Exception {
        CallEvidence.keptIsTheWire(recording.inside(), insideSaid, recording);
        CallEvidence.keptIsTheWire(recording.outside(), outsideSaid, recording);
        assertThat(ProductProcess.verify(recording.folder())).isZero();
    }

    private static void noticeIsHeardOnce(short[] notice, List<Rtp> heard, Codec codec) {
        int lag = Correlation.of(notice, Rtp.sound(heard, codec)).lagSamples();
        int ticks = codec.clockRateHz() / NARROWBAND_HZ;
        int end = heard.getFirst().timestamp() + ticks * (lag + notice.length);
        List<Rtp> after =
                heard.stream().filter(packet -> packet.timestamp() - end >= 0).toList();
        assertThat(Correlation.of(notice, Rtp.sound(after, codec)).value())
                .as("the notice in what the party heard after the notice")
                .isLessThan(0.3);
    }

    /// Static payload types, and for Opus whichever the parties agreed on.
    private static boolean isOf(Codec codec, int payloadType) {
        return switch (codec) {
            case PCMU -> payloadType == 0;
            case PCMA -> payloadType == 8;
            case G722 -> payloadType == 9;
            case OPUS -> payloadType >= 96;
        };
    }
}
