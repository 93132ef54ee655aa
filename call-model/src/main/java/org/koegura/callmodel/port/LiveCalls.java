package org.koegura.callmodel.port;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.LiveCall;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.replay.ReplayAnswer;

/// The calls that are up now. Asked by governance, answered by sip-proxy.
public interface LiveCalls {

    /// A snapshot, oldest first. MUST NOT block.
    List<LiveCall> list();

    /// One live call, or empty. MUST NOT block.
    Optional<LiveCall> find(CallId call);

    /// Tells `changed` after a call came, went, or stands otherwise than before. For the life of the
    /// calls; bounded to a few watchers.
    ///
    /// `changed` runs on the thread of the call: it MUST NOT block, and what it throws is counted and goes
    /// no further. One telling may stand for several changes: ask [#list] anew.
    void watch(Runnable changed);

    /// Exempts a live call from the notice. Blocks until the call has taken it, at most a second.
    Exempting exempt(CallId call, Exemption exemption);

    /// What came of it.
    sealed interface Exempting {

        /// In force; the call stood at `stage` when it was flagged. Recording starts at once, or with the 2xx.
        record InForce(Stage stage) implements Exempting {}

        /// The call is recorded already (after a notice, or under an earlier exemption), or will never be.
        record TooLate(Stage stage) implements Exempting {}

        /// No such call is up, or it did not answer in time.
        record NoSuchCall() implements Exempting {}
    }

    /// Starts the recording of a live call whose other party staff have told (N5). Blocks until the call has taken it,
    /// for some seconds at most. Who may do so is the caller's to check and to journal; that it is in force is
    /// journalled by the call, before anything is kept.
    Attesting attest(CallId call, CaptureBasis.Attestation attestation);

    /// What came of it.
    sealed interface Attesting {

        /// In force; the call stood at `stage` until then. Recording starts at once.
        record InForce(Stage stage) implements Attesting {}

        /// There is nothing to attest at that stage: nobody has answered, a prompt tells or told the other party, or
        /// nothing of the call may be kept.
        record NotDue(Stage stage) implements Attesting {}

        /// No such call is up, or it did not answer in time.
        record NoSuchCall() implements Attesting {}
    }

    /// Plays the notice to the other party of a recorded call once more (N13), and changes nothing
    /// else. Blocks until the media have said whether it plays, for some seconds at most. Who may do so
    /// is the caller's to check and to journal; how it ended is journalled by the call.
    ///
    /// @param language one of [#replayLanguages]; null for what policy plays in such a call
    Replaying replay(CallId call, @Nullable String language);

    /// In which languages there is a prompt, Japanese first. Constant.
    List<String> replayLanguages();

    /// What came of it.
    sealed interface Replaying {

        /// It plays, in that language.
        record Playing(String language) implements Replaying {}

        /// Nothing to replay at that stage: the call is not recorded, or on an exemption, of which the
        /// other party is to hear nothing.
        record NotDue(Stage stage) implements Replaying {}

        /// There is no prompt in that language.
        record NoPrompt() implements Replaying {}

        /// The media cannot play it now.
        record NotNow(ReplayAnswer why) implements Replaying {}

        /// No such call is up, or it did not answer in time.
        record NoSuchCall() implements Replaying {}
    }

    /// Pauses capture of a live call, for at most [MediaSession#PAUSE_MAX] (R9). Where it is paused already,
    /// that pause goes on as it was, unless it is about to end. Blocks until the call has taken it, for some
    /// seconds at most. Who may do so and why is the caller's to check and to journal; that the pause is over is
    /// journalled by the call.
    Pausing pause(CallId call);

    /// Ends a pause before its time; where none lasts, nothing changes. Blocks likewise.
    Pausing resume(CallId call);

    /// What came of it.
    sealed interface Pausing {

        /// Nothing more is kept until it is resumed, at the latest at `until`.
        record Paused(Instant until) implements Pausing {}

        /// Capture goes on, where it was on.
        record Resumed() implements Pausing {}

        /// Nothing of the call is kept at that stage.
        record NotKept(Stage stage) implements Pausing {}

        /// No such call is up, or it did not answer in time.
        record NoSuchCall() implements Pausing {}
    }

    /// Marks that the other party objects to being recorded (N12). What is stored stays as it is.
    /// Blocks until the call has taken it, for some seconds at most. Who may do so is the caller's to
    /// check and to journal.
    ///
    /// @param stops whether nothing more of the call is kept from now on, as policy says, and no
    /// exemption brings it back; otherwise all goes on
    Objecting object(CallId call, boolean stops);

    /// What came of it.
    sealed interface Objecting {

        /// Marked, and done as policy says; the call stands at `stage` now. A further one changes
        /// nothing.
        record Marked(Stage stage) implements Objecting {}

        /// Nobody speaks on the call yet, or any more.
        record NotUp(Stage stage) implements Objecting {}

        /// No such call is up, or it did not answer in time.
        record NoSuchCall() implements Objecting {}
    }
}
