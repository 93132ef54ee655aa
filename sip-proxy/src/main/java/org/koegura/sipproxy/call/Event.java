package org.koegura.sipproxy.call;

import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.NoticeFailure;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.Unrecorded;
import org.koegura.sipproxy.negotiation.Audio;

/// What can happen to a call, from signalling, from its media, from an operator, and from the passing of time.
sealed interface Event {

    /// A provisional response other than 100 passed.
    record Provisional() implements Event {}

    /// Nobody answered yet, and the caller can be played to: its offer has an answer, the callee's or one of ours.
    record EarlyMedia() implements Event {}

    /// The media of a call not yet answered pass us by; or, as ENCRYPTED_MEDIA, in mid-call they are
    /// sealed between the parties for now.
    record Unrecordable(Unrecorded why) implements Event {}

    /// From now on nothing of the call may be kept (N10), and nobody can change that.
    record Forbidden(Unrecorded why) implements Event {}

    /// The first 2xx of the initial INVITE passed.
    record Answered(Audio audio) implements Event {}

    /// An exchange of offer and answer was completed after the 2xx.
    record AudioSettled(Audio audio) implements Event {}

    /// The ACK of the initial 2xx passed.
    record Acknowledged() implements Event {}

    /// The first packet of the notice was sent.
    record NoticeStarted() implements Event {}

    /// The notice was heard in full.
    record NoticeHeard(NoticeProof proof) implements Event {}

    /// The notice will not be heard.
    record NoticeFailed(NoticeFailure failure) implements Event {}

    /// The notice that was begun before the answer was heard in full.
    record EarlyNoticeHeard(NoticeProof proof) implements Event {}

    /// It will not be heard, unless it is played again.
    record EarlyNoticeFailed(NoticeFailure failure) implements Event {}

    /// An operator flags a ground of Art. 4, proviso.
    ///
    /// @param before whether that was before the call
    record Exempted(Exemption exemption, boolean before) implements Event {

        /// Flagged while the call stands where it does.
        Exempted(Exemption exemption) {
            this(exemption, false);
        }
    }

    /// Staff attest that they told the other party themselves (N5).
    record Attested(CaptureBasis.Attestation attestation) implements Event {}

    /// Somebody else stands on the outside leg than was told, or was to be (N2).
    ///
    /// @param prompt what he is to hear; null where staff tell him
    record NewParty(@Nullable Prompt prompt) implements Event {}

    /// The recording could not be opened.
    record CaptureFailed() implements Event {}

    /// The store failed under a recording that had begun.
    record CaptureBroken() implements Event {}

    /// A BYE passed.
    record HungUp(Leg by) implements Event {}

    /// A CANCEL passed.
    record Cancelled() implements Event {}

    /// A final non-2xx of the initial INVITE went to the caller.
    record Rejected(int status) implements Event {}

    /// Nothing says any more that the call is up: its BYE was lost.
    ///
    /// @param how that is known
    record Lost(EndReason how) implements Event {}

    /// The proxy ends the call from its own side.
    record Abandoned(EndReason reason) implements Event {}

    /// Ports are free, the recording, if any, is sealed.
    record MediaClosed(MediaReport report) implements Event {}

    /// The seal did not come in time.
    record SealOverdue() implements Event {}
}
