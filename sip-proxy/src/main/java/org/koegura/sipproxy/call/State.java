package org.koegura.sipproxy.call;

import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.NoticeDecision;
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
    record Early(NoticeDecision plan, CaptureBasis.@Nullable Exempted exempted, boolean cancelled) {

        Early exempted(CaptureBasis.Exempted basis) {
            return new Early(plan, basis, cancelled);
        }

        /// What policy leaves out stays left out for policy's reason.
        Early unrecordable(Unrecorded why) {
            return plan instanceof NoticeDecision.DoNotRecord
                    ? this
                    : new Early(new NoticeDecision.DoNotRecord(why), exempted, cancelled);
        }

        boolean exemptable() {
            return exempted == null && plan instanceof NoticeDecision.Announce;
        }

        @Nullable
        Unrecorded unrecorded() {
            return plan instanceof NoticeDecision.DoNotRecord(var why) ? why : null;
        }

        Early given() {
            return new Early(plan, exempted, true);
        }
    }

    /// The INVITE passed.
    record Offered(Early early) implements State {}

    /// A provisional response passed.
    record Ringing(Early early) implements State {}

    /// Answered, but what audio there will be is said only in the ACK (late offer).
    record AwaitingAudio(Early early) implements State {}

    /// The notice was asked for and has not ended.
    record Notifying(Prompt prompt) implements State {}

    /// The notice was heard; capture is on.
    record Recorded(CaptureBasis.Announced basis) implements State {}

    /// Capture is on under an exemption.
    record RecordedWithoutNotice(CaptureBasis.Exempted basis) implements State {}

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
    }

    /// The call is over for its parties; media are being closed and the recording sealed.
    record Ending(EndReason reason, Kept kept) implements State {}

    /// All is done.
    record Over() implements State {}

    /// What was kept of a call, as far as signalling knows.
    sealed interface Kept {

        /// Nobody answered.
        record NotAnswered() implements Kept {}

        /// Capture was on until the end.
        record Captured(CaptureBasis basis) implements Kept {}

        /// Nothing is kept.
        record Nothing(Unrecorded why, @Nullable CaptureBasis lost) implements Kept {}
    }

    /// Whether an exemption would still change anything; the rows of [Call] say the same.
    default boolean exemptable() {
        return switch (this) {
            case Offered(var early) -> early.exemptable();
            case Ringing(var early) -> early.exemptable();
            case AwaitingAudio(var early) -> early.exemptable();
            case Notifying _ -> true;
            case Bypassed(var why, var _, boolean forbidden) -> why == Unrecorded.NOTICE_FAILED && !forbidden;
            case Recorded _, RecordedWithoutNotice _, Broken _, Stopped _, Ending _, Over _ -> false;
        };
    }

    /// Whether something of the call is kept, or would be after the notice: that can be paused (R9).
    default boolean pausable() {
        return switch (this) {
            case Notifying _, Recorded _, RecordedWithoutNotice _ -> true;
            case Offered _, Ringing _, AwaitingAudio _, Broken _, Stopped _, Bypassed _, Ending _, Over _ -> false;
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
            case Notifying _, Recorded _, Stopped _, Bypassed _, Ending _, Over _ -> null;
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
            case Notifying _, Recorded _, RecordedWithoutNotice _, Ending _, Over _ -> null;
        };
    }

    /// What the next process would go by; null where no outcome is owed: nobody answered, or it is told.
    ///
    /// @param recording what is being written
    default CallCheckpoint.@Nullable Standing standing(@Nullable RecordingId recording) {
        return switch (this) {
            case Notifying(var prompt) -> new CallCheckpoint.Standing(prompt, null, null, false, null);
            case Recorded(var basis) -> new CallCheckpoint.Standing(null, basis, null, false, recording);
            case RecordedWithoutNotice(var basis) -> new CallCheckpoint.Standing(null, basis, null, false, recording);
            case Broken(var basis) -> new CallCheckpoint.Standing(null, basis, null, false, recording);
            case Stopped(var why, var _) -> new CallCheckpoint.Standing(null, null, why, true, recording);
            case Bypassed(var why, var _, boolean forbidden) ->
                new CallCheckpoint.Standing(null, null, why, forbidden, null);
            case AwaitingAudio _ -> new CallCheckpoint.Standing(null, null, Unrecorded.NO_AUDIO, false, null);
            case Ending(var _, Kept.Captured(var basis)) ->
                new CallCheckpoint.Standing(null, basis, null, false, recording);
            case Ending(var _, Kept.Nothing(var why, var _)) ->
                new CallCheckpoint.Standing(null, null, why, true, recording);
            case Ending(var _, Kept.NotAnswered _) -> null;
            case Offered _, Ringing _, Over _ -> null;
        };
    }

    /// Whether the next process has something to take up: the call was answered, and its parties may speak on.
    default boolean isUp() {
        return switch (this) {
            case Notifying _, Recorded _, RecordedWithoutNotice _, Broken _, Stopped _, Bypassed _ -> true;
            case Offered _, Ringing _, AwaitingAudio _, Ending _, Over _ -> false;
        };
    }

    /// The word of the live list for it.
    default Stage stage() {
        return switch (this) {
            case Offered _, Ringing _ -> Stage.RINGING;
            case AwaitingAudio _, Notifying _ -> Stage.NOTICE;
            case Recorded _ -> Stage.RECORDED;
            case RecordedWithoutNotice _ -> Stage.RECORDED_WITHOUT_NOTICE;
            case Broken _, Stopped _, Bypassed _ -> Stage.NOT_RECORDED;
            case Ending _, Over _ -> Stage.ENDING;
        };
    }
}
