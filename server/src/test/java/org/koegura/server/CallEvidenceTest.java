package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.koegura.audio.Codec;
import org.koegura.audio.G711;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Rtp;
import org.koegura.server.evidence.Speech;

/// The judges of the whole-system tests can fail.
class CallEvidenceTest {

    private static final Instant BEGIN = Instant.parse("2026-11-24T01:00:00Z");
    private static final long PACKET_NANOS = 20_000_000;

    private final List<Rtp> wire = noise(1000);
    private final List<Rtp> kept = new ArrayList<>(wire.subList(400, 900));

    @Test
    void aWholeRunBetweenStartAndEndIsTheWire() {
        CallEvidence.keptIsTheWire(kept, wire, at(400), at(900));
    }

    @Test
    void aLostPacketIsFound() {
        kept.remove(100);
        fails();
    }

    @Test
    void aPacketTwiceIsFound() {
        kept.add(100, kept.get(100));
        fails();
    }

    @Test
    void twoPacketsInWrongOrderAreFound() {
        Collections.swap(kept, 100, 101);
        fails();
    }

    @Test
    void oneChangedByteIsFound() {
        byte[] payload = kept.get(100).payload();
        payload[7] ^= 1;
        kept.set(100, Rtp.made(kept.get(100).epochNanos(), kept.get(100).sequence(), payload));
        fails();
    }

    @Test
    void aRecordingThatBeginsLateOrEndsEarlyIsFound() {
        kept.subList(0, 50).clear();
        fails();
        List<Rtp> cut = wire.subList(400, 850);
        assertThatThrownBy(() -> CallEvidence.keptIsTheWire(cut, wire, at(400), at(900)))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void aPacketKeptWhileTheNoticePlayedIsFound() throws IOException {
        short[] notice = Speech.notice();
        List<Rtp> heard = new ArrayList<>();
        for (int i = 0; i * 160 + 160 <= notice.length; i++) {
            heard.add(Rtp.made(nanos(i), i, G711.encodeMuLaw(notice, i * 160, i * 160 + 160)));
        }
        short[] told = Arrays.copyOf(notice, heard.size() * 160);
        CallEvidence.nothingIsKeptBeforeTheNoticeEnded(kept, heard, wire, told, Codec.PCMU);
        List<Rtp> early = wire.subList(heard.size() - 1, 900);
        assertThatThrownBy(() -> CallEvidence.nothingIsKeptBeforeTheNoticeEnded(early, heard, wire, told, Codec.PCMU))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void aJumpInTheStreamIsFound() {
        CallEvidence.isOneStream(wire, 160);
        wire.remove(10);
        assertThatThrownBy(() -> CallEvidence.isOneStream(wire, 160)).isInstanceOf(AssertionError.class);
    }

    @Test
    void aStallThatTheClockExplainsIsNoJump() {
        CallEvidence.isOneStream(delayed(wire, 500, 160, PACKET_NANOS), 160);
        List<Rtp> unexplained = delayed(wire, 500, 1600, 0);
        assertThatThrownBy(() -> CallEvidence.isOneStream(unexplained, 160)).isInstanceOf(AssertionError.class);
        List<Rtp> twice = delayed(delayed(wire, 500, 160, PACKET_NANOS), 600, 160, PACKET_NANOS);
        CallEvidence.isOneStream(twice, 160);
        List<Rtp> thrice = delayed(twice, 700, 160, PACKET_NANOS);
        assertThatThrownBy(() -> CallEvidence.isOneStream(thrice, 160)).isInstanceOf(AssertionError.class);
    }

    @Test
    void aFirstPacketThatCameLateExplainsNoJumpOfThoseBehindIt() {
        CallEvidence.isOneStream(lateFirst(delayed(wire, 500, 160, PACKET_NANOS)), 160);
        List<Rtp> unexplained = lateFirst(delayed(wire, 500, 1600, 0));
        assertThatThrownBy(() -> CallEvidence.isOneStream(unexplained, 160)).isInstanceOf(AssertionError.class);
    }

    @Test
    void aSenderThatStalledBeforeExplainsThatTheStreamIsBehindAndOneThatStallsThereDoesNot() {
        List<Rtp> behind = delayed(wire, 300, 0, 700_000_000);
        CallEvidence.isOneStream(delayed(behind, 500, 160, PACKET_NANOS), 160);
        List<Rtp> unexplained = delayed(wire, 500, 160, 700_000_000);
        assertThatThrownBy(() -> CallEvidence.isOneStream(unexplained, 160)).isInstanceOf(AssertionError.class);
    }

    /// By 150 ms, more than those behind it may be ahead.
    private static List<Rtp> lateFirst(List<Rtp> stream) {
        List<Rtp> late = new ArrayList<>(stream);
        Rtp first = stream.getFirst();
        late.set(0, Rtp.made(first.epochNanos() + 150_000_000, first.sequence(), first.timestamp(), first.payload()));
        return late;
    }

    private static List<Rtp> delayed(List<Rtp> stream, int from, int samples, long delayNanos) {
        List<Rtp> delayed = new ArrayList<>(stream.subList(0, from));
        for (Rtp packet : stream.subList(from, stream.size())) {
            delayed.add(Rtp.made(
                    packet.epochNanos() + delayNanos,
                    packet.sequence(),
                    packet.timestamp() + samples,
                    packet.payload()));
        }
        return delayed;
    }

    private void fails() {
        assertThatThrownBy(() -> CallEvidence.keptIsTheWire(kept, wire, at(400), at(900)))
                .isInstanceOf(AssertionError.class);
    }

    private static Instant at(int packet) {
        return BEGIN.plusNanos(packet * PACKET_NANOS);
    }

    private static long nanos(int packet) {
        return KeptRecording.epochNanos(at(packet));
    }

    private static List<Rtp> noise(int packets) {
        Random random = new Random(3);
        List<Rtp> noise = new ArrayList<>();
        for (int i = 0; i < packets; i++) {
            byte[] payload = new byte[160];
            random.nextBytes(payload);
            noise.add(Rtp.made(nanos(i), i, payload));
        }
        return noise;
    }
}
