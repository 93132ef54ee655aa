package org.koegura.rtpcapture.meters;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.koegura.callmodel.Gap;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.port.RecordingSink.Span;

/// What one event loop counts of its packets; written by that loop alone, read by whoever scrapes.
public final class RelayCounters {

    static final String GAP_PACKETS = "koegura.capture.gap.packets";
    static final String GAP_PACKETS_MEANING = "RTP packets declared lost to a recording, by reason.";

    private static final Set<Gap.Reason> BEFORE_THE_WRITER = EnumSet.of(Gap.Reason.RING_FULL, Gap.Reason.FLOOD);

    private static final String PACKETS = "RTP packets relayed.";

    private final Tally<Leg> received = new Tally<>(Leg.class);
    private final Tally<Leg> sent = new Tally<>(Leg.class);
    private final Tally<Leg> byKernel = new Tally<>(Leg.class);
    private final Tally<Leg> lost = new Tally<>(Leg.class);
    private final Tally<Discarded> discardedInside = new Tally<>(Discarded.class);
    private final Tally<Discarded> discardedOutside = new Tally<>(Discarded.class);
    private final Tally<Gap.Reason> gaps = new Tally<>(Gap.Reason.class);
    private final Tally<Span.Reason> spansForgotten = new Tally<>(Span.Reason.class);

    /// Why a datagram went no further, by the leg on which it arrived, or was to leave.
    public enum Discarded {
        /// Not from a source that the rules admit, or before its leg was agreed.
        REFUSED,
        /// From the party's address, but from another source than its description names, while that one speaks.
        OTHER_SOURCE,
        /// Longer than the receive buffer.
        OVERSIZE,
        /// An inside packet while the notice speaks in its place.
        NOTICE,
        /// An inside packet of pressed keys that may be a code, or are one; and a key that was none and
        /// found no room to be told again.
        CODE,
        /// An inside packet from before the notice that came after it, or one whose number is far from its stream's.
        LATE,
        /// The far party's address is not known, or it is on hold.
        NO_DESTINATION,
        /// The far socket takes no more.
        UNWRITABLE,
        /// Neither RTP nor RTCP on the audio line; relayed all the same, and counted here. Towards a
        /// leg of SRTP it is dropped.
        NOT_RTP,
        /// A message of ZRTP on the audio line, by which parties agree on keys; as the one before.
        ZRTP,
        /// On a leg of SRTP, and its tag is not one of whoever has the key.
        UNAUTHENTIC,
        /// On a leg of SRTP, and it came already; or it was sent already, and no index is used twice.
        REPEATED,
        /// The key of its leg has no room for it: too many sources, or as many packets as a key may
        /// protect.
        KEY_USED_UP
    }

    public void received(Leg leg) {
        received.add(leg, 1);
    }

    public void sent(Leg leg) {
        sent.add(leg, 1);
    }

    /// The kernel passed it on; it counts as received and sent besides.
    public void passedByKernel(Leg leg) {
        byKernel.add(leg, 1);
    }

    public void lost(Leg leg, int packets) {
        lost.add(leg, packets);
    }

    public void discarded(Leg leg, Discarded why) {
        discarded(leg).add(why, 1);
    }

    /// A packet is lost to its recording before the writer has it.
    public void lost(Gap.Reason why) {
        gaps.add(why, 1);
    }

    public void spanForgotten(Span.Reason why) {
        spansForgotten.add(why, 1);
    }

    public Tally<Discarded> discarded(Leg leg) {
        return leg == Leg.INSIDE ? discardedInside : discardedOutside;
    }

    /// Registers the sums over all loops; every counter exists from 0. The registry holds `loops` weakly.
    public static void register(List<RelayCounters> loops, MeterRegistry registry) {
        for (Leg leg : Leg.values()) {
            String legName = word(leg);
            sum(
                    loops,
                    registry,
                    "koegura.rtp.packets",
                    PACKETS,
                    c -> c.received.count(leg),
                    "leg",
                    legName,
                    "direction",
                    "rx");
            sum(
                    loops,
                    registry,
                    "koegura.rtp.packets",
                    PACKETS,
                    c -> c.sent.count(leg),
                    "leg",
                    legName,
                    "direction",
                    "tx");
            sum(
                    loops,
                    registry,
                    "koegura.rtp.packets.lost",
                    "RTP packets lost on receive (sequence gaps).",
                    c -> c.lost.count(leg),
                    "leg",
                    legName);
            sum(
                    loops,
                    registry,
                    "koegura.rtp.packets.kernel",
                    "RTP packets received that the kernel passed on without us.",
                    c -> c.byKernel.count(leg),
                    "leg",
                    legName);
            for (Discarded why : Discarded.values()) {
                sum(
                        loops,
                        registry,
                        "koegura.rtp.packets.discarded",
                        "RTP packets dropped.",
                        c -> c.discarded(leg).count(why),
                        "reason",
                        word(why),
                        "leg",
                        legName);
            }
        }
        for (Gap.Reason why : BEFORE_THE_WRITER) {
            sum(loops, registry, GAP_PACKETS, GAP_PACKETS_MEANING, c -> c.gaps.count(why), "reason", word(why));
        }
        for (Span.Reason why : Span.Reason.values()) {
            sum(
                    loops,
                    registry,
                    "koegura.capture.spans.forgotten",
                    "Times in which nothing was to be kept that a recording does not declare, having declared so many.",
                    c -> c.spansForgotten.count(why),
                    "reason",
                    word(why));
        }
    }

    private static void sum(
            List<RelayCounters> loops,
            MeterRegistry registry,
            String name,
            String meaning,
            ToLongFunction<RelayCounters> count,
            String... tags) {
        FunctionCounter.builder(
                        name, loops, all -> all.stream().mapToLong(count).sum())
                .description(meaning)
                .tags(tags)
                .register(registry);
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
