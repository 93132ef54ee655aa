package org.koegura.rtpcapture;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.PromiseCombiner;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.port.CallCheckpoint;
import org.koegura.callmodel.port.MediaPlane.NoFreePort;

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
    BoundLine bind(MediaLoop loop, CallMedia call, Map<Leg, InetAddress> parties) throws NoFreePort {
        Pair inside = new Pair(loop, call, Leg.INSIDE, addresses.towards(parties.get(Leg.INSIDE)));
        Pair outside = new Pair(loop, call, Leg.OUTSIDE, addresses.towards(parties.get(Leg.OUTSIDE)));
        for (int tried = 0; tried < pool.pairs() && inside.reserve() && outside.reserve(); tried++) {
            List<Opening> sockets = new ArrayList<>();
            try {
                inside.addUnopened(sockets);
                outside.addUnopened(sockets);
            } catch (ChannelException e) { // no descriptor is left: no other port would help
                sockets.forEach(socket -> socket.fail(e));
                inside.fault = e;
                break;
            }
            openAll(loop, sockets); // each wait for the loop costs two changes of thread
            boolean settledInside = inside.settle();
            boolean settledOutside = outside.settle(); // also where the first failed: it closes what it has
            if (settledInside && settledOutside) {
                return boundLine(inside, outside);
            }
        }
        inside.giveBack();
        outside.giveBack();
        throw new NoFreePort("no media port is free", inside.fault == null ? outside.fault : inside.fault);
    }

    /// Binds the very ports that an m-line had.
    ///
    /// @throws NoFreePort one of them is not free; nothing is bound
    BoundLine rebind(MediaLoop loop, CallMedia call, CallCheckpoint.Line had) throws NoFreePort {
        Pair inside = new Pair(loop, call, Leg.INSIDE, had.inside().rtp().getAddress());
        Pair outside = new Pair(loop, call, Leg.OUTSIDE, had.outside().rtp().getAddress());
        List<Opening> sockets = new ArrayList<>();
        try {
            if (inside.reserve(had.inside().rtp().getPort())
                    && outside.reserve(had.outside().rtp().getPort())) {
                inside.addUnopened(sockets);
                outside.addUnopened(sockets);
                openAll(loop, sockets);
                boolean settledInside = inside.settle();
                if (outside.settle() && settledInside) {
                    return boundLine(inside, outside);
                }
            }
        } catch (ChannelException e) {
            sockets.forEach(socket -> socket.fail(e));
            inside.fault = e;
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

    /// Returns when each socket is bound or has failed.
    private static void openAll(MediaLoop loop, List<Opening> sockets) {
        Promise<Void> all = loop.loop().newPromise();
        try {
            loop.loop().execute(() -> {
                PromiseCombiner combiner = new PromiseCombiner(loop.loop());
                sockets.forEach(socket -> combiner.add((ChannelFuture) socket.open(loop)));
                combiner.finish(all);
            });
        } catch (RejectedExecutionException e) {
            sockets.forEach(socket -> socket.fail(e)); // the loop ends with the process
            return;
        }
        all.awaitUninterruptibly();
    }

    private Channel channel(RelayHandler handler, ReceiveBuffer buffer, @Nullable InetAddress tellingErrors) {
        Channel channel = transport.datagramChannels().newChannel();
        channel.config().setOption(ChannelOption.RECVBUF_ALLOCATOR, buffer);
        channel.config().setOption(ChannelOption.IP_TOS, typeOfService);
        if (tellingErrors != null) {
            channel.config().setOption(IcmpErrors.option(tellingErrors), 1);
        }
        channel.pipeline().addLast(handler);
        return channel;
    }

    /// The pair is free once, when the last of its sockets is closed: not before, or the next to bind it would fail.
    private void giveBack(int pair, List<BoundPort> ports) {
        AtomicInteger open = new AtomicInteger(ports.size());
        for (BoundPort bound : ports) {
            bound.port().close().addListener(_ -> {
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
        private final CallMedia call;
        private final Leg leg;
        private final InetAddress address;
        private int even = NONE;
        private List<Opening> opening = List.of();
        private List<BoundPort> bound = List.of();
        private @Nullable Throwable fault;

        Pair(MediaLoop loop, CallMedia call, Leg leg, InetAddress address) {
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

        /// The sockets that are still to be bound.
        ///
        /// @param sockets gets them, one by one
        /// @throws ChannelException where the system has no socket for it
        void addUnopened(List<Opening> sockets) {
            if (!bound.isEmpty()) {
                return;
            }
            opening = new ArrayList<>();
            for (boolean control : new boolean[] {false, true}) {
                Opening socket = socket(control);
                opening.add(socket);
                sockets.add(socket);
            }
        }

        private Opening socket(boolean control) {
            RelayHandler handler = new RelayHandler(call, leg, loop.counters());
            ReceiveBuffer buffer = new ReceiveBuffer();
            boolean tells = transport.tellsErrors() && leg == Leg.OUTSIDE && !control;
            Channel channel = channel(handler, buffer, tells ? address : null);
            return new Opening(
                    channel,
                    new InetSocketAddress(address, control ? even + 1 : even),
                    control,
                    buffer,
                    handler,
                    new DefaultChannelPromise(channel, loop.loop()));
        }

        private BoundPort port(Opening opened) {
            RelayPort port = new RelayPort(leg, opened.control, opened.channel, opened.buffer, loop.counters());
            return new BoundPort(port, opened.handler, even);
        }

        /// Keeps both sockets, or neither, now that the loop has tried.
        ///
        /// @return whether it has them
        boolean settle() {
            if (!bound.isEmpty()) {
                return true;
            }
            List<BoundPort> those = opening.stream()
                    .filter(socket -> socket.bound.isSuccess())
                    .map(this::port)
                    .toList();
            if (those.size() == opening.size()) {
                bound = those;
                return true;
            }
            fault = opening.stream()
                    .map(socket -> socket.bound.cause())
                    .filter(cause -> cause != null)
                    .findFirst()
                    .orElse(null);
            bound = those;
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

    /// A socket that is to be bound.
    ///
    /// @param bound done when it is; failed where it cannot be, and then it is closed
    private record Opening(
            Channel channel,
            InetSocketAddress address,
            boolean control,
            ReceiveBuffer buffer,
            RelayHandler handler,
            ChannelPromise bound) {

        /// On the event loop.
        ChannelPromise open(MediaLoop loop) {
            loop.loop().register(channel).addListener(registered -> {
                if (registered.isSuccess()) {
                    channel.bind(address, bound).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
                } else {
                    fail(registered.cause());
                }
            });
            return bound;
        }

        /// It never came to a loop.
        void fail(Throwable cause) {
            channel.unsafe().closeForcibly();
            bound.tryFailure(cause);
        }
    }
}
