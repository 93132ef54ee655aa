package org.koegura.sipproxy.call;

import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.LiveCall;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.CallCheckpoints;
import org.koegura.callmodel.port.CallLedger;
import org.koegura.callmodel.port.Journal;
import org.koegura.callmodel.port.LiveCalls;
import org.koegura.callmodel.port.MediaPlane;
import org.koegura.callmodel.port.MediaSession;
import org.koegura.callmodel.port.NoticeDesk;
import org.koegura.sipproxy.exemption.Beforehand;
import org.koegura.sipproxy.exemption.Incoming;
import org.koegura.sipproxy.media.HoldWatch;
import org.koegura.sipproxy.numbers.Extension;
import org.koegura.sipproxy.pressed.PressedActs;
import org.koegura.sipproxy.pressed.PressedMeters;
import org.koegura.sipproxy.replay.AskedReplay;
import org.koegura.sipproxy.replay.ReplayMeters;
import org.koegura.sipproxy.srtp.KeyExchange;
import org.koegura.sipproxy.telephone.LastCalls;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Step 5 of 10 on the INVITE line: all calls that are up. Begins them, lists them, hands exemptions,
/// pauses and objections to them, and ends them with the proxy.
///
/// Safe to use from any thread. The bound of live calls is checked by [#refusing] before a call begins; threads
/// that ask at the same moment may exceed it by one call each.
public final class Calls implements LiveCalls {

    private static final int WATCHERS_MAX = 8;

    private static final Logger LOG = LoggerFactory.getLogger(Calls.class);

    private final MediaPlane media;
    private final NoticeDesk desk;
    private final CallLedger ledger;
    private final Journal journal;
    private final Clock clock;
    private final RandomGenerator random;
    private final CallMeters meters;
    private final PressedMeters pressedMeters;
    private final ReplayMeters replayMeters;
    private final CallSettings settings;
    private final Predicate<InetSocketAddress> signalling;
    private final CallCheckpoints checkpoints;
    private final Beforehand beforehand;
    private final LastCalls lastCalls;

    private final Map<CallId, CallRunner> live = new ConcurrentHashMap<>();
    private final Map<CallId, CallRunner> spirals = new ConcurrentHashMap<>();
    private final List<Runnable> watchers = new CopyOnWriteArrayList<>();
    private final Object idle = new Object();
    private volatile boolean draining;
    private volatile boolean ending;

    /// @param random names recordings and makes keys, from many threads at once: a `SecureRandom`
    /// @param signalling whether SIP is spoken at an address, by us or a neighbour: no media go there
    /// @param checkpoints keeps what a restart needs of each
    /// @param beforehand what was flagged for calls that are still to come
    /// @param lastCalls has calls preserved for telephones
    public Calls(
            MediaPlane media,
            NoticeDesk desk,
            CallLedger ledger,
            Journal journal,
            Clock clock,
            RandomGenerator random,
            MeterRegistry metrics,
            CallSettings settings,
            Predicate<InetSocketAddress> signalling,
            CallCheckpoints checkpoints,
            Beforehand beforehand,
            LastCalls lastCalls) {
        this.media = media;
        this.lastCalls = lastCalls;
        this.beforehand = beforehand;
        this.desk = desk;
        this.ledger = ledger;
        this.journal = journal;
        this.clock = clock;
        this.random = random;
        this.meters = new CallMeters(metrics, settings.noticeLanguages());
        this.pressedMeters = new PressedMeters(metrics);
        this.replayMeters = new ReplayMeters(metrics, desk.replayLanguages());
        this.settings = settings;
        this.signalling = signalling;
        this.checkpoints = checkpoints;
    }

