package org.koegura.sipproxy.call;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.LiveCalls.Exempting;
import org.koegura.sipproxy.call.Effect.NoticeEnd;
import org.koegura.sipproxy.call.State.Early;
import org.koegura.sipproxy.call.State.Kept;
import org.koegura.sipproxy.negotiation.Audio;

/// Step 8 of 10 on the INVITE line: one call, from the first INVITE to the sealed recording. Pure: no clock,
/// no I/O, no log line.
///
/// One method per state, one row per event, no `default`: a new event needs its row everywhere. What the rows
/// keep: capture starts only after the 2xx, only with a proof of the notice, an attestation of it or an exemption,
/// and at most once;
/// every call ends in exactly one report.
final class Call {

    private Call() {}

    /// Where the call stands now, and what is to be done.
    record Step(State state, List<Effect> effects) {
        Step {
            effects = List.copyOf(effects);
        }
    }

    /// @param proven whether notices before the answer are known to be heard
    static State offered(NoticeDecision plan, boolean proven) {
        return new State.Offered(new Early(plan, null, false, proven));
    }

    /// A call that another process left when it died: what that did for it is done again, but for the exemption
    /// that it may have, which is journalled already. A notice that was not heard in full is played again.
    static Step resumed(CallCheckpoint.Standing had) {
        CaptureBasis basis = had.basis();
        if (basis != null) {
            State state = switch (basis) {
                case CaptureBasis.Announced announced -> new State.Recorded(announced);
                case CaptureBasis.Exempted exempted -> new State.RecordedWithoutNotice(exempted);
                case CaptureBasis.Attested attested -> new State.RecordedAsAttested(attested);
            };
            return go(state, new Effect.StartCapture(basis));
        }
        Prompt prompt = had.prompt();
        if (prompt != null) {
            return go(new State.Notifying(prompt), new Effect.PlayNotice(prompt));
        }
        if (had.unrecorded() == Unrecorded.NOT_ATTESTED && !had.forbidden()) {
            return go(new State.Untold());
        }
        Unrecorded why = had.unrecorded() == null ? Unrecorded.STORE_FAILED : had.unrecorded();
        return go(new State.Bypassed(why, null, had.forbidden()), new Effect.Bypass(why));
    }

    static Step step(State state, Event event) {
        return switch (state) {
            case State.Offered(var early) -> early(state, early, event);
            case State.Ringing(var early) -> early(state, early, event);
            case State.Foretelling foretelling -> EarlyNotice.foretelling(foretelling, event);
            case State.Foretold foretold -> EarlyNotice.foretold(foretold, event);
            case State.AwaitingAudio awaiting -> awaitingAudio(awaiting, event);
            case State.Notifying notifying -> notifying(notifying, event);
            case State.Untold untold -> OralNotice.untold(untold, event);
            case State.RecordedAsAttested recorded -> captured(recorded, recorded.basis(), event);
            case State.Recorded recorded -> captured(recorded, recorded.basis(), event);
            case State.RecordedWithoutNotice recorded -> captured(recorded, recorded.basis(), event);
            case State.Renewing renewing -> Renewal.renewing(renewing, event);
            case State.Broken(var basis) -> cutShort(state, basis, event);
            case State.Stopped(var _, var basis) -> cutShort(state, basis, event);
            case State.Bypassed bypassed -> bypassed(bypassed, event);
            case State.Ending ending -> CallEnd.ending(ending, event);
            case State.Over over -> CallEnd.over(over, event);
        };
    }

