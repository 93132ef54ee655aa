package org.koegura.sipproxy.call;

import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.CallCheckpoint;

/// Where a call stands. Each carries what its next steps need and no more.
sealed interface State {

    /// What is known of a call that nobody answered yet.
    ///
    /// @param plan what the notice policy said of it
    /// @param exempted the exemption that was flagged meanwhile; null where none was
    /// @param cancelled whether the caller gave up: the final response decides, not the CANCEL (trap 9)
    /// @param proven whether it is proven of the caller's trunk that notices before the answer are heard (N3)
    record Early(NoticeDecision plan, CaptureBasis.@Nullable Exempted exempted, boolean cancelled, boolean proven) {

        /// Of a trunk of which nothing is proven.
        Early(NoticeDecision plan, CaptureBasis.@Nullable Exempted exempted, boolean cancelled) {
            this(plan, exempted, cancelled, false);
        }

        Early exempted(CaptureBasis.Exempted basis) {
            return new Early(plan, basis, cancelled, proven);
        }

        /// What is to be played before the answer; null for nothing.
        @Nullable
        Prompt prompt() {
            return exempted == null && plan instanceof NoticeDecision.Announce(var prompt, boolean early) && early
                    ? prompt
                    : null;
        }

        /// What was flagged was about somebody else.
        Early forAnother() {
            return new Early(plan, null, cancelled, proven);
        }

        /// What policy leaves out stays left out for policy's reason.
        Early unrecordable(Unrecorded why) {
            return plan instanceof NoticeDecision.DoNotRecord
                    ? this
                    : new Early(new NoticeDecision.DoNotRecord(why), exempted, cancelled, proven);
        }

        boolean exemptable() {
            return exempted == null && !(plan instanceof NoticeDecision.DoNotRecord);
        }

        @Nullable
        Unrecorded unrecorded() {
            return plan instanceof NoticeDecision.DoNotRecord(var why) ? why : null;
        }

        Early given() {
            return new Early(plan, exempted, true, proven);
        }
    }

    /// The INVITE passed.
    record Offered(Early early) implements State {}

    /// A provisional response passed.
    record Ringing(Early early) implements State {}

    /// Nobody answered yet, and the caller is being told.
    record Foretelling(Early early, Prompt prompt) implements State {}

    /// Nobody answered yet, and the caller was told in full.
    record Foretold(Early early, NoticeProof proof) implements State {}

    /// Answered, but what audio there will be is said only in the ACK (late offer).
    record AwaitingAudio(Early early) implements State {}

    /// The notice was asked for and has not ended.
    ///
    /// @param before whether it was begun before the answer, and goes on
    /// @param awaited whether whoever hears it came meanwhile, and its first packet was not sent yet: what is said
    ///     of a notice until then is of the one before
    record Notifying(Prompt prompt, boolean before, boolean awaited) implements State {

        /// Begun after it.
        Notifying(Prompt prompt) {
            this(prompt, false, false);
        }

        Notifying begun() {
            return new Notifying(prompt, before, false);
        }
    }

    /// Answered; staff are to tell the other party themselves, and nobody has attested that they did (N5).
    record Untold() implements State {}

    /// The notice was heard; capture is on.
    record Recorded(CaptureBasis.Announced basis) implements State {}

    /// Staff attested that they told the other party; capture is on.
    record RecordedAsAttested(CaptureBasis.Attested basis) implements State {}

    /// Capture is on under an exemption.
    record RecordedWithoutNotice(CaptureBasis.Exempted basis) implements State {}

    /// Capture waits: somebody else stands on the outside leg than was told, and is being told (N2).
    ///
    /// @param had of what was kept until then
    /// @param prompt what he is to hear; null where staff tell him
    /// @param awaited whether its first packet was not sent yet: what is said of a notice until then is of the one
    ///     before
    record Renewing(CaptureBasis had, @Nullable Prompt prompt, boolean awaited) implements State {

        Renewing begun() {
            return new Renewing(had, prompt, false);
        }
    }

    /// Capture is on, and the store takes no more of it: what comes is lost.
    ///
    /// @param basis of what was kept until then
    record Broken(CaptureBasis basis) implements State {}

    /// Capture was on and is off for good: nothing more of the call may be kept.
    ///
    /// @param why it may not
    /// @param basis of what was kept until then
    record Stopped(Unrecorded why, CaptureBasis basis) implements State {}

    /// The call is up and nothing of it is kept.
    ///
    /// @param lost the basis of a capture that failed; null where none was started
    /// @param forbidden whether nothing of it may be kept any more, exemption or not
    record Bypassed(Unrecorded why, @Nullable CaptureBasis lost, boolean forbidden) implements State {

        Bypassed(Unrecorded why, @Nullable CaptureBasis lost) {
            this(why, lost, false);
        }

