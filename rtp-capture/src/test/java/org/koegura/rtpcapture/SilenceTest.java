package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.koegura.rtpcapture.LoopbackCall.PATIENCE;

import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.RemoteMedia;
import org.koegura.rtpcapture.port.SignalledSources;
import org.koegura.rtpcapture.socket.MediaTransport;

/// What a call is told while nobody sends. Whether silence is a hold or death is the signalling's to say, which knows
/// what was agreed (`LifeSigns`); here nothing ends by itself.
class SilenceTest {

    private static final byte[] RECEIVER_REPORT = HexFormat.of().parseHex("80c9000111223344");
    private static final Duration LIMIT = Duration.ofMillis(300);
    private static final Duration FAR = Duration.ofSeconds(10);
    private static final int NAMED = 0xCAFE0001;

    private final Random random = new Random(19);

    @Test
    void whenBothLegsHaveDiedTheCallIsToldForHowLongAgainAndAgain() throws Exception {
        try (LoopbackCall call = call()) {
            call.inside.say(Packets.rtp(random, 0, 1, 160, 1));
            call.outside.awaitHeard(1);

            await().atMost(PATIENCE).until(() -> call.told.silences.size() >= 3);
            assertThat(call.told.silences)
                    .isSorted()
                    .allSatisfy(millis -> assertThat(millis).isGreaterThanOrEqualTo(LIMIT.toMillis()));
            assertThat(call.told.silences.get(2)).isGreaterThanOrEqualTo(3 * LIMIT.toMillis());
            assertThat(call.told.events).doesNotContain("closed");
        }
    }

    @Test
    void onHoldItIsToldAllTheSameAndTheMediaStayUp() throws Exception {
        try (LoopbackCall call = call()) {
            RemoteMedia held = call.outside.media(null, null, false);
            call.session.agree(0, Leg.OUTSIDE, held);
            call.session.agree(0, Leg.INSIDE, call.inside.media(false));
            await().atMost(PATIENCE).until(() -> call.told.silences.size() >= 2);

            call.session.agree(0, Leg.OUTSIDE, call.outside.media(true));
            call.session.agree(0, Leg.INSIDE, call.inside.media(true));
            call.settle();
            byte[] back = call.outside.say(Packets.rtp(random, 0, 9, 160, 2));
            call.inside.awaitHeard(1);
            assertThat(call.inside.heard).containsExactly(back);
            assertThat(call.told.events).doesNotContain("closed");
            assertThat(call.metrics.get("koegura.rtp.dead.streams").counters())
                    .allSatisfy(counter -> assertThat(counter.count()).isZero());
        }
    }

    /// A report is a sign of life: of a party that keeps still, as of one on hold.
    @Test
    void aReportAloneEndsTheSilenceAndItIsCountedAnew() throws Exception {
        try (LoopbackCall call = call()) {
            AtomicInteger answered = new AtomicInteger();
            await().atMost(PATIENCE).until(() -> {
                List<Long> told = List.copyOf(call.told.silences);
                if (told.size() >= answered.get() + 3) {
                    answered.set(told.size());
                    call.inside.report(RECEIVER_REPORT);
                }
                return !isSorted(told);
            });
        }
    }

    /// The clock stands still: what is told is exact.
    @Test
    void whatIsRefusedForItsSourceIsNoSignOfLife() throws Exception {
        try (LoopbackCall call = call()) {
            call.session.agree(0, Leg.OUTSIDE, SignalledSourcesTest.naming(call.outside, NAMED));
            call.settle();
            long start = System.nanoTime();
            call.stoppedNanos = start;
            call.outside.say(Packets.rtp(random, 0, 1, 160, NAMED));
            call.inside.awaitHeard(1);
            call.stoppedNanos = start + SignalledSources.OUTRANKS_NANOS - 1;
            call.outside.say(Packets.rtp(random, 0, 2, 320, NAMED + 1));
            await().atMost(PATIENCE)
                    .until(() ->
                            call.counted("koegura.rtp.packets.discarded", "reason", "other_source", "leg", "outside")
                                    == 1);
            call.stoppedNanos = start + FAR.toNanos();
            await().atMost(PATIENCE)
                    .until(() -> !call.told.silences.isEmpty() && call.told.silences.getLast() > FAR.toMillis() / 2);
            assertThat(call.told.silences.getLast()).isEqualTo(FAR.toMillis());
        }
    }

    private static boolean isSorted(List<Long> told) {
        return told.stream().sorted().toList().equals(told);
    }

    private static LoopbackCall call() throws Exception {
        RtpCapture.Settings usual = LoopbackCall.settings(1 << 20);
        RtpCapture.Settings soon = new RtpCapture.Settings(
                usual.mediaAddresses(),
                usual.firstPort(),
                usual.lastPort(),
                usual.portQuiet(),
                usual.loops(),
                usual.ringBytes(),
                LIMIT,
                usual.typeOfService(),
                usual.closeLimit(),
                usual.insideHears(),
                usual.byKernel());
        return new LoopbackCall(soon, MediaTransport.best(), 25).connected();
    }
}