    /// Starts the control of one call passage.
    ///
    /// A spiral is relayed like any call, but neither counted nor listed nor reported to the ledger: the same
    /// call passed us once already, and its first passage is the one that is announced, recorded and reported
    /// (trap 2).
    ///
    /// @param over run once, on the call's own thread, when all of it is over
    public CallRunner begin(Incoming incoming, Runnable over) {
        Unrecorded fixed = incoming.fixed();
        CallFacts placed = desk.placed(incoming.signalled());
        NoticeDecision plan = fixed == null ? desk.decide(placed) : new NoticeDecision.DoNotRecord(fixed);
        boolean toBeTold = !(plan instanceof NoticeDecision.DoNotRecord);
        // what is not to be recorded anyway is never refused for that
        boolean refuses = toBeTold && desk.refusesUnrecordable(placed, settings.refuseWhenUnrecordable());
        Party telephone = incoming.telephone();
        String author = telephone != null && toBeTold ? author(placed, telephone) : null;
        Exemption flagged = toBeTold ? beforehand.of(placed, incoming, author != null) : null;
        CallFacts facts = placed.decided(new CallFacts.Decided(
                fixed == null ? desk.version() : null, plan, refuses, flagged, incoming.standsFor(flagged)));
        Wires wires = new Wires(facts);
        MediaSession session = media.open(facts.call(), wires.events);
        heedFaxTones(facts, session);
        PressedActs pressed = pressed(author, session);
        var call = new Begun(
                new Call.Step(Call.offered(plan, incoming.proven()), List.of()),
                null,
                null,
                fixed != Unrecorded.SPIRAL);
        CallRunner runner =
                make(wires, session, settings.refusing(refuses), toBeTold, incoming.untouched(), call, pressed, over);
        if (flagged != null) { // it is not told even while it rings
            wires.mailbox.flagged(flagged);
        } else if (plan instanceof NoticeDecision.Announce(var _, boolean early) && early) {
            runner.announcesEarly(random.nextLong() >>> 1);
        }
        runner.begin();
        return runner;
    }

    /// In whose name codes are obeyed in that call; null where they are not. Policy must take the same
    /// telephone for the inside one. In calls of which nothing is kept anyway, keys are the other
    /// party's, and none uses up what was flagged before.
    private @Nullable String author(CallFacts facts, Party telephone) {
        String author = Extension.author(telephone);
        boolean same = author != null && author.equals(Extension.author(desk.telephone(facts)));
        return same && desk.entitles(telephone) ? author : null;
    }

    /// Takes up a call that another process left when it died, under a name of its own: the ledger has one
    /// outcome for each part. Blocks until its ports are bound.
    ///
    /// @param known told of its control before anything happens to it
    /// @param over run once, on the call's own thread, when all of it is over
    /// @throws MediaPlane.NoFreePort somebody has one of its ports: its media go on without us
    public CallRunner resume(CallCheckpoint left, Consumer<CallRunner> known, Runnable over)
            throws MediaPlane.NoFreePort {
        CallFacts facts = left.facts().continuedAs(CallId.random(random));
        Wires wires = new Wires(facts);
        wires.checkpoints.resumed(left.media());
        MediaSession session = media.resume(facts.call(), left.answeredAt(), left.media(), wires.events);
        heedFaxTones(facts, session);
        var call = new Begun(
                Call.resumed(left.standing()),
                left.answeredAt(),
                AskedPause.left(left.media().pause(), clock, wires.mailbox),
                left.standing().unrecorded() != Unrecorded.SPIRAL);
        CallFacts.Decided decided = facts.decided();
        boolean toBeTold = decided == null
                ? left.standing().unrecorded() == null || call.step().state() instanceof State.Untold
                : !(decided.decision() instanceof NoticeDecision.DoNotRecord);
        boolean refuses = toBeTold && desk.refusesUnrecordable(facts, settings.refuseWhenUnrecordable());
        PressedActs pressed = pressed(null, session); // which telephone it is was proven to the process before
        CallRunner runner = make(wires, session, settings.refusing(refuses), toBeTold, false, call, pressed, over);
        boolean whole = false;
        try {
            runner.resume(left);
            known.accept(runner);
            whole = true;
        } finally {
            if (!whole) { // a fault of ours: nothing of it may stay
                live.remove(facts.call());
                spirals.remove(facts.call());
                session.close(EndReason.INTERRUPTED);
            }
        }
        runner.begin();
        return runner;
    }

