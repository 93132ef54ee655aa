package org.koegura.sipproxy.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Step 1 of 10 on the INVITE line: the sockets of SIP, UDP and TCP at the same address and port (RFC
/// 3261 §18).
///
/// What arrives is handed to the receiver on an event loop, which therefore must not block. Sending
/// never blocks, and is safe from any thread.
public final class Transports implements AutoCloseable {

    /// With port 0 the system chooses for UDP, and that port may be taken for TCP: another one is tried.
    private static final int TRIES_MAX = 20;

    private final UdpTransport udp;
    private final TcpTransport tcp;

    private Transports(UdpTransport udp, TcpTransport tcp) {
        this.udp = udp;
        this.tcp = tcp;
    }

    /// Binds the sockets. Nothing is read until [#start].
    ///
    /// @param listen port 0 takes one that is free for both
    /// @param neighbours whether an address is one of a fixed neighbour, which may open more connections
    public static Transports bind(
            InetSocketAddress listen, Predicate<InetAddress> neighbours, Consumer<Arrival> receiver, SipMeters meters)
            throws TransportTaken {
        int tries = listen.getPort() == 0 ? TRIES_MAX : 1;
        while (true) {
            tries--;
            UdpTransport udp = bound(Protocol.UDP, () -> UdpTransport.bind(listen, receiver));
            try {
                InetSocketAddress same =
                        new InetSocketAddress(listen.getAddress(), udp.local().getPort());
                return new Transports(
                        udp, bound(Protocol.TCP, () -> TcpTransport.bind(same, receiver, meters, neighbours)));
            } catch (TransportTaken taken) {
                udp.close();
                if (tries == 0) {
                    throw taken;
                }
            }
        }
    }

    private interface Binding<T> {
        T bind() throws IOException;
    }

    private static <T> T bound(Protocol protocol, Binding<T> binding) throws TransportTaken {
        try {
            return binding.bind();
        } catch (IOException taken) {
            throw new TransportTaken(protocol, taken);
        }
    }

    /// What everything that is sent bears from now on; before [#start].
    public void mark(Dscp dscp) {
        udp.mark(dscp);
        tcp.mark(dscp);
    }

    /// Begins to read.
    public void start() {
        udp.start();
        tcp.start();
    }

    /// Where both are bound, with the real port.
    public InetSocketAddress local() {
        return udp.local();
    }

    /// How many TCP connections are open.
    public int connections() {
        return tcp.connections();
    }

    /// Sends one message.
    ///
    /// @param onFailure run where the system refused it, or no connection came to be
    public void send(byte[] bytes, Hop to, Runnable onFailure) {
        send(bytes, to, Sending.unwatched(onFailure));
    }

    /// Sends one message and watches it, where that was asked for.
    public void send(byte[] bytes, Hop to, Sending sending) {
        switch (to.protocol()) {
            case UDP -> udp.send(bytes, to.address(), sending);
            case TCP -> tcp.send(bytes, to.address(), sending);
        }
    }

    /// Sends one response: back over the connection of its request, or, where that is gone, over one
    /// to the sent-by port of the Via (RFC 3261 §18.2.2).
    ///
    /// @param to whom the request came from
    public void respond(byte[] bytes, Hop to, int sentByPort, Runnable onFailure) {
        boolean gone = to.protocol() == Protocol.TCP && !tcp.reaches(to.address());
        Hop reached =
                gone ? new Hop(to.protocol(), new InetSocketAddress(to.address().getAddress(), sentByPort)) : to;
        send(bytes, reached, onFailure);
    }

    @Override
    public void close() {
        tcp.close();
        udp.close();
    }
}
