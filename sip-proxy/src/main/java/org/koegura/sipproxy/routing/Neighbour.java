package org.koegura.sipproxy.routing;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.dns.Found;
import org.koegura.sipproxy.dns.ServerLocator;
import org.koegura.sipproxy.dns.ServerOrder;
import org.koegura.sipproxy.dns.Sought;
import org.koegura.sipproxy.transport.Hop;

/// Who is on one of the two sides: a registrar, PBX or carrier, with as many servers as it has. Each of their addresses
/// is the neighbour's. Safe from any thread: addresses and health change while it is used.
public final class Neighbour {

    /// Servers that one neighbour may have.
    public static final int SERVERS_MAX = 16;

    private final List<Member> members;

    /// Looks its servers up.
    ///
    /// @param servers as configured; at least one
    /// @param locating where a server is reached; nowhere as long as nobody knows its name
    public Neighbour(List<Server> servers, Function<Server, Found> locating) {
        if (servers.isEmpty() || servers.size() > SERVERS_MAX) {
            throw new IllegalArgumentException("a neighbour has 1 to " + SERVERS_MAX + " servers");
        }
        this.members = servers.stream()
                .map(server -> new Member(server, locating.apply(server)))
                .toList();
    }

    /// One that has a single address.
    public static Neighbour at(Hop hop) {
        InetSocketAddress address = hop.address();
        Sought there = new Sought(address.getAddress().getHostAddress(), address.getPort(), hop.protocol(), false);
        return new Neighbour(List.of(new Server(there, 0, 1)), _ -> Found.at(List.of(hop)));
    }

    List<Member> members() {
        return members;
    }

    /// Where it is reached, all of it.
    public List<Hop> hops() {
        return reached().toList();
    }

    /// Where a request for it is tried, in that order: the best priority first, shared by weight. What is down is left
    /// out, unless all of it is. Nowhere as long as none of its names is known.
    List<Hop> drawn(RandomGenerator random) {
        List<Hop> order = ServerOrder.drawn(
                        members,
                        member -> member.server().priority(),
                        member -> member.server().weight(),
                        random)
                .stream()
                .flatMap(member -> member.drawn(random).stream()
                        .filter(hop -> !member.health(hop).isDown()))
                .distinct()
                .limit(ServerLocator.HOPS_MAX)
                .toList();
        return order.isEmpty() ? hops() : order;
    }

    /// Whether every server of its was found, now or before, with all that its name leads to.
    boolean isFound() {
        return members.stream().allMatch(member -> member.isFound() && !member.isLacking());
    }

    /// A call got nothing out of that server.
    void failed(Hop hop) {
        members.forEach(member -> member.failed(hop));
    }

    private Stream<Hop> reached() {
        return members.stream().flatMap(member -> member.hops().stream()).distinct();
    }

    /// Whether that is one of its addresses, with whatever port.
    boolean isHost(Hop other) {
        return isHost(other.address().getAddress());
    }

    /// Whether that is one of its addresses.
    public boolean isHost(InetAddress address) {
        for (Member member : members) {
            for (Hop hop : member.hops()) {
                if (hop.address().getAddress().equals(address)) {
                    return true;
                }
            }
        }
        return false;
    }

    /// Whether that is an address of the server that was proven, and of no other server of it.
    boolean isHost(EarlyProof proof, InetAddress address) {
        boolean named = false;
        for (Member member : members) {
            boolean at = member.hops().stream()
                    .anyMatch(hop -> hop.address().getAddress().equals(address));
            if (at && !proof.isOf(member.server().sought().host())) {
                return false;
            }
            named |= at;
        }
        return named;
    }

    /// The server at that address and port; null where it is nobody's of them.
    @Nullable
    Hop at(InetSocketAddress address) {
        for (Member member : members) {
            for (Hop hop : member.hops()) {
                if (hop.address().equals(address)) {
                    return hop;
                }
            }
        }
        return null;
    }

    /// Whether a request came from it, where others may send from its host too. A connection comes from
    /// a port that tells nothing; then the address alone decides.
    boolean isSource(Hop source) {
        return at(source.address()) != null || (source.protocol().isReliable() && isHost(source));
    }
}
