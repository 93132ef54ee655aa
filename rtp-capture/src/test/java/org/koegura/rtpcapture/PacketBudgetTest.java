package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.rtpcapture.LoopbackCall.PROMPT;

import com.sun.management.ThreadMXBean;
import io.netty.util.ResourceLeakDetector;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.callmodel.StreamAccount;
import org.koegura.rtpcapture.kernel.KernelHelp;

/// What the event loop allocates for a packet that it relays and captures, in bytes: a budget, not a timing.
class PacketBudgetTest {

    /// No object of its own: the smallest has 16 bytes. What the loop does once a second is spread over packets, too.
    private static final double BYTES_PER_PACKET_MAX = 8;

    /// Measured: 88 before a notice, 124 after it.
    private static final double BYTES_PER_REPORT_MAX = 256;

    private static final int MEASURED = 3000;
    private static final int REPORTS = 300;

    /// Packets cost objects until the compiler has seen enough of them.
    private static final int MEASUREMENTS_MAX = 30;

    private final ResourceLeakDetector.Level usual = ResourceLeakDetector.getLevel();
    private final Random random = new Random(13);
    private int sequence;

    @BeforeEach
    void withoutTheLeakDetectorWhichAllocatesForEachBuffer() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }

    @AfterEach
    void withItAgain() {
        ResourceLeakDetector.setLevel(usual);
    }

    @Test
    void aPacketThatPassesAndIsCapturedCostsNoObject() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            call.captureExempted();

            call.stoppedNanos = System.nanoTime(); // from here on a packet takes the time that it is of
            assertThat(bytesPerPacket(call)).isLessThan(BYTES_PER_PACKET_MAX);
            assertThat(call.hangUp().gaps())
                    .as("it was the way of packets that are kept")
                    .isEmpty();
        }
    }

    @Test
    void aPacketThatIsRenumberedAfterANoticeCostsNoMore() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            exchange(call, 10);
            call.session.playNotice(PROMPT);
            call.session.acknowledged();
            call.captureAnnounced(call.told.awaitHeard());

            call.stoppedNanos = System.nanoTime(); // from here on a packet takes the time that it is of
            assertThat(bytesPerPacket(call)).isLessThan(BYTES_PER_PACKET_MAX);
            assertThat(call.hangUp().gaps())
                    .as("it was the way of packets that are kept")
                    .isEmpty();
        }
    }

    /// The same for packets that the kernel passes: what the loop does for each is to account for it and to keep it.
    @Test
    void aPacketThatTheKernelPassesAndIsCapturedCostsNoObjectEither() throws Exception {
        try (LoopbackCall call = LoopbackCall.byKernel(LoopbackCall.settings(1 << 20), KernelHelp.RING_BYTES)
                .connected()) {
            call.captureExempted();
            exchange(call, 200);
            double before = passed(call);

            double bytes = bytesPerPacket(call);

            assertThat(passed(call) - before).as("passed by the kernel").isGreaterThan(1.9 * MEASURED);
            assertThat(bytes).isLessThan(BYTES_PER_PACKET_MAX);
            long kept = 0;
            for (StreamAccount account : call.hangUp().accounts()) {
                kept += account.recorded();
            }
            assertThat(kept).as("kept").isEqualTo(2L * sequence);
        }
    }

    /// Reports cost objects, for they are rare: one for some 250 packets of each party. Before a notice they pass to
    /// the bit, after it they are told in other numbers; either way the cost is bounded, and does not grow.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aReportThatPassesCostsAFewObjectsAtMost(boolean afterANotice) throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            exchange(call, 10);
            if (afterANotice) {
                call.session.playNotice(PROMPT);
                call.session.acknowledged();
                call.captureAnnounced(call.told.awaitHeard());
                exchange(call, 10);
            } else {
                call.captureExempted();
            }

            double bytes = bytesPerReport(call);
            assertThat(bytes).isLessThan(BYTES_PER_REPORT_MAX);
        }
    }

    private static double passed(LoopbackCall call) {
        call.settle();
        return call.counted("koegura.rtp.packets.kernel", "leg", "inside")
                + call.counted("koegura.rtp.packets.kernel", "leg", "outside");
    }

    private static double bytesPerReport(LoopbackCall call) {
        return leastBytes(BYTES_PER_REPORT_MAX, 2.0 * REPORTS, () -> {
            int inside = call.inside.reports.size();
            int outside = call.outside.reports.size();
            for (int i = 1; i <= REPORTS; i++) {
                call.inside.report(report(1, 2));
                call.outside.report(report(2, 1));
                awaitSize(call.inside.reports, inside + i);
                awaitSize(call.outside.reports, outside + i);
            }
        });
    }

    /// A sender report with a block on the other party's stream, and a description of the source.
    private static byte[] report(int ssrc, int on) {
        return ByteBuffer.allocate(68)
                .putInt(0x81C8000C)
                .putInt(ssrc)
                .putLong(0xE1E2E3E4A1A2A3A4L)
                .putInt(0x500)
                .putInt(0x10)
                .putInt(0xA00)
                .putInt(on)
                .putInt(0)
                .putInt(10)
                .putInt(3)
                .putLong(0xE3E4A1A200008000L)
                .putInt(0x81CA0003)
                .putInt(ssrc)
                .putLong(0x0104406100000000L)
                .array();
    }

    /// Of the first two measurements in a row that keep to the budget, or of the last two, the greater.
    private double bytesPerPacket(LoopbackCall call) {
        return leastBytes(BYTES_PER_PACKET_MAX, 2.0 * MEASURED, () -> exchange(call, MEASURED));
    }

    private static double leastBytes(double bytesMax, double each, Runnable exchange) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long loop = LoopbackCall.loopThread();
        double bytes = Double.MAX_VALUE;
        double former = Double.MAX_VALUE;
        for (int i = 0; i < MEASUREMENTS_MAX && Math.max(bytes, former) >= bytesMax; i++) {
            long before = threads.getThreadAllocatedBytes(loop);
            assertThat(before).as("what the loop has allocated is told").isPositive();
            exchange.run();
            former = bytes;
            bytes = (threads.getThreadAllocatedBytes(loop) - before) / each;
        }
        return Math.max(bytes, former);
    }

    private void exchange(LoopbackCall call, int packets) {
        int inside = call.inside.heard.size();
        int outside = call.outside.heard.size();
        for (int i = 1; i <= packets; i++) {
            sequence++;
            Long stopped = call.stoppedNanos;
            call.stoppedNanos = stopped == null ? null : stopped + 20_000_000;
            call.inside.say(Packets.rtp(random, 8, sequence & 0xFFFF, 160 * sequence, 1));
            call.outside.say(Packets.rtp(random, 0, sequence & 0xFFFF, 160 * sequence, 2));
            // nothing is lent to the kernel while something waits, and what comes faster than any codec is not kept
            boolean paced = stopped == null;
            if (paced || i % 10 == 0 || i == packets) {
                awaitSize(call.inside.heard, inside + i);
                awaitSize(call.outside.heard, outside + i);
                LockSupport.parkNanos(paced ? TimeUnit.MICROSECONDS.toNanos(1300) : 0);
            }
        }
    }

    private static void awaitSize(List<byte[]> heard, int packets) {
        long deadlineNanos = System.nanoTime() + LoopbackCall.PATIENCE.toNanos();
        while (heard.size() < packets) {
            assertThat(System.nanoTime()).as("the packets come").isLessThan(deadlineNanos);
            Thread.onSpinWait();
        }
    }
}
