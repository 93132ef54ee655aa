package org.koegura.sipproxy.call;

import static org.koegura.sipproxy.call.Call.end;
import static org.koegura.sipproxy.call.Call.go;
import static org.koegura.sipproxy.call.Call.journal;
import static org.koegura.sipproxy.call.Call.nothing;

import java.util.List;
import java.util.Map;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.LiveCalls.Attesting;
import org.koegura.sipproxy.call.Call.Step;

/// The rows of [Call] for a call whose other party staff tell themselves (N5). Pure, as they all are.
///
/// ```
///            2xx                attested
///  Ringing ──────► Untold ───────────────► RecordedAsAttested
///                    │ exempted ─────────► RecordedWithoutNotice
///                    └ hung up ──────────► nothing is kept: not attested
/// ```
///
/// What was said before the attestation is never kept.
final class OralNotice {

    private OralNotice() {}

    /// The parties speak, and nobody has attested that the other one knows.
    static Step untold(State.Untold state, Event event) {
        return switch (event) {
            case Event.Acknowledged _ -> go(state, new Effect.MediaAcknowledged());
            case Event.Attested(var attestation) -> capture(new CaptureBasis.Attested(attestation, state.stage()));
            case Event.Exempted(var exemption, var _) ->
                Call.captureExempted(new CaptureBasis.Exempted(exemption, state.stage()), List.of());
            case Event.Unrecordable(var why) when why == Unrecorded.ENCRYPTED_MEDIA -> leave(why, why);
            case Event.Forbidden(var why) -> leave(Call.isFoundOut(why) ? why : Unrecorded.NOT_ATTESTED, why);
            case Event.HungUp(var by) -> end(CallEnd.hangup(by), nothing(Unrecorded.NOT_ATTESTED));
            case Event.Lost(var how) -> end(how, nothing(Unrecorded.NOT_ATTESTED));
            case Event.Abandoned(var reason) -> end(reason, nothing(Unrecorded.NOT_ATTESTED));
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

    /// Whatever is attested later, nothing more of the call is kept.
    ///
    /// @param counted what the outcome says: policy has it recorded, and no line that it went on to
    private static Step leave(Unrecorded counted, Unrecorded why) {
        return go(
                new State.Bypassed(counted, null, true),
                new Effect.Bypass(why),
                journal("call.unrecorded", why, Map.of("notice", "not_attested")));
    }

    /// From now on, and never back.
    static Step capture(CaptureBasis.Attested basis) {
        return go(
                new State.RecordedAsAttested(basis),
                new Effect.JournalAttestation(basis),
                new Effect.StartCapture(basis),
                new Effect.CountAttestation(),
                new Effect.ReplyAttesting(new Attesting.InForce(basis.stage())));
    }

    static Effect notDue(State state) {
        return new Effect.ReplyAttesting(new Attesting.NotDue(state.stage()));
    }
}
