package org.koegura.rtpcapture.socket;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.PromiseCombiner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/// Sockets as Netty's channels.
///
/// @param datagramChannels what makes them
record ChannelTransport(
        String name,
        IoHandlerFactory handlers,
        ChannelFactory<? extends DatagramChannel> datagramChannels,
        boolean tellsErrors)
        implements MediaTransport {

    static ChannelTransport best() {
        return Epoll.isAvailable()
                ? new ChannelTransport("netty-epoll", EpollIoHandler.newFactory(), EpollDatagramChannel::new, true)
                : nio();
    }

    static ChannelTransport nio() {
        return new ChannelTransport("nio", NioIoHandler.newFactory(), NioDatagramChannel::new, false);
    }

    @Override
    public List<Opened> open(EventLoop loop, List<Asked> asked) {
        List<Opening> openings = new ArrayList<>();
        for (Asked socket : asked) {
            openings.add(opening(loop, socket));
        }
        openAll(loop, openings); // each wait for the loop costs two changes of thread
        return openings.stream().map(Opening::result).toList();
    }

    private Opening opening(EventLoop loop, Asked asked) {
        ReceiveBuffer buffer = new ReceiveBuffer();
        Channel channel;
        try {
            channel = datagramChannels.newChannel();
        } catch (ChannelException e) {
            return new Opening(asked, null, null, e);
        }
        channel.config().setOption(ChannelOption.RECVBUF_ALLOCATOR, buffer);
        channel.config().setOption(ChannelOption.IP_TOS, asked.typeOfService());
        if (asked.tellsErrors() && tellsErrors) {
            channel.config().setOption(IcmpErrors.option(asked.address().getAddress()), 1);
        }
        ChannelSocket socket = new ChannelSocket(channel, buffer, asked.reader());
        channel.pipeline().addLast(socket);
        return new Opening(asked, socket, new DefaultChannelPromise(channel, loop), null);
    }

    /// Returns when each is bound or has failed.
    private static void openAll(EventLoop loop, List<Opening> openings) {
        List<Opening> made =
                openings.stream().filter(opening -> opening.bound != null).toList();
        if (made.isEmpty()) {
            return;
        }
        Promise<Void> all = loop.newPromise();
        try {
            loop.execute(() -> {
                PromiseCombiner combiner = new PromiseCombiner(loop);
                made.forEach(opening -> combiner.add((ChannelFuture) opening.open(loop)));
                combiner.finish(all);
            });
        } catch (RejectedExecutionException e) {
            made.forEach(opening -> opening.fail(e)); // the loop ends with the process
            return;
        }
        all.awaitUninterruptibly();
    }

    /// A socket on its way.
    private static final class Opening {
        private final Asked asked;
        private final @Nullable ChannelSocket socket;
        private final @Nullable ChannelPromise bound;
        private final @Nullable Exception refused;

        Opening(
                Asked asked,
                @Nullable ChannelSocket socket,
                @Nullable ChannelPromise bound,
                @Nullable Exception refused) {
            this.asked = asked;
            this.socket = socket;
            this.bound = bound;
            this.refused = refused;
        }

        /// On the event loop.
        ChannelPromise open(EventLoop loop) {
            ChannelPromise promise = Objects.requireNonNull(bound);
            Channel channel = promise.channel();
            loop.register(channel).addListener(registered -> {
                if (registered.isSuccess()) {
                    channel.bind(asked.address(), promise).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
                } else {
                    fail(registered.cause());
                }
            });
            return promise;
        }

        /// It never came to a loop.
        void fail(Throwable cause) {
            ChannelPromise promise = Objects.requireNonNull(bound);
            promise.channel().unsafe().closeForcibly();
            promise.tryFailure(cause);
        }

        Opened result() {
            if (socket == null || bound == null) {
                return new Opened.Failed(refused == null ? new IOException("no socket") : refused, true);
            }
            Throwable cause = bound.cause();
            return bound.isSuccess()
                    ? new Opened.Bound(socket)
                    : new Opened.Failed(cause instanceof Exception fault ? fault : new IOException(cause), false);
        }
    }
}
