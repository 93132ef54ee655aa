package org.koegura.server;

import java.io.Closeable;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Asks a SIP port by OPTIONS, again and again until closed, whether anybody listens there or not.
public final class Prober implements Closeable {

    private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int ANSWER_MILLIS_MAX = 5_000;
    private static final int SILENCE_MILLIS = 300;

    private final DatagramSocket socket;
    private final InetSocketAddress to;
    private final AtomicInteger asked = new AtomicInteger();

    private Prober(DatagramSocket socket, InetSocketAddress to) {
        this.socket = socket;
        this.to = to;
    }

    static Prober start(InetSocketAddress to) throws IOException {
        Prober prober = new Prober(new DatagramSocket(0, InetAddress.getLoopbackAddress()), to);
        Thread.ofVirtual().name("prober").start(prober::askUntilClosed);
        return prober;
    }

    /// The first answer.
    public static @Nullable String ask(InetSocketAddress to) throws IOException {
        try (Prober prober = start(to)) {
            return prober.answer(ANSWER_MILLIS_MAX);
        }
    }

    /// How often it has asked.
    int asked() {
        return asked.get();
    }

    /// What has been answered; null where nothing has.
    @Nullable
    String answer() throws IOException {
        return answer(SILENCE_MILLIS);
    }

    private @Nullable String answer(int waitMillis) throws IOException {
        socket.setSoTimeout(waitMillis);
        DatagramPacket answer = new DatagramPacket(new byte[4096], 4096);
        try {
            socket.receive(answer);
        } catch (SocketTimeoutException nobody) {
            return null;
        }
        return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.US_ASCII);
    }

    private void askUntilClosed() {
        while (!socket.isClosed()) {
            byte[] options = options(asked.incrementAndGet());
            try {
                socket.send(new DatagramPacket(options, options.length, to));
            } catch (IOException closed) {
                return;
            }
            LockSupport.parkNanos(EVERY_NANOS);
        }
    }

    private byte[] options(int number) {
        String here = "127.0.0.1:" + socket.getLocalPort();
        String there = "sip:127.0.0.1:" + to.getPort();
        return String.join(
                        "\r\n",
                        "OPTIONS " + there + " SIP/2.0",
                        "Via: SIP/2.0/UDP " + here + ";branch=z9hG4bK" + socket.getLocalPort() + "x" + number,
                        "Max-Forwards: 70",
                        "From: <sip:probe@" + here + ">;tag=1",
                        "To: <" + there + ">",
                        "Call-ID: probe-" + socket.getLocalPort() + "-" + number,
                        "CSeq: 1 OPTIONS",
                        "Content-Length: 0",
                        "",
                        "")
                .getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        socket.close();
    }
}
