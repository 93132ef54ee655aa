package org.koegura.rtpcapture.notice;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.NoticeFrames;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.replay.ReplayAnswer;
import org.koegura.callmodel.replay.ReplayEnd;
import org.koegura.callmodel.replay.Replayed;
import org.koegura.rtpcapture.rtp.OutboundStream;

/// Plays a prompt to the outside party once more, in the middle of a call (N13).
///
/// ```
///           ask              no key is heard           last packet + ½
///  at rest ─────► WAITING ────────────────► SPEAKING ─────────────────► at rest: completed
///                    └──────── whatever breaks it off ─────┴──────────► at rest: why
/// ```
///
/// It is no notice that somebody waits for: nothing of it is judged, it is not repeated, and what
/// breaks it off ends it. A notice that would begin again after a hold, or a key, would speak into a
/// conversation that has gone on.
///
/// Pure, as [NoticePlayer]. Owned by the call's event loop.
public final class Replay {

    /// So long the end of a key is waited for, before anything is said. Then the telephone has a key
    /// that hangs.
    static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Stage stage;
    private final OutboundStream stream;
    private @Nullable Prompt prompt;
    private @Nullable Playing playing;
    private long giveUpNanos;
    private boolean eventSeen;
    private long eventUntilNanos;
    private long beginnings;

    public Replay(Stage stage, OutboundStream stream) {
        this.stage = stage;
        this.stream = stream;
    }

    /// What it needs of the call around it.
    public interface Stage extends Way {

        /// It is over: once for each that was said to play.
        void over(Replayed replayed);
    }

    /// Asked for.
    public ReplayAnswer ask(Prompt wanted, long nowNanos) {
        if (prompt != null) {
            return ReplayAnswer.BUSY;
        }
        if (!stage.outsideReceives()) {
            return ReplayAnswer.ON_HOLD;
        }
        if (stage.frames(wanted).isEmpty()) {
            return ReplayAnswer.NO_FRAMES;
        }
        prompt = wanted;
        giveUpNanos = nowNanos + WAIT_NANOS;
        return ReplayAnswer.PLAYS;
    }

    /// The inside party sent a packet of a telephone event: the stream is its own until the event is
    /// over.
    public void event(long nowNanos) {
        eventSeen = true;
        eventUntilNanos = nowNanos + NoticePlayer.EVENT_NANOS;
        if (playing != null) {
            stop(ReplayEnd.KEYS);
        }
    }

    /// An ICMP error came back on the outside leg.
    public void unreachable() {
        if (playing != null) {
            stop(ReplayEnd.UNREACHABLE);
        }
    }

    /// Whether none is asked for: the inside party's packets only pass.
    public boolean rests() {
        return prompt == null;
    }

    /// Whether it speaks in the inside party's place just now.
    public boolean speaks() {
        return playing != null;
    }

    /// What it says just now; null where it does not speak.
    @Nullable
    public Prompt spoken() {
        return speaks() ? prompt : null;
    }

    /// How often one began to speak.
    public long beginnings() {
        return beginnings;
    }

    /// Breaks off what is asked for. Without effect where nothing is.
    public void stop(ReplayEnd why) {
        Prompt wanted = prompt;
        if (wanted == null) {
            return;
        }
        Playing was = playing;
        prompt = null;
        playing = null;
        if (was != null) {
            was.end();
        }
        stage.over(new Replayed(wanted, was == null || was.sent() == 0 ? null : was.proof(1, List.of()), why));
    }

    /// Does what is due; returns when to call again, or [NoticePlayer#NEVER].
    public long advance(long nowNanos) {
        Prompt wanted = prompt;
        if (wanted == null) {
            return NoticePlayer.NEVER;
        }
        try {
            if (!stage.outsideReceives()) {
                return over(ReplayEnd.ON_HOLD);
            }
            Playing now = playing;
            return now == null ? begin(wanted, nowNanos) : play(now, nowNanos);
        } catch (RuntimeException e) {
            stage.broken(e);
            return over(ReplayEnd.PLAYER);
        }
    }

    private long begin(Prompt wanted, long nowNanos) {
        if (eventSeen && nowNanos - eventUntilNanos < 0) {
            return nowNanos - giveUpNanos < 0 ? Math.min(eventUntilNanos, giveUpNanos) : over(ReplayEnd.KEYS);
        }
        Optional<NoticeFrames> frames = stage.frames(wanted);
        if (frames.isEmpty()) {
            return over(ReplayEnd.NO_FRAMES);
        }
        Playing now = new Playing(stage, stream, frames.get(), nowNanos);
        playing = now;
        beginnings++;
        return play(now, nowNanos);
    }

    private long play(Playing now, long nowNanos) {
        if (!Objects.equals(now.destination(), stage.destination())) {
            return over(ReplayEnd.UNREACHABLE);
        }
        if (nowNanos - now.dueNanos() < 0) {
            return now.dueNanos();
        }
        if (now.complete()) {
            return over(ReplayEnd.COMPLETED);
        }
        return now.sendNext(nowNanos) ? now.dueNanos() : over(ReplayEnd.UNREACHABLE);
    }

    private long over(ReplayEnd end) {
        stop(end);
        return NoticePlayer.NEVER;
    }
}
