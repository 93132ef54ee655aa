package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.koegura.server.evidence.Datagram;
import org.koegura.server.evidence.KeptRecording;
import org.koegura.server.evidence.Rtp;
import org.koegura.server.peer.Baresip;
import org.koegura.server.peer.Certificate;
import org.koegura.server.peer.Kamailio;
import org.koegura.server.peer.LoopbackPorts;
import org.koegura.server.peer.PacketTap;
import org.koegura.server.peer.Sipp;
import org.koegura.server.peer.Talker;

/// A city in small: the product before a registrar, telephones inside and outside, and a tap on every wire.
///
/// ```
/// block +0 registrar  +2 product  +4 trunk  +6 product over TLS  +14 another caller  +20 +40 … +380 telephones
///       +400 a telephone that is the carrier  +420… product's media  +504 a flood of calls  +519 marker
/// ```
///
/// Between PBX and trunk ([Standing]) the registrar is the PBX, on an address of its own, and the trunk on another: who
/// comes over TCP is known by its address alone.
final class Site implements Closeable {

    /// A call is up until it is sealed, which waits for a disk that other tests use, too.
    static final Duration SEAL_WAIT = Duration.ofSeconds(60);

    private static final int BLOCK = 520;
    private static final int PRODUCT = 2;
    private static final int TRUNK = 4;
    private static final int SECURE = 6;
    private static final int CALLER = 14;
    private static final int TELEPHONES = 20;
    private static final int CARRIER = 400;
    private static final int MEDIA = 420;
    private static final int MEDIA_PORTS = 80;
    private static final int FLOOD = 504;

    /// Where the product stands.
    ///
    /// @param trunkSide between PBX and trunk; else between telephones and registrar
    /// @param tcp whether its neighbours are reached over TCP
    /// @param registrarHost a loopback address
    /// @param keepsPath whether the registrar does
    /// @param deadCarrier whether the carrier has a first server that is dead
    /// @param secureCarrier whether the carrier is reached over TLS: it is a telephone then
    record Standing(
            boolean trunkSide,
            boolean tcp,
            String registrarHost,
            boolean keepsPath,
            boolean deadCarrier,
            boolean secureCarrier) {

        static final Standing USUAL = new Standing(false, false, "127.0.0.1", true, false, false);

        /// Before a registrar that keeps no Path, and that we know for one.
        static final Standing WITHOUT_PATH = new Standing(false, false, "127.0.0.2", false, false, false);

        /// Before a registrar on an address of its own, as telephones that come over TCP need it.
        static Standing beforeRegistrar(boolean tcp) {
            return new Standing(false, tcp, "127.0.0.2", true, false, false);
        }

        static Standing betweenPbxAndTrunk(boolean tcp) {
            return new Standing(true, tcp, "127.0.0.2", true, false, false);
        }

        static Standing beforeACarrierWhoseFirstServerIsDead() {
            return new Standing(true, false, "127.0.0.2", true, true, false);
        }

        static Standing beforeACarrierOverTls() {
            return new Standing(true, false, "127.0.0.2", true, false, true);
        }

        private String trunkHost() {
            return trunkSide ? Telephones.CARRIER : "127.0.0.1";
        }

        private String option() {
            return tcp ? "/tcp" : "";
        }

        private String parameter() {
            return tcp ? ";transport=tcp" : "";
        }
    }

    private final Path folder;
    private final int block;
    private final Standing standing;
    private final List<String> entering;
    private final String[] options;
    private final List<Closeable> open = new ArrayList<>();
    private final PacketTap tap;
    private final Kamailio registrar;
    private ProductProcess product;
    private ConsoleApi api;
    private final Telephones telephones;
    private int runs;

    private Site(Path folder, int block, Standing standing, List<String> entering, int mediaPorts, String... options)
            throws IOException, InterruptedException {
        this.folder = folder;
        this.block = block;
        this.standing = standing;
        this.entering = entering;
        this.options = options;
        this.tap = keep(PacketTap.start(folder.resolve("tap"), block, BLOCK));
        this.registrar = keep(Kamailio.start(
                folder.resolve("kamailio"),
                new Kamailio.Settings(
                        standing.registrarHost(),
                        block,
                        (standing.trunkSide() ? proxy() : trunkHostPort()) + standing.parameter(),
                        standing.keepsPath())));
        this.telephones = new Telephones(
                folder,
                new Telephones.Ports(block + TELEPHONES, block + CARRIER),
                new Telephones.Ways(
                        registrar(), proxy(), "127.0.0.1:" + (block + SECURE), "[::1]:" + (block + PRODUCT)),
                standing.tcp() ? "tcp" : "udp",
                open);
        this.product = run(mediaPorts, options);
        this.api = product.api();
    }

    static Site start(Path folder) throws IOException, InterruptedException {
        return start(folder, MEDIA_PORTS);
    }

