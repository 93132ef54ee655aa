package org.koegura.rtpcapture.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// Asks the host which way packets go (rtnetlink(7)): what the kernel itself would do with them. IPv4.
///
/// ```
/// rtmsg     16 1 family  17 1 bits of the destination  18 1 of the source  …  23 1 kind of route  24 4 flags
/// 28 attributes
/// ```
///
/// Owned by one thread.
final class Routes {

    /// @param egress number of the interface that they leave by
    /// @param here whether they stay on this host
    record Way(int egress, boolean here) {}

    private static final int AF_INET = 2;
    private static final int NEW_ROUTE = 24;
    private static final int GET_ROUTE = 26;
    private static final int DESTINATION = 1;
    private static final int SOURCE = 2;
    private static final int OUT_INTERFACE = 4;
    private static final int UNICAST = 1;
    private static final int LOCAL = 2;
    private static final int HEADERS_BYTES = 28;
    private static final int KIND_AT = 23;

    private final Netlink kernel;

    private Routes(Netlink kernel) {
        this.kernel = kernel;
    }

    /// Opens it, or returns null where the system does not.
    static @Nullable Routes open(Arena arena) {
        Netlink kernel = Netlink.open(arena, Netlink.ROUTE);
        return kernel == null ? null : new Routes(kernel);
    }

    int descriptor() {
        return kernel.descriptor();
    }

    /// Which way packets go from an address of ours to another host, or to this one; null where none leads there.
    @Nullable
    Way way(InetAddress from, InetAddress to) {
        MemorySegment question = kernel.question(GET_ROUTE);
        question.set(ValueLayout.JAVA_BYTE, 16, (byte) AF_INET);
        question.set(ValueLayout.JAVA_BYTE, 17, (byte) 32);
        question.set(ValueLayout.JAVA_BYTE, 18, (byte) 32);
        int source = kernel.attribute(HEADERS_BYTES, DESTINATION, to);
        MemorySegment answer = kernel.ask(kernel.attribute(source, SOURCE, from));
        if (answer == null || answer.byteSize() < HEADERS_BYTES || Netlink.type(answer) != NEW_ROUTE) {
            return null;
        }
        int kind = answer.get(ValueLayout.JAVA_BYTE, KIND_AT);
        long egress = Netlink.value(answer, HEADERS_BYTES, OUT_INTERFACE, Integer.BYTES);
        boolean leads = egress >= 0 && (kind == UNICAST || kind == LOCAL);
        return leads ? new Way(answer.get(ValueLayout.JAVA_INT, egress), kind == LOCAL) : null;
    }
}
