package org.koegura.sipproxy.routing;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.message.ProxyEdits;
import org.koegura.sipproxy.message.Via;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.Protocol;

/// By what peers know us, and by what we know ourselves again in a Via or a Route: one address and port
/// for each *side*, that is, for each protocol and family of addresses.
public final class OwnAddress {

    private final Map<Side, InetSocketAddress> told;
    private final Map<Hop, List<InetSocketAddress>> ofSocket;
    private final Set<InetSocketAddress> reached;

    /// How a peer is reached.
    ///
    /// @param six whether over IPv6
    private record Side(Protocol protocol, boolean six) {

        static Side of(Protocol protocol, InetAddress address) {
            return new Side(protocol, address instanceof Inet6Address);
        }

        static Side to(Hop hop) {
            return of(hop.protocol(), hop.address().getAddress());
        }
    }

    private OwnAddress(
            Map<Side, InetSocketAddress> told,
            Map<Hop, List<InetSocketAddress>> ofSocket,
            Set<InetSocketAddress> reached) {
        this.told = Map.copyOf(told);
        this.ofSocket = Map.copyOf(ofSocket);
        this.reached = Set.copyOf(reached);
    }

    /// Says what we are known by, over UDP and TCP.
    ///
    /// @param bound where the sockets are bound; a wildcard stands for every address of its family that
    ///     this machine has
    /// @param advertised what peers are told
    public static OwnAddress of(InetSocketAddress bound, InetAddress advertised) {
        return of(List.of(new Hop(Protocol.UDP, bound), new Hop(Protocol.TCP, bound)), List.of(advertised));
    }

    /// The same with all sockets that there are, over UDP at least.
    ///
    /// @param advertised at most one of each family; a family that has none is told that of the other
    public static OwnAddress of(Collection<Hop> bound, Collection<InetAddress> advertised) {
        Map<Side, InetSocketAddress> told = new LinkedHashMap<>();
        Map<Hop, List<InetSocketAddress>> ofSocket = new HashMap<>();
        Set<InetSocketAddress> reached = new HashSet<>();
        for (Hop socket : bound) {
            int port = socket.address().getPort();
            InetAddress at = socket.address().getAddress();
            for (InetAddress address : advertised) {
                boolean served = advertised.size() == 1 || isOneFamily(at, address);
                if (served) {
                    InetSocketAddress here = new InetSocketAddress(address, port);
                    if (told.putIfAbsent(Side.of(socket.protocol(), address), here) == null) {
                        ofSocket.computeIfAbsent(socket, _ -> new ArrayList<>()).add(here);
                    }
                    reached.add(here);
                }
            }
            Set<InetAddress> own = at.isAnyLocalAddress() ? machine(at) : Set.of(at);
            own.forEach(address -> reached.add(new InetSocketAddress(address, port)));
        }
        return new OwnAddress(told, ofSocket, reached);
    }

    private static boolean isOneFamily(InetAddress one, InetAddress other) {
        return one instanceof Inet6Address == other instanceof Inet6Address;
    }

    private static Set<InetAddress> machine(InetAddress wildcard) {
        Set<InetAddress> addresses = new HashSet<>(Set.of(InetAddress.getLoopbackAddress()));
        try {
            for (NetworkInterface card : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                addresses.addAll(Collections.list(card.getInetAddresses()));
            }
        } catch (SocketException e) {
            // without a list of interfaces, the advertised address and loopback are what we go by
        }
        addresses.removeIf(address -> !isOneFamily(address, wildcard));
        return addresses;
    }

    /// The advertised address with the port of our UDP socket; that of IPv4 where there are two.
    public InetSocketAddress reachedAt() {
        return told(new Side(Protocol.UDP, false));
    }

    /// The same over another protocol; null where it is not spoken here.
    public @Nullable InetSocketAddress reachedAt(Protocol protocol) {
        return speaks(protocol) ? told(new Side(protocol, false)) : null;
    }

    /// What peers are told of a socket; nothing where they are told another one.
    public List<InetSocketAddress> reachedAt(Hop socket) {
        return ofSocket.getOrDefault(socket, List.of());
    }

