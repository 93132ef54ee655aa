package org.koegura.sipproxy.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Gap;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.Unrecorded;

/// What calls add to the counters, second by second.
final class CallTallyTest {

    private static final CaptureBasis.Announced ANNOUNCED = new CaptureBasis.Announced(Calling.PROOF);
    private static final CaptureBasis.Exempted EXEMPTED = new CaptureBasis.Exempted(Calling.EXEMPTION, Stage.RINGING);
    private static final State OFFERED = Call.offered(Calling.ANNOUNCE, false);
    private static final State RINGING = new State.Ringing(new State.Early(Calling.ANNOUNCE, null, false));
    private static final State NOTIFYING = new State.Notifying(Calling.PROMPT);
    private static final State RECORDED = new State.Recorded(ANNOUNCED);
    private static final State OVER = new State.Over();

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final CallTally tally = new CallTally(new CallMeters(metrics, Set.of("ja")), Calling.FACTS, 0);
    private State state = OFFERED;

    @Test
    void anAnnouncedCallIsMeasuredFromItsInviteToItsEnd() {
        at(2, RINGING);
        at(5, NOTIFYING);
        tally.recordable();
        at(9, RECORDED);
        at(20, new State.Ending(EndReason.HANGUP_INSIDE, new State.Kept.Captured(ANNOUNCED)));
        tally.attempt(true, EndReason.HANGUP_INSIDE, Calling.NOW);
        assertThat(oldestPending()).isEqualTo((double) Calling.NOW.getEpochSecond());
        at(21, OVER);
        tally.outcome(report(CallOutcome.Result.COMPLETE, null, ANNOUNCED, Calling.SEALED));

        assertThat(seconds("koegura.call.post.dial.delay")).isEqualTo(2);
        assertThat(seconds("koegura.call.notice.wait")).isEqualTo(4);
        assertThat(seconds("koegura.call.duration")).isEqualTo(15);
        assertThat(count("koegura.recorded")).isEqualTo(11);
        assertThat(metrics.find("koegura.lost").counters()).allMatch(lost -> lost.count() == 0);
        assertThat(count("koegura.gate.unnoticed.recordings")).isZero();
        assertThat(oldestPending()).isZero();
    }

    @Test
    void gapsAreLostAndNotRecordedAndThoseOfBothLegsAtOnceCountOnce() {
        at(1, NOTIFYING);
        at(5, RECORDED);
        at(25, new State.Ending(EndReason.HANGUP_INSIDE, new State.Kept.Captured(ANNOUNCED)));
        at(26, OVER);
        List<Gap> gaps = List.of(gap(Leg.INSIDE, 3), gap(Leg.OUTSIDE, 2));
        tally.outcome(report(
                CallOutcome.Result.PARTIAL,
                null,
                ANNOUNCED,
                new MediaReport(Calling.SEALED.accounts(), gaps, Calling.SEAL)));

        assertThat(count("koegura.recorded")).isEqualTo(17);
        assertThat(count("koegura.lost", "reason", "ring_full")).isEqualTo(3);
    }

    @Test
    void pausesAndFaxesAreNeitherRecordedNorLost() {
        at(1, NOTIFYING);
        at(5, RECORDED);
        at(25, new State.Ending(EndReason.HANGUP_INSIDE, new State.Kept.Captured(ANNOUNCED)));
        at(26, OVER);
        MediaReport media = new MediaReport(
                Calling.SEALED.accounts(), List.of(), Duration.ofSeconds(7), Duration.ZERO, Calling.SEAL);
        tally.outcome(report(CallOutcome.Result.COMPLETE, null, ANNOUNCED, media));

        assertThat(count("koegura.recorded")).isEqualTo(13);
        assertThat(metrics.find("koegura.lost").counters()).allMatch(lost -> lost.count() == 0);
    }

    @Test
    void aStoreThatFailsLosesTheRest() {
        at(0, NOTIFYING);
        at(4, RECORDED);
        at(10, new State.Bypassed(Unrecorded.STORE_FAILED, ANNOUNCED));
        at(30, new State.Ending(EndReason.HANGUP_INSIDE, new State.Kept.Nothing(Unrecorded.STORE_FAILED, ANNOUNCED)));
        at(31, OVER);
        tally.outcome(report(CallOutcome.Result.PARTIAL, null, ANNOUNCED, Calling.SEALED));

        assertThat(count("koegura.recorded")).isEqualTo(6);
        assertThat(count("koegura.lost", "reason", "store_failed")).isEqualTo(20);
        assertThat(waits().count()).as("one call, one wait").isEqualTo(1);
    }

    @Test
    void aStoreThatFailsInMidCallLosesWhatItsGapsSay() {
        at(0, NOTIFYING);
        at(4, RECORDED);
        at(10, new State.Broken(ANNOUNCED));
        at(30, new State.Ending(EndReason.HANGUP_INSIDE, new State.Kept.Captured(ANNOUNCED)));
        at(31, OVER);
        Gap rest = new Gap(Leg.INSIDE, Calling.NOW, Calling.NOW.plusSeconds(20), 1_000, Gap.Reason.STORE_FAILED);
        tally.outcome(report(
                CallOutcome.Result.PARTIAL,
                null,
                ANNOUNCED,
                new MediaReport(Calling.SEALED.accounts(), List.of(rest), Calling.SEAL)));

        assertThat(count("koegura.recorded")).isEqualTo(6);
        assertThat(count("koegura.lost", "reason", "store_failed")).isEqualTo(20);
    }

