package org.koegura.sipproxy.transaction;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What is over and remembered for a while, because somebody may repeat himself: by a key, each for as long as all
/// others. It needs no timer: what is too old goes when it is asked for the next time, and what is too much when more
/// comes, the oldest first.
///
/// Safe from any thread.
public final class Recent<V> {

    private record Kept<V>(V value, long untilNanos) {}

    private final int most;
    private final long keptNanos;
    private final LongSupplier nanos;

    /// The oldest first.
    private final LinkedHashMap<String, Kept<V>> byKey = new LinkedHashMap<>();

    /// @param kept how long each
    /// @param most how many at once
    public Recent(Duration kept, int most) {
        this(kept, most, System::nanoTime);
    }

    /// @param nanos monotonic clock
    Recent(Duration kept, int most, LongSupplier nanos) {
        this.most = most;
        this.keptNanos = kept.toNanos();
        this.nanos = nanos;
    }

    /// Keeps it from now on, in the place of what that key had.
    public synchronized void keep(String key, V value) {
        long now = nanos.getAsLong();
        forget(now);
        byKey.putLast(key, new Kept<>(value, now + keptNanos));
        if (byKey.size() > most) {
            byKey.pollFirstEntry();
        }
    }

    /// What that key has; null where there is none, or none any more.
    public synchronized @Nullable V of(String key) {
        forget(nanos.getAsLong());
        Kept<V> kept = byKey.get(key);
        return kept == null ? null : kept.value();
    }

    synchronized int size() {
        forget(nanos.getAsLong());
        return byKey.size();
    }

    private void forget(long now) {
        Iterator<Kept<V>> oldest = byKey.values().iterator();
        while (oldest.hasNext() && oldest.next().untilNanos() - now <= 0) {
            oldest.remove();
        }
    }
}
