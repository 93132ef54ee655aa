package org.koegura.rtpcapture.tone;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.port.MediaPlane.NoFreePort;
import org.koegura.callmodel.port.NoticeSource;
import org.koegura.callmodel.port.ToneSession;
import org.koegura.rtpcapture.meters.RelayCounters;
import org.koegura.rtpcapture.port.PortPool;
import org.koegura.rtpcapture.port.RelayPort;
import org.koegura.rtpcapture.rtp.RtpHeader;
import org.koegura.rtpcapture.socket.MediaSocket;
import org.koegura.rtpcapture.socket.MediaTransport;

/// Opens the media of telephones that called us, and closes those that are left at the end. Any thread.
public final class Tones implements AutoCloseable {

    private final PortPool pool;
    private final MediaTransport transport;
    private final int typeOfService;
    private final NoticeSource source;
    private final LongSupplier monotonicNanos;
    private final RandomGenerator random;
    private final Set<SpokenTone> open = ConcurrentHashMap.newKeySet();

    /// @param source of the tone; asked when one is spoken
    /// @param random used from many threads at once
    public Tones(
            PortPool pool,
            MediaTransport transport,
            int typeOfService,
            NoticeSource source,
            LongSupplier monotonicNanos,
            RandomGenerator random) {
        this.pool = pool;
        this.transport = transport;
        this.typeOfService = typeOfService;
        this.source = source;
        this.monotonicNanos = monotonicNanos;
        this.random = random;
    }

    /// Binds a pair of ports. Blocks.
    ///
    /// @param counters of that loop
    /// @throws NoFreePort nothing is bound
    public ToneSession open(EventLoop loop, RelayCounters counters, InetAddress address) throws NoFreePort {
        for (int tried = 0; tried < pool.pairs(); tried++) {
            OptionalInt even = pool.take(monotonicNanos.getAsLong());
            if (even.isEmpty()) {
                break;
            }
            Ear ear = new Ear(counters);
            List<MediaSocket> bound = new ArrayList<>();
            boolean anywhere = false;
            for (MediaTransport.Opened opened : transport.open(
                    loop,
                    List.of(
                            asked(address, even.getAsInt(), ear),
                            asked(address, even.getAsInt() + 1, new Ear(counters))))) {
                switch (opened) {
                    case MediaTransport.Opened.Bound(var socket) -> bound.add(socket);
                    case MediaTransport.Opened.Failed(var _, boolean everywhere) -> anywhere |= everywhere;
                }
            }
            if (bound.size() == 2) {
                return opened(loop, counters, ear, bound, even.getAsInt());
            }
            close(bound, even.getAsInt());
            if (anywhere) {
                break; // no descriptor is left: no other port would help
            }
        }
        throw new NoFreePort("no media port is free", null);
    }

    private MediaTransport.Asked asked(InetAddress address, int port, Ear ear) {
        return new MediaTransport.Asked(new InetSocketAddress(address, port), typeOfService, false, ear);
    }

    private ToneSession opened(EventLoop loop, RelayCounters counters, Ear ear, List<MediaSocket> bound, int even) {
        RelayPort rtp = new RelayPort(Leg.INSIDE, false, bound.getFirst(), counters);
        SpokenTone tone = new SpokenTone(loop, rtp, bound.getLast().local(), source, monotonicNanos, random, closed -> {
            open.remove(closed);
            close(bound, even);
        });
        loop.execute(() -> ear.serve(rtp, monotonicNanos));
        open.add(tone);
        return tone;
    }

    /// The pair is free once, when the last of its sockets is closed.
    private void close(List<MediaSocket> bound, int even) {
        AtomicInteger left = new AtomicInteger(bound.size());
        if (bound.isEmpty()) {
            pool.release(even, monotonicNanos.getAsLong());
        }
        for (MediaSocket socket : bound) {
            socket.close(() -> {
                if (left.decrementAndGet() == 0) {
                    pool.release(even, monotonicNanos.getAsLong());
                }
            });
        }
    }

    /// How many are open.
    public int count() {
        return open.size();
    }

    @Override
    public void close() {
        List.copyOf(open).forEach(SpokenTone::close);
    }

    /// What arrives is heard for where it comes from, and dropped. On the event loop.
    private static final class Ear implements MediaSocket.Reader {

        private final RelayCounters counters;
        private @Nullable RelayPort port;
        private LongSupplier clock = () -> 0;

        Ear(RelayCounters counters) {
            this.counters = counters;
        }

        void serve(RelayPort rtp, LongSupplier monotonicNanos) {
            port = rtp;
            clock = monotonicNanos;
        }

        @Override
        public void received(ByteBuf datagram, InetSocketAddress sender, boolean cutOff) {
            RelayPort rtp = port;
            if (rtp != null && !cutOff && RtpHeader.kind(datagram) == RtpHeader.Kind.RTP) {
                boolean _ = rtp.admits(sender, true, clock.getAsLong());
            }
            datagram.release();
        }

        @Override
        public void passed(ByteBuf datagram, InetSocketAddress sender, long arrivalNanos) {
            datagram.release(); // nothing was lent
        }

        @Override
        public void drained() {}

        @Override
        public void failed(Throwable cause) {
            counters.discarded(Leg.INSIDE, RelayCounters.Discarded.REFUSED);
        }
    }
}
