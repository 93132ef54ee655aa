package org.koegura.rtpcapture.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.RemoteMedia;

/// Minutes of a call, in a clock that the test turns.
class QualityWatchTest {

    private static final int TELEPHONE_EVENT = 101;
    private static final int PACKETS_PER_SECOND = 50;
    private static final long PACKET_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Map<Leg, Integer> lost = new EnumMap<>(Leg.class);
    private final QualityWatch watch = new QualityWatch(
            ImmediateEventExecutor.INSTANCE,
            new QualityMeters(registry),
            (leg, packets) -> lost.merge(leg, packets, Integer::sum),
            () -> {
                throw new AssertionError("the test turns the clock");
            });
    private long nowNanos = 55_000_000_000L;
    private int sequence;

    @BeforeEach
    void agreeAndAnswer() {
        agree(Leg.INSIDE, "PCMU", true);
        agree(Leg.OUTSIDE, "PCMU", true);
        watch.begin(nowNanos);
    }

    @Test
    void aMinuteWithoutLossSoundsAsTheModelsDefault() {
        speak(60, QualityWatchTest::all, QualityWatchTest::all);

        for (Leg leg : Leg.values()) {
            assertThat(mos(leg).count()).isEqualTo(1);
            assertThat(mos(leg).max()).isCloseTo(4.409, within(0.001));
        }
        assertThat(lost).isEmpty();
    }

    @Test
    void theLossOfAMinuteCostsThatMinuteOfThatStream() {
        speak(60, each -> each % 20 != 0, QualityWatchTest::all);
        assertThat(mos(Leg.INSIDE).totalAmount()).isCloseTo(3.93, within(0.03)); // 5 %, the last 64 not yet given up
        assertThat(mos(Leg.OUTSIDE).totalAmount()).isCloseTo(4.409, within(0.001));

        speak(60, QualityWatchTest::all, QualityWatchTest::all);
        assertThat(mos(Leg.INSIDE).count()).isEqualTo(2);
        assertThat(mos(Leg.INSIDE).max()).isGreaterThan(4.37);
        assertThat(lost.get(Leg.INSIDE))
                .as("all but the first, which nothing came before")
                .isEqualTo(60 * PACKETS_PER_SECOND / 20 - 1);
    }

    @Test
    void withTheRoundTripsOfBothLegsDelayCounts() {
        roundTrip(Leg.INSIDE, 150);
        speak(60, QualityWatchTest::all, QualityWatchTest::all);
        assertThat(conversational(Leg.OUTSIDE).count()).as("one is not known").isZero();

        roundTrip(Leg.OUTSIDE, 130);
        speak(60, QualityWatchTest::all, QualityWatchTest::all);
        // 140 ms of network and three packets of 20 ms: 200 ms, which cost 3.044
        assertThat(conversational(Leg.OUTSIDE).max()).isCloseTo(4.343, within(0.001));
        assertThat(conversational(Leg.INSIDE).count()).isEqualTo(1);
        assertThat(mos(Leg.INSIDE).max()).as("whoever listens does not mind").isCloseTo(4.409, within(0.001));
        assertThat(registry.get("koegura.rtp.round.trip")
                        .tag("leg", "outside")
                        .summary()
                        .max())
                .isCloseTo(0.13, within(1e-6));
    }

    @Test
    void whatNobodyKnowsIsNotJudged() {
        agree(Leg.INSIDE, "G729", true);
        agree(Leg.OUTSIDE, "G729", true);
        speak(60, QualityWatchTest::all, QualityWatchTest::all);
        assertThat(mos(Leg.INSIDE).count()).isZero();

        agree(Leg.INSIDE, "OPUS", true);
        agree(Leg.OUTSIDE, "OPUS", true);
        speak(59, QualityWatchTest::none, QualityWatchTest::none);
        speak(1, each -> each % PACKETS_PER_SECOND > 0, QualityWatchTest::all);
        assertThat(mos(Leg.INSIDE).count()).as("49 packets in a minute").isZero();
        assertThat(mos(Leg.OUTSIDE).count()).as("50 packets in a minute").isEqualTo(1);
    }

    @Test
    void telephoneEventsAreNoOtherCodec() {
        speak(59, QualityWatchTest::all, QualityWatchTest::all);
        for (int i = 0; i < 20; i++) {
            watch.onPacket(Leg.INSIDE, 1, (sequence + i) & 0xFFFF, TELEPHONE_EVENT, 160 * sequence, nowNanos);
        }
        sequence += 20;
        speak(1, QualityWatchTest::none, QualityWatchTest::none);

        assertThat(mos(Leg.INSIDE).count()).isEqualTo(1);
        assertThat(registry.get("koegura.rtp.jitter")
                        .tag("leg", "inside")
                        .summary()
                        .max())
                .isZero();
    }

