package org.koegura.governance;

import io.micrometer.core.instrument.Counter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.koegura.governance.account.Session;

/// The tickets for one kind of thing that are out. In memory only: a restart ends them all. Safe for any number of
/// threads.
final class Tickets<T> {

    /// How long a ticket lives after its last use, and at most.
    private static final Duration IDLE_MAX = Duration.ofMinutes(15);

    private static final Duration AGE_MAX = Duration.ofHours(4);

    private final Clock clock;
    private final RandomGenerator random;
    private final Map<String, Ticket<T>> byId;

    /// What the holder is told.
    ///
    /// @param id 128 random bits in hexadecimal
    /// @param expiresAt when it ends unless it is used before
    record Issued(String id, Instant expiresAt) {}

    private record Ticket<T>(String sessionId, T thing, Instant issuedAt, Instant usedAt) {
        boolean holdsAt(Instant now) {
            return now.isBefore(issuedAt.plus(AGE_MAX)) && now.isBefore(usedAt.plus(IDLE_MAX));
        }
    }

    /// @param evicted counts the tickets that are ended for want of room
    Tickets(Clock clock, RandomGenerator random, int ticketsMax, Counter evicted) {
        this.clock = clock;
        this.random = random;
        byId = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Ticket<T>> eldest) {
                boolean full = size() > ticketsMax;
                if (full) {
                    evicted.increment();
                }
                return full;
            }
        };
    }

    synchronized Issued issue(Session session, T thing) {
        Instant now = clock.instant();
        byId.values().removeIf(ticket -> !ticket.holdsAt(now));
        byte[] bits = new byte[16];
        random.nextBytes(bits);
        String id = HexFormat.of().formatHex(bits);
        byId.put(id, new Ticket<>(session.id(), thing, now, now));
        return new Issued(id, now.plus(IDLE_MAX));
    }

    /// For as often as its holder likes while it lives.
    synchronized Optional<T> use(Session session, String id) {
        Instant now = clock.instant();
        Ticket<T> ticket = byId.get(id);
        if (ticket == null || !ticket.sessionId().equals(session.id()) || !ticket.holdsAt(now)) {
            return Optional.empty();
        }
        byId.put(id, new Ticket<>(ticket.sessionId(), ticket.thing(), ticket.issuedAt(), now));
        return Optional.of(ticket.thing());
    }

    /// For once: the ticket ends.
    synchronized Optional<T> take(Session session, String id) {
        Optional<T> thing = use(session, id);
        if (thing.isPresent()) {
            byId.remove(id);
        }
        return thing;
    }

    synchronized void endAll(Session session) {
        byId.values().removeIf(ticket -> ticket.sessionId().equals(session.id()));
    }
}
