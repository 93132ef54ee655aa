package org.koegura.rtpcapture.capture;

import io.netty.channel.EventLoop;
import java.util.BitSet;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.koegura.rtpcapture.meters.RelayCounters;

/// One event loop with what belongs to it alone: its capture ring, the writer behind it, and its counters.
///
/// Owned by the loop's thread, except [#loop] and [#writer], which never change.
public final class MediaLoop {

    private static final long LATER_MILLIS = 20;

    private final EventLoop loop;
    private final TrackWriter writer;
    private final RelayCounters counters = new RelayCounters();
    private final BitSet slots = new BitSet();

    public MediaLoop(EventLoop loop, TrackWriter writer) {
        this.loop = loop;
        this.writer = writer;
    }

    public EventLoop loop() {
        return loop;
    }

    public TrackWriter writer() {
        return writer;
    }

    CaptureRing ring() {
        return writer.ring();
    }

    public RelayCounters counters() {
        return counters;
    }

    /// The lowest free track number. A number is free again once its track's close was *commanded*: commands and
    /// packets are worked off in one order.
    int takeSlot() {
        int slot = slots.nextClearBit(0);
        slots.set(slot);
        return slot;
    }

    void freeSlot(int slot) {
        slots.clear(slot);
    }

    /// Tries again soon what the writer's full mailbox refused.
    void later(Runnable again) {
        Future<?> _ = loop.schedule(again, LATER_MILLIS, TimeUnit.MILLISECONDS);
    }
}
