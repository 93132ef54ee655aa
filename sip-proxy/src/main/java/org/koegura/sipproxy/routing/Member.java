package org.koegura.sipproxy.routing;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.koegura.sipproxy.dns.Found;
import org.koegura.sipproxy.transport.Hop;

/// A server of a neighbour's list, with the addresses that it has now and how each of them does. Safe from any thread;
/// one at a time looks it up.
final class Member {

    private final Server server;
    private final Map<Hop, Health> health = new ConcurrentHashMap<>();
    private final Semaphore hurry = new Semaphore(0);
    private Found lookedUp; // whole, if it ever was; else the last that was lacking, if any was
    private volatile Places places;
    private volatile boolean lacking;
    private volatile @Nullable Consumer<Hop> watcher;

    private record Places(Found found, List<Hop> hops) {

        static Places of(Found found) {
            return new Places(found, found.hops());
        }
    }

    /// @param found none where its name is not known yet
    Member(Server server, Found found) {
        this.server = server;
        this.lookedUp = found;
        this.places = Places.of(found);
        this.lacking = found.lacking();
    }

    Server server() {
        return server;
    }

    /// Whether it was ever found.
    boolean isFound() {
        return !hops().isEmpty();
    }

    /// Whether an address of its has never been told, where there is one.
    boolean isLacking() {
        return lacking;
    }

    /// All of its addresses; none before it was found.
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
    /// What was never found whole, since the name servers here do not know SRV, is where it was found last. Where
    /// each answer was half, it is where the last two said.
    void isAt(Found now) {
        if (now.isEmpty()) {
            return;
        }
        boolean better = !lookedUp.isEmpty() && (lookedUp.whole() || lookedUp.lacking());
        boolean half = better && !now.whole();
        places = Places.of(half ? lookedUp.with(now) : now);
        boolean stays = half && !(lookedUp.lacking() && now.lacking());
        lookedUp = stays ? lookedUp : now;
        lacking = lookedUp.lacking();
        health.keySet().retainAll(places.hops());
    }

    Health health(Hop hop) {
        return health.getOrDefault(hop, Health.UNKNOWN);
    }

    void learn(Hop hop, Health.Event event) {
        health.merge(hop, Health.UNKNOWN.after(event), (known, _) -> known.after(event));
    }

    /// From now on somebody asks whether it is there, so that it can come up again when it was down.
    ///
    /// @param down told where a call found it down
    void isWatched(Consumer<Hop> down) {
        watcher = down;
    }

    /// A call got nothing out of it there. Nothing is learnt of it where nobody would ask when it is back.
    void failed(Hop hop) {
        Consumer<Hop> told = watcher;
        if (told == null || !hops().contains(hop)) {
            return;
        }
        boolean known = health(hop).isDown();
        learn(hop, Health.Event.CALL_FAILED);
        if (!known) {
            told.accept(hop);
            hurry.release();
        }
    }

    /// Waits until it is to be asked again: that long, or until a call found it down.
    void awaitTurn(Duration pause) throws InterruptedException {
        if (hurry.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
            hurry.drainPermits();
        }
    }

    /// Whether it answers at any of its addresses.
    boolean isUp() {
        return hops().stream().anyMatch(hop -> health(hop).isUp());
    }
}