    static Site start(Path folder, int mediaPorts, String... options) throws IOException, InterruptedException {
        return new Site(folder, LoopbackPorts.block(BLOCK), Standing.USUAL, List.of(), mediaPorts, options);
    }

    /// The same with a product that is started by way of a command, such as `setpriv`.
    static Site startBy(List<String> entering, Path folder) throws IOException, InterruptedException {
        return new Site(folder, LoopbackPorts.block(BLOCK), Standing.USUAL, entering, MEDIA_PORTS);
    }

    static Site start(Path folder, Standing standing, String... options) throws IOException, InterruptedException {
        return new Site(folder, LoopbackPorts.block(BLOCK), standing, List.of(), MEDIA_PORTS, options);
    }

    /// A site before a registrar, whose product speaks TLS and IPv6 besides.
    static Site startManyTongued(Path folder) throws IOException, InterruptedException {
        return startManyTongued(folder, Standing.beforeRegistrar(false));
    }

    /// The same anywhere.
    static Site startManyTongued(Path folder, Standing standing, String... options)
            throws IOException, InterruptedException {
        int block = LoopbackPorts.block(BLOCK);
        Certificate own = Certificate.of(folder.resolve("certificate"), "IP:127.0.0.1,IP:" + Telephones.CARRIER);
        List<String> more = new ArrayList<>(List.of(options));
        more.addAll(List.of("--sip", "127.0.0.1:" + (block + PRODUCT) + ",[::1]:" + (block + PRODUCT)));
        return new Site(
                folder,
                block,
                standing,
                List.of(),
                MEDIA_PORTS,
                own.options("127.0.0.1:" + (block + SECURE), more.toArray(String[]::new)));
    }

    /// Starts the product. A SIPp caller names the product itself as the host of its requests; `--upstream` says whose
    /// they are.
    private ProductProcess run(int mediaPorts, String... options) {
        List<String> all = new ArrayList<>(List.of("--upstream", registrar.hostPort() + standing.option()));
        all.addAll(List.of("--health-interval", "0")); // a SIPp scenario that expects an INVITE fails on OPTIONS
        if (standing.trunkSide()) {
            String dead = standing.trunkHost() + ":" + unboundPort() + ", ";
            all.addAll(List.of(
                    "--trunk",
                    (standing.deadCarrier() ? dead : "")
                            + trunkHostPort()
                            + (standing.secureCarrier() ? "/tls" : standing.option())
                            + (standing.deadCarrier() ? ";priority=1" : "")));
        }
        if (!standing.keepsPath()) {
            all.addAll(List.of("--path-contact", standing.registrarHost()));
        }
        all.addAll(List.of(options));
        return ProductProcess.runBy(
                entering,
                data(),
                block + PRODUCT,
                block + MEDIA,
                block + MEDIA + mediaPorts - 1,
                all.toArray(String[]::new));
    }

    private <T extends Closeable> T keep(T resource) {
        open.add(resource);
        return resource;
    }

    Path data() {
        return folder.resolve("data");
    }

    ProductProcess product() {
        return product;
    }

    ConsoleApi api() {
        return api;
    }

    String registrar() {
        return registrar.hostPort();
    }

    private String trunkHostPort() {
        int port = standing.secureCarrier() ? CARRIER + Baresip.TLS_PORT : TRUNK;
        return standing.trunkHost() + ":" + (block + port);
    }

    String proxy() {
        return "127.0.0.1:" + (block + PRODUCT);
    }

    int sipPort() {
        return block + PRODUCT;
    }

    /// A port where nobody listens.
    int unboundPort() {
        return block + CALLER - 4;
    }

    int mediaPort() {
        return block + MEDIA;
    }

    /// Stops the registrar, as a power cut does.
    void stopRegistrar() {
        registrar.close();
    }

    /// Starts the product anew on the same data and ports; the operator's password stays that of the first start.
    void restart(String operatorPassword) throws IOException, InterruptedException {
        product.process().close();
        product = run(MEDIA_PORTS, options);
        api.close();
        api = ConsoleApi.signIn(product.console(), "operator", operatorPassword);
    }

    /// A telephone of the city: it speaks to the registrar through the product.
    Baresip insideTelephone(String user, String codecs, short[] speech) throws IOException {
        return telephones.inside(user, codecs, speech);
    }

    /// A telephone registered past the product: somebody else's, or, between PBX and trunk, one of the PBX.
    Baresip outsideTelephone(String user, String codecs, short[] speech) throws IOException {
        return telephones.outside(user, codecs, speech);
    }

    /// All kinds of telephones.
    Telephones telephones() {
        return telephones;
    }

    /// Somebody outside who calls `service` through the registrar.
    Sipp caller(String scenario, String service, Map<String, String> keys, Map<String, String> blanks)
            throws IOException {
        return sipp(scenario, service, registrar(), CALLER, keys, blanks);
    }

