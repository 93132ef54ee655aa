package org.koegura.sipproxy.routing;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.koegura.sipproxy.dns.Found;
import org.koegura.sipproxy.transport.Hop;

/// A server of a neighbour's list, with the addresses that it has now and how each of them does. Safe from any thread;
/// one at a time looks it up.
final class Member {

    private final Server server;
    private final Map<Hop, Health> health = new ConcurrentHashMap<>();
    private Found lookedUp; // whole, if it ever was
    private volatile Places places;

    private record Places(Found found, List<Hop> hops) {

        static Places of(Found found) {
            return new Places(found, found.hops());
        }
    }

    /// @param found at least one address
    Member(Server server, Found found) {
        if (found.isEmpty()) {
            throw new IllegalArgumentException("a neighbour is reached somewhere");
        }
        this.server = server;
        this.lookedUp = found;
        this.places = Places.of(found);
    }

    Server server() {
        return server;
    }

    /// All of its addresses.
    List<Hop> hops() {
        return places.hops();
    }

    /// Where it is tried, in that order.
    List<Hop> drawn(RandomGenerator random) {
        return places.found().drawn(random);
    }

    /// It was looked up again. Where nothing was found it stays where it was, and half an answer only adds: a name
    /// server that is out must not take the neighbours with it, nor make strangers of them.
    ///
    /// What was never found whole, since the name servers here do not know SRV, is where it was found last.
    void isAt(Found now) {
        if (now.isEmpty()) {
            return;
        }
        boolean half = lookedUp.whole() && !now.whole();
        lookedUp = half ? lookedUp : now;
        places = Places.of(half ? lookedUp.with(now) : now);
        health.keySet().retainAll(places.hops());
    }

    Health health(Hop hop) {
        return health.getOrDefault(hop, Health.UNKNOWN);
    }

    void learn(Hop hop, Health.Event event) {
        health.put(hop, health(hop).after(event));
    }

    /// Whether it answers at any of its addresses.
    boolean isUp() {
        return hops().stream().anyMatch(hop -> health(hop).isUp());
    }
}
