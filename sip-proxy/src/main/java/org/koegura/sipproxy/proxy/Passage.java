package org.koegura.sipproxy.proxy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.sipproxy.call.CallRunner;
import org.koegura.sipproxy.call.CallRunner.Body;
import org.koegura.sipproxy.call.CallRunner.Passing;
import org.koegura.sipproxy.call.Opening;
import org.koegura.sipproxy.message.CSeq;
import org.koegura.sipproxy.message.Fingerprint;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.Replaces;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.negotiation.Transaction;
import org.koegura.sipproxy.party.KnownParty;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.Protocol;

/// One call on its way through us: tells its control what passes, and whose it is.
///
/// Belongs to the lane of its Call-ID; the dialog alone is read by others.
final class Passage {

    /// INVITEs of one call whose late 2xx are still recognised.
    static final int INVITES_MAX = 8;

    private static final int OPENING_NAME_BYTES = 16;

    private static final String EARLY_MEDIA = "p-early-media";

    private static final Pattern SESSION_EXPIRES = Pattern.compile("([0-9]{1,10})\\s*(?:;.*)?");

    private final String name;
    private final CallRunner call;
    private final Leg caller;
    private final String callId;
    private final String callerTag;
    private final long inviteNumber;
    private final Sides sides;
    private final Transfers transfers;
    private final InetAddress callerAt;
    private final CallCheckpoint.Forms forms;

    /// Whether the INVITE speaks of the header that allows early media (RFC 5009).
    private final boolean asksForEarlyMedia;

    /// Whoever stands on the outside leg.
    private final KnownParty outside;

    private volatile InetAddress calleeAt;
    private volatile @Nullable String winner;

    /// Whether its call went out again, and somebody outside answered.
    private boolean left;

    private final Queue<String> branches = new ConcurrentLinkedQueue<>();

    /// @param name as it stands in our Record-Route
    /// @param sides who of its parties is where
    /// @param invite as received
    /// @param between where it comes from and goes to
    /// @param transfers hears of those that somebody asks for in it
    Passage(String name, CallRunner call, Sides sides, WireMessage invite, Between between, Transfers transfers)
            throws MessageFault {
        this.name = name;
        this.call = call;
        this.caller = sides.caller();
        this.callId = invite.callId();
        this.callerTag = invite.from().tag();
        this.inviteNumber = invite.cseq().number();
        this.sides = sides;
        this.callerAt = between.caller();
        this.calleeAt = between.callee();
        this.forms = between.forms();
        this.transfers = transfers;
        this.asksForEarlyMedia = !invite.valueOrEmpty(EARLY_MEDIA).isEmpty();
        this.outside = caller == Leg.OUTSIDE
                ? KnownParty.calling(invite, transfers.plan())
                : KnownParty.called(invite, transfers.plan());
        call.signalledAt(caller, callerAt);
        call.signalledAt(caller.far(), calleeAt);
        call.srtp(caller, forms);
        call.dialog(this::dialog);
    }

    /// Takes up the passage of another process.
    private Passage(CallCheckpoint left, CallRunner call, Sides sides, Transfers transfers) {
        CallCheckpoint.Dialog dialog = left.dialog();
        this.name = dialog.passage();
        this.call = call;
        this.caller = dialog.caller();
        this.callId = left.facts().sipCallId();
        this.callerTag = dialog.callerTag();
        this.inviteNumber = dialog.invite();
        this.sides = sides;
        this.callerAt = dialog.callerAt();
        this.calleeAt = dialog.calleeAt();
        this.forms = dialog.forms();
        this.winner = dialog.calleeTag();
        this.transfers = transfers;
        this.asksForEarlyMedia = false; // it was answered
        this.outside = KnownParty.left(left.facts().outside(), transfers.plan());
        call.signalledAt(caller, callerAt);
        call.signalledAt(caller.far(), calleeAt);
        call.dialog(this::dialog);
    }

    /// The passage of a call that another process left when it died.
    ///
    /// @param call its control, taken up
    static Passage resumed(CallCheckpoint left, CallRunner call, Transfers transfers) {
        Sides sides = new Sides(left.dialog().caller(), left.standing().unrecorded(), false, null, false, null);
        return new Passage(left, call, sides, transfers);
    }

    /// The dialog that won, for the next process; null where none has. From any thread.
    private CallCheckpoint.@Nullable Dialog dialog() {
        String callee = winner;
        return callee == null
                ? null
                : new CallCheckpoint.Dialog(name, caller, callerTag, inviteNumber, callee, callerAt, calleeAt, forms);
    }

    /// The next hops on both sides, when a call begins.
    ///
    /// @param forms what is spoken with either
    record Between(InetAddress caller, InetAddress callee, CallCheckpoint.Forms forms) {}

    /// How a message passes.
    ///
    /// @param source address that its signalling came from
    /// @param toTls whether it goes on over TLS, whichever server takes it
    record Hops(InetAddress source, boolean fromTls, boolean toTls) {

