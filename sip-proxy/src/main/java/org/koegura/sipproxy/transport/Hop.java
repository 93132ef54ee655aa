package org.koegura.sipproxy.transport;

import io.netty.util.NetUtil;
import java.net.InetSocketAddress;

/// The neighbour that a message came from, or goes to.
///
/// @param protocol over which
/// @param address where it is reached; of a connection that it opened, the port that it opened it from
public record Hop(Protocol protocol, InetSocketAddress address) {

    /// A neighbour reached over UDP.
    public static Hop udp(InetSocketAddress address) {
        return new Hop(Protocol.UDP, address);
    }

    /// Address and port as people write them, IPv6 in brackets.
    public String at() {
        return NetUtil.toSocketAddressString(address);
    }
}
