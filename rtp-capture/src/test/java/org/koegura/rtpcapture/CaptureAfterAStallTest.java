package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.Ground;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.StreamAccount.Withheld;
import org.koegura.callmodel.port.MediaSession;
import org.koegura.rtpcapture.Told.Paused;

/// What came before capture opens is not kept, though the loop got no processor for a while and reads it afterwards.
class CaptureAfterAStallTest {

    private final TwoParties parties = new TwoParties();

    @Test
    void whatCameInThePauseIsNotKeptThoughItIsReadAfterItsEnd() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            parties.bothSay(call, 2);
            call.session.pauseCapture(MediaSession.PAUSE_MAX);
            call.settle();
            CountDownLatch stalled = stalling(call);
            parties.outsideSpeaks(call, 10);
            call.session.resumeCapture();
            stalled.countDown();
            call.inside.awaitHeard(parties.fromOutside.size());
            call.settle();
            parties.outsideSpeaks(call, 3);
            call.inside.awaitHeard(parties.fromOutside.size());
            MediaReport report = call.hangUp();

            StreamAccount outside = report.accounts().getLast();
            assertThat(outside.withheld()).containsOnlyKeys(Withheld.PAUSE).containsEntry(Withheld.PAUSE, 11L);
            assertThat(outside.recorded()).isEqualTo(5);
            assertThat(outside.lost()).isZero();
            TwoParties.noneIsKeptWithin(call, TwoParties.pause(call));
        }
    }

    /// The same of a pause that nobody ends.
    @Test
    void whatCameInThePauseIsNotKeptThoughThePauseEndedByItselfBeforeItIsRead() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            parties.bothSay(call, 2);
            long begun = TwoParties.standsStill(call);
            call.session.pauseCapture(MediaSession.PAUSE_MAX);
            call.settle();
            CountDownLatch stalled = stalling(call);
            parties.outsideSpeaks(call, 10);
            call.stoppedNanos = begun + MediaSession.PAUSE_MAX.toNanos() + 1_000_000;
            stalled.countDown();
            call.inside.awaitHeard(parties.fromOutside.size());
            Paused told = call.told.awaitResumed();
            parties.outsideSpeaks(call, 3);
            call.inside.awaitHeard(parties.fromOutside.size());
            MediaReport report = call.hangUp();

            StreamAccount outside = report.accounts().getLast();
            assertThat(outside.withheld()).containsOnlyKeys(Withheld.PAUSE).containsEntry(Withheld.PAUSE, 11L);
            assertThat(outside.recorded()).isEqualTo(5);
            assertThat(told.byItself()).isTrue();
            assertThat(Duration.between(told.from(), told.to()))
                    .as("its time, and what was covered past it")
                    .isEqualTo(MediaSession.PAUSE_MAX.plusMillis(1));
            TwoParties.noneIsKeptWithin(call, TwoParties.pause(call));
        }
    }

    /// The same of an exemption (N7): recording starts then, never for what was said before.
    @Test
    void whatCameBeforeAnExemptionIsNotKeptThoughItIsReadAfterIt() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            parties.bothSay(call, 2); // its socket knows its peer now
            CountDownLatch stalled = stalling(call);
            parties.outsideSpeaks(call, 10);
            call.session.startCapture(
                    new RecordingId("0b".repeat(16)),
                    call.facts,
                    new CaptureBasis.Exempted(
                            new Exemption(Ground.DANGER, null, "operator", Instant.EPOCH, Exemption.Channel.API),
                            Stage.NOTICE));
            stalled.countDown();
            call.inside.awaitHeard(parties.fromOutside.size());
            call.settle();
            parties.outsideSpeaks(call, 3);
            call.inside.awaitHeard(parties.fromOutside.size());
            StreamAccount outside = call.hangUp().accounts().getLast();

            assertThat(outside.recorded()).isEqualTo(3);
            assertThat(outside.received()).isEqualTo(16);
        }
    }

    /// The loop stands still with a packet in hand until the latch is open.
    private CountDownLatch stalling(LoopbackCall call) throws InterruptedException {
        CountDownLatch stands = new CountDownLatch(1);
        CountDownLatch until = new CountDownLatch(1);
        call.atNextReading.set(() -> {
            stands.countDown();
            try {
                until.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        parties.outsideSpeaks(call, 1);
        assertThat(stands.await(10, TimeUnit.SECONDS)).isTrue();
        return until;
    }
}
