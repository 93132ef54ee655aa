package org.koegura.server.demo;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.koegura.audio.G711;

/// One telephone's side of the speech (RFC 3550, RFC 3551): PCMU, 20 ms a packet, silence where nothing is said.
///
/// Sends from when the far end is known until it is closed; keeps what it hears on the sender's timeline, at most
/// [#HEARD_SECONDS_MAX]. One virtual thread sends, one receives, one empties the RTCP port;
/// reports of what was received go out every 2.5 s.
final class RtpTalk implements AutoCloseable {

    static final int RATE_HZ = 8000;
    static final int HEARD_SECONDS_MAX = 600;

    private static final int PACKET_SAMPLES = 160;
    private static final long PACKET_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int HEADER_BYTES = 12;
    private static final int PCMU = 0;
    /// One report every 5 s, the least interval of RFC 3550 §6.2, shortened to 2.5 s so that one covers the notice.
    private static final int PACKETS_PER_REPORT = 125;

    private static final int PAIR_TRIES_MAX = 100;

    private final DatagramSocket rtp;
    private final DatagramSocket rtcp;
    private final int ssrc;
    private int sequence;
    private int timestamp;
    private final BlockingQueue<short[]> toSay = new LinkedBlockingQueue<>(16);
    private volatile @Nullable InetSocketAddress farEnd;
    private final Heard heard = new Heard();
    private final Reception reception = new Reception();
    private int packetsSent;

    RtpTalk(InetAddress address, RandomGenerator random) throws IOException {
        DatagramSocket[] pair = pair(address);
        rtp = pair[0];
        rtcp = pair[1];
        ssrc = random.nextInt();
        sequence = random.nextInt() & 0xFFFF;
        timestamp = random.nextInt();
    }

    /// Begins to listen; what arrives before [#talkTo] is heard too.
    void listen() {
        Thread.ofVirtual().name("demo-rtp-in").start(() -> receive(rtp, this::take));
        Thread.ofVirtual().name("demo-rtcp-in").start(() -> receive(rtcp, (report, length) -> {}));
    }

    /// An even port for RTP and the next one for RTCP (RFC 3550 §11).
    private static DatagramSocket[] pair(InetAddress address) throws IOException {
        for (int i = 0; i < PAIR_TRIES_MAX; i++) {
            DatagramSocket first = new DatagramSocket(0, address);
            if (first.getLocalPort() % 2 == 0) {
                try {
                    return new DatagramSocket[] {first, new DatagramSocket(first.getLocalPort() + 1, address)};
                } catch (SocketException taken) {
                    // the odd neighbour is somebody else's: another try
                }
            }
            first.close();
        }
        throw new IOException("no two neighbouring UDP ports are free on " + address.getHostAddress());
    }

    int port() {
        return rtp.getLocalPort();
    }

    /// Starts to send to the far end, first silence.
    void talkTo(InetSocketAddress address) {
        boolean first = farEnd == null;
        farEnd = address;
        if (first) {
            Thread.ofVirtual().name("demo-rtp-out").start(this::send);
        }
    }

    /// Queues speech at 8000 Hz; returns at once.
    void say(short[] samples) {
        if (!toSay.offer(samples)) {
            throw new IllegalStateException("too much to say");
        }
    }

    /// All that was heard until now, at 8000 Hz.
    short[] heard() {
        return heard.copy();
    }

    private void take(byte[] packet, int bytes) {
        if (bytes <= HEADER_BYTES || (packet[0] & 0xFF) != 0x80 || (packet[1] & 0x7F) != PCMU) {
            return;
        }
        ByteBuffer header = ByteBuffer.wrap(packet);
        reception.take(header.getInt(8), header.getShort(2) & 0xFFFF, header.getInt(4), System.nanoTime());
        heard.take(packet, bytes);
    }

