package org.koegura.rtpcapture.notice;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.NoticeProof.ReceiverReport;

/// Collects what the outside party's receiver reported of the notice, and judges it: more than 5 % lost is not heard.
///
/// A report covers the span where the interval since the report before it overlaps the notice's packets. Where an
/// interval began before the notice, its loss counts as the notice's: the same path carried both. So the last that
/// covers it is
/// the first at or after its last packet, whenever that comes; where none does, none ends the list.
///
/// Pure; owned by the call's event loop.
public final class NoticeReports {

    /// More loss than this in a hundred packets, and the notice was not heard.
    static final int LOSS_PERCENT_MAX = 5;

    /// Reports that one proof keeps at most; RTCP comes every 5 s, or later where bandwidth is scarce.
    private static final int REPORTS_MAX = 64;

    private final List<ReceiverReport> covering = new ArrayList<>();
    private @Nullable ReceiverReport last;
    private long lastSequence;
    private long expected;
    private long lost;
    private long firstOfSpan = Long.MAX_VALUE;
    private long lastOfSpan = Long.MAX_VALUE;

    /// The stream has another source from now on: what was reported of the one before says nothing of it.
    void restart() {
        last = null;
    }

    /// The span begins with this sequence number, unwrapped.
    void begin(long firstSequence) {
        covering.clear();
        expected = 0;
        lost = 0;
        firstOfSpan = firstSequence;
        lastOfSpan = Long.MAX_VALUE;
    }

    /// The span ended with this sequence number.
    void end(long lastSequenceOfSpan) {
        lastOfSpan = lastSequenceOfSpan;
    }

    /// Takes a report on our stream in.
    ///
    /// @param highest its highest sequence number, unwrapped as we count
    /// @param firstOfStream the first sequence number that was ever sent
    void add(ReceiverReport report, long highest, long firstOfStream) {
        boolean reachesSpan = highest >= firstOfSpan;
        boolean startsInSpan = last == null || lastSequence < lastOfSpan;
        if (reachesSpan && startsInSpan) {
            if (covering.size() == REPORTS_MAX) {
                covering.removeLast(); // the newest of them may be the one that ends the list
            }
            covering.add(report);
            tally(report, highest, last == null ? firstOfStream - 1 : lastSequence);
        }
        last = report;
        lastSequence = highest;
    }

    /// Whether the reports so far show more loss than a heard notice may have. No report speaks for the notice.
    boolean showLoss() {
        return lost * 100 > expected * LOSS_PERCENT_MAX;
    }

    /// The greater of what the two fields say of the interval: a receiver that began to count anew, and duplicates,
    /// make the cumulative number go back, and would hide a loss.
    private void tally(ReceiverReport report, long highest, long since) {
        long interval = Math.max(0, highest - since);
        long byCount = (long) report.cumulativeLost() - (last == null ? 0 : last.cumulativeLost());
        long byFraction = interval * report.fractionLost() / 256;
        expected += interval;
        lost += Math.max(byCount, byFraction);
    }

    List<ReceiverReport> covering() {
        return List.copyOf(covering);
    }
}
