package org.koegura.sipproxy.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.koegura.callmodel.Leg.INSIDE;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.JournalEntry;
import org.koegura.callmodel.LiveCall;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.LiveCalls.Pausing;

/// A pause of capture that somebody asks for (R9).
final class AskedPauseTest extends CallsInMemory {

    private static final Instant UNTIL = Calling.NOW.plus(Duration.ofMinutes(5));

    private CallRunner recorded() {
        CallRunner call = ringing(Calling.FACTS, null);
        answer(call);
        media().events().noticeHeard(Calling.PROOF);
        awaitStage(Stage.RECORDED);
        return call;
    }

    private Pausing pause() {
        return calls.pause(Calling.FACTS.call());
    }

    private Pausing resume() {
        return calls.resume(Calling.FACTS.call());
    }

    private @Nullable Instant pausedUntil() {
        LiveCall call = calls.find(Calling.FACTS.call()).orElseThrow();
        return call.pausedUntil();
    }

    /// As the media do, in time.
    private void overAt(Duration after, boolean byItself) {
        media().events().captureResumed(Calling.NOW, Calling.NOW.plus(after), byItself);
    }

    @Test
    void aPauseShowsInTheLiveListUntilItIsEndedAndItsEndIsJournalled() {
        recorded();
        assertThat(calls.list().getFirst().pausable()).isTrue();
        assertThat(pause()).isEqualTo(new Pausing.Paused(UNTIL));
        assertThat(pausedUntil()).isEqualTo(UNTIL);

        clock.advance(Duration.ofSeconds(20));
        assertThat(pause()).as("it goes on as it was").isEqualTo(new Pausing.Paused(UNTIL));
        assertThat(resume()).isEqualTo(new Pausing.Resumed());
        assertThat(pausedUntil()).isNull();
        overAt(Duration.ofSeconds(20), false);

        await().until(() -> journal.acts().contains("recording.pause.over"));
        assertThat(journal.entries().getLast().details())
                .isEqualTo(Map.of("from", "2026-11-02T00:00:00Z", "to", "2026-11-02T00:00:20Z", "by", "command"));
        assertThat(journal.entries().getLast().actor()).isEqualTo("system");
        assertThat(media().done()).endsWith("startCapture", "pauseCapture PT5M", "resumeCapture");
    }

    @Test
    void onePauseMayFollowAnotherBeforeTheMediaToldOfItsEnd() {
        recorded();
        pause();
        resume();
        clock.advance(Duration.ofSeconds(1));
        assertThat(pause()).isEqualTo(new Pausing.Paused(UNTIL.plusSeconds(1)));
        overAt(Duration.ofSeconds(1), false);
        await().until(() -> journal.acts().contains("recording.pause.over"));
        assertThat(pausedUntil()).isEqualTo(UNTIL.plusSeconds(1));
    }

    @Test
    void aPauseThatNobodyEndsIsOverByItself() {
        recorded();
        pause();
        overAt(Duration.ofMinutes(5), true);
        await().until(() -> pausedUntil() == null);
        assertThat(journal.entries().getLast().details()).containsEntry("by", "itself");
        assertThat(pause()).isInstanceOf(Pausing.Paused.class);
    }

    @Test
    void aPauseThatRanOutUnheardOfIsNoAnswerToWhoAsksForOne() {
        recorded();
        pause();
        clock.advance(Duration.ofMinutes(5));
        assertThat(pause()).isEqualTo(new Pausing.Paused(UNTIL.plus(Duration.ofMinutes(5))));
        assertThat(media().done()).endsWith("pauseCapture PT5M", "resumeCapture", "pauseCapture PT5M");
    }

    @Test
    void whatEndedItIsToldThoughTheCallEndsJustThen() {
        CallRunner call = recorded();
        pause();
        resume();
        media().reportAtClose(null);
        call.hungUp(INSIDE);
        overAt(Duration.ofSeconds(3), false);
        media().events().closed(Calling.SEALED);
        outcome();
        assertThat(pauseOver().details()).containsEntry("by", "command");
    }

    private JournalEntry pauseOver() {
        return journal.entries().stream()
                .filter(entry -> entry.act().equals("recording.pause.over"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aPauseInTheNoticeHoldsWhenCaptureBegins() {
        answer(ringing(Calling.FACTS, null));
        awaitStage(Stage.NOTICE);
        assertThat(pause()).isEqualTo(new Pausing.Paused(UNTIL));
        media().events().noticeHeard(Calling.PROOF);
        awaitStage(Stage.RECORDED);
        assertThat(pausedUntil()).isEqualTo(UNTIL);
    }

    @Test
    void whereNothingIsKeptThereIsNothingToPause() {
        CallRunner call = ringing(Calling.FACTS, Unrecorded.INTERNAL);
        assertThat(pause()).isEqualTo(new Pausing.NotKept(Stage.RINGING));
        answer(call);
        awaitStage(Stage.NOT_RECORDED);
        assertThat(pause()).isEqualTo(new Pausing.NotKept(Stage.NOT_RECORDED));
        assertThat(resume()).isEqualTo(new Pausing.NotKept(Stage.NOT_RECORDED));
        assertThat(calls.list().getFirst().pausable()).isFalse();
        assertThat(media().done()).doesNotContain("pauseCapture PT5M");
        assertThat(calls.pause(new CallId("9".repeat(32)))).isEqualTo(new Pausing.NoSuchCall());
    }

    @Test
    void aPauseThatLastsAtTheEndOfTheCallSaysThatItEndedWithIt() {
        CallRunner call = recorded();
        pause();
        media().reportAtClose(null);
        call.hungUp(INSIDE);
        overAt(Duration.ofSeconds(3), false);
        media().events().closed(Calling.SEALED);
        outcome();
        assertThat(pauseOver().details()).containsEntry("by", "end");
    }
}
