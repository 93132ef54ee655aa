package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.rtpcapture.LoopbackCall.PATIENCE;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.StreamAccount.Withheld;
import org.koegura.callmodel.replay.ReplayEnd;
import org.koegura.rtpcapture.rtp.ArrivalClock;

/// Calls whose steady packets the kernel passes on: nobody may notice.
class PassedByKernelTest extends SteadyTalk {

    /// An empty one (RFC 3550 §6.4.2).
    private static final byte[] RECEIVER_REPORT = {(byte) 0x80, (byte) 201, 0, 1, 0, 0, 0, OUTSIDE_SSRC};

    @Test
    void whatTheKernelPassesIsHeardAndKeptBitForBitAndToThePacket() throws Exception {
        try (LoopbackCall call = call().connected()) {
            call.captureExempted();
            untilLent(call);
            List<byte[]> said = new ArrayList<>();
            int before = number;
            for (int i = 0; i < 300; i++) {
                said.add(call.outside.say(Packets.rtp(random, 0, number, 160 * number, OUTSIDE_SSRC)));
                number++;
                if (i % 20 == 0) {
                    call.inside.awaitHeard(number);
                }
            }
            call.inside.awaitHeard(number);
            MediaReport report = call.hangUp();

            assertThat(call.inside.heard.subList(before, number)).containsExactlyElementsOf(said);
            List<MemorySink.Kept> kept = call.sink.kept(Leg.OUTSIDE);
            assertThat(kept.subList(before, number))
                    .extracting(MemorySink.Kept::datagram)
                    .containsExactlyElementsOf(
                            said.stream().map(ByteBuffer::wrap).toList());
            assertThat(kept).extracting(MemorySink.Kept::arrivalEpochNanos).isSorted();
            assertThat(report.gaps()).isEmpty();
            StreamAccount outside = account(report, Leg.OUTSIDE);
            assertThat(outside.received()).isEqualTo(number);
            assertThat(outside.recorded()).isEqualTo(number);
            assertThat(byKernel(call, "outside")).isGreaterThanOrEqualTo(300);
            assertThat(call.counted("koegura.rtp.packets", "leg", "inside", "direction", "tx"))
                    .isEqualTo(number);
        }
    }

    @Test
    void aNoticeTakesTheStreamBackAndNothingOfTheInsidePartyIsHeardInIt() throws Exception {
        try (LoopbackCall call = call().connected()) {
            untilLent(call);
            int before = call.outside.heard.size();

            call.session.playNotice(LoopbackCall.PROMPT);
            while (!call.told.events.contains("noticeStarted")) {
                sayInside(call);
            }
            int cut = number; // what it said until here may have gone out before the notice
            int frames = call.notice.frames().size();
            while (spoken(call, before).size() < frames) {
                sayInside(call);
            }
            call.told.awaitHeard();
            call.settle();
            double passed = byKernel(call, "inside");
            untilInsideIsLent(call, passed);

            List<byte[]> heard = call.outside.heard;
            assertThat(spoken(call, before))
                    .containsExactlyElementsOf(
                            call.notice.frames().stream().map(ByteBuffer::wrap).toList());
            int first = indexOfNotice(call, before);
            for (int i = 0; i < frames; i++) {
                assertThat(payload(heard.get(first + i)))
                        .as("an unbroken span")
                        .isEqualTo(ByteBuffer.wrap(call.notice.frames().get(i)));
            }
            assertThat(sequences(heard)).isEqualTo(consecutive(heard));
            assertThat(cut).isLessThan(number);
        }
    }

    @Test
    void aReplayTakesTheStreamBackAndItIsLentAgainAfterIt() throws Exception {
        try (LoopbackCall call = call().connected()) {
            call.captureExempted();
            untilLent(call);
            int before = call.outside.heard.size();

            call.session.replayNotice(LoopbackCall.PROMPT, _ -> {});
            while (!call.told.events.contains("replayOver")) {
                sayInside(call);
            }
            call.settle();
            untilInsideIsLent(call, byKernel(call, "inside"));

            assertThat(call.told.replays.getFirst().end()).isEqualTo(ReplayEnd.COMPLETED);
            List<byte[]> heard = call.outside.heard;
            int first = indexOfNotice(call, before);
            for (int i = 0; i < call.notice.frames().size(); i++) {
                assertThat(payload(heard.get(first + i)))
                        .as("an unbroken span")
                        .isEqualTo(ByteBuffer.wrap(call.notice.frames().get(i)));
            }
            assertThat(sequences(heard)).isEqualTo(consecutive(heard));
        }
    }

