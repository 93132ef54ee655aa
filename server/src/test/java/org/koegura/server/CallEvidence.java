package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.koegura.audio.Codec;
import org.koegura.server.demo.Correlation;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Rtp;

/// What must hold between the wire and a recording, whatever the call was.
final class CallEvidence {

    /// Between the kernel's time of a packet and the product's own: generous, because peers share two cores.
    private static final long CLOCKS_NANOS = 50_000_000;

    private static final int SAMPLES_PER_SECOND = 8_000;

    /// What telephones here send where nobody asks for anything else.
    private static final int PACKET_MILLIS = 20;

    /// A telephone on a busy machine falls behind its own clock; nobody may run ahead of it.
    private static final long BEHIND_MILLIS_MAX = 500;

    /// One where a notice begins, and one where it ends.
    private static final int STALLS_MAX = 2;

    private CallEvidence() {}

    /// Every packet of a leg from capture start to capture end is kept, in order, bit by bit, and nothing else is.
    static void keptIsTheWire(List<Rtp> kept, List<Rtp> wire, KeptRecording recording) {
        keptIsTheWire(kept, wire, recording.captureStartedAt(), recording.captureEndedAt());
    }

    static void keptIsTheWire(List<Rtp> kept, List<Rtp> wire, Instant startedAt, Instant endedAt) {
        assertThat(kept).as("kept packets").isNotEmpty();
        List<String> onWire = wire.stream().map(CallEvidence::bytes).toList();
        List<String> inFile = kept.stream().map(CallEvidence::bytes).toList();
        int first = Collections.indexOfSubList(onWire, inFile);
        assertThat(first)
                .as(
                        "where the %d kept packets are, in one run, among the %d on the wire (%s)",
                        kept.size(), wire.size(), first < 0 ? difference(kept, wire) : "found")
                .isNotNegative();
        long startNanos = KeptRecording.epochNanos(startedAt);
        long endNanos = KeptRecording.epochNanos(endedAt);
        if (first > 0) {
            assertThat(wire.get(first - 1).epochNanos())
                    .as("time on the wire of the last packet before the recording")
                    .isLessThan(startNanos + CLOCKS_NANOS);
        }
        int next = first + kept.size();
        if (next < wire.size()) {
            assertThat(wire.get(next).epochNanos())
                    .as("time on the wire of the first packet after the recording")
                    .isGreaterThan(endNanos - CLOCKS_NANOS);
        }
    }

    /// No kept packet passed the wire before the last packet of the notice did.
    ///
    /// @param heard what the outside party received
    /// @param said what both parties sent
    /// @param codec of what the outside party received
    static void nothingIsKeptBeforeTheNoticeEnded(
            KeptRecording recording, List<Rtp> heard, List<Rtp> said, short[] notice, Codec codec) {
        List<Rtp> kept = new ArrayList<>(recording.inside());
        kept.addAll(recording.outside());
        nothingIsKeptBeforeTheNoticeEnded(kept, heard, said, notice, codec);
    }

    /// The wave itself is compared, in telephone band, where speech is: also our Opus follows it.
    static void nothingIsKeptBeforeTheNoticeEnded(
            List<Rtp> kept, List<Rtp> heard, List<Rtp> said, short[] notice, Codec codec) {
        Correlation found = Correlation.of(notice, Rtp.sound(heard, codec));
        assertThat(found.value())
                .as("the notice in what the outside party received")
                .isGreaterThanOrEqualTo(0.9);
        int lastTick = (found.lagSamples() + notice.length) * (codec.clockRateHz() / 8000) - 1;
        int lastSample = heard.getFirst().timestamp() + lastTick;
        long noticeEndNanos = heard.stream()
                .filter(packet -> packet.timestamp() - lastSample <= 0)
                .mapToLong(Rtp::epochNanos)
                .max()
                .orElseThrow();
        Set<String> inFile = kept.stream().map(CallEvidence::bytes).collect(Collectors.toSet());
        List<Rtp> early = said.stream()
                .filter(packet -> packet.epochNanos() <= noticeEndNanos)
                .filter(packet -> inFile.contains(bytes(packet)))
                .toList();
        assertThat(early).as("kept packets that passed before the notice ended").isEmpty();
    }

    /// One SSRC, sequence numbers one by one, timestamps packet by packet: no telephone can tell that we played into
    /// it.
    ///
    /// Where the machine stalled for a packet time or more, the notice ends later than planned, so that one packet
    /// more is withheld. The stream then goes on at the clock, whole packets ahead: once at either end of the
    /// notice, and by no more than passed on the wire.
    static void isOneStream(List<Rtp> heard, int ticksPerPacket) {
        isOneStream(heard, ticksPerPacket, PACKET_MILLIS);
    }

    static void isOneStream(List<Rtp> heard, int ticksPerPacket, int packetMillis) {
        isOneStream(heard, ticksPerPacket, packetMillis, 1);
    }

