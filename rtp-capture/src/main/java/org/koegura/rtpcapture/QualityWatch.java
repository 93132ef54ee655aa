package org.koegura.rtpcapture;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.RemoteMedia;

/// What a call's audio is like as it comes in: loss and jitter of each leg, and whether one party is not heard.
///
/// [#onPacket] allocates nothing. The rest runs once a second, beside the packets. Owned by the call's event loop.
final class QualityWatch {

    /// How long one leg may be silent while the other speaks until the call counts as one-way.
    static final long ONE_WAY_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1);

    /// Jitter is observed every so many ticks: the least interval between reports of RFC 3550 §6.2.
    private static final int TICKS_PER_OBSERVATION = 5;

    private final MediaLoop loop;
    private final MediaMeters meters;
    private final ArrivalClock clock;
    private final Stream inside = new Stream();
    private final Stream outside = new Stream();
    private @Nullable MediaLine line;
    private @Nullable Future<?> timer;
    private int ticks;

    QualityWatch(MediaLoop loop, MediaMeters meters, ArrivalClock clock) {
        this.loop = loop;
        this.meters = meters;
        this.clock = clock;
    }

    /// One leg's stream.
    private static final class Stream {
        final LossMeter loss = new LossMeter();
        final JitterMeter jitter = new JitterMeter();
        int payloadType = -1;
        int clockRateHz;
        long heardNanos;
        long observedPackets;
        boolean oneWayCounted;
    }

    /// Takes one admitted packet in.
    void onPacket(MediaLine on, Leg leg, ByteBuf packet, long nowNanos) {
        Stream stream = of(leg);
        line = on;
        stream.heardNanos = nowNanos;
        int ssrc = RtpHeader.ssrc(packet);
        loop.counters().lost(leg, stream.loss.onPacket(ssrc, RtpHeader.sequence(packet)));
        int payloadType = RtpHeader.payloadType(packet);
        if (payloadType != stream.payloadType) {
            stream.payloadType = payloadType;
            stream.clockRateHz = clockRateHz(on, leg, payloadType);
        }
        if (stream.clockRateHz > 0) { // the packets of a telephone event share one time stamp (RFC 4733 §2.2)
            stream.jitter.onPacket(ssrc, stream.clockRateHz, RtpHeader.timestamp(packet), nowNanos);
        }
    }

    /// Silence counts from now on. Once.
    void answered(long nowNanos) {
        inside.heardNanos = nowNanos;
        outside.heardNanos = nowNanos;
        schedule();
    }

    /// Observes what was not yet, and stops.
    void close() {
        Future<?> pending = timer;
        if (pending != null) {
            pending.cancel(false);
            timer = null;
            observeJitter();
        }
    }

    private void schedule() {
        timer = loop.loop().schedule(this::tick, TICK_NANOS, TimeUnit.NANOSECONDS);
    }

    private void tick() {
        countOneWay(clock.monotonic());
        if (++ticks % TICKS_PER_OBSERVATION == 0) {
            observeJitter();
        }
        schedule();
    }

    private void observeJitter() {
        for (Leg leg : Leg.values()) {
            Stream stream = of(leg);
            stream.payloadType = -1; // what was agreed may have changed
            long packets = stream.jitter.packets();
            if (packets > 1 && packets != stream.observedPackets) {
                meters.jitter(leg, stream.jitter.seconds());
            }
            stream.observedPackets = packets;
        }
    }

    /// A party that keeps still on purpose (voice activity detection without comfort noise) looks the same, and counts.
    private void countOneWay(long nowNanos) {
        for (Leg leg : Leg.values()) {
            Stream silent = of(leg);
            boolean otherSpeaks = nowNanos - of(leg.far()).heardNanos <= TICK_NANOS;
            boolean tooLong = nowNanos - silent.heardNanos >= ONE_WAY_NANOS;
            if (otherSpeaks && tooLong && !silent.oneWayCounted && mayBeHeard(leg)) {
                silent.oneWayCounted = true;
                meters.oneWay(leg);
            }
        }
    }

    /// Whether the far party listens to this leg: on hold, silence is as it should be.
    private boolean mayBeHeard(Leg leg) {
        MediaLine on = line;
        RemoteMedia listener = on == null ? null : on.side(leg.far()).agreed();
        return listener != null && listener.receives() && listener.rtp() != null;
    }

    private Stream of(Leg leg) {
        return leg == Leg.INSIDE ? inside : outside;
    }

    /// What arrives on a leg is what the far party agreed to receive; some send by their own numbers.
    private static int clockRateHz(MediaLine on, Leg leg, int payloadType) {
        int far = clockRateHz(on.side(leg.far()).agreed(), payloadType);
        return far > 0 ? far : clockRateHz(on.side(leg).agreed(), payloadType);
    }

    private static int clockRateHz(@Nullable RemoteMedia agreed, int payloadType) {
        if (agreed == null) {
            return 0;
        }
        List<AudioFormat> formats = agreed.formats();
        for (int i = 0; i < formats.size(); i++) { // by index: no iterator for each packet that changes the type
            if (formats.get(i).payloadType() == payloadType) {
                return formats.get(i).clockRateHz();
            }
        }
        return 0;
    }
}
