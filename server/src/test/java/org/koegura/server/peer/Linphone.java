package org.koegura.server.peer;

import static org.awaitility.Awaitility.await;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A real telephone that hands one call on to another, and lets one be replaced (RFC 3891), which [Baresip] of Debian
/// does not. It has no sound card either, says a file once, and is driven by its command line. It calls calls 1, 2 and
/// so on.
public final class Linphone implements Closeable, Talker {

    private static final int FIRST_RTP_PORT = 4;
    private static final Duration EVENT_WAIT = Duration.ofSeconds(15);

    /// Of the registrar: it asks the host of its own address, and no other, past its outbound proxy.
    private static final String DOMAIN = "example.com";

    private final ChildProcess process;
    private final Settings settings;

    /// What one telephone is; it speaks SIP over UDP and PCMU alone.
    ///
    /// @param user its number; its password is `pass-` and the number
    /// @param registrar host and port
    /// @param outboundProxy host and port; null where it speaks to the registrar directly
    /// @param speech a WAVE file, one channel, 8000 Hz
    /// @param firstPort the first of as many as [Baresip#PORTS]
    public record Settings(
            String user, String registrar, @Nullable String outboundProxy, Path speech, int firstPort) {}

    private Linphone(ChildProcess process, Settings settings) {
        this.process = process;
        this.settings = settings;
    }

    /// Starts it and returns once it is registered.
    public static Linphone start(Path directory, Settings settings) throws IOException {
        Files.createDirectories(directory.resolve(".local/share/linphone"));
        Path config = Files.writeString(directory.resolve("linphonerc"), config(settings));
        ChildProcess process = ChildProcess.startPunctual(
                directory,
                "env",
                "HOME=" + directory,
                "PULSE_RUNTIME_PATH=" + directory,
                "linphonec",
                "-c",
                config.toString());
        try {
            Linphone telephone = new Linphone(process, settings);
            await(settings.user() + " is registered")
                    .atMost(EVENT_WAIT)
                    .pollInterval(Duration.ofMillis(200))
                    .until(telephone::isRegistered);
            telephone.command("soundcard use files");
            telephone.command("play " + settings.speech());
            return telephone;
        } catch (IOException | RuntimeException | Error e) {
            process.close();
            throw e;
        }
    }

    private boolean isRegistered() throws IOException {
        command("status register");
        return process.out().stream().anyMatch(line -> line.contains("registered, identity="));
    }

    private static String config(Settings settings) {
        int first = settings.firstPort();
        String proxy = settings.outboundProxy() == null ? settings.registrar() : settings.outboundProxy();
        return String.join(
                "\n",
                "[sip]",
                "sip_port=" + first,
                "sip_tcp_port=-1",
                "sip_tls_port=-1",
                "supported=replaces", // no GRUU: as a Contact it would make every request in the dialog one to look up
                "use_ipv6=0",
                "guess_hostname=0",
                "contact=sip:" + settings.user() + "@127.0.0.1",
                "default_proxy=0",
                "media_encryption=none",
                "[rtp]",
                "audio_rtp_port=" + (first + FIRST_RTP_PORT) + "-" + (first + Baresip.PORTS - 1),
                "[misc]",
                "add_missing_audio_codecs=0",
                "[audio_codec_0]",
                "mime=PCMU",
                "rate=8000",
                "channels=1",
                "enabled=1",
                "[auth_info_0]",
                "username=" + settings.user(),
                "passwd=pass-" + settings.user(),
                "realm=" + DOMAIN,
                "[proxy_0]",
                "reg_proxy=<sip:" + proxy + ";transport=udp>",
                "reg_route=<sip:" + proxy + ";transport=udp;lr>",
                "reg_identity=sip:" + settings.user() + "@" + DOMAIN,
                "reg_expires=600",
                "reg_sendregister=1",
                "publish=0",
                "");
    }

    @Override
    public boolean hasMediaPort(int port) {
        return port >= settings.firstPort() + FIRST_RTP_PORT && port < settings.firstPort() + Baresip.PORTS;
    }

    public void dial(String uri) throws IOException {
        command("call " + uri);
    }

    /// Takes the call that comes in as `number`.
    public void accept(int number) throws IOException {
        awaitLine("Receiving new incoming call from .* id " + number);
        command("answer " + number);
    }

    /// Puts the call that it speaks in on hold.
    public void hold() throws IOException {
        command("pause");
    }

    /// Lets the partner of one call take its own place in the other (RFC 5589 §7), and hangs up once he has.
    public void handOn(int call, int to) throws IOException {
        command("transfer " + call + " --to-call " + to);
    }

    public void hangUp(int call) throws IOException {
        command("terminate " + call);
    }

    public void awaitEstablished(int call) {
        awaitLine("Media streams established with .* for call " + call + " .*");
    }

    public void awaitClosed(int call) {
        awaitLine("Call " + call + " with .* ended .*");
    }

    /// It prints its prompt before what it has to say, or not.
    private void awaitLine(String said) {
        Pattern wanted = Pattern.compile(".*" + said);
        await(settings.user() + " says " + said)
                .atMost(EVENT_WAIT)
                .until(() -> process.out().stream()
                        .anyMatch(line -> wanted.matcher(line).matches()));
    }

    private void command(String line) throws IOException {
        process.say(line);
    }

    @Override
    public void close() {
        process.close();
    }
}
