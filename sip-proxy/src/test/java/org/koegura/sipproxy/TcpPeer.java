package org.koegura.sipproxy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/// A peer over TCP: listens at an address of its own, and talks over one connection, whoever opened it.
final class TcpPeer implements AutoCloseable {

    private static final int WAIT_MILLIS = 5_000;

    private final ServerSocket listener;
    private Socket socket;

    TcpPeer() throws IOException {
        this(InetAddress.getLoopbackAddress());
    }

    TcpPeer(InetAddress address) throws IOException {
        this(new ServerSocket(0, 5, address), new Socket());
    }

    private TcpPeer(ServerSocket listener, Socket socket) throws IOException {
        this.listener = listener;
        this.socket = socket;
        listener.setSoTimeout(WAIT_MILLIS);
    }

    /// One that speaks TLS, in these versions only.
    static TcpPeer secured(SSLContext context, String... versions) throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        SSLServerSocket listener =
                (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 5, loopback);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket();
        if (versions.length > 0) {
            listener.setEnabledProtocols(versions);
            socket.setEnabledProtocols(versions);
        }
        return new TcpPeer(listener, socket);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    String hostPort() {
        return address().getAddress().getHostAddress() + ":" + address().getPort();
    }

    /// Host and port that the connection comes from.
    String connectionHostPort() {
        return address().getAddress().getHostAddress() + ":" + socket.getLocalPort();
    }

    /// Opens the connection.
    TcpPeer connect(InetSocketAddress to) throws IOException {
        socket.bind(new InetSocketAddress(address().getAddress(), 0));
        socket.connect(to, WAIT_MILLIS);
        return this;
    }

    /// Waits for the other side to open it.
    TcpPeer accept() throws IOException {
        socket = listener.accept();
        return this;
    }

    /// Closes the connection, and goes on listening.
    void hangUpConnection() throws IOException {
        socket.close();
    }

    void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    /// The next message; it must begin with `start`.
    String receive(String start) throws IOException {
        String head = readUntilEmptyLine();
        int length = Integer.parseInt(SipPeer.one(head, "Content-Length").strip());
        String body = new String(socket.getInputStream().readNBytes(length), StandardCharsets.ISO_8859_1);
        if (!head.startsWith(start)) {
            throw new AssertionError("expected " + start + " but got\n" + head);
        }
        return head + body;
    }

    /// As many octets, as they come.
    String octets(int count) throws IOException {
        socket.setSoTimeout(WAIT_MILLIS);
        return new String(socket.getInputStream().readNBytes(count), StandardCharsets.ISO_8859_1);
    }

    /// Whether the other side closed the connection, waited for.
    boolean isClosed() throws IOException {
        socket.setSoTimeout(WAIT_MILLIS);
        return socket.getInputStream().read() < 0;
    }

    /// All that comes until the other side closes the connection, waited for.
    String untilClosed() throws IOException {
        socket.setSoTimeout(WAIT_MILLIS);
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    private String readUntilEmptyLine() throws IOException {
        socket.setSoTimeout(WAIT_MILLIS);
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            if (octet < 0) {
                throw new AssertionError("the connection ended after\n" + head);
            }
            head.append((char) octet);
        }
        return head.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
        listener.close();
    }
}
