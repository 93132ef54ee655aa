package org.koegura.rtpcapture.notice;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.NoticeFailure;
import org.koegura.callmodel.NoticeFrames;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.NoticeProof.ReceiverReport;
import org.koegura.callmodel.Prompt;
import org.koegura.rtpcapture.rtp.OutboundStream;

/// Plays one call's notice and judges whether it was heard (N1, N4, "what counts as notified").
///
/// ```
///           ask          ACK, RTP or 1 s          last packet + ½        reports ≤ 5 %
///  IDLE ─────────► WAITING ─────────► PLAYING ─────────► (judged) ───────────────► heard
///                     ▲     hold ──────┘ │ unreachable, loss
///                     │                  ▼
///                     └────── one repeat, after the hold or 500 ms; then failed
/// ```
///
/// One that was asked for before the answer waits for neither answer nor cue (N3); all else is the same.
///
/// A hold before the start, and a move of the party during the silence that leads in, cost no attempt: nothing was
/// spoken. A telephone event of the inside party passes, and costs none either: a notice waits for its end, and one
/// that was under way is then played again from its beginning, so that nothing is played over an event and the
/// notice is one unbroken span of sequence numbers. Reports that come after the verdict are added to the proof, and
/// do not change the verdict.
///
/// Pure: sockets, timers and events are the [Stage]'s, and time comes in as monotonic nanoseconds. Every input but
/// [#advance] only notes what happened; [#advance] does what is due and says when to come again.
///
/// Owned by the call's event loop.
public final class NoticePlayer {

    /// At the latest so long after the 2xx a notice starts.
    static final long START_LATEST_NANOS = TimeUnit.SECONDS.toNanos(1);

    /// So long after a packet of the inside party's telephone event the notice does not start: senders
    /// report an event at least every 50 ms, and its end three times (RFC 4733 §2.5.1). While a key is held down
    /// the notice waits, and the call stays unrecorded.
    static final long EVENT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /// The pause before the repeat, so that a port that was about to open has opened.
    static final long REPEAT_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /// What [#advance] returns where nothing is due until something else happens.
    public static final long NEVER = Long.MAX_VALUE;

    private static final int ATTEMPTS_MAX = 2;

    private final Stage stage;
    private final OutboundStream stream;
    private final NoticeReports reports = new NoticeReports();

    private State state = State.IDLE;
    private @Nullable Prompt prompt;
    private @Nullable Playing playing;
    private boolean answered;
    private long answeredNanos;
    private boolean cued;

    /// Whether the notice was asked for before the answer: it waits for none.
    private boolean early;

    private boolean started;
    private long beginnings;
    private int attempt;
    private long repeatAtNanos;

    /// Whether an event of the inside party was seen, and until when the stream is its own.
    private boolean eventSeen;

    private long eventUntilNanos;
    private int reportedSsrc;
    private @Nullable NoticeProof proof;

    public NoticePlayer(Stage stage, OutboundStream stream) {
        this.stage = stage;
        this.stream = stream;
    }

    /// What the notice needs of the call around it.
    public interface Stage extends Way {

        void started();

        void heard(NoticeProof proof);

        /// Where playing threw, [Way#broken] comes first.
        void failed(NoticeFailure failure);
    }

    private enum State {
        IDLE,
        WAITING,
        PLAYING,
        OVER
    }

    /// After the answer, or as soon as it comes.
    public void ask(Prompt wanted) {
        ask(wanted, false);
    }

    /// Before the answer: at once, as early media.
    public void askEarly(Prompt wanted) {
        ask(wanted, true);
    }

    private void ask(Prompt wanted, boolean before) {
        if (state == State.IDLE || state == State.OVER) {
            prompt = wanted;
            state = State.WAITING;
            attempt = 1;
            started = false;
            early = before;
        }
    }

    /// Whether the notice that was asked for last was so before the answer.
    public boolean isEarly() {
        return early;
    }

    public void answered(long nowNanos) {
        if (!answered) {
            answered = true;
            answeredNanos = nowNanos;
        }
    }

    /// The ACK passed, or the outside party sent RTP: counts from the answer on.
    public void cue() {
        cued = true;
    }

    /// Whether none is asked for, or the last is over: the inside party's packets only pass.
    public boolean rests() {
        return state == State.IDLE || state == State.OVER;
    }

    /// Whether a packet of the outside party would still be a cue.
    public boolean awaitsCue() {
        return answered && !cued;
    }

    /// The inside party sent a packet of a telephone event: the stream is its own until the event is over.
    public void event(long nowNanos) {
        eventSeen = true;
        eventUntilNanos = nowNanos + EVENT_NANOS;
        if (playing != null && !playing.complete()) {
            breakOff();
            state = State.WAITING;
        }
    }

    /// An ICMP error came back on the outside leg.
    public void unreachable(long nowNanos) {
        if (state == State.PLAYING) {
            attemptFailed(NoticeFailure.UNREACHABLE, nowNanos + REPEAT_PAUSE_NANOS);
        }
    }

    public void reported(ReceiverReport report, long nowNanos) {
        if (stream.ssrc() != reportedSsrc) {
            reportedSsrc = stream.ssrc();
            reports.restart();
        }
        reports.add(report, stream.unwrap(report.highestSequence()), stream.firstSequence());
    }

