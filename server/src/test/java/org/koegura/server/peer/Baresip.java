package org.koegura.server.peer;

import static org.awaitility.Awaitility.await;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.koegura.audio.Codec;
import org.koegura.audio.Resampler;
import org.koegura.audio.WavFile;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A real telephone without a sound card: it says a file over and over, and is driven over its control port.
public final class Baresip implements Closeable, Talker {

    /// Neighbouring ports that one telephone takes.
    public static final int PORTS = 20;

    /// Where it listens for TLS, from its first port on, if it has a certificate.
    public static final int TLS_PORT = 1;

    private static final int CONTROL_PORT = 2;
    private static final int FIRST_RTP_PORT = 4;
    private static final Duration EVENT_WAIT = Duration.ofSeconds(15);

    private final JsonMapper json = new JsonMapper();
    private final ChildProcess process;
    private final Path directory;
    private final Settings settings;
    private final Socket control;
    private final List<JsonNode> events = new CopyOnWriteArrayList<>();
    private int seen;

    /// What one telephone is.
    ///
    /// @param user its number; its password is `pass-` and the number
    /// @param registrar host and port
    /// @param outboundProxy host and port; null where it speaks to the registrar directly
    /// @param codecs in order of preference, as baresip names them
    /// @param speech a WAVE file, one channel; best at the codec's own rate
    /// @param firstPort the first of [#PORTS]
    /// @param transport `udp`, `tcp` or `tls`: over which it speaks to its outbound proxy, else to the registrar;
    ///     for `tls` its directory has `authority.pem`, and `identity.pem` where it shows a certificate
    /// @param registrarTransport what its registration says of the registrar
    /// @param registers whether it can be called
    /// @param encrypts whether it speaks SRTP alone
    /// @param host where it is called, its media apart; null for the usual loopback address
    public record Settings(
            String user,
            String registrar,
            @Nullable String outboundProxy,
            String codecs,
            Path speech,
            int firstPort,
            String transport,
            String registrarTransport,
            boolean registers,
            boolean encrypts,
            @Nullable String host) {

        /// One that registers, and speaks plain RTP.
        public Settings(
                String user,
                String registrar,
                @Nullable String outboundProxy,
                String codecs,
                Path speech,
                int firstPort,
                String transport,
                String registrarTransport) {
            this(
                    user,
                    registrar,
                    outboundProxy,
                    codecs,
                    speech,
                    firstPort,
                    transport,
                    registrarTransport,
                    true,
                    false,
                    null);
        }

        /// The same telephone, with nothing but SRTP, whose keys its descriptions say (RFC 4568).
        public Settings encrypting() {
            return new Settings(
                    user,
                    registrar,
                    outboundProxy,
                    codecs,
                    speech,
                    firstPort,
                    transport,
                    registrarTransport,
                    registers,
                    true,
                    host);
        }

        /// The same, which calls and cannot be called.
        public Settings unregistered() {
            return new Settings(
                    user,
                    registrar,
                    outboundProxy,
                    codecs,
                    speech,
                    firstPort,
                    transport,
                    registrarTransport,
                    false,
                    encrypts,
                    host);
        }

        /// The same, which is called at another loopback address.
        public Settings calledAt(String address) {
            return new Settings(
                    user,
                    registrar,
                    outboundProxy,
                    codecs,
                    speech,
                    firstPort,
                    transport,
                    registrarTransport,
                    registers,
                    encrypts,
                    address);
        }

        /// Whether it speaks IPv6: as its outbound proxy does.
        boolean isSix() {
            return outboundProxy != null && outboundProxy.startsWith("[");
        }

        private String place() {
            String usual = isSix() ? "[::1]" : "127.0.0.1";
            return host == null ? usual : host;
        }
    }

    private Baresip(ChildProcess process, Path directory, Settings settings, Socket control) {
        this.process = process;
        this.directory = directory;
        this.settings = settings;
        this.control = control;
    }

    /// What it calls a codec: it finds one of more than 8000 Hz only by all of its name.
    public static String nameOf(Codec codec) {
        return switch (codec) {
            case PCMU -> "pcmu";
            case PCMA -> "pcma";
            case G722 -> "G722/16000/1";
            case OPUS -> "opus/48000/2";
        };
    }

