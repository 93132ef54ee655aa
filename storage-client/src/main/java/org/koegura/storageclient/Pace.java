package org.koegura.storageclient;

import java.time.Duration;

/// How long to wait before something is tried again: twice as long each time, up to a bound, for ever.
///
/// @param first after the first failure
/// @param max never longer
record Pace(Duration first, Duration max) {

    /// From 1 s to 5 min: a cloud that comes back is used within 5 min, far within the 24 h of T2.
    static final Pace USUAL = new Pace(Duration.ofSeconds(1), Duration.ofMinutes(5));

    private static final int DOUBLINGS_MAX = 20;

    /// The wait after so many failures in a row, 1 or more.
    Duration after(int failures) {
        Duration wait = first.multipliedBy(1L << Math.min(failures - 1, DOUBLINGS_MAX));
        return wait.compareTo(max) < 0 ? wait : max;
    }
}
