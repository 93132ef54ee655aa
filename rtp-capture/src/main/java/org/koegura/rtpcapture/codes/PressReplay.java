package org.koegura.rtpcapture.codes;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.AudioFormat;
import org.koegura.rtpcapture.notice.NoticePacer;
import org.koegura.rtpcapture.notice.NoticePlayer;
import org.koegura.rtpcapture.rtp.OutboundStream;

/// Tells the outside party of presses that were withheld and are of no code: as fresh events, in their
/// order, each of one tenth of a second and with a pause after it, in the inside party's place.
///
/// ```
///   20   40   60   80  100  120  140  160 ms
///  ─●────●────●────●────E────E────E──────────●──
/// ```
///
/// One packet each packet time; the end is said three times (RFC 4733 §2.5.1.4).
///
/// Pure, as [NoticePlayer]. Owned by the call's event loop.
final class PressReplay {

    /// As many keys as a code may have, and what is pressed while they are told. Who presses more has
    /// pressed at random.
    static final int PRESSES_MAX = 32;

    private static final int PRESS_MILLIS = 100;
    private static final int PAUSE_MILLIS = 60;
    private static final int ENDS = 3;
    private static final int STEP_MILLIS_MIN = 20;
    private static final int STEP_MILLIS_MAX = 50;

    private final Stage stage;
    private final OutboundStream stream;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private @Nullable Telling telling;

    PressReplay(Stage stage, OutboundStream stream) {
        this.stage = stage;
        this.stream = stream;
    }

    /// What it needs of the call around it.
    interface Stage {

        /// What the outside party receives; that of a usual telephone where nothing is agreed.
        AudioFormat format();

        /// The stream is taken by events until they are told: nothing else may speak in it.
        void event(long nowNanos);

        /// Sends one packet of an event, as [OutboundStream#writeEvent] takes it.
        void send(int payloadType, int event, boolean first, int ticks, boolean ended, long nowNanos);
    }

    private record Waiting(int event, int payloadType) {}

    /// Presses that are being told, one after the other.
    private static final class Telling {
        final NoticePacer pacer;
        final int ticksPerStep;
        final int stepsOfPress;
        final int stepsInAll;
        int step;

        Telling(AudioFormat format, int stepMillis, long firstDueNanos) {
            this.pacer = new NoticePacer(TimeUnit.MILLISECONDS.toNanos(stepMillis), firstDueNanos);
            this.ticksPerStep = Math.toIntExact((long) format.clockRateHz() * stepMillis / 1000);
            this.stepsOfPress = Math.ceilDiv(PRESS_MILLIS, stepMillis);
            this.stepsInAll = stepsOfPress + Math.max(ENDS - 1, Math.ceilDiv(PAUSE_MILLIS, stepMillis));
        }
    }

    /// To be told after those that wait. One too many is dropped.
    ///
    /// @return whether it will be
    boolean add(int event, int payloadType) {
        return waiting.size() < PRESSES_MAX && waiting.offer(new Waiting(event, payloadType));
    }

    /// Whether something is told, or waits to be.
    boolean busy() {
        return !waiting.isEmpty();
    }

    /// Whether it has the stream.
    boolean speaks() {
        return telling != null;
    }

    /// Nothing more is told.
    void end() {
        waiting.clear();
        stop();
    }

    /// Does what is due; returns when to call again, or [NoticePlayer#NEVER].
    long advance(long nowNanos) {
        Waiting next = waiting.peekFirst();
        if (next == null) {
            stop();
            return NoticePlayer.NEVER;
        }
        Telling now = telling;
        if (now == null) {
            stage.event(nowNanos);
            AudioFormat format = stage.format();
            int stepMillis = Math.clamp(format.packetMillis(), STEP_MILLIS_MIN, STEP_MILLIS_MAX);
            now = new Telling(format, stepMillis, stream.beginNotice(format, nowNanos));
            telling = now;
        }
        if (nowNanos - now.pacer.dueNanos() < 0) {
            return now.pacer.dueNanos();
        }
        step(now, next, nowNanos);
        if (now.step == now.stepsInAll) {
            now.step = 0;
            waiting.removeFirst();
        }
        return now.pacer.dueNanos();
    }

    private void step(Telling now, Waiting press, long nowNanos) {
        stage.event(nowNanos);
        int said = now.step + 1;
        boolean ended = said >= now.stepsOfPress;
        if (said < now.stepsOfPress + ENDS) {
            int ticks = Math.min(said, now.stepsOfPress) * now.ticksPerStep;
            stage.send(press.payloadType(), press.event(), said == 1, ticks, ended, nowNanos);
        }
        now.step = said;
        now.pacer.sent(nowNanos);
    }

    private void stop() {
        if (telling != null) {
            telling = null;
            stream.endNotice();
        }
    }
}
