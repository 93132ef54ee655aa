package org.koegura.sipproxy.routing;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.message.ProxyEdits;
import org.koegura.sipproxy.message.Via;

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
    public String via(String branch) {
        return "SIP/2.0/UDP " + hostPort + ";branch=" + branch;
    }

    /// Whether a Via is one that we wrote.
    public boolean wrote(Via via) {
        return via.transport().equalsIgnoreCase("UDP")
                && (via.host() + ":" + (via.port() < 0 ? 5060 : via.port())).equalsIgnoreCase(hostPort);
    }

    /// Our URI for Record-Route.
    ///
    /// @param passage name of the passage that it leads back to; null where there is none
    public String recordRoute(@Nullable String passage) {
        return uri(new Mark(false, passage));
    }

    /// Our URI for Path (RFC 3327): what comes back by it goes to a telephone.
    public String path() {
        return uri(new Mark(true, null));
    }

    private String uri(Mark mark) {
        return "sip:" + hostPort + mark.parameters();
    }
}
