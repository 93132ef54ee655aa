package org.koegura.server.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.port.MediaSession.LocalMedia;

/// Very many calls whose parties all talk: one thread sends for all of them, another hears for all. Each packet says
/// whose it is, which one, and when it was sent.
///
/// ```
/// payload   0  8  sent, nanoseconds of this process     8  4  number, from 0     12  4  phase     16 …  silence
/// ```
final class Crowd implements Closeable {

    private static final int HEADER_BYTES = 12;

    private final AudioFormat format;
    private final List<Voice> voices = new ArrayList<>();
    private final Selector selector;
    private final AtomicInteger number = new AtomicInteger();
    private final AtomicInteger phase = new AtomicInteger();
    private final AtomicInteger misordered = new AtomicInteger();
    private final CountDownLatch silent = new CountDownLatch(1);
    private final List<Delays> delays;
    private volatile boolean speaking = true;

    /// Of the packets that were sent in one phase; written by the thread that hears.
    static final class Delays {
        private long[] nanos = new long[1 << 16];
        private int count;

        private synchronized void add(long delay) {
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * count);
            }
            nanos[count++] = delay;
        }

        /// The delay that so many of a thousand stay below.
        synchronized double millis(int perThousand) {
            long[] sorted = Arrays.copyOf(nanos, count);
            Arrays.sort(sorted);
            return sorted[(int) ((long) (count - 1) * perThousand / 1000)] / 1e6;
        }

        synchronized int count() {
            return count;
        }
    }

    /// One party of one call.
    private static final class Voice {
        final DatagramChannel channel;
        final int source;
        int nextHeard;

        Voice(DatagramChannel channel, int source) {
            this.channel = channel;
            this.source = source;
        }
    }

    /// @param phases that the talk has
    Crowd(AudioFormat format, int phases) throws IOException {
        this.format = format;
        this.delays = Stream.generate(Delays::new).limit(phases).toList();
        this.selector = Selector.open();
    }

    /// Makes the parties of one more call, and agrees them.
    void join(RoomCall call) throws Exception {
        for (Leg leg : Leg.values()) {
            DatagramChannel channel = DatagramChannel.open();
            channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            LocalMedia local = call.local(leg);
            channel.connect(local.rtp());
            channel.configureBlocking(false);
            Voice voice = new Voice(channel, voices.size());
            channel.register(selector, SelectionKey.OP_READ, voice);
            voices.add(voice);
            InetSocketAddress at = (InetSocketAddress) channel.getLocalAddress();
            call.agree(leg, at, new InetSocketAddress(at.getAddress(), 9), List.of(format));
        }
        call.session.answered();
    }

    /// Begins to hear, and to speak.
    void start() {
        Thread.ofPlatform().daemon().name("crowd-hears").start(this::hear);
        Thread.ofPlatform().daemon().name("crowd-speaks").start(this::speak);
    }

    /// What is said from now on counts for the phase of that number, whenever it is heard.
    void phase(int next) {
        phase.set(next);
    }

    Delays delays(int ofPhase) {
        return delays.get(ofPhase);
    }

    /// Everybody falls silent at the end of their round; returns how many packets each has sent.
    int fallSilent() throws InterruptedException {
        speaking = false;
        assertThat(silent.await(10, TimeUnit.SECONDS)).isTrue();
        return number.get();
    }

    /// How many packets came back out, of everybody.
    int heard() {
        return delays.stream().mapToInt(Delays::count).sum();
    }

    private void speak() {
        ByteBuffer packet = ByteBuffer.allocateDirect(HEADER_BYTES + format.ticksPerPacket());
        long round = TimeUnit.MILLISECONDS.toNanos(format.packetMillis());
        long start = System.nanoTime();
        try {
            while (speaking) {
                int sending = number.get();
                for (int i = 0; i < voices.size(); i++) {
                    long due = start + sending * round + i * round / voices.size();
                    long early = due - System.nanoTime();
                    if (early > 0) {
                        LockSupport.parkNanos(early);
                    }
                    say(voices.get(i), sending, packet);
                }
                number.incrementAndGet();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            silent.countDown();
        }
    }

    private void say(Voice voice, int sending, ByteBuffer packet) throws IOException {
        packet.clear();
        packet.putShort((short) 0x8000)
                .putShort((short) sending)
                .putInt(sending * format.ticksPerPacket())
                .putInt(voice.source)
                .putLong(System.nanoTime())
                .putInt(sending)
                .putInt(phase.get())
                .position(packet.capacity())
                .flip();
        int sent = voice.channel.write(packet);
        assertThat(sent).isPositive();
    }

    private void hear() {
        ByteBuffer room = ByteBuffer.allocateDirect(2_048);
        try {
            while (selector.isOpen()) {
                selector.select(key -> hear((Voice) key.attachment(), room));
            }
        } catch (IOException | ClosedSelectorException closed) {
            // the calls are over
        }
    }

    private void hear(Voice voice, ByteBuffer room) {
        try {
            room.clear();
            while (voice.channel.read(room) > 0) {
                long now = System.nanoTime();
                room.flip();
                int packet = room.getInt(HEADER_BYTES + 8);
                if (packet != voice.nextHeard) {
                    misordered.incrementAndGet();
                }
                voice.nextHeard = packet + 1;
                delays.get(room.getInt(HEADER_BYTES + 12)).add(now - room.getLong(HEADER_BYTES));
                room.clear();
            }
        } catch (IOException gone) {
            // an ICMP error of a port that is closed
        }
    }

    /// How often a packet came that was not the next of its stream.
    int misordered() {
        return misordered.get();
    }

    @Override
    public void close() throws IOException {
        speaking = false;
        selector.close();
        for (Voice voice : voices) {
            voice.channel.close();
        }
    }
}