    /// Whether we have sockets of that protocol.
    public boolean speaks(Protocol protocol) {
        return told.containsKey(new Side(protocol, false)) || told.containsKey(new Side(protocol, true));
    }

    /// Whether a message sent there comes back to us.
    public boolean is(InetSocketAddress address) {
        return reached.contains(new InetSocketAddress(address.getAddress(), address.getPort()));
    }

    /// A Via of ours (RFC 3261 §20.42), for a message that goes there. Over a connection it says that the peer may
    /// use that in the other direction, too (RFC 5923).
    public String via(Hop to, String branch) {
        return "SIP/2.0/" + to.protocol().name() + " " + hostPort(Side.to(to)) + ";branch=" + branch
                + (to.protocol().isReliable() ? ";alias" : "");
    }

    /// Whether a Via is one that we wrote.
    public boolean wrote(Via via) {
        Protocol protocol = Protocol.named(via.transport());
        if (protocol == null) {
            return false;
        }
        String sentBy = via.host() + ":" + via.sentByPort();
        for (Side side : told.keySet()) {
            if (side.protocol() == protocol && hostPort(side).equalsIgnoreCase(sentBy)) {
                return true;
            }
        }
        return false;
    }

    /// Our URIs for Record-Route or Path, the topmost first: one, or, where protocol or family change here, one
    /// for each side, that of the next hop on top (RFC 5658 §5.2).
    ///
    /// @param mark what they say when they come back
    public List<String> routes(Mark mark, Hop from, Hop to) {
        return routes(mark, from, to, false);
    }

    /// The same for a Record-Route.
    ///
    /// @param secure whether the request asks for TLS all the way: then so does each URI of a side that has TLS
    ///     (RFC 3261 §16.6 item 4)
    public List<String> routes(Mark mark, Hop from, Hop to, boolean secure) {
        Side near = Side.to(from);
        Side far = Side.to(to);
        boolean one = near.protocol() == far.protocol() && hostPort(near).equals(hostPort(far));
        Mark said = one ? mark : mark.inPair();
        return one ? List.of(uri(said, near, secure)) : List.of(uri(said, far, secure), uri(said, near, secure));
    }

    /// A URI of ours for a peer there, to be used as a Contact.
    public String contact(String user, Hop to) {
        Side side = Side.to(to);
        String protocol = side.protocol() == Protocol.UDP
                ? ""
                : ";transport=" + side.protocol().parameter();
        return "sip:" + user + "@" + hostPort(side) + protocol;
    }

    /// Whether a Path, or a list of them, has a URI of ours.
    public boolean isInPath(String path) {
        Set<String> ours = told.keySet().stream().map(side -> hostPort(side)).collect(Collectors.toSet());
        return path.contains(Mark.ofTelephone())
                && ours.stream().anyMatch(hostPort -> path.contains("sip:" + hostPort + ";"));
    }

    /// Without a protocol a numeric URI means UDP (RFC 3263 §4.1), unless there are two to tell apart.
    private String uri(Mark mark, Side side, boolean secure) {
        if (secure && side.protocol() == Protocol.TLS) {
            return "sips:" + hostPort(side) + mark.parameters();
        }
        boolean said = mark.paired() || side.protocol() != Protocol.UDP;
        return "sip:" + hostPort(side) + (said ? ";transport=" + side.protocol().parameter() : "") + mark.parameters();
    }

    private String hostPort(Side side) {
        InetSocketAddress address = told(side);
        return ProxyEdits.bracketed(address.getAddress()) + ":" + address.getPort();
    }

    /// Where we have no socket of its protocol, a response will find its way over the connection alone.
    private InetSocketAddress told(Side side) {
        InetSocketAddress own = told.get(side);
        InetSocketAddress other = own == null ? told.get(new Side(side.protocol(), !side.six())) : own;
        return other == null ? udp() : other;
    }

    private InetSocketAddress udp() {
        InetSocketAddress four = told.get(new Side(Protocol.UDP, false));
        return Objects.requireNonNull(four == null ? told.get(new Side(Protocol.UDP, true)) : four, "no UDP");
    }
}
