package org.koegura.sipproxy.dns;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.Protocol;

/// Finds where a SIP server is reached: NAPTR, then SRV, then addresses (RFC 3263 §4). An address, or a port that is
/// written out, cuts that short.
///
/// Names with a dot are asked of the hosts file and of the name servers; names without one belong to the system, which
/// knows its search list. Safe from any thread.
public final class ServerLocator implements AutoCloseable {

    /// Nobody tries more.
    public static final int HOPS_MAX = 8;

    /// Services of one name that are asked for.
    private static final int SERVICES_MAX = 8;

    private final NameServers servers;
    private final SystemNames system = new SystemNames();
    private final HostsFile hostsFile;
    private final Families families;
    private final Set<Protocol> spoken;

    /// Addresses that our sockets can send to.
    public enum Families {
        IPV4,
        IPV6,
        BOTH;

        /// Those that sockets with these addresses can send to: each to its own.
        public static Families of(Collection<InetAddress> listening) {
            boolean four = listening.stream().anyMatch(Inet4Address.class::isInstance);
            boolean six = listening.stream().anyMatch(Inet6Address.class::isInstance);
            return four && six ? BOTH : four ? IPV4 : IPV6;
        }

        private List<DnsRecordType> types() {
            return switch (this) {
                case IPV4 -> List.of(DnsRecordType.A);
                case IPV6 -> List.of(DnsRecordType.AAAA);
                case BOTH -> List.of(DnsRecordType.A, DnsRecordType.AAAA);
            };
        }

        private boolean have(InetAddress address) {
            return types().contains(address instanceof Inet4Address ? DnsRecordType.A : DnsRecordType.AAAA);
        }
    }

    /// A transport protocol that can be chosen, in our order of preference, which is RFC 3261's: UDP where nobody says
    /// otherwise.
    private record Service(String naptr, String srv, Protocol protocol) {

        static List<Service> all(boolean secure) {
            List<Service> all = new ArrayList<>();
            if (!secure) {
                all.add(new Service("SIP+D2U", "_sip._udp.", Protocol.UDP));
                all.add(new Service("SIP+D2T", "_sip._tcp.", Protocol.TCP));
            }
            all.add(new Service("SIPS+D2T", "_sips._tcp.", Protocol.TLS));
            return all;
        }
    }

    /// A server that was named, before its addresses are looked up.
    private record Spot(int rank, int weight, String name, int port, Protocol protocol) {}

    /// @param whole whether the name servers said that there are no others
    private record Spots(List<Spot> all, boolean whole) {}

    /// @param whole whether the name servers said that there are no others
    private record Addresses(List<InetAddress> all, boolean whole) {}

    ServerLocator(NameServers servers, HostsFile hostsFile, Families families, Set<Protocol> spoken) {
        this.servers = servers;
        this.hostsFile = hostsFile;
        this.families = families;
        this.spoken = Set.copyOf(spoken);
    }

    /// Opens it.
    ///
    /// @param servers name servers, in the order in which they are asked; null: those of this system
    /// @param spoken protocols that we have sockets of
    public static ServerLocator open(
            @Nullable List<InetSocketAddress> servers,
            Families families,
            Set<Protocol> spoken,
            LongSupplier nanoClock,
            MeterRegistry metrics) {
        return new ServerLocator(
                new NameServers(servers == null ? ResolverFile.servers() : servers, nanoClock, new DnsMeters(metrics)),
                new HostsFile(nanoClock),
                families,
                spoken);
    }

    /// Whether it may be reached over a protocol that we have sockets of.
    public boolean speaks(Sought sought) {
        return (sought.protocol() == null && !sought.secure()) || spoken.contains(usual(sought));
    }

    private List<Service> services(boolean secure) {
        return Service.all(secure).stream()
                .filter(service -> spoken.contains(service.protocol()))
                .toList();
    }

    /// Where it is tried, in that order; at most [#HOPS_MAX]; none where it cannot be found. Blocks where a name must
    /// be
    /// asked for, for a bounded time.
    ///
    /// Over TLS each bears the name that was sought, whatever server that led to: its certificate must be for that
    /// (RFC 5922 §7.3). What is sought securely is found over TLS only.
    ///
    /// @param random draws among servers of equal priority: the same numbers give the same order
    public List<Hop> locate(Sought sought, RandomGenerator random) {
        if (sought.isLiteral()) { // each message asks for some, and there is nothing to look up or to draw
            Spot spot = itself(sought).getFirst();
            InetAddress literal = addresses(spot.name()).all().getFirst();
            return List.of(new Hop(spot.protocol(), new InetSocketAddress(literal, spot.port())));
        }
        List<Hop> hops = new ArrayList<>();
        ServerOrder.drawn(spots(sought).all(), Spot::rank, Spot::weight, random).stream()
                .takeWhile(_ -> hops.size() < HOPS_MAX)
                .forEach(spot -> hops.addAll(hops(spot, addresses(spot.name()), sought)));
        return hops.stream().distinct().limit(HOPS_MAX).toList();
    }

    /// All places where it is reached, by the same rules, and whether these are all. Blocks longer: every server of its
    /// name is looked up.
    public Found find(Sought sought) {
        Spots spots = spots(sought);
        boolean told = true;
        List<Found.Place> places = new ArrayList<>();
        for (Spot spot : spots.all()) {
            Addresses addresses = addresses(spot.name());
            List<Hop> hops = hops(spot, addresses, sought);
            told &= addresses.whole();
            if (!hops.isEmpty()) {
                places.add(new Found.Place(spot.rank(), spot.weight(), hops));
            }
        }
        return new Found(places, spots.whole() && told, !told);
    }

