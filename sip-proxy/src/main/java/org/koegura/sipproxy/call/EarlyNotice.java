package org.koegura.sipproxy.call;

import static org.koegura.sipproxy.call.Call.go;
import static org.koegura.sipproxy.call.Call.tooLate;

import java.util.ArrayList;
import java.util.List;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Prompt;
import org.koegura.sipproxy.call.Call.Step;
import org.koegura.sipproxy.call.Effect.NoticeEnd;
import org.koegura.sipproxy.call.State.Early;
import org.koegura.sipproxy.call.State.Kept;
import org.koegura.sipproxy.negotiation.Audio;

/// The rows of [Call] for a notice that the caller hears before anybody answers (N3). Pure, as they all are.
///
/// ```
///           early media            heard                 2xx
///  Ringing ─────────────► Foretelling ─────► Foretold ─────────► Recorded     where it is proven of the trunk
///     ▲                    │   │   2xx                  2xx
///     └── failed, exempted ┘   └──────────► Notifying ◄────────               the same notice goes on where it is
///         or not to be kept                 proven, else it is played again
/// ```
///
/// Whatever was heard before, capture starts only after the 2xx.
final class EarlyNotice {

    private EarlyNotice() {}

    /// It is being played. Where it stops, the caller hears it ring.
    static Step foretelling(State.Foretelling state, Event event) {
        Early early = state.early();
        Prompt prompt = state.prompt();
        return switch (event) {
            case Event.EarlyNoticeHeard(var proof) ->
                go(new State.Foretold(early, proof), new Effect.CountNotice(prompt, NoticeEnd.COMPLETED));
            case Event.EarlyNoticeFailed _ -> // it is played when somebody answers
                go(new State.Ringing(early), new Effect.CountNotice(prompt, NoticeEnd.FAILED));
            case Event.Answered(Audio.Usable _)
            when early.proven() ->
                go(new State.Notifying(prompt, true, false), new Effect.MediaAnswered(), new Effect.CountRecordable());
            case Event.Answered(var audio) ->
                Call.settle(
                        early,
                        audio,
                        List.of(
                                new Effect.MediaAnswered(),
                                new Effect.StopNotice(),
                                new Effect.CountNotice(prompt, NoticeEnd.STOPPED)));
            case Event.Exempted exempted ->
                and(
                        Call.exemptEarly(state, early, exempted),
                        new Effect.StopNotice(),
                        new Effect.CountNotice(prompt, NoticeEnd.STOPPED));
            case Event.Attested _ -> go(state, OralNotice.notDue(state));
            case Event.Unrecordable(var why) -> unrecordable(early.unrecordable(why), prompt);
            case Event.Forbidden(var why) -> unrecordable(early.unrecordable(why), prompt);
            case Event.NewParty _ -> // whoever it is now hears it on the answer
                go(
                        new State.Ringing(early),
                        new Effect.StopNotice(),
                        new Effect.CountNotice(prompt, NoticeEnd.STOPPED));
            case Event.Cancelled _ -> go(new State.Foretelling(early.given(), prompt));
            case Event.Rejected(int status) -> endNotice(prompt, CallEnd.refusal(status, early));
            case Event.Abandoned(var reason) -> endNotice(prompt, reason);
            case Event.Provisional _,
                    Event.EarlyMedia _,
                    Event.HungUp _,
                    Event.AudioSettled _,
                    Event.Acknowledged _,
                    Event.NoticeStarted _,
                    Event.NoticeHeard _,
                    Event.NoticeFailed _,
                    Event.CaptureFailed _,
                    Event.CaptureBroken _,
                    Event.Lost _,
                    Event.MediaClosed _,
                    Event.SealOverdue _ -> go(state);
        };
    }

    /// It was heard in full, and it still rings.
    static Step foretold(State.Foretold state, Event event) {
        Early early = state.early();
        return switch (event) {
            case Event.Answered(Audio.Usable _)
            when early.proven() -> {
                var basis = new CaptureBasis.Announced(state.proof());
                yield go(
                        new State.Recorded(basis),
                        new Effect.MediaAnswered(),
                        new Effect.CountRecordable(),
                        new Effect.StartCapture(basis));
            }
            case Event.Answered(var audio) -> Call.settle(early, audio, List.of(new Effect.MediaAnswered()));
            case Event.Exempted _ when early.proven() -> go(state, tooLate(state));
            case Event.Exempted exempted -> Call.exemptEarly(state, early, exempted);
            case Event.Attested _ -> go(state, OralNotice.notDue(state));
            case Event.Unrecordable(var why) -> go(new State.Ringing(early.unrecordable(why)));
            case Event.Forbidden(var why) -> go(new State.Ringing(early.unrecordable(why)));
            case Event.NewParty _ -> go(new State.Ringing(early));
            case Event.Cancelled _ -> go(new State.Foretold(early.given(), state.proof()));
            case Event.Rejected(int status) -> Call.end(CallEnd.refusal(status, early), new Kept.NotAnswered());
            case Event.Abandoned(var reason) -> Call.end(reason, new Kept.NotAnswered());
            case Event.Provisional _,
                    Event.EarlyMedia _,
                    Event.HungUp _,
                    Event.AudioSettled _,
                    Event.Acknowledged _,
                    Event.NoticeStarted _,
                    Event.NoticeHeard _,
                    Event.NoticeFailed _,
                    Event.EarlyNoticeHeard _,
                    Event.EarlyNoticeFailed _,
                    Event.CaptureFailed _,
                    Event.CaptureBroken _,
                    Event.Lost _,
                    Event.MediaClosed _,
                    Event.SealOverdue _ -> go(state);
        };
    }

    private static Step unrecordable(Early early, Prompt prompt) {
        return go(new State.Ringing(early), new Effect.StopNotice(), new Effect.CountNotice(prompt, NoticeEnd.STOPPED));
    }

    private static Step endNotice(Prompt prompt, EndReason reason) {
        return and(Call.end(reason, new Kept.NotAnswered()), new Effect.CountNotice(prompt, NoticeEnd.STOPPED));
    }

    private static Step and(Step step, Effect... more) {
        List<Effect> effects = new ArrayList<>(step.effects());
        effects.addAll(List.of(more));
        return new Step(step.state(), effects);
    }
}
