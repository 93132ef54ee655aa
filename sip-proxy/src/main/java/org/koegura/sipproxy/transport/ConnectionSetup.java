package org.koegura.sipproxy.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannelConfig;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.AttributeKey;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.tls.CertificateNames;
import org.koegura.sipproxy.tls.LiveTls;
import org.koegura.sipproxy.tls.Tls;

/// What each connection of one protocol is made of: bounds, TLS, framing, hand-over.
///
/// A connection whose peer acknowledges nothing for [#UNACKNOWLEDGED_MILLIS_MAX] is closed, where the
/// system can tell (epoll). Over TLS a peer counts as reached once its handshake is done.
final class ConnectionSetup {

    /// A peer that vanished without a word would swallow each INVITE until the system gives up, which
    /// takes a quarter of an hour.
    static final int UNACKNOWLEDGED_MILLIS_MAX = 10_000;

    /// When nothing is sent either: asked after one minute, three times.
    private static final int KEEPALIVE_IDLE_SECONDS = 60;

    private static final int KEEPALIVE_INTERVAL_SECONDS = 10;
    private static final int KEEPALIVE_PROBES = 3;

    /// Telephones register at least this often, or send keep-alives.
    private static final Duration IDLE_MAX = Duration.ofHours(2);

    /// A peer that does not read holds up this much at most; what is more is not sent.
    private static final WriteBufferWaterMark UNREAD_BYTES = new WriteBufferWaterMark(256 << 10, 1 << 20);

    /// Whom its certificate was found to be for, where we opened the connection.
    private static final AttributeKey<String> VERIFIED = AttributeKey.valueOf(ConnectionSetup.class, "verified");

    private final @Nullable LiveTls tls;
    private final OpenConnections open;
    private final ConnectionBound bound;
    private final Consumer<Arrival> receiver;
    private final Handshakes handshakes;
    private final SipMeters meters;
    private volatile int typeOfService;
    private volatile Duration idleMax = IDLE_MAX;

    ConnectionSetup(
            @Nullable LiveTls tls,
            OpenConnections open,
            ConnectionBound bound,
            Consumer<Arrival> receiver,
            Handshakes handshakes,
            SipMeters meters) {
        this.tls = tls;
        this.open = open;
        this.bound = bound;
        this.receiver = receiver;
        this.handshakes = handshakes;
        this.meters = meters;
    }

    /// What its connections bear from now on.
    void mark(Dscp dscp) {
        typeOfService = dscp.typeOfService();
    }

    /// How long a connection that begins from now on may say nothing.
    void closeIdleAfter(Duration limit) {
        idleMax = limit;
    }

    Protocol protocol() {
        return tls == null ? Protocol.TCP : Protocol.TLS;
    }

    /// The name that the peer's certificate must be for: as it was looked up (RFC 5922 §7.1), or the address.
    String nameOf(InetSocketAddress to) {
        return tls == null ? "" : to.getHostString().toLowerCase(Locale.ROOT);
    }

    /// Whether an open connection to that address may carry what is meant for that name: one whose peer was
    /// verified for another name may not.
    boolean mayServe(Channel channel, InetSocketAddress to) {
        String name = nameOf(to);
        boolean named = NetUtil.createInetAddressFromIpAddressString(name) == null;
        return tls == null || !named || name.equals(channel.attr(VERIFIED).get()) || isFor(channel, name);
    }

    /// Whether the peer of a connection showed over TLS that it is that host; over TCP nobody can show it (RFC 5923
    /// §8).
    boolean isFor(Channel channel, String host) {
        SslHandler secured = channel.pipeline().get(SslHandler.class);
        X509Certificate shown =
                secured == null || tls == null ? null : tls.now().peer(secured);
        return tls == null || (shown != null && CertificateNames.covers(shown, host));
    }

    /// For connections that peers open.
    ChannelHandler accepting() {
        return new Connection(null);
    }

    /// For one that we open.
    ChannelHandler dialling(InetSocketAddress to) {
        return new Connection(to);
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

    /// Sets up one connection. The time for the first message runs from its opening, TLS included.
    private final class Connection extends ChannelInitializer<Channel> {

        private final @Nullable InetSocketAddress dialled;

        /// @param dialled where we open it to; null where a peer opened it
        Connection(@Nullable InetSocketAddress dialled) {
            this.dialled = dialled;
        }

        @Override
        protected void initChannel(Channel channel) {
            boolean admitted = dialled == null
                    ? bound.admits(channel, ((InetSocketAddress) channel.remoteAddress()).getAddress())
                    : bound.admitsOurs(channel, dialled.getAddress());
            if (!admitted) {
                meters.dropped(SipMeters.Dropped.CONNECTIONS);
                var _ = channel.close();
                return;
            }
            configure(channel.config());
            if (tls != null) {
                channel.pipeline().addLast(secured(tls.now(), channel));
            }
            channel.pipeline()
                    .addLast(new IdleStateHandler(idleMax.toMillis(), 0, 0, TimeUnit.MILLISECONDS))
                    .addLast(new StreamFramer(dialled == null))
                    .addLast(new Reader(dialled == null));
        }

        private SslHandler secured(Tls by, Channel channel) {
            if (dialled == null) {
                return by.accepting(channel.alloc());
            }
            String name = nameOf(dialled);
            channel.attr(VERIFIED).set(name); // nobody sees the connection before that is so
            return by.dialling(channel.alloc(), name, dialled.getPort());
        }
    }

    /// Hands messages on, and knows the connection by its peer while it is open.
    private final class Reader extends SimpleChannelInboundHandler<byte[]> {

        private final boolean accepted;

        /// @param accepted whether the peer opened it
        Reader(boolean accepted) {
            this.accepted = accepted;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            if (tls == null) {
                open.add(peer(context), context.channel());
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            open.remove(peer(context), context.channel());
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, byte[] message) {
            receiver.accept(new Arrival(message, new Hop(protocol(), peer(context))));
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            switch (event) {
                case IdleStateEvent idle -> {
                    var _ = context.close();
                }
                case SslHandshakeCompletionEvent shaken
                when shaken.isSuccess() -> open.add(peer(context), context.channel());
                case SslHandshakeCompletionEvent failed -> {
                    meters.dropped(SipMeters.Dropped.HANDSHAKE);
                    if (accepted) { // who opened the others tells of them
                        handshakes.refused(peer(context), failed.cause());
                    }
                }
                default -> {}
            }
        }

        /// What cannot be cut into messages, is reset, or is failed on by us, is closed: its peer opens another one.
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            boolean broken = cause instanceof IOException || cause.getCause() instanceof SSLException;
            if (cause instanceof CorruptedFrameException || cause instanceof TooLongFrameException) {
                meters.parseError(protocol(), "framing");
            } else if (!broken) {
                meters.faults().caught(Faults.Where.STREAM, cause);
            }
            var _ = context.close();
        }

        private static InetSocketAddress peer(ChannelHandlerContext context) {
            return (InetSocketAddress) context.channel().remoteAddress();
        }
    }
}
