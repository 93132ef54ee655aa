package org.koegura.rtpcapture.rtp;

import java.util.concurrent.TimeUnit;
import org.koegura.callmodel.AudioFormat;

/// How the timestamps of one stream run by the clock: its ticks, and the whole packets that they lie on.
///
/// Pure. Asked where packets of ours are joined to others, not for each packet.
///
/// @param clockRateHz timestamp ticks per second
/// @param ticksPerPacket how far the timestamps of two packets that follow each other lie apart
record PacketGrid(int clockRateHz, int ticksPerPacket) {

    /// What a stream is taken for whose format is not known.
    static final PacketGrid USUAL = new PacketGrid(8000, 160);

    private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    static PacketGrid of(AudioFormat format) {
        return new PacketGrid(format.clockRateHz(), format.ticksPerPacket());
    }

    /// The ticks of so much time; none where it is negative.
    int ticks(long nanos) {
        long whole = Math.max(0, nanos);
        return (int)
                (whole / NANOS_PER_SECOND * clockRateHz + whole % NANOS_PER_SECOND * clockRateHz / NANOS_PER_SECOND);
    }

    /// The time of so many ticks.
    long nanos(long ticks) {
        return ticks * NANOS_PER_SECOND / clockRateHz;
    }

    /// The ticks of so much time in whole packets, the nearest and at least one: what was sent before it and what
    /// follows lie on one grid, as from one telephone.
    int wholePackets(long nanos) {
        return ticksPerPacket * Math.max(1, (ticks(nanos) + ticksPerPacket / 2) / ticksPerPacket);
    }
}
