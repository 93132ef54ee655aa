package org.koegura.server.bench;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.LinkedHashSet;
import java.util.Set;

/// Ports of 127.0.0.1: those that sides take media at, and others that are free for UDP and TCP just now.
public final class FreePorts {

    /// Below the ports that Linux gives to sockets that ask for any (32768 and up): a side's media port must not turn
    /// out to be where a generator or a control socket already is.
    private static final int MEDIA_FIRST = 12_000;

    private static final int MEDIA_LAST = 31_999;

    private static final int ATTEMPTS = 100;

    private final int mediaFirst;
    private final int mediaLast;
    private final Set<Integer> given = new LinkedHashSet<>();

    /// On a machine that is left alone.
    public FreePorts() {
        this(MEDIA_FIRST, MEDIA_LAST);
    }

    /// Where others run beside, who must not take a port that a side that is killed leaves for a moment.
    ///
    /// @param mediaFirst the first port at which sides take media
    /// @param mediaLast the last one
    public FreePorts(int mediaFirst, int mediaLast) {
        this.mediaFirst = mediaFirst;
        this.mediaLast = mediaLast;
    }

    /// The first port at which sides take media.
    public int mediaFirst() {
        return mediaFirst;
    }

    /// The last port at which sides take media.
    public int mediaLast() {
        return mediaLast;
    }

    /// One that was not given before.
    public int next() throws BenchFault {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try (DatagramSocket udp = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                    ServerSocket tcp = new ServerSocket(udp.getLocalPort(), 1, InetAddress.getLoopbackAddress())) {
                int port = tcp.getLocalPort();
                if ((port < mediaFirst || port > mediaLast) && given.add(port)) {
                    return port;
                }
            } catch (IOException taken) {
                // by another, over TCP: the next attempt gets another
            }
        }
        throw new BenchFault("no free port on 127.0.0.1");
    }
}
