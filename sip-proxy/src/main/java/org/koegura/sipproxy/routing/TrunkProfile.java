package org.koegura.sipproxy.routing;

import java.net.Inet6Address;
import org.koegura.sipproxy.transport.Hop;

/// What a carrier of the profile `ngn` has on its hop (J1): UDP alone, and a link that takes packets of a certain size.
/// Larger requests go out in fragments and are counted; RFC 3261 §18.1.1 would move them to TCP, which is not there.
///
/// @param mtuOctets the largest packet of the link, header of IP included
public record TrunkProfile(int mtuOctets) {

    /// Every IPv4 host takes that much (RFC 791).
    public static final int MTU_LEAST = 576;

    public static final int MTU_MOST = 65_535;

    private static final int UDP_HEADER = 8;
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;

    public TrunkProfile {
        if (mtuOctets < MTU_LEAST || mtuOctets > MTU_MOST) {
            throw new IllegalArgumentException("a trunk's MTU is " + MTU_LEAST + " to " + MTU_MOST);
        }
    }

    /// Whether a message of that size is too large for one packet to that hop.
    boolean fragments(int messageOctets, Hop to) {
        int ip = to.address().getAddress() instanceof Inet6Address ? IPV6_HEADER : IPV4_HEADER;
        return messageOctets > mtuOctets - ip - UDP_HEADER;
    }
}
