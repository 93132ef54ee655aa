package org.koegura.governance;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.StoreFault;
import org.koegura.callmodel.port.Journal.JournalFault;
import org.koegura.callmodel.port.LiveCalls;
import org.koegura.callmodel.port.RecordingStore;
import org.koegura.callmodel.port.RecordingStore.Erasure;
import org.koegura.callmodel.port.RecordingStore.Form;
import org.koegura.callmodel.port.RecordingStore.PlaybackAudio;
import org.koegura.governance.account.Session;
import org.koegura.governance.account.SignIn;
import org.koegura.governance.database.CallRecord;
import org.koegura.governance.database.CallRegister;
import org.koegura.governance.database.Database;
import org.koegura.governance.preservation.PreservationActs;
import org.koegura.governance.standing.StandingActs;
import org.koegura.governance.standing.StandingExemption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one door to calls and to audio (ADR 0010). Every act goes the same way: role, then journal, then the act; what
/// cannot be journalled is not done. A refusal is an answer, journalled and counted, never an exception.
///
/// Safe for any number of threads; every method blocks.
public final class Door {

    private static final Logger LOG = LoggerFactory.getLogger(Door.class);
    private static final int PAGE_MAX = 100;

    private final SignIn signIn;
    private final CallRegister register;
    private final RecordingStore store;
    private final LiveCalls calls;
    private final DoorBook book;
    private final CallActs callActs;
    private final CallRules rules;
    private final Watches watches;
    private final Tickets<PlaybackAudio> playTickets;
    private final Copies copies;
    private final CallWatches callWatches;
    private final StandingActs standing;
    private final PreservationActs preservation;

    /// @param rules what the settings say
    Door(
            SignIn signIn,
            CallRegister register,
            RecordingStore store,
            LiveCalls calls,
            DoorBook book,
            Watches watches,
            Tickets<PlaybackAudio> playTickets,
            Tickets<ExportedCopy> copyTickets,
            CallWatches callWatches,
            StandingActs standing,
            PreservationActs preservation,
            CallRules rules) {
        this.signIn = signIn;
        this.register = register;
        this.store = store;
        this.calls = calls;
        this.book = book;
        this.callActs = new CallActs(calls, book, register, preservation, rules);
        this.preservation = preservation;
        this.rules = rules;
        this.watches = watches;
        this.playTickets = playTickets;
        this.copies = new Copies(store, book, copyTickets);
        this.callWatches = callWatches;
        this.standing = standing;
    }

    /// What a sign-in gives.
    ///
    /// @param token opens the session; tell it to the client and nobody else
    /// @param session whose it is
    public record SignedIn(String token, Session session) {
        @Override
        public String toString() {
            return "SignedIn[hidden]";
        }
    }

    /// Signs somebody in.
    ///
    /// @param source network address of the client, for the limits
    public Answer<SignedIn> signIn(String account, char[] password, String source) {
        return guarded(() -> switch (signIn.open(account, password, source)) {
            case SignIn.Outcome.Opened(String token, Session session) -> granted(new SignedIn(token, session));
            case SignIn.Outcome.Wrong() -> refused(new Refusal.NotSignedIn());
            case SignIn.Outcome.Locked(var retryAfter) -> refused(new Refusal.Locked(retryAfter));
        });
    }

    /// Ends a session, its tickets and its watches.
    public Answer<Session> signOut(Session session) {
        return guarded(() -> {
            signIn.close(session);
            playTickets.endAll(session);
            copies.endAll(session);
            callWatches.endAll(session);
            return granted(session);
        });
    }

    /// The session of a token, with the posts held at this moment.
    public Answer<Session> session(@Nullable String token) {
        return guarded(() -> {
            Optional<Session> session = token == null ? Optional.empty() : signIn.session(token);
            return session.map(Door::granted).orElseGet(() -> refused(new Refusal.NotSignedIn()));
        });
    }

    /// Whether the session may do this now; for what a page offers. Neither journalled nor counted.
    public boolean offers(Session session, Act act) {
        return isOn(act) && Access.allows(session.roles(), act);
    }

    /// Whether the settings have it at all.
    private boolean isOn(Act act) {
        return rules.pauses() || (act != Act.PAUSE && act != Act.RESUME);
    }

    /// The calls that are up, oldest first.
    public Answer<List<LiveLine>> liveCalls(Session session) {
        return act(session, Act.WATCH_CALLS, "calls", () -> {
            watched(session, Act.WATCH_CALLS, "calls");
            boolean withNumbers = Access.allows(session.roles(), Act.SEE_NUMBERS);
            return granted(calls.list().stream()
                    .map(call -> LiveLine.of(call, withNumbers, preservation.isMarked(call.facts())))
                    .toList());
        });
    }

