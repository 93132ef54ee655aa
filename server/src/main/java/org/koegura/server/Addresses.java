package org.koegura.server;

import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.koegura.rtpcapture.MediaAddresses;
import org.koegura.server.config.Config;
import org.koegura.server.config.HostPort;
import org.koegura.server.config.Key;
import org.koegura.server.config.NextHop;
import org.koegura.server.config.SipKeys;
import org.koegura.sipproxy.SipProxy;
import org.koegura.sipproxy.dns.Found;
import org.koegura.sipproxy.dns.ServerLocator;
import org.koegura.sipproxy.routing.Neighbour;
import org.koegura.sipproxy.routing.Neighbours;
import org.koegura.sipproxy.routing.OwnAddress;
import org.koegura.sipproxy.routing.Server;
import org.koegura.sipproxy.routing.TrunkProfile;
import org.koegura.sipproxy.tls.TlsSettings;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.Protocol;

/// The addresses of a [Config], looked up.
///
/// @param sockets where SIP listens, and what peers are told, for signalling and media
/// @param neighbours registrar or PBX, and trunk
/// @param nameServers null: those of this system
record Addresses(
        SipProxy.Sockets sockets,
        Neighbours neighbours,
        @Nullable List<InetSocketAddress> nameServers) {

    /// Looks them up. Blocks where a name must be asked for.
    ///
    /// A neighbour's name may have none yet: it is looked up again from then on.
    ///
    /// @throws StartFault a name of our own has no address, the address cannot be told to anybody, or a
    ///     neighbour has one that is ours or the other's
    static Addresses of(Config config) throws StartFault {
        List<InetSocketAddress> listen = resolve(SipKeys.LISTEN, config.sip().listen());
        SipProxy.Sockets sockets = new SipProxy.Sockets(listen, advertised(config), tls(config));
        List<InetSocketAddress> nameServers = nameServers(config.routes().dns());
        Neighbours neighbours;
        try (ServerLocator locator = ServerLocator.open(
                nameServers,
                sockets.families(),
                sockets.spoken(),
                System::nanoTime,
                new CompositeMeterRegistry())) { // counts for nobody: the proxy opens one of its own
            OwnAddress own = own(sockets);
            Neighbour upstream = neighbour(SipKeys.UPSTREAM, config.routes().upstream(), locator, own);
            TrunkProfile profile = config.routes().profile();
            Neighbour trunk = neighbour(SipKeys.TRUNK, trunk(config.routes()), locator, own);
            refuseOneForBoth(upstream, trunk);
            neighbours = new Neighbours(upstream, trunk, profile);
        }
        return new Addresses(sockets, neighbours, nameServers);
    }

    private static @Nullable List<InetSocketAddress> nameServers(@Nullable List<HostPort> chosen) {
        return chosen == null
                ? null
                : chosen.stream()
                        .map(server -> new InetSocketAddress(InetAddress.ofLiteral(server.host()), server.port()))
                        .toList();
    }

    private static OwnAddress own(SipProxy.Sockets sockets) {
        List<Hop> bound = new ArrayList<>();
        for (InetSocketAddress address : sockets.listen()) {
            bound.add(Hop.udp(address));
            bound.add(new Hop(Protocol.TCP, address));
        }
        TlsSettings tls = sockets.tls();
        if (tls != null) {
            tls.listen().forEach(address -> bound.add(new Hop(Protocol.TLS, address)));
        }
        return OwnAddress.of(bound, sockets.advertised());
    }

    private static @Nullable TlsSettings tls(Config config) throws StartFault {
        Config.Tls tls = config.sip().tls();
        return tls == null
                ? null
                : new TlsSettings(
                        resolve(SipKeys.TLS_LISTEN, tls.listen()),
                        tls.certificate(),
                        tls.key(),
                        tls.trust(),
                        tls.clientsRequired());
    }

    /// Where media ports are: at what peers are told. Asks nobody for a neighbour's name.
    ///
    /// @throws StartFault as [#of], for an address of our own
    static MediaAddresses media(Config config) throws StartFault {
        List<InetAddress> told = advertised(config);
        return new MediaAddresses(told.getFirst(), told.size() > 1 ? told.getLast() : null);
    }

    /// Where the carrier has UDP alone, its name must lead to nothing else.
    private static List<NextHop> trunk(Config.Routes routes) {
        return routes.profile() == null
                ? routes.trunk()
                : routes.trunk().stream().map(NextHop::overUdp).toList();
    }

    /// With every address that its names have: a carrier that has several may send from each.
    private static @Nullable Neighbour neighbour(
            Key<?> key, List<NextHop> written, ServerLocator locator, OwnAddress own) throws StartFault {
        List<Server> servers = written.stream().map(NextHop::server).toList();
        Map<Server, Found> found = found(servers, locator);
        for (Found places : found.values()) {
            refuseOurselves(key, places.hops(), own);
        }
        return servers.isEmpty() ? null : new Neighbour(servers, server -> Objects.requireNonNull(found.get(server)));
    }

    /// Looks all of them up at once: a name server that is out holds up the start once, and not with each name.
    private static Map<Server, Found> found(List<Server> servers, ServerLocator locator) {
        Map<Server, Found> found = new ConcurrentHashMap<>();
        try (ExecutorService lookups = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture.allOf(servers.stream()
                            .map(server -> CompletableFuture.runAsync(
                                    () -> found.put(server, locator.find(server.sought())), lookups))
                            .toArray(CompletableFuture[]::new))
                    .join();
        }
        return found;
    }

    /// What we send to ourselves goes round until its hops run out.
    private static void refuseOurselves(Key<?> key, List<Hop> hops, OwnAddress own) throws StartFault {
        for (Hop hop : hops) {
            if (own.is(hop.address())) {
                throw StartFault.in(
                        key,
                        hop.address().getAddress().getHostAddress() + " port "
                                + hop.address().getPort()
                                + " is where this proxy itself listens: name the neighbour that it sends to",
                        null);
            }
        }
    }

    /// Who is beyond the trunk is known by its address.
    private static void refuseOneForBoth(@Nullable Neighbour upstream, @Nullable Neighbour trunk) throws StartFault {
        if (upstream == null || trunk == null) {
            return;
        }
        for (Hop hop : trunk.hops()) {
            InetAddress host = hop.address().getAddress();
            if (upstream.isHost(host)) {
                throw StartFault.in(
                        SipKeys.TRUNK,
                        host.getHostAddress() + " is an address of " + SipKeys.UPSTREAM.name() + " too: "
                                + "PBX and carrier are told apart by their addresses, give each one of its own",
                        null);
            }
        }
    }

    private static List<InetSocketAddress> resolve(Key<?> key, List<HostPort> all) throws StartFault {
        List<InetSocketAddress> resolved = new ArrayList<>();
        for (HostPort one : all) {
            resolved.add(resolve(key, one));
        }
        return resolved;
    }

    /// Blocks where a name must be asked for.
    ///
    /// @param key where it was set
    /// @throws StartFault the name has no address
    static InetSocketAddress resolve(Key<?> key, HostPort one) throws StartFault {
        try {
            return one.resolve();
        } catch (UnknownHostException e) {
            throw noAddress(key, one.host(), e);
        }
    }

    /// At most one of each family.
    private static List<InetAddress> advertised(Config config) throws StartFault {
        Key<?> key = advertisedBy(config);
        Map<Boolean, InetAddress> ofFamily = new LinkedHashMap<>();
        try {
            for (InetAddress address : told(config.sip())) {
                if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
                    throw StartFault.in(
                            key,
                            "nobody can send to " + address.getHostAddress()
                                    + ": name one address of this machine that telephones can reach",
                            null);
                }
                InetAddress other = ofFamily.putIfAbsent(address instanceof Inet6Address, address);
                if (other != null
                        && !other.equals(address)
                        && !config.sip().advertised().isEmpty()) {
                    throw StartFault.in(
                            key,
                            other.getHostAddress() + " and " + address.getHostAddress()
                                    + " are of one family: name one of IPv4 and one of IPv6",
                            null);
                }
            }
        } catch (UnknownHostException e) {
            throw noAddress(key, String.join(",", config.sip().advertised()), e);
        }
        return List.copyOf(ofFamily.values());
    }

    /// The addresses that peers are told to send to: as chosen, else the listening addresses, a wildcard as this
    /// machine's first address of its family that other machines can reach, else loopback.
    private static List<InetAddress> told(Config.Sip sip) throws StartFault, UnknownHostException {
        List<InetAddress> addresses = new ArrayList<>();
        for (String chosen : sip.advertised()) {
            addresses.add(InetAddress.getByName(chosen));
        }
        if (addresses.isEmpty()) {
            for (HostPort listen : sip.listen()) {
                InetAddress bound = resolve(SipKeys.LISTEN, listen).getAddress();
                addresses.add(bound.isAnyLocalAddress() ? firstReachable(bound instanceof Inet6Address) : bound);
            }
        }
        return addresses;
    }

    private static InetAddress firstReachable(boolean six) {
        try {
            for (NetworkInterface card : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                if (!card.isUp() || card.isLoopback()) {
                    continue;
                }
                for (InetAddress address : Collections.list(card.getInetAddresses())) {
                    if (address instanceof Inet6Address == six && !address.isLinkLocalAddress()) {
                        return address;
                    }
                }
            }
        } catch (SocketException e) {
            // no list of interfaces: loopback serves the machine itself, and --advertise says anything else
        }
        return InetAddress.ofLiteral(six ? "::1" : "127.0.0.1");
    }

    /// Where the advertised address comes from.
    static Key<?> advertisedBy(Config config) {
        return config.sip().advertised().isEmpty() ? SipKeys.LISTEN : SipKeys.ADVERTISE;
    }

    private static StartFault noAddress(Key<?> key, String host, UnknownHostException cause) {
        return StartFault.in(
                key, "'" + host + "' has no address: check its spelling, or write the address itself", cause);
    }
}
