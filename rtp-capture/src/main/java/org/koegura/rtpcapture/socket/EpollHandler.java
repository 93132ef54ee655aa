package org.koegura.rtpcapture.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.koegura.rtpcapture.kernel.LentFlows;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Waits for one event loop's sockets, by one epoll (epoll(7)), level-triggered: what a socket still has comes again.
///
/// Sockets are added and removed from any thread; the rest belongs to the loop's thread.
///
/// ```
/// epoll_event   0  4  events      (12 bytes where it is packed: x86-64)
///               4  8  data: the socket's file descriptor
/// ```
final class EpollHandler implements IoHandler {

    private static final Logger LOG = LoggerFactory.getLogger(EpollHandler.class);

    /// One more than any UDP payload, so that none can fill it.
    static final int DATAGRAM_BYTES_MAX = 65_536;

    private static final int EVENTS_MAX = 256;

    /// Where nothing is due a loop looks after itself so often.
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long WAIT_FAILED_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final boolean PACKED = System.getProperty("os.arch", "").equals("amd64");
    static final int EVENT_BYTES = PACKED ? 12 : 16;
    private static final int DATA_AT = PACKED ? 4 : 8;

    /// Between two looks at what the kernel has passed, where it passes anything.
    private static final long PASSED_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final ThreadAwareExecutor executor;

    /// Gives null as long as the kernel takes nothing.
    private final Supplier<@Nullable LentFlows> lending;

    /// What is lent to the kernel of this loop's; null before anything is. Of the loop's thread.
    private @Nullable LentFlows flows;

    /// By file descriptor; replaced where it grows.
    private volatile AtomicReferenceArray<EpollSocket> sockets = new AtomicReferenceArray<>(1_024);

    /// Held while its descriptors are used from another thread than the loop's.
    private final ReentrantLock closing = new ReentrantLock();

    private boolean destroyed;

    private final ReentrantLock growing = new ReentrantLock();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final AtomicBoolean used = new AtomicBoolean();

    /// Goes when nobody has the handler any more, not with [#destroy]: sockets may be closed, and buffers released,
    /// after their loop.
    private final Arena arena = Arena.ofAuto();

    private final int epoll;
    private final int wakeups;

    // of the loop's thread
    private final Posix posix = new Posix(arena);
    private final MemorySegment events = arena.allocate((long) EVENT_BYTES * EVENTS_MAX, 8);
    private final MemorySegment timeout = arena.allocate(16, 8);
    private final MemorySegment counter = arena.allocate(8, 8);
    private final MemorySegment room = arena.allocate(DATAGRAM_BYTES_MAX, 64);
    private boolean handing;
    private ByteBuf datagram = Unpooled.wrappedBuffer(room.asByteBuffer());

    /// What the kernel passed may be told while a datagram lies in the other room.
    private final MemorySegment passedRoom = arena.allocate(LentFlows.PACKET_BYTES_MAX, 64);

    private ByteBuf passed = Unpooled.wrappedBuffer(passedRoom.asByteBuffer());
    private final MemorySegment sender = arena.allocate(SocketAddresses.BYTES_MAX, 8);
    private final MemorySegment senderBytes = arena.allocate(4, 4);
    private long waitsFailed;
    private MemorySegment copy = MemorySegment.NULL;

    EpollHandler(ThreadAwareExecutor executor, List<EpollHandler> all, Supplier<@Nullable LentFlows> lending) {
        this.executor = executor;
        this.lending = lending;
        this.epoll = posix.epollCreate();
        this.wakeups = posix.eventfd();
        if (epoll < 0 || wakeups < 0) {
            throw new IllegalStateException("the system gives no epoll: too many open files");
        }
        int result = add(wakeups);
        if (result < 0) {
            throw new IllegalStateException("epoll_ctl: error " + -result);
        }
        all.add(this);
    }

    @SuppressWarnings("ReferenceEquality") // this very one
    boolean drives(EventLoop loop) {
        return executor == loop;
    }

