package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.sipproxy.dns.ServerLocator;
import org.koegura.sipproxy.dns.Sought;
import org.koegura.sipproxy.dns.Zone;
import org.koegura.sipproxy.routing.Neighbour;
import org.koegura.sipproxy.routing.Neighbours;
import org.koegura.sipproxy.routing.Server;
import org.koegura.sipproxy.tls.Authority;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.Protocol;

/// A neighbour that is named, and reached over TLS behind SRV records (RFC 3263, RFC 5922 §7.3); and what asks for TLS
/// all the way (RFC 3261 §26.2.2).
class TlsNeighbourTest {

    @TempDir
    Path directory = Path.of("set by the test engine");

    private final Zone zone = new Zone();
    private @Nullable Authority authority;
    private @Nullable TcpPeer pbx;

    @BeforeEach
    void open() throws IOException {
        authority = new Authority(directory, "authority");
        pbx = TcpPeer.secured(authority().context(authority().identity("pbx.example")));
        zone.srv("_sips._tcp.pbx.example", 0, 0, pbx().address().getPort(), "machine.example")
                .a("machine.example", "127.0.0.1");
    }

    @AfterEach
    void close() throws IOException {
        pbx().close();
        zone.close();
    }

    private Authority authority() {
        return Objects.requireNonNull(authority);
    }

    private TcpPeer pbx() {
        return Objects.requireNonNull(pbx);
    }

    private ProxyBench bench(Neighbour upstream, Duration interval) throws IOException, SipFault {
        return ProxyBench.secured(
                authority().settings(authority().identity("127.0.0.1"), false),
                new Neighbours(upstream, null),
                zone.address(),
                interval);
    }

    private Neighbour named() {
        Server server = new Server(new Sought("pbx.example", -1, Protocol.TLS, false), 0, 1);
        try (ServerLocator locator = ServerLocator.open(
                List.of(zone.address()),
                ServerLocator.Families.IPV4,
                EnumSet.allOf(Protocol.class),
                System::nanoTime,
                new SimpleMeterRegistry())) {
            return new Neighbour(List.of(server), found -> locator.find(found.sought()));
        }
    }

    private static void ask(ProxyBench bench, String uri) {
        bench.telephone.send(
                bench.request(bench.telephone, "SUBSCRIBE " + uri, uri, "1 SUBSCRIBE", ProxyBench.FROM_TO, ""),
                bench.address());
    }

    @Test
    void aNeighbourBehindServiceRecordsShowsACertificateForTheNameThatWasConfigured() throws Exception {
        try (ProxyBench bench = bench(named(), Duration.ZERO)) {
            ask(bench, "sip:0990123@" + bench.hostPort());
            pbx().accept().receive("SUBSCRIBE sip:0990123@" + bench.hostPort());
        }
    }

    @Test
    void aNeighbourThatIsNamedIsAskedForItsHealthOverTls() throws Exception {
        try (ProxyBench _ = bench(named(), Duration.ofSeconds(1))) {
            pbx().accept().receive("OPTIONS sip:127.0.0.1:" + pbx().address().getPort() + ";transport=tls ");
        }
    }

    @Test
    void whereAContactWritesOutItsAddressTheNeighbourIsStillWhomItsNameSays() throws Exception {
        try (ProxyBench bench = bench(named(), Duration.ZERO)) {
            ask(bench, "sip:0990123@" + pbx().hostPort() + ";transport=tls");
            pbx().accept().receive("SUBSCRIBE ");
        }
    }

    @Test
    void aSecureUriThatNamesUsGoesAcrossOverTlsAndComesBackOverTls() throws Exception {
        try (ProxyBench bench = bench(named(), Duration.ZERO)) {
            ask(bench, "sips:0990123@" + bench.hostPort());
            List<String> routes = SipPeer.all(pbx().accept().receive("SUBSCRIBE sips:"), "Record-Route");
            int port =
                    Objects.requireNonNull(bench.proxy.reachedAt(Protocol.TLS)).getPort();
            assertThat(routes).hasSize(2);
            assertThat(routes.getFirst()).startsWith("<sips:127.0.0.1:" + port + ";lr;r2;");
            assertThat(routes.getLast()).startsWith("<sip:" + bench.hostPort() + ";transport=udp;lr;r2;");
        }
    }

    @Test
    void aSecureUriNeverGoesToANeighbourOverUdp() throws Exception {
        try (SipPeer plain = new SipPeer();
                ProxyBench bench = bench(Neighbour.at(Hop.udp(plain.address())), Duration.ZERO)) {
            ask(bench, "sips:0990123@" + bench.hostPort());
            bench.telephone.receive("SIP/2.0 480 ");
            ask(bench, "sips:0990123@" + plain.hostPort());
            bench.telephone.receive("SIP/2.0 500 ");
            ask(bench, "sip:0990123@" + bench.hostPort());
            plain.receive("SUBSCRIBE sip:0990123@" + bench.hostPort()); // and nothing before
        }
    }
}
