package org.koegura.governance;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.CaptureBasis.Attestation;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.Ground;
import org.koegura.callmodel.LiveCall;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.port.Journal.JournalFault;
import org.koegura.callmodel.port.LiveCalls;
import org.koegura.callmodel.port.LiveCalls.Attesting;
import org.koegura.callmodel.port.LiveCalls.Exempting;
import org.koegura.callmodel.port.LiveCalls.Objecting;
import org.koegura.callmodel.port.LiveCalls.Pausing;
import org.koegura.callmodel.port.LiveCalls.Replaying;
import org.koegura.callmodel.port.Preservations;
import org.koegura.callmodel.replay.ReplayAnswer;
import org.koegura.governance.account.Session;
import org.koegura.governance.database.CallRegister;
import org.koegura.governance.preservation.PreservationActs;
import org.koegura.governance.standing.StandingActs;

/// What is done to a call that is up. The [Door] has looked at the roles already; each act is journalled here before it
/// is done, and what came of it after.
final class CallActs {

    private static final int TEXT_CHARACTERS_MAX = 1000;

    private final LiveCalls calls;
    private final DoorBook book;
    private final CallRegister register;
    private final PreservationActs preservation;
    private final CallRules rules;

    CallActs(LiveCalls calls, DoorBook book, CallRegister register, PreservationActs preservation, CallRules rules) {
        this.preservation = preservation;
        this.calls = calls;
        this.book = book;
        this.register = register;
        this.rules = rules;
    }

    /// See [Door#exempt].
    Answer<Stage> exempt(Session session, CallId call, int ground, @Nullable String text, Exemption.Channel channel)
            throws JournalFault {
        return switch (ground(ground, text)) {
            case Answer.Refused<Ground>(Refusal why) -> new Answer.Refused<>(why);
            case Answer.Granted<Ground>(Ground known) -> {
                String words = text == null || text.isBlank() ? null : text.strip();
                yield exempt(session, call, new Exemption(known, words, session.account(), book.now(), channel));
            }
        };
    }

    private Answer<Stage> exempt(Session session, CallId call, Exemption exemption) throws JournalFault {
        Optional<LiveCall> live = calls.find(call);
        if (live.isEmpty()) {
            return new Answer.Refused<>(new Refusal.NotFound());
        }
        book.exemptionAsked(session, call, exemption, live.get().stage());
        Exempting outcome = calls.exempt(call, exemption);
        book.exemptionOutcome(session, call, outcome);
        return switch (outcome) {
            case Exempting.InForce(Stage stage) -> new Answer.Granted<>(stage);
            case Exempting.TooLate(Stage stage) -> new Answer.Refused<>(new Refusal.TooLate(stage));
            case Exempting.NoSuchCall() -> new Answer.Refused<>(new Refusal.NotFound());
        };
    }

    /// See [Door#proposeStanding].
    Answer<StandingActs.Outcome> propose(
            StandingActs standing,
            Session session,
            String number,
            int ground,
            @Nullable String text,
            @Nullable Instant endsAt)
            throws JournalFault {
        return switch (ground(ground, text)) {
            case Answer.Refused<Ground>(Refusal why) -> new Answer.Refused<>(why);
            case Answer.Granted<Ground>(Ground known) -> {
                String words = text == null || text.isBlank() ? null : text.strip();
                StandingActs.Proposal asked = new StandingActs.Proposal(number, known, words, endsAt);
                yield new Answer.Granted<>(standing.propose(session, asked));
            }
        };
    }

    /// See [Door#attest].
    Answer<Stage> attest(Session session, CallId call, Exemption.Channel channel) throws JournalFault {
        Optional<LiveCall> live = calls.find(call);
        if (live.isEmpty()) {
            return new Answer.Refused<>(new Refusal.NotFound());
        }
        Attestation attestation = new Attestation(session.account(), book.now(), channel);
        book.attestationAsked(session, call, attestation, live.get().stage());
        Attesting outcome = calls.attest(call, attestation);
        book.attestationOutcome(session, call, outcome);
        return switch (outcome) {
            case Attesting.InForce(Stage stage) -> new Answer.Granted<>(stage);
            case Attesting.NotDue(Stage stage) -> new Answer.Refused<>(new Refusal.NotAttestable(stage));
            case Attesting.NoSuchCall() -> new Answer.Refused<>(new Refusal.NotFound());
        };
    }

