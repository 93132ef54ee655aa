package org.koegura.rtpcapture.socket;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// The system calls of the packet path, by the foreign-function interface: no channel, no pipeline and no object a
/// packet lie between a datagram and us. 64-bit Linux alone.
///
/// Each returns what POSIX says, and minus `errno` where that is -1. Stateless but for one segment a thread that takes
/// `errno`: an instance belongs to one thread.
// Restricted, for a wrong signature could break the JVM: these are those of POSIX and Linux on every 64-bit machine.
@SuppressWarnings("restricted")
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

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final VarHandle ERRNO_OF =
            Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final AddressLayout POINTER = ValueLayout.ADDRESS;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong SIZE = ValueLayout.JAVA_LONG;

    /// A pointer as a number: no object is made for it on the packet path.
    private static final ValueLayout.OfLong PLACE = ValueLayout.JAVA_LONG;

    private static final MethodHandle SOCKET = bind("socket", INT, INT, INT, INT);
    private static final MethodHandle BIND = bind("bind", INT, INT, POINTER, INT);
    private static final MethodHandle CONNECT = bind("connect", INT, INT, POINTER, INT);
    private static final MethodHandle SETSOCKOPT = bind("setsockopt", INT, INT, INT, INT, POINTER, INT);
    private static final MethodHandle RECV = bind("recv", SIZE, INT, PLACE, SIZE, INT);
    private static final MethodHandle RECVFROM = bind("recvfrom", SIZE, INT, PLACE, SIZE, INT, PLACE, PLACE);
    private static final MethodHandle SEND = bind("send", SIZE, INT, PLACE, SIZE, INT);
    private static final MethodHandle SENDTO = bind("sendto", SIZE, INT, PLACE, SIZE, INT, PLACE, INT);
    private static final MethodHandle CLOSE = bind("close", INT, INT);
    private static final MethodHandle EPOLL_CREATE = bind("epoll_create1", INT, INT);
    private static final MethodHandle EPOLL_CTL = bind("epoll_ctl", INT, INT, INT, INT, POINTER);
    private static final MethodHandle EPOLL_WAIT = bind("epoll_pwait2", INT, INT, POINTER, INT, POINTER, POINTER);
    private static final MethodHandle EVENTFD = bind("eventfd", INT, INT, INT);
    private static final MethodHandle READ = bind("read", SIZE, INT, POINTER, SIZE);
    private static final MethodHandle WRITE = bind("write", SIZE, INT, POINTER, SIZE);

    private final MemorySegment state;

    Posix(Arena arena) {
        state = arena.allocate(Linker.Option.captureStateLayout());
    }

    private static MethodHandle bind(String name, MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, arguments), ERRNO);
    }

    private int errno() {
        return (int) ERRNO_OF.get(state, 0L);
    }

    private static AssertionError impossible(Throwable fault) {
        return new AssertionError("the system call takes these arguments", fault);
    }

    int socket(int family) {
        try {
            int fd = (int) SOCKET.invokeExact(state, family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
            return fd < 0 ? -errno() : fd;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    int bind(int fd, MemorySegment address, int bytes) {
        try {
            return (int) BIND.invokeExact(state, fd, address, bytes) < 0 ? -errno() : 0;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    int connect(int fd, MemorySegment address, int bytes) {
        try {
            return (int) CONNECT.invokeExact(state, fd, address, bytes) < 0 ? -errno() : 0;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    int option(int fd, int level, int name, MemorySegment value, int bytes) {
        try {
            return (int) SETSOCKOPT.invokeExact(state, fd, level, name, value, bytes) < 0 ? -errno() : 0;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /// @param into where to
    long recv(int fd, long into, long bytes, int flags) {
        try {
            long got = (long) RECV.invokeExact(state, fd, into, bytes, flags);
            return got < 0 ? -errno() : got;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /// @param into where to
    long recvfrom(int fd, long into, long bytes, int flags, long from, long fromBytes) {
        try {
            long got = (long) RECVFROM.invokeExact(state, fd, into, bytes, flags, from, fromBytes);
            return got < 0 ? -errno() : got;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /// @param from where from
    long send(int fd, long from, long bytes) {
        try {
            long sent = (long) SEND.invokeExact(state, fd, from, bytes, MSG_DONTWAIT);
            return sent < 0 ? -errno() : sent;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /// @param from where from
    long sendto(int fd, long from, long bytes, long to, int toBytes) {
        try {
            long sent = (long) SENDTO.invokeExact(state, fd, from, bytes, MSG_DONTWAIT, to, toBytes);
            return sent < 0 ? -errno() : sent;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    int close(int fd) {
        try {
            return (int) CLOSE.invokeExact(state, fd) < 0 ? -errno() : 0;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    int epollCreate() {
        try {
            int fd = (int) EPOLL_CREATE.invokeExact(state, EPOLL_CLOEXEC);
            return fd < 0 ? -errno() : fd;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    int epollCtl(int epoll, int operation, int fd, MemorySegment event) {
        try {
            return (int) EPOLL_CTL.invokeExact(state, epoll, operation, fd, event) < 0 ? -errno() : 0;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /// @param timeout a `timespec`, or NULL for as long as it takes
    int epollWait(int epoll, MemorySegment events, int max, MemorySegment timeout) {
        try {
            int ready = (int) EPOLL_WAIT.invokeExact(state, epoll, events, max, timeout, MemorySegment.NULL);
            return ready < 0 ? -errno() : ready;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    int eventfd() {
        try {
            int fd = (int) EVENTFD.invokeExact(state, 0, EFD_FLAGS);
            return fd < 0 ? -errno() : fd;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    long read(int fd, MemorySegment into, long bytes) {
        try {
            long got = (long) READ.invokeExact(state, fd, into, bytes);
            return got < 0 ? -errno() : got;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    long write(int fd, MemorySegment from, long bytes) {
        try {
            long sent = (long) WRITE.invokeExact(state, fd, from, bytes);
            return sent < 0 ? -errno() : sent;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }
}