    private Spots spots(Sought sought) {
        boolean written = !hostsFile.addresses(sought.host()).isEmpty();
        if (sought.isLiteral()
                || sought.port() >= 0
                || written
                || !sought.host().contains(".")) {
            return new Spots(itself(sought), true);
        }
        return sought.protocol() != null ? overItsProtocol(sought) : overAnyProtocol(sought);
    }

    private static Protocol usual(Sought sought) {
        Protocol protocol = sought.protocol();
        return sought.secure() ? Protocol.TLS : protocol == null ? Protocol.UDP : protocol;
    }

    /// §4.2: the addresses of the name itself.
    private static List<Spot> itself(Sought sought) {
        Protocol protocol = usual(sought);
        int port = sought.port() >= 0 ? sought.port() : protocol.defaultPort();
        return List.of(new Spot(0, 0, sought.bareHost(), port, protocol));
    }

    private Spots overItsProtocol(Sought sought) {
        Protocol protocol = usual(sought);
        String srv = Service.all(false).stream()
                .filter(service -> service.protocol() == protocol)
                .map(Service::srv)
                .findFirst()
                .orElseThrow();
        return switch (servers.ask(new Question(srv + sought.host(), DnsRecordType.SRV))) {
            // some name servers in small routers know addresses only
            case Answer.Silence() -> new Spots(itself(sought), false);
            case Answer.Said said when said.entries().isEmpty() -> new Spots(itself(sought), true);
            case Answer.Said said -> new Spots(spots(said, protocol, 0), true);
        };
    }

    /// §4.1: NAPTR says which protocols there are, and what is liked best; without it SRV does.
    private Spots overAnyProtocol(Sought sought) {
        Answer first = servers.ask(new Question(sought.host(), DnsRecordType.NAPTR));
        if (!(first instanceof Answer.Said said)) {
            return new Spots(itself(sought), false);
        }
        List<Entry.Naptr> naptrs = said.of(Entry.Naptr.class).stream()
                .filter(naptr -> naptr.flags().equals("s"))
                .sorted(Comparator.comparingInt(Entry.Naptr::order).thenComparingInt(Entry.Naptr::preference))
                .toList();
        Map<String, Service> named = new LinkedHashMap<>();
        for (Entry.Naptr naptr : naptrs) {
            services(sought.secure()).stream()
                    .filter(service -> service.naptr().equals(naptr.service()) && named.size() < SERVICES_MAX)
                    .forEach(service -> named.putIfAbsent(naptr.replacement(), service));
        }
        boolean known = !named.isEmpty();
        for (Service service : known ? List.<Service>of() : services(sought.secure())) {
            named.put(service.srv() + sought.host(), service);
        }
        return overServices(named, sought, known);
    }

    /// @param services by the names of their SRV records, the best first
    /// @param known whether they are there, even if no server of theirs is
    private Spots overServices(Map<String, Service> services, Sought sought, boolean known) {
        List<Spot> spots = new ArrayList<>();
        boolean whole = true;
        boolean some = known;
        int place = 0;
        for (Map.Entry<String, Service> service : services.entrySet()) {
            if (servers.ask(new Question(service.getKey(), DnsRecordType.SRV)) instanceof Answer.Said said) {
                some |= !said.of(Entry.Srv.class).isEmpty();
                spots.addAll(spots(said, service.getValue().protocol(), place));
            } else {
                whole = false;
            }
            place++;
        }
        return new Spots(some ? spots : itself(sought), whole);
    }

    /// @param place of the service among those of the name, from 0 on
    private static List<Spot> spots(Answer.Said said, Protocol protocol, int place) {
        return said.of(Entry.Srv.class).stream()
                .filter(srv -> !srv.target().isEmpty()) // RFC 2782: decidedly not available
                .map(srv -> new Spot(
                        (place << Short.SIZE) + srv.priority(), srv.weight(), srv.target(), srv.port(), protocol))
                .toList();
    }

    private List<Hop> hops(Spot spot, Addresses addresses, Sought sought) {
        return addresses.all().stream()
                .filter(address -> sought.isLiteral() || families.have(address))
                .distinct()
                .map(address -> spot.protocol() == Protocol.TLS && !sought.isLiteral()
                        ? named(address, sought.host())
                        : address)
                .map(address -> new Hop(spot.protocol(), new InetSocketAddress(address, spot.port())))
                .toList();
    }

    private static InetAddress named(InetAddress address, String name) {
        try {
            return InetAddress.getByAddress(name, address.getAddress());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address is 4 or 16 octets", e);
        }
    }

    private Addresses addresses(String name) {
        InetAddress literal = NetUtil.createInetAddressFromIpAddressString(name);
        if (literal != null) {
            return new Addresses(List.of(literal), true);
        }
        List<InetAddress> written = hostsFile.addresses(name);
        if (!written.isEmpty()) {
            return new Addresses(written, true);
        }
        if (!name.contains(".")) {
            List<InetAddress> known = system.addresses(name);
            return new Addresses(known, !known.isEmpty());
        }
        List<InetAddress> addresses = new ArrayList<>();
        boolean whole = true;
        for (DnsRecordType type : families.types()) {
            if (servers.ask(new Question(name, type)) instanceof Answer.Said said) {
                said.of(Entry.Address.class).forEach(entry -> addresses.add(entry.address()));
            } else {
                whole = false;
            }
        }
        return new Addresses(addresses, whole);
    }

    @Override
    public void close() {
        servers.close();
        system.close();
    }
}