    /// See [Door#replay].
    Answer<String> replay(Session session, CallId call, @Nullable String language, Exemption.Channel channel)
            throws JournalFault {
        if (language != null && !calls.replayLanguages().contains(language)) {
            return new Answer.Refused<>(new Refusal.Invalid(Refusal.Reason.LANGUAGE_UNKNOWN));
        }
        Optional<LiveCall> live = calls.find(call);
        if (live.isEmpty()) {
            return new Answer.Refused<>(new Refusal.NotFound());
        }
        book.replayAsked(session, call, language, channel, live.get().stage());
        Replaying outcome = calls.replay(call, language);
        book.replayOutcome(session, call, outcome);
        return switch (outcome) {
            case Replaying.Playing(String spoken) -> new Answer.Granted<>(spoken);
            case Replaying.NotDue(Stage stage) -> new Answer.Refused<>(new Refusal.NotReplayable(stage));
            case Replaying.NoPrompt() -> new Answer.Refused<>(new Refusal.NotPlayed(ReplayAnswer.NO_FRAMES));
            case Replaying.NotNow(ReplayAnswer why) -> new Answer.Refused<>(new Refusal.NotPlayed(why));
            case Replaying.NoSuchCall() -> new Answer.Refused<>(new Refusal.NotFound());
        };
    }

    private static Answer<Ground> ground(int number, @Nullable String text) {
        for (Ground ground : Ground.values()) {
            if (ground.number() == number) {
                Refusal.Reason wrong = wrongIn(text == null ? "" : text, ground == Ground.SPECIAL);
                return wrong == null ? new Answer.Granted<>(ground) : new Answer.Refused<>(new Refusal.Invalid(wrong));
            }
        }
        return new Answer.Refused<>(new Refusal.Invalid(Refusal.Reason.GROUND_UNKNOWN));
    }

    private static Refusal.@Nullable Reason wrongIn(String text, boolean needed) {
        if (needed && text.isBlank()) {
            return Refusal.Reason.TEXT_MISSING;
        }
        if (text.length() > TEXT_CHARACTERS_MAX) {
            return Refusal.Reason.TEXT_TOO_LONG;
        }
        boolean holdsNumber = FreeText.holdsTelephoneNumber(text) || FreeText.holdsCardNumber(text);
        return holdsNumber ? Refusal.Reason.TEXT_HOLDS_NUMBER : null;
    }

    /// What is wrong with words that are needed.
    ///
    /// @param missing that there are none
    private static Refusal.@Nullable Reason wrongIn(String words, Refusal.Reason missing) {
        Refusal.Reason wrong = wrongIn(words, true);
        return wrong == Refusal.Reason.TEXT_MISSING ? missing : wrong;
    }

    /// See [Door#preserve]. Of a call of which nothing is kept nor will be there is nothing to preserve.
    Answer<CallId> preserve(Session session, CallId call, @Nullable String reason, Exemption.Channel channel) {
        Optional<LiveCall> live = calls.find(call);
        if (live.isEmpty()) {
            return new Answer.Refused<>(new Refusal.NotFound());
        }
        LiveCall up = live.get();
        if (up.recording() == null && (up.unrecorded() != null || up.stage() == Stage.ENDING)) {
            book.denied(session, Act.PRESERVE, call.value(), "nothing-kept", Map.of());
            return new Answer.Refused<>(new Refusal.NotPreservable(up.stage()));
        }
        return preserve(session, call, up.facts().continues(), up.stage(), reason, channel);
    }

    /// The same for a call that is over.
    Answer<CallId> preserve(
            Session session, RecordingId recording, @Nullable String reason, Exemption.Channel channel) {
        return register.find(recording)
                .map(record -> preserve(session, record.call(), null, null, reason, channel))
                .orElseGet(() -> new Answer.Refused<>(new Refusal.NotFound()));
    }

