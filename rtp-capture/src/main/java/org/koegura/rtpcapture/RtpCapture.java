package org.koegura.rtpcapture;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.MediaReport;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.MediaEvents;
import org.koegura.callmodel.port.MediaPlane;
import org.koegura.callmodel.port.MediaSession;
import org.koegura.callmodel.port.NoticeSource;
import org.koegura.callmodel.port.RecordingSink;
import org.koegura.callmodel.port.ToneSession;
import org.koegura.rtpcapture.capture.CaptureRing;
import org.koegura.rtpcapture.capture.MediaLoop;
import org.koegura.rtpcapture.capture.TrackWriter;
import org.koegura.rtpcapture.kernel.KernelHelp;
import org.koegura.rtpcapture.meters.MediaMeters;
import org.koegura.rtpcapture.meters.RelayCounters;
import org.koegura.rtpcapture.port.PortPool;
import org.koegura.rtpcapture.rtp.ArrivalClock;
import org.koegura.rtpcapture.socket.MediaTransport;
import org.koegura.rtpcapture.tone.Tones;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens the room: event loops, one writer behind each, and the pool of media ports.
///
/// Safe from any thread. [#close] blocks, for a bounded time.
public final class RtpCapture implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RtpCapture.class);

    private final Settings settings;
    private final NoticeSource notices;
    private final Clock clock;
    private final LongSupplier monotonicNanos;
    private final RandomGenerator random;
    private final PortPool pool;
    private final LineBinder binder;
    private final Tones tones;
    private final MultiThreadIoEventLoopGroup group;
    private final List<MediaLoop> loops;
    private final List<RelayCounters> counters;
    private final MediaMeters meters;
    private final FaultLog faultLog;
    private final AtomicInteger nextLoop = new AtomicInteger();
    private final Set<CallMedia> live = ConcurrentHashMap.newKeySet();
    private final Plane plane = new Plane();
    private final @Nullable KernelHelp kernel;
    private final TakenUp takenUp = new TakenUp(plane::media, plane);
    private final ReentrantLock closing = new ReentrantLock();
    private final Condition fewerLive = closing.newCondition();

    /// What may be set.
    ///
    /// @param mediaAddresses the addresses that media ports are bound on, and that SDP names
    /// @param firstPort first port of the range, 1024 to 65535
    /// @param lastPort last port of the range, inclusive; at least four ports are needed
    /// @param portQuiet how long a freed port rests before another call gets it
    /// @param loops event loops, each with a writer's thread and a ring, 1 to 64
    /// @param ringBytes capture ring of each loop, a power of two from 64 KiB to 1 GiB
    /// @param silenceLimit after how long without any packet a call is reported silent
    /// @param typeOfService IP type-of-service octet of what is sent; 0xB8 is DSCP EF (J2)
    /// @param closeLimit how long [RtpCapture#close] waits for recordings to be sealed
    /// @param insideHears what the inside party hears while the notice speaks
    /// @param byKernel whether the kernel may pass on what needs nothing of us, where it can
    public record Settings(
            MediaAddresses mediaAddresses,
            int firstPort,
            int lastPort,
            Duration portQuiet,
            int loops,
            int ringBytes,
            Duration silenceLimit,
            int typeOfService,
            Duration closeLimit,
            InsideHears insideHears,
            boolean byKernel) {

        public Settings {
            require(firstPort >= 1024 && lastPort <= 65_535, "media ports: 1024 to 65535 are needed");
            require(
                    lastPort - (firstPort + (firstPort & 1)) >= 3,
                    "media ports: at least two even/odd pairs are needed");
            require(loops >= 1 && loops <= 64, "media loops: 1 to 64 are needed");
            boolean ringFits = ringBytes >= 1 << 16 && ringBytes <= 1 << 30 && Integer.bitCount(ringBytes) == 1;
            require(ringFits, "capture ring: a power of two from 64 KiB to 1 GiB is needed");
            require(typeOfService >= 0 && typeOfService <= 255, "type of service: 0 to 255 is needed");
            require(!silenceLimit.isNegative() && !silenceLimit.isZero(), "silence limit: more than 0 is needed");
            require(
                    !portQuiet.isNegative() && !closeLimit.isNegative(),
                    "quiet time and close limit: 0 or more is needed");
        }

        /// The defaults: ports 20000 to 39999 that rest 5 s, at most two loops with 8 MiB each, 60 s of silence.
        public static Settings defaults(InetAddress mediaAddress) {
            int cores = Runtime.getRuntime().availableProcessors();
            return new Settings(
                    MediaAddresses.of(mediaAddress),
                    20_000,
                    39_999,
                    Duration.ofSeconds(5),
                    Math.min(2, cores),
                    8 << 20,
                    Duration.ofSeconds(60),
                    0xB8,
                    Duration.ofSeconds(10),
                    InsideHears.OTHER_PARTY,
                    false);
        }

        /// The same, but for what the inside party hears.
        public Settings with(InsideHears hears) {
            return new Settings(
                    mediaAddresses,
                    firstPort,
                    lastPort,
                    portQuiet,
                    loops,
                    ringBytes,
                    silenceLimit,
                    typeOfService,
                    closeLimit,
                    hears,
                    byKernel);
        }

        private static void require(boolean holds, String otherwise) {
            if (!holds) {
                throw new IllegalArgumentException(otherwise);
            }
        }
    }

    /// The media address is none of this machine's. The message says what to do, in one line.
    public static final class AddressFault extends Exception {
        AddressFault(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private RtpCapture(
            Settings settings,
            MediaTransport transport,
            @Nullable KernelHelp kernel,
            NoticeSource notices,
            RecordingSink sink,
            Clock clock,
            LongSupplier monotonicNanos,
            RandomGenerator random,
            MeterRegistry registry) {
        this.settings = settings;
        this.kernel = kernel;
        this.notices = notices;
        this.clock = clock;
        this.monotonicNanos = monotonicNanos;
        this.random = random;
        this.pool = new PortPool(settings.firstPort(), settings.lastPort(), settings.portQuiet());
        this.binder =
                new LineBinder(pool, settings.mediaAddresses(), transport, settings.typeOfService(), monotonicNanos);
        this.tones = new Tones(pool, transport, settings.typeOfService(), notices, monotonicNanos, random);
        this.group = new MultiThreadIoEventLoopGroup(
                settings.loops(), new DefaultThreadFactory("media"), transport.handlers());
        this.loops = new ArrayList<>();
        for (int i = 0; i < settings.loops(); i++) {
            EventLoop loop = group.next();
            CaptureRing ring = new CaptureRing(settings.ringBytes());
            loops.add(new MediaLoop(loop, new TrackWriter("track-writer-" + i, ring, sink, monotonicNanos)));
        }
        this.counters = loops.stream().map(MediaLoop::counters).toList();
        this.meters = new MediaMeters(registry);
        this.faultLog = new FaultLog(monotonicNanos);
        RelayCounters.register(counters, registry);
        ports(registry, "used", PortPool::usedPorts);
        ports(registry, "free", PortPool::freePorts);
    }

    private void ports(MeterRegistry registry, String state, ToDoubleFunction<PortPool> count) {
        Gauge.builder("koegura.rtp.ports", pool, count)
                .description("RTP ports by state.")
                .tag("state", state)
                .register(registry);
    }

    /// Makes ready what [#open] needs of the process, whatever the settings are: the system calls take a while. May be
    /// left out.
    public static void prepare() {
        LOG.debug("media.prepared transport={}", MediaTransport.best().name());
        if (MediaTransport.lends()) {
            KernelHelp.prepare();
        }
    }

    /// Opens it and starts its threads.
    ///
    /// @param sink where captured packets go; called on the writers' threads
    /// @param monotonicNanos as [System#nanoTime()]
    /// @throws AddressFault the media address cannot be bound; nothing was started
    public static RtpCapture open(
            Settings settings,
            NoticeSource notices,
            RecordingSink sink,
            Clock clock,
            LongSupplier monotonicNanos,
            RandomGenerator random,
            MeterRegistry registry)
            throws AddressFault {
        boolean asked = settings.byKernel() && MediaTransport.lends();
        KernelHelp kernel = asked ? KernelHelp.begin(settings.loops(), KernelHelp.RING_BYTES) : null;
        try {
            MediaTransport transport = MediaTransport.beside(kernel);
            return open(settings, transport, kernel, notices, sink, clock, monotonicNanos, random, registry);
        } catch (AddressFault | RuntimeException fault) {
            if (kernel != null) {
                kernel.close();
            }
            throw fault;
        }
    }

    /// @param kernel what the transport lends to; closed with the room
    static RtpCapture open(
            Settings settings,
            MediaTransport transport,
            @Nullable KernelHelp kernel,
            NoticeSource notices,
            RecordingSink sink,
            Clock clock,
            LongSupplier monotonicNanos,
            RandomGenerator random,
            MeterRegistry registry)
            throws AddressFault {
        requireBindable(settings.mediaAddresses().usual());
        InetAddress other = settings.mediaAddresses().other();
        if (other != null) {
            requireBindable(other);
        }
        RtpCapture opened =
                new RtpCapture(settings, transport, kernel, notices, sink, clock, monotonicNanos, random, registry);
        opened.loops.forEach(loop -> loop.writer().start());
        LOG.info(
                "media.opened transport={} loops={} ports={}-{}",
                transport.name(),
                settings.loops(),
                settings.firstPort(),
                settings.lastPort());
        return opened;
    }

    /// The port that the signalling asks.
    public MediaPlane plane() {
        return plane;
    }

    /// Relays the calls that another process left when it died, on the ports that they had and by what was
    /// agreed, before there is anybody who controls them: [MediaPlane#resume] hands each over. Until then nothing
    /// is kept of it, and no notice is played. Blocks until all are bound.
    ///
    /// @param left each is handed over by the [CallCheckpoint#media] that it has here
    public void takeUp(List<CallCheckpoint> left) {
        takenUp.takeUp(left);
        LOG.info("media.taken.up calls={} live={}", left.size(), live.size());
    }

    /// Lets those ports rest that the process before used last.
    ///
    /// @param left what [#portsNow] was there; to be told before anything is bound
    public void portsLeft(byte[] left) {
        pool.goOn(left, monotonicNanos.getAsLong());
    }

    /// What the process after this one must know of the ports, in some thousand bytes; to be kept where it finds them.
    /// From any thread.
    public byte[] portsNow() {
        return pool.standing(monotonicNanos.getAsLong());
    }

    /// Ends all calls that are still up, waits for their recordings to be sealed, at most [Settings#closeLimit()],
    /// and stops all threads. What is not sealed by then is left to the recorder's next start.
    @Override
    public void close() {
        long deadlineNanos = monotonicNanos.getAsLong() + settings.closeLimit().toNanos();
        live.forEach(call -> call.close(EndReason.SHUTDOWN));
        tones.close();
        try {
            awaitNoneLive();
            for (MediaLoop loop : loops) {
                long leftNanos = deadlineNanos - monotonicNanos.getAsLong();
                loop.writer().stop(Math.max(1, TimeUnit.NANOSECONDS.toMillis(leftNanos)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!live.isEmpty()) {
            LOG.error("media.closed.unsealed calls={}", live.size());
        }
        boolean ended = group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
        if (kernel != null && ended) { // its rings must not go while a loop reads them; they do with the process
            kernel.close();
        }
    }

    private void awaitNoneLive() throws InterruptedException {
        long leftNanos = settings.closeLimit().toNanos();
        closing.lockInterruptibly();
        try {
            while (!live.isEmpty() && leftNanos > 0) {
                leftNanos = fewerLive.awaitNanos(leftNanos);
            }
        } finally {
            closing.unlock();
        }
    }

    private static void requireBindable(InetAddress address) throws AddressFault {
        try (DatagramSocket probe = new DatagramSocket(new InetSocketAddress(address, 0))) {
            LOG.debug("media.address.bindable port={}", probe.getLocalPort());
        } catch (IOException e) {
            throw new AddressFault(
                    "media address " + address.getHostAddress()
                            + " cannot be bound: set it to an address of this machine",
                    e);
        }
    }

    /// Gives calls their event loop, round-robin.
    private final class Plane implements MediaPlane, CallMedia.Ending {

        @Override
        public MediaSession open(CallId call, MediaEvents events) {
            return media(call, events);
        }

        @Override
        public MediaSession resume(CallId call, Instant answeredAt, CallCheckpoint.Media had, MediaEvents events)
                throws NoFreePort {
            CallMedia early = takenUp.handOver(had, events);
            if (early != null) {
                return early;
            }
            CallMedia media = media(call, events);
            try {
                media.resume(answeredAt, had, () -> {});
            } catch (NoFreePort taken) {
                over(media);
                throw taken;
            }
            return media;
        }

        private CallMedia media(CallId call, MediaEvents events) {
            MediaLoop loop = loops.get(Math.floorMod(nextLoop.getAndIncrement(), loops.size()));
            ArrivalClock arrivals = new ArrivalClock(clock, monotonicNanos);
            AudioRelay audio =
                    new AudioRelay(call, loop, meters, arrivals, notices, settings.insideHears(), events, random);
            CallMedia media = new CallMedia(
                    call,
                    loop,
                    binder,
                    events,
                    arrivals,
                    settings.silenceLimit().toNanos(),
                    audio,
                    this);
            live.add(media);
            return media;
        }

        @Override
        public ToneSession tone(InetAddress party) throws NoFreePort {
            MediaLoop loop = loops.get(Math.floorMod(nextLoop.getAndIncrement(), loops.size()));
            InetAddress own = settings.mediaAddresses().towards(party);
            return tones.open(loop.loop(), loop.counters(), own);
        }

        @Override
        public int freePorts() {
            return pool.freePorts();
        }

        @Override
        public void notStored(long packets) {
            meters.notStored(packets);
        }

        @Override
        public void caught(Throwable fault) {
            meters.fault();
            faultLog.tell(fault);
        }

        @Override
        public void accounted(MediaReport report) {
            meters.over(report);
        }

        @Override
        public void over(CallMedia media) {
            live.remove(media);
            closing.lock();
            try {
                fewerLive.signalAll();
            } finally {
                closing.unlock();
            }
        }
    }
}
