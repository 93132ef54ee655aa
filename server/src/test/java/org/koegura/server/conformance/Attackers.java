package org.koegura.server.conformance;

import static org.awaitility.Awaitility.await;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Many connections over TCP that do harm at the same time, each again and again, until they are closed.
final class Attackers implements Closeable {

    /// Their own, so that who calls from another address is not taken for one of them.
    static final InetAddress ADDRESS = InetAddress.ofLiteral("127.0.0.66");

    private static final long BETWEEN_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int CONNECT_MILLIS_MAX = 5_000;

    private final InetSocketAddress victim;
    private final Attack attack;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connected = new AtomicInteger();
    private volatile boolean closed;

    /// What one of them does with its connection, until it fails or comes back.
    interface Attack {
        void on(Socket socket) throws IOException;
    }

    private Attackers(InetSocketAddress victim, Attack attack) {
        this.victim = victim;
        this.attack = attack;
    }

    /// Begins, and returns once each of them is connected.
    static Attackers start(int count, InetSocketAddress victim, Attack attack) {
        Attackers attackers = new Attackers(victim, attack);
        for (int i = 0; i < count; i++) {
            Thread.ofVirtual().name("attacker-" + i).start(attackers::attackUntilClosed);
        }
        await("all attackers are connected")
                .atMost(Duration.ofSeconds(20))
                .until(() -> attackers.connected.get() >= count);
        return attackers;
    }

    /// How often one of them has connected.
    int connected() {
        return connected.get();
    }

    private void attackUntilClosed() {
        while (!closed) {
            try (Socket socket = new Socket()) {
                sockets.add(socket);
                socket.bind(new InetSocketAddress(ADDRESS, 0));
                socket.connect(victim, CONNECT_MILLIS_MAX);
                connected.incrementAndGet();
                attack.on(socket);
                sockets.remove(socket);
            } catch (IOException refused) {
                LockSupport.parkNanos(BETWEEN_NANOS); // and again
            }
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