        /// From one server to one of these.
        static Hops of(Hop from, List<Hop> to) {
            return new Hops(
                    from.address().getAddress(),
                    from.protocol() == Protocol.TLS,
                    to.stream().allMatch(hop -> hop.protocol() == Protocol.TLS));
        }
    }

    String name() {
        return name;
    }

    String callId() {
        return callId;
    }

    CallRunner call() {
        return call;
    }

    /// The INVITE that began it.
    Opening opening() {
        return new Opening(Fingerprint.of(OPENING_NAME_BYTES, callId, callerTag), inviteNumber);
    }

    /// Whether it calls for help or is a call back (N11): then so is the same call where it passes again.
    boolean callsForHelp() {
        return sides.fixed() == Unrecorded.EMERGENCY;
    }

    Leg caller() {
        return caller;
    }

    /// Notes the branch under which one of its INVITEs goes on.
    ///
    /// @return the branch that is forgotten for it, or null
    @Nullable
    String remember(String branch) {
        if (!branches.contains(branch)) {
            branches.add(branch);
        }
        return branches.size() > INVITES_MAX ? branches.poll() : null;
    }

    Collection<String> branches() {
        return branches;
    }

    /// Whether a message is of this call at all: a name in a Route alone proves nothing.
    boolean isOf(WireMessage message) {
        return message.callId().equals(callId);
    }

    /// Whether a request is of a dialog of this call, and of the party that its tags say: it came from where that
    /// party's signalling comes from.
    boolean isSentBy(WireMessage request, InetAddress source) throws MessageFault {
        boolean calling = request.from().tag().equals(callerTag);
        String callee = calling ? request.to().tag() : request.from().tag();
        return isOf(request)
                && !callee.isEmpty()
                && (calling || request.to().tag().equals(callerTag))
                && (callee.equals(winner) || call.hasFork(callee))
                && source.equals(calling ? callerAt : calleeAt);
    }

    /// Whether it is a second passage of a call whose first one is reported.
    boolean isSecond() {
        return sides.first() != null;
    }

    /// Whether a dialog of this call is named, an early one included. From any thread.
    boolean hasDialog(Replaces named) {
        return named.callId().equals(callId)
                && (named.toTag().equals(callerTag)
                        ? call.hasFork(named.fromTag())
                        : named.fromTag().equals(callerTag) && call.hasFork(named.toTag()));
    }

    /// Whoever stays where a dialog of this call is replaced: his is the To tag (RFC 3891 §3). Somebody outside who
    /// called
    /// is nobody: he can claim any number.
    List<Party> staying(Replaces named) {
        CallFacts facts = call.facts();
        boolean calling = named.toTag().equals(callerTag);
        Leg stays = calling ? caller : caller.far();
        if (stays == Leg.OUTSIDE && calling) {
            return List.of();
        }
        Party party = stays == Leg.INSIDE ? facts.inside() : facts.outside();
        return calling || facts.dialled() == null ? List.of(party) : List.of(party, facts.dialled());
    }

    /// Whether an INVITE is the one that began this passage, on its way through us a second time.
    boolean beganWith(WireMessage invite) throws MessageFault {
        return isOf(invite)
                && invite.from().tag().equals(callerTag)
                && invite.cseq().number() == inviteNumber;
    }

    /// Whether a request belongs to the dialog that won: the caller ends each fork that answered too
    /// late with a BYE of its own (RFC 3261 §13.2.2.4), which must not end this call.
    private boolean isOfWinner(WireMessage request, Leg from) throws MessageFault {
        String callee = from == caller ? request.to().tag() : request.from().tag();
        return callee.equals(winner);
    }

    /// Whose request it is: the caller's From tag tells them apart, in both directions of the dialog.
    Leg senderOf(WireMessage request) throws MessageFault {
        return request.from().tag().equals(callerTag) ? caller : caller.far();
    }

    /// A request passes; what to send on instead of its body. Blocks.
    ///
    Body request(WireMessage request, Hops hops) throws MessageFault {
        Leg from = senderOf(request);
        if (refreshes(request.request().method()) && !calleeTag(request, from).isEmpty()) {
            heedOutside(request, from); // before anything is agreed with whoever it is
        }
        Body body = pass(request, request.request().method(), from, hops);
        switch (request.request().method()) {
            case "ACK" -> {
                if (from == caller && request.cseq().number() == inviteNumber && isOfWinner(request, from)) {
                    call.acknowledged();
                }
            }
            case "BYE" -> {
                if (isOfWinner(request, from)) {
                    call.hungUp(from);
                }
            }
            case "REFER" -> transfers.referred(this, request, from);
            default -> {}
        }
        return body;
    }

