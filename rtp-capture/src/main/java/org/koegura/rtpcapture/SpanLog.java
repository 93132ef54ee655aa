package org.koegura.rtpcapture;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.port.RecordingSink;
import org.koegura.callmodel.port.RecordingSink.Span;

/// The spans of a call in which it carried no audio, as its recording declares them.
///
/// Pure; owned by the call's event loop.
final class SpanLog {

    private record Passed(long fromNanos, long toNanos, Span.Reason reason) {}

    private final List<Passed> passed = new ArrayList<>();
    private Span.@Nullable Reason open;
    private long sinceNanos;

    /// From now on there is none. Without effect where that was so already.
    void begin(Span.Reason reason, long epochNanos) {
        if (open == null) {
            open = reason;
            sinceNanos = epochNanos;
        }
    }

    /// There is some again. Returns false where there was no room left to note the span.
    boolean end(long epochNanos) {
        Span.Reason reason = open;
        if (reason == null) {
            return true;
        }
        open = null;
        if (passed.size() == RecordingSink.SPANS_MAX) {
            return false;
        }
        passed.add(new Passed(sinceNanos, epochNanos, reason));
        return true;
    }

    /// A packet was read before the end of the last span was known, and is audio: the span ended with it. Returns
    /// when the last span ended.
    long heardAt(long epochNanos) {
        if (passed.isEmpty()) {
            return Long.MIN_VALUE;
        }
        Passed last = passed.getLast();
        long to = Math.max(last.fromNanos(), Math.min(last.toNanos(), epochNanos));
        passed.set(passed.size() - 1, new Passed(last.fromNanos(), to, last.reason()));
        return to;
    }

    /// The spans within a time, cut to it.
    List<Span> within(long fromNanos, long toNanos) {
        List<Span> spans = new ArrayList<>();
        for (Passed span : passed) {
            long from = Math.max(fromNanos, span.fromNanos());
            long to = Math.min(toNanos, span.toNanos());
            if (from < to) {
                spans.add(new Span(ArrivalClock.instantOf(from), ArrivalClock.instantOf(to), span.reason()));
            }
        }
        return spans;
    }
}
