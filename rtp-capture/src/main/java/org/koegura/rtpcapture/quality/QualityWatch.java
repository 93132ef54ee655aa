package org.koegura.rtpcapture.quality;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.RemoteMedia;

/// Watches what one call's audio is like as it comes in, and tells the meters.
///
/// [#onPacket] allocates nothing. The rest runs once a second, or with RTCP, beside the packets. Owned by the call's
/// event loop.
public final class QualityWatch {

    /// How long one leg may be silent while the other speaks until the call counts as one-way.
    static final long ONE_WAY_NANOS = TimeUnit.SECONDS.toNanos(5);

    /// How long a stream that ran may stay without a packet of any kind until it counts as dead. Reports of a party
    /// that keeps still come every 5 s on average and 7.5 s at most (RFC 3550 §6.2, §6.3.1).
    static final long DEAD_NANOS = TimeUnit.SECONDS.toNanos(10);

    static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1);

    /// Jitter is observed every so many ticks: the least interval between reports of RFC 3550 §6.2.
    static final int TICKS_PER_JITTER = 5;

    static final int TICKS_PER_MINUTE = 60;

    /// What sender and receiver are assumed to add to the way: one packet that fills, two that wait to be played.
    private static final int PACKETS_BUFFERED = 3;

    private final EventExecutor loop;
    private final QualityMeters meters;
    private final ObjIntConsumer<Leg> lost;
    private final LongSupplier monotonicNanos;
    private final StreamQuality inside = new StreamQuality();
    private final StreamQuality outside = new StreamQuality();
    private @Nullable RemoteMedia insideAgreed;
    private @Nullable RemoteMedia outsideAgreed;
    private @Nullable Future<?> timer;
    private int ticks;

    /// @param lost is told how many packets of a leg's stream were given up
    public QualityWatch(
            EventExecutor loop, QualityMeters meters, ObjIntConsumer<Leg> lost, LongSupplier monotonicNanos) {
        this.loop = loop;
        this.meters = meters;
        this.lost = lost;
        this.monotonicNanos = monotonicNanos;
    }

    /// Says what a party agreed to receive; null where it agreed nothing.
    public void agreed(Leg leg, @Nullable RemoteMedia remote) {
        if (leg == Leg.INSIDE) {
            insideAgreed = remote;
        } else {
            outsideAgreed = remote;
        }
        inside.forgetMeaning();
        outside.forgetMeaning();
    }

    /// Takes one admitted RTP packet in.
    public void onPacket(Leg leg, int ssrc, int sequence, int payloadType, int timestamp, long nowNanos) {
        int given = of(leg).onPacket(ssrc, sequence, payloadType, timestamp, nowNanos, agreed(leg), agreed(leg.far()));
        if (given > 0) {
            lost.accept(leg, given);
        }
    }

    /// One admitted RTCP datagram came.
    public void onReport(Leg leg, long nowNanos) {
        of(leg).onReport(nowNanos);
    }

    /// A sender report goes on to the party of `to`.
    ///
    /// @param middle the middle 32 bits of its NTP time
    public void senderReportPassed(Leg to, int middle, long nowNanos) {
        of(to).roundTrips.passed(middle, nowNanos);
    }

    /// A report block of the party of `from` came.
    ///
    /// @param lastSenderReport LSR
    /// @param delaySinceTicks DLSR, in 1/65536 s
    public void reportReturned(Leg from, int lastSenderReport, long delaySinceTicks, long nowNanos) {
        double seconds = of(from).roundTrips.returned(lastSenderReport, delaySinceTicks, nowNanos);
        if (!Double.isNaN(seconds)) {
            meters.roundTrip(from, seconds);
        }
    }

    /// Silence counts from now on, and the meters are told. Once.
    public void answered(long nowNanos) {
        begin(nowNanos);
        schedule();
    }

    /// Observes what was not yet, and stops.
    public void close() {
        Future<?> pending = timer;
        if (pending != null) {
            pending.cancel(false);
            timer = null;
            observeJitter();
            observeMinute();
        }
    }

    void begin(long nowNanos) {
        inside.begin(nowNanos);
        outside.begin(nowNanos);
    }

    /// One second went by.
    void tick(long nowNanos) {
        ticks++;
        countSilent(nowNanos);
        if (ticks % TICKS_PER_JITTER == 0) {
            observeJitter();
        }
        if (ticks % TICKS_PER_MINUTE == 0) {
            observeMinute();
        }
    }

    private void schedule() {
        timer = loop.schedule(
                () -> {
                    tick(monotonicNanos.getAsLong());
                    schedule();
                },
                TICK_NANOS,
                TimeUnit.NANOSECONDS);
    }

    /// A party that keeps still on purpose (voice activity detection without comfort noise) looks one-way, and counts;
    /// if it still sends RTCP, it is not dead.
    private void countSilent(long nowNanos) {
        for (Leg leg : Leg.values()) {
            StreamQuality stream = of(leg);
            if (!mayBeHeard(leg)) {
                stream.held(nowNanos);
                continue;
            }
            boolean otherSpeaks = of(leg.far()).heardWithin(TICK_NANOS, nowNanos);
            if (otherSpeaks && stream.becameSilent(ONE_WAY_NANOS, nowNanos)) {
                meters.oneWay(leg);
            }
            if (stream.died(DEAD_NANOS, nowNanos)) {
                meters.dead(leg);
            }
        }
    }

    private void observeJitter() {
        for (Leg leg : Leg.values()) {
            if (of(leg).jitterMoved()) {
                meters.jitter(leg, of(leg).jitter.seconds());
            }
        }
    }

    private void observeMinute() {
        for (Leg leg : Leg.values()) {
            double lossPercent = of(leg).endMinute();
            AudioFormat format = of(leg).format();
            CodecImpairment codec = format == null ? null : CodecImpairment.of(format.encodingName());
            if (format == null || codec == null || Double.isNaN(lossPercent)) {
                continue;
            }
            meters.listening(leg, EModel.mos(EModel.rating(codec, lossPercent, 0)));
            double ways = inside.roundTrips.lastSeconds() + outside.roundTrips.lastSeconds();
            if (!Double.isNaN(ways)) {
                double delayMillis = 1000 * ways / 2 + PACKETS_BUFFERED * format.packetMillis();
                meters.conversational(leg, EModel.mos(EModel.rating(codec, lossPercent, delayMillis)));
            }
        }
    }

    /// Whether the far party listens to this leg: on hold, silence is as it should be.
    private boolean mayBeHeard(Leg leg) {
        RemoteMedia listener = agreed(leg.far());
        return listener != null && listener.receives() && listener.rtp() != null;
    }

    private @Nullable RemoteMedia agreed(Leg leg) {
        return leg == Leg.INSIDE ? insideAgreed : outsideAgreed;
    }

    private StreamQuality of(Leg leg) {
        return leg == Leg.INSIDE ? inside : outside;
    }
}
