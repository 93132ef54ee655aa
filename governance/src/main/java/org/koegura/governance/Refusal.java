package org.koegura.governance;

import java.time.Duration;
import java.time.Instant;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.RecordingStore.Erasure;
import org.koegura.callmodel.replay.ReplayAnswer;
import org.koegura.governance.standing.StandingRefusal;

/// Why something was not done; each says what to do next.
public sealed interface Refusal {

    /// Nobody is signed in, or account and password do not belong together. Sign in.
    record NotSignedIn() implements Refusal {}

    /// Too many failed sign-ins. Wait.
    record Locked(Duration retryAfter) implements Refusal {}

    /// No post that is held now allows it. Ask the section's supervisor.
    record Forbidden(Act act) implements Refusal {}

    /// There is no such call or recording.
    record NotFound() implements Refusal {}

    /// There was such a recording; it was overwritten, and only its tombstone is left (Art. 7.3).
    record Overwritten(Instant at) implements Refusal {}

    /// Art. 7.4 forbids a copy: there is no warrant for it, and the demo did not make the recording. Ask the manager.
    record NoWarrant() implements Refusal {}

    /// The rules of standing exemptions stand against it (N8).
    record NotStanding(StandingRefusal why) implements Refusal {}

    /// The request lacks something or holds something that it must not. Mend it.
    record Invalid(Reason reason) implements Refusal {}

    /// The call stands where an exemption can no longer change it.
    record TooLate(Stage stage) implements Refusal {}

    /// The call stands where no oral notice is to be attested: nobody answered yet, or a prompt tells or told the other
    /// party, or nothing of it may be kept.
    record NotAttestable(Stage stage) implements Refusal {}

    /// The call stands where no notice is to be replayed: nothing of it is kept, the other party is to
    /// hear nothing, or it is being told.
    record NotReplayable(Stage stage) implements Refusal {}

    /// No notice can be played to the other party of the call just now. Try again, or tell it yourself.
    record NotPlayed(ReplayAnswer why) implements Refusal {}

    /// The settings let nobody do that (`calls.pause`). Ask the manager.
    record SwitchedOff() implements Refusal {}

    /// Nothing of the call is kept at that stage, so that there is nothing to pause.
    record NotKept(Stage stage) implements Refusal {}

    /// Nothing of the call is kept at that stage, nor will be, so that there is nothing to preserve.
    record NotPreservable(Stage stage) implements Refusal {}

    /// Nobody speaks on the call at that stage: wait until it is answered.
    record NotUp(Stage stage) implements Refusal {}

    /// As many pages watch the live list as may. Close one, or look at the list without watching.
    record TooManyWatches() implements Refusal {}

    /// The journal, the database or the store does not answer, so that nothing was done. Try again, or
    /// call the administrator.
    record Unavailable(Source source) implements Refusal {}

    /// What a fault of the store means to whoever asked.
    static Refusal of(StoreFault fault) {
        return switch (fault) {
            case StoreFault.Missing _ -> new NotFound();
            case StoreFault.Damaged _ -> new Invalid(Reason.RECORDING_DAMAGED);
            case StoreFault.Unreachable _, StoreFault.Full _ -> new Unavailable(Source.STORE);
        };
    }

    /// Why a recording is not there any more.
    static Refusal of(Erasure erasure) {
        return switch (erasure.why()) {
            case OVERWRITTEN -> new Overwritten(erasure.at());
        };
    }

    /// What is wrong with a request.
    enum Reason {
        /// The ground is not 1, 2 or 3.
        GROUND_UNKNOWN,
        /// Ground 3 needs a text.
        TEXT_MISSING,
        /// There is no notice in that language.
        LANGUAGE_UNKNOWN,
        /// A pause of capture needs a reason.
        PAUSE_REASON_MISSING,
        /// A request to preserve a call needs a reason.
        PRESERVE_REASON_MISSING,
        /// The text is longer than 1000 characters.
        TEXT_TOO_LONG,
        /// The text, or the case number, holds a telephone number, or the text a card's; the journal never does.
        TEXT_HOLDS_NUMBER,
        /// Playback and export need a purpose of Art. 1 or a case number.
        PURPOSE_MISSING,
        /// It is neither a purpose of Art. 1 nor a case number.
        PURPOSE_UNKNOWN,
        /// No recording stands where the page should begin.
        CURSOR_UNKNOWN,
        /// A page holds 1 to 100 recordings.
        LIMIT_OUT_OF_RANGE,
        /// The recording is damaged: its seal does not hold.
        RECORDING_DAMAGED
    }

    /// What did not answer.
    enum Source {
        JOURNAL,
        DATABASE,
        STORE
    }
}
