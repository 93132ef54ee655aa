package org.koegura.sipproxy.dns;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
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

    private static final int SIP_PORT = 5060;
    private static final int SIPS_PORT = 5061;
    private static final String TLS = "TLS";

    /// Servers of one SRV answer whose addresses are looked up.
    private static final int SERVERS_MAX = 16;

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

        /// Those that sockets with these addresses can send to: one of a single family to that, one of any IPv6
        /// address to both, since Linux maps IPv4.
        public static Families of(Collection<InetAddress> listening) {
            boolean four = listening.stream()
                    .anyMatch(address -> address instanceof Inet4Address || address.isAnyLocalAddress());
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
            Protocol tls = Protocol.named(TLS);
            if (tls != null) {
                all.add(new Service("SIPS+D2T", "_sips._tcp.", tls));
            }
            return all;
        }
    }

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

    /// Where it is reached, in the order in which that is tried; at most [#HOPS_MAX]; none where it cannot be found.
    /// Blocks where a name must be asked for, for a bounded time.
    ///
    /// @param random draws among servers of equal priority: the same numbers give the same order
    public List<Hop> locate(Sought sought, RandomGenerator random) {
        InetAddress literal = NetUtil.createInetAddressFromIpAddressString(sought.bareHost());
        if (literal != null) {
            Protocol protocol = usual(sought);
            return List.of(new Hop(protocol, new InetSocketAddress(literal, port(sought, protocol))));
        }
        boolean written = !hostsFile.addresses(sought.host()).isEmpty();
        if (sought.port() >= 0 || written || !sought.host().contains(".")) {
            return atAddresses(sought);
        }
        return sought.protocol() != null ? overItsProtocol(sought, random) : overAnyProtocol(sought, random);
    }

    private static Protocol usual(Sought sought) {
        Protocol protocol = sought.protocol();
        if (protocol != null) {
            return protocol;
        }
        Protocol tls = Protocol.named(TLS);
        return sought.secure() && tls != null ? tls : Protocol.UDP;
    }

    private static int port(Sought sought, Protocol protocol) {
        return sought.port() >= 0 ? sought.port() : protocol.equals(Protocol.named(TLS)) ? SIPS_PORT : SIP_PORT;
    }

    /// §4.2: the addresses of the name itself.
    private List<Hop> atAddresses(Sought sought) {
        Protocol protocol = usual(sought);
        return hops(sought.host(), port(sought, protocol), protocol);
    }

    private List<Hop> overItsProtocol(Sought sought, RandomGenerator random) {
        Protocol protocol = usual(sought);
        String srv = Service.all(false).stream()
                .filter(service -> service.protocol() == protocol)
                .map(Service::srv)
                .findFirst()
                .orElseThrow();
        return switch (servers.ask(new Question(srv + sought.host(), DnsRecordType.SRV))) {
            case Answer.Silence() -> atAddresses(sought); // some name servers in small routers know addresses only
            case Answer.Said said when said.entries().isEmpty() -> atAddresses(sought);
            case Answer.Said said -> atServers(said.of(Entry.Srv.class), protocol, random);
        };
    }

    /// §4.1: NAPTR says which protocols there are, and what is liked best; without it SRV does.
    private List<Hop> overAnyProtocol(Sought sought, RandomGenerator random) {
        Answer first = servers.ask(new Question(sought.host(), DnsRecordType.NAPTR));
        if (!(first instanceof Answer.Said said)) {
            return atAddresses(sought);
        }
        Set<Hop> hops = new LinkedHashSet<>();
        List<Entry.Naptr> naptrs = said.of(Entry.Naptr.class).stream()
                .filter(naptr -> naptr.flags().equals("s"))
                .sorted(Comparator.comparingInt(Entry.Naptr::order).thenComparingInt(Entry.Naptr::preference))
                .toList();
        boolean known = false;
        for (Entry.Naptr naptr : naptrs) {
            for (Service service : services(sought.secure())) {
                if (service.naptr().equals(naptr.service()) && hops.size() < HOPS_MAX) {
                    known = true;
                    hops.addAll(atServers(srv(naptr.replacement()), service.protocol(), random));
                }
            }
        }
        for (Service service : known ? List.<Service>of() : services(sought.secure())) {
            List<Entry.Srv> found = srv(service.srv() + sought.host());
            known |= !found.isEmpty();
            hops.addAll(atServers(found, service.protocol(), random));
        }
        return known ? hops.stream().limit(HOPS_MAX).toList() : atAddresses(sought);
    }

    private List<Entry.Srv> srv(String name) {
        return servers.ask(new Question(name, DnsRecordType.SRV)) instanceof Answer.Said said
                ? said.of(Entry.Srv.class)
                : List.of();
    }

    private List<Hop> atServers(List<Entry.Srv> found, Protocol protocol, RandomGenerator random) {
        List<Hop> hops = new ArrayList<>();
        ServerOrder.drawn(found, Entry.Srv::priority, Entry.Srv::weight, random).stream()
                .filter(srv -> !srv.target().isEmpty()) // RFC 2782: decidedly not available
                .limit(SERVERS_MAX)
                .takeWhile(srv -> hops.size() < HOPS_MAX)
                .forEach(srv -> hops.addAll(hops(srv.target(), srv.port(), protocol)));
        return hops.stream().distinct().limit(HOPS_MAX).toList();
    }

    private List<Hop> hops(String name, int port, Protocol protocol) {
        return addresses(name).stream()
                .filter(families::have)
                .distinct()
                .limit(HOPS_MAX)
                .map(address -> new Hop(protocol, new InetSocketAddress(address, port)))
                .toList();
    }

    private List<InetAddress> addresses(String name) {
        List<InetAddress> written = hostsFile.addresses(name);
        if (!written.isEmpty()) {
            return written;
        }
        if (!name.contains(".")) {
            return system.addresses(name);
        }
        List<InetAddress> addresses = new ArrayList<>();
        for (DnsRecordType type : families.types()) {
            if (servers.ask(new Question(name, type)) instanceof Answer.Said said) {
                said.of(Entry.Address.class).forEach(entry -> addresses.add(entry.address()));
            }
        }
        return addresses;
    }

    @Override
    public void close() {
        servers.close();
        system.close();
    }
}
