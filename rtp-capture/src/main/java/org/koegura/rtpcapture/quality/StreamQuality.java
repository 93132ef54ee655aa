package org.koegura.rtpcapture.quality;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.RemoteMedia;

/// What is known of one leg's stream. Taking a packet in allocates nothing. Owned by the call's event loop.
final class StreamQuality {

    /// Of fewer packets in a minute a share of loss says nothing.
    static final int PACKETS_MIN = 50;

    final JitterMeter jitter = new JitterMeter();
    final RoundTrips roundTrips = new RoundTrips();
    private final LossMeter loss = new LossMeter();

    private int payloadType = -1;
    private int clockRateHz;

    /// The audio that was heard last; telephone events and comfort noise between do not change it.
    private @Nullable AudioFormat format;

    private boolean spoke;
    private long heardNanos;
    private long silentSinceNanos;
    private long reportedNanos;
    private long observedPackets;
    private long minutePackets;
    private long minuteLost;
    private boolean oneWayCounted;
    private boolean deadCounted;

    /// Silence counts from now on.
    void begin(long nowNanos) {
        heardNanos = nowNanos;
        silentSinceNanos = nowNanos;
        reportedNanos = nowNanos;
    }

    /// Takes one admitted packet in; returns how many were given up as lost by this.
    ///
    /// @param own what the party agreed to receive; some send by their own numbers
    /// @param far what the far party did, by whose numbers the packets should be
    int onPacket(
            int ssrc,
            int sequence,
            int type,
            int timestamp,
            long nowNanos,
            @Nullable RemoteMedia own,
            @Nullable RemoteMedia far) {
        spoke = true;
        heardNanos = nowNanos;
        silentSinceNanos = nowNanos;
        int lost = loss.onPacket(ssrc, sequence);
        minutePackets++;
        minuteLost += lost;
        if (type != payloadType) {
            means(type, far, own);
        }
        if (clockRateHz > 0) { // the packets of a telephone event share one time stamp (RFC 4733 §2.2)
            jitter.onPacket(ssrc, clockRateHz, timestamp, nowNanos);
        }
        return lost;
    }

    /// RTCP of the party came: it is there, though it may say nothing.
    void onReport(long nowNanos) {
        reportedNanos = nowNanos;
    }

    /// What was agreed may have changed.
    void forgetMeaning() {
        payloadType = -1;
    }

    /// On hold nobody listens: silence counts from its end on.
    void held(long nowNanos) {
        silentSinceNanos = nowNanos;
    }

    boolean heardWithin(long nanos, long nowNanos) {
        return nowNanos - heardNanos <= nanos;
    }

    /// Whether it is silent for so long, for the first time in this call.
    boolean becameSilent(long nanos, long nowNanos) {
        boolean becomes = !oneWayCounted && nowNanos - silentSinceNanos >= nanos;
        oneWayCounted |= becomes;
        return becomes;
    }

    /// Whether it ran and stopped, without as much as RTCP for so long, for the first time in this call.
    boolean died(long nanos, long nowNanos) {
        boolean dies =
                !deadCounted && spoke && nowNanos - silentSinceNanos >= nanos && nowNanos - reportedNanos >= nanos;
        deadCounted |= dies;
        return dies;
    }

    /// Whether packets came since the last time this was asked, so that their jitter can be observed.
    boolean jitterMoved() {
        long packets = jitter.packets();
        boolean moved = packets > 1 && packets != observedPackets;
        observedPackets = packets;
        return moved;
    }

    /// How many in a hundred of the minute's packets were lost; NaN where too few came to tell. Begins the next minute.
    double endMinute() {
        long promised = minutePackets + minuteLost;
        double percent = minutePackets < PACKETS_MIN ? Double.NaN : 100.0 * minuteLost / promised;
        minutePackets = 0;
        minuteLost = 0;
        return percent;
    }

    @Nullable
    AudioFormat format() {
        return format;
    }

    private void means(int type, @Nullable RemoteMedia far, @Nullable RemoteMedia own) {
        payloadType = type;
        AudioFormat known = find(far, type);
        if (known == null) {
            known = find(own, type);
        }
        clockRateHz = known == null ? 0 : known.clockRateHz();
        if (known != null) {
            format = known;
        }
    }

    private static @Nullable AudioFormat find(@Nullable RemoteMedia agreed, int type) {
        if (agreed == null) {
            return null;
        }
        List<AudioFormat> formats = agreed.formats();
        for (int i = 0; i < formats.size(); i++) { // by index: no iterator for each packet that changes the type
            if (formats.get(i).payloadType() == type) {
                return formats.get(i);
            }
        }
        return null;
    }
}
