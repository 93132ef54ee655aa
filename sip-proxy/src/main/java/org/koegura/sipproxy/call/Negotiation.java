package org.koegura.sipproxy.call;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.MediaSession;
import org.koegura.callmodel.srtp.SrtpProfile;
import org.koegura.sipproxy.call.CallRunner.Body;
import org.koegura.sipproxy.call.CallRunner.Passing;
import org.koegura.sipproxy.media.AgreedMedia;
import org.koegura.sipproxy.media.AnchoredPorts;
import org.koegura.sipproxy.media.EarlyAnswers;
import org.koegura.sipproxy.media.HoldWatch;
import org.koegura.sipproxy.media.NoMediaThere;
import org.koegura.sipproxy.negotiation.Agreement;
import org.koegura.sipproxy.negotiation.Audio;
import org.koegura.sipproxy.negotiation.DialogEvent;
import org.koegura.sipproxy.negotiation.Dialogs;
import org.koegura.sipproxy.negotiation.NoticeCodecs;
import org.koegura.sipproxy.negotiation.OfferedAudio;
import org.koegura.sipproxy.negotiation.Side;
import org.koegura.sipproxy.negotiation.Transaction;
import org.koegura.sipproxy.sdp.EarlyAnswer;
import org.koegura.sipproxy.sdp.SdpBody;
import org.koegura.sipproxy.sdp.SdpReader;
import org.koegura.sipproxy.sdp.SdpRewriter;
import org.koegura.sipproxy.sdp.SessionDescription;
import org.koegura.sipproxy.sdp.SrtpLines;
import org.koegura.sipproxy.srtp.KeyExchange;
import org.koegura.sipproxy.srtp.Said;
import org.koegura.sipproxy.srtp.SealedAudio;

/// The thin shell about [org.koegura.sipproxy.negotiation.OfferAnswer]: finds the description in a message, rewrites it
/// so that both parties send to us, and has [AgreedMedia] do to the media what the dialog's step says.
///
/// Locked by itself: the signalling thread passes messages, and others ask what became of the audio.
final class Negotiation {

    /// Messages remembered, so that a retransmission gives the same bytes and changes nothing.
    private static final int MESSAGES_MAX = 32;

    /// Octets of them, as they came and as they went on; a description has some 500.
    static final int MESSAGE_OCTETS_MAX = 128 * 1024;

    /// Methods that take part in offer and answer; SDP in any other, or in a refusal, is only talk about media.
    private static final Set<String> NEGOTIATING = Set.of("INVITE", "ACK", "PRACK", "UPDATE");

    private static final int RINGING = 180;
    private static final int RINGING_LAST = 189;
    private static final int EARLY_DIALOG_TERMINATED = 199;

    private final AnchoredPorts ports;
    private final NoMediaThere noMedia;
    private final NoticeCodecs.OfCall codecs;
    private boolean refuses;
    private final Dialogs dialogs = new Dialogs();
    private final AgreedMedia agreed;
    private final KeyExchange keys;
    private final SealedAudio sealing;

    private final PassedMessages messages = new PassedMessages(MESSAGES_MAX, MESSAGE_OCTETS_MAX);
    private final PassingBy passingBy = new PassingBy();

    /// The offer of the INVITE, where SRTP is ended; as long as it may be written anew.
    private @Nullable Onward opening;

    /// Its number in `o=` of what we answer while it rings; negative where nothing is answered then.
    private long earlySession = -1;

    private @Nullable EarlyAnswers early;

    /// The offer of the INVITE, where it went on with one codec alone; as long as it may be sent anew.
    private @Nullable Onward whole;

    private @Nullable Unrecorded trouble;
    private long unreadableInMidCall;
    private long misdirected;
    private long unrecordableOffers;

    /// @param signalling whether SIP is spoken at an address: no media go there
    /// @param toBeTold whether the other party is to hear a notice, so that its codec must have a prompt
    /// @param told hears of each agreement that media run by
    /// @param keys of this call
    Negotiation(
            MediaSession media,
            CallSettings settings,
            Predicate<InetSocketAddress> signalling,
            boolean toBeTold,
            HoldWatch hold,
            Consumer<Agreement> told,
            KeyExchange keys) {
        this.keys = keys;
        this.ports = new AnchoredPorts(media);
        this.sealing = new SealedAudio(media);
        this.agreed = new AgreedMedia(media, ports, hold, told, dialogs, sealing);
        this.noMedia = new NoMediaThere(signalling, ports::isOwn);
        this.refuses = settings.refuseWhenUnrecordable();
        this.codecs = settings.codecs().of(toBeTold, refuses);
    }