    /// The kernel tells of a packet up to some milliseconds after it passed it on: the pause may be over by then.
    @Test
    void whatItPassesWithinAPauseIsNotKeptThoughItIsToldAfterTheEnd() throws Exception {
        try (LoopbackCall call = call().connected()) {
            call.captureExempted();
            untilLent(call);
            call.session.pauseCapture(Duration.ofMillis(300));
            call.settle();
            while (!call.told.events.contains("captureResumed")) {
                talk(call, 1);
            }
            untilLent(call);
            MediaReport report = call.hangUp();

            Told.Paused paused = call.told.awaitResumed();
            assertThat(paused.byItself()).isTrue();
            assertThat(call.sink.kept())
                    .isNotEmpty()
                    .noneSatisfy(packet -> assertThat(packet.arrivalEpochNanos())
                            .isGreaterThan(ArrivalClock.epochNanos(paused.from()))
                            .isLessThan(ArrivalClock.epochNanos(paused.to())));
            for (StreamAccount account : report.accounts()) {
                assertThat(account.received()).isEqualTo(number);
                assertThat(account.recorded() + account.withheld().getOrDefault(Withheld.PAUSE, 0L))
                        .isEqualTo(number);
            }
        }
    }

    /// What was heard of the notice.
    private static List<ByteBuffer> spoken(LoopbackCall call, int from) {
        List<ByteBuffer> frames =
                call.notice.frames().stream().map(ByteBuffer::wrap).toList();
        List<byte[]> heard = call.outside.heard;
        return heard.subList(from, heard.size()).stream()
                .map(PassedByKernelTest::payload)
                .filter(frames::contains)
                .toList();
    }

    private static int indexOfNotice(LoopbackCall call, int from) {
        ByteBuffer first = ByteBuffer.wrap(call.notice.frames().getFirst());
        for (int i = from; i < call.outside.heard.size(); i++) {
            if (payload(call.outside.heard.get(i)).equals(first)) {
                return i;
            }
        }
        throw new AssertionError("no notice was heard");
    }

    private static ByteBuffer payload(byte[] packet) {
        return ByteBuffer.wrap(Arrays.copyOfRange(packet, 12, packet.length));
    }

    /// A command of one call comes while a packet of it lies in the loop's room, and the kernel has passed others of
    /// another call: each stays with its own.
    @Test
    void whatIsToldOfOneCallDoesNotTouchAPacketOfAnotherThatIsJustBeingRead() throws Exception {
        try (LoopbackCall call = call().connected()) {
            call.captureExempted();
            untilLent(call);
            byte[] event = Packets.rtp(random, LoopbackCall.TELEPHONE_EVENT, number, 160 * number, OUTSIDE_SSRC);
            List<byte[]> passed = new ArrayList<>();
            int before = call.inside.heard.size();
            call.atNextReading.set(() -> {
                for (int i = 1; i <= 3; i++) {
                    passed.add(call.outside.say(Packets.rtp(random, 0, number + i, 160 * (number + i), OUTSIDE_SSRC)));
                }
                call.inside.awaitHeard(before + 3); // by the kernel: the loop waits here
                call.session.offered(0, List.of(0)); // a command that recalls
            });
            call.outside.say(event);
            call.inside.awaitHeard(before + 4);
            call.settle();
            call.hangUp();

            assertThat(call.inside.heard.subList(before, before + 4))
                    .containsExactly(passed.get(0), passed.get(1), passed.get(2), event);
            assertThat(call.sink.kept(Leg.OUTSIDE))
                    .extracting(MemorySink.Kept::datagram)
                    .contains(ByteBuffer.wrap(event))
                    .containsAll(passed.stream().map(ByteBuffer::wrap).toList());
        }
    }

    @Test
    void whatComesAfterTheCallTurnedToFaxIsNotKeptThoughTheKernelPassedIt() throws Exception {
        try (LoopbackCall call = call().connected()) {
            call.captureExempted();
            untilLent(call);
            int before = call.inside.heard.size();
            int kept = number;
            CountDownLatch go = new CountDownLatch(1);
            CountDownLatch held = new CountDownLatch(1);
            call.atNextReading.set(() -> {
                held.countDown();
                boolean _ = await(go);
            });
            call.outside.report(RECEIVER_REPORT);
            assertThat(await(held)).isTrue();
            call.session.fax();
            for (int i = 0; i < 5; i++) {
                call.outside.say(Packets.rtp(random, 0, number + i, 160 * (number + i), OUTSIDE_SSRC));
            }
            call.inside.awaitHeard(before + 5);
            go.countDown();
            call.settle();
            call.hangUp();

            assertThat(call.sink.kept(Leg.OUTSIDE)).hasSize(kept);
        }
    }

