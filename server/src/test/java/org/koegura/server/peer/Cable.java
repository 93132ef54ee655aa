package org.koegura.server.peer;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The way from a browser to a site over TCP, which a test can pull out and plug in again.
public final class Cable implements Closeable {

    private final URI site;
    private final int port;
    private final Set<Socket> ends = ConcurrentHashMap.newKeySet();
    private volatile @Nullable ServerSocket socket;

    private Cable(URI site, int port) {
        this.site = site;
        this.port = port;
    }

    /// A plugged cable that ends at `port` of loopback.
    public static Cable to(URI site, int port) throws IOException {
        Cable cable = new Cable(site, port);
        cable.plug();
        return cable;
    }

    /// Where a browser finds the site through this cable.
    public URI uri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    public void plug() throws IOException {
        ServerSocket listening = new ServerSocket();
        listening.setReuseAddress(true);
        listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket = listening;
        Thread.ofVirtual().name("cable").start(() -> accept(listening));
    }

    /// Ends every connection and takes no new one.
    public void pull() throws IOException {
        ServerSocket listening = socket;
        if (listening != null) {
            listening.close();
        }
        for (Socket end : ends) {
            end.close();
        }
        ends.clear();
    }

    private void accept(ServerSocket listening) {
        while (!listening.isClosed()) {
            try {
                Socket browser = listening.accept();
                Socket console = new Socket(site.getHost(), site.getPort());
                ends.add(browser);
                ends.add(console);
                Thread.ofVirtual().start(() -> pump(browser, console));
                Thread.ofVirtual().start(() -> pump(console, browser));
            } catch (IOException pulled) {
                if (!listening.isClosed()) {
                    throw new UncheckedIOException(pulled);
                }
            }
        }
    }

    private void pump(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
        } catch (IOException pulled) {
            // both ends are closed with it
        } finally {
            ends.remove(from);
            ends.remove(to);
        }
    }

    @Override
    public void close() throws IOException {
        pull();
    }
}
