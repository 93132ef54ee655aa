package org.koegura.rtpcapture.capture;

import java.util.ArrayList;
import java.util.List;
import org.koegura.callmodel.port.RecordingSink;
import org.koegura.callmodel.port.RecordingSink.Beside;
import org.koegura.rtpcapture.rtp.ArrivalClock;

/// The times in which a call carried more than its audio, as its recording declares them.
///
/// Pure; owned by the call's event loop.
final class BesideLog {

    private static final long NOT = Long.MIN_VALUE;

    /// @param merged whether it stands for several, with what lay between them
    private record Passed(long fromNanos, long toNanos, boolean merged) {}

    private final List<Passed> passed = new ArrayList<>();
    private long sinceNanos = NOT;

    /// Whether it does from now on. Without effect where that was so already.
    void turn(boolean beside, long epochNanos) {
        if (beside == (sinceNanos != NOT)) {
            return;
        }
        if (!beside) {
            note(sinceNanos, epochNanos);
        }
        sinceNanos = beside ? epochNanos : NOT;
    }

    /// Where there is no room any more the last time lasts on, and says so: it is better to declare too much.
    private void note(long fromNanos, long toNanos) {
        boolean full = passed.size() == RecordingSink.SPANS_MAX;
        long from = full ? passed.removeLast().fromNanos() : fromNanos;
        passed.add(new Passed(from, toNanos, full));
    }

    /// The times within another, cut to it.
    List<Beside> within(long fromNanos, long toNanos) {
        List<Beside> times = new ArrayList<>();
        for (Passed time : passed) {
            long from = Math.max(fromNanos, time.fromNanos());
            long to = Math.min(toNanos, time.toNanos());
            if (from < to) {
                times.add(new Beside(ArrivalClock.instantOf(from), ArrivalClock.instantOf(to), time.merged()));
            }
        }
        return times;
    }
}
