package org.koegura.rtpcapture.capture;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.koegura.rtpcapture.Packets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// What the [CaptureRing] costs for a packet of 20 ms of G.711, in and out in one thread: the copy, the publishing, and
/// the handing out, without what it costs two cores to share a line of their caches.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RingBenchmark {

    private static final int BATCH = 64;

    /// As in the product: large enough that its bytes are in no cache when they are written again.
    private static final int RING_BYTES = 8 << 20;

    private final CaptureRing ring = new CaptureRing(RING_BYTES);
    private final ByteBuf packet = Packets.buffer(Packets.rtp(new Random(1), 0, 1, 160, 7));
    private final CaptureRing.Consumer writer = this::take;
    private long arrivalEpochNanos;
    private long taken;

    /// In, a batch at a time, and out.
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long offerAndDrain() {
        for (int i = 0; i < BATCH; i++) {
            arrivalEpochNanos += 1_000;
            if (!ring.offer(2, arrivalEpochNanos, packet)) {
                throw new IllegalStateException("the ring is full");
            }
        }
        if (ring.drain(ring.publishedPosition(), writer) != BATCH) {
            throw new IllegalStateException("not all came out");
        }
        return taken;
    }

    private void take(int key, long arrival, ByteBuffer datagram) {
        taken += key + arrival + datagram.remaining();
    }

    @TearDown
    public void release() {
        packet.release();
    }
}
