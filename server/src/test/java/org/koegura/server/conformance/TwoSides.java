package org.koegura.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.koegura.server.ConsoleApi;
import org.koegura.server.ProductProcess;
import org.koegura.server.peer.LoopbackPorts;
import org.koegura.server.peer.Sipp;
import org.koegura.server.peer.SmallWire;

/// The product between a PBX and a carrier, both of which SIPp plays. What a flow is, two scenarios say, that of the
/// caller and that of the callee; SIPp judges every message against them.
final class TwoSides implements Closeable {

    /// Who is on either side.
    enum Side {
        PBX,
        CARRIER;

        Side other() {
            return this == PBX ? CARRIER : PBX;
        }
    }

    /// Where one side is, and where the product is on its side; addresses of loopback.
    private record Place(String host, String product) {

        static final Place PBX = new Place("127.0.0.2", "127.0.0.1");
        static final Place CARRIER = new Place("127.0.0.3", "127.0.0.1");

        /// There is only one such address: the PBX cannot have it too.
        static final Place CARRIER_ON_IPV6 = new Place("::1", "::1");

        private static String written(String host) {
            return host.contains(":") ? "[" + host + "]" : host;
        }

        String at(int port) {
            return written(host) + ":" + port;
        }

        String productAt(int port) {
            return written(product) + ":" + port;
        }

        /// Whoever is elsewhere and reads this is to send its media to the product, to one of its ports.
        ///
        /// @param firstPort of the product's media
        String description(int firstPort, int lastPort) {
            String ports = IntStream.rangeClosed(firstPort, lastPort)
                    .filter(port -> port % 2 == 0)
                    .mapToObj(Integer::toString)
                    .collect(Collectors.joining("|"));
            String line = "c=IN IP" + (product.contains(":") ? "6 " : "4 ") + product.replace(".", "\\.");
            return line + "[^m]*m=audio (" + ports + ") RTP/AVP ";
        }
    }

    private static final Duration LEFT_WAIT = Duration.ofSeconds(20);
    private static final int BLOCK = 120;
    private static final int PEER = 10;
    private static final int MEDIA = 20;
    private static final int FIELD = 1000;

    private final Path folder;
    private final int block;
    private final Place carrier;
    private final ProductProcess product;
    private final @Nullable SmallWire wire;
    private @Nullable ConsoleApi api;
    private int runs;

    private TwoSides(Path folder, int block, Place carrier, ProductProcess product, @Nullable SmallWire wire) {
        this.folder = folder;
        this.block = block;
        this.carrier = carrier;
        this.product = product;
        this.wire = wire;
    }

    /// Starts the product.
    ///
    /// @param more options of `koegura run`
    static TwoSides start(Path folder, String... more) {
        return start(folder, Place.CARRIER, null, more);
    }

    /// The same, all of it in a network of its own: its console is out of reach.
    static TwoSides start(Path folder, SmallWire wire, String... more) {
        return start(folder, Place.CARRIER, wire, more);
    }

    /// The same with a carrier on IPv6, and a PBX on IPv4.
    static TwoSides startOnIpv6(Path folder, String... more) {
        return start(folder, Place.CARRIER_ON_IPV6, null, more);
    }

    private static TwoSides start(Path folder, Place carrier, @Nullable SmallWire wire, String... more) {
        int block = LoopbackPorts.block(BLOCK);
        List<String> options = new ArrayList<>(List.of(
                "--sip",
                Stream.of(Place.PBX, carrier)
                        .map(place -> place.productAt(block))
                        .distinct()
                        .collect(Collectors.joining(",")),
                "--upstream",
                Place.PBX.at(block + PEER),
                "--trunk",
                carrier.at(block + PEER),
                "--health-interval",
                "0")); // a scenario that expects an INVITE fails on OPTIONS
        options.addAll(List.of(more));
        Path data = folder.resolve("data");
        String[] all = options.toArray(String[]::new);
        int first = block + MEDIA;
        int last = block + BLOCK - 1;
        ProductProcess product = wire == null
                ? ProductProcess.run(data, block, first, last, all)
                : ProductProcess.run(wire, data, block, first, last, all);
        return new TwoSides(folder, block, carrier, product, wire);
    }