    /// Where the signalling of a party is reached; before the first [#pass].
    void signalledAt(Leg leg, InetAddress address) {
        ports.signalledAt(leg, address);
    }

    /// Says in which form each party speaks; before the first [#pass].
    ///
    /// @param adapts whether the call must come through, whatever is set
    synchronized void srtp(Leg leg, SrtpProfile profile, boolean adapts) {
        keys.form(leg, profile);
        if (adapts) {
            keys.adapt();
        }
    }

    /// Says that the caller is to be told while it rings, if its offer allows it; before the first [#pass].
    ///
    /// @param session number of the session that we describe to it then, not negative
    synchronized void announcesEarly(long session) {
        earlySession = session;
    }

    /// Whether the caller can be played to, though nobody answered yet.
    synchronized boolean hasEarlyMedia() {
        return early != null && !dialogs.isWon() && audio() instanceof Audio.Usable;
    }

    /// Dialogs whose callee answered something else than we had said for it while it rang.
    synchronized long earlyAnswersDiffering() {
        return early == null ? 0 : early.differing();
    }

    /// Whether SRTP is ended here, so that no description may pass as it is.
    synchronized boolean endsSrtp() {
        return keys.isOn();
    }

    /// Takes up what another process saw agreed. Blocks.
    ///
    /// @param lines m-lines that the media have ports for
    /// @param heardPlain whether its audio was ever plain
    synchronized void resume(
            Transaction invite,
            String calleeTag,
            Agreement agreement,
            List<CallCheckpoint.Line> lines,
            boolean heardPlain) {
        lines.forEach(line -> ports.resume(line.mLine()));
        sealing.resume(heardPlain);
        dialogs.resume(invite, calleeTag, agreement);
        keys.resume(calleeTag, agreement);
        agreed.resume(agreement);
    }

    /// Rewrites one message and takes note of what it settles. Blocks where ports are bound.
    synchronized Body pass(Passing passing) {
        if (!NEGOTIATING.contains(passing.method())) {
            return new Body.Unchanged();
        }
        Transaction transaction = transactionOf(passing);
        SdpBody body = SdpBody.find(passing.contentType(), passing.body());
        if (isRinging(passing, transaction)) {
            return ringing(Objects.requireNonNull(early), passing, transaction);
        }
        if (body == null || passing.status() >= 300) {
            take(passing, transaction, null);
            return body == null || !keys.isOn() ? new Body.Unchanged() : withoutKeys(passing, body);
        }
        Body known = messages.of(passing);
        if (known != null) {
            return known;
        }
        Body result = withDescription(passing, transaction, body);
        messages.add(passing, result);
        return result;
    }

    /// Whether whoever is called rings, and says nothing of media in a dialog in which we do (trap 36).
    private boolean isRinging(Passing passing, Transaction transaction) {
        String tag = passing.calleeTag();
        return early != null
                && passing.status() >= RINGING
                && passing.status() <= RINGING_LAST
                && passing.body().length == 0
                && dialogs.isOpening(transaction)
                && !dialogs.isWon()
                && early.speaksFor(tag, passing.reliable(), dialogs.agreement(tag) != null);
    }

    private Body ringing(EarlyAnswers answers, Passing passing, Transaction transaction) {
        if (agreed.current() == null) {
            Side ours = new Side(passing.from(), answers.answer().meaning(), passing.source());
            agreed.take(passing.calleeTag(), new DialogEvent.Rang(transaction, ours), false);
        } else { // another fork speaks already, or is spoken for
            take(passing, transaction, null);
        }
        return new Body.Early(answers.answer().bytes(), List.of());
    }

    /// A request got no final response from its receiver: a refusal of ours stands for it.
    synchronized void failed(Transaction transaction, String calleeTag) {
        fail(transaction, calleeTag);
    }

    /// Says which fork's 2xx passed, also where that 2xx had no session description.
    synchronized void won(String calleeTag) {
        win(calleeTag);
    }

