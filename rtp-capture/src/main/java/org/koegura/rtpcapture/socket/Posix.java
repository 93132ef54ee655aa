package org.koegura.rtpcapture.socket;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.koegura.rtpcapture.system.SystemCalls;

/// The system calls of the packet path, by the foreign-function interface: no channel, no pipeline and no object a
/// packet lie between a datagram and us. 64-bit Linux alone.
///
/// Each returns what POSIX says, and minus `errno` where that is -1. Stateless but for one segment a thread that takes
/// `errno`: an instance belongs to one thread.
final class Posix {

    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_NONBLOCK = 0x800;
    static final int SOCK_CLOEXEC = 0x80000;
    static final int MSG_PEEK = 0x02;
    static final int MSG_DONTWAIT = 0x40;
    static final int MSG_ERRQUEUE = 0x2000;
    static final int EAGAIN = 11;
    static final int EINTR = 4;
    static final int EBADF = 9;
    static final int ENETUNREACH = 101;
    static final int ECONNREFUSED = 111;
    static final int EHOSTUNREACH = 113;
    static final int EPOLL_CLOEXEC = 0x80000;
    static final int EPOLL_CTL_ADD = 1;
    static final int EPOLLIN = 1;
    static final int EPOLLERR = 8;
    static final int EFD_FLAGS = 0x80800;

    private static final MethodHandle SOCKET = SystemCalls.bind("socket");
    private static final MethodHandle BIND = SystemCalls.bind("bind");
    private static final MethodHandle CONNECT = SystemCalls.bind("connect");
    private static final MethodHandle SETSOCKOPT = SystemCalls.bind("setsockopt");
    private static final MethodHandle GETSOCKOPT = SystemCalls.bind("getsockopt");
    private static final MethodHandle RECV = SystemCalls.bind("recv");
    private static final MethodHandle RECVFROM = SystemCalls.bind("recvfrom");
    private static final MethodHandle SEND = SystemCalls.bind("send");
    private static final MethodHandle SENDTO = SystemCalls.bind("sendto");
    private static final MethodHandle CLOSE = SystemCalls.bind("close");
    private static final MethodHandle EPOLL_CREATE = SystemCalls.bind("epoll_create1");
    private static final MethodHandle EPOLL_CTL = SystemCalls.bind("epoll_ctl");
    private static final MethodHandle EPOLL_WAIT = SystemCalls.bind("epoll_pwait2");
    private static final MethodHandle EVENTFD = SystemCalls.bind("eventfd");
    private static final MethodHandle READ = SystemCalls.bind("read");
    private static final MethodHandle WRITE = SystemCalls.bind("write");

    private final MemorySegment state;

    Posix(Arena arena) {
        state = SystemCalls.state(arena);
    }

    private int failed() {
        return -SystemCalls.errno(state);
    }

    /// Of a function that returns an `int`: what it returned, or minus `errno`.
    private int word(long returned) {
        return (int) returned < 0 ? failed() : (int) returned;
    }

    /// Of a function that returns a size: what it returned, or minus `errno`.
    private long size(long returned) {
        return returned < 0 ? failed() : returned;
    }

    int socket(int family) {
        try {
            return word((long) SOCKET.invokeExact(
                    state, (long) family, (long) (SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC), 0L, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
        }
    }

    int bind(int fd, MemorySegment address, int bytes) {
        try {
            return word((long) BIND.invokeExact(state, (long) fd, address.address(), (long) bytes, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
        }
    }

    int connect(int fd, MemorySegment address, int bytes) {
        try {
            return word((long) CONNECT.invokeExact(state, (long) fd, address.address(), (long) bytes, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
        }
    }

    int option(int fd, int level, int name, MemorySegment value, int bytes) {
        try {
            return word((long) SETSOCKOPT.invokeExact(
                    state, (long) fd, (long) level, (long) name, value.address(), (long) bytes, 0L));
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
        }
    }

    /// An option that is an `int` of at least 0, or minus `errno`.
    int option(int fd, int level, int name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(ValueLayout.JAVA_INT);
            MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_INT, Integer.BYTES);
            int returned = word((long) GETSOCKOPT.invokeExact(
                    state, (long) fd, (long) level, (long) name, value.address(), bytes.address(), 0L));
            return returned < 0 ? returned : value.get(ValueLayout.JAVA_INT, 0);
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
        }
    }

    /// @param into where to
    long recv(int fd, long into, long bytes, int flags) {
        try {
            return size((long) RECV.invokeExact(state, (long) fd, into, bytes, (long) flags, 0L, 0L));
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
        }
    }

    /// @param into where to
    long recvfrom(int fd, long into, long bytes, int flags, long from, long fromBytes) {
        try {
            return size((long) RECVFROM.invokeExact(state, (long) fd, into, bytes, (long) flags, from, fromBytes));
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
        }
    }

    /// @param from where from
    long send(int fd, long from, long bytes) {
        try {
            return size((long) SEND.invokeExact(state, (long) fd, from, bytes, (long) MSG_DONTWAIT, 0L, 0L));
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
        }
    }

    /// @param from where from
    long sendto(int fd, long from, long bytes, long to, int toBytes) {
        try {
            return size(
                    (long) SENDTO.invokeExact(state, (long) fd, from, bytes, (long) MSG_DONTWAIT, to, (long) toBytes));
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
        }
    }

    int close(int fd) {
        try {
            return word((long) CLOSE.invokeExact(state, (long) fd, 0L, 0L, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
        }
    }

    int epollCreate() {
        try {
            return word((long) EPOLL_CREATE.invokeExact(state, (long) EPOLL_CLOEXEC, 0L, 0L, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
        }
    }

    int epollCtl(int epoll, int operation, int fd, MemorySegment event) {
        try {
            return word((long)
                    EPOLL_CTL.invokeExact(state, (long) epoll, (long) operation, (long) fd, event.address(), 0L, 0L));
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
        }
    }

    /// @param timeout a `timespec`, or NULL for as long as it takes
    int epollWait(int epoll, MemorySegment events, int max, MemorySegment timeout) {
        try {
            return word((long) EPOLL_WAIT.invokeExact(
                    state, (long) epoll, events.address(), (long) max, timeout.address(), 0L, 0L));
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
        }
    }

    int eventfd() {
        try {
            return word((long) EVENTFD.invokeExact(state, 0L, (long) EFD_FLAGS, 0L, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
        }
    }

    long read(int fd, MemorySegment into, long bytes) {
        try {
            return size((long) READ.invokeExact(state, (long) fd, into.address(), bytes, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
        }
    }

    long write(int fd, MemorySegment from, long bytes) {
        try {
            return size((long) WRITE.invokeExact(state, (long) fd, from.address(), bytes, 0L, 0L, 0L));
        } catch (Throwable e) {
            throw SystemCalls.impossible(e);
        }
    }
}
