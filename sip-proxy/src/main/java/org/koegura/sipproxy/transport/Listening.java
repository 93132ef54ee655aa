package org.koegura.sipproxy.transport;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.tls.LiveTls;

/// Where SIP's sockets are.
///
/// @param plain over UDP and TCP, one at least; port 0 takes one that is free for both
/// @param secure over TLS; none where `tls` is null
/// @param tls who we are over TLS; null where it is not spoken
/// @param neighbours whether an address is one of a fixed neighbour, which may open more connections
/// @param telephones whether an address is in a network of the sites, whose connections are counted apart
public record Listening(
        List<InetSocketAddress> plain,
        List<InetSocketAddress> secure,
        @Nullable LiveTls tls,
        Predicate<InetAddress> neighbours,
        Predicate<InetAddress> telephones) {

    public Listening {
        plain = List.copyOf(plain);
        secure = List.copyOf(secure);
        if (plain.isEmpty() || (tls == null) != secure.isEmpty()) {
            throw new IllegalArgumentException("sockets without an address, or TLS without a certificate");
        }
    }

    /// UDP and TCP at one address, among strangers.
    public static Listening at(InetSocketAddress address) {
        return new Listening(List.of(address), List.of(), null, _ -> false, _ -> false);
    }
}
