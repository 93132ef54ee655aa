package org.koegura.sipproxy.transport;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.tls.LiveTls;

/// Step 1 of 10 on the INVITE line: the sockets of SIP, UDP and TCP at the same addresses and ports, and
/// those of TLS (RFC 3261 §18).
///
/// What arrives is handed to the receiver on an event loop, which therefore must not block. Sending
/// never blocks, and is safe from any thread. A message goes out of the socket whose family is that of
/// its destination.
public final class Transports implements AutoCloseable {

    /// With port 0 the system chooses for UDP, and that port may be taken for TCP: another one is tried.
    private static final int TRIES_MAX = 20;

    private final Listening listening;
    private final Consumer<Arrival> receiver;
    private final SipMeters meters;
    private final List<UdpTransport> udp = new ArrayList<>();
    private final List<StreamTransport> tcp = new ArrayList<>();
    private final List<StreamTransport> tls = new ArrayList<>();

    private Transports(Listening listening, Consumer<Arrival> receiver, SipMeters meters) {
        this.listening = listening;
        this.receiver = receiver;
        this.meters = meters;
    }

    /// Binds the sockets. Nothing is read until [#start].
    ///
    /// @throws TransportTaken one of them cannot be bound; none is left open
    public static Transports bind(Listening listening, Consumer<Arrival> receiver, SipMeters meters)
            throws TransportTaken {
        Transports transports = new Transports(listening, receiver, meters);
        boolean whole = false;
        try {
            for (InetSocketAddress address : listening.plain()) {
                transports.bindPlain(address);
            }
            for (InetSocketAddress address : listening.secure()) {
                transports.tls.add(transports.bound(Protocol.TLS, address, listening.tls()));
            }
            whole = true;
            return transports;
        } finally {
            if (!whole) {
                transports.close();
            }
        }
    }

    private void bindPlain(InetSocketAddress listen) throws TransportTaken {
        int tries = listen.getPort() == 0 ? TRIES_MAX : 1;
        while (true) {
            tries--;
            UdpTransport datagrams = datagrams(listen);
            try {
                int port = datagrams.local().getPort();
                tcp.add(bound(Protocol.TCP, new InetSocketAddress(listen.getAddress(), port), null));
                udp.add(datagrams);
                return;
            } catch (TransportTaken taken) {
                datagrams.close();
                if (tries == 0) {
                    throw taken;
                }
            }
        }
    }

    private UdpTransport datagrams(InetSocketAddress listen) throws TransportTaken {
        try {
            return UdpTransport.bind(listen, receiver, meters.faults());
        } catch (IOException taken) {
            throw new TransportTaken(Protocol.UDP, listen, taken);
        }
    }

    private StreamTransport bound(Protocol protocol, InetSocketAddress address, @Nullable LiveTls by)
            throws TransportTaken {
        ConnectionBound bound = new ConnectionBound(
                StreamTransport.CONNECTIONS_MAX,
                StreamTransport.CONNECTIONS_OF_ONE_MAX,
                StreamTransport.CONNECTIONS_TO_ONE_MAX,
                listening.neighbours(),
                listening.telephones());
        try {
            return StreamTransport.bind(address, by, receiver, meters, bound);
        } catch (IOException taken) {
            throw new TransportTaken(protocol, address, taken);
        }
    }

    /// What everything that is sent bears from now on; before [#start].
    public void mark(Dscp dscp) {
        udp.forEach(socket -> socket.mark(dscp));
        tcp.forEach(socket -> socket.mark(dscp));
        tls.forEach(socket -> socket.mark(dscp));
    }

    /// Begins to read.
    public void start() {
        udp.forEach(UdpTransport::start);
        tcp.forEach(StreamTransport::start);
        tls.forEach(StreamTransport::start);
    }

    /// Where the first socket of UDP, and of TCP, is bound, with the real port.
    public InetSocketAddress local() {
        return udp.getFirst().local();
    }

