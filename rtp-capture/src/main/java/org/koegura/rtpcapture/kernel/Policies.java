package org.koegura.rtpcapture.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// Asks the host whether it has policies of IPsec (RFC 4301 §4.4.1): what they would encrypt, the program would let go
/// in plain.
///
/// ```
/// answer    16 4 flags   20 attribute 1:  4 4 policies for what comes in   8 4 goes out   12 4 is forwarded
/// ```
///
/// Owned by one thread.
final class Policies {

    private static final int GET_COUNTS = 0x25;
    private static final int COUNTS = 1;
    private static final int ATTRIBUTES_AT = Netlink.HEADER_BYTES + 4;

    private final Netlink kernel;

    private Policies(Netlink kernel) {
        this.kernel = kernel;
    }

    /// Opens it; null where the kernel does not know IPsec.
    static @Nullable Policies open(Arena arena) {
        Netlink kernel = Netlink.open(arena, Netlink.IPSEC);
        return kernel == null ? null : new Policies(kernel);
    }

    int descriptor() {
        return kernel.descriptor();
    }

    /// Whether there are any; also where the kernel does not say.
    boolean any() {
        MemorySegment _ = kernel.question(GET_COUNTS);
        MemorySegment answer = kernel.ask(ATTRIBUTES_AT);
        long counts = answer == null ? -1 : Netlink.value(answer, ATTRIBUTES_AT, COUNTS, 3 * Integer.BYTES);
        if (answer == null || counts < 0) {
            return true;
        }
        return (answer.get(ValueLayout.JAVA_INT, counts)
                        | answer.get(ValueLayout.JAVA_INT, counts + 4)
                        | answer.get(ValueLayout.JAVA_INT, counts + 8))
                != 0;
    }
}