    /// A response passes, 100 excepted; what to send on instead of its body. Blocks.
    ///
    /// @param from leg that it came in on
    Body response(WireMessage response, Leg from, Hops hops) throws MessageFault {
        CSeq cseq = response.cseq();
        if (asksForEarlyMedia && response.status() < 200) {
            heedGate(response);
        }
        boolean success = response.status() >= 200 && response.status() < 300;
        if (refreshes(cseq.method())
                && success
                && calleeTag(response, from.far()).equals(winner)) {
            heedOutside(response, from); // before anything is agreed with whoever it is
        }
        Body body = pass(response, cseq.method(), from, hops);
        if (cseq.method().equals("INVITE") && cseq.number() == inviteNumber && from == caller.far()) {
            toTheInvite(response, hops.source());
        }
        if (refreshes(cseq.method())
                && success
                && calleeTag(response, from.far()).equals(winner)) {
            call.refreshed(sessionInterval(response));
        }
        if (body instanceof Body.Early(byte[] sdp, var _)
                && asksForEarlyMedia
                && response.valueOrEmpty(EARLY_MEDIA).isEmpty()) {
            return new Body.Early(sdp, List.of("P-Early-Media: sendonly"));
        }
        return body;
    }

    /// Those that refresh a session, and its target and parties with it (RFC 3261 §14, RFC 3311, RFC 4916).
    private static boolean refreshes(String method) {
        return method.equals("INVITE") || method.equals("UPDATE");
    }

    /// Somebody else on the outside leg is told before anything more is kept (N2).
    private void heedOutside(WireMessage message, Leg from) {
        if (from == Leg.OUTSIDE && outside.isAnother(message)) {
            call.newParty();
        }
    }

    /// What is said once holds until it is said otherwise: a response without either says nothing. Where the callee
    /// says
    /// nothing at all, the header goes in with our answer.
    private void heedGate(WireMessage response) {
        String said = response.valueOrEmpty(EARLY_MEDIA);
        if (response.body().length > 0 || !said.isEmpty()) {
            call.earlyMediaGate(!opens(said));
        }
    }

    /// Whether the network of a caller who asks for it lets through what comes before the answer (RFC 5009 §8): where
    /// the callee's own response with a description says nothing, or no, it does not.
    private static boolean opens(String earlyMedia) {
        String said = earlyMedia.toLowerCase(Locale.ROOT);
        return (said.contains("sendrecv") || said.contains("sendonly")) && !said.contains("gated");
    }

    /// RFC 4028 §4. What cannot be read is none.
    private static @Nullable Duration sessionInterval(WireMessage response) {
        Matcher interval = SESSION_EXPIRES.matcher(response.valueOrEmpty("session-expires"));
        return interval.matches() ? Duration.ofSeconds(Long.parseLong(interval.group(1))) : null;
    }

    private void toTheInvite(WireMessage response, InetAddress source) throws MessageFault {
        int status = response.status();
        if (status < 200) {
            call.provisional(status, response.to().tag());
        } else if (status < 300) {
            tellFirst();
            if (winner == null) {
                calleeAt = source; // another server than the first may have taken it
                winner = response.to().tag();
                if (caller == Leg.INSIDE && outside.answers(response)) {
                    call.newParty(); // before the answer: what was flagged was about whoever was dialled
                }
                if (sides.internal() && !left) {
                    call.unrecordable(Unrecorded.INTERNAL);
                }
            }
            call.answered(status, response.to().tag());
        } else {
            call.rejected(status);
        }
    }

    /// The first passage of the same call hears who answers before its own 2xx comes.
    private void tellFirst() {
        Passage first = sides.first();
        if (first == null) {
            return;
        }
        if (sides.leavesFirst()) {
            first.left = true;
        }
        Unrecorded why = sides.revokes();
        if (why != null) {
            first.call.unrecordable(why);
        }
    }

    /// A request of this call got a final response of ours, since its receiver gave none.
    void unanswered(WireMessage request) throws MessageFault {
        Leg requester = senderOf(request);
        call.unanswered(
                new Transaction(request.request().method(), request.cseq().number(), requester),
                calleeTag(request, requester));
    }

    /// In requests of the caller, and what answers them, the callee stands in To; else in From.
    private String calleeTag(WireMessage message, Leg requester) throws MessageFault {
        return requester == caller ? message.to().tag() : message.from().tag();
    }

    private Body pass(WireMessage message, String method, Leg from, Hops hops) throws MessageFault {
        boolean negotiates = switch (method) {
            case "INVITE", "ACK", "PRACK", "UPDATE" -> true;
            default -> false;
        };
        if (!negotiates) {
            return new Body.Unchanged();
        }
        return call.pass(new Passing(
                from,
                method,
                message.status(),
                message.cseq().number(),
                calleeTag(message, message.status() == 0 ? from : from.far()),
                message.elementTexts("require").stream().anyMatch(option -> option.equalsIgnoreCase("100rel")),
                message.valueOrEmpty("content-type"),
                message.body(),
                hops.source(),
                hops.fromTls(),
                hops.toTls()));
    }
}
