package org.koegura.sipproxy.transaction;

import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.stack.SIPTransaction;
import java.io.IOException;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.Replies;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.Lanes;
import org.koegura.sipproxy.transport.Sending;
import org.koegura.sipproxy.transport.SipMeters;
import org.koegura.sipproxy.transport.Transports;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the stack sends goes to the socket as the wire message behind the view. Called on whatever thread sends, that
/// of the stack's timers too.
final class WireOutlet implements StackOutlet {

    private static final Logger LOG = LoggerFactory.getLogger(WireOutlet.class);

    private static final int SIP_PORT = 5060;

    private final Transports transports;
    private final Lanes lanes;
    private final SipMeters meters;
    private final Function<String, @Nullable SIPTransaction> clients;

    /// @param clients the client transaction of a branch of ours; null where there is none
    WireOutlet(
            Transports transports, Lanes lanes, SipMeters meters, Function<String, @Nullable SIPTransaction> clients) {
        this.transports = transports;
        this.lanes = lanes;
        this.meters = meters;
        this.clients = clients;
    }

    @Override
    public void send(SIPMessage message, Hop to) throws IOException {
        switch (message) {
            case WireRequest view -> {
                String method = view.wire().request().method();
                if (view.sendAgain()) {
                    meters.retransmitted(method);
                } else {
                    meters.requestOut(method);
                }
                // the stack's hop is the same address, less the name that TLS asks for
                launch(view, Objects.requireNonNullElse(view.destination(), to));
            }
            case WireResponse view -> respond(view.wire(), to);
            case SIPRequest ack when ack.getMethod().equals("ACK") -> sendErrorAck(ack, to);
            default -> throw new IOException("a message of the stack's own making");
        }
    }

    /// Sends a response for the first time.
    void respond(WireMessage response, Hop to) {
        meters.responseOut(methodOf(response), response.status());
        transports.respond(response.bytes(), to, sentByPort(response), () -> LOG.debug("sip.response.unsent"));
    }

    /// The stack acknowledges a final response other than 2xx by itself; the ACK is made of the INVITE's bytes.
    private void sendErrorAck(SIPRequest ack, Hop to) throws IOException {
        SIPTransaction transaction =
                clients.apply(String.valueOf(ack.getTopmostVia().getBranch()));
        if (transaction == null
                || !(transaction.getRequest() instanceof WireRequest invite)
                || !(transaction.getLastResponse() instanceof WireResponse refusal)) {
            throw new IOException("an ACK without its INVITE");
        }
        try {
            WireMessage wire =
                    Replies.errorAck(invite.wire(), refusal.wire().to().tag());
            meters.requestOut("ACK");
            transports.send(
                    wire.bytes(),
                    Objects.requireNonNullElse(invite.destination(), to),
                    () -> LOG.debug("sip.ack.unsent"));
        } catch (MessageFault e) {
            throw new IOException("an INVITE that cannot be acknowledged", e);
        }
    }

    @Override
    public void resend(byte[] response, Hop to) {
        try {
            meters.retransmitted(methodOf(WireMessage.parse(response)));
        } catch (MessageFault e) {
            LOG.debug("sip.response.unreadable");
        }
        transports.send(response, to, () -> LOG.debug("sip.response.unsent"));
    }

    private void launch(WireRequest view, Hop to) {
        Sending sending = Sending.watched(now -> lost(view, to, now));
        view.goesBy(sending);
        transports.send(view.wire().bytes(), to, sending);
    }

    /// Once more over a new connection: a peer that has it already takes it for the repeat that it is
    /// (RFC 3261 §17.2.3). Where none can be opened there is nothing to try.
    private void lost(WireRequest view, Hop to, Sending sending) {
        if (sending.hadConnection() && view.retryFirst()) {
            meters.retransmitted(view.wire().request().method());
            launch(view, to);
        } else {
            unsent(view);
        }
    }

    private void unsent(WireRequest view) {
        SIPTransaction transaction =
                clients.apply(String.valueOf(view.getTopmostVia().getBranch()));
        if (transaction != null
                && transaction.getApplicationData() instanceof ClientTransaction client
                && view.failFirst()) {
            lanes.post(view.wire().callId(), client.user()::failed);
        }
    }

    private static int sentByPort(WireMessage response) {
        try {
            return response.topVia().sentByPort();
        } catch (MessageFault e) {
            return SIP_PORT;
        }
    }

    private static String methodOf(WireMessage response) {
        try {
            return response.cseq().method();
        } catch (MessageFault e) {
            return "other";
        }
    }
}