    /// What the audio came to; asked when the 2xx passed, and again when the ACK did.
    synchronized Audio audio() {
        Agreement current = agreed.current();
        if (current == null && trouble != null) {
            return new Audio.Unusable(trouble);
        }
        if (current == null) {
            return dialogs.isPending() ? new Audio.Pending() : new Audio.Unusable(Unrecorded.NO_AUDIO);
        }
        return switch (current.form()) {
            case NONE, FAX -> new Audio.Unusable(Unrecorded.NO_AUDIO);
            case FOREIGN -> new Audio.Unusable(Unrecorded.UNSUPPORTED_CODEC);
            case SEALED -> new Audio.Unusable(Unrecorded.ENCRYPTED_MEDIA);
            case PLAIN -> ports.isAnchored(current.audio()) ? spoken(current) : new Audio.Unusable(Unrecorded.NO_PORT);
        };
    }

    private Audio spoken(Agreement agreement) {
        return agreement.speaks(codecs.kept()) ? new Audio.Usable() : new Audio.Unusable(Unrecorded.UNSUPPORTED_CODEC);
    }

    /// Whether the call is refused where it cannot be recorded.
    synchronized boolean refuses() {
        return refuses;
    }

    /// Nothing of the call is recorded any more, whatever is offered.
    synchronized void refuseNoMore() {
        refuses = false;
    }

    /// Offers in mid-call that were refused because nothing more could have been recorded.
    synchronized long unrecordableOffers() {
        return unrecordableOffers;
    }

    /// Why the media pass us by, as far as is known already; null where they do not.
    synchronized @Nullable Unrecorded trouble() {
        return trouble;
    }

    /// Early dialogs that had to be forgotten, so that no peer can make a call's memory grow.
    synchronized long forksForgotten() {
        return Math.max(dialogs.forgotten(), keys.forgotten()); // both forget the same, save what had no description
    }

    /// Descriptions that wanted media where none are sent.
    synchronized long misdirected() {
        return misdirected;
    }

    /// Descriptions that had no audio in the form that is set.
    synchronized long mute() {
        return keys.mute();
    }

    /// Times that parties who spoke plain sealed their audio between them.
    synchronized long sealings() {
        return sealing.times();
    }

    /// Messages whose description had to be forgotten for want of room.
    synchronized long messagesForgotten() {
        return messages.forgotten();
    }

    /// Descriptions in mid-call that could not be read: refused where that was possible, else edited line by line.
    synchronized long unreadableInMidCall() {
        return unreadableInMidCall;
    }

    /// The ACK of a 2xx belongs to its INVITE (RFC 3261 §17.1.1.3).
    private static Transaction transactionOf(Passing passing) {
        return new Transaction(
                passing.method().equals("ACK") ? "INVITE" : passing.method(),
                passing.cseq(),
                passing.status() == 0 ? passing.from() : passing.from().far());
    }

    private Body withDescription(Passing passing, Transaction transaction, SdpBody body) {
        SdpReader.Reading reading = SdpReader.read(body.sdp());
        boolean passesBy =
                !keys.isOn() && passingBy.decide(passing.calleeTag(), reading instanceof SdpReader.Reading.Unreadable);
        return switch (reading) {
            case SdpReader.Reading.Unreadable _
            when keys.isOn() || (isUp(transaction) && !passesBy) -> midCall(passing, transaction, body);
            case SdpReader.Reading.Unreadable _ ->
                givesUp(passing, transaction, Unrecorded.UNREADABLE_SDP, 488, "Not Acceptable Here");
            case SdpReader.Reading.Understood _ when passesBy -> new Body.Unchanged();
            case SdpReader.Reading.Understood(var received) -> relayed(passing, transaction, body, received);
        };
    }

    /// What a refusal says is only talk about media; but no key of a party passes us.
    private static Body withoutKeys(Passing passing, SdpBody body) {
        return edited(passing, body.with(SrtpLines.withoutKeys(body.sdp())));
    }

    private static Body edited(Passing passing, byte[] body) {
        return Arrays.equals(body, passing.body()) ? new Body.Unchanged() : new Body.Replaced(body);
    }