    /// Breaks off, without an event.
    public void stop() {
        breakOff();
        if (state != State.OVER) {
            state = State.IDLE;
        }
    }

    /// Whether the notice speaks in the inside party's place just now.
    public boolean speaks() {
        return state == State.PLAYING;
    }

    /// What it says just now; null where it does not speak.
    @Nullable
    public Prompt spoken() {
        return speaks() ? prompt : null;
    }

    /// The proof of the notice that was heard, with the reports that came since; null where none was.
    @Nullable
    public NoticeProof proof() {
        NoticeProof known = proof;
        return known == null ? null : known.with(reports.covering());
    }

    /// The same basis of capture, with the reports that came since on the notice that was heard last.
    public CaptureBasis withReports(CaptureBasis basis) {
        NoticeProof known = proof();
        return known != null
                        && basis instanceof CaptureBasis.Announced(NoticeProof then)
                        && then.ssrc() == known.ssrc()
                        && then.startedAt().equals(known.startedAt())
                ? new CaptureBasis.Announced(known)
                : basis;
    }

    /// How often a notice began to speak: a repeat begins again, and so does one that was broken off.
    public long beginnings() {
        return beginnings;
    }

    /// Does what is due; returns when to call again, or [#NEVER].
    public long advance(long nowNanos) {
        try {
            return switch (state) {
                case IDLE, OVER -> NEVER;
                case WAITING -> await(nowNanos);
                case PLAYING -> play(nowNanos);
            };
        } catch (RuntimeException e) {
            stage.broken(e);
            fail(NoticeFailure.PLAYER);
            return NEVER;
        }
    }

    private long await(long nowNanos) {
        Prompt wanted = prompt;
        if (wanted == null || (!answered && !early)) {
            return NEVER;
        }
        if (!early && !cued && nowNanos - answeredNanos < START_LATEST_NANOS) {
            return answeredNanos + START_LATEST_NANOS;
        }
        if (attempt > 1 && nowNanos - repeatAtNanos < 0) {
            return repeatAtNanos;
        }
        if (!stage.outsideReceives()) {
            return NEVER;
        }
        if (eventSeen && nowNanos - eventUntilNanos < 0) {
            return eventUntilNanos;
        }
        Optional<NoticeFrames> notice = stage.frames(wanted);
        if (notice.isEmpty()) {
            fail(NoticeFailure.NO_FRAMES);
            return NEVER;
        }
        playing = new Playing(stage, stream, notice.get(), nowNanos);
        beginnings++;
        reports.begin(stream.sequence() + 1);
        state = State.PLAYING;
        return play(nowNanos);
    }

    private long play(long nowNanos) {
        Playing now = Objects.requireNonNull(playing);
        if (!stage.outsideReceives()) {
            attemptFailed(NoticeFailure.ON_HOLD, nowNanos);
            return NEVER;
        }
        if (!Objects.equals(now.destination(), stage.destination())) {
            return playElsewhere(now, nowNanos);
        }
        if (nowNanos - now.dueNanos() < 0) {
            return now.dueNanos();
        }
        if (now.complete()) {
            judge(now, nowNanos);
            return wakeForRepeat();
        }
        sendNext(now, nowNanos);
        return state == State.PLAYING ? now.dueNanos() : wakeForRepeat();
    }

    /// The party was learnt to be elsewhere, or moved: what was sent until now it did not hear. As long as that was
    /// silence the notice simply starts again; afterwards that is its repeat.
    private long playElsewhere(Playing now, long nowNanos) {
        if (now.sent() > now.notice().leadInFrames()) {
            attemptFailed(NoticeFailure.UNREACHABLE, nowNanos);
            return wakeForRepeat();
        }
        breakOff();
        state = State.WAITING;
        return await(nowNanos);
    }

    private long wakeForRepeat() {
        return state == State.WAITING ? repeatAtNanos : NEVER;
    }

    private void sendNext(Playing now, long nowNanos) {
        if (!now.sendNext(nowNanos)) {
            attemptFailed(NoticeFailure.UNREACHABLE, nowNanos + REPEAT_PAUSE_NANOS);
            return;
        }
        if (now.sent() == 1 && !started) {
            started = true;
            stage.started();
        }
        if (now.complete()) {
            reports.end(now.lastSequence());
        }
    }

    private void judge(Playing heard, long nowNanos) {
        if (reports.showLoss()) {
            attemptFailed(NoticeFailure.LOSS, nowNanos + REPEAT_PAUSE_NANOS);
            return;
        }
        NoticeProof whole = heard.proof(attempt, reports.covering());
        proof = whole;
        breakOff();
        state = State.OVER;
        stage.heard(whole);
    }

    private void attemptFailed(NoticeFailure why, long repeatAt) {
        breakOff();
        if (attempt >= ATTEMPTS_MAX) {
            fail(why);
            return;
        }
        attempt++;
        repeatAtNanos = repeatAt;
        state = State.WAITING;
    }

    private void fail(NoticeFailure why) {
        breakOff();
        state = State.OVER;
        stage.failed(why);
    }

    private void breakOff() {
        if (playing != null) {
            playing.end();
            playing = null;
        }
    }
}
