package org.koegura.sipproxy.routing;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.koegura.sipproxy.transport.Hop;

/// A server of a neighbour's list, with the addresses that it has now and how each of them does. Safe from any thread.
final class Member {

    private final Server server;
    private final Map<Hop, Health> health = new ConcurrentHashMap<>();
    private volatile List<Hop> hops;

    /// @param hops at least one
    Member(Server server, List<Hop> hops) {
        if (hops.isEmpty()) {
            throw new IllegalArgumentException("a neighbour is reached somewhere");
        }
        this.server = server;
        this.hops = List.copyOf(hops);
    }

    Server server() {
        return server;
    }

    /// Where it is reached, in the order in which that is tried.
    List<Hop> hops() {
        return hops;
    }

    /// It was looked up again. Where nothing was found it stays where it was: a name server that is out must not take
    /// the neighbours with it.
    void isAt(List<Hop> now) {
        if (!now.isEmpty()) {
            hops = List.copyOf(now);
            health.keySet().retainAll(now);
        }
    }

    Health health(Hop hop) {
        return health.getOrDefault(hop, Health.UNKNOWN);
    }

    void learn(Hop hop, Health.Event event) {
        health.put(hop, health(hop).after(event));
    }

    /// Whether it answers at any of its addresses.
    boolean isUp() {
        return hops.stream().anyMatch(hop -> health(hop).isUp());
    }
}
