package org.koegura.sipproxy.call;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.MediaSession;
import org.koegura.sipproxy.call.Agreement.Side;
import org.koegura.sipproxy.call.CallRunner.Body;
import org.koegura.sipproxy.call.CallRunner.Passing;
import org.koegura.sipproxy.sdp.MediaDescription;
import org.koegura.sipproxy.sdp.SdpBody;
import org.koegura.sipproxy.sdp.SdpReader;
import org.koegura.sipproxy.sdp.SdpRewriter;

/// Follows offer and answer through one call (RFC 3264, RFC 6337), rewrites both, and moves media only when an
/// answer completes an exchange.
///
/// Locked by itself: the signalling thread passes messages, and others ask what became of the audio.
final class Negotiation {

    /// Messages remembered, so that a retransmission gives the same bytes and changes nothing.
    private static final int MESSAGES_MAX = 32;

    /// Transactions and forks remembered.
    private static final int EXCHANGES_MAX = 16;

    /// Methods that take part in offer and answer; SDP in any other, or in a refusal, is only talk about media.
    private static final Set<String> NEGOTIATING = Set.of("INVITE", "ACK", "PRACK", "UPDATE");

    private final MediaSession media;
    private final Leg caller;
    private final HoldWatch hold;
    private final AnchoredPorts ports;
    private final Set<String> recordable;
    private final boolean refuses;

    private final Map<Message, Body> messages = new BoundedMap<>(MESSAGES_MAX);
    private final Map<Transaction, Side> offers = new BoundedMap<>(EXCHANGES_MAX);
    private final Map<LateOffer, Side> lateOffers = new BoundedMap<>(EXCHANGES_MAX);
    private final Set<Transaction> untouched = Collections.newSetFromMap(new BoundedMap<>(EXCHANGES_MAX));
    private final Map<Transaction, Agreement> before = new BoundedMap<>(EXCHANGES_MAX);
    private final Map<String, Agreement> forks = new BoundedMap<>(EXCHANGES_MAX);

    private @Nullable Transaction initial;
    private @Nullable String winner;
    private @Nullable Unrecorded trouble;
    private @Nullable Agreement current;
    private String lastFork = "";

    Negotiation(MediaSession media, Leg caller, CallSettings settings, HoldWatch hold) {
        this.media = media;
        this.caller = caller;
        this.hold = hold;
        this.ports = new AnchoredPorts(media);
        this.recordable = settings.recordableEncodings();
        this.refuses = settings.refuseWhenUnrecordable();
    }

    /// A request is known by its method, its CSeq and who sent it; both parties count on their own.
    private record Transaction(String method, long cseq, Leg requester) {}

    /// An offer in a response: one at a time per dialog and requester, answered in the ACK or in the PRACK.
    private record LateOffer(Leg requester, String toTag) {}

    private record Message(Leg from, String method, int status, long cseq, String toTag, ByteBuffer body) {}

    /// Rewrites one message and takes note of what it settles. Blocks where ports are bound or names looked up.
    synchronized Body pass(Passing passing) {
        Transaction transaction = new Transaction(
                passing.method(),
                passing.cseq(),
                passing.status() == 0 ? passing.from() : passing.from().far());
        if (initial == null && passing.status() == 0 && passing.method().equals("INVITE")) {
            initial = transaction;
        }
        SdpBody body = NEGOTIATING.contains(passing.method()) && passing.status() < 300
                ? SdpBody.find(passing.contentType(), passing.body())
                : null;
        if (body == null) {
            withoutDescription(passing, transaction);
            return new Body.Unchanged();
        }
        Message message = new Message(
                passing.from(),
                passing.method(),
                passing.status(),
                passing.cseq(),
                passing.toTag(),
                ByteBuffer.wrap(passing.body().clone()));
        Body known = messages.get(message);
        if (known != null) {
            return known;
        }
        Body result = withDescription(passing, transaction, body);
        messages.put(message, result);
        return result;
    }

    /// Says which fork's 2xx passed, also where that 2xx had no session description.
    synchronized void won(String toTag) {
        wins(toTag);
    }

