package org.koegura.rtpcapture.socket;

import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.BindException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.koegura.rtpcapture.kernel.KernelHelp;

/// Sockets as the kernel has them, read by an epoll of our own within Netty's event loop: level-triggered, one system
/// call to receive a datagram and one to send it, no object a packet.
///
/// Of what Netty's native epoll does besides there is nothing: no pipeline, no queue of what is to be sent, no second
/// read to find that nothing is left, and an empty datagram is one.
final class EpollTransport implements MediaTransport {

    private static final boolean AVAILABLE = tryOut();

    private final List<EpollHandler> handlers = new CopyOnWriteArrayList<>();
    private final @Nullable KernelHelp kernel;
    private final AtomicInteger made = new AtomicInteger();

    /// @param kernel what passes on what needs nothing of us; null where nothing does
    EpollTransport(@Nullable KernelHelp kernel) {
        this.kernel = kernel;
    }

    static boolean isAvailable() {
        return AVAILABLE;
    }

    private static boolean tryOut() {
        boolean linux = System.getProperty("os.name", "").equals("Linux");
        boolean wide = System.getProperty("sun.arch.data.model", "").equals("64");
        if (!linux || !wide) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            Posix posix = new Posix(arena);
            int epoll = posix.epollCreate();
            if (epoll < 0) {
                return false;
            }
            // an older kernel does not know this call, and some containers forbid it
            int ready = posix.epollWait(epoll, arena.allocate(EpollHandler.EVENT_BYTES, 8), 1, arena.allocate(16, 8));
            return posix.close(epoll) == 0 && ready == 0;
        } catch (LinkageError | RuntimeException notHere) {
            return false;
        }
    }

    @Override
    public String name() {
        return "epoll";
    }

    @Override
    public IoHandlerFactory handlers() {
        return executor -> {
            int loop = made.getAndIncrement();
            return new EpollHandler(executor, handlers, () -> kernel == null ? null : kernel.loop(loop));
        };
    }

    @Override
    public boolean tellsErrors() {
        return true;
    }

    @Override
    public List<Opened> open(EventLoop loop, List<Asked> asked) {
        EpollHandler handler = handlerOf(loop);
        if (handler.isFirstUse()) {
            loop.execute(() -> {}); // its thread begins with its first task
        }
        List<Opened> opened = new ArrayList<>();
        for (Asked socket : asked) {
            try {
                opened.add(new Opened.Bound(EpollSocket.open(handler, socket)));
            } catch (IOException e) {
                opened.add(new Opened.Failed(e, !(e instanceof BindException)));
            }
        }
        return opened;
    }

    private EpollHandler handlerOf(EventLoop loop) {
        for (EpollHandler handler : handlers) {
            if (handler.drives(loop)) {
                return handler;
            }
        }
        throw new IllegalStateException("the loop is not of this transport");
    }
}
