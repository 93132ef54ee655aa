package org.koegura.rtpcapture;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.CaptureBasis;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.Exemption;
import org.koegura.callmodel.Ground;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.NoticeFrames;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.RecordingId;
import org.koegura.callmodel.RemoteMedia;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.port.MediaPlane.NoFreePort;
import org.koegura.callmodel.port.MediaSession;
import org.koegura.callmodel.port.MediaSession.LocalMedia;
import org.koegura.callmodel.port.NoticeSource;
import org.koegura.callmodel.srtp.SrtpKeys;
import org.koegura.rtpcapture.kernel.KernelHelp;
import org.koegura.rtpcapture.socket.MediaTransport;

/// One call through a real room: two parties with UDP sockets on loopback, and a store in memory.
public final class LoopbackCall implements AutoCloseable {

    public static final AudioFormat PCMU = new AudioFormat(0, "PCMU", 8000, 20);
    static final AudioFormat PCMA = new AudioFormat(8, "PCMA", 8000, 20);
    static final int TELEPHONE_EVENT = 101;
    public static final Prompt PROMPT = new Prompt("notice-test-1", "ja", "test", "ab".repeat(32));
    static final Prompt TONE = new Prompt("tone-test-1", "zxx", "tone", "cd".repeat(32));
    static final Duration PATIENCE = Duration.ofSeconds(10);

    final MemorySink sink = new MemorySink();
    final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    final Told told = new Told();
    final NoticeSource sounds = new Sounds();
    final Telephone inside = new Telephone();
    final Telephone outside = new Telephone();
    final RtpCapture room;
    final MediaSession session;
    final CallFacts facts = new CallFacts(
            new CallId("0a".repeat(16)),
            "loopback@example.com",
            Direction.INBOUND,
            new Party("sip:201@example.com"),
            new Party("sip:202@example.com"),
            Instant.EPOCH);
    final NoticeFrames notice;
    final NoticeFrames tone = new NoticeFrames(TONE, PCMU, frames(PCMU, 3).frames(), 1);
    final NoticeFrames ringback = new NoticeFrames(TONE, PCMU, frames(PCMU, 4).frames(), 0);

    /// Done once, when the clock is read next: on the event loop, before it has decided on the packet in hand.
    final AtomicReference<@Nullable Runnable> atNextReading = new AtomicReference<>();

    /// What the clock says, where it stands still; null where it goes.
    volatile @Nullable Long stoppedNanos;

    /// Where it is not open, the event loop waits when it asks for frames.
    volatile CountDownLatch framesGate = new CountDownLatch(0);

    LoopbackCall() throws Exception {
        this(Clock.systemUTC());
    }

    /// @param wall the room's clock on the wall
    LoopbackCall(Clock wall) throws Exception {
        this(settings(1 << 20), MediaTransport.best(), null, frames(PCMU, 25), wall);
    }

    LoopbackCall(RtpCapture.Settings settings, MediaTransport transport, int noticeFrames) throws Exception {
        this(settings, transport, frames(PCMU, noticeFrames));
    }

    LoopbackCall(RtpCapture.Settings settings, MediaTransport transport, NoticeFrames frames) throws Exception {
        this(settings, transport, null, frames, Clock.systemUTC());
    }

    private LoopbackCall(
            RtpCapture.Settings settings,
            MediaTransport transport,
            @Nullable KernelHelp kernel,
            NoticeFrames frames,
            Clock wall)
            throws Exception {
        notice = frames;
        room = RtpCapture.open(settings, transport, kernel, sounds, sink, wall, this::nanos, new Random(7), metrics);
        session = room.plane().open(facts.call(), told);
    }

    /// One whose packets the kernel may pass on. A system that does not let us fails the test.
    ///
    /// @param ringBytes of the kernel
    static LoopbackCall byKernel(RtpCapture.Settings settings, int ringBytes) throws Exception {
        KernelHelp kernel = KernelHelp.begin(1, ringBytes);
        assertTrue(kernel.await(), "CAP_BPF and CAP_NET_ADMIN are needed: run the tests as root");
        return beside(kernel, settings);
    }

