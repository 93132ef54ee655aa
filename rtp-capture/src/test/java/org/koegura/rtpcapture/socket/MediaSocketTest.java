package org.koegura.rtpcapture.socket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.io.IOException;
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

/// What a socket of the packet path promises, of either transport.
class MediaSocketTest {

    private static final InetAddress FOUR = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress SIX = InetAddress.ofLiteral("::1");

    /// Which transport.
    enum Kind {
        SYSTEM_CALLS,
        CHANNELS;

        MediaTransport open() {
            return this == SYSTEM_CALLS ? new EpollTransport(null) : ChannelTransport.best();
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
        final List<Throwable> faults = new CopyOnWriteArrayList<>();
        volatile @Nullable MediaSocket answers;
        volatile boolean throwing;
        volatile @Nullable Runnable atFirst;

        @Override
        public void received(ByteBuf datagram, InetSocketAddress sender, boolean cutOff) {
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
            datagrams.add(datagram.toString(US_ASCII));
            senders.add(sender);
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

    private static void say(DatagramSocket from, MediaSocket to, String text) throws IOException {
        byte[] bytes = text.getBytes(US_ASCII);
        from.send(new DatagramPacket(bytes, bytes.length, to.local()));
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

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aConnectedSocketReadsWhatWaitedWithItsSenderAndThenItsPeerAlone(Kind kind) throws Exception {
        MediaTransport transport = kind.open();
        EventLoop loop = loop(transport);
        Kept kept = new Kept();
        MediaSocket socket = open(transport, loop, FOUR, false, kept);
        try (DatagramSocket peer = new DatagramSocket(new InetSocketAddress(FOUR, 0));
                DatagramSocket stranger = new DatagramSocket(new InetSocketAddress(FOUR, 0))) {
            CountDownLatch wait = new CountDownLatch(1);
            kept.atFirst = () -> {
                boolean _ = socket.connect((InetSocketAddress) peer.getLocalSocketAddress());
            };
            loop.execute(() -> {
                try {
                    assertThat(wait.await(5, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
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

    /// A keepalive (RFC 6263 §4.1) is no end of what there is to read.
    @Test
    void anEmptyDatagramHoldsUpNoneBehindIt() throws Exception {
        MediaTransport transport = new EpollTransport(null);
        EventLoop loop = loop(transport);
        Kept kept = new Kept();
        MediaSocket socket = open(transport, loop, FOUR, false, kept);
        try (DatagramSocket peer = new DatagramSocket(new InetSocketAddress(FOUR, 0))) {
            on(loop, () -> {
                boolean _ = socket.connect((InetSocketAddress) peer.getLocalSocketAddress());
            });
            CountDownLatch wait = new CountDownLatch(1);
            loop.execute(() -> {
                try {
                    assertThat(wait.await(5, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            for (String text : List.of("a", "", "b", "", "", "c")) {
                say(peer, socket, text);
            }
            wait.countDown();
            await().until(() -> kept.datagrams.size() == 6);
            assertThat(kept.datagrams).containsExactly("a", "", "b", "", "", "c");
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aClosedPortIsHeardOfBeforeAnybodySent(Kind kind) throws Exception {
        MediaTransport transport = kind.open();
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
            await().until(() -> !kept.faults.isEmpty());
            assertThat(kept.faults.getFirst()).isInstanceOf(IOException.class);
        }
    }

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
        assertThat(transport.open(loop, List.of(again)).getFirst()).isInstanceOf(MediaTransport.Opened.Bound.class);
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
    @Test
    void noWakeUpIsLostHoweverManyThreadsAskAtOnce() throws Exception {
        EventLoop loop = loop(new EpollTransport(null));
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

    @Test
    void whateverAReaderThrowsTheLoopGoesOn() throws Exception {
        MediaTransport transport = new EpollTransport(null);
        EventLoop loop = loop(transport);
        Kept kept = new Kept();
        List<Throwable> told = new CopyOnWriteArrayList<>();
        MediaSocket bad = open(transport, loop, FOUR, false, new MediaSocket.Reader() {
            @Override
            public void received(ByteBuf datagram, InetSocketAddress sender, boolean cutOff) {
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
            await().until(() -> told.size() == 2); // what was thrown, and that the datagram was not given back
            say(peer, good, "heard");
            await().until(() -> kept.datagrams.contains("heard"));
        }
    }

    /// Tasks and timers wake the loop while no socket does.
    @Test
    void theLoopWakesForTasksAndTimers() throws Exception {
        MediaTransport transport = new EpollTransport(null);
        EventLoop loop = loop(transport);
        for (int i = 0; i < 1_000; i++) {
            on(loop, () -> {});
        }
        CountDownLatch rung = new CountDownLatch(20);
        for (int i = 1; i <= 20; i++) {
            var _ = loop.schedule(rung::countDown, i, TimeUnit.MILLISECONDS);
        }
        assertThat(rung.await(5, TimeUnit.SECONDS)).isTrue();
    }
}
