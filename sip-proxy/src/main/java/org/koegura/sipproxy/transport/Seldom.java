package org.koegura.sipproxy.transport;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// Lets what happens again and again be told once in a while, so that nobody can fill the log: each kind once a pause,
/// and all kinds together no oftener than there is room for kinds. Safe from any thread.
///
/// @param <K> what makes two of them one kind
public final class Seldom<K> {

    private final long pauseNanos;
    private final int kindsMax;
    private final LongSupplier nanoClock;
    private final Map<K, Long> told = new LinkedHashMap<>(); // the youngest stands last

    /// @param pause between two of a kind
    /// @param kindsMax that are told in a pause; more are not told
    public Seldom(Duration pause, int kindsMax, LongSupplier nanoClock) {
        this.pauseNanos = pause.toNanos();
        this.kindsMax = kindsMax;
        this.nanoClock = nanoClock;
    }

    /// Whether one of that kind is told now.
    public synchronized boolean mayTell(K kind) {
        long now = nanoClock.getAsLong();
        told.values().removeIf(at -> now - at >= pauseNanos);
        return told.size() < kindsMax && told.putIfAbsent(kind, now) == null;
    }
}
