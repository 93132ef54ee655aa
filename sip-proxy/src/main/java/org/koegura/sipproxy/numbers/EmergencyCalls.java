package org.koegura.sipproxy.numbers;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.stream.Stream;

/// Which calls are emergency calls, and which call back after one (N11). Safe from any thread.
///
/// Who called is kept in memory alone, for an hour; after a restart a call back is a call like any other, and is told.
public final class EmergencyCalls {

    /// How long after an emergency call somebody may call back.
    public static final Duration CALL_BACK_MAX = Duration.ofMinutes(60);

    /// Lines that are remembered: far more than call for help in an hour. The oldest is forgotten, and counted.
    static final int LINES_MAX = 1_024;

    private final Numbering numbering;
    private final Clock clock;
    private final Runnable forgotten;
    private final LinkedHashMap<String, Instant> called = new LinkedHashMap<>();

    /// @param forgotten run when a line is forgotten before its hour is over
    public EmergencyCalls(Numbering numbering, Clock clock, Runnable forgotten) {
        this.numbering = numbering;
        this.clock = clock;
        this.forgotten = forgotten;
    }

    /// Whether a request with that Request-URI calls for help.
    public boolean isOne(String requestUri) {
        return numbering.emergency().isOne(requestUri);
    }

    /// A line called for help, or is doing so no longer.
    ///
    /// @param line every URI that it is known by
    public void called(Collection<String> line) {
        Instant now = clock.instant();
        synchronized (called) {
            called.values().removeIf(at -> isOver(at, now));
            keys(line).forEach(key -> {
                called.remove(key); // the youngest stands last
                called.put(key, now);
            });
            while (called.size() > LINES_MAX) {
                called.pollFirstEntry();
                forgotten.run();
            }
        }
    }

    /// Whether one of the listed numbers calls a line that called for help within the hour.
    ///
    /// @param caller every URI that the caller is known by
    /// @param line every URI that was called
    public boolean isCallBack(Collection<String> caller, Collection<String> line) {
        if (keys(caller).noneMatch(numbering.callbacks()::contains)) {
            return false;
        }
        Instant now = clock.instant();
        synchronized (called) {
            return keys(line).anyMatch(key -> {
                Instant at = called.get(key);
                return at != null && !isOver(at, now);
            });
        }
    }

    private static boolean isOver(Instant at, Instant now) {
        return at.plus(CALL_BACK_MAX).isBefore(now);
    }

    private Stream<String> keys(Collection<String> uris) {
        return uris.stream()
                .map(uri -> numbering.plan().read(uri).key())
                .filter(key -> !key.isEmpty())
                .distinct();
    }
}
