package org.koegura.sipproxy.transaction;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.ProxyEdits;
import org.koegura.sipproxy.message.Replies;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.transport.Arrival;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.Lanes;
import org.koegura.sipproxy.transport.Listening;
import org.koegura.sipproxy.transport.Reserve;
import org.koegura.sipproxy.transport.SipMeters;
import org.koegura.sipproxy.transport.TransportTaken;
import org.koegura.sipproxy.transport.Transports;

/// The transaction layer over a loopback socket, wired as the proxy wires it; what reaches its user is kept.
final class Rig implements AutoCloseable {

    final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    final BlockingQueue<ServerTransaction> requests = new LinkedBlockingQueue<>();
    final BlockingQueue<WireMessage> unabsorbed = new LinkedBlockingQueue<>();

    private static final long OCTETS_MAX = 1_000_000;
    private static final Duration T1 = Duration.ofMillis(500);

    final Reserve reserve;
    final Room room;
    private final Lanes lanes;
    private final Transports transports;
    private final Transactions transactions;

    Rig(int transactionsMax, Duration t1, Transactions.User user) throws IOException {
        this(reserve -> new Room(reserve, transactionsMax, OCTETS_MAX, t1, System::nanoTime), t1, user);
    }

    private Rig(Function<Reserve, Room> rooms, Duration t1, Transactions.User user) throws IOException {
        SipMeters meters = new SipMeters(metrics);
        reserve = new Reserve(() -> {});
        lanes = new Lanes(reserve, meters.faults());
        transports = bound(meters);
        room = rooms.apply(reserve);
        transactions = Transactions.open(
                "rig-" + transports.local().getPort(),
                transports,
                lanes,
                meters,
                transaction -> {
                    requests.add(transaction);
                    user.requested(transaction);
                },
                room,
                t1);
        transports.start();
    }

    private Transports bound(SipMeters meters) throws IOException {
        try {
            return Transports.bind(
                    Listening.at(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)), this::take, meters);
        } catch (TransportTaken e) {
            throw new IOException(e);
        }
    }

    /// T1 as it is in the field.
    Rig() throws IOException {
        this(1_000, T1, _ -> {});
    }

    /// With the room that the product has, and T1 as it is in the field.
    static Rig roomy() throws IOException {
        return new Rig(reserve -> Room.usual(reserve, T1), T1, _ -> {});
    }

    /// All timers 25 times shorter: T1 is 20 ms, timers B and F 1.28 s.
    static Rig hasty() throws IOException {
        return new Rig(1_000, Duration.ofMillis(20), _ -> {});
    }

    private void take(Arrival arrival) {
        try {
            WireMessage message = WireMessage.parse(arrival.bytes());
            lanes.offer(message.callId(), 1, () -> take(message, arrival.from()));
        } catch (MessageFault e) {
            throw new AssertionError(e);
        }
    }

    private void take(WireMessage message, Hop source) {
        try {
            if (!message.isRequest()) {
                if (!transactions.receiveResponse(message, source)) {
                    unabsorbed.add(message);
                }
                return;
            }
            WireMessage marked = ProxyEdits.receivedFrom(
                    message, source.address(), source.protocol().isReliable());
            if (!message.request().method().equals("ACK")) {
                transactions.receiveRequest(marked, source);
            } else if (!transactions.absorbsAck(marked, source)) {
                unabsorbed.add(message);
            }
        } catch (MessageFault e) {
            throw new AssertionError(e);
        }
    }

    InetSocketAddress address() {
        return transports.local();
    }

    Transactions transactions() {
        return transactions;
    }

    /// The next request that reaches the user, waited for.
    ServerTransaction requested() throws InterruptedException {
        ServerTransaction transaction = requests.poll(5, TimeUnit.SECONDS);
        if (transaction == null) {
            throw new AssertionError("no request reached the user");
        }
        return transaction;
    }

    /// Answers on the lane, as the proxy does.
    void respond(ServerTransaction transaction, int status, String reason, String toTag, String... extra) {
        lanes.post(transaction.request().callId(), () -> {
            try {
                transaction.respond(Replies.response(transaction.request(), status, reason, toTag, List.of(extra)));
            } catch (MessageFault e) {
                throw new AssertionError(e);
            }
        });
    }

    /// Sends a request with our Via on top.
    Answers send(String request, InetSocketAddress to) throws IOException, MessageFault {
        Answers answers = new Answers();
        WireMessage message = WireMessage.parse(request.getBytes(StandardCharsets.ISO_8859_1));
        answers.transaction = transactions.send(message, Hop.udp(to), answers);
        return answers;
    }

    double count(String meter, String... tags) {
        return metrics.counter(meter, tags).count();
    }

    @Override
    public void close() {
        transactions.close();
        lanes.close();
        transports.close();
    }

    /// What comes back for a request that was sent.
    static final class Answers implements ClientTransaction.User {

        final BlockingQueue<WireMessage> responses = new LinkedBlockingQueue<>();
        final BlockingQueue<String> ends = new LinkedBlockingQueue<>();
        volatile @Nullable ClientTransaction transaction;

        /// The next response, waited for.
        WireMessage next() throws InterruptedException {
            WireMessage response = responses.poll(5, TimeUnit.SECONDS);
            if (response == null) {
                throw new AssertionError("no response reached the user");
            }
            return response;
        }

        /// How it ended without a final response, waited for.
        String end() throws InterruptedException {
            String end = ends.poll(5, TimeUnit.SECONDS);
            return end == null ? "not at all" : end;
        }

        @Override
        public void responded(WireMessage response, Hop source) {
            responses.add(response);
        }

        @Override
        public void timedOut() {
            ends.add("timed out");
        }

        @Override
        public void failed() {
            ends.add("failed");
        }
    }
}