    /// Somebody who sends straight to the product, as a telephone of the city does.
    Sipp insideCaller(String scenario, String service, Map<String, String> keys, Map<String, String> blanks)
            throws IOException {
        return sipp(scenario, service, proxy(), CALLER, keys, blanks);
    }

    /// Somebody who calls the product a hundred times a second, and each time somebody whom the registrar does not
    /// know.
    Sipp flood(int calls) throws IOException {
        String count = Integer.toString(calls);
        return keep(Sipp.start(
                folder.resolve("sipp-" + ++runs),
                new Sipp.Run(
                        "uac-flood",
                        "299",
                        proxy(),
                        block + FLOOD,
                        Map.of("caller", "0990666"),
                        Map.of(),
                        "127.0.0.1",
                        false,
                        List.of("-m", count, "-r", "100", "-l", count))));
    }

    /// What the trunk does with the next call to a number that begins with 0990.
    Sipp trunk(String scenario, Map<String, String> keys, Map<String, String> blanks) throws IOException {
        return sipp(scenario, "trunk", "", TRUNK, keys, blanks);
    }

    /// Somebody beyond the trunk who calls `service`.
    Sipp trunkCaller(String scenario, String service, Map<String, String> keys, Map<String, String> blanks)
            throws IOException {
        return sipp(scenario, service, proxy(), TRUNK, keys, blanks);
    }

    private Sipp sipp(
            String scenario,
            String service,
            String target,
            int port,
            Map<String, String> keys,
            Map<String, String> more)
            throws IOException {
        Map<String, String> all = new HashMap<>(Map.of("caller", "0990111"));
        all.putAll(keys);
        Path home = folder.resolve("sipp-" + ++runs);
        return keep(Sipp.start(
                home,
                new Sipp.Run(
                        scenario,
                        service,
                        target,
                        block + port,
                        all,
                        more,
                        port == TRUNK ? standing.trunkHost() : "127.0.0.1",
                        port == TRUNK && standing.tcp(),
                        Sipp.ONE_CALL)));
    }

    String uri(String user) {
        return "sip:" + user + "@" + registrar();
    }

    /// Waits until the only live call stands at `stage`.
    void awaitStage(String stage, Duration atMost) {
        await("the call stands at " + stage)
                .atMost(atMost)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> api.stage().equals(stage));
    }

    void awaitNoCall() {
        await("no call is up")
                .atMost(SEAL_WAIT)
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> assertThat(api.calls()).isEmpty());
    }

    List<KeptRecording> recordings() throws IOException, GeneralSecurityException {
        return KeptRecording.allIn(data());
    }

    /// RTP on the wire from `since` on, of this site alone: what others send at the same time on this machine may
    /// have a port of ours at one end that nobody here had bound.
    List<Rtp> rtp(Instant since, Predicate<Datagram> which) throws IOException {
        long sinceNanos = KeptRecording.epochNanos(since);
        return Rtp.in(
                tap.datagrams(),
                datagram -> datagram.epochNanos() >= sinceNanos
                        && isOurs(datagram.source().getPort())
                        && isOurs(datagram.destination().getPort())
                        && which.test(datagram));
    }

    private boolean isOurs(int port) {
        return port >= block && port < block + BLOCK;
    }

    /// RTP that reached somebody.
    List<Rtp> heardBy(Talker talker, Instant since) throws IOException {
        return rtp(since, datagram -> talker.hasMediaPort(datagram.destination().getPort()));
    }

    List<Rtp> saidBy(Talker talker, Instant since) throws IOException {
        return rtp(since, datagram -> talker.hasMediaPort(datagram.source().getPort()));
    }

    /// What is not RTP, on the wire from `since` on: a fax, say.
    List<Datagram> otherThanRtp(Instant since, Predicate<Datagram> which) throws IOException {
        long sinceNanos = KeptRecording.epochNanos(since);
        return tap.datagrams().stream()
                .filter(datagram -> datagram.epochNanos() >= sinceNanos && !Rtp.isRtp(datagram))
                .filter(which)
                .toList();
    }

    /// All that is not RTP, as text: the signalling.
    String signalling(Instant since) throws IOException {
        long sinceNanos = KeptRecording.epochNanos(since);
        StringBuilder all = new StringBuilder();
        for (Datagram datagram : tap.datagrams()) {
            if (datagram.epochNanos() >= sinceNanos && !Rtp.isRtp(datagram)) {
                all.append(new String(datagram.payload(), StandardCharsets.ISO_8859_1));
            }
        }
        return all.toString();
    }

    @Override
    public void close() throws IOException {
        api.close();
        try {
            product.close(); // it leaves while its peers are still there
        } finally {
            for (Closeable resource : open.reversed()) {
                resource.close();
            }
        }
    }
}
