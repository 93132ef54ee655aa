package org.koegura.sipproxy.transaction;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A telephone reduced to its socket: what it sends is written out, what it receives is kept as bytes.
final class Peer implements AutoCloseable {

    private static final int WAIT_MILLIS = 5_000;
    private static final int SILENCE_MILLIS = 300;
    private static final int DATAGRAMS_MAX = 100_000;

    private final DatagramSocket socket;

    Peer() throws IOException {
        socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
    }

    void send(String text, InetSocketAddress to) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        socket.send(new DatagramPacket(bytes, bytes.length, to));
    }

    /// The next datagram, waited for.
    String receive() throws IOException {
        return receive(WAIT_MILLIS);
    }

    /// Whether nothing comes for that long.
    boolean hearsNothing(int millis) throws IOException {
        try {
            receive(millis);
            return false;
        } catch (SocketTimeoutException silence) {
            return true;
        }
    }

    /// Forgets all that has come until nothing more comes.
    void hearAll() throws IOException {
        int heard = 0;
        while (!hearsNothing(SILENCE_MILLIS)) {
            if (++heard > DATAGRAMS_MAX) {
                throw new IOException("it never ends");
            }
        }
    }

    private String receive(int millis) throws IOException {
        socket.setSoTimeout(millis);
        DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
        socket.receive(packet);
        return new String(Arrays.copyOf(packet.getData(), packet.getLength()), StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        socket.close();
    }
}
