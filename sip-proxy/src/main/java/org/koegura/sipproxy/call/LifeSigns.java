package org.koegura.sipproxy.call;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.EndReason;
import org.koegura.sipproxy.media.HoldWatch;

/// Whether a call whose media are silent is over (trap 22): its BYE may be lost, and a proxy cannot send one.
///
/// | | no session timer | timer runs | timer ran out |
/// |---|---|---|---|
/// | media flow | up | up | up |
/// | silent, not on hold | over after `silentMax` | over after `silentMax` without packet *and* refresh | over after
/// `silentMax` |
/// | silent, on hold | over after `heldSilentMax` | up | over after `silentMax` |
///
/// Written by the signalling thread, read by the media's event loop: nothing here waits.
final class LifeSigns {

    private final HoldWatch hold;
    private final Duration silentMax;
    private final Duration heldSilentMax;
    private final Clock clock;
    private volatile @Nullable SessionTimer timer;

    LifeSigns(HoldWatch hold, CallSettings settings, Clock clock) {
        this.hold = hold;
        this.silentMax = settings.silentMax();
        this.heldSilentMax = settings.heldSilentMax();
        this.clock = clock;
    }

    /// A 2xx to an INVITE or UPDATE passed.
    ///
    /// @param interval of the session timer that it says; null where it says none, so that there is none any more
    void refreshed(@Nullable Duration interval) {
        timer = interval == null ? null : SessionTimer.agreed(interval, heldSilentMax, clock.instant());
    }

    /// Why a call is over that is silent for so long; null where it is not.
    @Nullable
    EndReason over(long silentMillis) {
        SessionTimer running = timer;
        boolean held = hold.onHold();
        Duration limit = held && running == null ? heldSilentMax : silentMax;
        if (silentMillis < limit.toMillis()) {
            return null;
        }
        if (running == null) {
            return EndReason.MEDIA_SILENT;
        }
        Instant now = clock.instant();
        if (running.isOver(now)) {
            return EndReason.SESSION_EXPIRED;
        }
        boolean refreshed = running.sinceRefresh(now).compareTo(silentMax) < 0;
        return held || refreshed ? null : EndReason.MEDIA_SILENT;
    }

    /// What the parties of a call agreed on last: that it is over where nobody refreshes it in time (RFC 4028).
    ///
    /// @param interval after which it is over
    /// @param refreshedAt when the last 2xx that says so passed
    private record SessionTimer(Duration interval, Instant refreshedAt) {

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
}
