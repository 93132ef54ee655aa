package org.koegura.rtpcapture.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Asks the host's connection tracking whether it translates addresses of what we send (NAT, RFC 3022): the program
/// would send it untranslated. IPv4.
///
/// ```
/// nfgenmsg   16 1 family  17 1 version  18 2 0
/// 20 attributes: tuple { addresses { source, destination }, protocol { number, ports } }
/// ```
///
/// Owned by one thread.
final class Translations {

    private static final int AF_INET = 2;
    private static final int UDP = 17;
    private static final int GET = 0x0101;
    private static final int ATTRIBUTES_AT = Netlink.HEADER_BYTES + 4;

    private static final int TUPLE = 1;
    private static final int ADDRESSES = 1;
    private static final int SOURCE = 1;
    private static final int DESTINATION = 2;
    private static final int PROTOCOL = 2;
    private static final int NUMBER = 1;
    private static final int SOURCE_PORT = 2;
    private static final int DESTINATION_PORT = 3;
    private static final int ADDRESSES_BYTES = 2 * 8;
    private static final int PROTOCOL_BYTES = 3 * 8;
    private static final int TUPLE_BYTES = 4 + ADDRESSES_BYTES + 4 + PROTOCOL_BYTES;

    private static final int STATUS = 3;
    private static final int TRANSLATED = 0x30;

    /// As the network has it.
    private static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private static final ValueLayout.OfShort PORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /// It does not know such a connection.
    private static final int ENOENT = 2;

    /// There where connections are tracked (nf_conntrack-sysctl).
    private static final Path TRACKING = Path.of("/proc/sys/net/netfilter/nf_conntrack_count");

    private static final long UNTOLD_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Netlink kernel;
    private long untoldUntilNanos = System.nanoTime();
    private boolean untold;

    private Translations(Netlink kernel) {
        this.kernel = kernel;
    }

    /// Opens it; null where the kernel does not know its like.
    static @Nullable Translations open(Arena arena) {
        Netlink kernel = Netlink.open(arena, Netlink.NETFILTER);
        return kernel == null ? null : new Translations(kernel);
    }

    int descriptor() {
        return kernel.descriptor();
    }

    /// Whether the host is known to translate what goes from a port of ours to another; also where it tracks
    /// connections and does not say. Where it does not say it is not asked again for a while: each time it
    /// would look for a module that can, and the media wait.
    boolean any(InetSocketAddress from, InetSocketAddress to) {
        if (System.nanoTime() - untoldUntilNanos < 0) {
            return untold;
        }
        MemorySegment question = kernel.question(GET);
        question.set(ValueLayout.JAVA_BYTE, 16, (byte) AF_INET);
        int at = kernel.attribute(ATTRIBUTES_AT, TUPLE | Netlink.NESTED, TUPLE_BYTES);
        at = kernel.attribute(at, ADDRESSES | Netlink.NESTED, ADDRESSES_BYTES);
        at = kernel.attribute(at, SOURCE, from.getAddress());
        at = kernel.attribute(at, DESTINATION, to.getAddress());
        at = kernel.attribute(at, PROTOCOL | Netlink.NESTED, PROTOCOL_BYTES);
        question.set(ValueLayout.JAVA_BYTE, kernel.attribute(at, NUMBER, 1), (byte) UDP);
        question.set(PORT, kernel.attribute(at + 8, SOURCE_PORT, Short.BYTES), (short) from.getPort());
        question.set(PORT, kernel.attribute(at + 16, DESTINATION_PORT, Short.BYTES), (short) to.getPort());
        MemorySegment answer = kernel.ask(at + PROTOCOL_BYTES);
        if (answer == null && kernel.error() != ENOENT) {
            untold = Files.exists(TRACKING);
            untoldUntilNanos = System.nanoTime() + UNTOLD_NANOS;
            return untold;
        }
        long status = answer == null ? -1 : Netlink.value(answer, ATTRIBUTES_AT, STATUS, Integer.BYTES);
        return answer != null && status >= 0 && (answer.get(WORD, status) & TRANSLATED) != 0;
    }
}