    /// Where each socket is bound.
    public List<Hop> bound() {
        List<Hop> bound = new ArrayList<>();
        udp.forEach(socket -> bound.add(Hop.udp(socket.local())));
        tcp.forEach(socket -> bound.add(new Hop(Protocol.TCP, socket.local())));
        tls.forEach(socket -> bound.add(new Hop(Protocol.TLS, socket.local())));
        return bound;
    }

    /// How many TCP and TLS connections are open.
    public int connections() {
        return tcp.stream().mapToInt(StreamTransport::connections).sum()
                + tls.stream().mapToInt(StreamTransport::connections).sum();
    }

    /// Sends one message.
    ///
    /// @param onFailure run where the system refused it, or no connection came to be
    public void send(byte[] bytes, Hop to, Runnable onFailure) {
        send(bytes, to, Sending.unwatched(onFailure));
    }

    /// Sends one message and watches it, where that was asked for.
    public void send(byte[] bytes, Hop to, Sending sending) {
        if (to.protocol() == Protocol.UDP) {
            UdpTransport datagrams = datagrams(to);
            if (datagrams == null) {
                sending.lost(); // its family is not spoken here
            } else {
                datagrams.send(bytes, to.address(), sending);
            }
            return;
        }
        StreamTransport stream = stream(to);
        if (stream == null) {
            sending.lost(); // TLS is not spoken here
        } else {
            stream.send(bytes, to.address(), sending);
        }
    }

    /// Sends one response: back over the connection of its request, or, where that is gone, over one
    /// to the sent-by port of the Via (RFC 3261 §18.2.2).
    ///
    /// @param to whom the request came from
    public void respond(byte[] bytes, Hop to, int sentByPort, Runnable onFailure) {
        boolean gone = to.protocol().isReliable() && !isOpen(to);
        Hop reached =
                gone ? new Hop(to.protocol(), new InetSocketAddress(to.address().getAddress(), sentByPort)) : to;
        send(bytes, reached, onFailure);
    }

    /// The sender of a request asks that its connection serves for the port that it listens at, too (RFC 5923).
    ///
    /// @param host as its Via says
    public void alias(Hop source, String host, int port) {
        StreamTransport stream = source.protocol().isReliable() ? stream(source) : null;
        if (stream != null) {
            stream.alias(source.address(), host, port);
        }
    }

    /// Names the open connection to a peer, as no other ever.
    ///
    /// @return null where there is none
    public @Nullable String connection(Hop peer) {
        StreamTransport stream = peer.protocol().isReliable() ? stream(peer) : null;
        return stream == null ? null : stream.connectionName(peer.address());
    }

    private boolean isOpen(Hop to) {
        StreamTransport stream = stream(to);
        return stream != null && stream.reaches(to.address());
    }

    private @Nullable UdpTransport datagrams(Hop to) {
        for (UdpTransport socket : udp) {
            if (serves(socket.local(), to.address())) {
                return socket;
            }
        }
        return null;
    }

    /// The one that has a connection, else one whose family it is; null where there is none of that protocol.
    private @Nullable StreamTransport stream(Hop to) {
        List<StreamTransport> all = to.protocol() == Protocol.TLS ? tls : tcp;
        StreamTransport ofFamily = all.isEmpty() ? null : all.getFirst();
        for (StreamTransport one : all.reversed()) {
            if (one.reaches(to.address())) {
                return one;
            }
            if (serves(one.local(), to.address())) {
                ofFamily = one;
            }
        }
        return ofFamily;
    }

    private static boolean serves(InetSocketAddress local, InetSocketAddress peer) {
        return local.getAddress() instanceof Inet6Address == peer.getAddress() instanceof Inet6Address;
    }

    @Override
    public void close() {
        tls.forEach(StreamTransport::close);
        tcp.forEach(StreamTransport::close);
        udp.forEach(UdpTransport::close);
    }
}
