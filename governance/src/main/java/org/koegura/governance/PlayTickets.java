package org.koegura.governance;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.koegura.callmodel.port.RecordingStore.PlaybackAudio;
import org.koegura.governance.account.Session;

/// The tickets that are out. In memory only: a restart ends them all. Safe for any number of threads.
final class PlayTickets {

    /// How long a ticket lives after its last use, and at most.
    private static final Duration IDLE_MAX = Duration.ofMinutes(15);

    private static final Duration AGE_MAX = Duration.ofHours(4);

    private final Clock clock;
    private final RandomGenerator random;
    private final Map<String, Ticket> byId;

    private record Ticket(String sessionId, PlaybackAudio audio, Instant issuedAt, Instant usedAt) {
        boolean holdsAt(Instant now) {
            return now.isBefore(issuedAt.plus(AGE_MAX)) && now.isBefore(usedAt.plus(IDLE_MAX));
        }
    }

    PlayTickets(Clock clock, RandomGenerator random, int ticketsMax, MeterRegistry registry) {
        this.clock = clock;
        this.random = random;
        Counter evicted = Counter.builder("koegura.playback.tickets.evicted")
                .description("Playback tickets that were ended for want of room.")
                .register(registry);
        byId = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Ticket> eldest) {
                boolean full = size() > ticketsMax;
                if (full) {
                    evicted.increment();
                }
                return full;
            }
        };
    }

    synchronized PlayTicket issue(Session session, PlaybackAudio audio) {
        Instant now = clock.instant();
        byId.values().removeIf(ticket -> !ticket.holdsAt(now));
        byte[] bits = new byte[16];
        random.nextBytes(bits);
        String id = HexFormat.of().formatHex(bits);
        byId.put(id, new Ticket(session.id(), audio, now, now));
        return new PlayTicket(id, audio.lengthBytes(), now.plus(IDLE_MAX));
    }

    synchronized Optional<PlaybackAudio> use(Session session, String id) {
        Instant now = clock.instant();
        Ticket ticket = byId.get(id);
        if (ticket == null || !ticket.sessionId().equals(session.id()) || !ticket.holdsAt(now)) {
            return Optional.empty();
        }
        byId.put(id, new Ticket(ticket.sessionId(), ticket.audio(), ticket.issuedAt(), now));
        return Optional.of(ticket.audio());
    }

    synchronized void endAll(Session session) {
        byId.values().removeIf(ticket -> ticket.sessionId().equals(session.id()));
    }
}
