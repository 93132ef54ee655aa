package org.koegura.sipproxy.sdp;

import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// What a `c=` line, or the tail of an `a=rtcp` line, says (RFC 8866 §5.7, RFC 3605).
///
/// @param six whether it says IP6
/// @param host address literal or host name, without TTL or count
/// @param literal the address; null where `host` is a name that would have to be looked up
record Connection(boolean six, String host, @Nullable InetAddress literal) {

    /// Reads `IN IP4 192.0.2.1` or `IN IP6 2001:db8::1`; null where it is nothing of the kind.
    static @Nullable Connection read(String value) {
        String[] words = value.strip().split("\\s+", -1);
        if (words.length < 3 || !words[0].equalsIgnoreCase("IN")) {
            return null;
        }
        if (!words[1].equalsIgnoreCase("IP4") && !words[1].equalsIgnoreCase("IP6")) {
            return null;
        }
        int slash = words[2].indexOf('/');
        String host = slash < 0 ? words[2] : words[2].substring(0, slash);
        return host.isEmpty() ? null : new Connection(words[1].equalsIgnoreCase("IP6"), host, literal(host));
    }

    private static @Nullable InetAddress literal(String host) {
        try {
            return InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException notALiteral) {
            return null;
        }
    }

    /// Whether it says the family that an address is of.
    boolean isOfFamilyOf(InetAddress address) {
        return six == address instanceof Inet6Address;
    }

    /// Hold in the old way: nothing may be sent there, and it must stay as it is or the far party would hear a
    /// resume.
    boolean isHold() {
        return literal != null && literal.isAnyLocalAddress();
    }

    /// Multicast never passes through a relay of two legs.
    boolean isMulticast() {
        return literal != null && literal.isMulticastAddress();
    }

    /// How an address of ours is written behind `c=`, without the scope that only this host understands.
    static String write(InetAddress address) {
        String plain = NetUtil.toAddressString(address); // as RFC 5952 wants it
        return (plain.indexOf(':') < 0 ? "IN IP4 " : "IN IP6 ") + plain;
    }
}
