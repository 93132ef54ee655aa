package org.koegura.sipproxy.transport;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The connections over which something can be sent, by the address of the peer. Bounded by
/// [ConnectionBound]. Reading is safe from any thread; [#add] and [#remove] belong to the event loop.
final class OpenConnections {

    private final Map<InetSocketAddress, Channel> byPeer = new ConcurrentHashMap<>();

    /// Notes a connection, unless it is closed already: who opened it may hear of that late, and nobody
    /// would take it out again.
    void add(InetSocketAddress peer, Channel channel) {
        if (channel.isActive()) {
            byPeer.put(peer, channel);
        }
    }

    /// It is closed.
    void remove(InetSocketAddress peer, Channel channel) {
        byPeer.remove(peer, channel);
    }

    /// The one to that peer; null where there is none, or where it is at its end.
    @Nullable
    Channel to(InetSocketAddress peer) {
        Channel channel = byPeer.get(peer);
        return channel != null && channel.isActive() ? channel : null;
    }

    /// Closes them all, without waiting for it.
    void close() {
        for (Channel channel : byPeer.values()) {
            var _ = channel.close();
        }
    }
}
