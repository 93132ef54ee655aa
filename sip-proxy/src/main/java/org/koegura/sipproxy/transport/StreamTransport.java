package org.koegura.sipproxy.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.tls.LiveTls;

/// Step 1 of 10 on the INVITE line, over TCP or TLS: connections that peers open to us, and that we open
/// to peers, on one Netty event loop.
///
/// A connection serves both directions (RFC 3261 §18): a message to an address goes over the
/// connection that is open to it, whoever opened it, and opens one only where there is none. What
/// arrives is handed to the receiver on the event loop, which therefore must not block. [#send] never
/// blocks.
final class StreamTransport implements AutoCloseable {

    /// Of each kind, by who opened them and to whom; one more is closed at once, and counted.
    static final int CONNECTIONS_MAX = 4_096;

    /// Likewise, of those that one address opened which is no neighbour's.
    static final int CONNECTIONS_OF_ONE_MAX = CONNECTIONS_MAX / 4;

    /// Likewise, of those that we open to one address which is no neighbour's: a telephone that registers under ever
    /// other ports, or calls them, takes no more.
    static final int CONNECTIONS_TO_ONE_MAX = CONNECTIONS_MAX / 16;

    private static final int CONNECT_MILLIS_MAX = 4_000;

    private final EventLoopGroup group;
    private final Bootstrap connector;
    private final ConnectionSetup setup;
    private final SipMeters meters;
    private final Handshakes handshakes = new Handshakes(System::nanoTime);
    private final OpenConnections open = new OpenConnections();
    private final Map<Peer, Promise<Channel>> opening = new ConcurrentHashMap<>();
    private final ConnectionBound bound;
    private final Channel listener;

    /// Whom a connection is opened to.
    ///
    /// @param name that its certificate must be for; empty over TCP
    private record Peer(InetSocketAddress address, String name) {}

    private StreamTransport(
            InetSocketAddress address,
            @Nullable LiveTls tls,
            Consumer<Arrival> receiver,
            SipMeters meters,
            ConnectionBound bound)
            throws IOException {
        this.meters = meters;
        this.bound = bound;
        this.setup = new ConnectionSetup(tls, open, bound, receiver, handshakes, meters);
        boolean epoll = Epoll.isAvailable();
        this.group = new MultiThreadIoEventLoopGroup(
                1,
                new DefaultThreadFactory("sip-" + setup.protocol().parameter(), true),
                epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        this.connector = new Bootstrap()
                .group(group)
                .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS_MAX);
        ServerBootstrap acceptor = new ServerBootstrap()
                .group(group)
                .channelFactory(() -> OneFamily.acceptor(address.getAddress()))
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.AUTO_READ, false)
                .childHandler(setup.accepting());
        ChannelFuture listening = acceptor.bind(address).awaitUninterruptibly();
        if (!listening.isSuccess()) {
            group.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
            throw new IOException(listening.cause());
        }
        this.listener = listening.channel();
    }

    /// Binds the socket. No connection is taken until [#start].
    ///
    /// @param tls null for plain TCP
    /// @throws IOException where the address cannot be bound
    static StreamTransport bind(
            InetSocketAddress address,
            @Nullable LiveTls tls,
            Consumer<Arrival> receiver,
            SipMeters meters,
            ConnectionBound bound)
            throws IOException {
        return new StreamTransport(address, tls, receiver, meters, bound);
    }

    /// What its connections bear from now on, those that peers open included.
    void mark(Dscp dscp) {
        setup.mark(dscp);
        listener.config().setOption(ChannelOption.IP_TOS, dscp.typeOfService());
    }

    /// How long a connection that begins from now on may say nothing; two hours where nobody says so.
    void closeIdleAfter(Duration limit) {
        setup.closeIdleAfter(limit);
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

    /// Names the open connection to that address, as no other ever; null where there is none.
    @Nullable
    String connectionName(InetSocketAddress address) {
        Channel channel = open.to(address);
        return channel == null ? null : channel.id().asLongText();
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
        if (channel != null && setup.mayServe(channel, to)) {
            write(channel, bytes, sending);
            return;
        }
        connection(to).addListener((Future<Channel> connected) -> {
            if (connected.isSuccess()) {
                write(connected.getNow(), bytes, sending);
            } else {
                sending.lost();
            }
        });
    }

    /// The peer asks that what is meant for its listening port goes over this connection, too (RFC 5923). Its
    /// address is the one that the connection came from; over TLS its certificate must be for that host.
    void alias(InetSocketAddress peer, String host, int port) {
        Channel channel = open.to(peer);
        if (channel != null && setup.isFor(channel, host)) {
            open.alias(new InetSocketAddress(peer.getAddress(), port), channel);
        }
    }

    private Promise<Channel> connection(InetSocketAddress to) {
        Peer peer = new Peer(to, setup.nameOf(to));
        Promise<Channel> connecting = opening.computeIfAbsent(peer, _ -> dialled(to));
        connecting.addListener((Future<Channel> done) -> {
            if (done.isSuccess()) {
                open.add(to, done.getNow()); // before the next sender finds neither
            }
            opening.remove(peer, connecting);
        });
        return connecting;
    }

    /// Ready for messages once it is connected and, over TLS, its peer is who it should be.
    private Promise<Channel> dialled(InetSocketAddress to) {
        Promise<Channel> ready = group.next().newPromise();
        connector.clone().handler(setup.dialling(to)).connect(to).addListener((ChannelFuture connected) -> {
            SslHandler secured = connected.channel().pipeline().get(SslHandler.class);
            if (!connected.isSuccess()) {
                ready.setFailure(connected.cause());
            } else if (secured == null) {
                ready.setSuccess(connected.channel());
            } else {
                secured.handshakeFuture().addListener((Future<Channel> shaken) -> settle(ready, shaken, to));
            }
        });
        return ready;
    }

    private void settle(Promise<Channel> ready, Future<Channel> shaken, InetSocketAddress to) {
        if (shaken.isSuccess()) {
            handshakes.succeeded(to);
            ready.setSuccess(shaken.getNow());
            return;
        }
        handshakes.failed(to, shaken.cause());
        ready.setFailure(shaken.cause());
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
}
