package org.koegura.sipproxy.transport;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The connections over which something can be sent, by the address of the peer. Bounded by
/// [ConnectionBound]. Reading is safe from any thread; [#add] and [#remove] belong to the event loop.
final class OpenConnections {

    /// Where else its peer is reached.
    private static final AttributeKey<InetSocketAddress> ALIAS = AttributeKey.valueOf(OpenConnections.class, "alias");

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
        InetSocketAddress also = channel.attr(ALIAS).getAndSet(null);
        if (also != null) {
            byPeer.remove(also, channel);
        }
    }

    /// Its peer is reached over it at that address, too: one such address for each connection, the last that was
    /// named. Never takes the place of another open connection. Safe from any thread.
    void alias(InetSocketAddress also, Channel channel) {
        InetSocketAddress before = channel.attr(ALIAS).getAndSet(also);
        if (before != null && !before.equals(also)) {
            byPeer.remove(before, channel);
        }
        byPeer.merge(also, channel, (known, fresh) -> known.isActive() ? known : fresh);
        if (!channel.isActive()) {
            byPeer.remove(also, channel);
        }
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