    /// RFC 3261 §13, §9: until a final response. A BYE on an early dialog (§15) ends one fork, not the call.
    private static Step early(State state, Early early, Event event) {
        return switch (event) {
            case Event.Provisional _ -> go(new State.Ringing(early));
            case Event.EarlyMedia _ -> {
                Prompt prompt = early.prompt();
                yield prompt == null // not to be told any more: but its own ringback is off by our answer
                        ? go(state, new Effect.PlayRingback())
                        : go(new State.Foretelling(early, prompt), new Effect.PlayEarlyNotice(prompt));
            }
            case Event.Unrecordable(var why) -> go(with(state, early.unrecordable(why)));
            case Event.Forbidden(var why) -> go(with(state, early.unrecordable(why)));
            case Event.Answered(var audio) -> settle(early, audio, List.of(new Effect.MediaAnswered()));
            case Event.Exempted exempted -> exemptEarly(state, early, exempted);
            case Event.Attested _ -> go(state, OralNotice.notDue(state));
            case Event.NewParty _ -> forAnother(state, early);
            case Event.Cancelled _ -> go(with(state, early.given()));
            case Event.Rejected(int status) -> end(CallEnd.refusal(status, early), new Kept.NotAnswered());
            case Event.Abandoned(var reason) -> end(reason, new Kept.NotAnswered());
            case Event.HungUp _,
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

    /// Between the 2xx and the ACK of a late offer.
    private static Step awaitingAudio(State.AwaitingAudio state, Event event) {
        Early early = state.early();
        return switch (event) {
            case Event.AudioSettled(var audio) -> settle(early, audio, List.of());
            case Event.Unrecordable(var why) -> settle(early, new Audio.Unusable(why), List.of());
            case Event.Forbidden(var why) -> settle(early.unrecordable(why), new Audio.Pending(), List.of());
            case Event.Acknowledged _ ->
                settle(early, new Audio.Unusable(Unrecorded.NO_AUDIO), List.of(new Effect.MediaAcknowledged()));
            case Event.Exempted exempted -> exemptEarly(state, early, exempted);
            case Event.Attested _ -> go(state, OralNotice.notDue(state));
            case Event.NewParty _ -> forAnother(state, early);
            case Event.HungUp(var by) -> end(CallEnd.hangup(by), nothing(Unrecorded.NO_AUDIO));
            case Event.Lost(var how) -> end(how, nothing(Unrecorded.NO_AUDIO));
            case Event.Abandoned(var reason) -> end(reason, nothing(Unrecorded.NO_AUDIO));
            case Event.Provisional _,
                    Event.EarlyMedia _,
                    Event.Answered _,
                    Event.Cancelled _,
                    Event.Rejected _,
                    Event.NoticeStarted _,
                    Event.NoticeHeard _,
                    Event.NoticeFailed _,
                    Event.EarlyNoticeHeard _,
                    Event.EarlyNoticeFailed _,
                    Event.CaptureFailed _,
                    Event.CaptureBroken _,
                    Event.MediaClosed _,
                    Event.SealOverdue _ -> go(state);
        };
    }

    /// Art. 4: the other party is being told.
    private static Step notifying(State.Notifying state, Event event) {
        Prompt prompt = state.prompt();
        return switch (event) {
            case Event.Acknowledged _ -> go(state, new Effect.MediaAcknowledged());
            case Event.Unrecordable(var why)
            when why == Unrecorded.ENCRYPTED_MEDIA ->
                go(
                        new State.Bypassed(why, null),
                        new Effect.StopNotice(),
                        new Effect.CountNotice(prompt, NoticeEnd.STOPPED),
                        new Effect.Bypass(why),
                        journal("call.unrecorded", why, Map.of("notice", "stopped")));
            case Event.NoticeHeard(var proof) when !state.awaited() -> heard(proof);
            case Event.NoticeStarted _ -> go(state.begun());
            case Event.EarlyNoticeHeard(var proof) when state.before() -> heard(proof);
            case Event.EarlyNoticeFailed _
            when state.before() ->
                go(
                        new State.Notifying(prompt),
                        new Effect.CountNotice(prompt, NoticeEnd.FAILED),
                        new Effect.PlayNotice(prompt));
            case Event.NoticeFailed(var failure) ->
                go(
                        new State.Bypassed(Unrecorded.NOTICE_FAILED, null),
                        new Effect.CountNotice(prompt, NoticeEnd.FAILED),
                        new Effect.Bypass(Unrecorded.NOTICE_FAILED),
                        journal("call.unrecorded", Unrecorded.NOTICE_FAILED, Map.of("notice", word(failure))));
            case Event.Forbidden(var why) ->
                go(
                        // whoever is handed on to a line that is never recorded left before the notice ended
                        new State.Bypassed(isFoundOut(why) ? why : Unrecorded.ENDED_BEFORE_NOTICE, null),
                        new Effect.StopNotice(),
                        new Effect.CountNotice(prompt, NoticeEnd.STOPPED),
                        new Effect.Bypass(why),
                        journal("call.unrecorded", why, Map.of("notice", "stopped")));
            case Event.Exempted(var exemption, var _) ->
                captureExempted(
                        new CaptureBasis.Exempted(exemption, state.stage()),
                        List.of(new Effect.StopNotice(), new Effect.CountNotice(prompt, NoticeEnd.STOPPED)));
            case Event.Attested _ -> go(state, OralNotice.notDue(state));
            case Event.NewParty _ ->
                go(
                        new State.Notifying(prompt, false, true),
                        new Effect.StopNotice(),
                        new Effect.CountNotice(prompt, NoticeEnd.STOPPED),
                        new Effect.PlayNotice(prompt));
            case Event.HungUp(var by) -> endNotice(prompt, CallEnd.hangup(by));
            case Event.Lost(var how) -> endNotice(prompt, how);
            case Event.Abandoned(var reason) -> endNotice(prompt, reason);
            case Event.Provisional _,
                    Event.EarlyMedia _,
                    Event.Unrecordable _,
                    Event.Answered _,
                    Event.AudioSettled _,
                    Event.NoticeHeard _,
                    Event.EarlyNoticeHeard _,
                    Event.EarlyNoticeFailed _,
                    Event.CaptureFailed _,
                    Event.CaptureBroken _,
                    Event.Cancelled _,
                    Event.Rejected _,
                    Event.MediaClosed _,
                    Event.SealOverdue _ -> go(state);
        };
    }

    private static Step heard(NoticeProof proof) {
        var basis = new CaptureBasis.Announced(proof);
        return go(
                new State.Recorded(basis),
                new Effect.CountNotice(proof.prompt(), NoticeEnd.COMPLETED),
                new Effect.StartCapture(basis));
    }

    /// Capture is on. A notice that ends now was stopped by the exemption and crossed it.
    private static Step captured(State state, CaptureBasis basis, Event event) {
        return switch (event) {
            case Event.Acknowledged _ -> go(state, new Effect.MediaAcknowledged());
            case Event.Exempted _ -> go(state, tooLate(state));
            case Event.Attested _ -> go(state, OralNotice.notDue(state));
            case Event.Forbidden(var why) -> stop(why, basis);
            case Event.Unrecordable(var why)
            when why == Unrecorded.ENCRYPTED_MEDIA ->
                go(state, journal("call.unrecorded", why, Map.of("capture", "withheld")));
            case Event.NewParty party -> Renewal.begin(basis, party);
            case Event.CaptureFailed _ -> captureFailed(basis);
            case Event.CaptureBroken _ ->
                go(
                        new State.Broken(basis),
                        journal("call.unrecorded", Unrecorded.STORE_FAILED, Map.of("capture", "broken")));
            case Event.HungUp(var by) -> end(CallEnd.hangup(by), new Kept.Captured(basis));
            case Event.Lost(var how) -> end(how, new Kept.Captured(basis));
            case Event.Abandoned(var reason) -> end(reason, new Kept.Captured(basis));
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

    /// Capture was on, and what was kept until then is all there is: the store failed, or no more may be kept. No
    /// exemption brings it back: it is about telling.
    private static Step cutShort(State state, CaptureBasis basis, Event event) {
        return switch (event) {
            case Event.Forbidden(var why) when state instanceof State.Broken -> stop(why, basis);
            // else the next process would go on with what the one before was told
            case Event.NewParty _ when state instanceof State.Broken -> stop(Unrecorded.STORE_FAILED, basis);
            case Event.Acknowledged _ -> go(state, new Effect.MediaAcknowledged());
            case Event.Exempted _ -> go(state, tooLate(state));
            case Event.Attested _ -> go(state, OralNotice.notDue(state));
            case Event.CaptureFailed _ -> captureFailed(basis);
            case Event.HungUp(var by) -> end(CallEnd.hangup(by), kept(state, basis));
            case Event.Lost(var how) -> end(how, kept(state, basis));
            case Event.Abandoned(var reason) -> end(reason, kept(state, basis));
            case Event.Provisional _,
                    Event.EarlyMedia _,
                    Event.Unrecordable _,
                    Event.Forbidden _,
                    Event.Answered _,
                    Event.AudioSettled _,
                    Event.NoticeStarted _,
                    Event.NoticeHeard _,
                    Event.NoticeFailed _,
                    Event.EarlyNoticeHeard _,
                    Event.EarlyNoticeFailed _,
                    Event.NewParty _,
                    Event.CaptureBroken _,
                    Event.Cancelled _,
                    Event.Rejected _,
                    Event.MediaClosed _,
                    Event.SealOverdue _ -> go(state);
        };
    }

    private static Kept kept(State state, CaptureBasis basis) {
        return new Kept.Captured(basis, state instanceof State.Stopped(var why, var _) && !why.intended());
    }

    static Step stop(Unrecorded why, CaptureBasis basis) {
        return go(
                new State.Stopped(why, basis),
                new Effect.StopCapture(why),
                journal("call.unrecorded", why, Map.of("capture", "stopped")));
    }

    static Step captureFailed(CaptureBasis basis) {
        return go(
                new State.Bypassed(Unrecorded.STORE_FAILED, basis),
                new Effect.Bypass(Unrecorded.STORE_FAILED),
                journal("call.unrecorded", Unrecorded.STORE_FAILED, Map.of()));
    }

    /// The call goes on and nothing of it is kept. After a failed notice a ground of the proviso may still be
    /// found.
    private static Step bypassed(State.Bypassed state, Event event) {
        Kept kept = new Kept.Nothing(state.why(), state.lost());
        return switch (event) {
            case Event.Acknowledged _ -> go(state, new Effect.MediaAcknowledged());
            case Event.Exempted(var exemption, var _)
            when state.exemptable() -> captureExempted(new CaptureBasis.Exempted(exemption, state.stage()), List.of());
            case Event.Exempted _ -> go(state, tooLate(state));
            case Event.Attested(var attestation)
            when state.attestable() -> OralNotice.capture(new CaptureBasis.Attested(attestation, state.stage()));
            case Event.Attested _ -> go(state, OralNotice.notDue(state));
            case Event.Forbidden _ -> go(new State.Bypassed(state.why(), state.lost(), true));
            case Event.HungUp(var by) -> end(CallEnd.hangup(by), kept);
            case Event.Lost(var how) -> end(how, kept);
            case Event.Abandoned(var reason) -> end(reason, kept);
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
                    Event.NewParty _,
                    Event.CaptureFailed _,
                    Event.CaptureBroken _,
                    Event.Cancelled _,
                    Event.Rejected _,
                    Event.MediaClosed _,
                    Event.SealOverdue _ -> go(state);
        };
    }

    /// Answered, and it is known (or not yet) what audio there is: plan and audio decide together.
    static Step settle(Early early, Audio audio, List<Effect> first) {
        List<Effect> effects = new ArrayList<>(first);
        if (early.plan() instanceof NoticeDecision.DoNotRecord(var why)) {
            return bypass(why, effects);
        }
        return switch (audio) {
            case Audio.Pending _ -> new Step(new State.AwaitingAudio(early), effects);
            case Audio.Unusable(var why) -> bypass(why, effects);
            case Audio.Usable _ -> {
                effects.add(new Effect.CountRecordable());
                CaptureBasis.Exempted exempted = early.exempted();
                if (exempted == null && early.plan() instanceof NoticeDecision.Announce(var prompt, var _)) {
                    effects.add(new Effect.PlayNotice(prompt));
                    yield new Step(new State.Notifying(prompt), effects);
                }
                if (exempted == null) {
                    yield new Step(new State.Untold(), effects);
                }
                effects.add(new Effect.StartCapture(exempted));
                yield new Step(new State.RecordedWithoutNotice(exempted), effects);
            }
        };
    }

    /// What policy itself leaves out (R6, a second passage, a listed line) is no decision about this call, and is not
    /// journalled.
    private static Step bypass(Unrecorded why, List<Effect> effects) {
        if (!why.intended() || isFoundOut(why)) {
            effects.add(new Effect.CountRecordable());
        }
        effects.add(new Effect.Bypass(why));
        if (!isPolicy(why)) {
            effects.add(journal("call.unrecorded", why, Map.of()));
        }
        return new Step(new State.Bypassed(why, null), effects);
    }

    /// Whether policy says that such a call is recorded, and what came to light in it that nothing is kept.
    static boolean isFoundOut(Unrecorded why) {
        return why == Unrecorded.OBJECTION || why == Unrecorded.FAX;
    }

    private static boolean isPolicy(Unrecorded why) {
        return switch (why) {
            case INTERNAL, SPIRAL, NO_INSIDE_PARTY, NEVER_RECORD_LINE, BYPASS_NUMBER -> true;
            case EMERGENCY,
                    OBJECTION,
                    FAX,
                    UNSUPPORTED_CODEC,
                    ENCRYPTED_MEDIA,
                    NO_AUDIO,
                    NOTICE_FAILED,
                    ENDED_BEFORE_NOTICE,
                    NOT_ATTESTED,
                    NO_PORT,
                    UNREADABLE_SDP,
                    STORE_FAILED -> false;
        };
    }

    /// N7: flagged before there is anything to capture, it is remembered; capture starts with the 2xx and its
    /// audio.
    static Step exemptEarly(State state, Early early, Event.Exempted flagged) {
        if (early.exempted() != null || early.plan() instanceof NoticeDecision.DoNotRecord) {
            return go(state, tooLate(state));
        }
        var basis =
                new CaptureBasis.Exempted(flagged.exemption(), flagged.before() ? Stage.BEFORE_CALL : state.stage());
        return go(
                with(state, early.exempted(basis)),
                new Effect.JournalExemption(basis),
                new Effect.CountExemption(basis),
                new Effect.Reply(new Exempting.InForce(basis.stage())));
    }

    /// Whoever comes before the answer is told on it; what was flagged was about somebody else (Art. 4).
    private static Step forAnother(State state, Early early) {
        CaptureBasis.Exempted flagged = early.exempted();
        State now = with(state, early.forAnother());
        return flagged == null ? go(now) : go(now, Renewal.lapsed(flagged));
    }

    static Step captureExempted(CaptureBasis.Exempted basis, List<Effect> first) {
        List<Effect> effects = new ArrayList<>();
        effects.add(new Effect.JournalExemption(basis));
        effects.addAll(first);
        effects.add(new Effect.StartCapture(basis));
        effects.add(new Effect.CountExemption(basis));
        effects.add(new Effect.Reply(new Exempting.InForce(basis.stage())));
        return new Step(new State.RecordedWithoutNotice(basis), effects);
    }

    private static State with(State state, Early early) {
        return switch (state) {
            case State.Offered _ -> new State.Offered(early);
            case State.Ringing _, State.Foretelling _, State.Foretold _ -> new State.Ringing(early);
            case State.AwaitingAudio _ -> new State.AwaitingAudio(early);
            case State.Notifying _,
                    State.Untold _,
                    State.Recorded _,
                    State.RecordedAsAttested _,
                    State.RecordedWithoutNotice _,
                    State.Renewing _,
                    State.Broken _,
                    State.Stopped _,
                    State.Bypassed _,
                    State.Ending _,
                    State.Over _ -> throw new IllegalStateException("only a call before its audio has these facts");
        };
    }

    static Step end(EndReason reason, Kept kept) {
        boolean answered = !(kept instanceof Kept.NotAnswered);
        return go(new State.Ending(reason, kept), new Effect.CloseMedia(reason, answered));
    }

    private static Step endNotice(Prompt prompt, EndReason reason) {
        return go(
                new State.Ending(reason, nothing(Unrecorded.ENDED_BEFORE_NOTICE)),
                new Effect.CountNotice(prompt, NoticeEnd.STOPPED),
                new Effect.CloseMedia(reason, true));
    }

    static Kept nothing(Unrecorded why) {
        return new Kept.Nothing(why, null);
    }

    static Effect tooLate(State state) {
        Stage stage = state.stage();
        return new Effect.Reply(new Exempting.TooLate(stage));
    }

    static Effect journal(String act, Unrecorded why, Map<String, String> more) {
        TreeMap<String, String> details = new TreeMap<>(more);
        details.put("why", word(why));
        return new Effect.Journal(act, details);
    }

    /// How a constant is written in journal and metrics.
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    static Step go(State state, Effect... effects) {
        return new Step(state, List.of(effects));
    }
}