    /// True once.
    boolean isFirstUse() {
        return used.compareAndSet(false, true);
    }

    /// Where to lend to; null while the kernel takes nothing. For the loop's thread.
    @Nullable
    LentFlows flows() {
        if (flows == null) {
            flows = lending.get();
        }
        return flows;
    }

    Posix posix() {
        return posix;
    }

    /// Where the bytes of a buffer are, or of a copy that lives until the next is made.
    @SuppressWarnings("ReferenceEquality") // this very one
    long place(ByteBuf buffer) {
        if (buffer == datagram) { // no other is as often sent
            return room.address() + buffer.readerIndex();
        }
        return buffer.hasMemoryAddress() ? buffer.memoryAddress() + buffer.readerIndex() : copied(buffer);
    }

    private long copied(ByteBuf buffer) {
        copy = Arena.ofAuto().allocate(Math.max(1, buffer.readableBytes()));
        buffer.getBytes(buffer.readerIndex(), copy.asByteBuffer().limit(buffer.readableBytes()));
        return copy.address();
    }

    MemorySegment room() {
        return room;
    }

    MemorySegment sender() {
        return sender;
    }

    MemorySegment senderBytes() {
        return senderBytes;
    }

    /// Whether a datagram in the [#room] is somebody's just now.
    boolean isHanding() {
        return handing;
    }

    void hands(boolean one) {
        handing = one;
    }

    /// The received bytes as a buffer, with a reference more.
    ByteBuf received(int bytes) {
        return datagram.setIndex(0, bytes).retain();
    }

    /// A packet that the kernel passed as a buffer, with a reference more.
    ByteBuf passed(MemorySegment ring, long packet, int bytes) {
        MemorySegment.copy(ring, packet, passedRoom, 0, bytes);
        return passed.setIndex(0, bytes).retain();
    }

    /// Makes that buffer anew where somebody still has it, or gave it back too often. Returns whether that was so.
    boolean passedRenewed() {
        if (passed.refCnt() == 1) {
            return false;
        }
        passed = Unpooled.wrappedBuffer(passedRoom.asByteBuffer());
        return true;
    }

    /// Reads a socket from now on. From any thread.
    void add(EpollSocket socket) throws IOException {
        place(socket.descriptor(), socket);
        int result = add(socket.descriptor());
        if (result < 0) {
            place(socket.descriptor(), null);
            throw new IOException("epoll_ctl: error " + -result);
        }
    }

    private void place(int fd, @Nullable EpollSocket socket) {
        growing.lock();
        try {
            if (fd >= sockets.length()) {
                AtomicReferenceArray<EpollSocket> larger =
                        new AtomicReferenceArray<>(Math.max(fd + 1, 2 * sockets.length()));
                for (int i = 0; i < sockets.length(); i++) {
                    larger.set(i, sockets.get(i));
                }
                sockets = larger;
            }
            sockets.set(fd, socket);
        } finally {
            growing.unlock();
        }
    }

    private int add(int fd) {
        closing.lock();
        try (Arena own = Arena.ofConfined()) {
            MemorySegment event = own.allocate(EVENT_BYTES, 8);
            event.set(ValueLayout.JAVA_INT, 0, Posix.EPOLLIN);
            event.set(ValueLayout.JAVA_LONG_UNALIGNED, DATA_AT, fd);
            return destroyed ? -Posix.EBADF : new Posix(own).epollCtl(epoll, Posix.EPOLL_CTL_ADD, fd, event);
        } finally {
            closing.unlock();
        }
    }

    /// Runs it on the loop's thread: at once where this is that one.
    void onLoop(Runnable task) {
        if (executor.isExecutorThread(Thread.currentThread())) {
            task.run();
            return;
        }
        try {
            executor.execute(task);
        } catch (RejectedExecutionException over) { // the loop is gone, and nobody else has the socket
            task.run();
        }
    }

    /// Reads it no more. The kernel forgets it when it is closed.
    void remove(EpollSocket socket) {
        place(socket.descriptor(), null);
    }

