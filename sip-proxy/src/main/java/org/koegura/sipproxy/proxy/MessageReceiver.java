package org.koegura.sipproxy.proxy;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.koegura.sipproxy.admission.Gate;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.ProxyEdits;
import org.koegura.sipproxy.message.Replies;
import org.koegura.sipproxy.message.RequestCheck;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.routing.OwnAddress;
import org.koegura.sipproxy.telephone.CodeCalls;
import org.koegura.sipproxy.transaction.Transactions;
import org.koegura.sipproxy.transport.Arrival;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.Lanes;
import org.koegura.sipproxy.transport.Reserve;
import org.koegura.sipproxy.transport.SipMeters;
import org.koegura.sipproxy.transport.Transports;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Between the sockets and the transactions: indexes what arrives, refuses what cannot be taken, and
/// hands the rest to the lane of its Call-ID.
///
/// [#accept] is called on the socket's event loop and never blocks.
final class MessageReceiver implements Consumer<Arrival> {

    private static final Logger LOG = LoggerFactory.getLogger(MessageReceiver.class);

    private final Transports transports;
    private final Lanes lanes;
    private final OwnAddress own;
    private final Branches branches;
    private final Gate gate;
    private final Reserve reserve;
    private final Transactions transactions;
    private final RequestHandler requests;
    private final StatelessForwarder stateless;
    private final CodeCalls codes;
    private final SipMeters meters;

    MessageReceiver(
            Transports transports,
            Lanes lanes,
            OwnAddress own,
            Branches branches,
            Gate gate,
            Reserve reserve,
            Transactions transactions,
            RequestHandler requests,
            StatelessForwarder stateless,
            CodeCalls codes,
            SipMeters meters) {
        this.transports = transports;
        this.lanes = lanes;
        this.own = own;
        this.branches = branches;
        this.gate = gate;
        this.reserve = reserve;
        this.transactions = transactions;
        this.requests = requests;
        this.stateless = stateless;
        this.codes = codes;
        this.meters = meters;
    }

    @Override
    public void accept(Arrival arrival) {
        if (isKeepalive(arrival.bytes())) {
            return;
        }
        if (!startsLikeSip(arrival.bytes())) {
            meters.parseError(arrival.from().protocol(), "junk");
            return;
        }
        Hop source = arrival.from();
        try {
            WireMessage message = WireMessage.parse(arrival.bytes());
            if (message.isRequest() && !isLetIn(message, source)) {
                return;
            }
            if (!lanes.offer(message.callId(), message.length(), () -> take(message, source))) {
                meters.dropped(SipMeters.Dropped.LANE_FULL);
                refuse(message, source, 503, "Service Unavailable", List.of());
            }
        } catch (MessageFault fault) {
            meters.parseError(source.protocol(), fault.reason().name().toLowerCase(Locale.ROOT));
            WireMessage answerable = RequestCheck.salvage(arrival.bytes());
            if (answerable != null && gate.answers(source)) {
                refuse(answerable, source, fault);
            }
        }
    }

    /// What is kept free is for the calls for help of those who are known: strangers could use it up.
    private boolean isLetIn(WireMessage request, Hop source) throws MessageFault {
        return switch (gate.of(request, source)) {
            case Gate.Verdict.Admitted(boolean exempt) -> {
                if (exempt) {
                    reserve.keepFor(request.callId());
                }
                yield true;
            }
            case Gate.Verdict.Refused(int status, String reason, var extra) -> {
                meters.requestIn(request.request().method());
                refuse(request, source, status, reason, extra);
                yield false;
            }
            case Gate.Verdict.Ignored() -> false;
        };
    }

    /// RFC 5626 §3.5.1, and what telephones send to keep a NAT open: nothing is answered over UDP.
    private static boolean isKeepalive(byte[] bytes) {
        for (byte octet : bytes) {
            if (octet != '\r' && octet != '\n' && octet != 0) {
                return false;
            }
        }
        return true;
    }

    /// Every SIP message begins with a token or white space; STUN, DTLS and RTP (RFC 7983) never do.
    private static boolean startsLikeSip(byte[] bytes) {
        return bytes[0] >= '\t' && bytes[0] <= '~';
    }

    private void take(WireMessage message, Hop source) {
        try {
            if (message.isRequest()) {
                meters.requestIn(message.request().method());
                RequestCheck.request(message);
                if (message.topVia().asksForReuse()) {
                    transports.alias(
                            source, message.topVia().host(), message.topVia().sentByPort());
                }
                request(
                        ProxyEdits.receivedFrom(
                                message, source.address(), source.protocol().isReliable()),
                        source);
            } else {
                RequestCheck.response(message);
                response(message, source);
            }
        } catch (MessageFault fault) {
            meters.parseError(source.protocol(), fault.reason().name().toLowerCase(Locale.ROOT));
            refuse(message, source, fault);
        }
    }

    private void request(WireMessage request, Hop source) throws MessageFault {
        String branch = branches.of(request);
        switch (request.request().method()) {
            case "ACK" -> {
                if (!transactions.absorbsAck(request, source)
                        && !branches.isOfOurAnswer(request)
                        && !codes.acknowledged(request)) {
                    stateless.request(request, source);
                }
            }
            case "CANCEL" -> {
                if (requests.knows(branch)) {
                    transactions.receiveRequest(request, source);
                } else {
                    stateless.request(request, source);
                }
            }
            case "INVITE" -> {
                if (requests.isAccepted(branch)) {
                    meters.retransmitted("INVITE"); // its transaction ended with the 2xx, which the callee repeats
                } else {
                    transactions.receiveRequest(request, source);
                }
            }
            default -> transactions.receiveRequest(request, source);
        }
    }

    private void response(WireMessage response, Hop source) throws MessageFault {
        if (!own.wrote(response.topVia())) {
            meters.dropped(SipMeters.Dropped.STRAY_RESPONSE);
            return;
        }
        meters.responseIn(response.cseq().method(), response.status());
        if (!transactions.receiveResponse(response, source)) {
            stateless.response(response, source);
        }
    }

    private void refuse(WireMessage message, Hop source, MessageFault fault) {
        refuse(message, source, fault.status(), String.valueOf(fault.getMessage()), List.of());
    }

    /// Answers a request without a transaction (RFC 3261 §8.2.7); nothing else is ever answered.
    private void refuse(WireMessage message, Hop source, int status, String reason, List<String> extra) {
        if (!message.isRequest() || message.request().method().equals("ACK")) {
            return;
        }
        try {
            WireMessage request = ProxyEdits.receivedFrom(
                    message, source.address(), source.protocol().isReliable());
            WireMessage response = Replies.response(request, status, reason, branches.tag(request), extra);
            meters.responseOut(message.request().method(), status);
            Hop destination = source.protocol().isReliable() || request.topVia().asksForRport()
                    ? source
                    : new Hop(
                            source.protocol(),
                            new InetSocketAddress(
                                    source.address().getAddress(),
                                    message.topVia().responsePort())); // RFC 3261 §18.2.2, RFC 3581 §4
            transports.respond(
                    response.bytes(),
                    destination,
                    message.topVia().sentByPort(),
                    () -> LOG.debug("sip.refusal.unsent"));
        } catch (MessageFault unanswerable) {
            LOG.debug("sip.request.unanswerable reason={}", unanswerable.reason());
        }
    }
}
