package org.koegura.rtpcapture.socket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a socket of the packet path promises, of each transport; and what two of them do not.
class MediaSocketTest {

    private static final InetAddress FOUR = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress SIX = InetAddress.ofLiteral("::1");

    /// Which transport.
    enum Kind {
        SYSTEM_CALLS,
        NETTY_EPOLL,
        NIO;

        MediaTransport open() {
            MediaTransport transport = switch (this) {
                case SYSTEM_CALLS -> new EpollTransport(null);
                case NETTY_EPOLL -> ChannelTransport.best();
                case NIO -> ChannelTransport.nio();
            };
            assertThat(transport.name())
                    .isEqualTo(this == SYSTEM_CALLS ? "epoll" : this == NIO ? "nio" : "netty-epoll");
            return transport;
        }
    }

    private @Nullable MultiThreadIoEventLoopGroup group;

    private EventLoop loop(MediaTransport transport) {
        MultiThreadIoEventLoopGroup fresh =
                new MultiThreadIoEventLoopGroup(1, Executors.defaultThreadFactory(), transport.handlers());
        group = fresh;
        return fresh.next();
    }

    @AfterEach
    void stop() {
        if (group != null) {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
        }
    }

    /// Keeps what it hears, and sends each datagram back where it came from if it is told to.
    private static final class Kept implements MediaSocket.Reader {
        final List<String> datagrams = new CopyOnWriteArrayList<>();
        final List<InetSocketAddress> senders = new CopyOnWriteArrayList<>();
        final List<Boolean> cutOff = new CopyOnWriteArrayList<>();
        final List<Throwable> faults = new CopyOnWriteArrayList<>();
        volatile @Nullable MediaSocket answers;
        volatile boolean throwing;
        volatile @Nullable Runnable atFirst;
        volatile Runnable atEach = () -> {};

        @Override
        public void received(ByteBuf datagram, InetSocketAddress sender, boolean isCutOff) {
            if (throwing) {
                throwing = false;
                datagram.release();
                throw new IllegalStateException("a fault of ours");
            }
            Runnable first = atFirst;
            if (first != null) {
                atFirst = null;
                first.run();
            }
            atEach.run();
            datagrams.add(datagram.toString(US_ASCII));
            senders.add(sender);
            cutOff.add(isCutOff);
            MediaSocket by = answers;
            if (by == null) {
                datagram.release();
            } else {
                boolean _ = by.send(datagram, sender);
                by.flush();
            }
        }

        @Override
        public void passed(ByteBuf datagram, InetSocketAddress sender, long arrivalNanos) {
            throw new AssertionError("nothing is lent");
        }

        @Override
        public void drained() {}

        @Override
        public void failed(Throwable cause) {
            faults.add(cause);
        }
    }

    private static MediaSocket open(
            MediaTransport transport, EventLoop loop, InetAddress address, boolean tells, MediaSocket.Reader reader) {
        var asked = new MediaTransport.Asked(new InetSocketAddress(address, freePort(address)), 0, tells, reader);
        return switch (transport.open(loop, List.of(asked)).getFirst()) {
            case MediaTransport.Opened.Bound(var socket) -> socket;
            case MediaTransport.Opened.Failed(var why, var _) -> throw new AssertionError(why);
        };
    }