    private Body relayed(Passing passing, Transaction transaction, SdpBody body, SessionDescription received) {
        boolean awaited = dialogs.isAnswerAwaited(passing.calleeTag(), passing.from());
        boolean answers = keys.answers(passing.calleeTag(), passing.method(), passing.status(), transaction, awaited);
        Said said =
                new Said(passing.from(), passing.calleeTag(), transaction, answers, passing.fromTls(), passing.toTls());
        boolean ends = keys.isOn();
        KeyExchange.Received plain = keys.received(said, received);
        if (ends && !keys.isOn()) {
            return new Body.Unchanged(); // a call for help in which nobody speaks SRTP
        }
        if (plain.mute() && offersInRequest(passing)) {
            return new Body.Refuse(488, "Not Acceptable Here", Unrecorded.ENCRYPTED_MEDIA);
        }
        Unrecorded hopeless = isGuarded(passing) ? OfferedAudio.unrecordable(plain.sdp(), codecs.kept()) : null;
        if (hopeless != null) {
            unrecordableOffers += isFirst(passing) ? 0 : 1;
            return new Body.Refuse(488, "Not Acceptable Here", hopeless);
        }
        SessionDescription steered = codecs.steered(plain.sdp());
        return relayed(passing, transaction, body, SrtpLines.keyed(steered, plain.keys()), said);
    }

    private Body relayed(Passing passing, Transaction transaction, SdpBody body, SessionDescription sdp, Said said) {
        SessionDescription meant = sdp.meaning(line -> noMedia.meant(line, passing.source()));
        SessionDescription safe = meant.without(
                line -> noMedia.wantedBy(line, passing.source()),
                line -> noMedia.reportsWantedBy(line, passing.source()));
        if (safe != meant) {
            misdirected++;
        }
        Side side = new Side(passing.from(), safe, passing.source());
        Map<Integer, MediaSession.LocalMedia> locals =
                ports.towards(passing.from().far(), sdp.media());
        boolean lacks = ports.lacksAudioPort(sdp.media());
        if (lacks && keys.isOn() && offersInRequest(passing)) { // past us it would speak in the wrong form
            return keys.letsGo(passing.from())
                    ? new Body.Unchanged()
                    : new Body.Refuse(503, "Service Unavailable", Unrecorded.NO_PORT);
        }
        if (lacks && opens(passing, transaction)) {
            Body refusal = givesUp(passing, transaction, Unrecorded.NO_PORT, 503, "Service Unavailable");
            if (refusal instanceof Body.Refuse) {
                return refusal;
            }
        }
        Onward onward = new Onward(passing, body, sdp, said, locals);
        if (keys.isOn() && isFirst(passing)) {
            opening = onward;
        }
        Onward sent = isFirst(passing) ? narrowed(onward, safe) : onward;
        take(passing, transaction, side);
        return written(sent);
    }

    /// Where the caller is to be told while it rings: the offer with the one codec that it is told in.
    ///
    /// @param meant its offer, as media go by it
    private Onward narrowed(Onward offer, SessionDescription meant) {
        AudioFormat format = earlySession < 0 || keys.isOn() ? null : EarlyAnswer.format(meant, codecs.ringing());
        MediaSession.LocalMedia local = format == null
                ? null
                : ports.towards(offer.said().from(), meant.media()).get(0);
        if (format == null || local == null || !offer.locals().containsKey(0)) {
            return offer;
        }
        EarlyAnswer answer = EarlyAnswer.to(offer.sdp(), format, local, earlySession);
        early = new EarlyAnswers(answer);
        whole = offer;
        return new Onward(offer.passing(), offer.body(), answer.narrowed(), offer.said(), offer.locals());
    }

    private Body written(Onward offer) {
        SessionDescription towards =
                keys.towards(offer.said(), offer.sdp(), offer.locals().keySet());
        byte[] rewritten = SdpRewriter.rewrite(towards, offer.locals());
        Passing passing = offer.passing();
        EarlyAnswers said = dialogs.isOfCallee(passing.from()) ? early : null;
        boolean answers = passing.status() > 0 && dialogs.isOpening(transactionOf(passing));
        byte[] told = said == null ? rewritten : said.instead(passing.calleeTag(), offer.sdp(), rewritten, answers);
        return edited(passing, offer.body().with(told));
    }

    /// What goes on of a description, in whatever form.
    ///
    /// @param sdp in our view: plain
    /// @param locals our addresses for it, by m-line
    private record Onward(
            Passing passing,
            SdpBody body,
            SessionDescription sdp,
            Said said,
            Map<Integer, MediaSession.LocalMedia> locals) {}

