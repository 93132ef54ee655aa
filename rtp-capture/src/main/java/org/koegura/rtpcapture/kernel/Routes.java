package org.koegura.rtpcapture.kernel;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// Asks the host which way packets go (rtnetlink(7)): what the kernel itself would do with them. IPv4.
///
/// ```
/// nlmsghdr   0 4 length   4 2 type   6 2 flags   8 4 number   12 4 port
/// rtmsg     16 1 family  17 1 bits of the destination  18 1 of the source  …  23 1 kind of route  24 4 flags
/// rtattr    28 2 length  30 2 type  32 … value, padded to 4; and so on
/// ```
///
/// Owned by one thread; does not wait: the kernel answers within the question.
// Restricted, for a wrong signature could break the JVM: these are those of Linux.
@SuppressWarnings("restricted")
final class Routes {

    /// @param egress number of the interface that they leave by
    /// @param here whether they stay on this host
    record Way(int egress, boolean here) {}

    private static final int AF_INET = 2;
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int NEW_ROUTE = 24;
    private static final int GET_ROUTE = 26;
    private static final int REQUEST = 1;
    private static final int DESTINATION = 1;
    private static final int SOURCE = 2;
    private static final int OUT_INTERFACE = 4;
    private static final int UNICAST = 1;
    private static final int LOCAL = 2;
    private static final int HEADERS_BYTES = 28;
    private static final int KIND_AT = 23;
    private static final int QUESTION_BYTES = HEADERS_BYTES + 2 * 8;
    private static final int ANSWER_BYTES_MAX = 8_192;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final AddressLayout POINTER = ValueLayout.ADDRESS;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong SIZE = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;
    private static final MethodHandle SOCKET = bind("socket", INT, INT, INT, INT);
    private static final MethodHandle SEND = bind("send", SIZE, INT, POINTER, SIZE, INT);
    private static final MethodHandle RECV = bind("recv", SIZE, INT, POINTER, SIZE, INT);

    private final int socket;
    private final MemorySegment question;
    private final MemorySegment answer;

    private Routes(int socket, Arena arena) {
        this.socket = socket;
        this.question = arena.allocate(QUESTION_BYTES, 8);
        this.answer = arena.allocate(ANSWER_BYTES_MAX, 8);
    }

    private static MethodHandle bind(String name, MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, arguments));
    }

    /// Opens it, or returns null where the system does not.
    static @Nullable Routes open(Arena arena) {
        try {
            int socket = (int) SOCKET.invokeExact(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0);
            return socket < 0 ? null : new Routes(socket, arena);
        } catch (Throwable e) {
            throw new AssertionError("the system call takes these arguments", e);
        }
    }

    int descriptor() {
        return socket;
    }

    /// Which way packets go from an address of ours to another host, or to this one; null where none leads there.
    @Nullable
    Way way(InetAddress from, InetAddress to) {
        question.fill((byte) 0);
        question.set(INT, 0, QUESTION_BYTES);
        question.set(SHORT, 4, (short) GET_ROUTE);
        question.set(SHORT, 6, (short) REQUEST);
        question.set(ValueLayout.JAVA_BYTE, 16, (byte) AF_INET);
        question.set(ValueLayout.JAVA_BYTE, 17, (byte) 32);
        question.set(ValueLayout.JAVA_BYTE, 18, (byte) 32);
        attribute(HEADERS_BYTES, DESTINATION, to);
        attribute(HEADERS_BYTES + 8, SOURCE, from);
        try {
            long sent = (long) SEND.invokeExact(socket, question, (long) QUESTION_BYTES, 0);
            long got = (long) RECV.invokeExact(socket, answer, (long) ANSWER_BYTES_MAX, MSG_DONTWAIT);
            return sent < 0 || got < HEADERS_BYTES ? null : read(Math.min(got, answer.get(INT, 0)));
        } catch (Throwable e) {
            throw new AssertionError("the system calls take these arguments", e);
        }
    }

    private void attribute(long at, int type, InetAddress address) {
        question.set(SHORT, at, (short) 8);
        question.set(SHORT, at + 2, (short) type);
        MemorySegment.copy(address.getAddress(), 0, question, ValueLayout.JAVA_BYTE, at + 4, 4);
    }

    private @Nullable Way read(long bytes) {
        int kind = answer.get(ValueLayout.JAVA_BYTE, KIND_AT);
        if (answer.get(SHORT, 4) != NEW_ROUTE || (kind != UNICAST && kind != LOCAL)) {
            return null;
        }
        long at = HEADERS_BYTES;
        while (at + 4 <= bytes) {
            int length = answer.get(SHORT, at) & 0xFFFF;
            if (length < 4) {
                return null;
            }
            if (answer.get(SHORT, at + 2) == OUT_INTERFACE && length == 8) {
                return new Way(answer.get(INT, at + 4), kind == LOCAL);
            }
            at += (length + 3) & ~3;
        }
        return null;
    }
}