    private static int freePort(InetAddress address) {
        try (DatagramSocket free = new DatagramSocket(new InetSocketAddress(address, 0))) {
            return free.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void say(DatagramSocket from, MediaSocket to, String text) {
        byte[] bytes = text.getBytes(US_ASCII);
        try {
            from.send(new DatagramPacket(bytes, bytes.length, to.local()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hear(DatagramSocket at) throws IOException {
        at.setSoTimeout(5_000);
        DatagramPacket packet = new DatagramPacket(new byte[2_048], 2_048);
        at.receive(packet);
        return new String(packet.getData(), 0, packet.getLength(), US_ASCII);
    }

    private static void on(EventLoop loop, Runnable act) throws Exception {
        loop.submit(act).get(5, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void datagramsOfBothFamiliesComeWithTheirSenderAndGoBack(Kind kind) throws Exception {
        MediaTransport transport = kind.open();
        EventLoop loop = loop(transport);
        for (InetAddress address : List.of(FOUR, SIX)) {
            Kept kept = new Kept();
            MediaSocket socket = open(transport, loop, address, false, kept);
            kept.answers = socket;
            try (DatagramSocket one = new DatagramSocket(new InetSocketAddress(address, 0));
                    DatagramSocket two = new DatagramSocket(new InetSocketAddress(address, 0))) {
                say(one, socket, "one");
                assertThat(hear(one)).isEqualTo("one");
                say(two, socket, "two");
                assertThat(hear(two)).isEqualTo("two");
                say(one, socket, "again");
                assertThat(hear(one)).isEqualTo("again");
                assertThat(kept.senders)
                        .containsExactly(
                                (InetSocketAddress) one.getLocalSocketAddress(),
                                (InetSocketAddress) two.getLocalSocketAddress(),
                                (InetSocketAddress) one.getLocalSocketAddress());
            }
        }
    }

    /// On NIO as many as a turn reads: what waits behind them the JDK throws away (`RelayTest`).
    @ParameterizedTest
    @EnumSource(Kind.class)
    void aConnectedSocketReadsWhatWaitedWithItsSenderAndThenItsPeerAlone(Kind kind) throws Exception {
        MediaTransport transport = kind.open();
        EventLoop loop = loop(transport);
        Kept kept = new Kept();
        MediaSocket socket = open(transport, loop, FOUR, false, kept);
        try (DatagramSocket peer = new DatagramSocket(new InetSocketAddress(FOUR, 0));
                DatagramSocket stranger = new DatagramSocket(new InetSocketAddress(FOUR, 0))) {
            kept.atFirst = () -> {
                boolean _ = socket.connect((InetSocketAddress) peer.getLocalSocketAddress());
            };
            CountDownLatch wait = held(loop);
            say(peer, socket, "first");
            say(stranger, socket, "before");
            say(peer, socket, "next");
            wait.countDown();
            await().until(() -> kept.datagrams.size() == 3);
            say(stranger, socket, "after");
            say(peer, socket, "second");
            await().until(() -> kept.datagrams.size() == 4);
            assertThat(kept.datagrams).containsExactly("first", "before", "next", "second");
            assertThat(kept.senders.get(1)).isEqualTo(stranger.getLocalSocketAddress());
            assertThat(kept.senders.getLast()).isEqualTo(peer.getLocalSocketAddress());

            on(loop, socket::disconnect);
            say(stranger, socket, "anybody");
            await().until(() -> kept.datagrams.contains("anybody"));
        }
    }

    /// A keepalive (RFC 6263 §4.1) is no end of what there is to read. Netty's own epoll takes it for one where the
    /// socket is connected: it is lost, and what is behind it waits for the next datagram.
    @ParameterizedTest
    @EnumSource(Kind.class)
    void anEmptyDatagramHoldsUpNoneBehindItForGood(Kind kind) throws Exception {
        MediaTransport transport = kind.open();
        EventLoop loop = loop(transport);
        Kept kept = new Kept();
        MediaSocket socket = open(transport, loop, FOUR, false, kept);
        try (DatagramSocket peer = new DatagramSocket(new InetSocketAddress(FOUR, 0))) {
            on(loop, () -> {
                boolean _ = socket.connect((InetSocketAddress) peer.getLocalSocketAddress());
            });
            CountDownLatch wait = held(loop);
            for (String text : List.of("a", "", "b", "", "", "c")) {
                say(peer, socket, text);
            }
            wait.countDown();
            if (kind == Kind.NETTY_EPOLL) {
                await().until(() -> {
                    say(peer, socket, "next");
                    return kept.datagrams.contains("c");
                });
                assertThat(kept.datagrams.stream().filter(text -> !text.equals("next")))
                        .containsExactly("a", "b", "c");
            } else {
                await().until(() -> kept.datagrams.size() == 6);
                assertThat(kept.datagrams).containsExactly("a", "", "b", "", "", "c");
            }
        }
    }

    /// The loop does nothing until this is counted down.
    private static CountDownLatch held(EventLoop loop) {
        CountDownLatch wait = new CountDownLatch(1);
        loop.execute(() -> {
            try {
                assertThat(wait.await(5, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        return wait;
    }

    /// Netty's channels have buffers for what an Ethernet carries until the first larger one came.
    @ParameterizedTest
    @EnumSource(Kind.class)
    void aLargeDatagramComesWholeOrIsToldToBeCutOffOnce(Kind kind) throws Exception {
        MediaTransport transport = kind.open();
        EventLoop loop = loop(transport);
        Kept kept = new Kept();
        MediaSocket socket = open(transport, loop, FOUR, false, kept);
        String large = "x".repeat(9_000);
        try (DatagramSocket peer = new DatagramSocket(new InetSocketAddress(FOUR, 0))) {
            say(peer, socket, large);
            await().until(() -> kept.cutOff.size() == 1);
            say(peer, socket, large);
            await().until(() -> kept.cutOff.size() == 2);
            assertThat(kept.cutOff).containsExactly(kind != Kind.SYSTEM_CALLS, false);
            assertThat(kept.datagrams.getLast()).isEqualTo(large);
            assertThat(kept.datagrams.getFirst().length()).isEqualTo(kind == Kind.SYSTEM_CALLS ? 9_000 : 2_048);
        }
    }

    /// NIO hears of none before it is connected, and says so.
    @ParameterizedTest
    @EnumSource(Kind.class)
    void aClosedPortIsHeardOfBeforeAnybodySentWhereTheTransportSaysSo(Kind kind) throws Exception {
        MediaTransport transport = kind.open();
        assertThat(transport.tellsErrors()).isEqualTo(kind != Kind.NIO);
        EventLoop loop = loop(transport);
        for (InetAddress address : List.of(FOUR, SIX)) {
            Kept kept = new Kept();
            MediaSocket socket = open(transport, loop, address, true, kept);
            InetSocketAddress nobody;
            try (DatagramSocket gone = new DatagramSocket(new InetSocketAddress(address, 0))) {
                nobody = (InetSocketAddress) gone.getLocalSocketAddress();
            }
            on(loop, () -> {
                boolean _ = socket.send(Unpooled.directBuffer().writeByte(1), nobody);
                socket.flush();
            });
            if (transport.tellsErrors()) {
                await().until(() -> !kept.faults.isEmpty());
                assertThat(kept.faults.getFirst()).isInstanceOf(IOException.class);
            }
            try (DatagramSocket peer = new DatagramSocket(new InetSocketAddress(address, 0))) {
                say(peer, socket, "it goes on");
                await().until(() -> kept.datagrams.contains("it goes on"));
            }
            assertThat(kept.faults.isEmpty()).isEqualTo(kind == Kind.NIO);
        }
    }

    /// Of NIO it is free with the loop's next look at its sockets.
    @ParameterizedTest
    @EnumSource(Kind.class)
    void aPortThatSomebodyHasIsToldAndAClosedOneIsFree(Kind kind) throws Exception {
        MediaTransport transport = kind.open();
        EventLoop loop = loop(transport);
        MediaSocket first = open(transport, loop, FOUR, false, new Kept());
        var again = new MediaTransport.Asked(first.local(), 0, false, new Kept());
        assertThat(transport.open(loop, List.of(again)).getFirst())
                .isInstanceOfSatisfying(
                        MediaTransport.Opened.Failed.class,
                        failed -> assertThat(failed.anywhere()).isFalse());
        CountDownLatch closed = new CountDownLatch(1);
        on(loop, () -> first.close(closed::countDown));
        assertThat(closed.await(5, TimeUnit.SECONDS)).isTrue();
        if (kind == Kind.NIO) {
            await().until(() -> transport.open(loop, List.of(again)).getFirst() instanceof MediaTransport.Opened.Bound);
        } else {
            assertThat(transport.open(loop, List.of(again)).getFirst()).isInstanceOf(MediaTransport.Opened.Bound.class);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aReaderThatThrowsLosesThatDatagramAlone(Kind kind) throws Exception {
        MediaTransport transport = kind.open();
        EventLoop loop = loop(transport);
        Kept kept = new Kept();
        kept.throwing = true;
        MediaSocket socket = open(transport, loop, FOUR, false, kept);
        try (DatagramSocket peer = new DatagramSocket(new InetSocketAddress(FOUR, 0))) {
            say(peer, socket, "lost");
            say(peer, socket, "heard");
            await().until(() -> kept.datagrams.contains("heard"));
            assertThat(kept.faults).singleElement().isInstanceOf(IllegalStateException.class);
        }
    }

    /// A wake-up that is lost once is lost for good: from then on each task waits until the loop looks after itself.
    @ParameterizedTest
    @EnumSource(Kind.class)
    void noWakeUpIsLostHoweverManyThreadsAskAtOnce(Kind kind) throws Exception {
        EventLoop loop = loop(kind.open());
        long startNanos = System.nanoTime();
        for (int burst = 0; burst < 20; burst++) {
            CountDownLatch ran = new CountDownLatch(4 * 2_000);
            for (int thread = 0; thread < 4; thread++) {
                Thread.ofPlatform().daemon().start(() -> {
                    for (int i = 0; i < 2_000; i++) {
                        loop.execute(ran::countDown);
                    }
                });
            }
            assertThat(ran.await(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isLessThan(Duration.ofSeconds(10));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whateverAReaderThrowsTheLoopGoesOn(Kind kind) throws Exception {
        MediaTransport transport = kind.open();
        EventLoop loop = loop(transport);
        Kept kept = new Kept();
        List<Throwable> told = new CopyOnWriteArrayList<>();
        MediaSocket bad = open(transport, loop, FOUR, false, new MediaSocket.Reader() {
            @Override
            public void received(ByteBuf datagram, InetSocketAddress sender, boolean cutOff) {
                if (kind != Kind.SYSTEM_CALLS) {
                    datagram.release(); // of these nobody looks whether it was
                }
                throw new OutOfMemoryError("of the test");
            }

            @Override
            public void passed(ByteBuf datagram, InetSocketAddress sender, long arrivalNanos) {
                throw new AssertionError("nothing is lent");
            }

            @Override
            public void drained() {}

            @Override
            public void failed(Throwable cause) {
                told.add(cause);
            }
        });
        MediaSocket good = open(transport, loop, FOUR, false, kept);
        try (DatagramSocket peer = new DatagramSocket(new InetSocketAddress(FOUR, 0))) {
            say(peer, bad, "lost");
            // what was thrown, and that the datagram was not given back
            await().until(() -> told.size() == (kind == Kind.SYSTEM_CALLS ? 2 : 1));
            assertThat(told.getFirst()).isInstanceOf(OutOfMemoryError.class);
            say(peer, good, "heard");
            await().until(() -> kept.datagrams.contains("heard"));
        }
    }

    /// Tasks and timers wake the loop while no socket does.
    @ParameterizedTest
    @EnumSource(Kind.class)
    void theLoopWakesForTasksAndTimers(Kind kind) throws Exception {
        EventLoop loop = loop(kind.open());
        for (int i = 0; i < 1_000; i++) {
            on(loop, () -> {});
        }
        CountDownLatch rung = new CountDownLatch(20);
        for (int i = 1; i <= 20; i++) {
            var _ = loop.schedule(rung::countDown, i, TimeUnit.MILLISECONDS);
        }
        assertThat(rung.await(5, TimeUnit.SECONDS)).isTrue();
    }

    /// Where somebody gave the sockets of this machine more room than usual, more may wait in a stall.
    @Test
    void allThatWaitsIsTakenInHoweverMuchRoomASocketHas() throws Exception {
        int bufferForced = 33; // SO_RCVBUFFORCE
        int many = 2_000;
        MediaTransport transport = Kind.SYSTEM_CALLS.open();
        EventLoop loop = loop(transport);
        Kept kept = new Kept();
        EpollSocket socket = (EpollSocket) open(transport, loop, FOUR, false, kept);
        try (Arena arena = Arena.ofConfined();
                DatagramSocket party = new DatagramSocket(new InetSocketAddress(FOUR, 0))) {
            MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_INT, 4 << 20);
            int set = new Posix(arena)
                    .option(socket.descriptor(), EpollSocket.LEVEL_SOCKET, bufferForced, bytes, Integer.BYTES);
            assertThat(set).as("run the tests as root").isZero();
            on(loop, () -> {
                for (int i = 0; i < many; i++) {
                    say(party, socket, String.valueOf(i));
                }
                assertThat(socket.takeIn()).isTrue();
                assertThat(kept.datagrams).hasSize(many);
            });
        }
        assertThat(kept.datagrams.getLast()).isEqualTo(String.valueOf(many - 1));
        socket.close(() -> {});
    }

    /// Else who sends as fast as we read would have the loop for himself.
    @Test
    void whatComesWhileItIsTakenInEndsSomeTime() throws Exception {
        MediaTransport transport = Kind.SYSTEM_CALLS.open();
        EventLoop loop = loop(transport);
        Kept kept = new Kept();
        MediaSocket socket = open(transport, loop, FOUR, false, kept);
        try (DatagramSocket party = new DatagramSocket(new InetSocketAddress(FOUR, 0))) {
            kept.atEach = () -> say(party, socket, "one more");
            on(loop, () -> {
                say(party, socket, "the first");
                assertThat(socket.takeIn()).isTrue();
                kept.atEach = () -> {};
            });
        }
        assertThat(kept.datagrams).hasSizeBetween(300, 10_000);
        socket.close(() -> {});
    }
}
