package org.koegura.sipproxy.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// Step 1 of 10 on the INVITE line, over TCP: connections that peers open to us, and that we open to peers,
/// on one
/// Netty event loop.
///
/// A connection serves both directions (RFC 3261 §18): a message to an address goes over the connection
/// that is open to
/// it, whoever opened it, and opens one only where there is none. What arrives is handed to the receiver on
/// the event
/// loop, which therefore must not block. [#send] never blocks.
final class TcpTransport implements AutoCloseable {

    /// Far more than the telephones of a city hall; one more is closed at once, and counted.
    static final int CONNECTIONS_MAX = 4_096;

    private static final int CONNECT_MILLIS_MAX = 4_000;

    /// Telephones register at least this often, or send keep-alives.
    private static final Duration IDLE_MAX = Duration.ofHours(2);

    /// A peer that does not read holds up this much at most; what is more is not sent.
    private static final WriteBufferWaterMark UNREAD_BYTES = new WriteBufferWaterMark(256 << 10, 1 << 20);

    private final EventLoopGroup group;
    private final Bootstrap connector;
    private final SipMeters meters;
    private final Map<InetSocketAddress, Channel> open = new ConcurrentHashMap<>();
    private final Map<InetSocketAddress, ChannelFuture> opening = new ConcurrentHashMap<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final Channel listener;

    private TcpTransport(InetSocketAddress address, Consumer<Arrival> receiver, SipMeters meters) throws IOException {
        this.meters = meters;
        boolean epoll = Epoll.isAvailable();
        this.group = new MultiThreadIoEventLoopGroup(
                1,
                new DefaultThreadFactory("sip-tcp", true),
                epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        this.connector = new Bootstrap()
                .group(group)
                .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS_MAX)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, UNREAD_BYTES)
                .handler(new Connection(receiver));
        ChannelFuture bound = new ServerBootstrap()
                .group(group)
                .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, UNREAD_BYTES)
                .childHandler(new Connection(receiver))
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            group.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
            throw new IOException(bound.cause());
        }
        this.listener = bound.channel();
    }

    /// Binds the socket. No connection is taken until [#start].
    ///
    /// @throws IOException where the address cannot be bound
    static TcpTransport bind(InetSocketAddress address, Consumer<Arrival> receiver, SipMeters meters)
            throws IOException {
        return new TcpTransport(address, receiver, meters);
    }

    /// Begins to take connections.
    void start() {
        listener.config().setAutoRead(true);
    }

    /// Where it is bound, with the real port.
    InetSocketAddress local() {
        return (InetSocketAddress) listener.localAddress();
    }

    /// Whether a connection to that address is open.
    boolean reaches(InetSocketAddress address) {
        return open.containsKey(address);
    }

    /// How many connections are open.
    int connections() {
        return connections.get();
    }

    /// Sends one message. Never blocks.
    ///
    /// @param onFailure run where no connection could be opened, or the peer does not read
    void send(byte[] bytes, InetSocketAddress to, Runnable onFailure) {
        Channel channel = open.get(to);
        if (channel != null) {
            write(channel, bytes, onFailure);
            return;
        }
        connection(to).addListener((ChannelFuture connected) -> {
            if (connected.isSuccess()) {
                write(connected.channel(), bytes, onFailure);
            } else {
                onFailure.run();
            }
        });
    }

    private ChannelFuture connection(InetSocketAddress to) {
        ChannelFuture connecting = opening.computeIfAbsent(to, connector::connect);
        connecting.addListener(done -> {
            if (done.isSuccess()) {
                open.putIfAbsent(to, connecting.channel()); // before the next sender finds neither
            }
            opening.remove(to, connecting);
        });
        return connecting;
    }

    private void write(Channel channel, byte[] bytes, Runnable onFailure) {
        if (!channel.isWritable()) {
            meters.dropped(SipMeters.Dropped.PEER_DOES_NOT_READ);
            onFailure.run();
            return;
        }
        channel.writeAndFlush(Unpooled.wrappedBuffer(bytes)).addListener(sent -> {
            if (!sent.isSuccess()) {
                onFailure.run();
            }
        });
    }

    @Override
    public void close() {
        listener.close().awaitUninterruptibly(2, TimeUnit.SECONDS);
        for (Channel channel : open.values()) {
            var _ = channel.close();
        }
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }

    /// Sets up each connection: bounds, framing, hand-over.
    private final class Connection extends ChannelInitializer<Channel> {

        private final Consumer<Arrival> receiver;

        Connection(Consumer<Arrival> receiver) {
            this.receiver = receiver;
        }

        @Override
        protected void initChannel(Channel channel) {
            channel.closeFuture().addListener(closed -> connections.decrementAndGet());
            if (connections.incrementAndGet() > CONNECTIONS_MAX) {
                meters.dropped(SipMeters.Dropped.CONNECTIONS);
                var _ = channel.close();
                return;
            }
            channel.pipeline()
                    .addLast(new IdleStateHandler(IDLE_MAX.toSeconds(), 0, 0, TimeUnit.SECONDS))
                    .addLast(new StreamFramer())
                    .addLast(new Reader(receiver));
        }
    }

    /// Hands messages on, and knows the connection by its peer while it is open.
    private final class Reader extends SimpleChannelInboundHandler<byte[]> {

        private final Consumer<Arrival> receiver;

        Reader(Consumer<Arrival> receiver) {
            this.receiver = receiver;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            open.put(peer(context), context.channel());
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            open.remove(peer(context), context.channel());
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, byte[] message) {
            receiver.accept(new Arrival(message, new Hop(Protocol.TCP, peer(context))));
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof IdleStateEvent) {
                var _ = context.close();
            }
        }

        /// What cannot be cut into messages, or is reset, is closed: its peer opens another one.
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (!(cause instanceof IOException)) {
                meters.parseError(Protocol.TCP, "framing");
            }
            var _ = context.close();
        }

        private static InetSocketAddress peer(ChannelHandlerContext context) {
            return (InetSocketAddress) context.channel().remoteAddress();
        }
    }
}