    @Test
    void anotherSourceOrTypeGoesTheUsualWay() throws Exception {
        try (LoopbackCall call = call().connected()) {
            untilLent(call);
            double passed = byKernel(call, "outside");
            call.outside.say(Packets.rtp(random, 101, number, 160 * number, OUTSIDE_SSRC));
            call.inside.awaitHeard(number + 1);
            assertThat(byKernel(call, "outside")).isEqualTo(passed);

            byte[] other = call.outside.say(Packets.rtp(random, 0, 9, 9, 77));
            call.inside.awaitHeard(number + 2);
            assertThat(call.inside.heard.getLast()).isEqualTo(other);
            assertThat(byKernel(call, "outside")).isEqualTo(passed);
        }
    }

    @Test
    void aStrangerIsNotPassed() throws Exception {
        try (LoopbackCall call = call().connected();
                LoopbackCall.Telephone stranger = new LoopbackCall.Telephone(InetAddress.ofLiteral("127.0.0.1"))) {
            untilLent(call);
            stranger.sendsTo(call.session.local(0, Leg.OUTSIDE));
            double passed = byKernel(call, "outside");
            stranger.say(Packets.rtp(random, 0, number, 160 * number, OUTSIDE_SSRC));
            talk(call, 3);
            Awaitility.await().atMost(PATIENCE).until(() -> byKernel(call, "outside") == passed + 3);
            assertThat(call.inside.heard).hasSize(number);
        }
    }

    @Test
    void whatAHoldChangesTakesTheStreamBack() throws Exception {
        try (LoopbackCall call = call().connected()) {
            call.captureExempted();
            untilLent(call);
            call.session.agree(0, Leg.INSIDE, call.inside.media(null, null, false));
            call.settle();
            int heard = call.inside.heard.size();
            for (int i = 0; i < 50; i++) {
                call.outside.say(Packets.rtp(random, 0, number + i, 160 * (number + i), OUTSIDE_SSRC));
            }
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() ->
                            call.counted("koegura.rtp.packets.discarded", "reason", "no_destination", "leg", "inside")
                                    == 50);
            assertThat(call.inside.heard).hasSize(heard);
            StreamAccount outside = account(call.hangUp(), Leg.OUTSIDE);
            assertThat(outside.received()).isEqualTo(outside.recorded()).isEqualTo(number + 50L);
        }
    }

    @Test
    void beforeCaptureNothingOfWhatTheKernelPassedIsKept() throws Exception {
        try (LoopbackCall call = call().connected()) {
            untilLent(call);
            int withheld = number;
            call.captureExempted();
            untilLent(call);
            StreamAccount outside = account(call.hangUp(), Leg.OUTSIDE);

            assertThat(outside.received()).isEqualTo(number);
            assertThat(outside.withheld()).containsEntry(Withheld.BEFORE_NOTICE, (long) withheld);
            assertThat(outside.recorded()).isEqualTo(number - withheld);
        }
    }

    /// While the loop is held up, the kernel goes on until its ring is full; then packets wait in the socket.
    @Test
    void whereTheRingIsFullPacketsTakeTheUsualWayAndNoneOvertakesAnother() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (LoopbackCall call =
                LoopbackCall.byKernel(LoopbackCall.settings(1 << 20), 1 << 15).connected()) {
            call.captureExempted();
            untilLent(call);
            CountDownLatch held = new CountDownLatch(1);
            call.atNextReading.set(() -> {
                held.countDown();
                boolean _ = await(go);
            });
            call.outside.report(RECEIVER_REPORT);
            assertThat(await(held)).isTrue();
            int before = number;
            for (int i = 0; i < 200; i++) {
                call.outside.say(Packets.rtp(random, 0, number, 160 * number, OUTSIDE_SSRC));
                number++;
                if (number - before <= 100 && i % 10 == 0) {
                    call.inside.awaitHeard(number); // whatever the loop does
                }
            }
            Thread talker = Thread.ofPlatform()
                    .start(
                            () -> { // across the moment at which the loop comes back
                                for (int i = 0; i < 200; i++) {
                                    call.outside.say(Packets.rtp(random, 0, number, 160 * number, OUTSIDE_SSRC));
                                    number++;
                                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
                                }
                            });
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            go.countDown();
            talker.join();
            call.inside.awaitHeard(number);
            MediaReport report = call.hangUp();

            assertThat(sequences(call.inside.heard)).isEqualTo(consecutive(call.inside.heard));
            StreamAccount outside = account(report, Leg.OUTSIDE);
            assertThat(outside.received()).isEqualTo(outside.recorded()).isEqualTo(number);
        } finally {
            go.countDown();
        }
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
