package org.koegura.rtpcapture;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.MediaPlane.NoFreePort;
import org.koegura.rtpcapture.capture.MediaLoop;
import org.koegura.rtpcapture.port.PortPool;
import org.koegura.rtpcapture.port.RelayPort;
import org.koegura.rtpcapture.socket.MediaTransport;

/// Binds the four ports of an m-line, all or none, and gives them back. A port that another process holds is skipped,
/// and rests like a used one.
///
/// [#bind] blocks, and belongs to a control thread; [#close] to the call's event loop.
final class LineBinder {

    private final PortPool pool;
    private final MediaAddresses addresses;
    private final MediaTransport transport;
    private final int typeOfService;
    private final LongSupplier monotonicNanos;

    LineBinder(
            PortPool pool,
            MediaAddresses addresses,
            MediaTransport transport,
            int typeOfService,
            LongSupplier monotonicNanos) {
        this.pool = pool;
        this.addresses = addresses;
        this.transport = transport;
        this.typeOfService = typeOfService;
        this.monotonicNanos = monotonicNanos;
    }

    /// A line with what it was made of.
    record BoundLine(MediaLine line, List<BoundPort> ports) {

        /// Puts the handlers into their places. On the event loop.
        void serve() {
            ports.forEach(bound -> bound.handler().serve(line, bound.port()));
        }
    }

    /// @param pair the even port that stands for it in the pool
    record BoundPort(RelayPort port, RelayHandler handler, int pair) {}

    /// @param parties where the parties are, as far as that is known: each gets ports of its own family
    /// @throws NoFreePort nothing is bound, and nothing reserved
    BoundLine bind(MediaLoop loop, RelayedCall call, Map<Leg, InetAddress> parties) throws NoFreePort {
        Pair inside = new Pair(loop, call, Leg.INSIDE, addresses.towards(parties.get(Leg.INSIDE)));
        Pair outside = new Pair(loop, call, Leg.OUTSIDE, addresses.towards(parties.get(Leg.OUTSIDE)));
        for (int tried = 0; tried < pool.pairs() && inside.reserve() && outside.reserve(); tried++) {
            boolean refused = open(loop, inside, outside);
            boolean settledInside = inside.settle();
            boolean settledOutside = outside.settle(); // also where the first failed: it closes what it has
            if (settledInside && settledOutside) {
                return boundLine(inside, outside);
            }
            if (refused) {
                break; // no descriptor is left: no other port would help
            }
        }
        inside.giveBack();
        outside.giveBack();
        throw new NoFreePort("no media port is free", inside.fault == null ? outside.fault : inside.fault);
    }

    /// Binds the very ports that an m-line had.
    ///
    /// @throws NoFreePort one of them is not free; nothing is bound
    BoundLine rebind(MediaLoop loop, RelayedCall call, CallCheckpoint.Line had) throws NoFreePort {
        Pair inside = new Pair(loop, call, Leg.INSIDE, had.inside().rtp().getAddress());
        Pair outside = new Pair(loop, call, Leg.OUTSIDE, had.outside().rtp().getAddress());
        if (inside.reserve(had.inside().rtp().getPort())
                && outside.reserve(had.outside().rtp().getPort())) {
            boolean _ = open(loop, inside, outside);
            boolean settledInside = inside.settle();
            if (outside.settle() && settledInside) {
                return boundLine(inside, outside);
            }
        }
        inside.giveBack();
        outside.giveBack();
        throw new NoFreePort("a port of the call is not free", inside.fault == null ? outside.fault : inside.fault);
    }

    private static BoundLine boundLine(Pair inside, Pair outside) {
        List<BoundPort> ports =
                Stream.concat(inside.bound.stream(), outside.bound.stream()).toList();
        return new BoundLine(new MediaLine(inside.side(), outside.side()), ports);
    }

    /// Closes the sockets at once and lets the ports rest. To be called once for a line.
    void close(BoundLine bound) {
        bound.ports().stream()
                .collect(Collectors.groupingBy(BoundPort::pair))
                .forEach((pair, ports) -> giveBack(pair, ports));
    }