    /// @param notices that were played in it
    static void isOneStream(List<Rtp> heard, int ticksPerPacket, int packetMillis, int notices) {
        assertThat(heard.stream().map(Rtp::ssrc).distinct()).as("SSRCs heard").hasSize(1);
        int stalls = 0;
        long lead = 0; // the first may have come late: the others then lead it, each alike
        long lag = 0; // whoever sends may have stalled: all that follows is behind, each alike
        for (int i = 1; i < heard.size(); i++) {
            Rtp before = heard.get(i - 1);
            Rtp packet = heard.get(i);
            assertThat(packet.sequence())
                    .as("sequence number of packet %d", i)
                    .isEqualTo(before.sequence() + 1 & 0xFFFF);
            int step = packet.timestamp() - before.timestamp();
            if (step > ticksPerPacket && step % ticksPerPacket == 0 && stalls < STALLS_MAX * notices) {
                stalls++;
                assertOnTheWiresTime(heard.getFirst(), packet, new Odds(lead, lag), ticksPerPacket, packetMillis, i);
            } else {
                assertThat(step)
                        .as("timestamp step at packet %d (%s)", i, packet.marker() ? "marked" : "unmarked")
                        .isEqualTo(ticksPerPacket);
            }
            long passed = ticksPassed(heard.getFirst(), packet, ticksPerPacket, packetMillis);
            long ahead = packet.timestamp() - heard.getFirst().timestamp() - passed;
            lead = Math.max(lead, ahead);
            lag = Math.max(lag, -ahead);
        }
    }

    /// How well the second of speech was heard that was heard best: a telephone that is held up leaves out a little.
    static double clearest(short[] speech, short[] heard) {
        double best = 0;
        for (int from = 0; from + SAMPLES_PER_SECOND <= speech.length; from += SAMPLES_PER_SECOND / 2) {
            short[] piece = Arrays.copyOfRange(speech, from, from + SAMPLES_PER_SECOND);
            best = Math.max(best, Correlation.of(piece, heard).value());
        }
        return best;
    }

    /// Ticks by which packets before it led the first of all, and were behind it.
    private record Odds(long lead, long lag) {}

    private static void assertOnTheWiresTime(
            Rtp first, Rtp packet, Odds odds, int ticksPerPacket, int packetMillis, int index) {
        long passed = ticksPassed(first, packet, ticksPerPacket, packetMillis);
        assertThat((long) (packet.timestamp() - first.timestamp()))
                .as("ticks until packet %d, where %d passed on the wire, %s before", index, passed, odds)
                .isBetween(
                        passed - odds.lag() - BEHIND_MILLIS_MAX * ticksPerPacket / packetMillis,
                        passed + odds.lead() + 5L * ticksPerPacket);
    }

    private static long ticksPassed(Rtp first, Rtp packet, int ticksPerPacket, int packetMillis) {
        return (packet.epochNanos() - first.epochNanos()) * ticksPerPacket / (packetMillis * 1_000_000L);
    }

    /// What was kept otherwise than it passed, in sequence numbers with their times since the first that was kept.
    private static String difference(List<Rtp> kept, List<Rtp> wire) {
        long origin = kept.getFirst().epochNanos();
        Set<String> inFile = kept.stream().map(CallEvidence::bytes).collect(Collectors.toSet());
        Set<String> onWire = wire.stream().map(CallEvidence::bytes).collect(Collectors.toSet());
        long end = kept.getLast().epochNanos() + CLOCKS_NANOS;
        return "not kept: "
                + named(
                        wire,
                        origin,
                        packet -> packet.epochNanos() > origin - CLOCKS_NANOS
                                && packet.epochNanos() < end
                                && !inFile.contains(bytes(packet)))
                + ", not on the wire: " + named(kept, origin, packet -> !onWire.contains(bytes(packet)))
                + ", kept out of the order of their numbers: " + outOfOrder(kept, origin)
                + ", on the wire: " + outOfOrder(wire, origin);
    }

    private static String outOfOrder(List<Rtp> packets, long origin) {
        return IntStream.range(1, packets.size())
                .filter(i ->
                        (short) (packets.get(i).sequence() - packets.get(i - 1).sequence()) <= 0)
                .mapToObj(i -> named(packets.subList(i - 1, i + 1), origin, packet -> true))
                .toList()
                .toString();
    }

    private static String named(List<Rtp> packets, long origin, Predicate<Rtp> which) {
        return packets.stream()
                .filter(which)
                .map(packet -> "%d at %.3f s (%d bytes of type %d, source %08x, from %d to %d)"
                        .formatted(
                                packet.sequence(),
                                (packet.epochNanos() - origin) / 1e9,
                                packet.datagram().payload().length,
                                packet.payloadType(),
                                packet.ssrc(),
                                packet.datagram().source().getPort(),
                                packet.datagram().destination().getPort()))
                .toList()
                .toString();
    }

    private static String bytes(Rtp packet) {
        return Arrays.toString(packet.datagram().payload());
    }
}