    /// Whoever is called refused the INVITE by 488. The same offer in plain RTP, for a branch of its own; null
    /// where none is to be made.
    synchronized @Nullable Body fallBack() {
        Onward all = whole;
        if (all != null && early != null) { // the one codec was none of theirs: the call outranks its notice
            whole = null;
            early.close();
            return written(all);
        }
        Onward offer = opening;
        return offer != null && keys.fallBack(offer.said().from().far()) ? written(offer) : null;
    }

    /// Whether the media of a call are ours already, and this is not about its beginning.
    private boolean isUp(Transaction transaction) {
        return agreed.current() != null && !dialogs.isOpening(transaction);
    }

    /// With what nobody could read the media would go past us, unkept, and nobody would know. An offer is refused: the
    /// call goes on as it was agreed (RFC 3261 §14.2). A 2xx, an ACK, a PRACK cannot be: what of it can be read is
    /// made ours, which is all that a peer could read there.
    private Body midCall(Passing passing, Transaction transaction, SdpBody body) {
        unreadableInMidCall++;
        return offersInRequest(passing)
                ? new Body.Refuse(488, "Not Acceptable Here", Unrecorded.UNREADABLE_SDP)
                : relayed(passing, transaction, body, SdpReader.salvage(body.sdp()));
    }

    /// Whether an offer that could not be recorded is refused. One that comes when nothing is recorded anyway is not:
    /// to
    /// refuse it would keep nothing, and cost the call its hold or its life (RFC 4028).
    private boolean isGuarded(Passing passing) {
        return refuses && offersInRequest(passing) && (isFirst(passing) || !(audio() instanceof Audio.Unusable));
    }

    /// Whether it can be refused.
    private static boolean offersInRequest(Passing passing) {
        return passing.status() == 0
                && (passing.method().equals("INVITE") || passing.method().equals("UPDATE"));
    }

    /// Whether it is the INVITE that opens the call, or a response to it.
    private boolean opens(Passing passing, Transaction transaction) {
        return dialogs.isOpening(transaction) || isFirst(passing);
    }

    private boolean isFirst(Passing passing) {
        return passing.status() == 0 && passing.method().equals("INVITE") && !dialogs.isOpen();
    }

    /// The call goes on without us, unless the settings would rather have none and it can still be refused.
    private Body givesUp(Passing passing, Transaction transaction, Unrecorded why, int status, String reason) {
        if (isFirst(passing) && refuses) {
            return new Body.Refuse(status, reason, why);
        }
        if (agreed.current() == null) {
            trouble = why;
        } else if (why == Unrecorded.UNREADABLE_SDP) {
            unreadableInMidCall++;
        }
        if (why == Unrecorded.UNREADABLE_SDP) {
            unread(passing, transaction);
        }
        return new Body.Unchanged();
    }

    /// What nobody could read is neither an offer nor an answer; but a 2xx decides all the same.
    private void unread(Passing passing, Transaction transaction) {
        boolean answersOpening = passing.status() > 0 && dialogs.isOpening(transaction);
        if (!answersOpening) {
            take(passing, transaction, null);
        } else if (passing.status() >= 200 && agreed.winUnread(passing.calleeTag())) {
            trouble = Unrecorded.UNREADABLE_SDP;
        }
    }

    /// Moves the message's dialog on, and its media with it.
    private void take(Passing passing, Transaction transaction, @Nullable Side side) {
        String tag = passing.calleeTag();
        int status = passing.status();
        if (isFirst(passing)) {
            dialogs.open(transaction, side);
            return;
        }
        boolean toOpening = status > 0 && dialogs.isOpening(transaction);
        if (status >= 300) {
            fail(transaction, tag);
            return;
        }
        if (toOpening && status == EARLY_DIALOG_TERMINATED) {
            dialogs.end(tag);
            keys.ended(tag);
            return;
        }
        boolean wins = toOpening && status >= 200;
        agreed.take(tag, DialogEvent.of(passing.method(), status, passing.reliable(), transaction, side), wins);
        if (wins) {
            keys.won(tag);
            opening = null;
            whole = null;
        }
    }

    /// The refusal of the INVITE that opened the call ends all of it, and no media have to go back.
    private void fail(Transaction transaction, String calleeTag) {
        if (!dialogs.isOpening(transaction)) {
            agreed.take(calleeTag, new DialogEvent.Failed(transaction), false);
        }
    }

    /// The first 2xx decides which fork counts.
    private void win(String calleeTag) {
        agreed.win(calleeTag);
        keys.won(calleeTag);
        opening = null;
        whole = null;
    }
}
