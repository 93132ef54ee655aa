package org.koegura.server.peer;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A relay of UDP between one party and the product, which does to what the party sends what a bad network does, and
/// keeps what it did.
///
/// ```
/// party → entry ~ lost, late, twice, overtaken ~ exit → product
/// party ←──────────── as it came ──────────────  exit ← product
/// ```
///
/// What happens to a packet follows from its number and the seed alone.
public final class ImpairedHop implements Closeable {

    private static final int DATAGRAM_BYTES_MAX = 65_535;
    private static final int SOCKET_BYTES = 1 << 20;

    private final DatagramSocket entry = socket();
    private final DatagramSocket exit = socket();
    private final Impairment impairment;
    private final DelayQueue<Late> onTheWay = new DelayQueue<>();

    /// Guards the lists and counts below.
    private final Object lock = new Object();

    private final List<byte[]> passed = new ArrayList<>();
    private final List<byte[]> lost = new ArrayList<>();
    private final List<byte[]> returned = new ArrayList<>();
    private int taken;
    private int owed;
    private volatile @Nullable InetSocketAddress party;
    private volatile @Nullable InetSocketAddress product;

    /// A packet that leaves when its time has come; of two at the same time the first that came.
    private static final class Late implements Delayed {
        final byte[] packet;
        final long dueNanos;
        final int number;

        Late(byte[] packet, long dueNanos, int number) {
            this.packet = packet;
            this.dueNanos = dueNanos;
            this.number = number;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(dueNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            Late than = (Late) other;
            int byTime = Long.compare(dueNanos - than.dueNanos, 0);
            return byTime == 0 ? Integer.compare(number, than.number) : byTime;
        }
    }

    private ImpairedHop(Impairment impairment) {
        this.impairment = impairment;
        Thread.ofVirtual().name("hop-entry").start(this::takeIn);
        Thread.ofVirtual().name("hop-exit").start(this::giveBack);
        Thread.ofPlatform().daemon().name("hop-clock").start(this::letGo);
    }

    /// One that leads nowhere yet.
    public static ImpairedHop of(Impairment impairment) {
        return new ImpairedHop(impairment);
    }

    /// Where what is left of the party's packets goes. Before, all of them are lost.
    public void leadTo(InetSocketAddress port) {
        product = port;
    }

    private static DatagramSocket socket() {
        try {
            DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
            socket.setReceiveBufferSize(SOCKET_BYTES);
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Where the party sends to.
    public InetSocketAddress entry() {
        return (InetSocketAddress) entry.getLocalSocketAddress();
    }

    /// The party, as the product sees it.
    public InetSocketAddress exit() {
        return (InetSocketAddress) exit.getLocalSocketAddress();
    }

    /// What was sent to the product, in its order; what was sent twice stands there twice.
    public List<byte[]> passed() {
        synchronized (lock) {
            return List.copyOf(passed);
        }
    }

    /// What never arrives.
    public List<byte[]> lost() {
        synchronized (lock) {
            return List.copyOf(lost);
        }
    }

    /// What came from the product, in its order.
    public List<byte[]> returned() {
        synchronized (lock) {
            return List.copyOf(returned);
        }
    }

    /// Whether that many packets of the party came, and none of them is still on its way.
    public boolean hasTaken(int packets) {
        synchronized (lock) {
            return taken == packets && owed == 0;
        }
    }

    private void takeIn() {
        byte[] room = new byte[DATAGRAM_BYTES_MAX];
        while (!entry.isClosed()) {
            DatagramPacket datagram = receive(entry, room);
            if (datagram != null) {
                byte[] packet = Arrays.copyOf(room, datagram.getLength());
                party = (InetSocketAddress) datagram.getSocketAddress();
                decide(packet, System.nanoTime());
            }
        }
    }

    private void decide(byte[] packet, long nowNanos) {
        synchronized (lock) {
            int number = taken++;
            Impairment.Fate fate = impairment.of(number);
            if (fate.lost() || product == null) {
                lost.add(packet);
                return;
            }
            owed += fate.twice() ? 2 : 1;
            onTheWay.add(new Late(packet, nowNanos + fate.firstNanos(), number));
            if (fate.twice()) {
                onTheWay.add(new Late(packet, nowNanos + fate.secondNanos(), number));
            }
        }
    }

    private void letGo() {
        try {
            while (!exit.isClosed()) {
                Late next = onTheWay.poll(100, TimeUnit.MILLISECONDS);
                InetSocketAddress to = product;
                if (next != null && to != null) {
                    send(exit, next.packet, to);
                    synchronized (lock) {
                        passed.add(next.packet);
                        owed--;
                    }
                }
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void giveBack() {
        byte[] room = new byte[DATAGRAM_BYTES_MAX];
        while (!exit.isClosed()) {
            DatagramPacket datagram = receive(exit, room);
            InetSocketAddress to = party;
            if (datagram != null) {
                byte[] packet = Arrays.copyOf(room, datagram.getLength());
                synchronized (lock) {
                    returned.add(packet);
                }
                if (to != null) {
                    send(entry, packet, to);
                }
            }
        }
    }

    /// Null where an ICMP error of an earlier packet, or the end, came instead.
    private static @Nullable DatagramPacket receive(DatagramSocket socket, byte[] room) {
        DatagramPacket datagram = new DatagramPacket(room, room.length);
        try {
            socket.receive(datagram);
            return datagram;
        } catch (IOException none) {
            return null;
        }
    }

    private static void send(DatagramSocket from, byte[] packet, InetSocketAddress to) {
        try {
            from.send(new DatagramPacket(packet, packet.length, to));
        } catch (IOException gone) {
            // the party hung up, or the hop is closed: as on any network, nobody is told
        }
    }

    @Override
    public void close() {
        entry.close();
        exit.close();
    }
}
