package org.koegura.server;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Baresip;
import org.koegura.server.peer.Certificate;
import org.koegura.server.peer.Linphone;
import org.koegura.server.peer.PlainOnly;

/// The telephones of a [Site]: those of the city speak to the registrar through the product, the others past it.
final class Telephones {

    /// A telephone says its speech over and over for as long.
    private static final int SPEECH_SECONDS = 90;

    /// Where the carrier is: who comes over TCP or TLS is known by its address alone.
    static final String CARRIER = "127.0.0.3";

    private final Path folder;
    private final Ports ports;
    private final Ways ways;
    private final String behindProduct;
    private final List<Closeable> open;
    private int count;

    /// Whose ports they may take.
    ///
    /// @param end the first of the carrier's, who is a telephone too
    record Ports(int first, int end) {}

    /// Where they may speak to.
    ///
    /// @param product over UDP and TCP
    /// @param secure the product over TLS
    /// @param six the product on IPv6
    record Ways(String registrar, String product, String secure, String six) {}

    /// How one speaks.
    ///
    /// @param proxy null where it speaks to the registrar directly
    /// @param kind what else it is
    private record Way(@Nullable String proxy, String transport, UnaryOperator<Baresip.Settings> kind) {

        Way(@Nullable String proxy, String transport) {
            this(proxy, transport, UnaryOperator.identity());
        }
    }

    /// @param folder where each has a home of its own, and where the site's certificate is
    /// @param behindProduct the protocol over which the registrar is reached through the product
    /// @param open who closes them
    Telephones(Path folder, Ports ports, Ways ways, String behindProduct, List<Closeable> open) {
        this.folder = folder;
        this.ports = ports;
        this.ways = ways;
        this.behindProduct = behindProduct;
        this.open = open;
    }

    Baresip inside(String user, String codecs, short[] speech) throws IOException {
        return start(user, codecs, speech, new Way(ways.product(), "udp"));
    }

    Baresip insideOverTcp(String user, String codecs, short[] speech) throws IOException {
        return start(user, codecs, speech, new Way(ways.product(), "tcp"));
    }

    /// At a site that speaks TLS; it shows a certificate.
    Baresip insideOverTls(String user, String codecs, short[] speech) throws IOException {
        return overTls(user, codecs, speech, UnaryOperator.identity());
    }

    /// The same, which speaks SRTP alone.
    Baresip encrypting(String user, String codecs, short[] speech) throws IOException {
        return overTls(user, codecs, speech, Baresip.Settings::encrypting);
    }

    /// Somebody whom nobody knows, over TLS and SRTP; it cannot be called.
    Baresip encryptingStranger(String user, String codecs, short[] speech) throws IOException {
        return overTls(user, codecs, speech, settings -> settings.encrypting().unregistered());
    }

    /// The carrier that a site reaches over TLS, and whoever is beyond it: it is called at that number, and speaks
    /// SRTP alone.
    Baresip encryptingCarrier(String user, String codecs, short[] speech) throws IOException {
        Path home = Files.createDirectories(folder.resolve("carrier"));
        identify(home);
        Way way = new Way(
                null, "tls", settings -> settings.encrypting().unregistered().calledAt(CARRIER));
        return start(user, codecs, speech, way, home, ports.end());
    }

    /// The same carrier without SRTP, behind a border that refuses it: that has the carrier's port.
    Baresip plainCarrier(String user, String codecs, short[] speech) throws IOException {
        identify(home(count + 1));
        Way way = new Way(null, "tls", settings -> settings.unregistered().calledAt(CARRIER));
        return start(user, codecs, speech, way);
    }

    /// That border, and before it [#plainCarrier], the telephone that was started last.
    PlainOnly border() throws IOException, GeneralSecurityException {
        int telephone = ports.first() + Baresip.PORTS * (count - 1) + Baresip.TLS_PORT;
        return keep(PlainOnly.start(certificate(), CARRIER, ports.end() + Baresip.TLS_PORT, telephone));
    }

    private Baresip overTls(String user, String codecs, short[] speech, UnaryOperator<Baresip.Settings> kind)
            throws IOException {
        identify(home(count + 1));
        return start(user, codecs, speech, new Way(ways.secure(), "tls", kind));
    }

    private void identify(Path home) throws IOException {
        Certificate shared = certificate();
        Files.copy(shared.file(), home.resolve("authority.pem"));
        Files.writeString(
                home.resolve("identity.pem"), Files.readString(shared.key()) + Files.readString(shared.file()));
    }

    /// One that has none: nobody can open a connection to it.
    Baresip insideOverTlsWithoutCertificate(String user, String codecs, short[] speech) throws IOException {
        Files.copy(certificate().file(), home(count + 1).resolve("authority.pem"));
        return start(user, codecs, speech, new Way(ways.secure(), "tls"));
    }

    /// At a site that speaks IPv6.
    Baresip insideOnIpv6(String user, String codecs, short[] speech) throws IOException {
        return start(user, codecs, speech, new Way(ways.six(), "udp"));
    }

    Baresip outside(String user, String codecs, short[] speech) throws IOException {
        return start(user, codecs, speech, new Way(null, "udp"));
    }

    Baresip outsideOverTcp(String user, String codecs, short[] speech) throws IOException {
        return start(user, codecs, speech, new Way(null, "tcp"));
    }

    /// One that can hand a call on to another call (RFC 3891), in PCMU.
    Linphone insideThatReplaces(String user, short[] speech) throws IOException {
        return replacing(user, ways.product(), speech);
    }

    Linphone outsideThatReplaces(String user, short[] speech) throws IOException {
        return replacing(user, null, speech);
    }

    private Linphone replacing(String user, @Nullable String proxy, short[] speech) throws IOException {
        int port = nextPort();
        Path home = home(count);
        Path wav = Speech.repeated(home.resolve("speech.wav"), speech, SPEECH_SECONDS);
        return keep(Linphone.start(home, new Linphone.Settings(user, ways.registrar(), proxy, wav, port)));
    }

    private Baresip start(String user, String codecs, short[] speech, Way way) throws IOException {
        int port = nextPort();
        return start(user, codecs, speech, way, home(count), port);
    }

    private Baresip start(String user, String codecs, short[] speech, Way way, Path home, int port) throws IOException {
        // baresip's own filter from 8000 to 16,000 Hz cuts at 1.3 kHz; from 8000 to 48,000 Hz it does not.
        int rateHz = codecs.startsWith("G722") ? 16_000 : 8000;
        Path wav = Speech.repeated(home.resolve("speech.wav"), speech, rateHz, SPEECH_SECONDS);
        return keep(Baresip.start(
                home,
                way.kind()
                        .apply(new Baresip.Settings(
                                user,
                                ways.registrar(),
                                way.proxy(),
                                codecs,
                                wav,
                                port,
                                way.transport(),
                                way.proxy() == null ? way.transport() : behindProduct))));
    }

    private int nextPort() {
        int port = ports.first() + Baresip.PORTS * count++;
        if (port + Baresip.PORTS > ports.end()) {
            throw new IllegalStateException("a site has room for nineteen telephones");
        }
        return port;
    }

    private Path home(int number) throws IOException {
        return Files.createDirectories(folder.resolve("telephone-" + number));
    }

    private Certificate certificate() {
        return new Certificate(folder.resolve("certificate"));
    }

    private <T extends Closeable> T keep(T telephone) {
        open.add(telephone);
        return telephone;
    }
}
