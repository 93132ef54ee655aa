package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.rtpcapture.LoopbackCall.PROMPT;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.koegura.audio.Codec;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.StreamAccount;
import org.koegura.callmodel.StreamAccount.Withheld;
import org.koegura.callmodel.Unrecorded;
import org.koegura.rtpcapture.rtp.ArrivalClock;
import org.koegura.rtpcapture.socket.MediaTransport;

/// A fax machine is heard in a call (N11): the notice stops, and from that packet on nothing is kept.
class FaxHeardTest extends SteadyTalk {

    /// Ten seconds.
    private static final int LONG_NOTICE = 500;

    /// Packets until the answer is told from a whistle.
    private static final int TELLING = 50;

    @Test
    void theNoticeStopsAndNothingIsKept() throws Exception {
        try (LoopbackCall call =
                new LoopbackCall(LoopbackCall.settings(1 << 20), MediaTransport.best(), LONG_NOTICE).connected()) {
            call.session.playNotice(PROMPT);
            call.session.acknowledged();
            call.told.awaitEvent("noticeStarted");
            outsideSays(call, FaxSounds.calling(Codec.PCMU));
            call.told.awaitEvent("faxHeard");
            call.settle();
            int heard = call.outside.heard.size();
            call.inside.say(next(0, INSIDE_SSRC));
            call.outside.awaitHeard(heard + 1);

            assertThat(isNotice(call, call.outside.heard.getLast())).isFalse();
            Awaitility.await()
                    .during(Duration.ofMillis(200))
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> call.outside.heard.size() == heard + 1);
            call.session.playNotice(PROMPT);
            call.captureExempted(); // both crossed what was told
            call.outside.say(next(0, OUTSIDE_SSRC));
            call.inside.awaitHeard(number + 1);
            MediaReport report = call.hangUp();

            assertThat(call.told.events).containsOnlyOnce("faxHeard").doesNotContain("noticeHeard", "noticeFailed");
            assertThat(call.sink.kept()).isEmpty();
            StreamAccount outside = account(report, Leg.OUTSIDE);
            assertThat(outside.recorded()).isZero();
            assertThat(outside.withheld()).containsKeys(Withheld.NOTICE, Withheld.FAX);
            assertThat(account(report, Leg.INSIDE).withheld()).containsEntry(Withheld.FAX, 1L);
            assertThat(counted(call, "outside", "cng")).isEqualTo(1);
        }
    }

    @Test
    void whatWasKeptEndsAtThePacketByWhichItIsKnown() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();
            bothTalk(call, 30);
            outsideSays(call, FaxSounds.answering(Codec.PCMU));
            call.told.awaitEvent("faxHeard");
            int before = number;
            bothTalk(call, 10);
            MediaReport report = call.hangUp();

            StreamAccount outside = account(report, Leg.OUTSIDE);
            assertThat(outside.recorded()).isEqualTo(30 + TELLING - 1);
            assertThat(outside.withheld()).containsOnlyKeys(Withheld.FAX);
            assertThat(outside.received()).isEqualTo(before + 10);
            StreamAccount inside = account(report, Leg.INSIDE);
            assertThat(inside.recorded()).isEqualTo(30);
            assertThat(inside.withheld()).containsOnlyKeys(Withheld.FAX).containsEntry(Withheld.FAX, 10L);
            assertThat(report.gaps()).isEmpty();
            assertThat(report.isWhole()).isTrue();
            assertThat(call.sink.kept(Leg.OUTSIDE))
                    .allSatisfy(kept -> assertThat(kept.arrivalEpochNanos())
                            .isLessThanOrEqualTo(nanos(call.sink.closed().endedAt())));
            assertThat(call.told.events).containsOnlyOnce("faxHeard");
            assertThat(counted(call, "outside", "ced")).isEqualTo(1);
        }
    }

    @Test
    void whatTheKernelPassesIsListenedToAsWell() throws Exception {
        try (LoopbackCall call = call().connected()) {
            call.captureExempted();
            untilLent(call);
            int before = number;
            double passed = byKernel(call, "outside");
            outsideSays(call, FaxSounds.answering(Codec.PCMU));
            call.told.awaitEvent("faxHeard");
            assertThat(byKernel(call, "outside") - passed).isGreaterThan(TELLING);
            MediaReport report = call.hangUp();

            assertThat(account(report, Leg.OUTSIDE).recorded()).isEqualTo(before + TELLING - 1);
            assertThat(account(report, Leg.OUTSIDE).withheld()).containsOnlyKeys(Withheld.FAX);
        }
    }

    @Test
    void whereNothingIsToBeKeptNobodyListens() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.session.bypass(Unrecorded.NEVER_RECORD_LINE);
            call.settle();
            outsideSays(call, FaxSounds.answering(Codec.PCMU));
            MediaReport report = call.hangUp();

            assertThat(call.told.events).doesNotContain("faxHeard");
            assertThat(account(report, Leg.OUTSIDE).withheld()).containsOnlyKeys(Withheld.BYPASS);
        }
    }

    @Test
    void aCallThatWasFoundToBeAFaxBeforeAKillIsCountedAsOne() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.session.bypass(Unrecorded.FAX);
            call.settle();
            outsideSays(call, FaxSounds.answering(Codec.PCMU));

            assertThat(account(call.hangUp(), Leg.OUTSIDE).withheld()).containsOnlyKeys(Withheld.FAX);
        }
    }

    private void bothTalk(LoopbackCall call, int packets) {
        int inside = call.outside.heard.size();
        for (int i = 0; i < packets; i++) {
            call.inside.say(next(0, INSIDE_SSRC));
            call.outside.say(next(0, OUTSIDE_SSRC));
            number++;
        }
        call.outside.awaitHeard(inside + packets);
        call.inside.awaitHeard(number);
    }

    private void outsideSays(LoopbackCall call, List<byte[]> payloads) {
        for (byte[] payload : payloads) {
            call.outside.say(Packets.rtp(0, number, 160 * number, OUTSIDE_SSRC, payload));
            number++;
            if (number % 20 == 0) {
                call.inside.awaitHeard(number);
            }
        }
        call.inside.awaitHeard(number);
    }

    private static boolean isNotice(LoopbackCall call, byte[] packet) {
        ByteBuffer payload = ByteBuffer.wrap(Arrays.copyOfRange(packet, 12, packet.length));
        return call.notice.frames().stream().map(ByteBuffer::wrap).anyMatch(payload::equals);
    }

    private static double counted(LoopbackCall call, String leg, String tone) {
        return call.metrics
                .get("koegura.fax.heard")
                .tags("leg", leg, "tone", tone)
                .counter()
                .count();
    }

    private static long nanos(Instant at) {
        return ArrivalClock.epochNanos(at);
    }
}
