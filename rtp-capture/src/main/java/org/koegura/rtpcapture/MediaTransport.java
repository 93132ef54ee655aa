package org.koegura.rtpcapture;

import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;

/// How the event loops talk to the kernel; decided once, at the start.
///
/// @param name for the log
/// @param handlers what drives each loop
/// @param datagramChannels what makes its sockets
/// @param tellsErrors whether its sockets can tell ICMP errors before they are connected ([IcmpErrors])
record MediaTransport(
        String name,
        IoHandlerFactory handlers,
        ChannelFactory<? extends DatagramChannel> datagramChannels,
        boolean tellsErrors) {

    /// Native epoll where its library loads, else NIO.
    static MediaTransport best() {
        return Epoll.isAvailable()
                ? new MediaTransport("epoll", EpollIoHandler.newFactory(), EpollDatagramChannel::new, true)
                : nio();
    }

    /// The fallback, with two limits: packets that wait while a socket is being connected are lost uncounted, because
    /// the JDK flushes them, and a party that never sent cannot be found unreachable.
    static MediaTransport nio() {
        return new MediaTransport("nio", NioIoHandler.newFactory(), NioDatagramChannel::new, false);
    }
}
