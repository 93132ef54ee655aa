package org.koegura.sipproxy.routing;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.Protocol;

/// One fixed neighbour: where a request for it goes, and every address that it may send from.
///
/// @param hop where it is reached
/// @param hosts its addresses, that of `hop` among them: a name may have several
public record Neighbour(Hop hop, Set<InetAddress> hosts) {

    public Neighbour {
        hosts = Set.copyOf(hosts);
        if (!hosts.contains(hop.address().getAddress())) {
            throw new IllegalArgumentException("a neighbour is reached at one of its own addresses");
        }
    }

    /// One that has a single address.
    public static Neighbour at(Hop hop) {
        return new Neighbour(hop, Set.of(hop.address().getAddress()));
    }

    /// Whether that is one of its addresses, with whatever port.
    boolean isHost(Hop other) {
        return hosts.contains(other.address().getAddress());
    }

    /// Whether that is one of its addresses, with its own port.
    boolean isAt(InetSocketAddress address) {
        return hosts.contains(address.getAddress())
                && address.getPort() == hop.address().getPort();
    }

    /// Whether a request came from it, where others may send from its host too. A connection comes from
    /// a port that tells nothing; then the address alone decides.
    boolean isSource(Hop source) {
        return isAt(source.address()) || (source.protocol() == Protocol.TCP && isHost(source));
    }
}