    /// A watch on the live list. Sign-out ends it; that a session has run out, or a post with it, is found
    /// by asking [#session] and [#liveCalls] anew, as after each piece of news.
    public Answer<CallWatch> watchCalls(Session session) {
        return act(session, Act.WATCH_CALLS, "calls", () -> {
            CallWatch watch = callWatches.open(session);
            return watch == null ? refused(new Refusal.TooManyWatches()) : granted(watch);
        });
    }

    /// Exempts a live call from the notice (N6). Journalled before, with who, when, ground, channel and stage; the
    /// outcome is journalled after.
    ///
    /// @param ground the number of Art. 4's ground as it was asked for
    /// @param text why; needed for ground 3
    /// @return the stage at which the call stood
    public Answer<Stage> exempt(
            Session session, CallId call, int ground, @Nullable String text, Exemption.Channel channel) {
        return act(session, Act.EXEMPT, call.value(), () -> callActs.exempt(session, call, ground, text, channel));
    }

    /// Starts the recording of a live call whose other party staff have told by word of mouth (N5). Journalled before,
    /// with who, when, channel and stage; the outcome is journalled after.
    ///
    /// @return the stage at which the call stood
    public Answer<Stage> attest(Session session, CallId call, Exemption.Channel channel) {
        return act(session, Act.ATTEST, call.value(), () -> callActs.attest(session, call, channel));
    }

    /// Plays the notice to the other party of a recorded call once more (N13), and changes nothing else.
    /// Journalled before and after; how it ended is journalled by the call.
    ///
    /// @param language one of [#replayLanguages]; null for that of the line
    /// @return the language in which it plays
    public Answer<String> replay(Session session, CallId call, @Nullable String language, Exemption.Channel channel) {
        return act(session, Act.REPLAY, call.value(), () -> callActs.replay(session, call, language, channel));
    }

    /// In which languages there is a notice, Japanese first; for what a page offers.
    public List<String> replayLanguages() {
        return calls.replayLanguages();
    }

    /// Pauses capture of a live call, for at most 5 minutes (R9), where the settings let anybody. Journalled
    /// before, with who, when, why, channel and stage; the outcome is journalled after, and the end of the
    /// pause when it comes.
    ///
    /// @param reason why; needed
    /// @return when it ends by itself
    public Answer<Instant> pause(Session session, CallId call, @Nullable String reason, Exemption.Channel channel) {
        return act(session, Act.PAUSE, call.value(), () -> callActs.pause(session, call, reason, channel));
    }

    /// Ends a pause before its time. Journalled likewise. Where none lasts, that is well too.
    public Answer<CallId> resume(Session session, CallId call, Exemption.Channel channel) {
        return act(session, Act.RESUME, call.value(), () -> callActs.resume(session, call, channel));
    }

    /// Marks that the other party objects to being recorded (N12); policy says whether recording goes
    /// on. What is stored stays as it is. Journalled before, the outcome after, and kept beside the
    /// recording.
    ///
    /// @return the stage at which the call stands now
    public Answer<Stage> object(Session session, CallId call, Exemption.Channel channel) {
        return act(session, Act.OBJECT, call.value(), () -> callActs.object(session, call, channel));
    }

    /// Asks that a live call is preserved (H2): nothing that is kept of it is erased until somebody
    /// decides. Journalled before; confirmed once it is on stable storage.
    ///
    /// @param reason why; needed
    public Answer<CallId> preserve(Session session, CallId call, @Nullable String reason, Exemption.Channel channel) {
        return act(
                session,
                Act.WATCH_CALLS,
                call.value(),
                () -> act(
                        session, Act.PRESERVE, call.value(), () -> callActs.preserve(session, call, reason, channel)));
    }

    /// Asks the same of a call that is over, by its recording.
    public Answer<CallId> preserve(
            Session session, RecordingId recording, @Nullable String reason, Exemption.Channel channel) {
        return act(session, Act.PRESERVE, recording.value(), () -> {
            Optional<Erasure> erasure = store.erasure(recording);
            if (erasure.isPresent()) {
                book.denied(session, Act.PRESERVE, recording.value(), "overwritten", Map.of());
                return refused(Refusal.of(erasure.get()));
            }
            return callActs.preserve(session, recording, reason, channel);
        });
    }

