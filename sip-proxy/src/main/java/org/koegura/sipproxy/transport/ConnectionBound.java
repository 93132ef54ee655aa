package org.koegura.sipproxy.transport;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// How many connections may be open at once: in all, and of those that one address opened. Safe from any
/// thread.
final class ConnectionBound {

    private final int most;
    private final int mostOfOne;
    private final Map<Channel, Boolean> open = new ConcurrentHashMap<>();
    private final Map<InetAddress, Integer> bySource = new ConcurrentHashMap<>();

    /// @param most far more than the telephones of a city hall
    /// @param mostOfOne as many as a carrier, or telephones behind one router, may need
    ConnectionBound(int most, int mostOfOne) {
        this.most = most;
        this.mostOfOne = mostOfOne;
    }

    /// Lets a connection in and counts it until it closes, or refuses it.
    ///
    /// @param source who opened it; null where we did
    boolean admits(Channel channel, @Nullable InetAddress source) {
        if (open.size() >= most || (source != null && bySource.getOrDefault(source, 0) >= mostOfOne)) {
            return false;
        }
        open.put(channel, true);
        if (source != null) {
            bySource.merge(source, 1, Integer::sum);
        }
        channel.closeFuture().addListener(closed -> leave(channel, source));
        return true;
    }

    private void leave(Channel channel, @Nullable InetAddress source) {
        open.remove(channel);
        if (source != null) {
            bySource.computeIfPresent(source, (_, count) -> count == 1 ? null : count - 1);
        }
    }

    /// How many are open.
    int open() {
        return open.size();
    }
}