    /// One that may begin before the kernel's help is there.
    static LoopbackCall beside(KernelHelp kernel, RtpCapture.Settings settings) throws Exception {
        return new LoopbackCall(settings, MediaTransport.beside(kernel), kernel, frames(PCMU, 25), Clock.systemUTC());
    }

    private long nanos() {
        Runnable now = atNextReading.getAndSet(null);
        if (now != null) {
            now.run();
        }
        Long stopped = stoppedNanos;
        return stopped == null ? System.nanoTime() : stopped;
    }

    private final class Sounds implements NoticeSource {
        @Override
        public Optional<NoticeFrames> frames(Prompt prompt, AudioFormat format) {
            return framesIn(format);
        }

        @Override
        public Optional<NoticeFrames> tone(AudioFormat format) {
            return Optional.of(tone).filter(_ -> format.equals(PCMU));
        }

        @Override
        public Optional<NoticeFrames> ringback(AudioFormat format) {
            return Optional.of(ringback).filter(_ -> format.equals(PCMU));
        }
    }

    private Optional<NoticeFrames> framesIn(AudioFormat format) {
        try {
            framesGate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return format.equals(notice.format()) ? Optional.of(notice) : Optional.empty();
    }

    static RtpCapture.Settings settings(int ringBytes) throws Exception {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        return settings(MediaAddresses.of(loopback), ringBytes);
    }

    /// Of another room beside that one: with ports from so many on.
    static RtpCapture.Settings settings(int ringBytes, int portsOn) throws Exception {
        return settings(MediaAddresses.of(InetAddress.ofLiteral("127.0.0.1")), ringBytes, portsOn);
    }

    static RtpCapture.Settings settings(MediaAddresses addresses, int ringBytes) {
        return settings(addresses, ringBytes, 0);
    }

    private static RtpCapture.Settings settings(MediaAddresses addresses, int ringBytes, int portsOn) {
        // Below the ports that the kernel hands out by itself, so that no other socket strays into the range.
        int first = 28_000 + 40 * (int) (ProcessHandle.current().pid() % 100);
        return new RtpCapture.Settings(
                addresses,
                first + portsOn,
                first + 39,
                Duration.ZERO,
                1,
                ringBytes,
                Duration.ofSeconds(60),
                0,
                PATIENCE,
                InsideHears.OTHER_PARTY,
                false);
    }

    public static NoticeFrames frames(AudioFormat format, int count) {
        Random random = new Random(count);
        List<byte[]> frames = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] frame = new byte[format.ticksPerPacket()];
            random.nextBytes(frame);
            frames.add(frame);
        }
        return new NoticeFrames(PROMPT, format, frames, Math.min(300 / format.packetMillis(), count - 1));
    }

    /// Reserves ports, agrees both parties' addresses, and answers.
    LoopbackCall connected() throws NoFreePort {
        connect(inside, outside);
        return this;
    }

    /// The same with other parties.
    void connect(Telephone insideParty, Telephone outsideParty) throws NoFreePort {
        session.audio(0);
        insideParty.sendsTo(session.local(0, Leg.INSIDE));
        outsideParty.sendsTo(session.local(0, Leg.OUTSIDE));
        session.agree(0, Leg.INSIDE, insideParty.media(true));
        session.agree(0, Leg.OUTSIDE, outsideParty.media(true));
        session.answered();
        settle();
    }

    /// Starts capture on an exemption, and waits until it is on.
    void captureExempted() {
        Exemption exemption = new Exemption(Ground.DANGER, null, "operator", Instant.EPOCH, Exemption.Channel.API);
        session.startCapture(
                new RecordingId("0b".repeat(16)), facts, new CaptureBasis.Exempted(exemption, Stage.NOTICE));
        settle();
    }

    void captureAnnounced(NoticeProof proof) {
        session.startCapture(new RecordingId("0b".repeat(16)), facts, new CaptureBasis.Announced(proof));
        settle();
    }

    /// Returns when the loop has taken every command given so far.
    void settle() {
        settle(room);
    }

    /// The same of any room with one loop.
    static void settle(RtpCapture room) {
        // All calls of this room share its one loop, which works off commands in order.
        Told probe = new Told();
        MediaSession other = room.plane().open(new CallId("0c".repeat(16)), probe);
        other.close(EndReason.SHUTDOWN);
        probe.awaitClosed();
    }

    /// The identifier of the event loop's thread. Loops of rooms that were closed have lower ones, if they still end.
    static long loopThread() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("media-"))
                .mapToLong(Thread::threadId)
                .max()
                .orElseThrow();
    }

    MediaReport hangUp() {
        session.close(EndReason.HANGUP_INSIDE);
        return told.awaitClosed();
    }

    double counted(String meter, String... tags) {
        return metrics.get(meter).tags(tags).functionCounter().count();
    }

    @Override
    public void close() {
        inside.close();
        outside.close();
        room.close();
    }

    /// A party: an RTP and an RTCP socket, and what arrived at each.
    static final class Telephone implements AutoCloseable {
        final DatagramSocket rtp;
        final DatagramSocket rtcp;
        final List<byte[]> heard = new CopyOnWriteArrayList<>();
        final List<byte[]> reports = new CopyOnWriteArrayList<>();
        volatile List<AudioFormat> formats = List.of(PCMA, PCMU);

        /// Those of its leg, where it speaks SRTP.
        volatile @Nullable SrtpKeys keys;

        private InetSocketAddress rtpTo = new InetSocketAddress(9);
        private InetSocketAddress rtcpTo = new InetSocketAddress(9);

        Telephone() {
            this(socket(), socket());
        }

        Telephone(InetAddress at) {
            this(socket(at, 0), socket(at, 0));
        }

        Telephone(DatagramSocket rtp, DatagramSocket rtcp) {
            this.rtp = rtp;
            this.rtcp = rtcp;
            listen(rtp, heard);
            listen(rtcp, reports);
        }

        void sendsTo(LocalMedia local) {
            rtpTo = local.rtp();
            rtcpTo = local.rtcp();
        }

        InetSocketAddress address() {
            return (InetSocketAddress) rtp.getLocalSocketAddress();
        }

        RemoteMedia media(boolean receives) {
            return media(address(), (InetSocketAddress) rtcp.getLocalSocketAddress(), receives);
        }

        RemoteMedia media(@Nullable InetSocketAddress rtpAt, @Nullable InetSocketAddress rtcpAt, boolean receives) {
            return new RemoteMedia(
                    rtpAt, rtcpAt, address().getAddress(), formats, List.of(TELEPHONE_EVENT), receives, keys);
        }

        byte[] say(byte[] packet) {
            send(rtp, packet, rtpTo);
            return packet;
        }

        void report(byte[] packet) {
            send(rtcp, packet, rtcpTo);
        }

        void awaitHeard(int packets) {
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(5))
                    .pollDelay(Duration.ZERO)
                    .until(() -> heard.size() >= packets);
        }

        @Override
        public void close() {
            rtp.close();
            rtcp.close();
        }

        static void send(DatagramSocket from, byte[] packet, InetSocketAddress to) {
            try {
                from.send(new DatagramPacket(packet, packet.length, to));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        static DatagramSocket socket() {
            return socket(InetAddress.ofLiteral("127.0.0.1"), 0);
        }

        /// @param port 0 for any that is free
        static DatagramSocket socket(InetAddress at, int port) {
            try {
                return new DatagramSocket(new InetSocketAddress(at, port));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void listen(DatagramSocket on, List<byte[]> into) {
            Thread.ofVirtual().start(() -> {
                byte[] room = new byte[65_536];
                while (!on.isClosed()) {
                    DatagramPacket packet = new DatagramPacket(room, room.length);
                    try {
                        on.receive(packet);
                        into.add(Arrays.copyOf(room, packet.getLength()));
                    } catch (IOException closed) {
                        // An ICMP error of an earlier packet, or the end, which the loop's condition sees.
                    }
                }
            });
        }
    }
}
