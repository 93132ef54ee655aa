package org.koegura.rtpcapture.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.koegura.rtpcapture.system.SystemCalls;

/// Asks the kernel, and hears what changes (netlink(7)).
///
/// ```
/// nlmsghdr   0 4 length   4 2 type   6 2 flags   8 4 number   12 4 port    16 … of the protocol
/// attribute  0 2 length   2 2 type   4 … value, padded to 4
/// ```
///
/// Owned by one thread; does not wait: the kernel answers within the question.
final class Netlink {

    static final int ROUTE = 0;
    static final int IPSEC = 6;
    static final int NETFILTER = 12;

    static final int HEADER_BYTES = 16;

    /// The part of an attribute's type that is none: it holds attributes.
    static final int NESTED = 0x8000;

    /// Links, IPv4 addresses, IPv4 routes, rules of routing.
    static final int CHANGED_WAYS = 0x1 | 0x10 | 0x40 | 0x80;

    private static final int FAMILY = 16;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int REQUEST = 1;
    private static final int ERROR = 2;
    private static final int QUESTION_BYTES_MAX = 128;
    private static final int ANSWER_BYTES_MAX = 8_192;
    private static final int ADDRESS_BYTES = 12;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;
    private static final MethodHandle SOCKET = SystemCalls.bind("socket");
    private static final MethodHandle BIND = SystemCalls.bind("bind");
    private static final MethodHandle SEND = SystemCalls.bind("send");
    private static final MethodHandle RECV = SystemCalls.bind("recv");

    /// What is heard at a time; the rest is heard the next time.
    private static final int HEARD_MAX = 1_000;

    private final int socket;
    private final MemorySegment state;
    private final MemorySegment question;
    private final MemorySegment answer;

    private Netlink(int socket, Arena arena) {
        this.socket = socket;
        this.state = SystemCalls.state(arena);
        this.question = arena.allocate(QUESTION_BYTES_MAX, 8);
        this.answer = arena.allocate(ANSWER_BYTES_MAX, 8);
    }

    /// Opens it, or returns null where the system does not.
    static @Nullable Netlink open(Arena arena, int protocol) {
        try {
            int socket = (int) (long) SOCKET.invokeExact(
                    SystemCalls.state(arena),
                    (long) FAMILY,
                    (long) (SOCK_RAW | SOCK_CLOEXEC),
                    (long) protocol,
                    0L,
                    0L,
                    0L);
            return socket < 0 ? null : new Netlink(socket, arena);
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
        }
    }

    int descriptor() {
        return socket;
    }

    /// From now on [#heard] tells of changes.
    ///
    /// @param groups bits
    /// @return whether the system does so
    boolean hears(int groups) {
        try (Arena own = Arena.ofConfined()) {
            MemorySegment address = own.allocate(ADDRESS_BYTES, 4);
            address.set(SHORT, 0, (short) FAMILY);
            address.set(INT, 8, groups);
            return (int) (long)
                            BIND.invokeExact(state, (long) socket, address.address(), (long) ADDRESS_BYTES, 0L, 0L, 0L)
                    == 0;
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
        }
    }

    /// Whether anything has changed since it was last asked.
    boolean heard() {
        boolean any = false;
        for (int i = 0; i < HEARD_MAX; i++) {
            if (receive() < 0) { // none; what there was no room for came after others
                break;
            }
            any = true;
        }
        return any;
    }

    private long receive() {
        try {
            return (long) RECV.invokeExact(
                    state, (long) socket, answer.address(), (long) ANSWER_BYTES_MAX, (long) MSG_DONTWAIT, 0L, 0L);
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
        }
    }

    /// A new question: its room, to be filled from [#HEADER_BYTES] on.
    MemorySegment question(int type) {
        question.fill((byte) 0);
        question.set(SHORT, 4, (short) type);
        question.set(SHORT, 6, (short) REQUEST);
        return question;
    }

    /// Appends an attribute's head to the question. Returns where its value is.
    int attribute(int at, int type, int valueBytes) {
        question.set(SHORT, at, (short) (4 + valueBytes));
        question.set(SHORT, at + 2, (short) type);
        return at + 4;
    }

    /// Appends an address. Returns where the next attribute is.
    int attribute(int at, int type, InetAddress address) {
        byte[] value = address.getAddress();
        MemorySegment.copy(value, 0, question, ValueLayout.JAVA_BYTE, attribute(at, type, value.length), value.length);
        return at + 4 + value.length;
    }

    /// The kernel's answer, until the next; null where it gives none, or says no.
    @Nullable
    MemorySegment ask(int bytes) {
        question.set(INT, 0, bytes);
        answer.set(SHORT, 4, (short) 0); // what was said before is no answer to this
        long got = send(bytes) < 0 ? -1 : receive();
        if (got < HEADER_BYTES || type(answer) == ERROR) {
            return null;
        }
        return answer.asSlice(0, Math.min(got, answer.get(INT, 0)));
    }

    /// Why the last question had no answer, as an `errno`; 0 where that is not known.
    int error() {
        return type(answer) == ERROR ? -answer.get(INT, HEADER_BYTES) : 0;
    }

    private long send(int bytes) {
        try {
            return (long) SEND.invokeExact(state, (long) socket, question.address(), (long) bytes, 0L, 0L, 0L);
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
        }
    }

    static int type(MemorySegment answer) {
        return answer.get(SHORT, 4) & 0xFFFF;
    }

    /// Where the value of the first attribute of a type is; -1 where there is none of so many bytes.
    ///
    /// @param at where the first attribute is
    static long value(MemorySegment answer, long at, int type, int bytes) {
        for (long next = at; next + 4 <= answer.byteSize(); ) {
            int length = answer.get(SHORT, next) & 0xFFFF;
            if (length < 4 || next + length > answer.byteSize()) {
                return -1;
            }
            if ((answer.get(SHORT, next + 2) & ~NESTED & 0xFFFF) == type && length >= 4 + bytes) {
                return next + 4;
            }
            next += (length + 3) & ~3;
        }
        return -1;
    }
}
