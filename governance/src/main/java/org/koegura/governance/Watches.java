package org.koegura.governance;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.koegura.governance.account.Session;

/// Keeps a page that refreshes itself from filling the journal: watching is one act, journalled when a session starts
/// to watch and again every 15 minutes. Bounded; what is forgotten is journalled once more, never once less.
final class Watches {

    private static final Duration AGAIN_AFTER = Duration.ofMinutes(15);
    private static final int WATCHES_MAX = 1024;

    private final Clock clock;
    private final Map<Watch, Instant> journalledAt = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Watch, Instant> eldest) {
            return size() > WATCHES_MAX;
        }
    };

    private record Watch(String sessionId, Act act) {}

    Watches(Clock clock) {
        this.clock = clock;
    }

    /// Whether this look must be journalled.
    synchronized boolean isDue(Session session, Act act) {
        Instant last = journalledAt.get(new Watch(session.id(), act));
        return last == null || !clock.instant().isBefore(last.plus(AGAIN_AFTER));
    }

    synchronized void journalled(Session session, Act act) {
        journalledAt.put(new Watch(session.id(), act), clock.instant());
    }
}
