package org.koegura.sipproxy.transport;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/// How many connections may be open at once, counted apart by who is at the other end and who opened them: nobody can
/// take the room of our neighbours, in neither direction, nor strangers that of the telephones. Safe from any thread.
final class ConnectionBound {

    /// Who is at the other end.
    private enum Peer {
        /// A fixed neighbour: a PBX may well have a connection for each of its calls.
        NEIGHBOUR,
        /// A telephone in a network of the sites.
        TELEPHONE,
        /// Anybody else.
        STRANGER
    }

    /// Connections that share one room.
    ///
    /// @param ours whether we opened them
    private record Kind(boolean ours, Peer peer) {}

    /// Connections of one kind with one peer, as far as it can be told apart.
    private record One(Kind kind, InetAddress address) {}

    /// What one subscriber to the Internet has of IPv6 at least (RFC 6177): who has one such address has all of them.
    private static final int SUBNET_OCTETS = 8;

    private final int most;
    private final int mostOfOne;
    private final int mostToOne;
    private final Predicate<InetAddress> neighbours;
    private final Predicate<InetAddress> telephones;
    private final Map<Kind, Integer> open = new HashMap<>();
    private final Map<One, Integer> ofOne = new HashMap<>();

    /// @param most of each kind; far more than the telephones of a city hall
    /// @param mostOfOne that one telephone or stranger may open: as many as telephones behind one router may need
    /// @param mostToOne that we open to one: a telephone names a port for each, and needs one
    /// @param neighbours whether an address is one of a fixed neighbour
    /// @param telephones whether it is in a network of the sites
    ConnectionBound(
            int most,
            int mostOfOne,
            int mostToOne,
            Predicate<InetAddress> neighbours,
            Predicate<InetAddress> telephones) {
        this.most = most;
        this.mostOfOne = mostOfOne;
        this.mostToOne = mostToOne;
        this.neighbours = neighbours;
        this.telephones = telephones;
    }

    /// Lets a connection in that we open and counts it until it closes, or refuses it.
    boolean admitsOurs(Channel channel, InetAddress to) {
        return admits(channel, new Kind(true, peer(to)), to);
    }

    /// The same for one that a peer opened.
    boolean admits(Channel channel, InetAddress source) {
        return admits(channel, new Kind(false, peer(source)), source);
    }

    private Peer peer(InetAddress address) {
        return neighbours.test(address) ? Peer.NEIGHBOUR : telephones.test(address) ? Peer.TELEPHONE : Peer.STRANGER;
    }

    private boolean admits(Channel channel, Kind kind, InetAddress address) {
        One one = new One(kind, kind.peer() == Peer.STRANGER ? subnet(address) : address);
        boolean admitted = enter(one);
        if (admitted) {
            channel.closeFuture().addListener(_ -> leave(one));
        }
        return admitted;
    }

    private int mostOf(Kind kind) {
        return kind.peer() == Peer.NEIGHBOUR ? most : kind.ours() ? mostToOne : mostOfOne;
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

    private synchronized boolean enter(One one) {
        int all = open.getOrDefault(one.kind(), 0);
        int ofThis = ofOne.getOrDefault(one, 0);
        if (all >= most || ofThis >= mostOf(one.kind())) {
            return false;
        }
        open.put(one.kind(), all + 1);
        ofOne.put(one, ofThis + 1);
        return true;
    }

    private synchronized void leave(One one) {
        open.merge(one.kind(), -1, Integer::sum);
        ofOne.computeIfPresent(one, (_, count) -> count == 1 ? null : count - 1);
    }

    /// How many are open.
    synchronized int open() {
        return open.values().stream().mapToInt(Integer::intValue).sum();
    }
}
