package org.koegura.sipproxy.telephone;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.koegura.callmodel.port.ToneSession;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.routing.OwnAddress;
import org.koegura.sipproxy.transaction.ClientTransaction;
import org.koegura.sipproxy.transaction.ServerTransaction;
import org.koegura.sipproxy.transaction.Transactions;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.Transports;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The dialog of one code that was dialled and is done: our 2xx until it is acknowledged (RFC 3261 §13.3.1.4), the
/// tone,
/// our BYE (§15.1.1).
///
/// ```
///            ACK             tone is over            its answer, or none in time
/// Answered ───────► Speaking ───────────► Leaving ─────────────────────────────► over
///     └── 64 T1 without ACK ─────────────────┘ ▲
///                       the telephone's BYE: over at once, from any
/// ```
///
/// What was dialled is in force from the ACK on. Whoever cancels before, or hangs up, or never acknowledges, has heard
/// nothing, and it never is.
///
/// Works on the lane of its Call-ID.
final class CodeDialog {

    private static final Logger LOG = LoggerFactory.getLogger(CodeDialog.class);

    private static final Duration T1 = Duration.ofMillis(500);
    private static final Duration T2 = Duration.ofSeconds(4);
    private static final Duration UNACKNOWLEDGED_MAX = T1.multipliedBy(64);

    private final Surroundings around;
    private final WireMessage invite;
    private final Hop source;
    private final String tag;
    private final ToneOffer offer;
    private final ToneSession tone;
    private final WireMessage ok;
    private final Outcome outcome;

    private boolean settled;
    private State state = State.ANSWERED;
    private Duration waited = Duration.ZERO;
    private Runnable alarm = () -> {};

    private enum State {
        ANSWERED,
        SPEAKING,
        LEAVING,
        OVER
    }

    /// What every dialog needs.
    record Surroundings(OwnAddress own, Transports transports, Transactions transactions, Alarms alarms, Names names) {}

    /// Hears what becomes of it.
    interface Outcome {

        /// It was acknowledged; once at most, and not with [#unheard].
        void heard();

        /// It will not be any more; once at most.
        void unheard();

        /// Run once, when nothing more will come.
        void over();
    }

    /// Makes names that nobody else has.
    @FunctionalInterface
    interface Names {
        String next();
    }

    /// @param tag ours
    /// @param outcome told what becomes of it
    CodeDialog(
            Surroundings around,
            ServerTransaction transaction,
            String tag,
            ToneOffer offer,
            ToneSession tone,
            WireMessage ok,
            Outcome outcome) {
        this.around = around;
        this.invite = transaction.request();
        this.source = transaction.source();
        this.tag = tag;
        this.offer = offer;
        this.tone = tone;
        this.ok = ok;
        this.outcome = outcome;
    }

    /// Sends the 2xx for the first time.
    void answer(ServerTransaction transaction) throws MessageFault {
        transaction.respond(ok);
        again(T1);
    }

    /// Once more, at T1, 2 T1, 4 T1 …, at most every T2; over a connection, too, for the ACK may be lost behind it.
    private void again(Duration in) {
        alarm = around.alarms().after(in, invite.callId(), () -> {
            if (state != State.ANSWERED) {
                return;
            }
            waited = waited.plus(in);
            if (waited.compareTo(UNACKNOWLEDGED_MAX) >= 0) {
                leave();
                return;
            }
            repeat();
            Duration twice = in.multipliedBy(2);
            again(twice.compareTo(T2) > 0 ? T2 : twice);
        });
    }

    private void repeat() {
        try {
            int sentBy = invite.topVia().sentByPort();
            boolean direct = source.protocol().isReliable() || invite.topVia().asksForRport();
            Hop back = direct
                    ? source
                    : new Hop(
                            source.protocol(),
                            new InetSocketAddress(
                                    source.address().getAddress(),
                                    invite.topVia().responsePort()));
            around.transports().respond(ok.bytes(), back, sentBy, () -> LOG.debug("telephone.answer.unsent"));
        } catch (MessageFault unreadable) {
            LOG.debug("telephone.answer.unanswerable reason={}", unreadable.reason());
        }
    }

    /// The ACK came; a repeated one changes nothing.
    void acknowledged() {
        if (state != State.ANSWERED) {
            return;
        }
        if (settled) { // cancelled
            leave();
            return;
        }
        state = State.SPEAKING;
        alarm.run();
        settled = true;
        outcome.heard();
        String callId = invite.callId();
        // the tone is over on a thread of the media
        tone.speak(offer.format(), () -> around.alarms().after(Duration.ZERO, callId, this::leave));
    }

    /// Whether a CANCEL means the INVITE of this dialog (RFC 3261 §9.1).
    boolean isCancelledBy(WireMessage cancel) throws MessageFault {
        return invite.callId().equals(cancel.callId())
                && invite.from().tag().equals(cancel.from().tag())
                && invite.cseq().number() == cancel.cseq().number();
    }

    /// The telephone gave up; its answer is on its way all the same, and will be acknowledged (RFC 3261 §9.1).
    void cancelled() {
        if (state == State.ANSWERED) {
            settleUnheard();
        }
    }

    private void settleUnheard() {
        if (!settled) {
            settled = true;
            outcome.unheard();
        }
    }

    /// Ends it by a BYE of ours.
    private void leave() {
        if (state != State.ANSWERED && state != State.SPEAKING) {
            return;
        }
        alarm.run();
        settleUnheard();
        state = State.LEAVING;
        tone.close();
        try {
            var _ = around.transactions().send(bye(), source, new Leaving());
        } catch (IOException | MessageFault | RuntimeException unsent) { // else it would stay for ever
            LOG.warn("telephone.bye.unsent reason={}", unsent.getMessage());
            end();
        }
    }

    /// The telephone hung up itself, or the process ends.
    void end() {
        if (state != State.OVER) {
            state = State.OVER;
            alarm.run();
            tone.close();
            outcome.over();
            settleUnheard(); // may wait for the journal
        }
    }

    private WireMessage bye() throws MessageFault {
        StringBuilder text = new StringBuilder(512);
        text.append("BYE ").append(invite.address("contact").uri()).append(" SIP/2.0\r\nVia: ");
        text.append(around.own().via(source, "z9hG4bK" + around.names().next())).append(";rport\r\n");
        text.append("Max-Forwards: 70\r\n");
        for (String route : invite.elementTexts("record-route")) { // in their order, as a callee's (§12.1.1)
            text.append("Route: ").append(route).append("\r\n");
        }
        text.append("From: ").append(invite.valueOrEmpty("to")).append(";tag=").append(tag);
        text.append("\r\nTo: ").append(invite.valueOrEmpty("from"));
        text.append("\r\nCall-ID: ").append(invite.callId());
        text.append("\r\nCSeq: 1 BYE\r\nContent-Length: 0\r\n\r\n");
        return WireMessage.parse(text.toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    /// Whatever comes back, or nothing, it is over.
    private final class Leaving implements ClientTransaction.User {

        @Override
        public void responded(WireMessage response, Hop from) {
            if (response.status() >= 200) {
                end();
            }
        }

        @Override
        public void timedOut() {
            end();
        }

        @Override
        public void failed() {
            end();
        }
    }
}
