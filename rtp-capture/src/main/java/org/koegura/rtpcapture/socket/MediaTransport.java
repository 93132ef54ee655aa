package org.koegura.rtpcapture.socket;

import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.koegura.rtpcapture.kernel.KernelHelp;

/// How the event loops talk to the kernel; decided once, at the start.
public interface MediaTransport {

    /// The system calls themselves where they can be had, else Netty's native epoll, else NIO.
    static MediaTransport best() {
        return beside(null);
    }

    /// Whether the best there is can lend to the kernel.
    static boolean lends() {
        return EpollTransport.isAvailable();
    }

    /// The same, where the kernel passes on what needs nothing of us.
    ///
    /// @param kernel for as many loops as will be driven; null where none is wanted
    static MediaTransport beside(@Nullable KernelHelp kernel) {
        return EpollTransport.isAvailable() ? new EpollTransport(kernel) : ChannelTransport.best();
    }

    /// Netty's channels, on its native epoll where that loads, else on NIO.
    static MediaTransport channels() {
        return ChannelTransport.best();
    }

    /// The last resort, with four limits. Packets that wait while a socket is being connected, behind those that
    /// the turn has read, are lost uncounted, because the JDK flushes them. A party that never sent cannot be found
    /// unreachable. No empty datagram is sent. A closed port is free only with the loop's next look at its sockets.
    static MediaTransport nio() {
        return ChannelTransport.nio();
    }

    /// For the log.
    String name();

    /// What drives each loop. For one group of loops.
    IoHandlerFactory handlers();

    /// Whether its sockets can tell ICMP errors before they are connected.
    boolean tellsErrors();

    /// Opens and binds sockets, and reads them from then on. Blocks until each is bound or has failed.
    ///
    /// @param loop of the group that [#handlers] drives
    /// @return what became of each, in their order
    List<Opened> open(EventLoop loop, List<Asked> asked);

    /// A socket that is wanted.
    ///
    /// @param typeOfService IP type-of-service octet of what it sends
    /// @param tellsErrors whether it is to tell ICMP errors before it is connected
    record Asked(InetSocketAddress address, int typeOfService, boolean tellsErrors, MediaSocket.Reader reader) {}

    /// What became of it.
    sealed interface Opened {

        record Bound(MediaSocket socket) implements Opened {}

        /// It is not there: nothing is left open.
        ///
        /// @param anywhere whether no other address would do either: the system has no socket
        record Failed(Exception why, boolean anywhere) implements Opened {}
    }
}