        /// Whether nothing but a notice, or a ground to give none, is wanting for it to be recorded.
        boolean lacksNotice() {
            return why == Unrecorded.NOTICE_FAILED && !forbidden;
        }
    }

    /// The call is over for its parties; media are being closed and the recording sealed.
    record Ending(EndReason reason, Kept kept) implements State {}

    /// All is done.
    record Over() implements State {}

    /// What was kept of a call, as far as signalling knows.
    sealed interface Kept {

        /// Nobody answered.
        record NotAnswered() implements Kept {}

        /// Capture was on, until the end or until no more was to be kept.
        ///
        /// @param cut whether what should have been kept, too, was not: a notice failed, or the store
        record Captured(CaptureBasis basis, boolean cut) implements Kept {

            /// Until the end, or for a reason that is none of ours.
            Captured(CaptureBasis basis) {
                this(basis, false);
            }
        }

        /// Nothing is kept.
        record Nothing(Unrecorded why, @Nullable CaptureBasis lost) implements Kept {}
    }

    /// Whether an exemption would still change anything; the rows of [Call] say the same.
    default boolean exemptable() {
        return switch (this) {
            case Offered(var early) -> early.exemptable();
            case Ringing(var early) -> early.exemptable();
            case Foretelling(var early, var _) -> early.exemptable();
            case Foretold(var early, var _) -> early.exemptable() && !early.proven();
            case AwaitingAudio(var early) -> early.exemptable();
            case Notifying _, Untold _, Renewing _ -> true;
            case Bypassed bypassed -> bypassed.lacksNotice();
            case Recorded _, RecordedAsAttested _, RecordedWithoutNotice _, Broken _, Stopped _, Ending _, Over _ ->
                false;
        };
    }

    /// Whether whoever is inside could yet ask for something by keys: something is kept of the call, or will be, or
    /// nothing but a notice is wanting.
    default boolean heedsCodes() {
        return switch (this) {
            case Offered(var early) -> early.unrecorded() == null;
            case Ringing(var early) -> early.unrecorded() == null;
            case Foretelling(var early, var _) -> early.unrecorded() == null;
            case Foretold(var early, var _) -> early.unrecorded() == null;
            case AwaitingAudio(var early) -> early.unrecorded() == null;
            case Notifying _,
                    Untold _,
                    Recorded _,
                    RecordedAsAttested _,
                    RecordedWithoutNotice _,
                    Renewing _,
                    Broken _ -> true;
            case Bypassed bypassed -> bypassed.lacksNotice();
            case Stopped _, Ending _, Over _ -> false;
        };
    }

    /// Whether an attested oral notice would start its recording; the rows of [Call] say the same. A prompt that plays
    /// or was heard leaves nothing to attest; one that failed does.
    default boolean attestable() {
        return switch (this) {
            case Untold _ -> true;
            case Renewing renewing -> renewing.prompt() == null;
            case Bypassed bypassed -> bypassed.lacksNotice();
            case Offered _,
                    Ringing _,
                    Foretelling _,
                    Foretold _,
                    AwaitingAudio _,
                    Notifying _,
                    Recorded _,
                    RecordedAsAttested _,
                    RecordedWithoutNotice _,
                    Broken _,
                    Stopped _,
                    Ending _,
                    Over _ -> false;
        };
    }

    /// Whether the notice may be played once more (N13): the other party was told, by a prompt or by
    /// staff, and is recorded. Not on an exemption: of that it is to hear nothing. Nor where nothing is
    /// kept: it would be told what is not so.
    default boolean replayable() {
        return switch (this) {
            case Recorded _, RecordedAsAttested _ -> true;
            case Offered _,
                    Ringing _,
                    Foretelling _,
                    Foretold _,
                    AwaitingAudio _,
                    Notifying _,
                    Untold _,
                    RecordedWithoutNotice _,
                    Renewing _,
                    Broken _,
                    Stopped _,
                    Bypassed _,
                    Ending _,
                    Over _ -> false;
        };
    }

    /// Whether something of the call is kept, or would be after the notice: that can be paused (R9).
    default boolean pausable() {
        return switch (this) {
            case Notifying _, Untold _, Recorded _, RecordedAsAttested _, RecordedWithoutNotice _, Renewing _ -> true;
            case Offered _,
                    Ringing _,
                    Foretelling _,
                    Foretold _,
                    AwaitingAudio _,
                    Broken _,
                    Stopped _,
                    Bypassed _,
                    Ending _,
                    Over _ -> false;
        };
    }

    /// The exemption that holds, or null.
    default CaptureBasis.@Nullable Exempted exempted() {
        return switch (this) {
            case Offered(var early) -> early.exempted();
            case Ringing(var early) -> early.exempted();
            case AwaitingAudio(var early) -> early.exempted();
            case RecordedWithoutNotice(var basis) -> basis;
            case Broken(var basis) -> basis instanceof CaptureBasis.Exempted exempted ? exempted : null;
            case Foretelling _,
                    Foretold _,
                    Notifying _,
                    Untold _,
                    Recorded _,
                    RecordedAsAttested _,
                    Renewing _,
                    Stopped _,
                    Bypassed _,
                    Ending _,
                    Over _ -> null;
        };
    }

