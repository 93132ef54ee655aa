package org.koegura.sipproxy.call;

import static org.koegura.sipproxy.call.Call.go;
import static org.koegura.sipproxy.call.Call.journal;
import static org.koegura.sipproxy.call.Call.word;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.LiveCalls.Attesting;
import org.koegura.callmodel.port.LiveCalls.Exempting;
import org.koegura.sipproxy.call.Call.Step;
import org.koegura.sipproxy.call.Effect.NoticeEnd;
import org.koegura.sipproxy.call.State.Kept;

/// The rows of [Call] for an outside party that comes where another one was told (N2). Pure, as they all
/// are.
///
/// ```
///            new party             heard
///  Recorded ───────────► Renewing ───────────► Recorded
///                         │   │ attested ────► RecordedAsAttested
///                         │   │ exempted ────► RecordedWithoutNotice
///                         │   └ new party ───► Renewing, from the beginning
///                         └ failed ──────────► Stopped
/// ```
///
/// It is one recording: what comes between is withheld, and the recording says so, and by what it went on.
final class Renewal {

    private Renewal() {}

    /// What whoever comes is to hear; null where staff tell him.
    static @Nullable Prompt prompt(CallFacts facts, State state) {
        CallFacts.Decided decided = facts.decided();
        if (decided != null) {
            return decided.decision() instanceof NoticeDecision.Announce(var prompt, var _) ? prompt : null;
        }
        return state instanceof State.Recorded(var basis) ? basis.proof().prompt() : null;
    }

    /// Capture is on, and rests on what somebody else was told.
    static Step begin(CaptureBasis had, Event.NewParty party) {
        List<Effect> effects = new ArrayList<>();
        effects.add(new Effect.AwaitNewParty());
        if (party.prompt() != null) {
            effects.add(new Effect.PlayNotice(party.prompt()));
        }
        effects.add(new Effect.Journal(
                "recording.party.new", new TreeMap<>(Map.of("notice", party.prompt() == null ? "oral" : "prompt"))));
        return new Step(new State.Renewing(had, party.prompt(), true), effects);
    }

    /// What was flagged of a call was about somebody who is not there any more.
    static Effect lapsed(CaptureBasis.Exempted flagged) {
        return new Effect.Journal(
                "exemption.lapsed",
                new TreeMap<>(Map.of(
                        "ground", String.valueOf(flagged.exemption().ground().number()), "why", "new_party")));
    }

    /// He is being told, and nothing of the call is kept.
    static Step renewing(State.Renewing state, Event event) {
        CaptureBasis had = state.had();
        return switch (event) {
            case Event.Acknowledged _ -> go(state, new Effect.MediaAcknowledged());
            case Event.NoticeStarted _ when state.prompt() != null -> go(state.begun());
            case Event.NoticeHeard(var proof) when state.prompt() != null && !state.awaited() -> told(proof);
            case Event.NoticeFailed(var failure)
            when state.prompt() != null ->
                go(
                        new State.Stopped(Unrecorded.NOTICE_FAILED, had),
                        new Effect.StopNotice(), // it may be the one before that failed
                        new Effect.CountNotice(state.prompt(), NoticeEnd.FAILED),
                        new Effect.StopCapture(Unrecorded.NOTICE_FAILED),
                        journal(
                                "call.unrecorded",
                                Unrecorded.NOTICE_FAILED,
                                Map.of("capture", "stopped", "notice", word(failure))));
            case Event.Exempted(var exemption, var _) ->
                exempted(state, new CaptureBasis.Exempted(exemption, state.stage()));
            case Event.Attested(var attestation)
            when state.attestable() -> attested(new CaptureBasis.Attested(attestation, state.stage()));
            case Event.Attested _ -> go(state, OralNotice.notDue(state));
            case Event.NewParty party -> after(quiet(state), begin(had, party));
            case Event.Forbidden(var why) -> after(quiet(state), Call.stop(why, had));
            case Event.Unrecordable(var why)
            when why == Unrecorded.ENCRYPTED_MEDIA ->
                go(state, journal("call.unrecorded", why, Map.of("capture", "withheld")));
            case Event.CaptureFailed _ -> after(quiet(state), Call.captureFailed(had));
            case Event.CaptureBroken _ -> after(quiet(state), Call.stop(Unrecorded.STORE_FAILED, had));
            case Event.HungUp(var by) -> end(state, CallEnd.hangup(by));
            case Event.Lost(var how) -> end(state, how);
            case Event.Abandoned(var reason) -> end(state, reason);
            case Event.Provisional _,
                    Event.EarlyMedia _,
                    Event.Unrecordable _,
                    Event.Answered _,
                    Event.AudioSettled _,
                    Event.NoticeStarted _,
                    Event.NoticeHeard _,
                    Event.NoticeFailed _,
                    Event.EarlyNoticeHeard _,
                    Event.EarlyNoticeFailed _,
                    Event.Cancelled _,
                    Event.Rejected _,
                    Event.MediaClosed _,
                    Event.SealOverdue _ -> go(state);
        };
    }

    private static Step told(NoticeProof proof) {
        var basis = new CaptureBasis.Announced(proof);
        return go(
                new State.Recorded(basis),
                new Effect.CountNotice(proof.prompt(), NoticeEnd.COMPLETED),
                new Effect.CaptureAgain(basis),
                new Effect.Journal(
                        "recording.party.told",
                        new TreeMap<>(Map.of(
                                "prompt",
                                proof.prompt().id(),
                                "from",
                                proof.startedAt().toString(),
                                "to",
                                proof.endedAt().toString()))));
    }

    private static Step exempted(State.Renewing state, CaptureBasis.Exempted basis) {
        List<Effect> effects = new ArrayList<>();
        effects.add(new Effect.JournalExemption(basis));
        effects.addAll(quiet(state));
        effects.add(new Effect.CaptureAgain(basis));
        effects.add(new Effect.CountExemption(basis));
        effects.add(new Effect.Reply(new Exempting.InForce(basis.stage())));
        return new Step(new State.RecordedWithoutNotice(basis), effects);
    }

    private static Step attested(CaptureBasis.Attested basis) {
        return go(
                new State.RecordedAsAttested(basis),
                new Effect.JournalAttestation(basis),
                new Effect.CaptureAgain(basis),
                new Effect.CountAttestation(),
                new Effect.ReplyAttesting(new Attesting.InForce(basis.stage())));
    }

    /// The notice that plays is over before its end.
    private static List<Effect> quiet(State.Renewing state) {
        Prompt prompt = state.prompt();
        return prompt == null
                ? List.of()
                : List.of(new Effect.StopNotice(), new Effect.CountNotice(prompt, NoticeEnd.STOPPED));
    }

    private static Step end(State.Renewing state, EndReason reason) {
        return after(quiet(state), Call.end(reason, new Kept.Captured(state.had())));
    }

    private static Step after(List<Effect> first, Step then) {
        List<Effect> effects = new ArrayList<>(first);
        effects.addAll(then.effects());
        return new Step(then.state(), effects);
    }
}
