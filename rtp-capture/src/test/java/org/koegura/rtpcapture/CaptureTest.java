package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.koegura.callmodel.port.RecordingSink.DATAGRAM_BYTES_MAX;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Gap;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.StreamAccount.Withheld;
import org.koegura.callmodel.port.RecordingSink.LegFormat;
import org.koegura.rtpcapture.capture.TrackWriter;
import org.koegura.rtpcapture.rtp.ArrivalClock;
import org.koegura.rtpcapture.socket.MediaTransport;

class CaptureTest {

    private static final int UDP_BYTES_MAX = 65_507;

    private final Random random = new Random(3);

    @Test
    void whatIsKeptIsWhatArrivedBitForBit() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            List<ByteBuffer> inside = new ArrayList<>();
            List<ByteBuffer> outside = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                inside.add(ByteBuffer.wrap(call.inside.say(Packets.rtp(random, 8, i, 160 * i, 1))));
                outside.add(
                        ByteBuffer.wrap(call.outside.say(Packets.rtp(random, i % 9 == 0 ? 101 : 0, i, 160 * i, 2))));
                if (i % 20 == 0) {
                    call.outside.awaitHeard(i);
                }
            }
            call.outside.awaitHeard(300);
            call.inside.awaitHeard(300);
            MediaReport report = call.hangUp();

            assertThat(call.sink.kept(Leg.INSIDE))
                    .extracting(MemorySink.Kept::datagram)
                    .containsExactlyElementsOf(inside);
            assertThat(call.sink.kept(Leg.OUTSIDE))
                    .extracting(MemorySink.Kept::datagram)
                    .containsExactlyElementsOf(outside);
            MemorySink.Kept first = call.sink.kept(Leg.OUTSIDE).getFirst();
            assertThat(first.source()).isEqualTo(call.outside.address());
            assertThat(first.ours())
                    .isEqualTo(call.session.local(0, Leg.OUTSIDE).rtp());
            assertThat(report.gaps()).isEmpty();
            assertThat(call.sink.closed().end()).isEqualTo(EndReason.HANGUP_INSIDE);
            assertThat(call.sink.kept())
                    .allMatch(packet -> packet.arrivalEpochNanos()
                                    >= ArrivalClock.epochNanos(
                                            call.sink.opened().captureStartedAt())
                            && packet.arrivalEpochNanos()
                                    <= ArrivalClock.epochNanos(
                                            call.sink.closed().endedAt()));
        }
    }

    @Test
    void otherPayloadTypesArePassedOnAndNotKept() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            for (int i = 0; i < 10; i++) {
                call.outside.say(Packets.rtp(random, i < 4 ? 97 : 0, i, 160 * i, 2));
            }
            call.inside.awaitHeard(10);
            StreamAccount account = account(call.hangUp(), Leg.OUTSIDE);

            assertThat(account.recorded()).isEqualTo(6);
            assertThat(account.withheld()).containsEntry(Withheld.NOT_AUDIO, 4L);
        }
    }

    @Test
    void aDatagramThatIsLongerThanAnySinkTakesIsPassedOnAndLostAlone() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            int[] lengths = {172, DATAGRAM_BYTES_MAX, DATAGRAM_BYTES_MAX + 1, UDP_BYTES_MAX, 172};
            for (int i = 0; i < lengths.length; i++) {
                call.outside.say(Arrays.copyOf(Packets.rtp(random, 0, i, 160 * i, 2), lengths[i]));
                call.inside.awaitHeard(i + 1);
            }
            MediaReport report = call.hangUp();

            assertThat(call.sink.kept(Leg.OUTSIDE))
                    .extracting(kept -> kept.datagram().remaining())
                    .containsExactly(172, DATAGRAM_BYTES_MAX, 172);
            assertThat(account(report, Leg.OUTSIDE).lost()).isEqualTo(2);
            assertThat(report.gaps()).extracting(Gap::reason).containsOnly(Gap.Reason.STORE_FAILED);
            assertThat(report.gaps().stream().mapToLong(Gap::packets).sum()).isEqualTo(2);
        }
    }

    @Test
    void aCodecThatOvertakesItsAnswerIsKept() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            for (int i = 0; i < 10; i++) {
                call.outside.say(Packets.rtp(random, i < 5 ? 0 : 9, i, 160 * i, 2)); // G.722, which nobody agreed to
            }
            call.inside.awaitHeard(10);
            StreamAccount account = account(call.hangUp(), Leg.OUTSIDE);

            assertThat(account.recorded()).isEqualTo(10);
            assertThat(account.withheld()).doesNotContainKey(Withheld.NOT_AUDIO);
        }
    }

    /// RFC 3264 §8.3.2: a dynamic type means what was last agreed.
    @Test
    void aCodecAgreedInMidCallIsToldBetweenThePacketsItLiesBetween() throws Exception {
        AudioFormat opus = new AudioFormat(111, "OPUS", 48_000, 20);
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            say(call, 0, 5, 0);
            agree(call, opus);
            say(call, 5, 15, 111);
            agree(call, LoopbackCall.PCMA, LoopbackCall.PCMU);
            say(call, 15, 20, 0);
            MediaReport report = call.hangUp();

            assertThat(account(report, Leg.OUTSIDE).recorded()).isEqualTo(20);
            assertThat(call.sink.opened().formats())
                    .extracting(LegFormat::format)
                    .doesNotContain(opus);
            assertThat(call.sink.told())
                    .extracting(MemorySink.Told::leg, MemorySink.Told::formats, MemorySink.Told::afterPackets)
                    .containsExactlyInAnyOrder(
                            tuple(Leg.INSIDE, List.of(opus), 5), tuple(Leg.OUTSIDE, List.of(opus), 5));
            assertThat(call.sink.told())
                    .allMatch(told -> told.sinceEpochNanos()
                                    >= call.sink.kept().get(4).arrivalEpochNanos()
                            && told.sinceEpochNanos() <= call.sink.kept().get(5).arrivalEpochNanos());
        }
    }

    /// Whoever accepts an offer speaks at once; its answer may come later than its voice.
    @Test
    void aCodecThatWasOfferedIsKeptAheadOfItsAnswer() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.session.offered(0, List.of(97));
            call.captureExempted();
            call.session.offered(0, List.of(111, 110));
            call.settle();
            say(call, 0, 2, 97);
            say(call, 2, 5, 111);
            StreamAccount account = account(call.hangUp(), Leg.OUTSIDE);

            assertThat(account.recorded()).isEqualTo(3);
            assertThat(account.withheld())
                    .as("an offer of before counts no more: it was answered")
                    .containsEntry(Withheld.NOT_AUDIO, 2L);
        }
    }

    @Test
    void anotherMeaningOfTheSameTypeIsToldWhatIsKnownIsNotToldAgain() throws Exception {
        AudioFormat opus = new AudioFormat(111, "OPUS", 48_000, 20);
        AudioFormat other = new AudioFormat(111, "AMR-WB", 16_000, 20);
        try (LoopbackCall call = new LoopbackCall().connected()) {
            agree(call, LoopbackCall.PCMU, opus);
            call.captureExempted();
            agree(call, LoopbackCall.PCMU, opus);
            agree(call, opus);
            assertThat(call.sink.told()).isEmpty();
            agree(call, other);
            agree(call, opus);
            say(call, 0, 1, 111);
            call.hangUp();

            assertThat(call.sink.told().stream().filter(told -> told.leg() == Leg.OUTSIDE))
                    .extracting(MemorySink.Told::formats)
                    .containsExactly(List.of(other), List.of(opus));
        }
    }

    @Test
    void whatIsAgreedWhileTheStoreOpensIsToldAllTheSame() throws Exception {
        AudioFormat opus = new AudioFormat(111, "OPUS", 48_000, 20);
        try (LoopbackCall call = new LoopbackCall().connected()) {
            CountDownLatch slow = new CountDownLatch(1);
            call.sink.opens = slow;
            call.captureExempted();
            say(call, 0, 3, 0);
            agree(call, opus);
            say(call, 3, 6, 111);
            slow.countDown();
            call.hangUp();

            assertThat(call.sink.told())
                    .extracting(MemorySink.Told::formats, MemorySink.Told::afterPackets)
                    .containsExactly(tuple(List.of(opus), 3), tuple(List.of(opus), 3));
        }
    }

    @Test
    void ofMoreAgreementsThanTheWriterHasRoomForTheLastIsToldInTheEnd() throws Exception {
        AudioFormat last = new AudioFormat(111, "OPUS", 48_000, 20);
        try (LoopbackCall call = new LoopbackCall().connected()) {
            CountDownLatch slow = new CountDownLatch(1);
            call.sink.opens = slow;
            call.captureExempted();
            for (int i = 0; i <= TrackWriter.COMMANDS_MAX; i++) {
                call.outside.formats = List.of(new AudioFormat(111, "G7221", i % 2 == 0 ? 16_000 : 32_000, 20));
                call.session.agree(0, Leg.OUTSIDE, call.outside.media(true));
                if (i % (CallCommands.WAITING_MAX / 2) == 0) {
                    call.settle(); // the loop keeps up, the writer does not
                }
            }
            agree(call, last);
            slow.countDown();
            call.hangUp();

            assertThat(call.sink.told()).hasSizeLessThanOrEqualTo(TrackWriter.COMMANDS_MAX + 2);
            for (Leg leg : Leg.values()) {
                assertThat(call.sink.told().stream().filter(told -> told.leg() == leg))
                        .last()
                        .extracting(MemorySink.Told::formats)
                        .isEqualTo(List.of(last));
            }
        }
    }

    @Test
    void aFullRingIsAnExactGapAndTheRelayLosesNothing() throws Exception {
        int packets = 1000;
        try (LoopbackCall call =
                new LoopbackCall(LoopbackCall.settings(1 << 16), MediaTransport.best(), 25).connected()) {
            CountDownLatch slow = new CountDownLatch(1);
            call.sink.opens = slow;
            call.captureExempted();
            for (int i = 0; i < packets; i++) {
                call.outside.say(Packets.rtp(random, 0, i, 160 * i, 2));
                if (i % 20 == 0) {
                    call.inside.awaitHeard(i);
                }
            }
            call.inside.awaitHeard(packets);
            slow.countDown();
            MediaReport report = call.hangUp();

            StreamAccount account = account(report, Leg.OUTSIDE);
            assertThat(account.received()).isEqualTo(packets);
            assertThat(account.recorded())
                    .isEqualTo(call.sink.kept(Leg.OUTSIDE).size())
                    .isBetween(1L, 400L);
            assertThat(account.lost()).isEqualTo(packets - account.recorded());
            assertThat(report.gaps()).singleElement().satisfies(gap -> {
                assertThat(gap.reason()).isEqualTo(Gap.Reason.RING_FULL);
                assertThat(gap.packets()).isEqualTo(account.lost());
            });
            assertThat(call.counted("koegura.capture.gap.packets", "reason", "ring_full"))
                    .isEqualTo((double) account.lost());
        }
    }

    /// All calls of a loop share the ring.
    @Test
    void whatAPartySendsBeyondAnyCodecIsRelayedAndADeclaredGap() throws Exception {
        int packets = 4_000;
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            long now = System.nanoTime();
            call.stoppedNanos = now;
            for (int i = 0; i < packets; i++) {
                call.outside.say(Packets.rtp(random, 0, i, 160 * i, 2));
                if (i % 20 == 0) {
                    call.inside.awaitHeard(i);
                }
            }
            call.inside.awaitHeard(packets);
            call.inside.say(Packets.rtp(random, 0, 1, 160, 1));
            call.outside.awaitHeard(1);
            call.stoppedNanos = now + Duration.ofSeconds(3).toNanos();
            call.outside.say(Packets.rtp(random, 0, packets, 160 * packets, 2));
            call.inside.awaitHeard(packets + 1);
            MediaReport report = call.hangUp();

            StreamAccount account = account(report, Leg.OUTSIDE);
            assertThat(account.received()).isEqualTo(packets + 1);
            assertThat(account.recorded())
                    .isEqualTo(call.sink.kept(Leg.OUTSIDE).size())
                    .isBetween(3_000L, 3_600L);
            assertThat(account.lost()).isEqualTo(packets + 1 - account.recorded());
            assertThat(account(report, Leg.INSIDE).recorded())
                    .as("the other party's is its own")
                    .isEqualTo(1);
            assertThat(report.gaps()).singleElement().satisfies(gap -> {
                assertThat(gap.reason()).isEqualTo(Gap.Reason.FLOOD);
                assertThat(gap.packets()).isEqualTo(account.lost());
            });
            assertThat(call.counted("koegura.capture.gap.packets", "reason", "flood"))
                    .isEqualTo((double) account.lost());
        }
    }

    @Test
    void aStoreThatRefusesToOpenLeavesTheCallUnrecordedAndUnbroken() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.sink.refusesToOpen = true;
            call.captureExempted();
            call.told.awaitEvent("captureFailed");
            call.settle();
            call.outside.say(Packets.rtp(random, 0, 1, 160, 2));
            call.inside.awaitHeard(1);
            MediaReport report = call.hangUp();

            assertThat(report.seal()).isNull();
            assertThat(account(report, Leg.OUTSIDE).withheld()).containsEntry(Withheld.BYPASS, 1L);
        }
    }

    @Test
    void aStoreThatFailsToWriteIsADeclaredGapToTheEnd() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.sink.failsToWrite = true;
            call.captureExempted();
            for (int i = 0; i < 50; i++) {
                call.outside.say(Packets.rtp(random, 0, i, 160 * i, 2));
            }
            call.inside.awaitHeard(50);
            call.told.awaitEvent("captureBroken");
            call.outside.say(Packets.rtp(random, 0, 50, 160 * 50, 2));
            call.inside.awaitHeard(51);
            MediaReport report = call.hangUp();

            assertThat(call.told.events).containsOnlyOnce("captureBroken").doesNotContain("captureFailed");
            assertThat(account(report, Leg.OUTSIDE).lost()).isEqualTo(51);
            assertThat(report.gaps()).extracting(Gap::reason).containsOnly(Gap.Reason.STORE_FAILED);
            assertThat(report.seal()).as("what is whole is sealed").isNotNull();
            assertThat(call.metrics
                            .get("koegura.capture.gap.packets")
                            .tag("reason", "store_failed")
                            .counter()
                            .count())
                    .isEqualTo(51);
        }
    }

    /// An error is no fault of the store: the one recording ends, and the writer of all goes on.
    @Test
    void anErrorInTheStoreEndsOneRecordingAndTheWriterGoesOn() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.sink.breaksAtWriting = true;
            call.captureExempted();
            for (int i = 0; i < 5; i++) {
                call.outside.say(Packets.rtp(random, 0, i, 160 * i, 2));
            }
            call.inside.awaitHeard(5);
            call.told.awaitEvent("captureBroken");
            MediaReport report = call.hangUp();

            assertThat(account(report, Leg.OUTSIDE).lost()).isEqualTo(5);
            assertThat(report.gaps()).extracting(Gap::reason).containsOnly(Gap.Reason.STORE_FAILED);
        }
    }

    /// Both parties agree to receive this from now on.
    private static void agree(LoopbackCall call, AudioFormat... formats) {
        call.inside.formats = List.of(formats);
        call.outside.formats = List.of(formats);
        call.session.agree(0, Leg.INSIDE, call.inside.media(true));
        call.session.agree(0, Leg.OUTSIDE, call.outside.media(true));
        call.settle();
    }

    /// Packets of a type from the outside party, from one number to before another.
    private void say(LoopbackCall call, int from, int to, int payloadType) {
        for (int i = from; i < to; i++) {
            call.outside.say(Packets.rtp(random, payloadType, i, 160 * i, 2));
        }
        call.inside.awaitHeard(to);
    }

    static StreamAccount account(MediaReport report, Leg leg) {
        return report.accounts().stream()
                .filter(account -> account.leg() == leg)
                .findFirst()
                .orElseThrow();
    }
}