    private void heedFaxTones(CallFacts facts, MediaSession session) {
        if (!desk.heedsFaxTones(facts)) {
            session.ignoreFaxTones();
        }
    }

    private PressedActs pressed(@Nullable String author, MediaSession session) {
        PressedActs pressed = new PressedActs(settings.pressed(), pressedMeters, lastCalls, author);
        if (!pressed.keys().isEmpty()) {
            session.heedCodes(pressed.keys());
        }
        return pressed;
    }

    /// What is made for every call.
    private final class Wires {
        final CallFacts facts;
        final Mailbox mailbox = new Mailbox(settings.mailboxMax(), meters);
        final HoldWatch hold = new HoldWatch();
        final LifeSigns signs = new LifeSigns(hold, settings, clock);
        final SignallingLog log = new SignallingLog(clock);
        final Checkpoints checkpoints;
        final MailedMediaEvents events;

        Wires(CallFacts facts) {
            this.facts = facts;
            this.checkpoints = new Checkpoints(facts, Calls.this.checkpoints);
            this.events = new MailedMediaEvents(mailbox, signs, checkpoints, desk.heedsFaxTones(facts));
        }
    }

    /// Where a call begins.
    ///
    /// @param answeredAt null where nobody answered yet
    /// @param pausedUntil when a pause that another process left ends by itself; null where none lasted
    /// @param counted whether this passage counts
    private record Begun(
            Call.Step step,
            @Nullable Instant answeredAt,
            @Nullable Instant pausedUntil,
            boolean counted) {}

    private CallRunner make(
            Wires wires,
            MediaSession session,
            CallSettings chosen,
            boolean toBeTold,
            boolean untouched,
            Begun begun,
            PressedActs pressed,
            Runnable over) {
        CallFacts facts = wires.facts;
        wires.checkpoints.session(session);
        Map<CallId, CallRunner> passages = begun.counted() ? live : spirals;
        Negotiation negotiation = new Negotiation(
                session,
                chosen.announcing(facts.decided()),
                signalling,
                toBeTold,
                wires.hold,
                agreement -> wires.checkpoints.agreed(agreement.checkpoint()),
                new KeyExchange(random));
        CallLoop loop = new CallLoop(
                facts,
                begun.step(),
                begun.answeredAt(),
                new AskedPause(session, clock, begun.pausedUntil()),
                new AskedReplay(session, desk, facts, replayMeters),
                session,
                wires.mailbox,
                pressed,
                new CallLoop.Surroundings(
                        wires.log::facts,
                        ledger,
                        journal,
                        lastCalls,
                        clock,
                        random,
                        meters,
                        settings.sealWait(),
                        begun.counted(),
                        wires.checkpoints,
                        this::tellWatchers,
                        () -> {
                            passages.remove(facts.call());
                            wires.checkpoints.over();
                            tellWatchers();
                            over.run();
                            synchronized (idle) {
                                idle.notifyAll();
                            }
                        }));
        CallRunner runner = new CallRunner(
                facts,
                negotiation,
                wires.signs,
                untouched,
                wires.mailbox,
                loop,
                wires.log,
                wires.checkpoints,
                meters,
                session);
        passages.put(facts.call(), runner);
        tellWatchers();
        return runner;
    }

    /// Why policy keeps nothing of a call that leads there; null where it is announced. For a second passage, which
    /// decides for the first.
    public @Nullable Unrecorded left(CallFacts facts) {
        return desk.decide(facts) instanceof NoticeDecision.DoNotRecord(var why) ? why : null;
    }

    /// Whether new calls get 503 with Retry-After: after [#drain], and while the bound of live calls is
    /// reached. Emergency calls pass all the same, until [#refusingAll].
    public boolean refusing() {
        return draining || live() >= settings.liveCallsMax();
    }

