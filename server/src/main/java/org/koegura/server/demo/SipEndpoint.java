package org.koegura.server.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A SIP user agent's socket with the client transactions of RFC 3261 §17.1 over UDP.
///
/// One virtual thread reads; it hands responses to their transaction and requests to `onRequest`, which MUST NOT block.
final class SipEndpoint implements AutoCloseable {

    /// RFC 3261 §17.1.1.1, T1 and T2; a transaction gives up after 64 × T1.
    static final int T1_MILLIS = 500;

    static final int T2_MILLIS = 4000;
    static final int GIVE_UP_MILLIS = 64 * T1_MILLIS;

    private static final int DATAGRAM_BYTES_MAX = 65_535;

    private final DatagramSocket socket;
    /// Kept, because a closed socket has forgotten it.
    private final InetAddress address;

    private final int port;
    private final RandomGenerator random;
    private final Map<String, Transaction> transactions = new ConcurrentHashMap<>();
    private final BiConsumer<SipMessage, InetSocketAddress> onRequest;
    /// Responses that no transaction waits for: a repeated 2xx, which only its call can acknowledge again.
    private final BiConsumer<SipMessage, InetSocketAddress> onStray;

    SipEndpoint(
            InetAddress address,
            RandomGenerator random,
            BiConsumer<SipMessage, InetSocketAddress> onRequest,
            BiConsumer<SipMessage, InetSocketAddress> onStray)
            throws IOException {
        this.socket = new DatagramSocket(0, address);
        this.address = address;
        this.port = socket.getLocalPort();
        this.random = random;
        this.onRequest = onRequest;
        this.onStray = onStray;
    }

    /// Begins to read; not in the constructor, so that nobody sees a half-made telephone.
    void start() {
        Thread.ofVirtual().name("demo-sip-" + socket.getLocalPort()).start(this::read);
    }

    String hostPort() {
        return address.getHostAddress() + ":" + port;
    }

    InetAddress address() {
        return address;
    }

    String token() {
        byte[] bits = new byte[8];
        random.nextBytes(bits);
        return HexFormat.of().formatHex(bits);
    }

    String via(String branch) {
        return "SIP/2.0/UDP " + hostPort() + ";branch=" + branch + ";rport";
    }

    String newBranch() {
        return "z9hG4bK" + token();
    }

    void send(SipMessage message, InetSocketAddress to) {
        byte[] bytes = message.bytes();
        try {
            socket.send(new DatagramPacket(bytes, bytes.length, to));
        } catch (IOException e) {
            if (!socket.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /// Sends a response where its request came from (RFC 3581).
    void respond(SipMessage response, InetSocketAddress source) {
        send(response, source);
    }

    /// Sends a request and repeats it until a response comes; the transaction yields the responses.
    Transaction request(SipMessage request, InetSocketAddress to) {
        Transaction transaction = new Transaction(request, to);
        transactions.put(key(request.branch(), request.method()), transaction);
        Thread.ofVirtual().name("demo-transaction").start(transaction::repeat);
        return transaction;
    }

    private static String key(String branch, String method) {
        return method + ' ' + branch;
    }

    private void read() {
        byte[] buffer = new byte[DATAGRAM_BYTES_MAX];
        while (!socket.isClosed()) {
            DatagramPacket datagram = new DatagramPacket(buffer, buffer.length);
            try {
                socket.receive(datagram);
            } catch (IOException e) {
                continue; // an ICMP error of an earlier send, or closed
            }
            InetSocketAddress source = (InetSocketAddress) datagram.getSocketAddress();
            try {
                take(SipMessage.parse(buffer, datagram.getLength()), source);
            } catch (IllegalArgumentException junk) {
                // not SIP: a telephone stays silent
            }
        }
    }

    private void take(SipMessage message, InetSocketAddress source) {
        if (message.isRequest()) {
            onRequest.accept(message, source);
            return;
        }
        Transaction transaction = transactions.get(key(message.branch(), message.method()));
        if (transaction == null) {
            onStray.accept(message, source);
        } else {
            transaction.take(message, source);
        }
    }

    @Override
    public void close() {
        socket.close();
    }

    /// One client transaction.
    final class Transaction {

        private final SipMessage request;
        private final InetSocketAddress to;
        private final BlockingQueue<SipMessage> responses = new LinkedBlockingQueue<>(64);
        private final BlockingQueue<Boolean> answered = new LinkedBlockingQueue<>(1);

        private Transaction(SipMessage request, InetSocketAddress to) {
            this.request = request;
            this.to = to;
        }

        /// The next response, or null where none comes in time.
        @Nullable
        SipMessage next(long waitMillis) throws InterruptedException {
            return responses.poll(waitMillis, TimeUnit.MILLISECONDS);
        }

        /// The final response, or null where the transaction timed out.
        @Nullable
        SipMessage last() throws InterruptedException {
            for (SipMessage response = next(GIVE_UP_MILLIS); response != null; response = next(GIVE_UP_MILLIS)) {
                if (response.status() >= 200) {
                    return response;
                }
            }
            return null;
        }

        private void take(SipMessage response, InetSocketAddress source) {
            answered.offer(true);
            boolean failedInvite = request.method().equals("INVITE") && response.status() >= 300;
            if (failedInvite) { // its ACK belongs to the transaction and repeats with the response, §17.1.1.3
                send(acknowledgement(response), to);
            }
            if (response.status() >= 200) {
                transactions.remove(key(request.branch(), request.method()));
            }
            if (!responses.offer(response)) {
                onStray.accept(response, source);
            }
        }

        private SipMessage acknowledgement(SipMessage response) {
            SipMessage ack = new SipMessage("ACK " + request.requestUri() + " SIP/2.0")
                    .plus("Via", request.all("Via").getFirst())
                    .plus("From", request.header("From"))
                    .plus("To", response.header("To"))
                    .plus("Call-ID", request.header("Call-ID"))
                    .plus("CSeq", request.header("CSeq").replaceFirst("INVITE", "ACK"))
                    .plus("Max-Forwards", "70");
            for (String route : request.all("Route")) {
                ack = ack.plus("Route", route);
            }
            return ack;
        }

        /// Timers A and E: at T1, doubled each time; for other requests than INVITE at most T2.
        private void repeat() {
            boolean invite = request.method().equals("INVITE");
            long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GIVE_UP_MILLIS);
            int waitMillis = T1_MILLIS;
            try {
                do {
                    send(request, to);
                    if (answered.poll(waitMillis, TimeUnit.MILLISECONDS) != null) {
                        return;
                    }
                    waitMillis = invite ? waitMillis * 2 : Math.min(waitMillis * 2, T2_MILLIS);
                } while (System.nanoTime() < deadlineNanos && !socket.isClosed());
                transactions.remove(key(request.branch(), request.method()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
