package org.koegura.sipproxy.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Step 1 of 10 on the INVITE line: one UDP socket on a Netty event loop (epoll where there is one, else NIO).
///
/// What arrives is copied out of the receive buffer and handed to the receiver on the event loop, which therefore must
/// not block. [#send] never blocks; a send that the system refuses is reported to its callback on the event loop.
/// With epoll a datagram goes to the system on the thread that sends it: to wake the event loop for each would cost
/// more
/// than the datagram.
final class UdpTransport implements AutoCloseable {

    /// The largest UDP payload over IPv4; a larger receive buffer would only waste memory.
    private static final int DATAGRAM_BYTES_MAX = 65_535;

    private static final int SOCKET_BUFFER_BYTES = 4 * 1024 * 1024;

    private final EventLoopGroup group;
    private final Channel channel;
    private final @Nullable DirectSender direct;

    private UdpTransport(EventLoopGroup group, Channel channel) {
        this.group = group;
        this.channel = channel;
        this.direct = channel instanceof EpollDatagramChannel epoll ? new DirectSender(epoll) : null;
    }

    /// Binds the socket. Nothing is read until [#start].
    ///
    /// @throws IOException where the address cannot be bound
    static UdpTransport bind(InetSocketAddress address, Consumer<Arrival> receiver, Faults faults) throws IOException {
        boolean epoll = Epoll.isAvailable();
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(
                1,
                new DefaultThreadFactory("sip-udp", true),
                epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        Bootstrap bootstrap = new Bootstrap()
                .group(group)
                .channelFactory(() -> OneFamily.datagrams(address.getAddress()))
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER_BYTES)
                .option(ChannelOption.SO_SNDBUF, SOCKET_BUFFER_BYTES)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(DATAGRAM_BYTES_MAX))
                .handler(new Reader(receiver, faults));
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            group.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
            throw new IOException(bound.cause());
        }
        return new UdpTransport(group, bound.channel());
    }

    /// What its datagrams bear from now on.
    void mark(Dscp dscp) {
        channel.config().setOption(ChannelOption.IP_TOS, dscp.typeOfService());
    }

    /// The option as the system has it.
    int typeOfService() {
        return channel.config().getOption(ChannelOption.IP_TOS);
    }

    /// Begins to read.
    void start() {
        channel.config().setAutoRead(true);
    }

    /// Where it is bound, with the real port.
    InetSocketAddress local() {
        return (InetSocketAddress) channel.localAddress();
    }

    /// Sends one datagram. Never blocks.
    ///
    /// @param sending lost where the system refused it
    void send(byte[] bytes, InetSocketAddress to, Sending sending) {
        if (direct != null && direct.send(bytes, to)) {
            return;
        }
        channel.writeAndFlush(new DatagramPacket(Unpooled.wrappedBuffer(bytes), to))
                .addListener(sent -> {
                    if (!sent.isSuccess()) {
                        sending.lost();
                    }
                });
    }

    @Override
    public void close() {
        if (direct != null) {
            direct.close();
        }
        channel.close().awaitUninterruptibly(2, TimeUnit.SECONDS);
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }

    /// Copies each datagram out and hands it on.
    private static final class Reader extends SimpleChannelInboundHandler<DatagramPacket> {

        private final Consumer<Arrival> receiver;
        private final Faults faults;

        Reader(Consumer<Arrival> receiver, Faults faults) {
            this.receiver = receiver;
            this.faults = faults;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
            ByteBuf content = packet.content();
            receiver.accept(new Arrival(ByteBufUtil.getBytes(content), Hop.udp(packet.sender())));
        }

        /// A datagram socket outlives its errors (ICMP), and a datagram that we fail on: the next read goes on.
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (!(cause instanceof IOException)) {
                faults.caught(Faults.Where.UDP, cause);
            }
            context.channel().read();
        }
    }
}
