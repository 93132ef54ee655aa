package org.koegura.sipproxy.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.channels.spi.SelectorProvider;

/// Makes sockets that hear one family of addresses alone, that of the address they are bound to: `0.0.0.0` is every
/// address of IPv4, and `::` every one of IPv6. Left alone Linux gives either both, and then a peer would be told an
/// address that it cannot send to.
///
/// Without epoll, a socket bound to `::` hears IPv4, too: the JDK cannot tell it not to.
final class OneFamily {

    /// `IPPROTO_IPV6` and `IPV6_V6ONLY` of Linux; Netty has no name for it, and turns it off itself.
    private static final ChannelOption<Integer> IPV6_ONLY = new IntegerUnixChannelOption("IPV6_V6ONLY", 41, 26);

    private OneFamily() {}

    /// A socket for datagrams, not bound yet.
    static Channel datagrams(InetAddress address) {
        return Epoll.isAvailable()
                ? strict(new EpollDatagramChannel(family(address)), address)
                : new NioDatagramChannel(family(address));
    }

    /// A socket for connections, not bound yet.
    static ServerChannel acceptor(InetAddress address) {
        return Epoll.isAvailable()
                ? strict(new EpollServerSocketChannel(family(address)), address)
                : new NioServerSocketChannel(SelectorProvider.provider(), family(address));
    }

    private static SocketProtocolFamily family(InetAddress address) {
        return address instanceof Inet6Address ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET;
    }

    private static <C extends Channel> C strict(C channel, InetAddress address) {
        if (address instanceof Inet6Address) {
            channel.config().setOption(IPV6_ONLY, 1);
        }
        return channel;
    }
}
