package org.koegura.sipproxy.call;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.LiveCall;
import org.koegura.callmodel.Signalling;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.MediaSession;
import org.koegura.sipproxy.negotiation.Agreement;
import org.koegura.sipproxy.negotiation.Audio;
import org.koegura.sipproxy.negotiation.Transaction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Step 6 of 10 on the INVITE line: the control of one call passage, as the signalling sees it. Made by
/// [Calls#begin].
///
/// [#pass] and the other signalling methods belong to the call's signalling thread; what they tell goes through
/// the call's mailbox, and its effects follow on the call's own thread.
public final class CallRunner {

    private static final Logger LOG = LoggerFactory.getLogger(CallRunner.class);

    private final CallFacts facts;
    private final Negotiation negotiation;
    private final LifeSigns signs;
    private final boolean untouched;
    private final Mailbox mailbox;
    private final CallLoop loop;
    private final SignallingLog log;
    private final Checkpoints checkpoints;
    private final CallMeters meters;
    private final MediaSession media;
    private final AtomicBoolean answered = new AtomicBoolean();

    private volatile boolean audioOpen;
    private @Nullable Unrecorded troubleTold;
    private long forksForgotten;
    private long messagesForgotten;
    private long unreadableInMidCall;
    private long misdirected;
    private long unrecordableOffers;
    private long mute;
    private long sealings;
    private long earlyAnswersDiffering;
    private boolean earlyMediaTold;
    private volatile boolean earlyMediaGated;

    /// @param untouched whether its session descriptions pass as they are, unless SRTP is to be ended
    CallRunner(
            CallFacts facts,
            Negotiation negotiation,
            LifeSigns signs,
            boolean untouched,
            Mailbox mailbox,
            CallLoop loop,
            SignallingLog log,
            Checkpoints checkpoints,
            CallMeters meters,
            MediaSession media) {
        this.facts = facts;
        this.media = media;
        this.negotiation = negotiation;
        this.signs = signs;
        this.untouched = untouched;
        this.mailbox = mailbox;
        this.loop = loop;
        this.log = log;
        this.checkpoints = checkpoints;
        this.meters = meters;
    }

    /// Starts its thread. Once.
    void begin() {
        Thread.ofVirtual().name("call-" + facts.call()).start(loop);
    }

    /// Who knows the dialog that won, for the next process; null as long as none has.
    public void dialog(Supplier<CallCheckpoint.@Nullable Dialog> known) {
        checkpoints.dialog(known);
    }

    /// Takes up what another process knew of the call, before it begins. Blocks.
    void resume(CallCheckpoint left) {
        CallCheckpoint.Dialog dialog = left.dialog();
        log.responded(200, dialog.calleeTag());
        log.linked(Signalling.Relation.CONTINUES, left.facts().call());
        answered.set(true);
        srtp(dialog.caller(), dialog.forms());
        negotiation.resume(
                new Transaction("INVITE", dialog.invite(), dialog.caller()),
                dialog.calleeTag(),
                Agreement.resumed(left.agreed()),
                left.media().lines(),
                left.standing().unrecorded() != Unrecorded.ENCRYPTED_MEDIA);
    }

    /// Says where the signalling of a party is reached; before the first [#pass].
    public void signalledAt(Leg leg, InetAddress address) {
        negotiation.signalledAt(leg, address);
    }

    /// Says in which form the parties speak; before the first [#pass].
    public void srtp(Leg caller, CallCheckpoint.Forms forms) {
        negotiation.srtp(caller, forms.caller(), forms.adapts());
        negotiation.srtp(caller.far(), forms.callee(), forms.adapts());
    }

    /// Says that the caller is to be told while it rings, if that can be; before the first [#pass].
    ///
    /// @param session number of the session that we describe to it then
    void announcesEarly(long session) {
        negotiation.announcesEarly(session);
    }

