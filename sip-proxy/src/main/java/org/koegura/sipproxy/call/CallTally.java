package org.koegura.sipproxy.call;

import java.time.Duration;
import java.time.Instant;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Gap;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.Unrecorded;

/// What one call adds to the counters: its times, taken at its steps, and what became of it.
///
/// Owned by the call's thread. Times are of the monotonic clock, so that a clock that is set does not lengthen a call.
final class CallTally {

    private final CallMeters meters;
    private final CallFacts facts;
    private final long invitedNanos;
    private @Nullable Long answeredNanos;
    private @Nullable Long noticeNanos;
    private @Nullable Long captureNanos;
    private @Nullable Long cutNanos;
    private @Nullable Unrecorded stopped;
    private @Nullable Long endedNanos;
    private boolean rang;

    /// Whether a notice was begun before the answer.
    private boolean foretold;

    private boolean recordable;
    private boolean exempted;

    /// @param nowNanos when the INVITE came
    CallTally(CallMeters meters, CallFacts facts, long nowNanos) {
        this.meters = meters;
        this.facts = facts;
        this.invitedNanos = nowNanos;
    }

    /// The call took a step.
    void stepped(State from, State to, long nowNanos) {
        if (from.getClass() == to.getClass()) {
            return;
        }
        boolean early = from.isEarly();
        foretold |= to instanceof State.Foretelling;
        boolean over = to instanceof State.Ending || to instanceof State.Over;
        if (early && !over) {
            ringing(nowNanos);
        }
        if (early && !over && !to.isEarly()) {
            answeredNanos = nowNanos;
        }
        if (to instanceof State.Notifying) {
            noticeNanos = nowNanos;
        }
        if (from instanceof State.Notifying) {
            meters.waited(direction(), foretold, since(noticeNanos, nowNanos));
        } else if (answeredNanos != null && noticeNanos == null && speaks(to) && !speaks(from)) {
            meters.waited(direction(), foretold, Duration.ZERO);
        }
        if (to.stage() == Stage.RECORDED || to.stage() == Stage.RECORDED_WITHOUT_NOTICE) {
            captureNanos = captureNanos == null ? Long.valueOf(nowNanos) : captureNanos;
        } else if (captureNanos != null
                && cutNanos == null
                && !(to instanceof State.Renewing) // that is spared
                && !(to instanceof State.Broken)) { // that is in the gaps
            cutNanos = nowNanos;
            stopped = to instanceof State.Stopped(var why, var _) ? why : null;
        }
        if (to instanceof State.Ending) {
            endedNanos = nowNanos;
            if (answeredNanos != null) {
                meters.talked(direction(), since(answeredNanos, nowNanos));
            }
        }
    }

    private void ringing(long nowNanos) {
        if (!rang) {
            rang = true;
            meters.rang(direction(), since(invitedNanos, nowNanos));
        }
    }

    /// Whether the parties may speak with each other: no notice is awaited.
    private static boolean speaks(State state) {
        return state instanceof State.Bypassed
                || state instanceof State.Untold
                || state instanceof State.RecordedAsAttested
                || state instanceof State.Recorded
                || state instanceof State.RecordedWithoutNotice;
    }

    void attempt(boolean answered, EndReason reason, Instant endedAt) {
        meters.attempt(direction(), answered, reason);
        if (recordable) {
            meters.unreconciled(facts.call(), endedAt);
        }
    }

    void recordable() {
        recordable = true;
        meters.recordable(direction());
    }

    void notice(Prompt prompt, Effect.NoticeEnd end) {
        meters.notice(direction(), prompt, end);
    }

    void attestation() {
        meters.attestation(direction());
    }

    void exemption(CaptureBasis.Exempted basis) {
        exempted = true;
        meters.exemption(basis);
    }

    /// The one outcome of the call.
    void outcome(Effect.Report report) {
        meters.outcome(direction(), report.result(), report.why());
        boolean kept = report.media().seal() != null
                || report.media().accounts().stream()
                                .mapToLong(StreamAccount::recorded)
                                .sum()
                        > 0;
        if (kept && captureNanos == null) {
            meters.unnoticed(direction());
        }
        Unrecorded why = report.why();
        if (report.result() == CallOutcome.Result.MISSING && why != null) {
            meters.lost(why, since(answeredNanos, endedNanos));
        } else if (kept) {
            speech(report);
        }
        meters.reconciled(facts.call());
    }

    /// What is in the recording is the time of capture, less what was not to be kept and the gaps. Gaps of both legs at
    /// once count once, by the leg
    /// that lost more.
    private void speech(Effect.Report report) {
        Duration captured = since(captureNanos, cutNanos);
        Duration gaps = Duration.ZERO;
        for (Gap.Reason reason : Gap.Reason.values()) {
            Duration lost = report.media().gaps().stream()
                    .filter(gap -> gap.reason() == reason)
                    .collect(Collectors.groupingBy(
                            Gap::leg,
                            Collectors.reducing(
                                    Duration.ZERO, gap -> Duration.between(gap.from(), gap.to()), Duration::plus)))
                    .values()
                    .stream()
                    .max(Duration::compareTo)
                    .orElse(Duration.ZERO);
            meters.lost(reason, lost);
            gaps = gaps.plus(lost);
        }
        Duration unheeded = report.media().commandLost();
        meters.lost(StreamAccount.Withheld.COMMAND_LOST, unheeded);
        Duration recorded =
                captured.minus(report.media().spared()).minus(unheeded).minus(gaps);
        meters.recorded(direction(), recorded.isNegative() ? Duration.ZERO : recorded);
        if (cutNanos != null && stopped == null) {
            meters.lost(Gap.Reason.STORE_FAILED, since(cutNanos, endedNanos));
        } else if (stopped != null && !stopped.intended()) { // what may not be kept is not lost
            meters.lost(stopped, since(cutNanos, endedNanos));
        }
    }

    /// The call is over, however it came to that.
    void over() {
        if (exempted) {
            exempted = false;
            meters.exemptionOver();
        }
        meters.reconciled(facts.call());
    }

    private Direction direction() {
        return facts.direction();
    }

    private static Duration since(@Nullable Long fromNanos, @Nullable Long toNanos) {
        return fromNanos == null || toNanos == null || toNanos < fromNanos
                ? Duration.ZERO
                : Duration.ofNanos(toNanos - fromNanos);
    }
}
