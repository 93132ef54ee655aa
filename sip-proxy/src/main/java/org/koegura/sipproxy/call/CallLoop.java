package org.koegura.sipproxy.call;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.LiveCall;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.Seal;
import org.koegura.callmodel.Signalling;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.CallLedger;
import org.koegura.callmodel.port.Journal;
import org.koegura.callmodel.port.LiveCalls.Attesting;
import org.koegura.callmodel.port.LiveCalls.Exempting;
import org.koegura.callmodel.port.LiveCalls.Objecting;
import org.koegura.callmodel.port.LiveCalls.Pausing;
import org.koegura.callmodel.port.LiveCalls.Replaying;
import org.koegura.callmodel.port.MediaSession;
import org.koegura.callmodel.port.Preservations.Preserving;
import org.koegura.sipproxy.journal.CallJournal;
import org.koegura.sipproxy.pressed.PressedActs;
import org.koegura.sipproxy.replay.AskedReplay;
import org.koegura.sipproxy.telephone.LastCalls;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Step 9 of 10 on the INVITE line: drains one call's mailbox, steps the call, and performs what the step
/// asks.
///
/// Owner of all its state is the one virtual thread that runs it; others only read the `view`.
final class CallLoop implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(CallLoop.class);

    private final CallFacts facts;
    private final AskedPause pause;
    private final AskedReplay replay;
    private final MediaSession media;
    private final Mailbox mailbox;
    private final PressedActs pressed;
    private final Surroundings around;
    private final CallJournal journal;
    private final CallTally tally;

    private final Call.Step initial;
    private State state;
    private @Nullable Instant answeredAt;
    private @Nullable RecordingId recording;

    /// When somebody new came to the outside leg, if ever.
    private Instant partyCameAt = Instant.MIN;

    /// The exemption on which something was kept, whatever the rest of the call rests on: it is to be reviewed (N9).
    private CaptureBasis.@Nullable Exempted toReview;

    private @Nullable Instant objectedAt;
    private @Nullable Exempting reply;
    private @Nullable Attesting attesting;
    private boolean heeding;
    private boolean handedOn;
    private long sealDeadlineNanos;
    private volatile LiveCall view;

    /// @param initial where it begins, and what is to be done at once
    /// @param answeredAt null where it was not answered yet
    CallLoop(
            CallFacts facts,
            Call.Step initial,
            @Nullable Instant answeredAt,
            AskedPause pause,
            AskedReplay replay,
            MediaSession media,
            Mailbox mailbox,
            PressedActs pressed,
            Surroundings around) {
        this.facts = facts;
        this.initial = initial;
        this.state = initial.state();
        this.answeredAt = answeredAt;
        this.pause = pause;
        this.replay = replay;
        this.media = media;
        this.mailbox = mailbox;
        this.pressed = pressed;
        this.heeding = !pressed.keys().isEmpty();
        this.around = around;
        this.journal = new CallJournal(
                around.journal(),
                around.clock(),
                facts.call(),
                () -> around.meters().fault(CallMeters.Fault.JOURNAL));
        this.view = viewed(around.clock().instant());
        this.tally = new CallTally(around.meters(), facts, System.nanoTime());
        around.moved(facts, null, state.stage());
    }

    /// What a call needs of the rest of the house.
    ///
    /// @param signalling what was signalled of the call so far
    /// @param counted whether this passage counts: a spiral's first passage has been counted and is reported
    /// already
    /// @param lastCalls has calls preserved for telephones
    /// @param checkpoints hears where the call stands
    /// @param changed run after each change of the `view`; does not block
    /// @param over run once, when the call is over and reported
    record Surroundings(
            Supplier<Signalling> signalling,
            CallLedger ledger,
            Journal journal,
            LastCalls lastCalls,
            Clock clock,
            RandomGenerator random,
            CallMeters meters,
            Duration sealWait,
            boolean counted,
            Checkpoints checkpoints,
            Runnable changed,
            Runnable over) {

        void moved(CallFacts facts, @Nullable Stage from, @Nullable Stage to) {
            if (counted && from != to) {
                meters.moved(facts.direction(), from, to);
            }
        }
    }

    /// As the live list shows it. From any thread.
    LiveCall view() {
        return view;
    }

    @Override
    public void run() {
        try {
            initial.effects().forEach(this::performGuarded);
            checkpoint();
            while (!(state instanceof State.Over)) {
                handle(next());
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            around.moved(facts, state.stage(), null);
            tally.over();
            around.over().run();
        }
    }

    private Mailbox.Letter next() throws InterruptedException {
        if (!(state instanceof State.Ending)) {
            return mailbox.take();
        }
        Mailbox.Letter letter = mailbox.poll(Math.max(0, sealDeadlineNanos - System.nanoTime()));
        if (letter != null) {
            return letter;
        }
        around.meters().fault(CallMeters.Fault.SEAL_OVERDUE);
        LOG.warn("call.seal.overdue call={}", facts.call());
        return new Mailbox.Letter.Happened(new Event.SealOverdue());
    }

    private void handle(Mailbox.Letter letter) {
        switch (letter) {
            case Mailbox.Letter.Happened(var event) -> step(event);
            case Mailbox.Letter.Exempt(var exemption, var claim) -> {
                if (claim.take()) {
                    claim.answer(exempted(exemption));
                }
            }
            case Mailbox.Letter.Attest(var attestation, var claim) -> {
                if (claim.take()) {
                    claim.answer(attested(attestation));
                }
            }
            case Mailbox.Letter.Pause(boolean begins, var claim) -> {
                if (claim.take()) {
                    Pausing said = paused(begins);
                    show(view.since()); // who has the answer finds the call as it says
                    claim.answer(said);
                }
            }
            case Mailbox.Letter.Replay(var language, var claim) -> {
                if (claim.take()) {
                    claim.answer(replayed(language));
                }
            }
            case Mailbox.Letter.Replayed(var replayed) -> journal.note("notice.replayed", replay.over(replayed));
            case Mailbox.Letter.Objection(boolean stops, var claim) -> {
                if (claim.take()) {
                    claim.answer(objected(stops));
                }
            }
            case Mailbox.Letter.Resumed(var from, var to, boolean byItself) -> {
                String by = pause.over(byItself);
                journal.note("recording.pause.over", Map.of("from", from.toString(), "to", to.toString(), "by", by));
                show(view.since());
            }
            case Mailbox.Letter.Pressed(var keys) -> {
                boolean done = heeding && pressed.act(keys, around.clock().instant(), new ByKeys());
                media.confirm(done);
                show(view.since());
            }
            case Mailbox.Letter.NewParty _ -> {
                partyCameAt = around.clock().instant();
                step(new Event.NewParty(Renewal.prompt(facts, state)));
            }
            case Mailbox.Letter.HandedOn _ -> {
                handedOn = true;
                heed();
            }
            case Mailbox.Letter.Sealed _ -> {
                around.meters().fault(CallMeters.Fault.SEALED_IN_MID_CALL);
                step(new Event.Unrecordable(Unrecorded.ENCRYPTED_MEDIA));
            }
        }
    }

    /// Whoever answered was told after that, and not while a prompt played: what was attested before the call came to
    /// stand as it does says nothing.
    private Attesting attested(CaptureBasis.Attestation attestation) {
        Instant since = answeredAt;
        attesting = null;
        if (since != null
                && !attestation.at().isBefore(since)
                && !attestation.at().isBefore(view.since())
                && !attestation.at().isBefore(partyCameAt)) {
            step(new Event.Attested(attestation));
        }
        Attesting said = attesting;
        return said == null ? new Attesting.NotDue(state.stage()) : said;
    }

    private Exempting exempted(Exemption exemption) {
        reply = null;
        if (!exemption.at().isBefore(partyCameAt)) { // else it is about whoever was there before
            step(new Event.Exempted(exemption));
        }
        Exempting said = reply;
        return said == null ? new Exempting.TooLate(state.stage()) : said;
    }

    /// As whoever presses a code asks.
    private final class ByKeys implements PressedActs.Asked {

        @Override
        public Stage stage() {
            return state.stage();
        }

        @Override
        public Exempting exempt(Exemption exemption) {
            return exempted(exemption);
        }

        @Override
        public Attesting attest(CaptureBasis.Attestation attestation) {
            return attested(attestation);
        }

        @Override
        public Pausing pause(boolean begins) {
            return paused(begins);
        }

        @Override
        public Replaying replay(@Nullable String language) {
            return replayed(language);
        }

        @Override
        public Objecting object(boolean stops) {
            return objected(stops);
        }

        @Override
        public Preserving preserve(String author) {
            boolean nothing = recording == null && (state.unrecorded() != null || state instanceof State.Ending);
            return nothing ? Preserving.GONE : around.lastCalls().preserve(author, facts, state.stage());
        }

        @Override
        public boolean journal(String actor, String act, Map<String, String> details) {
            return journal.append(actor, act, details);
        }
    }

    /// Who has the answer finds the call as it says.
    private Objecting objected(boolean stops) {
        if (!state.isUp() && !(state instanceof State.AwaitingAudio)) {
            return new Objecting.NotUp(state.stage());
        }
        if (objectedAt == null) {
            objectedAt = around.clock().instant();
        }
        if (stops) {
            step(new Event.Forbidden(Unrecorded.OBJECTION));
        }
        show(view.since());
        return new Objecting.Marked(state.stage());
    }

    /// Changes nothing of where the call stands. A fault of the media must not end the control of the
    /// call.
    private Replaying replayed(@Nullable String language) {
        try {
            return state.replayable()
                    ? replay.ask(language, around.clock().instant())
                    : new Replaying.NotDue(state.stage());
        } catch (RuntimeException fault) {
            around.meters().fault(CallMeters.Fault.EFFECT);
            LOG.error("call.replay.failed call={}", facts.call(), fault);
            return new Replaying.NoSuchCall();
        }
    }

    /// Nor here.
    private Pausing paused(boolean begins) {
        try {
            return begins ? pause.pause(state) : pause.resume(state);
        } catch (RuntimeException fault) {
            around.meters().fault(CallMeters.Fault.EFFECT);
            LOG.error("call.pause.failed call={}", facts.call(), fault);
            return new Pausing.NoSuchCall();
        }
    }

    private void step(Event event) {
        if (event instanceof Event.Abandoned(EndReason reason) && reason == EndReason.SHUTDOWN) {
            around.checkpoints().leave();
        }
        Call.Step step = Call.step(state, event);
        if (!step.effects().isEmpty() && !journalled(step.effects().getFirst())) {
            reply = new Exempting.TooLate(state.stage());
            return;
        }
        State before = state;
        Stage from = before.stage();
        state = step.state();
        count(() -> tally.stepped(before, state, System.nanoTime()));
        around.moved(facts, from, state.stage());
        checkpoint(); // what must not be kept any more is said before the journal is waited for
        step.effects().forEach(this::performGuarded);
        heed();
        checkpoint();
        if (before.stage() != state.stage() && state instanceof State.Ending) {
            pressed.ended(facts, recording != null);
        }
        show(from == state.stage() ? view.since() : around.clock().instant());
    }

    /// Keys are the other party's while nothing of the call is kept, nor could be, and once it is handed on.
    private void heed() {
        if (state instanceof State.Ending || state instanceof State.Over) {
            return; // its media are closed
        }
        boolean heeds = !handedOn && !pressed.keys().isEmpty() && state.heedsCodes();
        if (heeds != heeding) {
            heeding = heeds;
            guarded("heed_codes", () -> media.heedCodes(heeds ? pressed.keys() : Set.of()));
        }
    }

    /// Tells who watches, if the call looks otherwise now.
    private void show(Instant since) {
        LiveCall now = viewed(since);
        if (!now.equals(view)) {
            view = now;
            around.changed().run();
        }
    }

    private void checkpoint() {
        Instant since = answeredAt;
        if (since != null) {
            around.checkpoints().stands(since, state.standing(recording), state.isUp());
        }
    }

    private LiveCall viewed(Instant since) {
        CaptureBasis.Exempted exempted = state.exempted();
        return new LiveCall(
                facts,
                state.stage(),
                since,
                answeredAt,
                state.exemptable(),
                exempted == null ? null : exempted.exemption().ground(),
                state.attestable(),
                state.unrecorded(),
                recording,
                state.pausable(),
                pause.until(state),
                objectedAt);
    }

    /// A fault of a neighbour must not end the control of the call: what follows in the step is still done.
    private void performGuarded(Effect effect) {
        guarded(effect.getClass().getSimpleName(), () -> perform(effect));
    }

    private void guarded(String name, Runnable effect) {
        try {
            effect.run();
        } catch (RuntimeException fault) {
            around.meters().fault(CallMeters.Fault.EFFECT);
            LOG.error("call.effect.failed call={} effect={}", facts.call(), name, fault);
        }
    }

    private void perform(Effect effect) {
        switch (effect) {
            case Effect.JournalExemption _, Effect.JournalAttestation _ -> {} // done already, before the step was taken
            case Effect.Journal(var act, var details) -> journal.note(act, details);
            case Effect.MediaAnswered _ -> {
                answeredAt = around.clock().instant();
                media.answered();
            }
            case Effect.MediaAcknowledged _ -> media.acknowledged();
            case Effect.PlayNotice(var prompt) -> media.playNotice(prompt);
            case Effect.PlayEarlyNotice(var prompt) -> media.playEarlyNotice(prompt);
            case Effect.PlayRingback _ -> media.playRingback();
            case Effect.StopNotice _ -> media.stopNotice();
            case Effect.StartCapture(var basis) -> {
                RecordingId id = RecordingId.random(around.random());
                recording = id;
                used(basis);
                media.startCapture(id, facts, basis);
                pressed.began(facts);
            }
            case Effect.AwaitNewParty _ -> media.newParty();
            case Effect.CaptureAgain(var basis) -> {
                used(basis);
                media.captureAgain(basis);
            }
            case Effect.StopCapture(var why) -> media.bypass(why);
            case Effect.Bypass(var why) -> {
                recording = null;
                media.bypass(why);
            }
            case Effect.CloseMedia(var reason, boolean answered) -> {
                sealDeadlineNanos = System.nanoTime() + around.sealWait().toNanos();
                count(() -> tally.attempt(answered, reason, around.clock().instant()));
                LOG.info("call.ended call={} reason={} answered={}", facts.call(), reason, answered);
                media.close(reason);
            }
            case Effect.Reply(var exempting) -> reply = exempting;
            case Effect.ReplyAttesting(var said) -> attesting = said;
            case Effect.CountAttestation _ -> count(tally::attestation);
            case Effect.CountRecordable _ -> count(tally::recordable);
            case Effect.CountNotice(var prompt, var end) -> count(() -> tally.notice(prompt, end));
            case Effect.CountExemption(var basis) -> count(() -> tally.exemption(basis));
            case Effect.Report report -> report(report);
        }
    }

    private void used(CaptureBasis basis) {
        if (basis instanceof CaptureBasis.Exempted exemption) {
            toReview = exemption;
        }
    }

    private void count(Runnable counting) {
        if (around.counted()) {
            counting.run();
        }
    }

    private void report(Effect.Report report) {
        boolean kept = report.result() == CallOutcome.Result.COMPLETE || report.result() == CallOutcome.Result.PARTIAL;
        Seal seal = kept ? report.media().seal() : null;
        LOG.info(
                "call.outcome call={} result={} why={}",
                facts.call(),
                report.result(),
                report.why() == null ? "none" : report.why());
        if (!around.counted()) {
            return; // a spiral: the ledger takes one outcome per call, and the first passage brings it
        }
        tally.outcome(report);
        around.ledger()
                .ended(new CallOutcome(
                        facts,
                        answeredAt,
                        around.clock().instant(),
                        report.reason(),
                        report.result(),
                        report.why(),
                        report.basis() == null || toReview == null ? report.basis() : toReview,
                        seal,
                        report.media().accounts(),
                        around.signalling().get(),
                        objectedAt));
    }

    /// Fail closed for privacy: an act that starts a recording and is not on stable storage does not happen.
    private boolean journalled(Effect first) {
        if (first instanceof Effect.JournalAttestation(var basis)) {
            return journal.inForce(basis);
        }
        return !(first instanceof Effect.JournalExemption(var basis)) || journal.inForce(basis);
    }
}
