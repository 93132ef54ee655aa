package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.handler.codec.dns.DnsRecordType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.LiveCall;
import org.koegura.callmodel.Unrecorded;
import org.koegura.sipproxy.dns.Found;
import org.koegura.sipproxy.dns.Sought;
import org.koegura.sipproxy.dns.Zone;
import org.koegura.sipproxy.routing.Neighbour;
import org.koegura.sipproxy.routing.Neighbours;
import org.koegura.sipproxy.routing.Server;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.Protocol;

/// After a power cut the proxy is there before the name server: whom it does not find yet, it looks for.
class UnfoundNeighbourTest {

    private static final String NAME = "pbx.city.example";

    private final Zone zone = new Zone();
    private final SipPeer pbx = new SipPeer(ProxyBench.PBX);
    private final SipPeer trunk = new SipPeer(ProxyBench.TRUNK);
    private @Nullable ProxyBench bench;

    UnfoundNeighbourTest() throws IOException {}

    @AfterEach
    void close() {
        if (bench != null) {
            bench.close();
        }
        pbx.close();
        trunk.close();
        zone.close();
    }

    private static Neighbour unfound(int port) {
        return new Neighbour(
                List.of(new Server(new Sought(NAME, port, Protocol.UDP, false), 0, 1)), _ -> Found.at(List.of()));
    }

    private ProxyBench among(Neighbours neighbours) throws IOException, SipFault {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        bench = ProxyBench.among(
                SipProxy.Sockets.at(new InetSocketAddress(loopback, 0), loopback),
                neighbours,
                List.of(zone.address()),
                Duration.ZERO);
        return bench;
    }

    private static void invite(ProxyBench bench, SipPeer from, String uri, String callId) {
        String lines = ProxyBench.FROM_TO + "Content-Type: application/sdp\r\n";
        from.send(
                bench.request(from, "INVITE " + uri, callId, "1 INVITE", lines, ProxyBench.sdp(4000)), bench.address());
    }

    /// The final answer to one call, which the PBX refuses where it gets it.
    private static String answer(ProxyBench bench, SipPeer pbx, String callId) {
        invite(bench, bench.telephone, "sip:0990123@" + bench.hostPort(), callId);
        while (true) {
            String answer = bench.telephone.next(2_000);
            boolean own = answer.isEmpty() || SipPeer.one(answer, "Call-ID").equals(callId);
            if (own && answer.startsWith("SIP/2.0 100 ")) {
                String invite = pbx.receive("INVITE ");
                pbx.send(SipPeer.response(invite, "486 Busy Here", "b", "", ""), bench.address());
            } else if (own) {
                return answer;
            }
        }
    }

