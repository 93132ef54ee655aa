package org.koegura.rtpcapture;

import static org.koegura.rtpcapture.LoopbackCall.PATIENCE;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.StreamAccount;
import org.koegura.rtpcapture.kernel.KernelHelp;

/// Two parties that talk steadily, so that the kernel passes what they say.
abstract class SteadyTalk {

    static final int INSIDE_SSRC = 1;
    static final int OUTSIDE_SSRC = 2;

    final Random random = new Random(5);
    int number;

    /// The first packet's.
    int firstSequence;

    int firstTimestamp;

    byte[] next(int payloadType, int ssrc) {
        return Packets.rtp(random, payloadType, firstSequence + number, firstTimestamp + 160 * number, ssrc);
    }

    static LoopbackCall call() throws Exception {
        return LoopbackCall.byKernel(LoopbackCall.settings(1 << 20), KernelHelp.RING_BYTES);
    }

    /// Once all has been told that the kernel has passed so far.
    static double byKernel(LoopbackCall call, String leg) {
        call.settle();
        return call.counted("koegura.rtp.packets.kernel", "leg", leg);
    }

    /// Both talk until the kernel passes all that they say. A loan that is refused is tried again, each time after
    /// twice as many packets: they talk without a rest, and each waits until the other is heard, for while
    /// something waits unread nothing is lent.
    void untilLent(LoopbackCall call) {
        Awaitility.await()
                .atMost(PATIENCE.multipliedBy(3))
                .pollInterval(Duration.ofMillis(2))
                .until(() -> {
                    double inside = byKernel(call, "inside");
                    double outside = byKernel(call, "outside");
                    for (int i = 0; i < 5; i++) {
                        talk(call, 1);
                    }
                    return byKernel(call, "inside") == inside + 5 && byKernel(call, "outside") == outside + 5;
                });
    }

    void talk(LoopbackCall call, int packets) {
        for (int i = 0; i < packets; i++) {
            call.inside.say(next(8, INSIDE_SSRC));
            call.outside.say(next(0, OUTSIDE_SSRC));
            number++;
        }
        call.outside.awaitHeard(number);
        call.inside.awaitHeard(number);
    }

    void sayInside(LoopbackCall call) {
        call.inside.say(next(8, INSIDE_SSRC));
        number++;
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }

    void untilInsideIsLent(LoopbackCall call, double passed) {
        Awaitility.await().atMost(PATIENCE).until(() -> {
            for (int i = 0; i < 5; i++) {
                sayInside(call);
            }
            return byKernel(call, "inside") > passed;
        });
    }

    static List<Integer> sequences(List<byte[]> packets) {
        return packets.stream().map(PassedByKernelTest::sequence).toList();
    }

    static List<Integer> consecutive(List<byte[]> packets) {
        int first = sequence(packets.getFirst());
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < packets.size(); i++) {
            expected.add((first + i) & 0xFFFF);
        }
        return expected;
    }

    static int sequence(byte[] packet) {
        return ByteBuffer.wrap(packet).getShort(2) & 0xFFFF;
    }

    static StreamAccount account(MediaReport report, Leg leg) {
        return report.accounts().stream()
                .filter(account -> account.leg() == leg)
                .findFirst()
                .orElseThrow();
    }
}
