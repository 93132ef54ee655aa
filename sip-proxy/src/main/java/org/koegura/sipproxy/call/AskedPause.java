package org.koegura.sipproxy.call;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.LiveCalls.Pausing;
import org.koegura.callmodel.port.MediaSession;

/// Whether capture of one call is paused (R9). It stands beside where the call stands: a pause in the notice holds when
/// capture begins.
///
/// Owned by the call's thread.
final class AskedPause {

    /// A pause that is about to end is no answer to who asks for one: the media end it by a clock of their own, and
    /// what they tell of it may be under way.
    private static final Duration NEAR_END = Duration.ofSeconds(2);

    private final MediaSession media;
    private final Clock clock;

    /// When the pause that lasts ends by itself; null where none does.
    private @Nullable Instant until;

    /// Pauses whose end the media have not told yet.
    private int open;

    /// Of these, such as we have ended.
    private int ended;

    /// @param until of a pause that another process left; null where none lasted
    AskedPause(MediaSession media, Clock clock, @Nullable Instant until) {
        this.media = media;
        this.clock = clock;
        this.until = until;
        this.open = until == null ? 0 : 1;
    }

    /// When the pause that another process left ends by itself; null where none lasts. One that ran out
    /// while no process was there is told as such: nobody else knows of it.
    static @Nullable Instant left(CallCheckpoint.@Nullable Pause left, Clock clock, Mailbox mailbox) {
        if (left == null) {
            return null;
        }
        Instant now = clock.instant();
        Duration rest = left.leftAt(now);
        if (rest.isZero()) {
            mailbox.offer(new Mailbox.Letter.Resumed(left.from(), left.at().plus(left.left()), true));
            return null;
        }
        return now.plus(rest);
    }

    /// Asked for. The media end it by themselves in time: whoever asked may be gone.
    Pausing pause(State state) {
        if (!state.pausable()) {
            return new Pausing.NotKept(state.stage());
        }
        Instant now = clock.instant();
        Instant lasts = until;
        if (lasts != null && now.isBefore(lasts.minus(NEAR_END))) {
            return new Pausing.Paused(lasts);
        }
        if (lasts != null) {
            end();
        }
        media.pauseCapture(MediaSession.PAUSE_MAX);
        open++;
        lasts = now.plus(MediaSession.PAUSE_MAX);
        until = lasts;
        return new Pausing.Paused(lasts);
    }

    Pausing resume(State state) {
        if (!state.pausable()) {
            return new Pausing.NotKept(state.stage());
        }
        end();
        return new Pausing.Resumed();
    }

    /// Without effect where none lasts, for the media too: they are told in any case, since they know.
    private void end() {
        media.resumeCapture();
        if (until != null) {
            until = null;
            ended++;
        }
    }

    /// The media told that one is over. A further one may have begun since it was ended. Returns what ended it:
    /// `itself`, `command` or `end`, which is the call's.
    String over(boolean byItself) {
        open = Math.max(0, open - 1);
        if (open == 0) {
            until = null;
        }
        boolean byUs = ended > 0; // they end in the order in which they began
        ended = Math.max(0, ended - 1);
        if (byItself) {
            return "itself";
        }
        return byUs ? "command" : "end";
    }

    /// As the live list shows it.
    @Nullable
    Instant until(State state) {
        Instant lasts = until;
        return lasts == null || !state.pausable() || !clock.instant().isBefore(lasts) ? null : lasts;
    }
}
