package org.koegura.sipproxy;

import io.netty.util.NetUtil;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;

/// A peer that sends what it is told, byte by byte, and keeps what it gets. Repeats of what it has seen
/// are left out, unless a test asks for them.
final class SipPeer implements AutoCloseable {

    private static final String TRYING = "SIP/2.0 100 ";
    private static final int WAIT_MILLIS = 5_000;

    private final DatagramSocket socket;
    private final Deque<String> seen = new ArrayDeque<>();

    SipPeer() throws IOException {
        this("127.0.0.1");
    }

    /// @param host a loopback address
    SipPeer(String host) throws IOException {
        socket = new DatagramSocket(0, InetAddress.ofLiteral(host));
    }

    InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    /// Host and port as a URI writes them.
    String hostPort() {
        return NetUtil.toSocketAddressString(address());
    }

    void send(String message, InetSocketAddress to) {
        byte[] bytes = message.getBytes(StandardCharsets.ISO_8859_1);
        try {
            socket.send(new DatagramPacket(bytes, bytes.length, to));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The next message that was not seen before; it must begin with `start`. A 100 may come before any other response,
    /// where that takes longer than 200 ms (RFC 3261 §17.2.1).
    String receive(String start) {
        String message = receiveAny();
        while (message.startsWith(TRYING) && start.startsWith("SIP/2.0 ") && !start.startsWith(TRYING)) {
            message = receiveAny();
        }
        if (!message.startsWith(start)) {
            throw new AssertionError("expected " + start + " but got\n" + message);
        }
        return message;
    }

    private String receiveAny() {
        while (true) {
            String message = next(WAIT_MILLIS);
            if (message.isEmpty()) {
                throw new AssertionError("nothing came in " + WAIT_MILLIS + " ms");
            }
            if (!seen.contains(message)) {
                seen.add(message);
                return message;
            }
        }
    }

    /// The next message, repeats included, or the empty text where none comes in time.
    String next(int waitMillis) {
        byte[] buffer = new byte[65_535];
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        try {
            socket.setSoTimeout(waitMillis);
            socket.receive(packet);
            return new String(buffer, 0, packet.getLength(), StandardCharsets.ISO_8859_1);
        } catch (SocketTimeoutException e) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Header lines with their ends.
    static String lines(String... lines) {
        return String.join("\r\n", lines) + "\r\n";
    }

    /// All header lines of that name, without the name.
    static List<String> all(String message, String name) {
        String head = message.split("\r\n\r\n", 2)[0];
        return Arrays.stream(head.split("\r\n"))
                .filter(line -> line.startsWith(name + ": "))
                .map(line -> line.substring(name.length() + 2))
                .toList();
    }

    static String one(String message, String name) {
        return all(message, name).getFirst();
    }

    static String body(String message) {
        String[] parts = message.split("\r\n\r\n", 2);
        return parts.length < 2 ? "" : parts[1];
    }

    /// The response that a user agent sends: every Via and Record-Route, and the To with its tag.
    static String response(String request, String status, String toTag, String more, String body) {
        StringBuilder text = new StringBuilder("SIP/2.0 " + status + "\r\n");
        for (String name : List.of("Via", "Record-Route", "From", "Call-ID", "CSeq")) {
            text.append(all(request, name).stream()
                    .map(value -> name + ": " + value + "\r\n")
                    .collect(Collectors.joining()));
        }
        String to = one(request, "To");
        text.append("To: ").append(to).append(toTag.isEmpty() || to.contains("tag=") ? "" : ";tag=" + toTag);
        text.append("\r\n").append(more).append("Content-Length: ").append(body.length());
        return text.append("\r\n\r\n").append(body).toString();
    }

    @Override
    public void close() {
        socket.close();
    }
}
