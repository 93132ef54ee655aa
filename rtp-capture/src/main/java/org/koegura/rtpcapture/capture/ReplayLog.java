package org.koegura.rtpcapture.capture;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.port.RecordingSink;
import org.koegura.callmodel.replay.Replayed;
import org.koegura.rtpcapture.rtp.ArrivalClock;

/// What the outside party of a call heard once more of a notice, as its recording declares it (N13).
///
/// Pure; owned by the call's event loop.
final class ReplayLog {

    private final List<Replayed> replays = new ArrayList<>();

    /// One is over. Beyond as many as a recording declares, the journal alone knows.
    void add(Replayed replayed) {
        if (replayed.sent() != null && replays.size() < RecordingSink.SPANS_MAX) {
            replays.add(replayed);
        }
    }

    /// Those that lie within a time.
    List<Replayed> within(long fromNanos, long toNanos) {
        return replays.stream()
                .filter(replayed -> isWithin(replayed.sent(), fromNanos, toNanos))
                .toList();
    }

    private static boolean isWithin(@Nullable NoticeProof sent, long fromNanos, long toNanos) {
        return sent != null
                && ArrivalClock.epochNanos(sent.startedAt()) >= fromNanos
                && ArrivalClock.epochNanos(sent.endedAt()) <= toNanos;
    }
}
