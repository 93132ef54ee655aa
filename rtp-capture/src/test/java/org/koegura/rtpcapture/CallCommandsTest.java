package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.StreamAccount.Withheld;
import org.koegura.callmodel.Unrecorded;
import org.koegura.callmodel.port.RecordingSink.Closing;
import org.koegura.callmodel.port.RecordingSink.Span;

/// A loop stands still, and a party goes on changing its mind.
class CallCommandsTest {

    private static final int TOO_MANY = 500;

    private final Random random = new Random(14);

    @Test
    void moreCommandsThanMayWaitAreCountedTheCallGoesOnAndNothingMoreOfItIsKept() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            call.outside.say(Packets.rtp(random, 0, 1, 160, 2));
            call.inside.awaitHeard(1);
            overflow(call);
            call.told.awaitEvent("captureBroken");
            call.outside.say(Packets.rtp(random, 0, 2, 320, 2));
            call.inside.awaitHeard(2);
            MediaReport report = call.hangUp();

            StreamAccount outside = report.accounts().getLast();
            assertThat(outside.leg()).isEqualTo(Leg.OUTSIDE);
            assertThat(outside.recorded()).isEqualTo(1);
            assertThat(outside.withheld()).containsExactly(entry(Withheld.COMMAND_LOST, 1L));
            assertThat(report.seal()).isNotNull();
            assertThat(report.isWhole()).isFalse();
            Closing closing = call.sink.closed();
            assertThat(closing.spans()).singleElement().satisfies(span -> {
                assertThat(span.reason()).isEqualTo(Span.Reason.COMMAND_LOST);
                assertThat(span.to()).isEqualTo(closing.endedAt());
            });
        }
    }

    /// The command may have been the one that names the address from which it would have come.
    @Test
    void aRecordingOfWhichACommandWasLostIsPartialThoughNothingMoreIsHeard() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            overflow(call);
            call.told.awaitEvent("captureBroken");
            MediaReport report = call.hangUp();

            assertThat(report.gaps()).isEmpty();
            assertThat(report.accounts())
                    .allSatisfy(account -> assertThat(account.received()).isZero());
            assertThat(report.isWhole()).isFalse();
            assertThat(report.spared()).as("it was to be kept").isZero();
        }
    }

    @Test
    void aRecordingThatMayNotGoOnLosesNothingByALostCommand() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            call.session.bypass(Unrecorded.BYPASS_NUMBER);
            call.settle();
            overflow(call);
            call.told.awaitEvent("captureBroken");
            call.outside.say(Packets.rtp(random, 0, 1, 160, 2));
            call.inside.awaitHeard(1);
            MediaReport report = call.hangUp();

            assertThat(report.accounts().getLast().withheld()).containsExactly(entry(Withheld.BYPASS, 1L));
            assertThat(report.isWhole()).isTrue();
            assertThat(call.sink.closed().spans()).isEmpty();
        }
    }

    @Test
    void aCallThatLostACommandIsNotRecordedLaterEither() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            overflow(call);
            call.captureExempted();
            call.told.awaitEvent("captureFailed");
            call.outside.say(Packets.rtp(random, 0, 1, 160, 2));
            call.inside.awaitHeard(1);

            assertThat(call.hangUp().seal()).isNull();
        }
    }

    /// What waits may be what forbids to keep anything.
    @Test
    void whatIsGivenTogetherIsTakenUpThoughWhatGivesItFails() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            assertThatThrownBy(() -> call.session.together(() -> {
                        call.session.offered(0, List.of(0));
                        call.session.bypass(Unrecorded.BYPASS_NUMBER);
                        throw new IllegalStateException("the signalling");
                    }))
                    .hasMessage("the signalling");
            call.settle();
            call.outside.say(Packets.rtp(random, 0, 1, 160, 2));
            call.inside.awaitHeard(1);

            assertThat(call.hangUp().accounts().getLast().withheld()).containsExactly(entry(Withheld.BYPASS, 1L));
        }
    }

    private static void overflow(LoopbackCall call) {
        CountDownLatch gate = new CountDownLatch(1);
        call.framesGate = gate;
        call.session.playNotice(LoopbackCall.PROMPT);
        call.session.acknowledged();
        for (int i = 0; i < CallCommands.WAITING_MAX + TOO_MANY; i++) {
            call.session.offered(0, List.of(0));
        }
        gate.countDown();
        call.settle();
        assertThat(call.metrics
                        .get("koegura.faults")
                        .tag("where", "media")
                        .counter()
                        .count())
                .isBetween((double) TOO_MANY, TOO_MANY + 3.0);
    }
}