    /// Rewrites the session description in a message of this call; returns what to send on.
    ///
    /// Call it for *every* INVITE, ACK, PRACK, UPDATE and response to one of them, also where there is no body:
    /// a final non-2xx to a re-INVITE rolls media back. Blocks; from the call's worker thread, in message
    /// order. Retransmissions give the same bytes again.
    public synchronized Body pass(Passing passing) {
        if (untouched && !negotiation.endsSrtp()) {
            return new Body.Unchanged();
        }
        try {
            if (view().unrecorded() != null) {
                negotiation.refuseNoMore();
            }
            Body body = negotiation.pass(passing);
            tellTrouble(negotiation.trouble(), passing.status() == 0);
            countForgotten();
            tellSealings();
            tellEarlyMedia();
            if (audioOpen && !(negotiation.audio() instanceof Audio.Pending)) {
                audioOpen = false;
                post(new Event.AudioSettled(negotiation.audio()));
            }
            return body;
        } catch (RuntimeException fault) {
            // R3: a fault of ours never breaks the call, unless its line fails closed. It goes on as it came, and will
            // not be recorded.
            meters.fault(CallMeters.Fault.PASS);
            // Its kind and place, not its message, which may quote the session description.
            LOG.error(
                    "call.pass.failed call={} status={} kind={} at={}",
                    facts.call(),
                    passing.status(),
                    fault.getClass().getSimpleName(),
                    place(fault));
            if (negotiation.endsSrtp()) { // as it came, it would speak in the wrong form, or say a party's key
                return passing.status() == 0 && !passing.method().equals("ACK")
                        ? new Body.Refuse(500, "Server Internal Error", Unrecorded.UNREADABLE_SDP)
                        : new Body.Replaced(new byte[0]);
            }
            if (negotiation.refuses() && passing.status() == 0 && isInitial(passing)) {
                return new Body.Refuse(500, "Server Internal Error", Unrecorded.UNREADABLE_SDP);
            }
            tellTrouble(Unrecorded.UNREADABLE_SDP, true);
            return new Body.Unchanged();
        }
    }

    /// Whoever is called refused the initial INVITE by 488. Where it may speak SRTP or plain, and was offered SRTP,
    /// the same offer in plain RTP; where it was offered the one codec of an early notice, the whole offer; either
    /// once. Else null: the refusal stands.
    public synchronized @Nullable Body fallBack() {
        try {
            Body plain = negotiation.fallBack();
            if (plain != null && negotiation.endsSrtp()) {
                meters.srtpRefused();
                LOG.info("call.srtp.refused call={}", facts.call());
            } else if (plain != null) {
                LOG.info("call.early.codec.refused call={}", facts.call());
            }
            return plain;
        } catch (RuntimeException fault) {
            meters.fault(CallMeters.Fault.PASS);
            LOG.error(
                    "call.fallback.failed call={} kind={} at={}",
                    facts.call(),
                    fault.getClass().getSimpleName(),
                    place(fault));
            return null;
        }
    }

    private static boolean isInitial(Passing passing) {
        return passing.method().equals("INVITE") && passing.calleeTag().isEmpty();
    }

    /// A request that [#pass] saw was answered by us, since its receiver did not: what it offered is off.
    public synchronized void unanswered(Transaction request, String calleeTag) {
        if (untouched && !negotiation.endsSrtp()) {
            return;
        }
        negotiation.failed(request, calleeTag);
    }

    private static String place(RuntimeException fault) {
        StackTraceElement[] frames = fault.getStackTrace();
        return frames.length == 0 ? "unknown" : frames[0].toString();
    }

    private void countForgotten() {
        while (forksForgotten < negotiation.forksForgotten()) {
            forksForgotten++;
            meters.fault(CallMeters.Fault.FORK_FORGOTTEN);
        }
        while (messagesForgotten < negotiation.messagesForgotten()) {
            messagesForgotten++;
            meters.fault(CallMeters.Fault.DESCRIPTION_FORGOTTEN);
        }
        while (mute < negotiation.mute()) {
            if (mute++ == 0) {
                LOG.warn("call.media.form.declined call={}", facts.call());
            }
            meters.fault(CallMeters.Fault.SRTP_NOT_AGREED);
        }
        while (unrecordableOffers < negotiation.unrecordableOffers()) {
            if (unrecordableOffers++ == 0) {
                LOG.warn("call.offer.refused.unrecordable call={}", facts.call());
            }
            meters.fault(CallMeters.Fault.UNRECORDABLE_OFFER);
        }
        while (misdirected < negotiation.misdirected()) {
            if (misdirected++ == 0) {
                LOG.warn("call.media.misdirected call={}", facts.call());
            }
            meters.fault(CallMeters.Fault.MISDIRECTED_MEDIA);
        }
        while (unreadableInMidCall < negotiation.unreadableInMidCall()) {
            if (unreadableInMidCall++ == 0) { // once a call: a peer may send many
                LOG.warn("call.sdp.unreadable.in.mid.call call={}", facts.call());
            }
            meters.fault(CallMeters.Fault.UNREADABLE_SDP);
        }
    }

