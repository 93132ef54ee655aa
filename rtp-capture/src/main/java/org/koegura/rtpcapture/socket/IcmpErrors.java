package org.koegura.rtpcapture.socket;

import io.netty.channel.unix.IntegerUnixChannelOption;
import java.lang.foreign.Arena;
import java.net.Inet6Address;
import java.net.InetAddress;

/// Lets a socket hear of ICMP errors before it is connected too (`IP_RECVERR`, ip(7)): a notice may be played to a
/// party that has not sent yet, and its closed port must speak against the notice all the same.
///
/// Such a socket keeps each error in a queue beside its datagrams, and stays ready until that is empty: whoever hears
/// of an error calls [#empty]. Linux only, where the transport is epoll. Stateless; not on the packet path.
final class IcmpErrors {

    private static final int LEVEL_IP = 0;
    private static final int LEVEL_IPV6 = 41;
    private static final int IP_RECVERR = 11;
    private static final int IPV6_RECVERR = 25;

    /// Errors that one call takes out at most. The kernel reports again while some are left.
    private static final int ERRORS_MAX = 64;

    private IcmpErrors() {}

    /// The socket option that turns it on, with 1, for a socket bound to `address`.
    static IntegerUnixChannelOption option(InetAddress address) {
        return address instanceof Inet6Address
                ? new IntegerUnixChannelOption("IPV6_RECVERR", LEVEL_IPV6, IPV6_RECVERR)
                : new IntegerUnixChannelOption("IP_RECVERR", LEVEL_IP, IP_RECVERR);
    }

    /// Takes all waiting errors out of the socket's queue; returns how many. Does not block.
    static int empty(int fileDescriptor) {
        try (Arena arena = Arena.ofConfined()) {
            Posix posix = new Posix(arena);
            long nowhere = arena.allocate(1).address();
            int flags = Posix.MSG_ERRQUEUE | Posix.MSG_DONTWAIT;
            int taken = 0;
            while (taken < ERRORS_MAX && posix.recv(fileDescriptor, nowhere, 0, flags) >= 0) {
                taken++;
            }
            return taken;
        }
    }
}
