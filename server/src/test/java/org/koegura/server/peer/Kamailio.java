package org.koegura.server.peer;

import static org.awaitility.Awaitility.await;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/// A real registrar and router: digest required, Path kept, `0990…` goes to the trunk.
public final class Kamailio implements Closeable {

    private static final int ANSWER_MILLIS_MAX = 200;

    private final ChildProcess process;
    private final Settings settings;

    /// What one registrar is.
    ///
    /// @param host a loopback address; it listens there over UDP and over TCP
    /// @param trunk where calls to numbers that begin with 0990 are sent: host and port, and `;transport=tcp` where
    ///     it is reached over TCP
    /// @param keepsPath whether it keeps Path (RFC 3327)
    public record Settings(String host, int port, String trunk, boolean keepsPath) {}

    private Kamailio(ChildProcess process, Settings settings) {
        this.process = process;
        this.settings = settings;
    }

    /// Starts it on 127.0.0.1 and returns once it answers OPTIONS.
    ///
    /// @param trunkPort port of a trunk on 127.0.0.1
    public static Kamailio start(Path directory, int port, int trunkPort) throws IOException {
        return start(directory, new Settings("127.0.0.1", port, "127.0.0.1:" + trunkPort, true));
    }

    /// Starts it and returns once it answers OPTIONS.
    public static Kamailio start(Path directory, Settings settings) throws IOException {
        Files.createDirectories(directory);
        Path config = directory.resolve("kamailio.cfg");
        try (InputStream in = Objects.requireNonNull(Kamailio.class.getResourceAsStream("kamailio.cfg"))) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            Files.writeString(
                    config,
                    text.replace("@HOST@", settings.host())
                            .replace("@PORT@", Integer.toString(settings.port()))
                            .replace("@PATH@", settings.keepsPath() ? "1" : "0")
                            .replace("@TRUNK@", settings.trunk()));
        }
        String folder = directory.toString();
        ChildProcess process = ChildProcess.start(
                directory,
                "kamailio",
                "-DD",
                "-E",
                "-f",
                config.toString(),
                "-m",
                "32",
                "-M",
                "4",
                "-w",
                folder,
                "-Y",
                folder);
        Kamailio kamailio = new Kamailio(process, settings);
        await("Kamailio answers OPTIONS").atMost(Duration.ofSeconds(20)).until(kamailio::answers);
        return kamailio;
    }

    public int port() {
        return settings.port();
    }

    /// Its address in a SIP URI.
    public String hostPort() {
        return settings.host() + ":" + settings.port();
    }

    private boolean answers() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            socket.setSoTimeout(ANSWER_MILLIS_MAX);
            String own = "127.0.0.1:" + socket.getLocalPort();
            byte[] options = String.join(
                            "\r\n",
                            "OPTIONS sip:nobody@" + hostPort() + " SIP/2.0",
                            "Via: SIP/2.0/UDP " + own + ";branch=z9hG4bK-ready",
                            "From: <sip:tests@" + own + ">;tag=1",
                            "To: <sip:nobody@" + hostPort() + ">",
                            "Call-ID: ready@" + own,
                            "CSeq: 1 OPTIONS",
                            "Max-Forwards: 5",
                            "Content-Length: 0",
                            "",
                            "")
                    .getBytes(StandardCharsets.US_ASCII);
            socket.send(new DatagramPacket(
                    options, options.length, new InetSocketAddress(settings.host(), settings.port())));
            DatagramPacket answer = new DatagramPacket(new byte[4096], 4096);
            socket.receive(answer);
            return true;
        } catch (SocketTimeoutException notYet) {
            return false;
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