    /// What the audio came to; asked when the 2xx passed, and again when the ACK did.
    synchronized Audio audio() {
        if (current == null && trouble != null) {
            return new Audio.Unusable(trouble);
        }
        if (current == null) {
            return lateOffers.isEmpty() ? new Audio.Unusable(Unrecorded.NO_AUDIO) : new Audio.Pending();
        }
        if (current.audio() < 0) {
            return new Audio.Unusable(Unrecorded.NO_AUDIO);
        }
        if (!ports.isAnchored(current.audio())) {
            return new Audio.Unusable(Unrecorded.NO_PORT);
        }
        return current.speaks(recordable) ? new Audio.Usable() : new Audio.Unusable(Unrecorded.UNSUPPORTED_CODEC);
    }

    /// Why the media pass us by, as far as is known already; null where they do not.
    synchronized @Nullable Unrecorded trouble() {
        return trouble;
    }

    private void withoutDescription(Passing passing, Transaction transaction) {
        int status = passing.status();
        boolean invite = transaction.method().equals("INVITE");
        if (invite && status == 0) {
            rememberForRollback(transaction);
        } else if (invite && status >= 200 && status < 300 && transaction.equals(initial)) {
            wins(passing.toTag());
        } else if (status >= 300) {
            failed(transaction);
        }
    }

    private Body withDescription(Passing passing, Transaction transaction, SdpBody body) {
        Transaction exchange = passing.method().equals("ACK")
                ? new Transaction("INVITE", passing.cseq(), passing.from())
                : transaction;
        if (untouched.contains(exchange)) {
            return new Body.Unchanged();
        }
        return switch (SdpReader.read(body.sdp())) {
            case SdpReader.Reading.Unreadable _ -> givesUp(passing, exchange, Unrecorded.UNREADABLE_SDP, 488);
            case SdpReader.Reading.Understood(var sdp) -> {
                Side side = new Side(passing.from(), sdp, passing.source());
                Map<Integer, MediaSession.LocalMedia> locals =
                        ports.towards(passing.from().far(), sdp.media());
                if (transaction.equals(initial) && ports.lacksAudioPort(sdp.media())) {
                    Body refusal = givesUp(passing, null, Unrecorded.NO_PORT, 503);
                    if (refusal instanceof Body.Refuse) {
                        yield refusal;
                    }
                }
                takeNote(passing, transaction, side);
                byte[] edited = body.with(SdpRewriter.rewrite(sdp, locals));
                yield Arrays.equals(edited, passing.body()) ? new Body.Unchanged() : new Body.Replaced(edited);
            }
        };
    }

    /// The call goes on without us, unless the settings would rather have none and it can still be refused.
    private Body givesUp(Passing passing, @Nullable Transaction exchange, Unrecorded why, int status) {
        boolean opening = passing.status() == 0
                && new Transaction(passing.method(), passing.cseq(), passing.from()).equals(initial);
        if (opening && refuses) {
            return new Body.Refuse(status, status == 488 ? "Not Acceptable Here" : "Service Unavailable");
        }
        if (exchange != null && !offers.containsKey(exchange)) {
            untouched.add(exchange); // an offer: its answer must pass as it is too
        }
        boolean first2xx = passing.status() >= 200 && winner == null;
        if (first2xx) {
            winner = passing.toTag();
            current = null;
        }
        if (current == null) {
            trouble = why;
        }
        return new Body.Unchanged();
    }

    private void takeNote(Passing passing, Transaction transaction, Side side) {
        if (passing.status() == 0) {
            request(passing, transaction, side);
        } else {
            response(passing, transaction, side);
        }
    }

    private void request(Passing passing, Transaction transaction, Side side) {
        switch (passing.method()) {
            case "ACK" -> answersLate(passing, side);
            case "PRACK" -> {
                if (!answersLate(passing, side)) {
                    offers(transaction, side);
                }
            }
            case "INVITE" -> {
                rememberForRollback(transaction);
                offers(transaction, side);
            }
            default -> offers(transaction, side);
        }
    }

