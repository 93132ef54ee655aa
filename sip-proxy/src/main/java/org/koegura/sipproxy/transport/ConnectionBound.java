package org.koegura.sipproxy.transport;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/// How many connections may be open at once, counted apart by who opened them: nobody can take the room of those that
/// we open, of our neighbours, or of the telephones. Safe from any thread.
final class ConnectionBound {

    /// Who opened a connection.
    enum Opener {
        /// We did.
        WE,
        /// A fixed neighbour: a PBX may well have a connection for each of its calls.
        NEIGHBOUR,
        /// A telephone in a network of the sites.
        TELEPHONE,
        /// Anybody else.
        STRANGER
    }

    /// What one subscriber to the Internet has of IPv6 at least (RFC 6177): who has one such address has all of them.
    private static final int SUBNET_OCTETS = 8;

    private final int most;
    private final int mostOfOne;
    private final Predicate<InetAddress> neighbours;
    private final Predicate<InetAddress> telephones;
    private final Map<Opener, Integer> open = new EnumMap<>(Opener.class);
    private final Map<InetAddress, Integer> bySource = new HashMap<>();

    /// @param most of each kind; far more than the telephones of a city hall
    /// @param mostOfOne that one telephone or stranger may open: as many as telephones behind one router may need
    /// @param neighbours whether an address is one of a fixed neighbour
    /// @param telephones whether it is in a network of the sites
    ConnectionBound(int most, int mostOfOne, Predicate<InetAddress> neighbours, Predicate<InetAddress> telephones) {
        this.most = most;
        this.mostOfOne = mostOfOne;
        this.neighbours = neighbours;
        this.telephones = telephones;
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
        Opener opener = telephones.test(source) ? Opener.TELEPHONE : Opener.STRANGER;
        InetAddress one = opener == Opener.TELEPHONE ? source : subnet(source);
        boolean admitted = enter(opener, one);
        if (admitted) {
            channel.closeFuture().addListener(_ -> leave(opener, one));
        }
        return admitted;
    }

    /// The first address of the smallest network that an IPv6 address can be one's own in; one of IPv4 is itself.
    private static InetAddress subnet(InetAddress source) {
        byte[] octets = source.getAddress();
        if (octets.length <= Integer.BYTES) {
            return source;
        }
        Arrays.fill(octets, SUBNET_OCTETS, octets.length, (byte) 0);
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("16 octets are an address", impossible);
        }
    }

    private synchronized boolean enter(Opener opener) {
        int count = open.getOrDefault(opener, 0);
        if (count >= most) {
            return false;
        }
        open.put(opener, count + 1);
        return true;
    }

    private synchronized boolean enter(Opener opener, InetAddress one) {
        if (bySource.getOrDefault(one, 0) >= mostOfOne || !enter(opener)) {
            return false;
        }
        bySource.merge(one, 1, Integer::sum);
        return true;
    }

    private synchronized void leave(Opener opener) {
        open.merge(opener, -1, Integer::sum);
    }

    private synchronized void leave(Opener opener, InetAddress one) {
        leave(opener);
        bySource.computeIfPresent(one, (_, count) -> count == 1 ? null : count - 1);
    }

    /// How many are open.
    synchronized int open() {
        return open.values().stream().mapToInt(Integer::intValue).sum();
    }
}