    /// The standing exemptions that there are and were, newest first (N8).
    public Answer<List<StandingExemption>> standing(Session session) {
        return act(session, Act.LIST_STANDING, "standing", () -> {
            watched(session, Act.LIST_STANDING, "standing");
            return granted(standing.all());
        });
    }

    /// Writes a standing exemption for one outside number, as [StandingActs#propose] says. Journalled before.
    ///
    /// @param ground the number of Art. 4's ground as it was asked for
    /// @param text why; needed for ground 3
    /// @param endsAt within 30 days; null: as late as may be
    public Answer<StandingExemption> proposeStanding(
            Session session, String number, int ground, @Nullable String text, @Nullable Instant endsAt) {
        return standing(
                session,
                Act.PROPOSE_STANDING,
                "standing",
                () -> callActs.propose(standing, session, number, ground, text, endsAt));
    }

    /// Approves one, as the second person: from now on it is in force. Journalled before.
    public Answer<StandingExemption> approveStanding(Session session, String id) {
        return standing(session, Act.APPROVE_STANDING, id, () -> granted(standing.approve(session, id)));
    }

    /// Ends one before its time. Journalled before.
    public Answer<StandingExemption> withdrawStanding(Session session, String id) {
        return standing(session, Act.WITHDRAW_STANDING, id, () -> granted(standing.withdraw(session, id)));
    }

    private Answer<StandingExemption> standing(
            Session session, Act act, String subject, Work<StandingActs.Outcome> work) {
        return switch (act(session, act, subject, work)) {
            case Answer.Refused<StandingActs.Outcome>(Refusal why) -> refused(why);
            case Answer.Granted<StandingActs.Outcome>(StandingActs.Outcome.Done(var done)) -> granted(done);
            case Answer.Granted<StandingActs.Outcome>(StandingActs.Outcome.Refused(var why)) -> {
                book.denied(session, act, subject, why.word(), Map.of());
                yield refused(new Refusal.NotStanding(why));
            }
        };
    }

    /// Whether policy keeps nothing more of a call once an objection was marked; for what a page says.
    public boolean objectionStops() {
        return rules.objectionStops();
    }

    /// A page of recorded calls, newest first.
    ///
    /// @param limit how many, 1 to 100
    /// @param before the `next` of the page before; null for the newest
    public Answer<RecordingPage> recordings(Session session, int limit, @Nullable RecordingId before) {
        return act(session, Act.LIST_RECORDINGS, "recordings", () -> {
            if (limit < 1 || limit > PAGE_MAX) {
                return invalid(Refusal.Reason.LIMIT_OUT_OF_RANGE);
            }
            if (before == null) {
                watched(session, Act.LIST_RECORDINGS, "recordings");
            } else {
                if (register.find(before).isEmpty()) {
                    return invalid(Refusal.Reason.CURSOR_UNKNOWN);
                }
                book.done(session, Act.LIST_RECORDINGS, "recordings", Map.of("before", before.value()));
            }
            List<CallRecord> found = register.recorded(limit + 1, before);
            List<CallRecord> page = found.subList(0, Math.min(limit, found.size()));
            boolean more = found.size() > limit;
            return granted(new RecordingPage(page, more ? page.getLast().seal().recording() : null));
        });
    }

    /// What is known of one recording.
    public Answer<CallRecord> recording(Session session, RecordingId recording) {
        return act(session, Act.VIEW_RECORDING, recording.value(), () -> {
            Optional<CallRecord> found = register.find(recording);
            if (found.isEmpty()) {
                return refused(gone(recording));
            }
            Optional<Erasure> erasure = store.erasure(recording);
            if (erasure.isPresent()) {
                return refused(Refusal.of(erasure.get()));
            }
            book.done(session, Act.VIEW_RECORDING, recording.value(), Map.of());
            return granted(found.get());
        });
    }

    /// Gives a ticket to hear a recording (A6). This is the act that the journal holds, once for each time; the many
    /// reads of a player that seeks go by the ticket.
    ///
    /// @param purpose a word of [Purpose.OfArticle1], or `case:` and a number
    public Answer<PlayTicket> play(Session session, RecordingId recording, @Nullable String purpose) {
        return act(session, Act.PLAY, recording, purpose, known -> play(session, recording, known));
    }

