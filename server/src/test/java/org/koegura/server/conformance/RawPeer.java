package org.koegura.server.conformance;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// A user agent of one line of code: it sends what it is told and keeps what it gets, over UDP, TCP or TLS. It
/// opens a connection anew when the one it had is gone. Repeats of what it has got are left out.
final class RawPeer implements Closeable {

    /// What it speaks.
    enum Protocol {
        UDP,
        TCP,
        TLS;

        /// As a URI says it.
        String parameter() {
            return ";transport=" + name().toLowerCase(Locale.ROOT);
        }
    }

    private static final int WAIT_SECONDS = 10;
    private static final Pattern LENGTH = Pattern.compile("(?im)^content-length: *(\\d+)");

    private final String host;
    private final Protocol protocol;
    private final @Nullable DatagramSocket datagrams;
    private final @Nullable ServerSocket listener;
    private final SocketFactory connections;
    private final BlockingQueue<String> arrived = new LinkedBlockingQueue<>();
    private final Set<String> seen = new HashSet<>();
    private volatile @Nullable Socket connection;
    private volatile int mark;

    private RawPeer(
            String host,
            Protocol protocol,
            @Nullable DatagramSocket datagrams,
            @Nullable ServerSocket listener,
            SocketFactory connections) {
        this.host = host;
        this.protocol = protocol;
        this.datagrams = datagrams;
        this.listener = listener;
        this.connections = connections;
    }

    /// Listens on 127.0.0.1.
    static RawPeer over(Protocol protocol) throws IOException {
        return over(protocol, "127.0.0.1");
    }

    /// @param host a loopback address
    static RawPeer over(Protocol protocol, String host) throws IOException {
        InetAddress loopback = InetAddress.ofLiteral(host);
        if (protocol == Protocol.UDP) {
            DatagramSocket socket = new DatagramSocket(0, loopback);
            RawPeer peer = new RawPeer(host, protocol, socket, null, SocketFactory.getDefault());
            Thread.ofVirtual().start(() -> peer.readDatagrams(socket));
            return peer;
        }
        return listening(protocol, new ServerSocket(0, 5, loopback), SocketFactory.getDefault());
    }

    /// Listens on 127.0.0.1, over TLS.
    static RawPeer over(SSLContext tls) throws IOException {
        return over(tls, "127.0.0.1");
    }

    /// Over TLS.
    ///
    /// @param host a loopback address
    static RawPeer over(SSLContext tls, String host) throws IOException {
        ServerSocket listener = tls.getServerSocketFactory().createServerSocket(0, 5, InetAddress.ofLiteral(host));
        return listening(Protocol.TLS, listener, tls.getSocketFactory());
    }

    private static RawPeer listening(Protocol protocol, ServerSocket listener, SocketFactory connections) {
        String host = listener.getInetAddress().getHostAddress();
        RawPeer peer = new RawPeer(host, protocol, null, listener, connections);
        Thread.ofVirtual().start(() -> peer.accept(listener));
        return peer;
    }

    Protocol protocol() {
        return protocol;
    }

    String hostPort() {
        int port = datagrams != null ? datagrams.getLocalPort() : listener != null ? listener.getLocalPort() : -1;
        return host + ":" + port;
    }

    void send(String message, InetSocketAddress to) throws IOException {
        byte[] bytes = message.getBytes(StandardCharsets.ISO_8859_1);
        if (datagrams != null) {
            datagrams.send(new DatagramPacket(bytes, bytes.length, to));
            return;
        }
        Socket open = connection;
        if (open == null || open.isClosed()) {
            open = connections.createSocket(to.getAddress(), to.getPort());
            open.setTrafficClass(mark);
            read(open);
        }
        open.getOutputStream().write(bytes);
    }

    /// What its packets bear from now on.
    ///
    /// @param typeOfService as the option of a socket wants it
    void mark(int typeOfService) throws IOException {
        if (datagrams != null) {
            datagrams.setTrafficClass(typeOfService);
        }
        mark = typeOfService;
    }

    /// The next message that it has not got before; it must begin with `start`.
    String receive(String start) throws InterruptedException {
        String next = next(start);
        if (!next.startsWith(start)) {
            throw new AssertionError("expected " + start + " but got\n" + next);
        }
        return next;
    }

    /// The next message that is no provisional response.
    String receiveFinal() throws InterruptedException {
        String next = next("a final response");
        return next.startsWith("SIP/2.0 1") ? receiveFinal() : next;
    }

    private String next(String wanted) throws InterruptedException {
        while (true) {
            String next = arrived.poll(WAIT_SECONDS, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError(wanted + " did not come in " + WAIT_SECONDS + " s");
            }
            if (seen.add(next)) {
                return next;
            }
        }
    }

    private void readDatagrams(DatagramSocket socket) {
        byte[] buffer = new byte[65_535];
        while (!socket.isClosed()) {
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            try {
                socket.receive(packet);
                arrived.add(new String(buffer, 0, packet.getLength(), StandardCharsets.ISO_8859_1));
            } catch (IOException gone) {
                // whom it last sent to is not there, or it is closed itself
            }
        }
    }

    private void accept(ServerSocket from) {
        while (!from.isClosed()) {
            try {
                read(from.accept());
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void read(Socket socket) {
        connection = socket;
        Thread.ofVirtual().start(() -> {
            try (socket) {
                InputStream in = socket.getInputStream();
                for (String next = next(in); !next.isEmpty(); next = next(in)) {
                    connection = socket; // where a request came from is where its answer goes
                    arrived.add(next);
                }
            } catch (IOException gone) {
                // the other side died
            }
        });
    }

    /// The next message of a stream; empty at its end.
    private static String next(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            if (octet < 0) {
                return "";
            }
            head.append((char) octet);
        }
        Matcher length = LENGTH.matcher(head);
        int body = length.find() ? Integer.parseInt(length.group(1)) : 0;
        return head + new String(in.readNBytes(body), StandardCharsets.ISO_8859_1);
    }

    /// All header lines of that name, without the name.
    static List<String> all(String message, String name) {
        List<String> values = new ArrayList<>();
        for (String line : message.split("\r\n\r\n", 2)[0].split("\r\n", -1)) {
            if (line.startsWith(name + ": ")) {
                values.add(line.substring(name.length() + 2));
            }
        }
        return values;
    }

    @Override
    public void close() throws IOException {
        if (datagrams != null) {
            datagrams.close();
        }
        if (listener != null) {
            listener.close();
        }
        Socket open = connection;
        if (open != null) {
            open.close();
        }
    }
}
