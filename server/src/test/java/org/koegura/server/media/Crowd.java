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
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.Leg;

/// Very many calls whose parties all talk: one thread sends for all of them, another hears for all. Each packet says
/// whose it is, which one, and when it was sent.
///
/// ```
/// payload   0  8  sent, nanoseconds of this process     8  4  number, from 0     12  4  phase     16 …  silence
/// ```
public final class Crowd implements Closeable {

    private static final int HEADER_BYTES = 12;
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final AudioFormat format;
    private final List<Voice> voices = new ArrayList<>();
    private final Selector selector;
    private final AtomicInteger number = new AtomicInteger();
    private final AtomicInteger phase = new AtomicInteger();
    private final List<AtomicInteger> misordered;
    private final CountDownLatch silent = new CountDownLatch(1);
    private final List<Delays> delays;
    private volatile boolean speaking = true;

    /// Of the packets that were sent in one phase; written by the thread that hears.
    public static final class Delays {
        private long[] nanos = new long[1 << 16];
        private long[] sentNanos = new long[1 << 16];
        private int count;

        private synchronized void add(long sent, long delay) {
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * count);
                sentNanos = Arrays.copyOf(sentNanos, 2 * count);
            }
            sentNanos[count] = sent;
            nanos[count++] = delay;
        }

        /// The delay that so many of a thousand stay below.
        public synchronized double millis(int perThousand) {
            return millis(Arrays.copyOf(nanos, count), perThousand);
        }

        /// The same of the packets of each whole second, and of these the middle one: what else the machine did for a
        /// moment is not in it, what lasts is.
        public synchronized double millisOfMiddleSecond(int perThousand) {
            long first = Arrays.stream(sentNanos, 0, count).min().orElseThrow();
            long last = Arrays.stream(sentNanos, 0, count).max().orElseThrow();
            double[] seconds = LongStream.range(0, (last - first) / SECOND_NANOS)
                    .mapToDouble(second -> millis(sentWithin(first + second * SECOND_NANOS), perThousand))
                    .sorted()
                    .toArray();
            return seconds[seconds.length / 2];
        }

        private long[] sentWithin(long second) {
            return IntStream.range(0, count)
                    .filter(i -> sentNanos[i] >= second && sentNanos[i] < second + SECOND_NANOS)
                    .mapToLong(i -> nanos[i])
                    .toArray();
        }

        private static double millis(long[] delays, int perThousand) {
            Arrays.sort(delays);
            return delays[(int) ((long) (delays.length - 1) * perThousand / 1000)] / 1e6;
        }

        public synchronized int count() {
            return count;
        }
    }

    /// One party of one call.
    public static final class Voice {
        private final DatagramChannel channel;
        private final int source;
        private int nextHeard;
        private int heard;

        private Voice(DatagramChannel channel, int source) {
            this.channel = channel;
            this.source = source;
        }

        /// Where it awaits audio.
        public InetSocketAddress address() throws IOException {
            return (InetSocketAddress) channel.getLocalAddress();
        }

        /// It speaks there, and hears nobody else.
        public void speaksTo(InetSocketAddress there) throws IOException {
            channel.connect(there);
        }
    }

    /// @param phases that the talk has
    public Crowd(AudioFormat format, int phases) throws IOException {
        this.format = format;
        this.delays = Stream.generate(Delays::new).limit(phases).toList();
        this.misordered =
                Stream.generate(() -> new AtomicInteger()).limit(phases).toList();
        this.selector = Selector.open();
    }

    /// Makes the parties of one more call, and agrees them.
    void join(RoomCall call) throws Exception {
        for (Leg leg : Leg.values()) {
            Voice voice = join();
            voice.speaksTo(call.local(leg).rtp());
            InetSocketAddress at = voice.address();
            call.agree(leg, at, new InetSocketAddress(at.getAddress(), 9), List.of(format));
        }
        call.session.answered();
    }

    /// One more party; before all [start][#start] it has to be told where it speaks to.
    public Voice join() throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        Voice voice = new Voice(channel, voices.size());
        voices.add(voice);
        channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, voice);
        return voice;
    }

    /// Begins to hear, and to speak. What a party was told before, such as a notice, is not heard.
    public void start() throws IOException {
        ByteBuffer before = ByteBuffer.allocateDirect(2_048);
        for (Voice voice : voices) {
            while (voice.channel.read(before.clear()) > 0) {
                // it is from somebody else
            }
        }
        Thread.ofPlatform().daemon().name("crowd-hears").start(this::hear);
        Thread.ofPlatform().daemon().name("crowd-speaks").start(this::speak);
    }

    /// What is said from now on counts for the phase of that number, whenever it is heard.
    public void phase(int next) {
        phase.set(next);
    }

    public Delays delays(int ofPhase) {
        return delays.get(ofPhase);
    }

    /// Everybody falls silent at the end of their round; returns how many packets each has sent.
    public int fallSilent() throws InterruptedException {
        speaking = false;
        assertThat(silent.await(10, TimeUnit.SECONDS)).isTrue();
        return number.get();
    }

    /// How many packets came back out, of everybody.
    public int heard() {
        return delays.stream().mapToInt(Delays::count).sum();
    }

    /// Who heard less than was said, for whoever looks for the reason: the party by its number, how much, and the next
    /// that it waits for.
    String whoMissed() {
        int said = number.get();
        return voices.stream()
                .filter(voice -> voice.heard < said)
                .map(voice -> "%d: %d of %d, next %d".formatted(voice.source, voice.heard, said, voice.nextHeard))
                .toList()
                .toString();
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
                long sent = room.getLong(HEADER_BYTES);
                int packet = room.getInt(HEADER_BYTES + 8);
                int of = room.getInt(HEADER_BYTES + 12);
                if (packet != voice.nextHeard) {
                    misordered.get(of).incrementAndGet();
                }
                voice.nextHeard = packet + 1;
                voice.heard++;
                delays.get(of).add(sent, now - sent);
                room.clear();
            }
        } catch (IOException gone) {
            // an ICMP error of a port that is closed
        }
    }

    /// How often a packet came that was not the next of its stream, of those that were sent in one phase.
    public int misordered(int ofPhase) {
        return misordered.get(ofPhase).get();
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
