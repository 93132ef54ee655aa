package org.koegura.rtpcapture.capture;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.port.CallCheckpoint.Silence;
import org.koegura.callmodel.port.RecordingSink;
import org.koegura.callmodel.port.RecordingSink.Span;
import org.koegura.rtpcapture.rtp.ArrivalClock;

/// The spans of a call in which nothing of it was to be kept, as its recording declares them: it carried no audio, or
/// capture was paused, or a new party was not told yet. Where several are so, it is the new party, else
/// the pause. Since a command was lost, it is that, whatever comes.
///
/// Pure; owned by the call's event loop.
public final class SpanLog {

    private record Passed(
            long fromNanos,
            long toNanos,
            Span.Reason reason,
            @Nullable CaptureBasis told) {

        Passed until(long nanos) {
            return new Passed(fromNanos, Math.max(fromNanos, nanos), reason, told);
        }
    }

    private final Consumer<Span.Reason> forgotten;
    private final List<Passed> passed = new ArrayList<>();
    private Span.@Nullable Reason silent;
    private long silentSinceNanos;
    private boolean paused;
    private boolean untold;
    private @Nullable CaptureBasis told;
    private boolean lost;
    private Span.@Nullable Reason open;
    private long sinceNanos;
    private long changes;
    private boolean declared;

    /// @param forgotten told why, where there is no room left to note a span
    SpanLog(Consumer<Span.Reason> forgotten) {
        this.forgotten = forgotten;
    }

    /// A recording begins, which is to declare the spans: what was over before takes none of their room.
    void declare() {
        declared = true;
    }

    /// From then on there is no audio; two spans do not overlap. Without effect where that was so already.
    void begin(Span.Reason reason, long epochNanos) {
        if (silent == null) {
            silent = reason;
            silentSinceNanos = Math.max(free(), epochNanos);
            turn(silentSinceNanos);
        }
    }

    /// When the last span that is over ended.
    private long free() {
        return passed.isEmpty() ? Long.MIN_VALUE : passed.getLast().toNanos();
    }

    /// From now on there is none for this reason, whatever the one before was.
    void turnInto(Span.Reason reason, long epochNanos) {
        if (silent != reason) {
            end(epochNanos);
            begin(reason, epochNanos);
        }
    }

    /// There is some again.
    void end(long epochNanos) {
        if (silent != null) {
            silent = null;
            turn(epochNanos);
        }
    }

    void pause(long epochNanos) {
        paused = true;
        turn(epochNanos);
    }

    void resume(long epochNanos) {
        paused = false;
        turn(epochNanos);
    }

    /// From now on somebody is there who was not told.
    void newParty(long epochNanos) {
        untold = true;
        turn(epochNanos);
    }

    /// He was, or need not be.
    void told(CaptureBasis basis, long epochNanos) {
        untold = false;
        told = basis;
        turn(epochNanos);
        told = null;
    }

    /// What is known by now of the bases that were given.
    void amend(UnaryOperator<CaptureBasis> known) {
        passed.replaceAll(span -> span.told() == null
                ? span
                : new Passed(span.fromNanos(), span.toNanos(), span.reason(), known.apply(span.told())));
    }

    /// Nobody knows from now on what was to be kept.
    void commandLost(long epochNanos) {
        lost = true;
        turn(epochNanos);
    }

    /// All is over.
    void close(long epochNanos) {
        silent = null;
        paused = false;
        untold = false;
        lost = false;
        turn(epochNanos);
    }

    private void turn(long epochNanos) {
        changes++;
        Span.Reason quiet = paused ? Span.Reason.PAUSE : silent;
        Span.Reason waiting = untold ? Span.Reason.NEW_PARTY : quiet;
        Span.Reason now = lost ? Span.Reason.COMMAND_LOST : waiting;
        if (now == open) {
            return;
        }
        if (open != null) {
            note(new Passed(sinceNanos, epochNanos, open, told));
        }
        open = now;
        sinceNanos = epochNanos;
    }

    /// Where there is no room any more a pause takes that of another span: somebody asked for it, and it is looked for.
    /// So does what makes the recording partial, before all.
    private void note(Passed span) {
        if (!declared) {
            return;
        }
        Passed gone = passed.size() < RecordingSink.SPANS_MAX ? null : leastOf(span);
        if (gone != null) {
            passed.remove(gone);
            forgotten.accept(gone.reason());
        }
        if (!span.equals(gone)) {
            passed.add(span);
        }
    }

    private Passed leastOf(Passed span) {
        Passed least = span;
        for (Passed other : passed.reversed()) {
            if (weight(other) < weight(least)) {
                least = other;
            }
        }
        return least;
    }

    private static int weight(Passed span) {
        return switch (span.reason()) {
            case FAX, ENCRYPTED -> 0;
            case PAUSE -> 1;
            case NEW_PARTY -> 2;
            case COMMAND_LOST -> 3;
        };
    }

    /// A packet was read before it was known that a span had begun, and is not kept: the span began with it.
    void withheldAt(long epochNanos) {
        if (open != null && epochNanos < sinceNanos) {
            sinceNanos = Math.max(free(), epochNanos);
        }
    }

    /// A packet was read before the end of the last spans was known, and is kept: they ended with it. Returns when
    /// the last one ended.
    long heardAt(long epochNanos) {
        for (int i = passed.size() - 1; i >= 0 && passed.get(i).toNanos() > epochNanos; i--) {
            Passed span = passed.get(i);
            passed.set(i, span.until(epochNanos));
        }
        return free();
    }

    /// What the call carries in the place of audio; null where it carries some.
    @Nullable
    Silence silence() {
        Span.Reason why = silent;
        return why == null ? null : new Silence(why, ArrivalClock.instantOf(silentSinceNanos));
    }

    /// Grows with whatever begins or ends.
    long changes() {
        return changes;
    }

    /// The spans within a time, cut to it.
    List<Span> within(long fromNanos, long toNanos) {
        List<Span> spans = new ArrayList<>();
        for (Passed span : passed) {
            long from = Math.max(fromNanos, span.fromNanos());
            long to = Math.min(toNanos, span.toNanos());
            if (from < to) {
                spans.add(
                        new Span(ArrivalClock.instantOf(from), ArrivalClock.instantOf(to), span.reason(), span.told()));
            }
        }
        return spans;
    }
}