    /// Why nothing of the call is kept, as soon as that is settled; null before.
    default @Nullable Unrecorded unrecorded() {
        return switch (this) {
            case Offered(var early) -> early.unrecorded();
            case Ringing(var early) -> early.unrecorded();
            case AwaitingAudio(var early) -> early.unrecorded();
            case Broken _ -> Unrecorded.STORE_FAILED;
            case Stopped(var why, var _) -> why;
            case Bypassed(var why, var _, var _) -> why;
            case Foretelling _,
                    Foretold _,
                    Notifying _,
                    Untold _,
                    Recorded _,
                    RecordedAsAttested _,
                    RecordedWithoutNotice _,
                    Renewing _,
                    Ending _,
                    Over _ -> null;
        };
    }

    /// What the next process would go by; null where no outcome is owed: nobody answered, or it is told.
    ///
    /// @param recording what is being written
    default CallCheckpoint.@Nullable Standing standing(@Nullable RecordingId recording) {
        return switch (this) {
            case Notifying(var prompt, var _, var _) -> new CallCheckpoint.Standing(prompt, null, null, false, null);
            case Untold _ -> new CallCheckpoint.Standing(null, null, Unrecorded.NOT_ATTESTED, false, null);
            case Recorded(var basis) -> new CallCheckpoint.Standing(null, basis, null, false, recording);
            case RecordedAsAttested(var basis) -> new CallCheckpoint.Standing(null, basis, null, false, recording);
            case RecordedWithoutNotice(var basis) -> new CallCheckpoint.Standing(null, basis, null, false, recording);
            case Renewing(var _, var prompt, var _) ->
                new CallCheckpoint.Standing(
                        prompt, null, prompt == null ? Unrecorded.NOT_ATTESTED : null, false, recording);
            case Broken(var basis) -> new CallCheckpoint.Standing(null, basis, null, false, recording);
            case Stopped(var why, var _) -> new CallCheckpoint.Standing(null, null, why, true, recording);
            case Bypassed(var why, var _, boolean forbidden) ->
                new CallCheckpoint.Standing(null, null, why, forbidden, null);
            case AwaitingAudio _ -> new CallCheckpoint.Standing(null, null, Unrecorded.NO_AUDIO, false, null);
            case Ending(var _, Kept.Captured(var basis, var _)) ->
                new CallCheckpoint.Standing(null, basis, null, false, recording);
            case Ending(var _, Kept.Nothing(var why, var _)) ->
                new CallCheckpoint.Standing(null, null, why, true, recording);
            case Ending(var _, Kept.NotAnswered _) -> null;
            case Offered _, Ringing _, Foretelling _, Foretold _, Over _ -> null;
        };
    }

    /// Whether the next process has something to take up: the call was answered, and its parties may speak on.
    default boolean isUp() {
        return switch (this) {
            case Notifying _,
                    Untold _,
                    Recorded _,
                    RecordedAsAttested _,
                    RecordedWithoutNotice _,
                    Renewing _,
                    Broken _,
                    Stopped _,
                    Bypassed _ -> true;
            case Offered _, Ringing _, Foretelling _, Foretold _, AwaitingAudio _, Ending _, Over _ -> false;
        };
    }

    /// Whether nobody answered yet.
    default boolean isEarly() {
        return switch (this) {
            case Offered _, Ringing _, Foretelling _, Foretold _ -> true;
            case AwaitingAudio _,
                    Notifying _,
                    Untold _,
                    Recorded _,
                    RecordedAsAttested _,
                    RecordedWithoutNotice _,
                    Renewing _,
                    Broken _,
                    Stopped _,
                    Bypassed _,
                    Ending _,
                    Over _ -> false;
        };
    }

    /// The word of the live list for it.
    default Stage stage() {
        return switch (this) {
            case Offered _, Ringing _, Foretelling _, Foretold _ -> Stage.RINGING;
            case AwaitingAudio _, Notifying _ -> Stage.NOTICE;
            case Renewing(var _, var prompt, var _) -> prompt == null ? Stage.ORAL_NOTICE : Stage.NOTICE;
            case Untold _ -> Stage.ORAL_NOTICE;
            case Recorded _, RecordedAsAttested _ -> Stage.RECORDED;
            case RecordedWithoutNotice _ -> Stage.RECORDED_WITHOUT_NOTICE;
            case Broken _, Stopped _, Bypassed _ -> Stage.NOT_RECORDED;
            case Ending _, Over _ -> Stage.ENDING;
        };
    }
}
