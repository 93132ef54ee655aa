package org.koegura.sipproxy.routing;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.message.ProxyEdits;
import org.koegura.sipproxy.message.Via;
import org.koegura.sipproxy.transport.Protocol;

/// By what peers know us, and by what we know ourselves again in a Via or a Route.
public final class OwnAddress {

    private final InetSocketAddress reachedAt;
    private final Set<InetAddress> addresses;
    private final String hostPort;

    private OwnAddress(InetSocketAddress reachedAt, Set<InetAddress> addresses) {
        this.reachedAt = reachedAt;
        this.addresses = Set.copyOf(addresses);
        this.hostPort = ProxyEdits.bracketed(reachedAt.getAddress()) + ":" + reachedAt.getPort();
    }

    /// Says what we are known by.
    ///
    /// @param bound where the socket is bound; a wildcard stands for every address of this machine
    /// @param advertised what peers are told
    public static OwnAddress of(InetSocketAddress bound, InetAddress advertised) {
        Set<InetAddress> addresses = new HashSet<>(Set.of(advertised));
        if (bound.getAddress().isAnyLocalAddress()) {
            addresses.addAll(machine());
        } else {
            addresses.add(bound.getAddress());
        }
        return new OwnAddress(new InetSocketAddress(advertised, bound.getPort()), addresses);
    }

    private static Set<InetAddress> machine() {
        Set<InetAddress> addresses = new HashSet<>(Set.of(InetAddress.getLoopbackAddress()));
        try {
            for (NetworkInterface card : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                addresses.addAll(Collections.list(card.getInetAddresses()));
            }
        } catch (SocketException e) {
            // without a list of interfaces, the advertised address and loopback are what we go by
        }
        return addresses;
    }

    /// The advertised address with the port of our socket.
    public InetSocketAddress reachedAt() {
        return reachedAt;
    }

    /// Whether a message sent there comes back to us.
    public boolean is(InetSocketAddress address) {
        return address.getPort() == reachedAt.getPort() && addresses.contains(address.getAddress());
    }

    /// A Via of ours (RFC 3261 §20.42).
    public String via(Protocol protocol, String branch) {
        return "SIP/2.0/" + protocol.name() + " " + hostPort + ";branch=" + branch;
    }

    /// Whether a Via is one that we wrote.
    public boolean wrote(Via via) {
        return Protocol.named(via.transport()) != null
                && (via.host() + ":" + via.sentByPort()).equalsIgnoreCase(hostPort);
    }

    /// Our URIs for Record-Route, the topmost first: one, or, where the transport
    /// protocol changes here, one for each side, that of the next hop on top (RFC 5658 §5.2).
    ///
    /// @param passage name of the passage that they lead back to; null where there is none
    public List<String> recordRoutes(@Nullable String passage, Protocol from, Protocol to) {
        return uris(null, passage, from, to);
    }

    /// Our URIs for Path (RFC 3327), likewise: what comes back by them goes to a telephone.
    ///
    /// @param telephone what it says of the telephone
    public List<String> paths(String telephone, Protocol from, Protocol to) {
        return uris(telephone, null, from, to);
    }

    /// Whether a Path, or a list of them, has a URI of ours.
    public boolean isInPath(String path) {
        return path.contains("sip:" + hostPort + ";") && path.contains(Mark.ofTelephone());
    }

    private List<String> uris(@Nullable String telephone, @Nullable String passage, Protocol from, Protocol to) {
        Mark mark = new Mark(telephone, passage, from != to);
        return from == to ? List.of(uri(mark, from)) : List.of(uri(mark, to), uri(mark, from));
    }

    /// Without a protocol a numeric URI means UDP (RFC 3263 §4.1), unless there are two to tell apart.
    private String uri(Mark mark, Protocol protocol) {
        boolean said = mark.paired() || protocol != Protocol.UDP;
        return "sip:" + hostPort + (said ? ";transport=" + protocol.parameter() : "") + mark.parameters();
    }
}
