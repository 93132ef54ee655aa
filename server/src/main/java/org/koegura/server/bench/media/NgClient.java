package org.koegura.server.bench.media;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.koegura.server.bench.BenchFault;

/// Gives rtpengine orders by its control protocol ng: a cookie and a dictionary in one datagram each way. What is asked
/// again bears the same cookie, and is answered again without being done again.
///
/// Belongs to one thread.
final class NgClient implements AutoCloseable {

    private static final int ANSWER_MILLIS_MAX = 500;
    private static final int ASKED_MAX = 4;
    private static final int STRAYS_MAX = 16;
    private static final int ANSWER_BYTES_MAX = 65_535;

    private final DatagramSocket socket;
    private int cookies;

    private NgClient(DatagramSocket socket) {
        this.socket = socket;
    }

    /// @param port of 127.0.0.1, where it takes orders
    static NgClient open(int port) throws BenchFault {
        try {
            DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.setSoTimeout(ANSWER_MILLIS_MAX);
            return new NgClient(socket);
        } catch (IOException e) {
            throw new BenchFault("no socket for rtpengine's orders: " + e.getMessage(), e);
        }
    }

    /// Whether it answers.
    boolean answers() {
        try {
            return "pong".equals(ask(Map.of("command", "ping")).get("result"));
        } catch (BenchFault notYet) {
            return false;
        }
    }

    /// @return its answer, which says `ok`
    /// @throws BenchFault where it does not answer or says no
    Map<?, ?> order(Map<String, Object> order) throws BenchFault {
        Map<?, ?> answer = ask(order);
        if (!"ok".equals(answer.get("result"))) {
            throw new BenchFault(
                    "rtpengine refused an order (" + order.get("command") + "): " + answer.get("error-reason"));
        }
        return answer;
    }

    private Map<?, ?> ask(Map<String, Object> order) throws BenchFault {
        String cookie = "bench-" + cookies++;
        byte[] asked = (cookie + " " + Bencode.write(order)).getBytes(StandardCharsets.ISO_8859_1);
        try {
            for (int time = 0; time < ASKED_MAX; time++) {
                socket.send(new DatagramPacket(asked, asked.length));
                try {
                    return answer(cookie);
                } catch (SocketTimeoutException again) {
                    // its answer, or the order, was lost
                }
            }
            throw new BenchFault("rtpengine does not answer");
        } catch (IOException | IllegalArgumentException e) {
            throw new BenchFault("rtpengine does not answer as expected: " + e.getMessage(), e);
        }
    }

    private Map<?, ?> answer(String cookie) throws IOException {
        for (int stray = 0; stray < STRAYS_MAX; stray++) {
            DatagramPacket packet = new DatagramPacket(new byte[ANSWER_BYTES_MAX], ANSWER_BYTES_MAX);
            socket.receive(packet);
            String text = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.ISO_8859_1);
            if (text.startsWith(cookie + " ")
                    && Bencode.read(text.substring(cookie.length() + 1)) instanceof Map<?, ?> answer) {
                return answer;
            }
        }
        throw new SocketTimeoutException("nothing but strays");
    }

    @Override
    public void close() {
        socket.close();
    }
}
