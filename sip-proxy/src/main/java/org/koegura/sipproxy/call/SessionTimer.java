package org.koegura.sipproxy.call;

import java.time.Duration;
import java.time.Instant;

/// What the parties of a call agreed on last: that it is over where nobody refreshes it in time (RFC 4028).
///
/// @param interval after which it is over
/// @param refreshedAt when the last 2xx that says so passed
record SessionTimer(Duration interval, Instant refreshedAt) {

    /// Less than this is never agreed on (RFC 4028 §4).
    static final Duration INTERVAL_MIN = Duration.ofSeconds(90);

    /// One as the parties said it, within bounds: they choose any number.
    ///
    /// @param longest that is waited for
    static SessionTimer agreed(Duration interval, Duration longest, Instant now) {
        Duration floored = interval.compareTo(INTERVAL_MIN) < 0 ? INTERVAL_MIN : interval;
        return new SessionTimer(floored.compareTo(longest) > 0 ? longest : floored, now);
    }

    /// Whether it ran out.
    boolean isOver(Instant now) {
        return sinceRefresh(now).compareTo(interval) >= 0;
    }

    Duration sinceRefresh(Instant now) {
        return Duration.between(refreshedAt, now);
    }
}
