package org.koegura.rtpcapture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.koegura.rtpcapture.LoopbackCall.PROMPT;

import com.sun.management.ThreadMXBean;
import io.netty.util.ResourceLeakDetector;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the event loop allocates for a packet that it relays and captures, in bytes: a budget, not a timing.
class PacketBudgetTest {

    /// No object of its own: the smallest has 16 bytes. What the loop does once a second is spread over packets, too.
    private static final double BYTES_PER_PACKET_MAX = 8;

    private static final int MEASURED = 3000;

    /// Packets cost objects until the compiler has seen enough of them.
    private static final int MEASUREMENTS_MAX = 10;

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

            assertThat(bytesPerPacket(call)).isLessThan(BYTES_PER_PACKET_MAX);
        }
    }

    @Test
    void aPacketThatIsRenumberedAfterANoticeCostsNoMore() throws Exception {
        try (LoopbackCall call = new LoopbackCall().connected()) {
            exchange(call, 10);
            call.session.playNotice(PROMPT);
            call.session.acknowledged();
            call.captureAnnounced(call.told.awaitHeard());

            assertThat(bytesPerPacket(call)).isLessThan(BYTES_PER_PACKET_MAX);
        }
    }

    /// The first of a few measurements that keeps to the budget, or the last of them.
    private double bytesPerPacket(LoopbackCall call) throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long loop = LoopbackCall.loopThread();
        double bytes = Double.MAX_VALUE;
        for (int i = 0; i < MEASUREMENTS_MAX && bytes >= BYTES_PER_PACKET_MAX; i++) {
            long before = threads.getThreadAllocatedBytes(loop);
            assertThat(before).as("what the loop has allocated is told").isPositive();
            exchange(call, MEASURED);
            bytes = (threads.getThreadAllocatedBytes(loop) - before) / (2.0 * MEASURED);
        }
        return bytes;
    }

    private void exchange(LoopbackCall call, int packets) {
        int inside = call.inside.heard.size();
        int outside = call.outside.heard.size();
        for (int i = 1; i <= packets; i++) {
            sequence++;
            call.inside.say(Packets.rtp(random, 8, sequence & 0xFFFF, 160 * sequence, 1));
            call.outside.say(Packets.rtp(random, 0, sequence & 0xFFFF, 160 * sequence, 2));
            if (i % 10 == 0 || i == packets) {
                awaitSize(call.inside, inside + i);
                awaitSize(call.outside, outside + i);
            }
        }
    }

    private static void awaitSize(LoopbackCall.Telephone telephone, int packets) {
        long deadlineNanos = System.nanoTime() + LoopbackCall.PATIENCE.toNanos();
        while (telephone.heard.size() < packets) {
            assertThat(System.nanoTime()).as("the packets come").isLessThan(deadlineNanos);
            Thread.onSpinWait();
        }
    }
}
