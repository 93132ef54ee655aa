package org.koegura.rtpcapture.socket;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;

/// Addresses as the kernel has them (ip(7), ipv6(7)).
///
/// ```
/// sockaddr_in   0  2  family = 2       sockaddr_in6   0  2  family = 10
///               2  2  port, big                       2  2  port, big
///               4  4  address                         4  4  flow information
///               8  8  zero                            8 16  address
///                                                    24  4  scope
/// ```
final class SocketAddresses {

    static final int BYTES_MAX = 28;

    private static final int BYTES_4 = 16;
    private static final ValueLayout.OfShort FAMILY = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfShort PORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt SCOPE = ValueLayout.JAVA_INT_UNALIGNED;

    private SocketAddresses() {}

    static int family(InetAddress address) {
        return address instanceof Inet6Address ? Posix.AF_INET6 : Posix.AF_INET;
    }

    /// How long it is in the kernel's words.
    static int bytes(InetSocketAddress address) {
        return address.getAddress() instanceof Inet6Address ? BYTES_MAX : BYTES_4;
    }

    static MemorySegment write(Arena arena, InetSocketAddress address) {
        MemorySegment into = arena.allocate(BYTES_MAX);
        byte[] host = address.getAddress().getAddress();
        into.set(FAMILY, 0, (short) family(address.getAddress()));
        into.set(PORT, 2, (short) address.getPort());
        MemorySegment.copy(host, 0, into, ValueLayout.JAVA_BYTE, host.length == 4 ? 4 : 8, host.length);
        if (address.getAddress() instanceof Inet6Address six) {
            into.set(SCOPE, 24, six.getScopeId());
        }
        return into;
    }

    static InetSocketAddress read(MemorySegment from) {
        boolean six = from.get(FAMILY, 0) == Posix.AF_INET6;
        byte[] host = new byte[six ? 16 : 4];
        MemorySegment.copy(from, ValueLayout.JAVA_BYTE, six ? 8 : 4, host, 0, host.length);
        int port = from.get(PORT, 2) & 0xFFFF;
        try {
            InetAddress address =
                    six ? Inet6Address.getByAddress(null, host, from.get(SCOPE, 24)) : InetAddress.getByAddress(host);
            return new InetSocketAddress(address, port);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes are an address", e);
        }
    }
}
