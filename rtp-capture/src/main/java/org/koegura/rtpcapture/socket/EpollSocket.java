package org.koegura.rtpcapture.socket;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.koegura.rtpcapture.kernel.LentFlows;
import org.koegura.rtpcapture.kernel.Passage;
import org.koegura.rtpcapture.kernel.Route;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A socket as the kernel has it.
///
/// What is received lies in the one room of its event loop until the reader returns; what is sent is sent at once.
final class EpollSocket implements MediaSocket, LentFlows.Borrower {

    private static final Logger LOG = LoggerFactory.getLogger(EpollSocket.class);

    static final int LEVEL_SOCKET = 1;
    private static final int SO_RCVBUF = 8;
    private static final int LEVEL_IP = 0;
    private static final int IP_TOS = 1;
    private static final int IP_RECVERR = 11;
    private static final int LEVEL_IPV6 = 41;
    private static final int IPV6_RECVERR = 25;
    private static final int IPV6_V6ONLY = 26;
    private static final int IPV6_TCLASS = 67;

    /// Datagrams that are read in a turn while the socket is emptied for its peer: of strangers, so that they get no
    /// more of the loop than a party does.
    private static final int READS_MAX = 64;

    /// The kernel charges a socket's buffer with more than this for each datagram that waits, however short: its own
    /// words for one (`sk_buff`, `skb_shared_info`) are longer.
    private static final int BUFFER_BYTES_EACH_MIN = 512;

    private static final int NOT_LENT = -1;

    private final EpollHandler handler;
    private final int fd;
    private final InetSocketAddress local;
    private final int typeOfService;
    private final Reader reader;
    private final Arena arena = Arena.ofAuto();

    private boolean open = true;
    private boolean connected;

    /// Whether datagrams may wait that came before the socket was connected.
    private boolean emptying;

    /// The last sender, as an object and as the kernel says it: a party's packets make no new one.
    private @Nullable InetSocketAddress sender;

    private final MemorySegment senderRaw = arena.allocate(SocketAddresses.BYTES_MAX, 8);

    private @Nullable InetSocketAddress destination;
    private MemorySegment destinationRaw = MemorySegment.NULL;

    /// The number of the flow that is lent; -1 while none is.
    private int lentAs = NOT_LENT;

    /// Whose it is or was last: what was just under way when it was recalled is his.
    private @Nullable InetSocketAddress lentFrom;

    private EpollSocket(EpollHandler handler, int fd, MediaTransport.Asked asked) {
        this.handler = handler;
        this.fd = fd;
        this.local = asked.address();
        this.typeOfService = asked.typeOfService();
        this.reader = asked.reader();
    }

