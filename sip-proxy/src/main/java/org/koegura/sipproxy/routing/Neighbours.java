package org.koegura.sipproxy.routing;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.Protocol;

/// The two fixed neighbours of the proxy.
///
/// ```
///  telephones ── proxy ── upstream            telephone side: upstream is registrar or PBX
///    upstream ── proxy ── trunk               trunk side: upstream is the PBX
/// ```
///
/// @param upstream registrar or PBX; null where the Request-URI alone says where a request goes
/// @param trunk the carrier; null on the telephone side
public record Neighbours(@Nullable Hop upstream, @Nullable Hop trunk) {

    /// Whether a request came from the carrier.
    public boolean isTrunk(Hop source) {
        return trunk != null && is(trunk, upstream, source);
    }

    /// Whether a request came from the registrar or PBX.
    public boolean isUpstream(Hop source) {
        return upstream != null && is(upstream, trunk, source);
    }

    /// Whether, unless its Route says otherwise, a request goes out to the carrier: it comes from the PBX.
    public boolean leadsOut(Hop source) {
        return trunk != null && isUpstream(source) && !isTrunk(source);
    }

    /// Where a request goes on that names us, or nobody whom we can find; null where there is nobody.
    public @Nullable Hop across(Hop source) {
        return leadsOut(source) ? trunk : upstream;
    }

    /// The neighbour at that address; null where it is nobody's of them.
    @Nullable
    Hop at(InetSocketAddress address) {
        if (upstream != null && upstream.address().equals(address)) {
            return upstream;
        }
        return trunk != null && trunk.address().equals(address) ? trunk : null;
    }

    /// A connection, and some PBXs over UDP too, come from a port of their own: the address decides then,
    /// unless the
    /// other neighbour has the same.
    private static boolean is(Hop neighbour, @Nullable Hop other, Hop source) {
        if (source.address().equals(neighbour.address())) {
            return true;
        }
        boolean sameHost =
                source.address().getAddress().equals(neighbour.address().getAddress());
        boolean shared = other != null
                && other.address().getAddress().equals(neighbour.address().getAddress());
        boolean ownPort = source.protocol() == Protocol.TCP || other != null;
        return sameHost && ownPort && !shared;
    }
}