    private Answer<PlayTicket> play(Session session, RecordingId recording, Purpose purpose)
            throws JournalFault, StoreFault {
        if (store.find(recording).isEmpty()) {
            return refused(gone(recording));
        }
        book.done(session, Act.PLAY, recording.value(), Map.of("purpose", purpose.word()));
        try {
            PlaybackAudio audio = store.playback(recording);
            book.played(session, purpose);
            Tickets.Issued issued = playTickets.issue(session, audio);
            return granted(new PlayTicket(issued.id(), audio.lengthBytes(), issued.expiresAt()));
        } catch (StoreFault fault) {
            book.playFailed(session, recording, fault);
            throw fault;
        }
    }

    /// The audio of a ticket, for the session that it was given to, while a post still allows it.
    public Answer<PlaybackAudio> audio(Session session, String ticket) {
        return act(session, Act.PLAY, "ticket", () -> found(playTickets.use(session, ticket)));
    }

    /// Whether the session may take a copy of this recording; for what a page offers. Neither journalled nor counted:
    /// the page itself was. False where the store does not answer.
    public boolean offersExport(Session session, RecordingId recording) {
        try {
            return offers(session, Act.EXPORT) && store.isExportable(recording);
        } catch (StoreFault fault) {
            LOG.error("door.export.unoffered reason={}", fault.toString());
            return false;
        }
    }

    /// Gives a ticket for one copy (C1). There are no warrants yet, so that only what the demo made is copied (Art.
    /// 7.4). Journalled before the store is asked for it; a refusal is journalled as such.
    ///
    /// @param purpose a word of [Purpose.OfArticle1], or `case:` and a number
    public Answer<CopyTicket> export(Session session, RecordingId recording, Form form, @Nullable String purpose) {
        return act(session, Act.EXPORT, recording, purpose, known -> copies.export(session, recording, form, known));
    }

    /// The copy of a ticket, once, for the session that it was given to, while a post still allows it.
    public Answer<ExportedCopy> copy(Session session, String ticket) {
        return act(session, Act.EXPORT, "ticket", () -> found(copies.take(session, ticket)));
    }

    /// Something that may fail because journal, database or store do not answer.
    @FunctionalInterface
    private interface Work<T> {
        Answer<T> run() throws JournalFault, StoreFault, InterruptedException;
    }

    /// The same for a purpose.
    @FunctionalInterface
    private interface PurposeWork<T> {
        Answer<T> run(Purpose purpose) throws JournalFault, StoreFault;
    }

    private <T> Answer<T> act(
            Session session, Act act, RecordingId recording, @Nullable String purpose, PurposeWork<T> work) {
        return act(session, act, recording.value(), () -> switch (Purpose.parse(purpose == null ? "" : purpose)) {
            case Answer.Refused<Purpose>(Refusal why) -> refused(why);
            case Answer.Granted<Purpose>(Purpose known) -> work.run(known);
        });
    }

    private <T> Answer<T> act(Session session, Act act, String subject, Work<T> work) {
        if (!Access.allows(session.roles(), act)) {
            book.denied(session, act, subject);
            return refused(new Refusal.Forbidden(act));
        }
        if (!isOn(act)) {
            book.denied(session, act, subject);
            return refused(new Refusal.SwitchedOff());
        }
        return guarded(work);
    }

    private <T> Answer<T> guarded(Work<T> work) {
        try {
            return work.run();
        } catch (JournalFault fault) {
            LOG.error("door.refused cause=journal reason={}", fault.toString());
            return refused(new Refusal.Unavailable(Refusal.Source.JOURNAL));
        } catch (JdbiException failed) {
            LOG.error("door.refused cause=database reason={}", Database.reason(failed));
            return refused(new Refusal.Unavailable(Refusal.Source.DATABASE));
        } catch (StoreFault fault) {
            LOG.error("door.refused cause=store reason={}", fault.toString());
            return refused(Refusal.of(fault));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return refused(new Refusal.Unavailable(Refusal.Source.DATABASE));
        }
    }

    private Refusal gone(RecordingId recording) throws StoreFault {
        return Copies.gone(store, recording);
    }

    private void watched(Session session, Act act, String subject) throws JournalFault {
        if (watches.isDue(session, act)) {
            book.done(session, act, subject, Map.of());
            watches.journalled(session, act);
        }
    }

    private static <T> Answer<T> found(Optional<T> value) {
        return value.map(Door::granted).orElseGet(() -> refused(new Refusal.NotFound()));
    }

    private static <T> Answer<T> granted(T value) {
        return new Answer.Granted<>(value);
    }

    private static <T> Answer<T> refused(Refusal why) {
        return new Answer.Refused<>(why);
    }

    private static <T> Answer<T> invalid(Refusal.Reason reason) {
        return refused(new Refusal.Invalid(reason));
    }
}