    @Test
    void aCallGets503WithATimeToTryAgainUntilTheNameServerKnowsTheNeighbour() throws Exception {
        zone.a(NAME, ProxyBench.PBX).silentOn(NAME, DnsRecordType.A);
        ProxyBench bench = among(new Neighbours(unfound(pbx.address().getPort()), null));
        String early = answer(bench, pbx, "early@example.com");
        assertThat(early).startsWith("SIP/2.0 503 ");
        assertThat(SipPeer.one(early, "Retry-After")).isEqualTo("10");
        await().until(() -> bench.count("koegura.sip.neighbour.unfound", "side", "upstream") > 0);
        zone.answering(NAME, DnsRecordType.A);
        int[] calls = {0};
        await("the name is known, and the call goes there") // silence is remembered for 30 s
                .atMost(Duration.ofSeconds(50))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> answer(bench, pbx, "call-" + calls[0]++ + "@example.com")
                        .startsWith("SIP/2.0 486 "));
        assertThat(bench.count("koegura.sip.neighbour.unfound", "side", "trunk"))
                .isZero();
    }

    @Test
    void onTheTelephonesSideWhoMayBeTheRegistrarIsNotRecordedForTheOutsidePartyMightNotBeTold() throws Exception {
        ProxyBench bench = among(new Neighbours(unfound(5060), null));
        invite(bench, bench.telephone, "sip:0990123@" + bench.registrar.hostPort(), "doubt@example.com");
        bench.registrar.receive("INVITE ");
        await().until(() -> bench.proxy.live() > 0);
        LiveCall call = bench.proxy.liveCalls().list().getFirst();
        assertThat(call.unrecorded()).isEqualTo(Unrecorded.NO_INSIDE_PARTY);
    }

    /// Of one of its two servers the name server told the address, of the other it did not yet.
    @Test
    void aCallFromAServerWhoseAddressIsNotKnownYetIsNotRecordedAndOnceItIsKnownItIsOneFromOutside() throws Exception {
        String service = "_sip._udp." + NAME;
        try (SipPeer other = new SipPeer("127.0.0.9");
                KeptLog log = new KeptLog()) {
            zone.srv(service, 0, 0, pbx.address().getPort(), "one." + NAME)
                    .srv(service, 0, 0, other.address().getPort(), "two." + NAME)
                    .a("one." + NAME, ProxyBench.PBX)
                    .a("two." + NAME, "127.0.0.9")
                    .silentOn("two." + NAME, DnsRecordType.A);
            Neighbours neighbours = new Neighbours(unfound(-1), null);
            ProxyBench bench = among(neighbours);
            await().until(() -> log.of("sip.neighbour.lacking").size() == 1);
            invite(bench, other, "sip:201@" + bench.telephone.hostPort(), "doubt@example.com");
            bench.telephone.receive("INVITE ");
            assertThat(call(bench, "doubt@example.com").unrecorded()).isEqualTo(Unrecorded.NO_INSIDE_PARTY);
            zone.answering("two." + NAME, DnsRecordType.A);
            await("the whole is known") // silence is remembered for 30 s
                    .atMost(Duration.ofSeconds(50))
                    .until(() -> neighbours.isUpstream(Hop.udp(other.address())));
            invite(bench, other, "sip:201@" + bench.telephone.hostPort(), "known@example.com");
            bench.telephone.receive("INVITE ");
            assertThat(call(bench, "known@example.com").unrecorded()).isNull();
            assertThat(call(bench, "known@example.com").facts().direction()).isEqualTo(Direction.INBOUND);
            assertThat(log.of("sip.neighbour.lacking")).hasSize(1);
        }
    }

    private static LiveCall call(ProxyBench bench, String callId) {
        return bench.proxy.liveCalls().list().stream()
                .filter(live -> live.facts().sipCallId().equals(callId))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void betweenPbxAndTrunkWhoMayBeThePbxIsAskedToTryAgainAndNotForbidden() throws Exception {
        ProxyBench bench = among(new Neighbours(unfound(5060), Neighbour.at(Hop.udp(trunk.address()))));
        invite(bench, pbx, "sip:0990123@" + trunk.hostPort(), "out@example.com");
        assertThat(SipPeer.one(pbx.receive("SIP/2.0 503 "), "Retry-After")).isEqualTo("10");
        invite(bench, pbx, "sip:0990123@" + bench.hostPort(), "across@example.com");
        pbx.receive("SIP/2.0 503 ");
        assertThat(trunk.next(100)).isEmpty();
    }

    @Test
    void aNameThatLeadsToOurselvesIsNoNeighbour() throws Exception {
        ProxyBench before = among(new Neighbours(null, null));
        int port = before.address().getPort();
        before.close();
        InetAddress loopback = InetAddress.getLoopbackAddress();
        zone.a(NAME, "127.0.0.1");
        ProxyBench now = ProxyBench.among(
                SipProxy.Sockets.at(new InetSocketAddress(loopback, port), loopback),
                new Neighbours(unfound(port), null),
                List.of(zone.address()),
                Duration.ZERO);
        bench = now;
        await().until(() -> now.count("koegura.sip.neighbour.unfound", "side", "upstream") > 0);
        assertThat(answer(now, pbx, "round@example.com")).startsWith("SIP/2.0 503 ");
    }
}
