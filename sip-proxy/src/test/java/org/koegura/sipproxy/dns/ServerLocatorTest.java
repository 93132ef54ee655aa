package org.koegura.sipproxy.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.resolver.HostsFileEntriesProvider;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.koegura.sipproxy.dns.ServerLocator.Families;
import org.koegura.sipproxy.message.SipUri;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.Protocol;

/// RFC 3263 against a name server that speaks DNS.
class ServerLocatorTest {

    private final Zone zone = new Zone();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final AtomicLong nanos = new AtomicLong();
    private final RandomGenerator random = new Random(1);
    private ServerLocator locator = open(List.of(zone.address()), Families.IPV4);

    private ServerLocator open(List<InetSocketAddress> servers, Families families) {
        return new ServerLocator(
                new NameServers(servers, nanos::get, new DnsMeters(metrics)),
                new HostsFile(ServerLocatorTest::hostsFile, nanos::get),
                families,
                EnumSet.allOf(Protocol.class));
    }

    private static HostsFileEntriesProvider hostsFile() {
        try (Reader text = new StringReader("127.0.0.20 pbx.written.example pbx\n")) {
            return HostsFileEntriesProvider.parser().parse(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void reopen(List<InetSocketAddress> servers, Families families) {
        locator.close();
        locator = open(servers, families);
    }

    @AfterEach
    void close() {
        locator.close();
        zone.close();
    }

    private List<String> located(String uri) {
        Sought sought = Objects.requireNonNull(Sought.by(Objects.requireNonNull(SipUri.parse(uri)), false));
        return locator.locate(sought, random).stream()
                .map(ServerLocatorTest::written)
                .toList();
    }

    private static String written(Hop hop) {
        return hop.protocol().parameter() + " " + hop.address().getAddress().getHostAddress() + " "
                + hop.address().getPort();
    }

    @Test
    void anAddressIsNotAskedFor() {
        assertThat(located("sip:1@192.0.2.1")).containsExactly("udp 192.0.2.1 5060");
        assertThat(located("sip:1@192.0.2.1:5070;transport=tcp")).containsExactly("tcp 192.0.2.1 5070");
        assertThat(located("sip:1@[2001:db8::1]")).containsExactly("udp 2001:db8:0:0:0:0:0:1 5060");
        assertThat(zone.asked()).isEmpty();
    }

    @Test
    void aPortThatIsWrittenOutLeadsToTheAddressesOfTheNameItself() {
        zone.a("pbx.example", "127.0.0.2").a("pbx.example", "127.0.0.3");
        zone.srv("_sip._udp.pbx.example", 0, 0, 5999, "pbx.example");
        assertThat(located("sip:1@PBX.example:5070"))
                .containsExactlyInAnyOrder("udp 127.0.0.2 5070", "udp 127.0.0.3 5070");
        assertThat(zone.asked()).containsExactly("A pbx.example");
    }

    @Test
    void naptrSaysThatTcpIsLikedBetter() {
        zone.naptr("city.example", 10, 20, "s", "SIP+D2U", "_sip._udp.city.example")
                .naptr("city.example", 10, 10, "S", "sip+d2t", "_sip._tcp.elsewhere.example")
                .naptr("city.example", 5, 10, "u", "E2U+sip", "")
                .srv("_sip._udp.city.example", 0, 0, 5060, "a.example")
                .srv("_sip._tcp.elsewhere.example", 0, 0, 5062, "b.example")
                .a("a.example", "127.0.0.2")
                .a("b.example", "127.0.0.3");
        assertThat(located("sip:1@city.example")).containsExactly("tcp 127.0.0.3 5062", "udp 127.0.0.2 5060");
    }

    @Test
    void withoutNaptrUdpComesFirstAndTcpIsTheNextToTry() {
        zone.srv("_sip._tcp.city.example", 0, 0, 5062, "b.example")
                .srv("_sip._udp.city.example", 0, 0, 5061, "a.example")
                .a("a.example", "127.0.0.2")
                .a("b.example", "127.0.0.3");
        assertThat(located("sip:1@city.example")).containsExactly("udp 127.0.0.2 5061", "tcp 127.0.0.3 5062");
    }

    @Test
    void aProtocolThatIsSaidIsTheOnlyOneThatIsAskedFor() {
        zone.naptr("city.example", 10, 10, "s", "SIP+D2U", "_sip._udp.city.example")
                .srv("_sip._tcp.city.example", 0, 0, 5062, "b.example")
                .a("b.example", "127.0.0.3");
        assertThat(located("sip:1@city.example;transport=tcp")).containsExactly("tcp 127.0.0.3 5062");
        assertThat(zone.asked()).containsExactly("SRV _sip._tcp.city.example", "A b.example");
    }

    @Test
    void serversAreTriedByPriority() {
        zone.srv("_sip._udp.city.example", 20, 0, 5060, "c.example")
                .srv("_sip._udp.city.example", 0, 0, 5060, "a.example")
                .srv("_sip._udp.city.example", 10, 65_535, 5060, "b.example")
                .a("a.example", "127.0.0.2")
                .a("b.example", "127.0.0.3")
                .a("c.example", "127.0.0.4");
        assertThat(located("sip:1@city.example"))
                .containsExactly("udp 127.0.0.2 5060", "udp 127.0.0.3 5060", "udp 127.0.0.4 5060");
    }

    @Test
    void aServerWithoutAnAddressIsPassedOver() {
        zone.srv("_sip._udp.city.example", 0, 0, 5060, "gone.example")
                .srv("_sip._udp.city.example", 10, 0, 5060, "b.example")
                .a("b.example", "127.0.0.3");
        assertThat(located("sip:1@city.example")).containsExactly("udp 127.0.0.3 5060");
    }

    @Test
    void amongEqualServersEachIsFirstAsOftenAsItsWeightSays() {
        zone.srv("_sip._udp.city.example", 0, 10, 5060, "a.example")
                .srv("_sip._udp.city.example", 0, 30, 5060, "b.example")
                .srv("_sip._udp.city.example", 0, 60, 5060, "c.example")
                .a("a.example", "127.0.0.2")
                .a("b.example", "127.0.0.3")
                .a("c.example", "127.0.0.4");
        int draws = 20_000;
        Map<String, Long> firsts = IntStream.range(0, draws)
                .mapToObj(_ -> located("sip:1@city.example").getFirst())
                .collect(Collectors.groupingBy(first -> first, Collectors.counting()));
        assertThat(firsts.getOrDefault("udp 127.0.0.2 5060", 0L) / (double) draws)
                .isCloseTo(0.10, within(0.02));
        assertThat(firsts.getOrDefault("udp 127.0.0.3 5060", 0L) / (double) draws)
                .isCloseTo(0.30, within(0.02));
        assertThat(firsts.getOrDefault("udp 127.0.0.4 5060", 0L) / (double) draws)
                .isCloseTo(0.60, within(0.02));
    }

    @Test
    void aServiceThatIsDecidedlyNotOfferedIsNotLookedForElsewhere() {
        zone.srv("_sip._udp.city.example", 0, 0, 0, ".").a("city.example", "127.0.0.2");
        assertThat(located("sip:1@city.example;transport=udp")).isEmpty();
    }

    @Test
    void whoHasNoServiceRecordsIsReachedAtItsOwnAddresses() {
        zone.a("pbx.example", "127.0.0.2");
        assertThat(located("sip:1@pbx.example")).containsExactly("udp 127.0.0.2 5060");
        assertThat(located("sip:1@pbx.example;transport=tcp")).containsExactly("tcp 127.0.0.2 5060");
    }

    @Test
    void anAliasIsFollowed() {
        zone.srv("_sip._udp.city.example", 0, 0, 5060, "alias.example")
                .cname("alias.example", "real.example")
                .a("real.example", "127.0.0.2");
        assertThat(located("sip:1@city.example")).containsExactly("udp 127.0.0.2 5060");
    }

    @Test
    void anAnswerThatIsCutOffIsAskedForOverTcp() {
        zone.srv("_sip._udp.city.example", 0, 0, 5060, "a.example")
                .cutOff("_sip._udp.city.example", DnsRecordType.SRV)
                .a("a.example", "127.0.0.2");
        assertThat(located("sip:1@city.example")).containsExactly("udp 127.0.0.2 5060");
        assertThat(zone.asked()).contains("over TCP SRV _sip._udp.city.example");
    }

    @Test
    void aRecordOfNonsenseIsPassedOver() {
        zone.nonsense("_sip._udp.city.example", DnsRecordType.SRV)
                .srv("_sip._udp.city.example", 0, 0, 5060, "a.example")
                .a("a.example", "127.0.0.2");
        assertThat(located("sip:1@city.example")).containsExactly("udp 127.0.0.2 5060");
    }

    @Test
    void aNameServerThatDropsWhatItDoesNotKnowStillGivesTheAddress() {
        zone.a("pbx.example", "127.0.0.2").silentOn("pbx.example", DnsRecordType.NAPTR);
        assertThat(located("sip:1@pbx.example")).containsExactly("udp 127.0.0.2 5060");
    }

    @Test
    void aSilenceIsRememberedAndThenAskedAgain() {
        zone.silentOn("gone.example", DnsRecordType.A);
        assertThat(located("sip:1@gone.example:5060")).isEmpty();
        int asked = zone.asked().size();
        assertThat(asked).isEqualTo(NameServers.ROUNDS_OF_ONE);
        assertThat(located("sip:1@gone.example:5060")).isEmpty();
        assertThat(zone.asked()).hasSize(asked);
        nanos.addAndGet(AnswerCache.SILENT.toNanos());
        assertThat(located("sip:1@gone.example:5060")).isEmpty();
        assertThat(zone.asked()).hasSizeGreaterThan(asked);
        assertThat(metrics.counter("koegura.dns.queries", "outcome", "silent").count())
                .isEqualTo(2);
    }

    @Test
    void theNextNameServerIsAskedWhereTheFirstIsSilent() {
        try (Zone deaf = new Zone()) {
            deaf.silentOn("pbx.example", DnsRecordType.A);
            zone.a("pbx.example", "127.0.0.2");
            reopen(List.of(deaf.address(), zone.address()), Families.IPV4);
            assertThat(located("sip:1@pbx.example:5060")).containsExactly("udp 127.0.0.2 5060");
        }
    }

    @Test
    void anAnswerHoldsForItsTimeToLiveAndNoLonger() {
        zone.a("pbx.example", "127.0.0.2", 20);
        located("sip:1@pbx.example:5060");
        nanos.addAndGet(19_000_000_000L);
        located("sip:1@pbx.example:5060");
        assertThat(zone.asked()).hasSize(1);
        nanos.addAndGet(1_000_000_000L);
        located("sip:1@pbx.example:5060");
        assertThat(zone.asked()).hasSize(2);
    }

    @Test
    void withoutANameServerTheHostsFileIsEnough() {
        reopen(List.of(), Families.IPV4);
        assertThat(located("sip:1@pbx.written.example")).containsExactly("udp 127.0.0.20 5060");
        assertThat(located("sip:1@pbx;transport=tcp")).containsExactly("tcp 127.0.0.20 5060");
        assertThat(located("sip:1@unknown.example")).isEmpty();
    }

    @Test
    void onlyAddressesThatOurSocketsCanSendToAreLookedFor() {
        zone.a("pbx.example", "127.0.0.2").aaaa("pbx.example", "::1");
        assertThat(located("sip:1@pbx.example:5060")).containsExactly("udp 127.0.0.2 5060");
        reopen(List.of(zone.address()), Families.BOTH);
        assertThat(located("sip:1@pbx.example:5060")).containsExactly("udp 127.0.0.2 5060", "udp 0:0:0:0:0:0:0:1 5060");
        reopen(List.of(zone.address()), Families.IPV6);
        assertThat(located("sip:1@pbx.example:5060")).containsExactly("udp 0:0:0:0:0:0:0:1 5060");
    }

    private Found found(String host) {
        return locator.find(new Sought(host, -1, null, false));
    }

    @Test
    void whereHalfOfTheAddressesIsNotToldThePlacesAreNotAll() {
        zone.a("pbx.example", "127.0.0.2").silentOn("pbx.example", DnsRecordType.AAAA);
        zone.srv("_sip._udp.city.example", 0, 0, 5060, "a.example")
                .srv("_sip._udp.city.example", 0, 0, 5060, "b.example")
                .a("a.example", "127.0.0.3")
                .a("b.example", "127.0.0.4")
                .silentOn("b.example", DnsRecordType.A);
        assertThat(found("city.example").whole()).isFalse();
        assertThat(found("city.example").lacking()).isTrue();
        assertThat(found("city.example").hops())
                .extracting(ServerLocatorTest::written)
                .containsExactly("udp 127.0.0.3 5060");
        zone.answering("b.example", DnsRecordType.A);
        nanos.addAndGet(AnswerCache.SILENT.toNanos());
        assertThat(found("city.example").whole()).isTrue();
        assertThat(found("city.example").lacking()).isFalse();
        assertThat(found("city.example").hops()).hasSize(2);
        reopen(List.of(zone.address()), Families.BOTH);
        assertThat(found("pbx.example").whole()).isFalse();
        assertThat(found("pbx.example").lacking()).isTrue();
    }

    /// Name servers in small routers say nothing when asked for servers; that means nothing.
    @Test
    void whereOnlyServersAreNotToldNothingIsKnownToLack() {
        zone.a("pbx.example", "127.0.0.2").silentOn("_sip._udp.pbx.example", DnsRecordType.SRV);
        assertThat(found("pbx.example").whole()).isFalse();
        assertThat(found("pbx.example").lacking()).isFalse();
    }

    @Test
    void anAnswerThatDoesNotHoldAnyMoreIsBetterThanNone() {
        zone.a("pbx.example", "127.0.0.2", 20);
        assertThat(located("sip:1@pbx.example:5060")).containsExactly("udp 127.0.0.2 5060");
        zone.silentOn("pbx.example", DnsRecordType.A);
        nanos.addAndGet(20_000_000_000L);
        assertThat(located("sip:1@pbx.example:5060")).containsExactly("udp 127.0.0.2 5060");
        assertThat(found("pbx.example").hops()).hasSize(1);
        nanos.addAndGet(AnswerCache.STALE_MAX.toNanos());
        assertThat(located("sip:1@pbx.example:5060")).isEmpty();
    }

    @Test
    void allAddressesAreFoundThoughNobodyTriesAll() {
        IntStream.rangeClosed(1, 20).forEach(i -> zone.a("many.example", "127.0.1." + i));
        assertThat(found("many.example").hops()).hasSize(20);
        assertThat(metrics.counter("koegura.dns.records.left").count()).isZero();
        IntStream.rangeClosed(1, NameServers.RECORDS_MAX + 2).forEach(i -> zone.a("more.example", "127.0.2." + i));
        assertThat(found("more.example").hops()).hasSize(NameServers.RECORDS_MAX);
        assertThat(metrics.counter("koegura.dns.records.left").count()).isEqualTo(2);
    }

    @Test
    void callsAreSharedByTheWeightsOfWhatWasFoundOnce() {
        zone.srv("_sip._udp.city.example", 0, 25, 5060, "a.example")
                .srv("_sip._udp.city.example", 0, 75, 5060, "b.example")
                .srv("_sip._udp.city.example", 10, 0, 5060, "c.example")
                .a("a.example", "127.0.0.2")
                .a("b.example", "127.0.0.3")
                .a("c.example", "127.0.0.4");
        Found once = found("city.example");
        int draws = 20_000;
        Map<String, Long> firsts = IntStream.range(0, draws)
                .mapToObj(_ -> once.drawn(random))
                .peek(order -> assertThat(written(order.getLast())).isEqualTo("udp 127.0.0.4 5060"))
                .collect(Collectors.groupingBy(order -> written(order.getFirst()), Collectors.counting()));
        assertThat(firsts.getOrDefault("udp 127.0.0.2 5060", 0L) / (double) draws)
                .isCloseTo(0.25, within(0.02));
    }

    @Test
    void whatIsSoughtSecurelyIsFoundOverTlsOnlyAndBearsTheNameThatWasSought() {
        zone.naptr("city.example", 10, 10, "s", "SIP+D2U", "_sip._udp.city.example")
                .naptr("city.example", 20, 10, "s", "SIPS+D2T", "_sips._tcp.city.example")
                .srv("_sip._udp.city.example", 0, 0, 5060, "a.example")
                .srv("_sips._tcp.city.example", 0, 0, 5061, "a.example")
                .a("a.example", "127.0.0.2");
        assertThat(located("sips:1@city.example")).containsExactly("tls 127.0.0.2 5061");
        assertThat(located("sips:1@city.example;transport=udp")).containsExactly("tls 127.0.0.2 5061");
        Found tls = locator.find(new Sought("City.example.", -1, Protocol.TLS, false));
        assertThat(tls.hops()).extracting(hop -> hop.address().getHostString()).containsExactly("city.example");
    }

    @Test
    void moreThanAnybodyTriesIsLeftOut() {
        IntStream.rangeClosed(1, 20).forEach(i -> zone.a("many.example", "127.0.1." + i));
        assertThat(located("sip:1@many.example:5060")).hasSize(ServerLocator.HOPS_MAX);
    }
}
