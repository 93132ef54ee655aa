package org.koegura.sipproxy.call;

import static org.koegura.sipproxy.call.Call.go;
import static org.koegura.sipproxy.call.Call.journal;
import static org.koegura.sipproxy.call.Call.tooLate;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.Unrecorded;
import org.koegura.sipproxy.call.Call.Step;
import org.koegura.sipproxy.call.State.Early;
import org.koegura.sipproxy.call.State.Kept;

/// The rows of [Call] for a call that is over for its parties: its media are closed, its recording is sealed, and its
/// one outcome is reported. Pure, as they all are.
final class CallEnd {

    private CallEnd() {}

    /// BYE crossed BYE (RFC 3261 §15.1.2): the first one counts.
    static Step ending(State.Ending state, Event event) {
        return switch (event) {
            case Event.MediaClosed(var report) -> report(state, report);
            case Event.SealOverdue _ -> report(state, new MediaReport(List.of(), List.of(), null));
            case Event.CaptureFailed _ ->
                state.kept() instanceof Kept.Captured(var basis, var _)
                        ? go(new State.Ending(state.reason(), new Kept.Nothing(Unrecorded.STORE_FAILED, basis)))
                        : go(state);
            case Event.Exempted _ -> go(state, tooLate(state));
            case Event.Attested _ -> go(state, OralNotice.notDue(state));
            case Event.Provisional _,
                    Event.EarlyMedia _,
                    Event.Unrecordable _,
                    Event.Forbidden _,
                    Event.Answered _,
                    Event.AudioSettled _,
                    Event.Acknowledged _,
                    Event.NoticeStarted _,
                    Event.NoticeHeard _,
                    Event.NoticeFailed _,
                    Event.EarlyNoticeHeard _,
                    Event.EarlyNoticeFailed _,
                    Event.NewParty _,
                    Event.CaptureBroken _,
                    Event.HungUp _,
                    Event.Cancelled _,
                    Event.Rejected _,
                    Event.Lost _,
                    Event.Abandoned _ -> go(state);
        };
    }

    static Step over(State.Over state, Event event) {
        return switch (event) {
            case Event.Exempted _ -> go(state, tooLate(state));
            case Event.Attested _ -> go(state, OralNotice.notDue(state));
            case Event.Provisional _,
                    Event.EarlyMedia _,
                    Event.Unrecordable _,
                    Event.Forbidden _,
                    Event.Answered _,
                    Event.AudioSettled _,
                    Event.Acknowledged _,
                    Event.NoticeStarted _,
                    Event.NoticeHeard _,
                    Event.NoticeFailed _,
                    Event.EarlyNoticeHeard _,
                    Event.EarlyNoticeFailed _,
                    Event.NewParty _,
                    Event.CaptureFailed _,
                    Event.CaptureBroken _,
                    Event.HungUp _,
                    Event.Cancelled _,
                    Event.Rejected _,
                    Event.Lost _,
                    Event.Abandoned _,
                    Event.MediaClosed _,
                    Event.SealOverdue _ -> go(state);
        };
    }

    /// R5: exactly one of complete, partial, missing, intentionally not, or never answered.
    private static Step report(State.Ending ending, MediaReport media) {
        boolean sealed = media.seal() != null;
        return switch (ending.kept()) {
            case Kept.NotAnswered _ -> over(ending, CallOutcome.Result.NOT_ANSWERED, null, null, media);
            case Kept.Captured(var basis, boolean cut) ->
                sealed ? kept(ending, basis, cut, media) : missing(ending, Unrecorded.STORE_FAILED, media);
            case Kept.Nothing nothing -> {
                CaptureBasis lost = nothing.lost();
                if (sealed && lost != null) {
                    yield over(ending, CallOutcome.Result.PARTIAL, null, lost, media);
                }
                yield nothing.why().intended()
                        ? over(ending, CallOutcome.Result.INTENTIONALLY_NOT, nothing.why(), null, media)
                        : missing(ending, nothing.why(), media);
            }
        };
    }

    private static Step kept(State.Ending ending, CaptureBasis basis, boolean cut, MediaReport media) {
        CallOutcome.Result result = media.isWhole() && !cut ? CallOutcome.Result.COMPLETE : CallOutcome.Result.PARTIAL;
        return over(ending, result, null, basis, media);
    }

    private static Step missing(State.Ending ending, Unrecorded why, MediaReport media) {
        return go(
                new State.Over(),
                journal("call.missing", why, Map.of()),
                new Effect.Report(ending.reason(), CallOutcome.Result.MISSING, why, null, media));
    }

    private static Step over(
            State.Ending ending,
            CallOutcome.Result result,
            @Nullable Unrecorded why,
            @Nullable CaptureBasis basis,
            MediaReport media) {
        return go(new State.Over(), new Effect.Report(ending.reason(), result, why, basis, media));
    }

    static EndReason refusal(int status, Early early) {
        if (early.cancelled()) {
            return EndReason.CANCELLED;
        }
        return status == 408 ? EndReason.TIMED_OUT : EndReason.REJECTED;
    }

    static EndReason hangup(Leg by) {
        return switch (by) {
            case INSIDE -> EndReason.HANGUP_INSIDE;
            case OUTSIDE -> EndReason.HANGUP_OUTSIDE;
        };
    }
}