    private Answer<CallId> preserve(
            Session session,
            CallId call,
            @Nullable CallId continues,
            @Nullable Stage stage,
            @Nullable String reason,
            Exemption.Channel channel) {
        String words = reason == null ? "" : reason.strip();
        Refusal.Reason wrong = wrongIn(words, Refusal.Reason.PRESERVE_REASON_MISSING);
        if (wrong != null) {
            return new Answer.Refused<>(new Refusal.Invalid(wrong));
        }
        var request = new Preservations.Request(call, continues, session.account(), channel, words, stage);
        return switch (preservation.preserve(request)) {
            case PROTECTED -> new Answer.Granted<>(call);
            case GONE -> new Answer.Refused<>(new Refusal.NotFound());
            case UNJOURNALLED -> new Answer.Refused<>(new Refusal.Unavailable(Refusal.Source.JOURNAL));
            case UNKEPT -> new Answer.Refused<>(new Refusal.Unavailable(Refusal.Source.DATABASE));
        };
    }

    /// See [Door#pause].
    Answer<Instant> pause(Session session, CallId call, @Nullable String reason, Exemption.Channel channel)
            throws JournalFault {
        String words = reason == null ? "" : reason.strip();
        Refusal.Reason wrong = wrongIn(words, Refusal.Reason.PAUSE_REASON_MISSING);
        if (wrong != null) {
            return new Answer.Refused<>(new Refusal.Invalid(wrong));
        }
        Optional<LiveCall> live = calls.find(call);
        if (live.isEmpty()) {
            return new Answer.Refused<>(new Refusal.NotFound());
        }
        book.pauseAsked(session, call, words, channel, live.get().stage());
        Pausing outcome = calls.pause(call);
        book.pauseOutcome(session, call, outcome);
        return switch (outcome) {
            case Pausing.Paused(Instant until) -> new Answer.Granted<>(until);
            case Pausing.Resumed() -> throw new IllegalStateException("a pause does not resume");
            case Pausing.NotKept(Stage stage) -> new Answer.Refused<>(new Refusal.NotKept(stage));
            case Pausing.NoSuchCall() -> new Answer.Refused<>(new Refusal.NotFound());
        };
    }

    /// See [Door#resume].
    Answer<CallId> resume(Session session, CallId call, Exemption.Channel channel) throws JournalFault {
        if (calls.find(call).isEmpty()) {
            return new Answer.Refused<>(new Refusal.NotFound());
        }
        book.resumptionAsked(session, call, channel);
        Pausing outcome = calls.resume(call);
        book.pauseOutcome(session, call, outcome);
        return switch (outcome) {
            case Pausing.Resumed() -> new Answer.Granted<>(call);
            case Pausing.Paused _ -> throw new IllegalStateException("a resumption does not pause");
            case Pausing.NotKept(Stage stage) -> new Answer.Refused<>(new Refusal.NotKept(stage));
            case Pausing.NoSuchCall() -> new Answer.Refused<>(new Refusal.NotFound());
        };
    }

    /// See [Door#object].
    Answer<Stage> object(Session session, CallId call, Exemption.Channel channel) throws JournalFault {
        Optional<LiveCall> live = calls.find(call);
        if (live.isEmpty()) {
            return new Answer.Refused<>(new Refusal.NotFound());
        }
        book.objectionAsked(
                session, call, rules.objectionStops(), channel, live.get().stage());
        Objecting outcome = calls.object(call, rules.objectionStops());
        book.objectionOutcome(session, call, outcome);
        return switch (outcome) {
            case Objecting.Marked(Stage stage) -> {
                register.objected(call, book.now());
                yield new Answer.Granted<>(stage);
            }
            case Objecting.NotUp(Stage stage) -> new Answer.Refused<>(new Refusal.NotUp(stage));
            case Objecting.NoSuchCall() -> new Answer.Refused<>(new Refusal.NotFound());
        };
    }
}
