package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.koegura.rtpcapture.LoopbackCall.PATIENCE;

import io.micrometer.core.instrument.DistributionSummary;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// The round trip to a party, told by reports of both parties that pass us.
class RoundTripOverLoopbackTest {

    private static final int INSIDE_SSRC = 1;
    private static final int OUTSIDE_SSRC = 2;
    private static final int NTP_SECONDS = 0x0001_B705;
    private static final int NTP_FRACTION = 0x2000_9999;
    private static final int MIDDLE = 0xB705_2000;

    private final Random random = new Random(17);

    @Test
    void aReportOnASenderReportThatPassedTellsTheRoundTripOfThatLegAlone() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            long beforeNanos = System.nanoTime();
            call.inside.report(senderReport());
            await().atMost(PATIENCE).until(() -> call.outside.reports.size() == 1);
            call.outside.report(receiverReport(INSIDE_SSRC, MIDDLE));
            await().atMost(PATIENCE).until(() -> roundTrips(call, "outside").count() == 1);
            double atMost = (System.nanoTime() - beforeNanos) / (double) TimeUnit.SECONDS.toNanos(1);

            assertThat(roundTrips(call, "outside").max()).isBetween(0.0, atMost).isPositive();
            assertThat(roundTrips(call, "inside").count()).isZero();
            assertThat(call.outside.reports.getFirst()).isEqualTo(senderReport());
        }
    }

    /// Several reports in one datagram, about several sources: one of them answers.
    @Test
    void everyReportOfACompoundDatagramIsRead() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.outside.report(joined(receiverReport(77, 0), senderReport()));
            await().atMost(PATIENCE).until(() -> call.inside.reports.size() == 1);
            call.inside.report(joined(receiverReport(55, 99), receiverReport(OUTSIDE_SSRC, MIDDLE)));
            await().atMost(PATIENCE).until(() -> roundTrips(call, "inside").count() == 1);

            call.inside.report(receiverReport(OUTSIDE_SSRC, 123));
            await().atMost(PATIENCE).until(() -> call.outside.reports.size() == 2);
            assertThat(roundTrips(call, "inside").count()).isEqualTo(1);
        }
    }

    /// After it the outside party's reports name another source and other numbers, but the same time.
    @Test
    void aNoticeDoesNotHideIt() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.inside.say(Packets.rtp(random, 0, 1, 160, INSIDE_SSRC));
            call.session.playNotice(LoopbackCall.PROMPT);
            call.session.acknowledged();
            call.told.awaitHeard();
            call.inside.say(Packets.rtp(random, 0, 2, 320, INSIDE_SSRC));
            call.outside.awaitHeard(27);

            int before = call.outside.reports.size();
            call.inside.report(senderReport());
            await().atMost(PATIENCE).until(() -> call.outside.reports.size() > before);
            byte[] told = call.outside.reports.getLast();
            assertThat(told).as("in other numbers").isNotEqualTo(senderReport());
            call.outside.report(receiverReport(ByteBuffer.wrap(told).getInt(4), MIDDLE));
            await().atMost(PATIENCE).until(() -> roundTrips(call, "outside").count() == 1);
        }
    }

    private static DistributionSummary roundTrips(LoopbackCall call, String leg) {
        return call.metrics.get("koegura.rtp.round.trip").tag("leg", leg).summary();
    }

    private static byte[] senderReport() {
        return ByteBuffer.allocate(28)
                .putInt(0x80C8_0006)
                .putInt(INSIDE_SSRC)
                .putInt(NTP_SECONDS)
                .putInt(NTP_FRACTION)
                .putInt(8000)
                .putInt(50)
                .putInt(8000)
                .array();
    }

    private static byte[] receiverReport(int about, int lastSenderReport) {
        return ByteBuffer.allocate(32)
                .putInt(0x81C9_0007)
                .putInt(OUTSIDE_SSRC)
                .putInt(about)
                .putInt(0)
                .putInt(7)
                .putInt(0)
                .putInt(lastSenderReport)
                .putInt(0)
                .array();
    }

    private static byte[] joined(byte[]... packets) {
        int bytes = List.of(packets).stream().mapToInt(packet -> packet.length).sum();
        ByteBuffer all = ByteBuffer.allocate(bytes);
        Arrays.stream(packets).forEach(all::put);
        return all.array();
    }
}
