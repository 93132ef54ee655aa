package org.koegura.sipproxy.routing;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.transport.Hop;

/// The two fixed neighbours of the proxy.
///
/// ```
///  telephones ── proxy ── upstream            telephone side: upstream is registrar or PBX
///    upstream ── proxy ── trunk               trunk side: upstream is the PBX
/// ```
///
/// On the trunk side a neighbour is known by its address, with whatever port. Whoever is neither is a
/// stranger, and is taken for somebody beyond the trunk: a carrier has more addresses than an operator
/// knows of.
///
/// @param upstream registrar or PBX; null where the Request-URI alone says where a request goes
/// @param trunk the carrier; null on the telephone side. It has no address in common with `upstream`
/// @param profile what the carrier has on its hop; null where nothing is promised of it
public record Neighbours(
        @Nullable Neighbour upstream,
        @Nullable Neighbour trunk,
        @Nullable TrunkProfile profile) {

    /// Neighbours of no profile.
    public Neighbours(@Nullable Neighbour upstream, @Nullable Neighbour trunk) {
        this(upstream, trunk, null);
    }

    public Neighbours {
        if (trunk != null) {
            if (upstream == null) {
                throw new IllegalArgumentException("a trunk needs an upstream on the other side");
            }
            if (trunk.hops().stream().anyMatch(upstream::isHost)) {
                throw new IllegalArgumentException("upstream and trunk have an address in common");
            }
        }
    }

    /// Whether the proxy stands between a PBX and a trunk.
    public boolean isTrunkSide() {
        return trunk != null;
    }

    /// Whether a registrar or PBX is set.
    public boolean hasUpstream() {
        return upstream != null;
    }

    /// Whether a request came from the registrar or PBX. An address that has become the trunk's too since the start, as
    /// names may, is the trunk's: in every doubt outside.
    public boolean isUpstream(Hop source) {
        return upstream != null
                && (trunk == null ? upstream.isSource(source) : upstream.isHost(source) && !trunk.isHost(source));
    }

    /// Whether a request of somebody unknown may come from the registrar or PBX all the same: a server of its has a
    /// name
    /// that no name server has told yet.
    public boolean mayBeUpstream(Hop source) {
        return upstream != null && !upstream.isFound() && !isNeighbour(source);
    }

    /// The same of either neighbour.
    public boolean mayBeNeighbour(Hop source) {
        return mayBeUpstream(source) || (trunk != null && !trunk.isFound() && !isNeighbour(source));
    }

    /// Whether a request came from neither neighbour, on the trunk side.
    public boolean isStranger(Hop source) {
        return trunk != null && !trunk.isHost(source) && !isUpstream(source);
    }

    /// Whether a request came from the host of either, with whatever port.
    public boolean isNeighbour(Hop source) {
        return (upstream != null && upstream.isHost(source)) || isTrunk(source);
    }

    /// Whether a server of either is at that address and port.
    public boolean areAt(InetSocketAddress address) {
        return at(address) != null;
    }

    /// Whether a request came from the carrier.
    public boolean isTrunk(Hop source) {
        return trunk != null && trunk.isHost(source);
    }

    /// Whether a request came from the server of the carrier's that was proven, and from no other of them.
    boolean isTrunk(EarlyProof proof, Hop source) {
        return trunk != null && trunk.isHost(proof, source.address().getAddress());
    }

    /// Whether a hop is a neighbour, to whom an identity may be shown that a caller withholds (RFC 3325 §3): a
    /// telephone never is.
    public boolean trusts(Hop hop) {
        return isUpstream(hop) || isTrunk(hop);
    }

    /// The same hop, over UDP where it is the carrier's and that has nothing else.
    Hop asTrunkHas(Hop hop) {
        return profile != null && isTrunk(hop) ? Hop.udp(hop.address()) : hop;
    }

    /// Whether a message of that size goes to the carrier in more than one packet, where its link is known.
    public boolean fragments(int messageOctets, Hop to) {
        return profile != null && isTrunk(to) && profile.fragments(messageOctets, to);
    }

    /// A call got nothing out of that server: where it is a neighbour's that is asked by OPTIONS, it counts as down
    /// until it answers them again.
    public void failed(Hop hop) {
        if (upstream != null) {
            upstream.failed(hop);
        }
        if (trunk != null) {
            trunk.failed(hop);
        }
    }

    /// Where a request goes on that names us, or nobody whom we can find: from the PBX out to the
    /// trunk, from everybody else to upstream. Null where there is nobody.
    @Nullable
    Neighbour across(Hop source) {
        return trunk != null && isUpstream(source) ? trunk : upstream;
    }

    /// The neighbour at that address, as it is to be reached there; null where it is nobody's of them.
    @Nullable
    Hop at(InetSocketAddress address) {
        Hop hop = upstream == null ? null : upstream.at(address);
        return hop == null && trunk != null ? trunk.at(address) : hop;
    }
}
