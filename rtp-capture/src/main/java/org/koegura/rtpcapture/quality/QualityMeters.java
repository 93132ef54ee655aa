package org.koegura.rtpcapture.quality;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.koegura.callmodel.Leg;

/// What is published of audio as it comes in, by leg. Every meter exists from 0. Safe from any thread.
public final class QualityMeters {

    private static final double[] MOS_BUCKETS = {1, 2, 2.5, 3, 3.5, 3.8, 4, 4.2, 4.5};

    private final Map<Leg, OfLeg> legs = new EnumMap<>(Leg.class);

    public QualityMeters(MeterRegistry registry) {
        for (Leg leg : Leg.values()) {
            legs.put(leg, new OfLeg(leg.name().toLowerCase(Locale.ROOT), registry));
        }
    }

    private static final class OfLeg {
        final DistributionSummary jitter;
        final DistributionSummary roundTrip;
        final DistributionSummary listening;
        final DistributionSummary conversational;
        final Counter oneWay;
        final Counter dead;

        OfLeg(String leg, MeterRegistry registry) {
            jitter = DistributionSummary.builder("koegura.rtp.jitter")
                    .baseUnit("seconds")
                    .description("Interarrival jitter per stream, every 5 s (RFC 3550 A.8).")
                    .tag("leg", leg)
                    .serviceLevelObjectives(0.001, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2)
                    .register(registry);
            roundTrip = DistributionSummary.builder("koegura.rtp.round.trip")
                    .baseUnit("seconds")
                    .description("From us to the party of the leg and back, per receiver report (RFC 3550 6.4.1).")
                    .tag("leg", leg)
                    .serviceLevelObjectives(0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5)
                    .register(registry);
            listening = DistributionSummary.builder("koegura.rtp.mos")
                    .description("Estimated MOS-LQ per stream and minute, by codec and loss (ITU-T G.107).")
                    .tag("leg", leg)
                    .serviceLevelObjectives(MOS_BUCKETS)
                    .register(registry);
            conversational = DistributionSummary.builder("koegura.rtp.mos.conversational")
                    .description("The same with delay (MOS-CQ), where both legs' round trips are known.")
                    .tag("leg", leg)
                    .serviceLevelObjectives(MOS_BUCKETS)
                    .register(registry);
            oneWay = Counter.builder("koegura.rtp.one.way.calls")
                    .description("Answered calls with media from one side only for 5 s or more.")
                    .tag("silent_leg", leg)
                    .register(registry);
            dead = Counter.builder("koegura.rtp.dead.streams")
                    .description("Streams that ran and stopped: neither RTP nor RTCP for 10 s or more, and no hold.")
                    .tag("leg", leg)
                    .register(registry);
        }
    }

    void jitter(Leg leg, double seconds) {
        of(leg).jitter.record(seconds);
    }

    void roundTrip(Leg leg, double seconds) {
        of(leg).roundTrip.record(seconds);
    }

    void listening(Leg leg, double mos) {
        of(leg).listening.record(mos);
    }

    void conversational(Leg leg, double mos) {
        of(leg).conversational.record(mos);
    }

    void oneWay(Leg silent) {
        of(silent).oneWay.increment();
    }

    void dead(Leg silent) {
        of(silent).dead.increment();
    }

    private OfLeg of(Leg leg) {
        return Objects.requireNonNull(legs.get(leg));
    }
}
