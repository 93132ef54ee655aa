package org.koegura.sipproxy.transaction;

import gov.nist.javax.sip.SipStackImpl;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.stack.SIPClientTransaction;
import gov.nist.javax.sip.stack.SIPServerTransaction;
import gov.nist.javax.sip.stack.SIPTransaction;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Properties;
import java.util.TooManyListenersException;
import javax.sip.DialogTerminatedEvent;
import javax.sip.IOExceptionEvent;
import javax.sip.ListeningPoint;
import javax.sip.RequestEvent;
import javax.sip.ResponseEvent;
import javax.sip.SipException;
import javax.sip.SipListener;
import javax.sip.SipProvider;
import javax.sip.TimeoutEvent;
import javax.sip.TransactionState;
import javax.sip.TransactionTerminatedEvent;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.Replies;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.transport.Lanes;
import org.koegura.sipproxy.transport.SipMeters;
import org.koegura.sipproxy.transport.UdpTransport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Step 3 of 10 on the INVITE line: JAIN-SIP's transactions over our own socket.
///
/// [#receiveRequest] and [#receiveResponse] are called on the lane of the Call-ID, and call back on it.
public final class Transactions implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);

    /// Timer J holds an answered request for 32 s; at 1,000 calls/s the BYEs alone are 32,000 (trap 38).
    private static final int SERVER_TRANSACTIONS_MAX = 100_000;

    /// Who is told of new requests. Called on the lane of the Call-ID.
    public interface User {

        /// A new request other than ACK; it waits for a response.
        void requested(ServerTransaction transaction) throws MessageFault;
    }

    private final UdpTransport transport;
    private final Lanes lanes;
    private final SipMeters meters;
    private final User user;
    private final SipStackImpl stack;
    private final SipProvider provider;
    private final StackProcessor processor;

    /// Starts the stack over a bound socket.
    ///
    /// @param name names the stack, for its own threads
    public static Transactions open(String name, UdpTransport transport, Lanes lanes, SipMeters meters, User user)
            throws IOException {
        try {
            return new Transactions(name, transport, lanes, meters, user);
        } catch (SipException | javax.sip.InvalidArgumentException | TooManyListenersException e) {
            throw new IOException("the transaction layer does not start", e);
        }
    }

    private Transactions(String name, UdpTransport transport, Lanes lanes, SipMeters meters, User user)
            throws SipException, javax.sip.InvalidArgumentException, TooManyListenersException {
        this.transport = transport;
        this.lanes = lanes;
        this.meters = meters;
        this.user = user;
        this.stack = new SipStackImpl(properties(name));
        InetSocketAddress local = transport.local();
        this.processor = new StackProcessor(stack, local.getAddress(), local.getPort(), new Outlet());
        stack.setMessageProcessorFactory((ignoredStack, address, port, ignoredTransport) -> processor);
        ListeningPoint point = stack.createListeningPoint(local.getAddress().getHostAddress(), local.getPort(), "udp");
        this.provider = stack.createSipProvider(point);
        provider.addSipListener(new Listener());
    }

    private static Properties properties(String name) {
        Properties properties = new Properties();
        properties.setProperty("javax.sip.STACK_NAME", name);
        properties.setProperty("javax.sip.AUTOMATIC_DIALOG_SUPPORT", "off");
        properties.setProperty("gov.nist.javax.sip.AUTOMATIC_DIALOG_ERROR_HANDLING", "false");
        properties.setProperty("gov.nist.javax.sip.REENTRANT_LISTENER", "true");
        properties.setProperty("gov.nist.javax.sip.DELIVER_UNSOLICITED_NOTIFY", "true");
        properties.setProperty("gov.nist.javax.sip.MAX_SERVER_TRANSACTIONS", Integer.toString(SERVER_TRANSACTIONS_MAX));
        properties.setProperty("javax.sip.ROUTER_PATH", HopRouter.class.getName());
        properties.setProperty("gov.nist.javax.sip.STACK_LOGGER", SilentStackLog.class.getName());
        properties.setProperty("gov.nist.javax.sip.SERVER_LOGGER", SilentStackLog.class.getName());
        properties.setProperty(
                "gov.nist.javax.sip.TIMER_CLASS_NAME",
                gov.nist.javax.sip.stack.timers.ScheduledExecutorSipTimer.class.getName());
        return properties;
    }

    /// Takes a request, its topmost Via marked; a new one reaches the user, a repeated one is absorbed or answered
    /// again.
    public void receiveRequest(WireMessage request, InetSocketAddress source) throws MessageFault {
        WireRequest view = View.received(request, source);
        if (find(View.serverKey(request, request.topVia()), true) != null) {
            meters.retransmitted(request.request().method());
        }
        processor.channel(source).receive(view);
    }

    /// Takes an ACK where it acknowledges a final response other than 2xx that we passed or made; such an ACK ends
    /// here.
    ///
    /// @return false where it is the ACK of a 2xx, which is routed like a request of its own
    public boolean absorbsAck(WireMessage ack, InetSocketAddress source) throws MessageFault {
        SIPTransaction transaction = find(View.serverKey(ack, ack.topVia()), true);
        if (transaction == null
                || transaction.getState() != TransactionState.COMPLETED
                        && transaction.getState() != TransactionState.CONFIRMED) {
            return false;
        }
        processor.channel(source).receive(View.received(ack, source));
        return true;
    }

    /// Takes a response with our Via on top.
    ///
    /// @return false where no client transaction waits for it (any more)
    public boolean receiveResponse(WireMessage response, InetSocketAddress source) throws MessageFault {
        if (find(View.clientKey(response, response.topVia()), false) == null) {
            return false;
        }
        processor.channel(source).receive(View.received(response));
        return true;
    }

    private @Nullable SIPTransaction find(String key, boolean server) {
        return stack.findTransaction(key.toLowerCase(Locale.ROOT), server);
    }

    /// Sends a request, our Via on top, in a client transaction of its own.
    ///
    /// @throws IOException where the stack takes no more
    public ClientTransaction send(WireMessage request, InetSocketAddress destination, ClientTransaction.User user)
            throws IOException, MessageFault {
        WireRequest view = View.sent(request, destination);
        try {
            SIPClientTransaction transaction = (SIPClientTransaction) provider.getNewClientTransaction(view);
            ClientTransaction ours = new ClientTransaction(view, transaction, user);
            transaction.setApplicationData(ours);
            transaction.sendRequest();
            return ours;
        } catch (SipException e) {
            throw new IOException("the transaction layer does not take the request", e);
        }
    }

    @Override
    public void close() {
        stack.stop();
    }

    /// What the stack sends goes to the socket as the wire message behind the view.
    private final class Outlet implements StackOutlet {

        @Override
        public void send(SIPMessage message, InetSocketAddress to) throws IOException {
            switch (message) {
                case WireRequest view -> {
                    String method = view.wire().request().method();
                    if (view.sendAgain()) {
                        meters.retransmitted(method);
                    } else {
                        meters.requestOut(method);
                    }
                    transport.send(view.wire().bytes(), to, () -> unsent(view));
                }
                case WireResponse view -> {
                    meters.responseOut(methodOf(view.wire()), view.wire().status());
                    transport.send(view.wire().bytes(), to, () -> LOG.debug("sip.response.unsent"));
                }
                case SIPRequest ack when ack.getMethod().equals("ACK") -> sendErrorAck(ack, to);
                default -> throw new IOException("a message of the stack's own making");
            }
        }

        /// The stack acknowledges a final response other than 2xx by itself; the ACK is made of the INVITE's bytes.
        private void sendErrorAck(SIPRequest ack, InetSocketAddress to) throws IOException {
            SIPTransaction transaction = find(String.valueOf(ack.getTopmostVia().getBranch()), false);
            if (transaction == null || !(transaction.getRequest() instanceof WireRequest invite)) {
                throw new IOException("an ACK without its INVITE");
            }
            try {
                String tag = ack.getToTag();
                WireMessage wire = Replies.errorAck(invite.wire(), tag == null ? "" : tag);
                meters.requestOut("ACK");
                transport.send(wire.bytes(), to, () -> LOG.debug("sip.ack.unsent"));
            } catch (MessageFault e) {
                throw new IOException("an INVITE that cannot be acknowledged", e);
            }
        }

        @Override
        public void resend(byte[] response, InetSocketAddress to) {
            try {
                meters.retransmitted(methodOf(WireMessage.parse(response)));
            } catch (MessageFault e) {
                LOG.debug("sip.response.unreadable");
            }
            transport.send(response, to, () -> LOG.debug("sip.response.unsent"));
        }

        private void unsent(WireRequest view) {
            if (find(String.valueOf(view.getTopmostVia().getBranch()), false) instanceof SIPTransaction transaction
                    && transaction.getApplicationData() instanceof ClientTransaction client) {
                lanes.post(view.wire().callId(), client.user()::failed);
            }
        }
    }

    private static String methodOf(WireMessage response) {
        try {
            return response.cseq().method();
        } catch (MessageFault e) {
            return "other";
        }
    }

    /// What the stack reports. Requests and responses come on the lane, inside of the calls above; timeouts do not.
    private final class Listener implements SipListener {

        @Override
        public void processRequest(RequestEvent event) {
            WireRequest view = (WireRequest) event.getRequest();
            try {
                SIPServerTransaction transaction = (SIPServerTransaction) provider.getNewServerTransaction(view);
                InetSocketAddress source =
                        new InetSocketAddress(view.getPeerPacketSourceAddress(), view.getPeerPacketSourcePort());
                user.requested(new ServerTransaction(view, transaction, source));
            } catch (SipException e) {
                meters.dropped(SipMeters.Dropped.TRANSACTIONS);
            } catch (MessageFault e) {
                LOG.debug("sip.request.fault reason={}", e.reason());
            }
        }

        @Override
        public void processResponse(ResponseEvent event) {
            if (event.getClientTransaction() != null
                    && event.getClientTransaction().getApplicationData() instanceof ClientTransaction client) {
                client.user().responded(((WireResponse) event.getResponse()).wire());
            }
        }

        @Override
        public void processTimeout(TimeoutEvent event) {
            if (!event.isServerTransaction()
                    && event.getClientTransaction().getApplicationData() instanceof ClientTransaction client) {
                lanes.post(client.request().callId(), client.user()::timedOut);
            }
        }

        @Override
        public void processIOException(IOExceptionEvent event) {}

        @Override
        public void processTransactionTerminated(TransactionTerminatedEvent event) {}

        @Override
        public void processDialogTerminated(DialogTerminatedEvent event) {}
    }
}