    ConsoleApi api() throws IOException, InterruptedException {
        ConsoleApi signedIn = api;
        if (signedIn == null) {
            signedIn = product.api();
            api = signedIn;
        }
        return signedIn;
    }

    private Place place(Side side) {
        return side == Side.PBX ? Place.PBX : carrier;
    }

    /// The product's address in a URI, as a side sees it.
    String proxy(Side seenBy) {
        return place(seenBy).productAt(block);
    }

    /// Where a side is.
    InetSocketAddress address(Side side) {
        return new InetSocketAddress(InetAddress.ofLiteral(place(side).host()), block + PEER);
    }

    /// Where the PBX finds the product.
    InetSocketAddress sip() {
        return new InetSocketAddress(InetAddress.ofLiteral(Place.PBX.product()), block);
    }

    /// A side's own address in a URI.
    String hostPort(Side side) {
        return place(side).at(block + PEER);
    }

    /// A number at the product, as whoever calls from that side writes it.
    String uri(Side from, String user) {
        return "sip:" + user + "@" + proxy(from);
    }

    /// One call from a side to the other; both must have gone as the scenarios say.
    ///
    /// @param blanks what stands in the scenarios as `@BLANK@`, beside what [Flow] knows
    void play(Side from, Flow flow, Map<String, String> blanks) throws IOException, InterruptedException {
        // SIPp itself writes where the product is: it takes an address in brackets for a word of its own
        Map<String, String> all = new HashMap<>(flow.blanks("sip:0312345678@[remote_ip]:[remote_port]"));
        all.putAll(blanks);
        try (Sipp callee = sipp(flow.callee(), from.other(), "", all);
                Sipp caller = sipp(flow.caller(), from, proxy(from), all)) {
            boolean called = caller.succeeded();
            boolean answered = callee.succeeded();
            assertThat(called && answered)
                    .as("%s from %s; the caller: %s; the callee: %s", flow, from, caller.errors(), callee.errors())
                    .isTrue();
        }
    }

    /// A check of a header field, for a scenario's blank.
    ///
    /// @param variable names it there
    /// @param pattern with XML's own signs escaped
    static String header(String variable, String name, String pattern) {
        return "      <ereg regexp=\"" + pattern + "\" search_in=\"hdr\" header=\"" + name
                + ":\" check_it=\"true\" assign_to=\"" + variable + "\"/>\n";
    }

    /// What a call needs whose INVITE is that much larger, all of which must arrive: in fields of a length that SIPp
    /// can
    /// look at.
    static Map<String, String> filled(int octets) {
        StringBuilder lines = new StringBuilder();
        StringBuilder checks = new StringBuilder();
        StringBuilder checked = new StringBuilder();
        for (int i = 0; i < octets / FIELD; i++) {
            lines.append("X-Part-")
                    .append(i)
                    .append(": ")
                    .append("x".repeat(FIELD))
                    .append('\n');
            checks.append(header("part" + i, "X-Part-" + i, "^ *x{" + FIELD + "}$"));
            checked.append(",part").append(i);
        }
        return Map.of("LINES", lines.toString(), "CHECKS", checks.toString(), "CHECKED", checked.toString());
    }

    /// Waits until no call is up and no port of media is used.
    void awaitNothingLeft() {
        await("no call is up, and no port used")
                .atMost(LEFT_WAIT)
                .until(() -> api().calls().isEmpty() && api().metric("koegura_rtp_ports", "state=\"used\"") == 0);
    }

    private Sipp sipp(String scenario, Side side, String target, Map<String, String> blanks) throws IOException {
        Path home = folder.resolve("sipp-" + ++runs);
        Map<String, String> all = new HashMap<>(blanks);
        all.put("OURS", place(side).description(block + MEDIA, block + BLOCK - 1));
        Sipp.Run run = new Sipp.Run(
                scenario,
                "0312345678",
                target,
                block + PEER,
                Map.of(),
                all,
                place(side).host(),
                false,
                Sipp.ONE_CALL);
        return wire == null ? Sipp.start(home, run) : Sipp.start(home, run, wire);
    }

    @Override
    public void close() throws IOException {
        if (api != null) {
            api.close();
        }
        product.close();
    }
}