    /// On any thread; does not wait.
    static EpollSocket open(EpollHandler handler, MediaTransport.Asked asked) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            Posix posix = new Posix(arena);
            InetSocketAddress address = asked.address();
            boolean six = address.getAddress() instanceof Inet6Address;
            int fd = posix.socket(SocketAddresses.family(address.getAddress()));
            if (fd < 0) {
                throw new IOException("the system gives no socket: error " + -fd);
            }
            int level = six ? LEVEL_IPV6 : LEVEL_IP;
            if (six) {
                set(posix, fd, arena, level, IPV6_V6ONLY, 1);
            }
            set(posix, fd, arena, level, six ? IPV6_TCLASS : IP_TOS, asked.typeOfService());
            if (asked.tellsErrors()) {
                set(posix, fd, arena, level, six ? IPV6_RECVERR : IP_RECVERR, 1);
            }
            int bound = posix.bind(fd, SocketAddresses.write(arena, address), SocketAddresses.bytes(address));
            if (bound < 0) {
                int _ = posix.close(fd);
                throw new BindException(address + " cannot be bound: error " + -bound);
            }
            EpollSocket socket = new EpollSocket(handler, fd, asked);
            try {
                handler.add(socket);
            } catch (IOException notWatched) {
                int _ = posix.close(fd);
                throw notWatched;
            }
            return socket;
        }
    }

    private static void set(Posix posix, int fd, Arena arena, int level, int option, int value) {
        int _ = posix.option(fd, level, option, arena.allocateFrom(ValueLayout.JAVA_INT, value), Integer.BYTES);
    }

    int descriptor() {
        return fd;
    }

    /// The kernel says that something is there.
    void ready(int events) {
        if ((events & Posix.EPOLLERR) != 0) {
            int errors = IcmpErrors.empty(fd);
            if (errors > 0) {
                reader.failed(new IOException("an ICMP error came back"));
            }
        }
        if ((events & (Posix.EPOLLIN | Posix.EPOLLERR)) != 0) {
            boolean more = receive();
            for (int reads = 1; more && emptying && open && reads < READS_MAX; reads++) {
                more = receive();
            }
            reader.drained();
        }
    }

    @Override
    public boolean takeIn() {
        if (handler.isHanding()) {
            return false;
        }
        int missed = 0; // an error that came back is told once, before what waits behind it
        int waiting = waitingMax();
        for (int reads = 0; missed < 2 && reads < waiting; reads++) {
            missed = receive() ? 0 : missed + 1;
        }
        reader.drained();
        return true;
    }

    /// So many may wait at this moment. Who sends as fast as we read gets no more of the loop than that: what comes
    /// now comes afterwards.
    private int waitingMax() {
        return Math.ceilDiv(handler.posix().option(fd, LEVEL_SOCKET, SO_RCVBUF), BUFFER_BYTES_EACH_MIN);
    }

    /// Reads one datagram; returns whether there was one.
    private boolean receive() {
        if (!open) {
            return false;
        }
        boolean known = connected && !emptying;
        long got = known
                ? handler.posix()
                        .recv(fd, handler.room().address(), EpollHandler.DATAGRAM_BYTES_MAX, Posix.MSG_DONTWAIT)
                : receiveFrom();
        if (got >= 0) {
            InetSocketAddress from = known ? peer() : sender();
            handler.hands(true);
            try {
                reader.received(handler.received((int) got), from, false);
            } catch (RuntimeException fault) { // it fails this datagram alone
                boolean _ = handler.renewed();
                reader.failed(fault);
            } finally {
                handler.hands(false);
            }
            return true;
        }
        if (got == -Posix.EAGAIN) {
            emptying = false;
        } else if (got != -Posix.EINTR) {
            reader.failed(new IOException("error " + -got + " on a socket")); // ECONNREFUSED and its like: ICMP
        }
        return false;
    }

    private long receiveFrom() {
        handler.senderBytes().set(ValueLayout.JAVA_INT, 0, SocketAddresses.BYTES_MAX);
        return handler.posix()
                .recvfrom(
                        fd,
                        handler.room().address(),
                        EpollHandler.DATAGRAM_BYTES_MAX,
                        Posix.MSG_DONTWAIT,
                        handler.sender().address(),
                        handler.senderBytes().address());
    }

    private InetSocketAddress peer() {
        InetSocketAddress to = destination;
        if (to == null) {
            throw new IllegalStateException("connected to nobody");
        }
        return to;
    }

    private InetSocketAddress sender() {
        int bytes = handler.senderBytes().get(ValueLayout.JAVA_INT, 0);
        InetSocketAddress last = sender;
        if (last != null && MemorySegment.mismatch(handler.sender(), 0, bytes, senderRaw, 0, bytes) < 0) {
            return last;
        }
        MemorySegment.copy(handler.sender(), 0, senderRaw, 0, bytes);
        InetSocketAddress fresh = SocketAddresses.read(senderRaw);
        sender = fresh;
        return fresh;
    }

    @Override
    public InetSocketAddress local() {
        return local;
    }

    @Override
    public boolean connect(InetSocketAddress peer) {
        address(peer);
        connected = handler.posix().connect(fd, destinationRaw, SocketAddresses.bytes(peer)) == 0;
        emptying = connected;
        return connected;
    }

    @Override
    public boolean lend(MediaSocket via, Passage passage) {
        LentFlows flows = handler.flows();
        if (flows == null || isLent() || !(via instanceof EpollSocket out)) {
            return false;
        }
        if (!isForOne() || !out.isForOne()) {
            return false;
        }
        Route route = new Route(peer(), local, out.local, out.peer(), out.typeOfService);
        lentFrom = peer();
        lentAs = flows.lend(route, passage, this);
        emptying |= isLent(); // what came in the moment of it is read in this turn, before the kernel's
        return isLent();
    }

    @Override
    public boolean isEmpty() {
        int flags = Posix.MSG_DONTWAIT | Posix.MSG_PEEK;
        return handler.posix().recv(fd, handler.room().address(), 0, flags) == -Posix.EAGAIN;
    }

    private boolean isForOne() {
        return open && connected && !emptying;
    }

    @Override
    public boolean recall() {
        LentFlows flows = handler.flows();
        if (flows == null || !isLent()) {
            return false;
        }
        int had = lentAs;
        lentAs = NOT_LENT;
        flows.recall(had);
        return true;
    }

    private boolean isLent() {
        return lentAs != NOT_LENT;
    }

    @Override
    public void recalled() {
        lentAs = NOT_LENT;
    }

    @Override
    public void passed(long arrivalNanos, MemorySegment ring, long packet, int bytes) {
        try {
            InetSocketAddress from = Objects.requireNonNull(lentFrom, "passed, and never lent");
            reader.passed(handler.passed(ring, packet, bytes), from, arrivalNanos);
        } catch (Throwable fault) { // it fails this packet alone: the other calls of the loop go on
            broken(fault);
        }
        if (handler.passedRenewed()) {
            broken(new IllegalStateException("a packet was kept, or released twice"));
        }
    }

    @Override
    public void disconnect() {
        boolean _ = recall();
        connected = false;
        try (Arena own = Arena.ofConfined()) { // AF_UNSPEC dissolves it, connect(2); the local port stays
            MemorySegment nobody = own.allocate(SocketAddresses.BYTES_MAX, 8);
            int _ = handler.posix().connect(fd, nobody, SocketAddresses.BYTES_MAX);
        }
    }

    @Override
    public boolean isWritable() {
        return open;
    }

    @Override
    public boolean send(ByteBuf datagram, @Nullable InetSocketAddress to) {
        int bytes = datagram.readableBytes();
        try {
            long from = handler.place(datagram);
            if (to != null && !to.equals(destination)) {
                address(to);
            }
            long sent = send(from, bytes, to);
            if (isOfAnEarlierOne(sent)) { // told once, and by the error queue, where it is asked for; this one goes
                sent = send(from, bytes, to);
            }
            return sent >= 0;
        } finally {
            datagram.release();
        }
    }

    private long send(long from, int bytes, @Nullable InetSocketAddress to) {
        return to == null
                ? handler.posix().send(fd, from, bytes)
                : handler.posix().sendto(fd, from, bytes, destinationRaw.address(), SocketAddresses.bytes(to));
    }

    /// Whether the kernel tells an ICMP error that an earlier datagram met.
    private static boolean isOfAnEarlierOne(long sent) {
        return sent == -Posix.ECONNREFUSED || sent == -Posix.EHOSTUNREACH || sent == -Posix.ENETUNREACH;
    }

    private void address(InetSocketAddress to) {
        destination = to;
        destinationRaw = SocketAddresses.write(arena, to); // a party moves seldom
    }

    @Override
    public void flush() {
        // it is sent already
    }

    @Override
    public void close(Runnable closed) {
        handler.onLoop(() -> {
            if (open) {
                boolean _ = recall();
                open = false;
                handler.remove(this);
                int _ = handler.posix().close(fd);
            }
            closed.run();
        });
    }

    /// Something was thrown that nobody caught. It is told, as far as that can be.
    void broken(Throwable fault) {
        try {
            reader.failed(fault);
        } catch (RuntimeException | Error again) {
            LOG.error("media.reader.failed", again);
        }
    }
}
