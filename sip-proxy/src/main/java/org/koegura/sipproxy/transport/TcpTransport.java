package org.koegura.sipproxy.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollSocketChannelConfig;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Step 1 of 10 on the INVITE line, over TCP: connections that peers open to us, and that we open to
/// peers, on one Netty event loop.
///
/// A connection serves both directions (RFC 3261 §18): a message to an address goes over the
/// connection that is open to it, whoever opened it, and opens one only where there is none. A
/// connection whose peer acknowledges nothing for [#UNACKNOWLEDGED_MILLIS_MAX] is closed, where the
/// system can tell (epoll). What arrives is handed to the receiver on the event loop, which therefore
/// must not block. [#send] never blocks.
final class TcpTransport implements AutoCloseable {

    /// Of each kind of opener; one more is closed at once, and counted.
    static final int CONNECTIONS_MAX = 4_096;

    /// Likewise, of those that one address opened which is no neighbour's.
    static final int CONNECTIONS_OF_ONE_MAX = CONNECTIONS_MAX / 4;

    /// A peer that vanished without a word would swallow each INVITE until the system gives up, which
    /// takes a quarter of an hour.
    static final int UNACKNOWLEDGED_MILLIS_MAX = 10_000;

    /// When nothing is sent either: asked after one minute, three times.
    private static final int KEEPALIVE_IDLE_SECONDS = 60;

    private static final int KEEPALIVE_INTERVAL_SECONDS = 10;
    private static final int KEEPALIVE_PROBES = 3;

    private static final int CONNECT_MILLIS_MAX = 4_000;

    /// Telephones register at least this often, or send keep-alives.
    private static final Duration IDLE_MAX = Duration.ofHours(2);

    /// A peer that does not read holds up this much at most; what is more is not sent.
    private static final WriteBufferWaterMark UNREAD_BYTES = new WriteBufferWaterMark(256 << 10, 1 << 20);

    private final EventLoopGroup group;
    private final Bootstrap connector;
    private final SipMeters meters;
    private final OpenConnections open = new OpenConnections();
    private final Map<InetSocketAddress, ChannelFuture> opening = new ConcurrentHashMap<>();
    private final ConnectionBound bound;
    private final Channel listener;
    private volatile int typeOfService;

