package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.port.RecordingSink.Span;
import org.koegura.rtpcapture.rtp.ArrivalClock;

/// What the two parties of a call say, all of it remembered, and what of that is kept.
final class TwoParties {

    private final Random random = new Random(9);
    final List<byte[]> fromInside = new ArrayList<>();
    final List<byte[]> fromOutside = new ArrayList<>();
    private int said;

    /// Without waiting for it to be heard.
    void outsideSpeaks(LoopbackCall call, int packets) {
        for (int i = 0; i < packets; i++) {
            fromOutside.add(call.outside.say(packet(0, 2)));
            said++;
        }
    }

    /// The clock does; returns where.
    static long standsStill(LoopbackCall call) {
        long now = System.nanoTime();
        call.stoppedNanos = now;
        return now;
    }

    static Span pause(LoopbackCall call) {
        assertThat(call.sink.closed().spans()).hasSize(1);
        Span span = call.sink.closed().spans().getFirst();
        assertThat(span.reason()).isEqualTo(Span.Reason.PAUSE);
        return span;
    }

    static void noneIsKeptWithin(LoopbackCall call, Span span) {
        assertThat(call.sink.kept()).isNotEmpty().allSatisfy(packet -> {
            Instant at = ArrivalClock.instantOf(packet.arrivalEpochNanos());
            assertThat(at.isAfter(span.from()) && at.isBefore(span.to())).isFalse();
        });
    }

    /// Kept is what either party said, byte for byte, but for what it said from one packet to another.
    void keptAreAllBut(LoopbackCall call, int from, int to) {
        for (Leg leg : Leg.values()) {
            keptAreAllBut(call, leg, from, to);
        }
    }

    void keptAreAllBut(LoopbackCall call, Leg leg, int from, int to) {
        List<byte[]> all = new ArrayList<>(leg == Leg.INSIDE ? fromInside : fromOutside);
        all.subList(from, to).clear();
        assertThat(call.sink.kept(leg).stream().map(packet -> packet.datagram().array()))
                .containsExactlyElementsOf(all);
    }

    void bothSay(LoopbackCall call, int packets) {
        bothSay(call, packets, 0);
    }

    void bothSay(LoopbackCall call, int packets, int payloadType) {
        for (int i = 0; i < packets; i++) {
            fromInside.add(call.inside.say(packet(payloadType, 1)));
            fromOutside.add(call.outside.say(packet(payloadType, 2)));
            said++;
            call.inside.awaitHeard(fromOutside.size());
            call.outside.awaitHeard(fromInside.size());
        }
    }

    void outsideSays(LoopbackCall call, int packets) {
        for (int i = 0; i < packets; i++) {
            int heard = call.inside.heard.size();
            call.outside.say(packet(0, 2));
            said++;
            call.inside.awaitHeard(heard + 1);
        }
    }

    byte[] packet(int payloadType, int ssrc) {
        return Packets.rtp(random, payloadType, said, 160 * said, ssrc);
    }
}