    @Test
    void aLostCommandLosesTheRestAndIsNoFaultOfTheStore() {
        at(0, NOTIFYING);
        at(4, RECORDED);
        at(10, new State.Broken(ANNOUNCED));
        at(30, new State.Ending(EndReason.HANGUP_INSIDE, new State.Kept.Captured(ANNOUNCED)));
        at(31, OVER);
        MediaReport media = new MediaReport(
                Calling.SEALED.accounts(), List.of(), Duration.ZERO, Duration.ofSeconds(20), Calling.SEAL);
        tally.outcome(report(CallOutcome.Result.PARTIAL, null, ANNOUNCED, media));

        assertThat(count("koegura.recorded")).isEqualTo(6);
        assertThat(count("koegura.lost", "reason", "command_lost")).isEqualTo(20);
        assertThat(count("koegura.lost", "reason", "store_failed")).isZero();
    }

    @Test
    void aMissingCallIsLostFromAnswerToEnd() {
        at(3, NOTIFYING);
        at(6, new State.Bypassed(Unrecorded.NOTICE_FAILED, null));
        at(43, new State.Ending(EndReason.HANGUP_INSIDE, new State.Kept.Nothing(Unrecorded.NOTICE_FAILED, null)));
        at(44, OVER);
        tally.outcome(report(CallOutcome.Result.MISSING, Unrecorded.NOTICE_FAILED, null, Calling.NOTHING_KEPT));

        assertThat(count("koegura.lost", "reason", "notice_failed")).isEqualTo(40);
        assertThat(count("koegura.recorded")).isZero();
        assertThat(count("koegura.gate.unnoticed.recordings")).isZero();
    }

    @Test
    void anExemptedCallWaitsForNothingAndItsFlagIsActiveUntilItIsOver() {
        tally.exemption(EXEMPTED);
        at(4, new State.RecordedWithoutNotice(EXEMPTED));
        assertThat(active()).isEqualTo(1);
        assertThat(waits().count()).isEqualTo(1);
        assertThat(waits().totalTime(TimeUnit.SECONDS)).isZero();
        at(9, new State.Ending(EndReason.HANGUP_INSIDE, new State.Kept.Captured(EXEMPTED)));
        tally.over();
        tally.over();
        assertThat(active()).isZero();
    }

    @Test
    void aCallThatNobodyAnsweredHasNoLength() {
        at(2, RINGING);
        at(30, new State.Ending(EndReason.CANCELLED, new State.Kept.NotAnswered()));
        at(31, OVER);
        tally.attempt(false, EndReason.CANCELLED, Calling.NOW);

        assertThat(seconds("koegura.call.post.dial.delay")).isEqualTo(2);
        assertThat(timer("koegura.call.duration").count()).isZero();
        assertThat(waits().count()).isZero();
        assertThat(oldestPending()).as("nothing to be recorded").isZero();
    }

    @Test
    void whatMayNotBeKeptIsNotLost() {
        at(3, new State.Notifying(Calling.PROMPT));
        at(9, new State.Recorded(ANNOUNCED));
        at(19, new State.Stopped(Unrecorded.NEVER_RECORD_LINE, ANNOUNCED));
        at(49, new State.Ending(EndReason.HANGUP_INSIDE, new State.Kept.Captured(ANNOUNCED)));
        at(50, OVER);
        tally.outcome(report(CallOutcome.Result.COMPLETE, null, ANNOUNCED, Calling.SEALED));

        assertThat(count("koegura.recorded")).isEqualTo(10);
        assertThat(metrics.find("koegura.lost").counters()).allMatch(lost -> lost.count() == 0);
    }

    @Test
    void packetsKeptOfACallThatWasNeverToBeCapturedAreAnUnnoticedRecording() {
        at(3, new State.Bypassed(Unrecorded.NO_AUDIO, null));
        at(9, new State.Ending(EndReason.HANGUP_INSIDE, new State.Kept.Nothing(Unrecorded.NO_AUDIO, null)));
        at(10, OVER);
        tally.outcome(report(
                CallOutcome.Result.INTENTIONALLY_NOT,
                Unrecorded.NO_AUDIO,
                null,
                new MediaReport(Calling.SEALED.accounts(), List.of(), null)));

        assertThat(count("koegura.gate.unnoticed.recordings")).isEqualTo(1);
    }

    private void at(long second, State to) {
        tally.stepped(state, to, Duration.ofSeconds(second).toNanos());
        state = to;
    }

    private static Gap gap(Leg leg, long seconds) {
        return new Gap(leg, Calling.NOW, Calling.NOW.plusSeconds(seconds), 50 * seconds, Gap.Reason.RING_FULL);
    }

    private static Effect.Report report(
            CallOutcome.Result result, @Nullable Unrecorded why, @Nullable CaptureBasis basis, MediaReport media) {
        return new Effect.Report(EndReason.HANGUP_INSIDE, result, why, basis, media);
    }

    private Timer waits() {
        return timer("koegura.call.notice.wait");
    }

    private Timer timer(String name) {
        return metrics.get(name)
                .tag("direction", "in")
                .tags(name.equals("koegura.call.notice.wait") ? List.of(Tag.of("mode", "answer")) : List.of())
                .timer();
    }

    private double seconds(String name) {
        return timer(name).totalTime(TimeUnit.SECONDS);
    }

    private double count(String name, String... tags) {
        return metrics.get(name).tags(tags).counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    private double active() {
        return metrics.get("koegura.exemptions.active").gauge().value();
    }

    private double oldestPending() {
        return metrics.get("koegura.reconcile.oldest.pending.timestamp").gauge().value();
    }
}
