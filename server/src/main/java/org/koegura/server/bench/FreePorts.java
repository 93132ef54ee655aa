package org.koegura.server.bench;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.LinkedHashSet;
import java.util.Set;

/// Ports of 127.0.0.1 that are free for UDP and TCP just now.
final class FreePorts {

    private static final int ATTEMPTS = 100;

    private final Set<Integer> given = new LinkedHashSet<>();

    /// One that was not given before.
    int next() throws BenchFault {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try (DatagramSocket udp = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                    ServerSocket tcp = new ServerSocket(udp.getLocalPort(), 1, InetAddress.getLoopbackAddress())) {
                if (given.add(tcp.getLocalPort())) {
                    return tcp.getLocalPort();
                }
            } catch (IOException taken) {
                // by another, over TCP: the next attempt gets another
            }
        }
        throw new BenchFault("no free port on 127.0.0.1");
    }
}