    private void send() {
        long dueNanos = System.nanoTime();
        short[] saying = {};
        int said = 0;
        boolean first = true;
        while (!rtp.isClosed()) {
            if (said >= saying.length) {
                short[] next = toSay.poll();
                saying = next == null ? new short[] {} : next;
                said = 0;
            }
            sendPacket(payload(saying, said), first);
            first = false;
            said += PACKET_SAMPLES;
            if (++packetsSent % PACKETS_PER_REPORT == 0) {
                sendReport();
            }
            dueNanos += PACKET_NANOS;
            LockSupport.parkNanos(dueNanos - System.nanoTime());
        }
    }

    private static byte[] payload(short[] saying, int said) {
        byte[] payload = new byte[PACKET_SAMPLES];
        Arrays.fill(payload, G711.MU_LAW_SILENCE);
        int count = Math.clamp(saying.length - (long) said, 0, PACKET_SAMPLES);
        byte[] speech = G711.encodeMuLaw(saying, said, said + count);
        System.arraycopy(speech, 0, payload, 0, count);
        return payload;
    }

    private void sendPacket(byte[] payload, boolean marker) {
        ByteBuffer packet = ByteBuffer.allocate(HEADER_BYTES + payload.length)
                .put((byte) 0x80)
                .put((byte) (marker ? 0x80 | PCMU : PCMU))
                .putShort((short) sequence)
                .putInt(timestamp)
                .putInt(ssrc)
                .put(payload);
        sequence = sequence + 1 & 0xFFFF;
        timestamp += PACKET_SAMPLES;
        send(rtp, packet.array(), farEnd);
    }

    /// To the port above the far end's, as it is where nothing else was agreed (RFC 3550 §11).
    private void sendReport() {
        InetSocketAddress far = farEnd;
        if (far != null) {
            byte[] report = reception.report(
                    ssrc,
                    Instant.now(),
                    timestamp,
                    packetsSent,
                    packetsSent * PACKET_SAMPLES,
                    "demo@" + rtp.getLocalPort());
            send(rtcp, report, new InetSocketAddress(far.getAddress(), far.getPort() + 1));
        }
    }

    private static void send(DatagramSocket socket, byte[] bytes, @Nullable InetSocketAddress to) {
        try {
            socket.send(new DatagramPacket(bytes, bytes.length, to));
        } catch (IOException e) {
            // the far end hung up, or we did: the next packet will tell
        }
    }

    /// Takes one datagram of `length` bytes.
    private interface Taker {
        void take(byte[] datagram, int length);
    }

    private static void receive(DatagramSocket socket, Taker taker) {
        byte[] buffer = new byte[2048];
        while (!socket.isClosed()) {
            DatagramPacket datagram = new DatagramPacket(buffer, buffer.length);
            try {
                socket.receive(datagram);
                taker.take(buffer, datagram.getLength());
            } catch (IOException e) {
                // an ICMP error of an earlier send, or closed
            }
        }
    }

    @Override
    public void close() {
        rtp.close();
        rtcp.close();
    }

    /// What arrived, laid out by RTP timestamp.
    private static final class Heard {

        private short[] samples = new short[RATE_HZ * 10];
        private int length;
        private boolean began;
        private int firstTimestamp;

        synchronized void take(byte[] packet, int bytes) {
            int at = ByteBuffer.wrap(packet).getInt(4);
            if (!began) {
                began = true;
                firstTimestamp = at;
            }
            int from = at - firstTimestamp;
            int count = bytes - HEADER_BYTES;
            if (from < 0 || from + count > HEARD_SECONDS_MAX * RATE_HZ) {
                return;
            }
            if (from + count > samples.length) {
                samples = Arrays.copyOf(samples, Math.max(from + count, samples.length * 2));
            }
            for (int i = 0; i < count; i++) {
                samples[from + i] = G711.muLawToLinear(packet[HEADER_BYTES + i]);
            }
            length = Math.max(length, from + count);
        }

        synchronized short[] copy() {
            return Arrays.copyOf(samples, length);
        }
    }
}
