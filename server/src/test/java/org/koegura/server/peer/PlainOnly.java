package org.koegura.server.peer;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;

/// A carrier's border over TLS that refuses SRTP by 488; everything else passes as it comes, to a telephone and back.
///
/// ```
/// product ── INVITE, RTP/SAVP ──► 488
/// product ── INVITE, RTP/AVP ───► telephone, over TLS
/// ```
public final class PlainOnly implements Closeable {

    private static final Pattern LENGTH = Pattern.compile("(?im)^content-length\\s*:\\s*(\\d+)");
    private static final Pattern ECHOED = Pattern.compile("(?im)^(?:via|from|call-id|cseq)\\s*:[^\r]*\r\n");
    private static final Pattern TO = Pattern.compile("(?im)^to\\s*:[^\r]*");
    private static final String TAG = ";tag=plain-only";

    private final SSLContext context;
    private final SSLServerSocket listener;
    private final InetSocketAddress telephone;
    private final AtomicInteger refused = new AtomicInteger();

    private PlainOnly(SSLContext context, SSLServerSocket listener, InetSocketAddress telephone) {
        this.context = context;
        this.listener = listener;
        this.telephone = telephone;
    }

    /// Starts it.
    ///
    /// @param host a loopback address, its own and the telephone's
    /// @param own what it shows
    public static PlainOnly start(Certificate own, String host, int port, int telephonePort)
            throws IOException, GeneralSecurityException {
        SSLContext context = own.context();
        InetAddress address = InetAddress.ofLiteral(host);
        SSLServerSocket listener =
                (SSLServerSocket) context.getServerSocketFactory().createServerSocket(port, 5, address);
        PlainOnly border = new PlainOnly(context, listener, new InetSocketAddress(address, telephonePort));
        Thread.ofVirtual().name("plain-only").start(border::accept);
        return border;
    }

    /// Offers of SRTP that it refused.
    public int refused() {
        return refused.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket product = listener.accept();
                Thread.ofVirtual().name("plain-only-connection").start(() -> serve(product));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket product) {
        try (product;
                Socket onward = context.getSocketFactory().createSocket(telephone.getAddress(), telephone.getPort())) {
            Thread.ofVirtual().name("plain-only-back").start(() -> back(onward, product));
            for (String message = next(product.getInputStream());
                    message != null;
                    message = next(product.getInputStream())) {
                if (message.startsWith("INVITE ") && message.contains("RTP/SAVP")) {
                    refused.incrementAndGet();
                    say(product, refusal(message));
                } else if (!message.startsWith("ACK ") || !message.contains(TAG)) {
                    say(onward, message);
                }
            }
        } catch (IOException e) {
            // either side closed
        }
    }

    private static void back(Socket onward, Socket product) {
        try {
            onward.getInputStream().transferTo(product.getOutputStream());
        } catch (IOException e) {
            // either side closed
        }
    }

    private static void say(Socket to, String message) throws IOException {
        OutputStream out = to.getOutputStream();
        out.write(message.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    private static String refusal(String invite) {
        String head = invite.substring(0, invite.indexOf("\r\n\r\n") + 2);
        Matcher to = TO.matcher(head);
        String receiver = to.find() ? to.group() : "To: <sip:nobody@invalid>";
        return "SIP/2.0 488 Not Acceptable Here\r\n"
                + ECHOED.matcher(head).results().map(line -> line.group()).collect(Collectors.joining())
                + receiver + TAG + "\r\nContent-Length: 0\r\n\r\n";
    }

    /// The next message; null where there is none any more.
    private static @Nullable String next(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            if (octet < 0) {
                return null;
            }
            text.append((char) octet);
        }
        Matcher length = LENGTH.matcher(text);
        int body = length.find() ? Integer.parseInt(length.group(1)) : 0;
        return text + new String(in.readNBytes(body), StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
