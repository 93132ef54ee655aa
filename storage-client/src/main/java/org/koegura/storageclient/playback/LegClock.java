package org.koegura.storageclient.playback;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Puts the packets of one leg on the timeline of capture, in frames of 1/48,000 s: a whole number of them makes a
/// tick of every codec's clock, and a sample of every rate that is played.
///
/// Within a source, timestamps rule: jitter does not shift sound. The source's first packet ties its timestamps to the
/// moment at which it arrived. A timestamp that lies more than a second off its packet's arrival (a source that
/// restarted, a clock that drifted) ties them anew, and so does a change to a codec with another clock. A packet that
/// came twice counts once.
final class LegClock {

    /// What [#place] gives for a packet that was there before.
    static final long DUPLICATE = Long.MIN_VALUE;

    static final int FRAMES_PER_SECOND = 48_000;

    /// A leg has one source at a time, two around a transfer. Above this the longest silent one is forgotten.
    private static final int SOURCES_MAX = 4;

    private static final int SEEN_BITS = 64;

    private static final class Source {
        private int ssrc;
        private int clockRateHz;
        private int anchorTicks;
        private long anchorFrame;
        private int highest;
        private long seen;
        private long lastArrivalFrame;

        Source copy() {
            Source copy = new Source();
            copy.ssrc = ssrc;
            copy.clockRateHz = clockRateHz;
            copy.anchorTicks = anchorTicks;
            copy.anchorFrame = anchorFrame;
            copy.highest = highest;
            copy.seen = seen;
            copy.lastArrivalFrame = lastArrivalFrame;
            return copy;
        }
    }

    private final @Nullable Source[] sources = new @Nullable Source[SOURCES_MAX];

    /// The clock as it stands, to go on from later.
    LegClock copy() {
        LegClock copy = new LegClock();
        Arrays.setAll(copy.sources, i -> {
            Source source = sources[i];
            return source == null ? null : source.copy();
        });
        return copy;
    }

    /// The frame at which a packet's sound starts, or [#DUPLICATE].
    ///
    /// @param clockRateHz ticks a second of its timestamp, a divisor of 48,000
    /// @param arrivalFrame when it arrived
    long place(RtpPacket packet, int clockRateHz, long arrivalFrame) {
        Source source = source(packet, arrivalFrame);
        source.lastArrivalFrame = arrivalFrame;
        if (!isNew(source, packet.sequence())) {
            return DUPLICATE;
        }
        int ticks = packet.ticks() - source.anchorTicks; // timestamps wrap
        long frame = source.anchorFrame + (long) ticks * (FRAMES_PER_SECOND / clockRateHz);
        if (source.clockRateHz != clockRateHz || Math.abs(frame - arrivalFrame) > FRAMES_PER_SECOND) {
            source.clockRateHz = clockRateHz;
            source.anchorTicks = packet.ticks();
            source.anchorFrame = arrivalFrame;
            frame = arrivalFrame;
        }
        return frame;
    }

    private Source source(RtpPacket packet, long arrivalFrame) {
        int place = 0;
        for (int i = 0; i < sources.length; i++) {
            Source source = sources[i];
            if (source != null && source.ssrc == packet.ssrc()) {
                return source;
            }
            if (isLonger(source, sources[place])) {
                place = i;
            }
        }
        Source fresh = new Source();
        fresh.ssrc = packet.ssrc();
        fresh.anchorTicks = packet.ticks();
        fresh.anchorFrame = arrivalFrame;
        fresh.highest = packet.sequence() - 1 & 0xFFFF;
        sources[place] = fresh;
        return fresh;
    }

    /// Whether the first place is free, or silent for longer than the second.
    private static boolean isLonger(@Nullable Source a, @Nullable Source b) {
        if (a == null || b == null) {
            return a == null && b != null;
        }
        return a.lastArrivalFrame < b.lastArrivalFrame;
    }

    /// Remembers the last 64 sequence numbers, as a replay window does (RFC 3711 §3.3.2). What lies further off in
    /// either direction is a restart, and begins a window of its own.
    private static boolean isNew(Source source, int sequence) {
        int ahead = (short) (sequence - source.highest);
        if (ahead > 0) {
            source.seen = ahead < SEEN_BITS ? source.seen << ahead | 1 : 1;
            source.highest = sequence;
            return true;
        }
        if (-ahead >= SEEN_BITS) {
            source.seen = 1;
            source.highest = sequence;
            return true;
        }
        long bit = 1L << -ahead;
        boolean fresh = (source.seen & bit) == 0;
        source.seen |= bit;
        return fresh;
    }
}