    @Override
    public int run(IoHandlerContext context) {
        int ready = posix.epollWait(epoll, events, EVENTS_MAX, timeout(context));
        if (ready < 0 && ready != -Posix.EINTR) {
            waitFailed(-ready);
        }
        int handled = drain(); // before what came by a socket later
        for (int i = 0; i < ready; i++) {
            long at = (long) i * EVENT_BYTES;
            int fd = (int) events.get(ValueLayout.JAVA_LONG_UNALIGNED, at + DATA_AT);
            if (fd == wakeups) {
                long _ = posix.read(wakeups, counter, Long.BYTES); // before the flag: a wake-up between is not lost
                woken.set(false);
                continue;
            }
            AtomicReferenceArray<EpollSocket> all = sockets;
            EpollSocket socket = fd < all.length() ? all.get(fd) : null;
            if (socket != null) {
                ready(socket, events.get(ValueLayout.JAVA_INT_UNALIGNED, at));
                handled++;
            }
        }
        return handled;
    }

    private int drain() {
        if (flows == null) {
            return 0;
        }
        try {
            return flows.drain();
        } catch (Throwable fault) { // each packet's own faults are its socket's
            LOG.error("media.passed.failed", fault);
            return 0;
        }
    }

    /// Whatever a socket's reader throws, the other calls of the loop go on: Netty would end the loop.
    private void ready(EpollSocket socket, int what) {
        try {
            socket.ready(what);
        } catch (Throwable fault) {
            socket.broken(fault);
        }
        if (renewed()) { // each reader returns what it got, once
            socket.broken(new IllegalStateException("a datagram was kept, or released twice"));
        }
    }

    /// Makes the buffer anew where somebody still has it, or gave it back too often. Returns whether that was so.
    boolean renewed() {
        if (datagram.refCnt() == 1) {
            return false;
        }
        datagram = Unpooled.wrappedBuffer(room.asByteBuffer());
        return true;
    }

    /// Should never be: rather a little late than a processor for nothing.
    private void waitFailed(int error) {
        if (waitsFailed++ == 0) {
            LOG.error("media.wait.failed error={}", error);
        }
        LockSupport.parkNanos(WAIT_FAILED_NANOS);
    }

    private MemorySegment timeout(IoHandlerContext context) {
        long nanos = 0;
        if (context.canBlock()) {
            long delay = context.delayNanos(System.nanoTime());
            long longest = flows != null && flows.any() ? PASSED_NANOS : IDLE_NANOS;
            nanos = delay < 0 ? longest : Math.min(delay, longest);
        }
        timeout.set(ValueLayout.JAVA_LONG, 0, nanos / 1_000_000_000);
        timeout.set(ValueLayout.JAVA_LONG, 8, nanos % 1_000_000_000);
        return timeout;
    }

    @Override
    public void wakeup() {
        if (!executor.isExecutorThread(Thread.currentThread()) && woken.compareAndSet(false, true)) {
            closing.lock(); // its number may be another file's after it was closed
            try (Arena own = Arena.ofConfined()) {
                MemorySegment one = own.allocate(8, 8);
                one.set(ValueLayout.JAVA_LONG, 0, 1);
                if (!destroyed) {
                    long _ = new Posix(own).write(wakeups, one, Long.BYTES);
                }
            } finally {
                closing.unlock();
            }
        }
    }

    @Override
    public void prepareToDestroy() {
        AtomicReferenceArray<EpollSocket> all = sockets;
        for (int fd = 0; fd < all.length(); fd++) {
            EpollSocket socket = all.get(fd);
            if (socket != null) {
                socket.close(() -> {});
            }
        }
    }

    @Override
    public void destroy() {
        closing.lock();
        try {
            destroyed = true;
            int _ = posix.close(wakeups);
            int _ = posix.close(epoll);
        } finally {
            closing.unlock();
        }
    }

    @Override
    public IoRegistration register(IoHandle handle) {
        throw new UnsupportedOperationException("sockets are opened by the transport");
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> type) {
        return false;
    }
}
