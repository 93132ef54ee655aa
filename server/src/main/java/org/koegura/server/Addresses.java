package org.koegura.server;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.routing.Neighbour;
import org.koegura.sipproxy.routing.Neighbours;
import org.koegura.sipproxy.routing.OwnAddress;
import org.koegura.sipproxy.transport.Hop;

/// The addresses of a [Config], looked up.
///
/// @param sip where SIP listens
/// @param advertised what peers are told, for signalling and media
/// @param neighbours registrar or PBX, and trunk
/// @param nameServers null: those of this system
record Addresses(
        InetSocketAddress sip,
        InetAddress advertised,
        Neighbours neighbours,
        @Nullable List<InetSocketAddress> nameServers) {

    /// Looks them up. Blocks where a name must be asked for.
    ///
    /// @throws StartFault a name has no address, the address cannot be told to anybody, or a neighbour
    ///     has one that is ours or the other's
    static Addresses of(Config config) throws StartFault {
        InetSocketAddress sip = resolve(ConfigKeys.SIP_LISTEN, config.sip());
        InetAddress advertised = advertised(config);
        Neighbour upstream = neighbour(ConfigKeys.SIP_UPSTREAM, config.routes().upstream());
        Neighbour trunk = neighbour(ConfigKeys.SIP_TRUNK, config.routes().trunk());
        refuseOurselves(ConfigKeys.SIP_UPSTREAM, upstream, OwnAddress.of(sip, advertised));
        refuseOurselves(ConfigKeys.SIP_TRUNK, trunk, OwnAddress.of(sip, advertised));
        refuseOneForBoth(upstream, trunk);
        return new Addresses(
                sip,
                advertised,
                new Neighbours(upstream, trunk),
                nameServers(config.routes().dns()));
    }

    private static @Nullable List<InetSocketAddress> nameServers(@Nullable List<HostPort> chosen) {
        return chosen == null
                ? null
                : chosen.stream()
                        .map(server -> new InetSocketAddress(InetAddress.ofLiteral(server.host()), server.port()))
                        .toList();
    }

    /// With every address that its name has: a carrier that has several may send from each.
    private static @Nullable Neighbour neighbour(Key<?> key, @Nullable NextHop hop) throws StartFault {
        if (hop == null) {
            return null;
        }
        try {
            List<InetAddress> all = List.of(InetAddress.getAllByName(hop.at().host()));
            InetSocketAddress first =
                    new InetSocketAddress(all.getFirst(), hop.at().port());
            return new Neighbour(new Hop(hop.protocol(), first), Set.copyOf(all));
        } catch (UnknownHostException e) {
            throw noAddress(key, hop.at().host(), e);
        }
    }

    /// What we send to ourselves goes round until its hops run out.
    private static void refuseOurselves(Key<?> key, @Nullable Neighbour neighbour, OwnAddress own) throws StartFault {
        if (neighbour == null) {
            return;
        }
        int port = neighbour.hop().address().getPort();
        for (InetAddress host : neighbour.hosts()) {
            if (own.is(new InetSocketAddress(host, port))) {
                throw new StartFault(key.name() + ": " + host.getHostAddress() + " port " + port
                        + " is where this proxy itself listens: name the neighbour that it sends to");
            }
        }
    }

    /// Who is beyond the trunk is known by its address.
    private static void refuseOneForBoth(@Nullable Neighbour upstream, @Nullable Neighbour trunk) throws StartFault {
        if (upstream == null || trunk == null) {
            return;
        }
        for (InetAddress host : trunk.hosts()) {
            if (upstream.hosts().contains(host)) {
                throw new StartFault(ConfigKeys.SIP_TRUNK.name() + ": " + host.getHostAddress() + " is an address of "
                        + ConfigKeys.SIP_UPSTREAM.name() + " too: "
                        + "PBX and carrier are told apart by their addresses, give each one of its own");
            }
        }
    }

    private static InetSocketAddress resolve(Key<?> key, HostPort hostPort) throws StartFault {
        try {
            return hostPort.resolve();
        } catch (UnknownHostException e) {
            throw noAddress(key, hostPort.host(), e);
        }
    }

    private static InetAddress advertised(Config config) throws StartFault {
        Key<?> key = advertisedBy(config);
        InetAddress address;
        try {
            address = config.advertisedAddress();
        } catch (UnknownHostException e) {
            throw noAddress(key, String.valueOf(config.advertised()), e);
        }
        if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
            throw new StartFault(key.name() + ": nobody can send to " + address.getHostAddress()
                    + ": name one address of this machine that telephones can reach");
        }
        return address;
    }

    /// Where the advertised address comes from.
    static Key<?> advertisedBy(Config config) {
        return config.advertised() == null ? ConfigKeys.SIP_LISTEN : ConfigKeys.SIP_ADVERTISE;
    }

    private static StartFault noAddress(Key<?> key, String host, UnknownHostException cause) {
        return new StartFault(
                key.name() + ": '" + host + "' has no address: check its spelling, or write the address itself", cause);
    }
}