    /// Starts it and returns once it is registered, where it does so.
    public static Baresip start(Path directory, Settings settings) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("config"), config(directory, settings, rateHz(settings.speech())));
        Files.writeString(directory.resolve("accounts"), account(settings));
        Files.writeString(directory.resolve("contacts"), "");
        ChildProcess process = ChildProcess.startPunctual(
                directory, "baresip", settings.isSix() ? "-6" : "-4", "-f", directory.toString());
        try {
            process.awaitLine(line -> line.contains(settings.registers() ? "} 200 OK" : "baresip is ready"));
            Socket control = new Socket(InetAddress.getLoopbackAddress(), settings.firstPort() + CONTROL_PORT);
            Baresip telephone = new Baresip(process, directory, settings, control);
            Thread.ofVirtual().name("baresip-events").start(telephone::readEvents);
            return telephone;
        } catch (IOException | RuntimeException | Error e) {
            process.close();
            throw e;
        }
    }

    private static String account(Settings settings) {
        String outbound = settings.outboundProxy() == null
                ? ""
                : ";outbound=\"sip:" + settings.outboundProxy() + ";transport=" + settings.transport() + "\"";
        return "<sip:" + settings.user() + "@" + settings.registrar() + ";transport=" + settings.registrarTransport()
                + ">;auth_user=" + settings.user()
                + ";auth_pass=pass-" + settings.user() + ";regint=" + (settings.registers() ? 600 : 0)
                + (settings.encrypts() ? ";mediaenc=srtp-mand" : "") + ";audio_codecs=" + settings.codecs() + outbound
                + "\n";
    }

    private static int rateHz(Path wav) throws IOException {
        try (InputStream in = Files.newInputStream(wav)) {
            return WavFile.read(in).sampleRateHz();
        }
    }

    private static String config(Path directory, Settings settings, int speechHz) {
        int first = settings.firstPort();
        return String.join(
                "\n",
                "sip_listen " + settings.place() + ":" + first,
                "net_interface " + (settings.isSix() ? "::1" : "127.0.0.1"),
                settings.transport().equals("tls") ? "sip_cafile " + directory.resolve("authority.pem") : "",
                Files.exists(directory.resolve("identity.pem"))
                        ? "sip_certificate " + directory.resolve("identity.pem")
                        : "",
                settings.transport().equals("tls") ? "sip_verify_server yes" : "",
                "call_local_timeout 120",
                "call_max_calls 4",
                "module_path /usr/lib/baresip/modules",
                "module g711.so",
                "module g722.so",
                "module opus.so",
                "module aufile.so",
                "module aubridge.so",
                "module ctrl_tcp.so",
                settings.encrypts() ? "module srtp.so" : "",
                settings.encrypts() ? "module sndfile.so" : "", // what it hears cannot be read on the wire
                settings.encrypts() ? "snd_path " + directory : "",
                "module_app account.so",
                "module_app menu.so",
                "audio_source aufile," + settings.speech(),
                "audio_player aubridge,none",
                "audio_alert aubridge,none",
                "ausrc_srate " + speechHz,
                "auplay_srate 8000",
                "ausrc_channels 1",
                "auplay_channels 1",
                "opus_bitrate 64000",
                "opus_application audio",
                "rtp_ports " + (first + FIRST_RTP_PORT) + "-" + (first + PORTS - 1),
                "ctrl_tcp_listen 127.0.0.1:" + (first + CONTROL_PORT),
                "");
    }

    /// What it decoded in its last call, at 8000 Hz; of one that encrypts.
    public short[] heard() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            Path last = files.filter(file -> file.getFileName().toString().matches("dump-.*-dec\\.wav"))
                    .max(Comparator.comparing(Path::toString))
                    .orElseThrow(() -> new IllegalStateException(settings.user() + " has heard nothing"));
            try (InputStream in = Files.newInputStream(last)) {
                WavFile wav = WavFile.read(in);
                return Resampler.toNarrowband(wav.mono(), wav.sampleRateHz());
            }
        }
    }

    @Override
    public boolean hasMediaPort(int port) {
        return port >= settings.firstPort() + FIRST_RTP_PORT && port < settings.firstPort() + PORTS;
    }

    /// Whether a port is one of its own, for signalling or for media.
    public boolean hasPort(int port) {
        return port >= settings.firstPort() && port < settings.firstPort() + PORTS;
    }

    public void dial(String uri) {
        command("dial", uri);
    }

    public void accept() {
        awaitEvent("CALL_INCOMING");
        command("accept", "");
    }

    public void awaitIncoming() {
        awaitEvent("CALL_INCOMING");
    }

    /// Answers the call that [#awaitIncoming] saw.
    public void answer() {
        command("accept", "");
    }

    public void hangUp() {
        command("hangup", "");
    }

    /// Puts the call on hold; it sends nothing meanwhile.
    public void hold() {
        command("hold", "");
    }

    public void resume() {
        command("resume", "");
    }

    /// Presses a key and lets it go at once, as a telephone event (RFC 4733).
    public void press(char key) {
        command("sndcode", String.valueOf(key));
    }

    /// Asks its partner to call somebody else instead (RFC 3515), and hangs up once that call is answered.
    public void transfer(String uri) {
        command("transfer", uri);
    }

    /// Dies without a word to anybody.
    public void vanish() throws IOException, InterruptedException {
        process.signal("KILL");
    }

    public void awaitRinging() {
        awaitEvent("CALL_RINGING");
    }

    public void awaitEstablished() {
        awaitEvent("CALL_ESTABLISHED");
    }

    /// Waits for the end of the call; the reason that the telephone gives.
    public String awaitClosed() {
        return awaitEvent("CALL_CLOSED").path("param").asString("");
    }

    /// The next event of a type, after those that were waited for before.
    private JsonNode awaitEvent(String type) {
        await(settings.user() + " says " + type).atMost(EVENT_WAIT).until(() -> indexOf(type) >= 0);
        int index = indexOf(type);
        seen = index + 1;
        return events.get(index);
    }

    private int indexOf(String type) {
        for (int i = seen; i < events.size(); i++) {
            if (events.get(i).path("type").asString("").equals(type)) {
                return i;
            }
        }
        return -1;
    }

    private void command(String command, String parameters) {
        String text = json.writeValueAsString(Map.of("command", command, "params", parameters));
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try {
            control.getOutputStream().write((bytes.length + ":" + text + ",").getBytes(StandardCharsets.UTF_8));
            control.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(settings.user() + " does not take " + command, e);
        }
    }

    /// Reads netstrings: length, colon, JSON, comma.
    private void readEvents() {
        try (DataInputStream in = new DataInputStream(control.getInputStream())) {
            for (int c = in.read(); c >= 0; c = in.read()) {
                int length = 0;
                for (; c >= '0' && c <= '9'; c = in.read()) {
                    length = length * 10 + (c - '0');
                }
                byte[] text = in.readNBytes(length);
                in.read();
                JsonNode node = json.readTree(text);
                if (node.path("event").asBoolean(false)) {
                    events.add(node);
                }
            }
        } catch (IOException e) {
            // the telephone was stopped
        }
    }

    @Override
    public void close() throws IOException {
        control.close();
        process.close();
    }
}