    private TcpTransport(InetSocketAddress address, Consumer<Arrival> receiver, SipMeters meters, ConnectionBound bound)
            throws IOException {
        this.meters = meters;
        this.bound = bound;
        boolean epoll = Epoll.isAvailable();
        this.group = new MultiThreadIoEventLoopGroup(
                1,
                new DefaultThreadFactory("sip-tcp", true),
                epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        this.connector = new Bootstrap()
                .group(group)
                .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS_MAX)
                .handler(new Connection(receiver, false));
        ServerBootstrap acceptor = new ServerBootstrap()
                .group(group)
                .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.AUTO_READ, false)
                .childHandler(new Connection(receiver, true));
        ChannelFuture listening = acceptor.bind(address).awaitUninterruptibly();
        if (!listening.isSuccess()) {
            group.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
            throw new IOException(listening.cause());
        }
        this.listener = listening.channel();
    }

    /// What its connections bear from now on, those that peers open included.
    void mark(Dscp dscp) {
        typeOfService = dscp.typeOfService();
        listener.config().setOption(ChannelOption.IP_TOS, typeOfService);
    }

    /// What every connection has, whoever opened it.
    private void configure(ChannelConfig config) {
        config.setOption(ChannelOption.IP_TOS, typeOfService);
        config.setOption(ChannelOption.TCP_NODELAY, true);
        config.setOption(ChannelOption.SO_KEEPALIVE, true);
        config.setOption(ChannelOption.WRITE_BUFFER_WATER_MARK, UNREAD_BYTES);
        if (config instanceof EpollSocketChannelConfig) {
            config.setOption(EpollChannelOption.TCP_USER_TIMEOUT, UNACKNOWLEDGED_MILLIS_MAX);
            config.setOption(EpollChannelOption.TCP_KEEPIDLE, KEEPALIVE_IDLE_SECONDS);
            config.setOption(EpollChannelOption.TCP_KEEPINTVL, KEEPALIVE_INTERVAL_SECONDS);
            config.setOption(EpollChannelOption.TCP_KEEPCNT, KEEPALIVE_PROBES);
        }
    }

    /// Binds the socket. No connection is taken until [#start].
    ///
    /// @param neighbours whether an address is one of a fixed neighbour
    /// @throws IOException where the address cannot be bound
    static TcpTransport bind(
            InetSocketAddress address, Consumer<Arrival> receiver, SipMeters meters, Predicate<InetAddress> neighbours)
            throws IOException {
        return bind(
                address, receiver, meters, new ConnectionBound(CONNECTIONS_MAX, CONNECTIONS_OF_ONE_MAX, neighbours));
    }

    /// The same, with a bound of its own.
    static TcpTransport bind(
            InetSocketAddress address, Consumer<Arrival> receiver, SipMeters meters, ConnectionBound bound)
            throws IOException {
        return new TcpTransport(address, receiver, meters, bound);
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
        return open.to(address) != null;
    }

    /// How many connections are open.
    int connections() {
        return bound.open();
    }

    /// Sends one message. Never blocks.
    ///
    /// @param sending lost where no connection could be opened, or the peer does not read
    void send(byte[] bytes, InetSocketAddress to, Sending sending) {
        Channel channel = open.to(to);
        if (channel != null) {
            write(channel, bytes, sending);
            return;
        }
        connection(to).addListener((ChannelFuture connected) -> {
            if (connected.isSuccess()) {
                write(connected.channel(), bytes, sending);
            } else {
                sending.lost();
            }
        });
    }

    private ChannelFuture connection(InetSocketAddress to) {
        ChannelFuture connecting = opening.computeIfAbsent(to, connector::connect);
        connecting.addListener(done -> {
            if (done.isSuccess()) {
                open.add(to, connecting.channel()); // before the next sender finds neither
            }
            opening.remove(to, connecting);
        });
        return connecting;
    }

    private void write(Channel channel, byte[] bytes, Sending sending) {
        sending.over(channel);
        if (!channel.isWritable()) {
            if (channel.isActive()) { // else it closed a moment ago
                meters.dropped(SipMeters.Dropped.PEER_DOES_NOT_READ);
            }
            sending.lost();
            return;
        }
        channel.writeAndFlush(Unpooled.wrappedBuffer(bytes)).addListener(sent -> {
            if (!sent.isSuccess()) {
                sending.lost();
            }
        });
    }

    @Override
    public void close() {
        listener.close().awaitUninterruptibly(2, TimeUnit.SECONDS);
        open.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }

    /// Sets up each connection: bounds, framing, hand-over.
    private final class Connection extends ChannelInitializer<Channel> {

        private final Consumer<Arrival> receiver;
        private final boolean accepted;

        /// @param accepted whether the peer opened it
        Connection(Consumer<Arrival> receiver, boolean accepted) {
            this.receiver = receiver;
            this.accepted = accepted;
        }

        @Override
        protected void initChannel(Channel channel) {
            boolean admitted = accepted
                    ? bound.admits(channel, ((InetSocketAddress) channel.remoteAddress()).getAddress())
                    : bound.admitsOurs(channel);
            if (!admitted) {
                meters.dropped(SipMeters.Dropped.CONNECTIONS);
                var _ = channel.close();
                return;
            }
            configure(channel.config());
            channel.pipeline()
                    .addLast(new IdleStateHandler(IDLE_MAX.toSeconds(), 0, 0, TimeUnit.SECONDS))
                    .addLast(new StreamFramer(accepted))
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
            open.add(peer(context), context.channel());
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