    /// Whether not even an emergency call is let in any more: everything is being closed.
    public boolean refusingAll() {
        return ending;
    }

    /// Refuses new calls from now on, emergency calls excepted; running ones go on.
    public void drain() {
        draining = true;
    }

    /// Waits until all calls are over and sealed.
    ///
    /// @return whether they are
    public boolean awaitIdle(Duration atMost) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + atMost.toNanos();
        synchronized (idle) {
            while (live() > 0) {
                long restMillis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
                if (restMillis <= 0) {
                    return false;
                }
                idle.wait(restMillis);
            }
            return true;
        }
    }

    /// Closes and seals everything, and refuses new calls. Blocks, at most for the seal wait of the settings
    /// and a second more.
    public void endAll(EndReason reason) {
        drain();
        ending = true;
        spirals.values().forEach(runner -> runner.abandon(reason));
        live.values().forEach(runner -> runner.abandon(reason));
        try {
            awaitIdle(settings.sealWait().plusSeconds(1));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// How many call passages are up, those being sealed included.
    public int live() {
        return live.size() + spirals.size();
    }

    @Override
    public List<LiveCall> list() {
        return live.values().stream()
                .map(CallRunner::view)
                .sorted(Comparator.comparing(call -> call.facts().invitedAt()))
                .toList();
    }

    @Override
    public Optional<LiveCall> find(CallId call) {
        return Optional.ofNullable(live.get(call)).map(CallRunner::view);
    }

    @Override
    public void watch(Runnable changed) {
        watchers.add(changed);
        if (watchers.size() > WATCHERS_MAX) {
            watchers.remove(changed);
            throw new IllegalStateException("the calls have " + WATCHERS_MAX + " watchers already");
        }
    }

    /// On the thread of the call that changed: a watcher's fault must not end the control of a call.
    private void tellWatchers() {
        for (Runnable changed : watchers) {
            try {
                changed.run();
            } catch (RuntimeException fault) {
                meters.fault(CallMeters.Fault.EFFECT);
                LOG.error("calls.watcher.failed", fault);
            }
        }
    }

    @Override
    public Exempting exempt(CallId call, Exemption exemption) {
        Claim<Exempting> claim = new Claim<>();
        return asked(call, new Mailbox.Letter.Exempt(exemption, claim), claim, new Exempting.NoSuchCall());
    }

    @Override
    public Attesting attest(CallId call, CaptureBasis.Attestation attestation) {
        Claim<Attesting> claim = new Claim<>();
        return asked(call, new Mailbox.Letter.Attest(attestation, claim), claim, new Attesting.NoSuchCall());
    }

    @Override
    public Replaying replay(CallId call, @Nullable String language) {
        Claim<Replaying> claim = new Claim<>();
        return asked(call, new Mailbox.Letter.Replay(language, claim), claim, new Replaying.NoSuchCall());
    }

    @Override
    public List<String> replayLanguages() {
        return desk.replayLanguages();
    }

    @Override
    public Pausing pause(CallId call) {
        Claim<Pausing> claim = new Claim<>();
        return asked(call, new Mailbox.Letter.Pause(true, claim), claim, new Pausing.NoSuchCall());
    }

    @Override
    public Pausing resume(CallId call) {
        Claim<Pausing> claim = new Claim<>();
        return asked(call, new Mailbox.Letter.Pause(false, claim), claim, new Pausing.NoSuchCall());
    }

    @Override
    public Objecting object(CallId call, boolean stops) {
        Claim<Objecting> claim = new Claim<>();
        return asked(call, new Mailbox.Letter.Objection(stops, claim), claim, new Objecting.NoSuchCall());
    }

    private <T> T asked(CallId call, Mailbox.Letter question, Claim<T> claim, T none) {
        CallRunner runner = live.get(call);
        if (runner == null) {
            return none;
        }
        runner.ask(question);
        return claim.await(none);
    }
}
