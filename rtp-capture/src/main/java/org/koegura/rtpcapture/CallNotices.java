package org.koegura.rtpcapture;

import java.util.function.Consumer;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.replay.ReplayAnswer;
import org.koegura.callmodel.replay.ReplayEnd;
import org.koegura.rtpcapture.rtp.ArrivalClock;

/// What is played to the outside party of one call, as it is commanded: the notice that has to be heard
/// before anything is kept, and, once something is, a replay of it (N13). A notice that has to be heard
/// outranks a replay.
///
/// Owned by the call's event loop.
final class CallNotices {

    private final AudioRelay audio;
    private final ArrivalClock clock;
    private boolean answered;

    CallNotices(AudioRelay audio, ArrivalClock clock) {
        this.audio = audio;
        this.clock = clock;
    }

    void answered(long nowNanos) {
        answered = true;
        audio.notice().answered(nowNanos);
        audio.ringback().end();
        audio.advanceNotice();
    }

    /// Another process saw the answer and the cue.
    void resumed(long nowNanos) {
        answered = true;
        audio.notice().answered(nowNanos);
        audio.notice().cue();
    }

    void cue() {
        audio.notice().cue();
        audio.advanceNotice();
    }

    void play(Prompt prompt) {
        if (audio.fax().heard()) { // told, and on its way to whoever asks
            return;
        }
        audio.replay().stop(ReplayEnd.OTHER_NOTICE);
        audio.notice().ask(prompt);
        audio.advanceNotice();
    }

    /// Before the answer: what came after it is another notice.
    void playEarly(Prompt prompt) {
        if (!answered && !audio.fax().heard()) {
            audio.notice().askEarly(prompt);
        }
        playRingback();
    }

    void playRingback() {
        if (!answered) {
            audio.ringback().begin();
            audio.advanceNotice();
        }
    }

    void stop() {
        audio.notice().stop();
        audio.advanceNotice();
    }

    void replay(Prompt prompt, Consumer<ReplayAnswer> answer) {
        answer.accept(replay(prompt));
        audio.advanceNotice();
    }

    private ReplayAnswer replay(Prompt prompt) {
        if (!audio.capture().keeps()) {
            return ReplayAnswer.NOT_KEPT;
        }
        return audio.notice().rests() ? audio.replay().ask(prompt, clock.monotonic()) : ReplayAnswer.BUSY;
    }

    /// An ICMP error came back from where they are sent to.
    void unreachable() {
        audio.notice().unreachable(clock.monotonic());
        audio.replay().unreachable();
        audio.advanceNotice();
    }

    /// Who comes is to hear a notice of his own, all of it.
    void newParty() {
        audio.replay().stop(ReplayEnd.OTHER_NOTICE);
    }

    /// Nothing more is kept: a notice would not be true.
    void untrue() {
        audio.replay().stop(ReplayEnd.NOT_KEPT);
    }

    /// The call is over.
    void end() {
        audio.replay().stop(ReplayEnd.CALL_ENDED);
        audio.notice().stop();
        audio.ringback().end();
        audio.advanceNotice();
    }
}
