package org.koegura.sipproxy.transaction;

import gov.nist.javax.sip.SipStackImpl;
import gov.nist.javax.sip.stack.SIPClientTransaction;
import gov.nist.javax.sip.stack.SIPServerTransaction;
import gov.nist.javax.sip.stack.SIPTransaction;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TooManyListenersException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
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
import org.koegura.sipproxy.transport.Faults;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.Lanes;
import org.koegura.sipproxy.transport.Protocol;
import org.koegura.sipproxy.transport.Reserve;
import org.koegura.sipproxy.transport.SipMeters;
import org.koegura.sipproxy.transport.Transports;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Step 3 of 10 on the INVITE line: JAIN-SIP's transactions over our own sockets.
///
/// [#receiveRequest] and [#receiveResponse] are called on the lane of the Call-ID, and call back on it.
public final class Transactions implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);

    /// T1 of RFC 3261 §17.1.1.1.
    private static final Duration T1 = Duration.ofMillis(500);

    private static final int T1_OF_TIMER_J = 64;

    /// What an INVITE server transaction is in once a final response other than 2xx went out.
    private static final Set<TransactionState> ANSWERED =
            Set.of(TransactionState.COMPLETED, TransactionState.CONFIRMED);

    /// Who is told of new requests. Called on the lane of the Call-ID.
    public interface User {

        /// A new request other than ACK; it waits for a response.
        void requested(ServerTransaction transaction) throws MessageFault;
    }

    private final Lanes lanes;
    private final SipMeters meters;
    private final User user;
    private final Room room;
    private final int tickMillis;
    private final ThreadGroup threads = new ThreadGroup("sip-stack");
    private final WireOutlet outlet;

    /// What requests other than INVITE were answered with, for as long as their senders may repeat them
    /// (timer J of RFC 3261 §17.2.2). The stack would hold each with its view, 8 KB for 32 s: with 500
    /// calls/s most of what lives.
    private final Recent<Answer> answers;

    private final SipStackImpl stack;
    private final SipProvider provider;
    private final Map<Protocol, StackProcessor> processors = new EnumMap<>(Protocol.class);

    /// Starts the stack over bound sockets.
    ///
    /// @param name names the stack, for its own threads
    /// @param reserve calls for help
    public static Transactions open(
            String name, Transports transports, Lanes lanes, SipMeters meters, User user, Reserve reserve)
            throws IOException {
        return open(name, transports, lanes, meters, user, Room.usual(reserve, T1), T1);
    }

    /// As [#open], for tests: with other bounds, and another T1 for all timers.
    static Transactions open(
            String name, Transports transports, Lanes lanes, SipMeters meters, User user, Room room, Duration t1)
            throws IOException {
        try {
            return new Transactions(name, transports, lanes, meters, user, room, t1);
        } catch (SipException | javax.sip.InvalidArgumentException | TooManyListenersException e) {
            throw new IOException("the transaction layer does not start", e);
        }
    }

    private Transactions(
            String name, Transports transports, Lanes lanes, SipMeters meters, User user, Room room, Duration t1)
            throws SipException, javax.sip.InvalidArgumentException, TooManyListenersException {
        this.lanes = lanes;
        this.meters = meters;
        this.user = user;
        this.room = room;
        this.tickMillis = Math.toIntExact(t1.toMillis());
        this.stack = stack(name, threads);
        ((StackTimer) stack.getTimer()).report(meters.faults());
        stack.setConnectionLingerTimer(0); // no connection is the stack's: what has ended may go
        this.answers = new Recent<>(t1.multipliedBy(T1_OF_TIMER_J), Room.TRANSACTIONS_MAX + Room.TRANSACTIONS_RESERVED);
        this.outlet = new WireOutlet(transports, lanes, meters, branch -> find(branch, false));
        InetSocketAddress local = transports.local();
        stack.setMessageProcessorFactory((ignoredStack, address, port, protocol) ->
                processors.get(Objects.requireNonNull(Protocol.named(protocol))));
        List<ListeningPoint> points = new ArrayList<>();
        for (Protocol protocol : Protocol.values()) {
            processors.put(protocol, new StackProcessor(stack, local.getAddress(), local.getPort(), protocol, outlet));
            points.add(stack.createListeningPoint(
                    local.getAddress().getHostAddress(), local.getPort(), protocol.parameter()));
        }
        this.provider = stack.createSipProvider(points.getFirst());
        for (ListeningPoint point : points.subList(1, points.size())) {
            provider.addListeningPoint(point);
        }
        provider.addSipListener(new Listener());
    }

    /// Made on a thread of the group, so that the stack's threads belong to it: one of them, which waits for events
    /// that we have it deliver elsewhere, outlives [SipStackImpl#stop] unless it is interrupted.
    private static SipStackImpl stack(String name, ThreadGroup threads) throws SipException {
        FutureTask<SipStackImpl> made = new FutureTask<>(() -> new SipStackImpl(properties(name)));
        new Thread(threads, made, "sip-stack").start();
        try {
            return made.get();
        } catch (ExecutionException e) {
            throw new SipException("no stack", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SipException("interrupted", e);
        }
    }

    private static Properties properties(String name) {
        Properties properties = new Properties();
        properties.setProperty("javax.sip.STACK_NAME", name);
        properties.setProperty("javax.sip.AUTOMATIC_DIALOG_SUPPORT", "off");
        properties.setProperty("gov.nist.javax.sip.AUTOMATIC_DIALOG_ERROR_HANDLING", "false");
        properties.setProperty("gov.nist.javax.sip.REENTRANT_LISTENER", "true");
        properties.setProperty("gov.nist.javax.sip.DELIVER_UNSOLICITED_NOTIFY", "true");
        properties.setProperty("javax.sip.ROUTER_PATH", HopRouter.class.getName());
        properties.setProperty("gov.nist.javax.sip.STACK_LOGGER", SilentStackLog.class.getName());
        properties.setProperty("gov.nist.javax.sip.SERVER_LOGGER", SilentStackLog.class.getName());
        properties.setProperty("gov.nist.javax.sip.TIMER_CLASS_NAME", StackTimer.class.getName());
        return properties;
    }

    /// Takes a request, its topmost Via marked; a new one reaches the user, a repeated one is absorbed, or answered
    /// once more.
    public void receiveRequest(WireMessage request, Hop source) throws MessageFault {
        String key = View.serverKey(request, request.topVia());
        Answer answer = answers.of(key);
        if (answer != null && answer.isTo(request, source)) {
            meters.retransmitted(request.request().method());
            outlet.resend(answer.response(), View.back(request.topVia(), source));
            return;
        }
        if (find(key, true) != null) {
            meters.retransmitted(request.request().method());
        } else if (room.isFull(stack.getServerTransactionTableSize() + answers.size(), request)) {
            meters.dropped(SipMeters.Dropped.TRANSACTIONS); // its sender repeats it, by when there may be room
            return;
        }
        channel(source).receive(View.received(request, source, key));
    }

    /// Takes an ACK where it acknowledges a final response other than 2xx that we passed or made. It ends here.
    ///
    /// @return false where it is the ACK of a 2xx, which is routed like a request of its own
    public boolean absorbsAck(WireMessage ack, Hop source) throws MessageFault {
        String key = View.serverKey(ack, ack.topVia());
        SIPTransaction transaction = find(key, true);
        if (transaction == null || !ANSWERED.contains(transaction.getState())) {
            return false;
        }
        channel(source).receive(View.received(ack, source, key));
        return true;
    }

    /// Takes a response with our Via on top. Whatever comes behind the final response to an INVITE and is no 2xx ends
    /// here (RFC 3261 §16.7 item 5): a 180 that its 200 overtook on the way would ring in a call that is answered.
    ///
    /// @return false where no client transaction waits for it, or not any more: a 2xx that is repeated, and the
    ///     2xx of another fork, find theirs ended by the first (RFC 3261 §16.7 item 10, §17.1.1.2)
    public boolean receiveResponse(WireMessage response, Hop source) throws MessageFault {
        SIPTransaction transaction = find(View.clientKey(response, response.topVia()), false);
        if (transaction == null) {
            return false;
        }
        if (TransactionState.TERMINATED.equals(transaction.getState())) {
            boolean success = response.status() >= 200 && response.status() < 300;
            boolean late = response.cseq().method().equals("INVITE") && !success;
            if (late) {
                meters.dropped(SipMeters.Dropped.STRAY_RESPONSE);
            }
            return late;
        }
        if (transaction.getApplicationData() instanceof ClientTransaction client) {
            client.settled();
        }
        channel(source).receive(View.answered(response, source));
        return true;
    }

    private StackChannel channel(Hop source) {
        return Objects.requireNonNull(processors.get(source.protocol())).channel(source.address());
    }

    private @Nullable SIPTransaction find(String key, boolean server) {
        return stack.findTransaction(key.toLowerCase(Locale.ROOT), server);
    }

    /// Sends a request, our Via on top, in a client transaction of its own.
    ///
    /// @throws IOException where the stack takes no more
    public ClientTransaction send(WireMessage request, Hop destination, ClientTransaction.User user)
            throws IOException, MessageFault {
        if (room.isFull(stack.getClientTransactionTableSize(), request)) {
            meters.dropped(SipMeters.Dropped.TRANSACTIONS);
            throw new IOException("the transaction layer is full");
        }
        WireRequest view = View.sent(request, destination);
        try {
            SIPClientTransaction transaction = (SIPClientTransaction) provider.getNewClientTransaction(view);
            transaction.setRetransmitTimer(tickMillis);
            ClientTransaction ours = new ClientTransaction(view, transaction, user, room.take(request));
            transaction.setApplicationData(ours);
            try {
                transaction.sendRequest();
            } catch (SipException unsent) {
                ours.over();
                throw unsent;
            }
            return ours;
        } catch (SipException e) {
            throw new IOException("the transaction layer does not take the request", e);
        }
    }

    /// How many transactions are held, in both directions, answered ones too.
    int held() {
        return stack.getServerTransactionTableSize() + answers.size() + stack.getClientTransactionTableSize();
    }

    /// Ends all transactions and the threads of the stack.
    @Override
    public void close() {
        stack.stop();
        threads.interrupt();
    }

    private static Hop sourceOf(WireRequest view, SIPServerTransaction transaction) {
        Protocol protocol = Objects.requireNonNullElse(Protocol.named(transaction.getTransport()), Protocol.UDP);
        return new Hop(
                protocol, new InetSocketAddress(view.getPeerPacketSourceAddress(), view.getPeerPacketSourcePort()));
    }

    /// What the stack reports. Requests and responses come on the lane, inside of the calls above; timeouts do not.
    private final class Listener implements SipListener {

        @Override
        public void processRequest(RequestEvent event) {
            WireRequest view = (WireRequest) event.getRequest();
            ServerTransaction transaction;
            try {
                SIPServerTransaction stacks = (SIPServerTransaction) provider.getNewServerTransaction(view);
                stacks.setRetransmitTimer(tickMillis);
                Hop source = sourceOf(view, stacks);
                transaction = new ServerTransaction(view, stacks, source, outcome(view, source));
            } catch (SipException | MessageFault e) {
                meters.dropped(SipMeters.Dropped.TRANSACTIONS);
                return;
            }
            try {
                user.requested(transaction);
            } catch (MessageFault e) {
                refuse(transaction, e.status(), e.getMessage());
            } catch (RuntimeException e) {
                meters.faults().caught(Faults.Where.REQUEST, e);
                refuse(transaction, 500, "Server Internal Error");
            }
        }

        private ServerTransaction.Outcome outcome(WireRequest view, Hop source) throws MessageFault {
            WireMessage request = view.wire();
            String method = request.request().method();
            return new ServerTransaction.Outcome(
                    new AtomicReference<>(meters.awaitsFinal(method)),
                    room.take(request),
                    method.equals("INVITE")
                            ? null
                            : last(request, source, view.getTopmostVia().getBranch()));
        }

        private ServerTransaction.Last last(WireMessage request, Hop source, String key) throws MessageFault {
            Hop back = View.back(request.topVia(), source);
            return response -> {
                if (!source.protocol().isReliable()) {
                    answers.keep(key, new Answer(request, source, response));
                    room.keep(response.length() - request.length());
                }
                outlet.respond(response, back);
            };
        }

        /// A request that its user fails on is answered all the same: otherwise its transaction would never end.
        private void refuse(ServerTransaction transaction, int status, String reason) {
            try {
                transaction.respond(Replies.response(transaction.request(), status, reason, "", List.of()));
            } catch (MessageFault e) {
                LOG.debug("sip.request.unanswerable reason={}", e.reason());
                transaction.terminate();
            }
        }

        @Override
        public void processResponse(ResponseEvent event) {
            if (event.getClientTransaction() != null
                    && event.getClientTransaction().getApplicationData() instanceof ClientTransaction client) {
                WireResponse view = (WireResponse) event.getResponse();
                ClientTransaction.User user = client.user();
                if (view.wire().status() >= 200) {
                    client.over();
                    client.release();
                }
                user.responded(view.wire(), view.source());
            }
        }

        @Override
        public void processTimeout(TimeoutEvent event) {
            if (!event.isServerTransaction()
                    && event.getClientTransaction().getApplicationData() instanceof ClientTransaction client) {
                client.settled();
                client.over();
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