    /// The caller can be told while it rings.
    private void tellEarlyMedia() {
        if (!earlyMediaTold && !earlyMediaGated && negotiation.hasEarlyMedia()) {
            earlyMediaTold = true;
            post(new Event.EarlyMedia());
        }
        while (earlyAnswersDiffering < negotiation.earlyAnswersDiffering()) {
            if (earlyAnswersDiffering++ == 0) {
                LOG.warn("call.early.answer.differs call={}", facts.call());
            }
            meters.fault(CallMeters.Fault.EARLY_ANSWER_DIFFERS);
        }
    }

    /// What is kept of a call ends there, or stands still.
    private void tellSealings() {
        while (sealings < negotiation.sealings()) {
            if (sealings++ == 0) {
                LOG.warn("call.media.sealed.in.mid.call call={}", facts.call());
            }
            meters.fault(CallMeters.Fault.SEALED_IN_MID_CALL);
            post(new Event.Unrecordable(Unrecorded.ENCRYPTED_MEDIA));
        }
    }

    /// What only one fork answered may yet be answered better by another: a request decides for the whole call.
    private void tellTrouble(@Nullable Unrecorded why, boolean decisive) {
        if (why == null || why == troubleTold) {
            return;
        }
        troubleTold = why;
        meters.fault(why == Unrecorded.NO_PORT ? CallMeters.Fault.NO_PORT : CallMeters.Fault.UNREADABLE_SDP);
        LOG.warn("call.media.pass.by call={} why={}", facts.call(), why);
        if (decisive) {
            post(new Event.Unrecordable(why));
        }
    }

    /// One message on its way through.
    ///
    /// @param from the leg it came in on
    /// @param method of the request, or of the CSeq of a response
    /// @param status 0 for a request
    /// @param cseq number of the CSeq
    /// @param calleeTag the tag of whoever was called when the dialog began: it tells forks apart; empty where
    /// there is none yet
    /// @param reliable whether a provisional response carries `Require: 100rel`
    /// @param contentType value of Content-Type; empty where there is none
    /// @param body as received
    /// @param source address that its signalling came from
    /// @param fromTls whether it came over TLS
    /// @param toTls whether it goes on over TLS, whichever server takes it
    // An array and not a copy of it: the bytes belong to the message being passed, and records of it are never
    // compared.
    @SuppressWarnings("ArrayRecordComponent")
    public record Passing(
            Leg from,
            String method,
            int status,
            long cseq,
            String calleeTag,
            boolean reliable,
            String contentType,
            byte[] body,
            InetAddress source,
            boolean fromTls,
            boolean toTls) {}

    /// What to send on instead of a body.
    public sealed interface Body {

        /// The body as received.
        record Unchanged() implements Body {}

        /// This body, with its own Content-Length.
        // See Passing: an array, never compared.
        @SuppressWarnings("ArrayRecordComponent")
        record Replaced(byte[] body) implements Body {}

        /// This session description, where whoever is called rings and has said none: the response goes on as a 183.
        ///
        /// @param lines header lines that go with it
        // See Passing: an array, never compared.
        @SuppressWarnings("ArrayRecordComponent")
        record Early(byte[] sdp, List<String> lines) implements Body {

            public Early {
                lines = List.copyOf(lines);
            }
        }

        /// Nothing: answer the request with this; where it is the initial INVITE, then call [CallRunner#refused]. That
        /// one is refused only where the settings or its line refuse what cannot be recorded.
        record Refuse(int status, String reason, Unrecorded why) implements Body {

            /// Says to whoever called why (RFC 3326, R3).
            public String header() {
                String text = switch (why) {
                    case ENCRYPTED_MEDIA ->
                        "No audio that can be read here: plain, or as it is set SRTP with keys over TLS";
                    case UNSUPPORTED_CODEC -> "Cannot be recorded: no codec that can be kept is offered";
                    case NO_PORT -> "Cannot be recorded: no media port is free";
                    default -> "Cannot be recorded: session description not understood";
                };
                return "Reason: SIP;cause=" + status + ";text=\"" + text + "\"";
            }
        }
    }

