package org.koegura.rtpcapture.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.koegura.rtpcapture.Packets;

class CaptureRingTest {

    private record Offered(int key, long arrival, ByteBuffer bytes) {}

    @Property(tries = 200)
    void whatWasTakenComesOutInOrderAndWhatWasNotDoesNot(@ForAll long seed) {
        Random random = new Random(seed);
        CaptureRing ring = new CaptureRing(1024);
        Deque<Offered> waiting = new ArrayDeque<>();
        for (int i = 0; i < 300; i++) {
            byte[] bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            ByteBuf packet = Packets.buffer(bytes);
            if (ring.offer(i, 10L * i, packet)) {
                waiting.add(new Offered(i, 10L * i, ByteBuffer.wrap(bytes)));
            } else {
                assertThat(waiting).as("a ring that says no is not empty").isNotEmpty();
            }
            assertThat(packet.readerIndex()).isZero();
            packet.release();
            if (random.nextInt(3) == 0) {
                drain(ring, waiting);
            }
        }
        drain(ring, waiting);
        assertThat(waiting).isEmpty();
    }

    @Test
    void aPacketLargerThanTheRingIsRefusedForEver() {
        CaptureRing ring = new CaptureRing(1024);
        ByteBuf packet = Packets.buffer(new byte[2000]);
        assertThat(ring.offer(1, 1, packet)).isFalse();
        packet.release();
    }

    @Test
    void twoThreadsSeeTheSameBytes() throws Exception {
        CaptureRing ring = new CaptureRing(1 << 14);
        int packets = 20_000;
        AtomicReference<String> wrong = new AtomicReference<>();
        Thread consumer = Thread.ofPlatform().start(() -> {
            int[] next = {0};
            while (next[0] < packets && wrong.get() == null) {
                int handed = ring.drain(ring.publishedPosition(), (key, arrival, bytes) -> {
                    if (key != next[0]
                            || arrival != key
                            || bytes.remaining() != 8 + key % 90
                            || bytes.order(java.nio.ByteOrder.BIG_ENDIAN).getLong() != key) {
                        wrong.set("at " + next[0] + " came " + key);
                    }
                    next[0]++;
                });
                if (handed == 0) {
                    Thread.onSpinWait();
                }
            }
        });
        for (int i = 0; i < packets; i++) {
            byte[] bytes = ByteBuffer.allocate(8 + i % 90).putLong(i).array();
            ByteBuf packet = Packets.buffer(bytes);
            while (!ring.offer(i, i, packet) && wrong.get() == null) {
                Thread.onSpinWait();
            }
            packet.release();
        }
        consumer.join();
        assertThat(wrong.get()).isNull();
    }

    private static void drain(CaptureRing ring, Deque<Offered> waiting) {
        ring.drain(ring.publishedPosition(), (key, arrival, bytes) -> {
            Offered next = waiting.remove();
            assertThat(key).isEqualTo(next.key());
            assertThat(arrival).isEqualTo(next.arrival());
            assertThat(bytes).isEqualTo(next.bytes());
        });
    }
}
