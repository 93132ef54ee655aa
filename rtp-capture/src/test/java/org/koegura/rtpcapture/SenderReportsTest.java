package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.koegura.rtpcapture.LoopbackCall.PATIENCE;
import static org.koegura.rtpcapture.LoopbackCall.PROMPT;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.Leg;
import org.koegura.rtpcapture.socket.MediaTransport;

/// The sender reports (RFC 3550 §6.4.1) that the outside party receives before, in and after a notice, beside the
/// packets that it receives: one port takes both there (RFC 5761), so that each report has its place among them.
class SenderReportsTest {

    private static final int INSIDE_SSRC = 0x11223344;
    private static final int RATE_HZ = 8_000;
    private static final int TICKS = 160;
    private static final int RTP_HEADER_BYTES = 12;
    private static final long PACKET_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /// Seconds from 1900 (NTP) to 1970.
    private static final long NTP_EPOCH_SECONDS = 2_208_988_800L;

    /// The joint of a notice and what follows is a whole packet's (60 ms are room for a thread that comes late).
    private static final int JOINT_TICKS_MAX = 3 * TICKS;

    private final Random random = new Random(31);

    /// When the inside party said its first packet, whose timestamp is 0.
    private long beganNanos;

    private Instant began = Instant.EPOCH;
    private int said;

    @Test
    void theInsidePartysAreToldInWhatTheOutsidePartyReceivesAllAlong() throws Exception {
        try (LoopbackCall call = multiplexed(50)) {
            talk(call, 10);
            report(call);
            call.session.playNotice(PROMPT);
            call.session.acknowledged();
            call.told.awaitEvent("noticeStarted");
            for (int i = 0; i < 3; i++) {
                talk(call, 10);
                report(call);
            }
            assertThat(call.told.events).as("all within the notice").doesNotContain("noticeHeard");
            while (!call.told.events.contains("noticeHeard")) {
                talk(call, 1);
            }
            for (int i = 0; i < 3; i++) {
                talk(call, 10);
                report(call);
            }
            List<Report> told = awaitReports(call, 7);

            assertThat(told).hasSize(7);
            assertThat(told.getFirst().packets()).isEqualTo(10);
            tellWhatWasSent(told);
            areOfOneClock(told.subList(0, 4), 1);
            areOfOneClock(told.subList(4, 7), 1);
            areOfOneClock(told, JOINT_TICKS_MAX);
        }
    }

    /// As long as the inside party is silent they are ours: at the notice's beginning, and every five seconds.
    @Test
    void oursOfANoticeIntoSilenceTellWhatWasSentAndThoseThatFollowGoOn() throws Exception {
        try (LoopbackCall call = multiplexed(270)) {
            call.session.playNotice(PROMPT);
            call.session.acknowledged();
            call.told.awaitHeard();
            talk(call, 10);
            report(call);
            talk(call, 10);
            report(call);
            List<Report> told = awaitReports(call, 4);

            assertThat(told).hasSize(4);
            assertThat(told.get(0).packets()).isEqualTo(1);
            assertThat(told.get(1).packets()).isBetween(200L, 269L);
            assertThat(told.get(2).packets()).isEqualTo(280);
            tellWhatWasSent(told);
            areOfOneClock(told, JOINT_TICKS_MAX);
        }
    }

    private static LoopbackCall multiplexed(int noticeFrames) throws Exception {
        LoopbackCall call =
                new LoopbackCall(LoopbackCall.settings(1 << 20), MediaTransport.best(), noticeFrames).connected();
        call.session.agree(0, Leg.OUTSIDE, call.outside.media(call.outside.address(), call.outside.address(), true));
        call.settle();
        return call;
    }

    /// The inside party speaks in real time.
    private void talk(LoopbackCall call, int packets) {
        if (said == 0) {
            beganNanos = System.nanoTime();
            began = Instant.now();
        }
        for (int i = 0; i < packets; i++) {
            long due = beganNanos + said * PACKET_NANOS;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            call.inside.say(Packets.rtp(random, 0, 65_530 + said, TICKS * said, INSIDE_SSRC));
            said++;
        }
    }

    /// It reports what it has said, by its own clock; in the order of its packets, for they come in on one port.
    private void report(LoopbackCall call) {
        long elapsedNanos = System.nanoTime() - beganNanos;
        Instant now = began.plusNanos(elapsedNanos);
        ByteBuffer report = ByteBuffer.allocate(28)
                .put((byte) 0x80)
                .put((byte) 200)
                .putShort((short) 6)
                .putInt(INSIDE_SSRC)
                .putInt((int) (now.getEpochSecond() + NTP_EPOCH_SECONDS))
                .putInt((int) (((long) now.getNano() << 32) / 1_000_000_000L))
                .putInt((int) (elapsedNanos * RATE_HZ / 1_000_000_000L))
                .putInt(said)
                .putInt(TICKS * said);
        call.inside.say(report.array());
    }

    /// Every sender report that came to the outside party, once there are so many.
    private static List<Report> awaitReports(LoopbackCall call, int reports) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> told(call.outside.heard).size() >= reports);
        assertThat(call.outside.reports).isEmpty();
        return told(call.outside.heard);
    }

    private static List<Report> told(List<byte[]> heard) {
        List<Report> told = new ArrayList<>();
        long packets = 0;
        long octets = 0;
        int ssrc = 0;
        for (byte[] datagram : heard) {
            ByteBuffer in = ByteBuffer.wrap(datagram);
            if ((datagram[1] & 0xFF) != 200) {
                packets++;
                octets += datagram.length - RTP_HEADER_BYTES;
                ssrc = in.getInt(8);
                continue;
            }
            double seconds = Integer.toUnsignedLong(in.getInt(8))
                    - NTP_EPOCH_SECONDS
                    + Integer.toUnsignedLong(in.getInt(12)) / 4_294_967_296.0;
            Sent sent = new Sent(ssrc, packets, octets);
            told.add(new Report(
                    new Sent(
                            in.getInt(4), Integer.toUnsignedLong(in.getInt(20)), Integer.toUnsignedLong(in.getInt(24))),
                    seconds,
                    in.getInt(16),
                    sent));
        }
        return told;
    }

    private static void tellWhatWasSent(List<Report> told) {
        for (int i = 0; i < told.size(); i++) {
            assertThat(told.get(i).says())
                    .as("report %s", i)
                    .isEqualTo(told.get(i).sent());
        }
    }

    /// The timestamps go with the time that each report names.
    private static void areOfOneClock(List<Report> told, int ticksMax) {
        Report first = told.getFirst();
        for (Report each : told) {
            int ticks = each.timestamp() - first.timestamp();
            double byTime = (each.ntpSeconds() - first.ntpSeconds()) * RATE_HZ;
            assertThat((double) ticks).as("ticks of %s", each).isCloseTo(byTime, Offset.offset((double) ticksMax));
        }
    }

    /// Of which source, and how much.
    private record Sent(int ssrc, long packets, long octets) {}

    /// A sender report, beside what was received before it.
    private record Report(Sent says, double ntpSeconds, int timestamp, Sent sent) {
        long packets() {
            return says.packets();
        }
    }
}
