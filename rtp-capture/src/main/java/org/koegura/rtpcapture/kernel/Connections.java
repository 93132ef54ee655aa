package org.koegura.rtpcapture.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.koegura.rtpcapture.kernel.Translations.Told;

/// The host's tracking of connections (nf_conntrack), asked by netlink. IPv4.
///
/// ```
/// nfgenmsg   16 1 family  17 1 version  18 2 0
/// 20 attributes: tuple { addresses { source, destination }, protocol { number, ports } }
/// ```
///
/// Owned by one thread.
final class Connections implements Translations.Host {

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

    private final Netlink kernel;

    private Connections(Netlink kernel) {
        this.kernel = kernel;
    }

    /// Opens it; null where the kernel does not know its like.
    static @Nullable Connections open(Arena arena) {
        Netlink kernel = Netlink.open(arena, Netlink.NETFILTER);
        return kernel == null ? null : new Connections(kernel);
    }

    @Override
    public int descriptor() {
        return kernel.descriptor();
    }

    @Override
    public boolean tracks() {
        return Files.exists(TRACKING);
    }

    @Override
    public Told ask(InetSocketAddress from, InetSocketAddress to) {
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
        if (answer == null) {
            return kernel.error() == ENOENT ? Told.PLAIN : Told.REFUSED;
        }
        long status = Netlink.value(answer, ATTRIBUTES_AT, STATUS, Integer.BYTES);
        return status >= 0 && (answer.get(WORD, status) & TRANSLATED) != 0 ? Told.TRANSLATED : Told.PLAIN;
    }
}
