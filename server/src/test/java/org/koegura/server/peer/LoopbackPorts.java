package org.koegura.server.peer;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/// Finds runs of ports that nobody uses, below the range from which the system gives out ports by itself.
public final class LoopbackPorts {

    private static final int FIRST = 10_000;
    private static final int LAST = 32_000;
    private static final int TRIES_MAX = 200;

    private LoopbackPorts() {}

    /// The first of `count` neighbouring ports, free for UDP and TCP; even.
    public static int block(int count) {
        for (int i = 0; i < TRIES_MAX; i++) {
            int first = ThreadLocalRandom.current().nextInt(FIRST, LAST - count) & ~1;
            if (allFree(first, count)) {
                return first;
            }
        }
        throw new IllegalStateException("no run of " + count + " free ports on loopback");
    }

    private static boolean allFree(int first, int count) {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        for (int port = first; port < first + count; port++) {
            try (DatagramSocket udp = new DatagramSocket(port, loopback);
                    ServerSocket tcp = new ServerSocket(port, 1, loopback)) {
                if (!udp.isBound() || !tcp.isBound()) {
                    return false;
                }
            } catch (IOException taken) {
                return false;
            }
        }
        return true;
    }
}
