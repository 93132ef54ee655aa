package org.koegura.server.bench.restart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Both parties of all calls: each sends G.711 in packets of 20 ms, at a moment of its own, whether anybody takes
/// them or not, and remembers when it heard something.
///
/// The sockets are not connected: nobody is told that the other side is gone.
final class Streams implements AutoCloseable {

    private static final int PACKET_MILLIS = 20;
    private static final int HEADER_BYTES = 12;
    private static final int PAYLOAD_BYTES = 160;
    private static final int DATAGRAM_BYTES_MAX = 2048;
    private static final byte VERSION = (byte) 0x80;

    private final List<Party> parties = new ArrayList<>();
    private final Selector selector;
    private final AtomicLong lastHeardNanos = new AtomicLong(System.nanoTime());
    private final Thread sender;
    private final Thread hearer;
    private volatile boolean closed;

    /// One end of a call. Its stream belongs to the thread that sends.
    static final class Party {
        private final DatagramChannel channel;
        private final ByteBuffer packet = ByteBuffer.allocateDirect(HEADER_BYTES + PAYLOAD_BYTES);
        private final AtomicLong firstHeardNanos = new AtomicLong();
        private final int source;
        private volatile @Nullable InetSocketAddress target;
        private int sent;

        private Party(DatagramChannel channel, int source) {
            this.channel = channel;
            this.source = source;
        }

        int port() {
            return channel.socket().getLocalPort();
        }

        /// Sends there from now on.
        void speak(int port) {
            target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        }

        private void send() throws IOException {
            InetSocketAddress to = target;
            if (to == null) {
                return;
            }
            packet.clear();
            packet.put(VERSION)
                    .put((byte) 0)
                    .putShort((short) sent)
                    .putInt(sent * PAYLOAD_BYTES)
                    .putInt(source);
            packet.position(0);
            sent++;
            channel.send(packet, to);
        }
    }

    /// @param calls each has two parties, one after the other
    Streams(int calls) throws IOException {
        selector = Selector.open();
        for (int i = 0; i < 2 * calls; i++) {
            DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
            Party party = new Party(channel, 1000 + i);
            parties.add(party);
            channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, party);
        }
        sender = Thread.ofPlatform().daemon().name("streams-send").start(this::sendAll);
        hearer = Thread.ofPlatform().daemon().name("streams-hear").start(this::hearAll);
    }

    Party caller(int call) {
        return parties.get(2 * call);
    }

    Party callee(int call) {
        return parties.get(2 * call + 1);
    }

    private void sendAll() {
        long dueNanos = System.nanoTime();
        try {
            for (int milli = 0; !closed; milli = (milli + 1) % PACKET_MILLIS) {
                for (int i = milli; i < parties.size(); i += PACKET_MILLIS) {
                    parties.get(i).send();
                }
                dueNanos += TimeUnit.MILLISECONDS.toNanos(1);
                while (!closed && System.nanoTime() < dueNanos) {
                    LockSupport.parkNanos(dueNanos - System.nanoTime());
                }
            }
        } catch (IOException e) {
            if (!closed) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void hearAll() {
        ByteBuffer datagram = ByteBuffer.allocateDirect(DATAGRAM_BYTES_MAX);
        try {
            while (!closed) {
                selector.select(key -> hear((Party) key.attachment(), datagram));
            }
        } catch (IOException e) {
            if (!closed) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void hear(Party party, ByteBuffer datagram) {
        try {
            while (party.channel.receive(datagram.clear()) != null) {
                long nowNanos = System.nanoTime();
                lastHeardNanos.set(nowNanos);
                if (party.firstHeardNanos.get() == 0) {
                    party.firstHeardNanos.set(nowNanos);
                }
            }
        } catch (IOException e) {
            if (!closed) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /// Waits until nobody has heard anything for so long: whoever relayed is gone.
    void awaitSilence(long millis) throws InterruptedException {
        while (System.nanoTime() - lastHeardNanos.get() < TimeUnit.MILLISECONDS.toNanos(millis)) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    /// Forgets what was heard until now.
    void forget() {
        parties.forEach(party -> party.firstHeardNanos.set(0));
    }

    /// How many have heard something since [#forget].
    int heard() {
        return (int) parties.stream()
                .filter(party -> party.firstHeardNanos.get() != 0)
                .count();
    }

    /// Whether every party has.
    boolean allHeard() {
        return heard() == parties.size();
    }

    /// When the first party heard something; at least one must have.
    long firstNanos() {
        return parties.stream()
                .mapToLong(party -> party.firstHeardNanos.get())
                .filter(nanos -> nanos != 0)
                .min()
                .orElseThrow();
    }

    /// When the last party heard something for the first time; every one must have.
    long lastNanos() {
        return parties.stream()
                .mapToLong(party -> party.firstHeardNanos.get())
                .max()
                .orElseThrow();
    }

    @Override
    public void close() {
        closed = true;
        try {
            selector.wakeup();
            sender.join();
            hearer.join();
            for (Party party : parties) {
                party.channel.close();
            }
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