    @Test
    void aStreamThatStopsIsDeadOnceAndOneThatNeverRanIsNot() {
        speak(3, QualityWatchTest::all, QualityWatchTest::none);
        speak(10, QualityWatchTest::none, QualityWatchTest::none);
        assertThat(dead(Leg.INSIDE)).isEqualTo(1);
        assertThat(dead(Leg.OUTSIDE)).as("it never ran").isZero();
        assertThat(oneWay(Leg.OUTSIDE)).as("not for 5 s").isZero();

        speak(1, QualityWatchTest::all, QualityWatchTest::none);
        speak(30, QualityWatchTest::none, QualityWatchTest::none);
        assertThat(dead(Leg.INSIDE)).isEqualTo(1);
    }

    @Test
    void aPartyThatKeepsStillAndReportsIsNotDead() {
        speak(1, QualityWatchTest::all, QualityWatchTest::all);
        for (int i = 0; i < 6; i++) {
            speak(5, QualityWatchTest::none, QualityWatchTest::all);
            watch.onReport(Leg.INSIDE, nowNanos);
        }
        assertThat(dead(Leg.INSIDE)).isZero();
        assertThat(oneWay(Leg.INSIDE)).isEqualTo(1);

        speak(10, QualityWatchTest::none, QualityWatchTest::all);
        assertThat(dead(Leg.INSIDE)).isEqualTo(1);
        assertThat(dead(Leg.OUTSIDE)).isZero();
    }

    @Test
    void aHoldIsNeitherDeathNorOneWayAndSilenceCountsFromItsEnd() {
        speak(2, QualityWatchTest::all, QualityWatchTest::all);
        agree(Leg.OUTSIDE, "PCMU", false); // it sends music and wants to hear nothing
        speak(120, QualityWatchTest::none, QualityWatchTest::all);
        assertThat(dead(Leg.INSIDE)).isZero();
        assertThat(oneWay(Leg.INSIDE)).isZero();

        agree(Leg.OUTSIDE, "PCMU", true);
        speak(4, QualityWatchTest::none, QualityWatchTest::all);
        assertThat(oneWay(Leg.INSIDE)).as("not for 5 s since the hold").isZero();
        speak(1, QualityWatchTest::none, QualityWatchTest::all);
        assertThat(oneWay(Leg.INSIDE)).isEqualTo(1);
        assertThat(dead(Leg.INSIDE)).isZero();
        speak(5, QualityWatchTest::none, QualityWatchTest::all);
        assertThat(dead(Leg.INSIDE)).isEqualTo(1);
    }

    /// Both legs by one sequence; the predicates say which numbers come.
    private void speak(int seconds, IntPredicate inside, IntPredicate outside) {
        for (int second = 0; second < seconds; second++) {
            for (int i = 0; i < PACKETS_PER_SECOND; i++) {
                if (inside.test(sequence)) {
                    watch.onPacket(Leg.INSIDE, 1, sequence & 0xFFFF, 0, 160 * sequence, nowNanos);
                }
                if (outside.test(sequence)) {
                    watch.onPacket(Leg.OUTSIDE, 2, sequence & 0xFFFF, 0, 160 * sequence, nowNanos);
                }
                sequence++;
                nowNanos += PACKET_NANOS;
            }
            watch.tick(nowNanos);
        }
    }

    private static boolean all(int sequence) {
        return true;
    }

    private static boolean none(int sequence) {
        return false;
    }

    private void roundTrip(Leg leg, long millis) {
        watch.senderReportPassed(leg, 0x1234_5678, nowNanos);
        watch.reportReturned(leg, 0x1234_5678, 65_536, nowNanos + TimeUnit.MILLISECONDS.toNanos(1000 + millis));
    }

    private void agree(Leg leg, String encoding, boolean receives) {
        InetSocketAddress at = new InetSocketAddress(InetAddress.getLoopbackAddress(), 4000);
        List<AudioFormat> formats = List.of(new AudioFormat(0, encoding, 8000, 20));
        watch.agreed(leg, new RemoteMedia(at, at, at.getAddress(), formats, List.of(TELEPHONE_EVENT), receives));
    }

    private DistributionSummary mos(Leg leg) {
        return registry.get("koegura.rtp.mos").tag("leg", word(leg)).summary();
    }

    private DistributionSummary conversational(Leg leg) {
        return registry.get("koegura.rtp.mos.conversational")
                .tag("leg", word(leg))
                .summary();
    }

    private double dead(Leg leg) {
        return registry.get("koegura.rtp.dead.streams")
                .tag("leg", word(leg))
                .counter()
                .count();
    }

    private double oneWay(Leg leg) {
        return registry.get("koegura.rtp.one.way.calls")
                .tag("silent_leg", word(leg))
                .counter()
                .count();
    }

    private static String word(Leg leg) {
        return leg.name().toLowerCase(Locale.ROOT);
    }
}