    private void offers(Transaction transaction, Side side) {
        offers.put(transaction, side);
        mayBeSpoken(side);
    }

    /// Whoever accepts an offer may speak it before its answer has passed us (RFC 3264 §6.1).
    private void mayBeSpoken(Side offer) {
        List<MediaDescription> lines = offer.sdp().media();
        if (current != null && current.audio() >= 0 && current.audio() < lines.size()) {
            MediaDescription audio = lines.get(current.audio());
            List<Integer> payloadTypes = new ArrayList<>();
            audio.formats().forEach(format -> payloadTypes.add(format.payloadType()));
            audio.companions().forEach(companion -> payloadTypes.add(companion.payloadType()));
            media.offered(current.audio(), payloadTypes);
        }
    }

    /// The answer to an offer that a response carried: in the ACK, or in the PRACK (RFC 3262 §5).
    private boolean answersLate(Passing passing, Side answer) {
        Side offer = lateOffers.remove(new LateOffer(passing.from(), passing.toTag()));
        if (offer == null) {
            return false;
        }
        String fork = forkOf(passing, passing.from());
        remember(fork, Agreement.of(offer, answer));
        settle(false, fork);
        return true;
    }

    private void response(Passing passing, Transaction transaction, Side side) {
        boolean success = passing.status() >= 200;
        boolean binding = success || passing.reliable();
        boolean opening = transaction.equals(initial);
        Side offer = offers.get(transaction);
        if (offer != null) {
            // An early answer in an unreliable 18x may yet change (RFC 3261 §13.2.1), but carries early media:
            // the first INVITE applies it at once. A re-INVITE has media and waits for what binds (trap 19).
            if (opening || binding) {
                String fork = forkOf(passing, transaction.requester());
                remember(fork, Agreement.of(offer, side));
                settle(opening && success, fork);
            }
        } else if (transaction.method().equals("INVITE") && binding) {
            lateOffers.put(new LateOffer(transaction.requester(), passing.toTag()), side);
            mayBeSpoken(side);
            if (opening && success) {
                wins(passing.toTag());
            }
        }
    }

    private void remember(String fork, Agreement agreement) {
        forks.put(fork, agreement);
        lastFork = fork;
    }

    private void settle(boolean answered, String fork) {
        if (answered) {
            wins(fork);
        } else if (winner == null || winner.equals(fork)) {
            apply(forks.get(fork));
        }
    }

    /// The first 2xx decides which fork's media count; what others answered is forgotten.
    private void wins(String fork) {
        if (winner == null) {
            winner = fork;
        }
        if (winner.equals(fork)) {
            apply(forks.get(fork));
        }
    }

    /// Whose exchange this is: the callee's tag tells forks apart, and only stands in To where the caller
    /// asked.
    private String forkOf(Passing passing, Leg requester) {
        if (requester == caller) {
            return passing.toTag();
        }
        return winner == null ? lastFork : winner;
    }

    private void rememberForRollback(Transaction transaction) {
        if (current != null && !transaction.equals(initial)) {
            before.putIfAbsent(transaction, current);
        }
    }

    /// RFC 3261 §14.1: a failed re-INVITE leaves the session as it was.
    private void failed(Transaction transaction) {
        offers.remove(transaction);
        Agreement agreed = before.remove(transaction);
        if (agreed != null && !agreed.equals(current)) {
            apply(agreed);
            if (winner != null) {
                forks.put(winner, agreed);
            }
        }
    }

    private void apply(@Nullable Agreement agreement) {
        if (agreement == null || agreement.equals(current)) {
            return;
        }
        current = agreement;
        boolean anchored = agreement.audio() >= 0 && ports.isAnchored(agreement.audio());
        hold.held(!anchored || agreement.onHold());
        if (anchored) {
            media.audio(agreement.audio());
        }
        for (Leg leg : List.of(Leg.INSIDE, Leg.OUTSIDE)) {
            for (int i = 0; i < agreement.of(leg).size(); i++) {
                if (ports.isAnchored(i)) {
                    media.agree(i, leg, agreement.of(leg).get(i));
                }
            }
        }
    }
}