    /// Opens what the two lack, together. Returns whether the system had no socket for it, whatever the port.
    private boolean open(MediaLoop loop, Pair inside, Pair outside) {
        List<MediaTransport.Asked> asked = new ArrayList<>(inside.asked());
        int insides = asked.size();
        asked.addAll(outside.asked());
        List<MediaTransport.Opened> opened = transport.open(loop.loop(), asked);
        inside.opened(opened.subList(0, insides));
        outside.opened(opened.subList(insides, opened.size()));
        return opened.stream()
                .anyMatch(each -> each instanceof MediaTransport.Opened.Failed(var _, boolean anywhere) && anywhere);
    }

    /// The pair is free once, when the last of its sockets is closed: not before, or the next to bind it would fail.
    private void giveBack(int pair, List<BoundPort> ports) {
        AtomicInteger open = new AtomicInteger(ports.size());
        for (BoundPort bound : ports) {
            bound.port().close(() -> {
                if (open.decrementAndGet() == 0) {
                    pool.release(pair, monotonicNanos.getAsLong());
                }
            });
        }
    }

    /// The ports of one leg on their way from the pool to their sockets. Belongs to the thread that binds.
    private final class Pair {

        private static final int NONE = -1;

        private final MediaLoop loop;
        private final RelayedCall call;
        private final Leg leg;
        private final InetAddress address;
        private int even = NONE;
        private List<RelayHandler> handlers = List.of();
        private List<MediaTransport.Opened> opened = List.of();
        private List<BoundPort> bound = List.of();
        private @Nullable Throwable fault;

        Pair(MediaLoop loop, RelayedCall call, Leg leg, InetAddress address) {
            this.loop = loop;
            this.call = call;
            this.leg = leg;
            this.address = address;
        }

        /// Takes ports from the pool unless it has some.
        ///
        /// @return false where none is free
        boolean reserve() {
            if (even == NONE) {
                OptionalInt taken = pool.take(monotonicNanos.getAsLong());
                even = taken.orElse(NONE);
            }
            return even != NONE;
        }

        /// Takes that pair of ports.
        ///
        /// @return false where it is not free
        boolean reserve(int evenPort) {
            even = pool.takePair(evenPort) ? evenPort : NONE;
            return even != NONE;
        }

        /// The sockets that are still to be opened: of RTP and of RTCP, or none.
        List<MediaTransport.Asked> asked() {
            if (!bound.isEmpty()) {
                return List.of();
            }
            handlers =
                    List.of(new RelayHandler(call, leg, loop.counters()), new RelayHandler(call, leg, loop.counters()));
            boolean tells = transport.tellsErrors() && leg == Leg.OUTSIDE;
            return List.of(
                    new MediaTransport.Asked(
                            new InetSocketAddress(address, even), typeOfService, tells, handlers.getFirst()),
                    new MediaTransport.Asked(
                            new InetSocketAddress(address, even + 1), typeOfService, false, handlers.getLast()));
        }

        /// What became of them.
        void opened(List<MediaTransport.Opened> those) {
            opened = List.copyOf(those);
        }

        /// Keeps both sockets, or neither, now that it was tried.
        ///
        /// @return whether it has them
        boolean settle() {
            if (!bound.isEmpty()) {
                return true;
            }
            List<BoundPort> those = new ArrayList<>();
            for (int i = 0; i < opened.size(); i++) {
                switch (opened.get(i)) {
                    case MediaTransport.Opened.Bound(var socket) -> {
                        RelayPort port = new RelayPort(leg, i == 1, socket, loop.counters());
                        those.add(new BoundPort(port, handlers.get(i), even));
                    }
                    case MediaTransport.Opened.Failed(var why, var _) -> fault = why;
                }
            }
            bound = those;
            if (those.size() == handlers.size()) {
                return true;
            }
            giveBack();
            return false;
        }

        /// Closes what is bound, and lets the ports that it reserved rest.
        void giveBack() {
            if (even != NONE && bound.isEmpty()) {
                pool.release(even, monotonicNanos.getAsLong());
            } else if (even != NONE) {
                LineBinder.this.giveBack(even, bound);
            }
            even = NONE;
            bound = List.of();
        }

        MediaLine.Side side() {
            return new MediaLine.Side(bound.get(0).port(), bound.get(1).port());
        }
    }
}
