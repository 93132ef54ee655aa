package org.koegura.sipproxy.transport;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/// How many connections may be open at once, counted apart by who opened them: nobody can take the room
/// of those that we open, or of our neighbours. Safe from any thread.
final class ConnectionBound {

    /// Who opened a connection.
    enum Opener {
        /// We did.
        WE,
        /// A fixed neighbour: a PBX may well have a connection for each of its calls.
        NEIGHBOUR,
        /// Anybody else.
        STRANGER
    }

    private final int most;
    private final int mostOfOne;
    private final Predicate<InetAddress> neighbours;
    private final Map<Opener, Integer> open = new EnumMap<>(Opener.class);
    private final Map<InetAddress, Integer> bySource = new HashMap<>();

    /// @param most of each kind; far more than the telephones of a city hall
    /// @param mostOfOne that one stranger may open: as many as telephones behind one router may need
    /// @param neighbours whether an address is one of a fixed neighbour
    ConnectionBound(int most, int mostOfOne, Predicate<InetAddress> neighbours) {
        this.most = most;
        this.mostOfOne = mostOfOne;
        this.neighbours = neighbours;
    }

    /// Lets a connection in that we open and counts it until it closes, or refuses it.
    boolean admitsOurs(Channel channel) {
        boolean admitted = enter(Opener.WE);
        if (admitted) {
            channel.closeFuture().addListener(_ -> leave(Opener.WE));
        }
        return admitted;
    }

    /// The same for one that a peer opened.
    boolean admits(Channel channel, InetAddress source) {
        if (neighbours.test(source)) {
            boolean admitted = enter(Opener.NEIGHBOUR);
            if (admitted) {
                channel.closeFuture().addListener(_ -> leave(Opener.NEIGHBOUR));
            }
            return admitted;
        }
        boolean admitted = enter(source);
        if (admitted) {
            channel.closeFuture().addListener(_ -> leave(source));
        }
        return admitted;
    }

    private synchronized boolean enter(Opener opener) {
        int count = open.getOrDefault(opener, 0);
        if (count >= most) {
            return false;
        }
        open.put(opener, count + 1);
        return true;
    }

    private synchronized boolean enter(InetAddress stranger) {
        if (bySource.getOrDefault(stranger, 0) >= mostOfOne || !enter(Opener.STRANGER)) {
            return false;
        }
        bySource.merge(stranger, 1, Integer::sum);
        return true;
    }

    private synchronized void leave(Opener opener) {
        open.merge(opener, -1, Integer::sum);
    }

    private synchronized void leave(InetAddress stranger) {
        leave(Opener.STRANGER);
        bySource.computeIfPresent(stranger, (_, count) -> count == 1 ? null : count - 1);
    }

    /// How many are open.
    synchronized int open() {
        return open.values().stream().mapToInt(Integer::intValue).sum();
    }
}