    /// Says whether the caller's network keeps from it what the response that passes next would have it hear before the
    /// answer: then it is told on the answer.
    public void earlyMediaGate(boolean shut) {
        earlyMediaGated = shut;
    }

    /// A provisional response other than 100 to the initial INVITE passed.
    public void provisional(int status, String toTag) {
        if (status > 100) {
            log.responded(status, toTag);
            post(new Event.Provisional());
        }
    }

    /// The same INVITE passed us again, on its way to a telephone or out (trap 2).
    public void passedAgain() {
        log.passedAgain();
    }

    /// Somebody hands the call on, or it takes the place of another.
    public void transferred(Signalling.Kind kind, Leg by) {
        log.transferred(kind, by);
        if (by == Leg.INSIDE) {
            mailbox.put(new Mailbox.Letter.HandedOn());
        }
    }

    /// Somebody else stands on the outside leg than was told, or was to be (N2).
    public void newParty() {
        LOG.info("call.party.new call={}", facts.call());
        media.newParty(); // whatever the call's thread waits for, and should the letter be lost
        mailbox.put(new Mailbox.Letter.NewParty());
    }

    /// Two calls have to do with each other; either says so in its record.
    ///
    /// @param relation what this one is to the other
    public void linked(Signalling.Relation relation, CallRunner other) {
        log.linked(relation, other.facts.call());
        other.log.linked(relation.reverse(), facts.call());
    }

    /// The same of this call as it begins: the other names the last attempt at it, and no earlier one.
    ///
    /// @param begins of this call
    public void linked(Signalling.Relation relation, CallRunner other, Opening begins) {
        log.linked(relation, other.facts.call());
        other.log.linked(relation.reverse(), facts.call(), begins);
    }

    /// Whether somebody answered the initial INVITE under that To tag, with a provisional response or a 2xx. From any
    /// thread.
    public boolean hasFork(String toTag) {
        return log.hasFork(toTag);
    }

    /// A 2xx of the initial INVITE is about to be sent on; after [#pass], before sending. The first one answers the
    /// call, every further one is another fork.
    public void answered(int status, String calleeTag) {
        log.responded(status, calleeTag);
        if (!answered.compareAndSet(false, true)) {
            return;
        }
        negotiation.won(calleeTag);
        Audio audio = negotiation.audio();
        audioOpen = audio instanceof Audio.Pending;
        post(new Event.Answered(audio));
    }

    /// A 2xx to an INVITE or UPDATE of the dialog that won is about to be sent on (RFC 4028).
    ///
    /// @param interval of the session timer that it says; null where it says none
    public void refreshed(@Nullable Duration interval) {
        signs.refreshed(interval);
    }

    /// The ACK of the initial 2xx passed; after [#pass].
    public void acknowledged() {
        log.acknowledged();
        post(new Event.Acknowledged());
    }

    /// A final non-2xx of the initial INVITE goes to the caller.
    public void rejected(int status) {
        log.rejected(status);
        post(new Event.Rejected(status));
    }

    /// We refused the initial INVITE, since the call could not be recorded.
    public void refused(Body.Refuse refusal) {
        meters.refused(refusal.why());
        LOG.warn("call.refused.unrecordable call={} why={} status={}", facts.call(), refusal.why(), refusal.status());
        rejected(refusal.status());
    }

    /// A CANCEL arrived; media stay until the final response.
    public void cancelled() {
        post(new Event.Cancelled());
    }

    /// It turned out that the call must not be recorded; where it was not answered yet.
    public void unrecordable(Unrecorded why) {
        post(new Event.Unrecordable(why));
    }

    /// From now on nothing of the call may be kept, whatever was decided before.
    public void forbid(Unrecorded why) {
        post(new Event.Forbidden(why));
    }

    /// A BYE passed.
    public void hungUp(Leg by) {
        log.hungUp();
        post(new Event.HungUp(by));
    }

    /// The call.
    public CallFacts facts() {
        return facts;
    }

    /// As the live list shows it.
    public LiveCall view() {
        return loop.view();
    }

    void abandon(EndReason reason) {
        post(new Event.Abandoned(reason));
    }

    void ask(Mailbox.Letter question) {
        mailbox.put(question);
    }

    private void post(Event event) {
        mailbox.put(new Mailbox.Letter.Happened(event));
    }
}
