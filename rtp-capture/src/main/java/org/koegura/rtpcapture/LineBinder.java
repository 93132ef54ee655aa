package org.koegura.rtpcapture;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Leg;
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
        List<BoundPort> inside = bindPair(loop, call, Leg.INSIDE, addresses.towards(parties.get(Leg.INSIDE)));
        List<BoundPort> outside;
        try {
            outside = bindPair(loop, call, Leg.OUTSIDE, addresses.towards(parties.get(Leg.OUTSIDE)));
        } catch (NoFreePort e) {
            giveBackPair(inside.getFirst().pair(), inside);
            throw e;
        }
        MediaLine line = new MediaLine(side(inside), side(outside));
        List<BoundPort> ports = new ArrayList<>(inside);
        ports.addAll(outside);
        return new BoundLine(line, List.copyOf(ports));
    }

    /// Closes the sockets at once and lets the ports rest. To be called once for a line.
    void close(BoundLine bound) {
        bound.ports().stream()
                .collect(Collectors.groupingBy(BoundPort::pair))
                .forEach((pair, ports) -> giveBackPair(pair, ports));
    }

    private static MediaLine.Side side(List<BoundPort> pair) {
        return new MediaLine.Side(pair.get(0).port(), pair.get(1).port());
    }

    private List<BoundPort> bindPair(MediaLoop loop, CallMedia call, Leg leg, InetAddress address) throws NoFreePort {
        Throwable last = null;
        for (int tried = 0; tried < pool.pairs(); tried++) {
            OptionalInt even = pool.take(monotonicNanos.getAsLong());
            if (even.isEmpty()) {
                break;
            }
            List<BoundPort> pair = new ArrayList<>(2);
            last = bindBoth(loop, call, leg, new InetSocketAddress(address, even.getAsInt()), pair);
            if (last == null) {
                return pair;
            }
            if (pair.isEmpty()) {
                pool.release(even.getAsInt(), monotonicNanos.getAsLong());
            } else {
                giveBackPair(even.getAsInt(), pair);
            }
        }
        throw new NoFreePort("no media port is free", last);
    }

    /// Returns what went wrong, or null where both ports are bound; those that are bound are in `pair`.
    private @Nullable Throwable bindBoth(
            MediaLoop loop, CallMedia call, Leg leg, InetSocketAddress even, List<BoundPort> pair) {
        for (boolean control : new boolean[] {false, true}) {
            RelayHandler handler = new RelayHandler(call, leg, loop.counters());
            ReceiveBuffer buffer = new ReceiveBuffer();
            Bootstrap bootstrap = bootstrap(loop, handler, buffer);
            if (transport.tellsErrors() && leg == Leg.OUTSIDE && !control) {
                bootstrap.option(IcmpErrors.option(even.getAddress()), 1);
            }
            ChannelFuture binding = bootstrap
                    .bind(new InetSocketAddress(even.getAddress(), even.getPort() + (control ? 1 : 0)))
                    .awaitUninterruptibly();
            if (!binding.isSuccess()) {
                return binding.cause();
            }
            Channel channel = binding.channel();
            pair.add(new BoundPort(
                    new RelayPort(leg, control, channel, buffer, loop.counters()), handler, even.getPort()));
        }
        return null;
    }

    private Bootstrap bootstrap(MediaLoop loop, RelayHandler handler, ReceiveBuffer buffer) {
        return new Bootstrap()
                .group(loop.loop())
                .channelFactory(transport.datagramChannels())
                .option(ChannelOption.RECVBUF_ALLOCATOR, buffer)
                .option(ChannelOption.IP_TOS, typeOfService)
                .handler(handler);
    }

    /// The pair is free once, when the last of its sockets is closed: not before, or the next to bind it would fail.
    private void giveBackPair(int pair, List<BoundPort> ports) {
        AtomicInteger open = new AtomicInteger(ports.size());
        for (BoundPort bound : ports) {
            bound.port().close().addListener(_ -> {
                if (open.decrementAndGet() == 0) {
                    pool.release(pair, monotonicNanos.getAsLong());
                }
            });
        }
    }
}
