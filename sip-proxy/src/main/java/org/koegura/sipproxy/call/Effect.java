package org.koegura.sipproxy.call;

import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.LiveCalls.Attesting;
import org.koegura.callmodel.port.LiveCalls.Exempting;

/// What a step of a call asks the world to do, in order. Performed by [CallRunner].
sealed interface Effect {

    /// Writes an exemption to the journal. Always the first of its step: if the journal does not take it, the
    /// whole step is not done and the call stays where it stood.
    record JournalExemption(CaptureBasis.Exempted basis) implements Effect {}

    /// Writes an attestation to the journal, likewise.
    record JournalAttestation(CaptureBasis.Attested basis) implements Effect {}

    /// Writes a decision to the journal; a journal that does not take it is counted, and the call goes on.
    record Journal(String act, SortedMap<String, String> details) implements Effect {}

    /// Tells the media that the 2xx passed.
    record MediaAnswered() implements Effect {}

    /// Tells the media that the ACK passed.
    record MediaAcknowledged() implements Effect {}

    /// Plays the notice to the outside party.
    record PlayNotice(Prompt prompt) implements Effect {}

    /// Plays the notice to the outside party before anybody answers.
    record PlayEarlyNotice(Prompt prompt) implements Effect {}

    /// Plays ringback to the outside party before anybody answers, and no notice.
    record PlayRingback() implements Effect {}

    /// Stops the notice.
    record StopNotice() implements Effect {}

    /// Captures from the next packet on.
    record StartCapture(CaptureBasis basis) implements Effect {}

    /// Keeps nothing from the next packet on, until whoever came is told.
    record AwaitNewParty() implements Effect {}

    /// Captures on, for another basis.
    record CaptureAgain(CaptureBasis basis) implements Effect {}

    /// Ends capture; what was kept stays, and is sealed at the end of the call.
    record StopCapture(Unrecorded why) implements Effect {}

    /// Counts packets from now on as withheld for `why`.
    record Bypass(Unrecorded why) implements Effect {}

    /// Closes the media and seals what was recorded.
    record CloseMedia(EndReason reason, boolean answered) implements Effect {}

    /// Tells an operator what became of an exemption.
    record Reply(Exempting exempting) implements Effect {}

    /// Tells an operator what became of an attestation.
    record ReplyAttesting(Attesting attesting) implements Effect {}

    /// Counts an answered call that policy says must be recorded.
    record CountRecordable() implements Effect {}

    /// Counts the end of a notice.
    record CountNotice(Prompt prompt, NoticeEnd end) implements Effect {}

    /// Counts an exemption in force.
    record CountExemption(CaptureBasis.Exempted basis) implements Effect {}

    /// Counts an oral notice that was attested.
    record CountAttestation() implements Effect {}

    /// Reports the one outcome of the call.
    record Report(
            EndReason reason,
            CallOutcome.Result result,
            @Nullable Unrecorded why,
            @Nullable CaptureBasis basis,
            MediaReport media)
            implements Effect {}

    /// How a notice ended.
    enum NoticeEnd {
        COMPLETED,
        FAILED,
        STOPPED
    }
}
