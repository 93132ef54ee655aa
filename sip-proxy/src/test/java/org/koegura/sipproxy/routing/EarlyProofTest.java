package org.koegura.sipproxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.koegura.sipproxy.dns.Found;
import org.koegura.sipproxy.dns.Sought;
import org.koegura.sipproxy.srtp.SrtpProfiles;
import org.koegura.sipproxy.transport.Hop;

/// What was proven of one server of the carrier's holds of it alone, and not before its day.
class EarlyProofTest {

    private static final Hop PBX = hop("192.0.2.20");
    private static final Instant NOW = Instant.parse("2026-11-20T01:00:00Z");
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 20);

    private static Hop hop(String address) {
        return Hop.udp(new InetSocketAddress(InetAddress.ofLiteral(address), 5060));
    }

    /// @param servers addresses by name
    private static Neighbour trunk(Map<String, List<String>> servers) {
        return new Neighbour(
                servers.keySet().stream()
                        .map(name -> new Server(new Sought(name, 5060, null, false), 0, 1))
                        .toList(),
                server -> Found.at(
                        Objects.requireNonNull(servers.get(server.sought().host())).stream()
                                .map(EarlyProofTest::hop)
                                .toList()));
    }

    private static boolean proves(EarlyProof proof, String source) {
        return prove(List.of(proof), source);
    }

    private static boolean prove(List<EarlyProof> proofs, String source) {
        Neighbour carrier = trunk(Map.of(
                "one.example", List.of("198.51.100.1", "198.51.100.3"),
                "two.example", List.of("198.51.100.2", "198.51.100.3"),
                "[2001:db8::7]", List.of("2001:db8::7")));
        return new Whereabouts(new Neighbours(Neighbour.at(PBX), carrier), Extensions.ANY, SrtpProfiles.PASSING, proofs)
                .provesEarlyMedia(hop(source), NOW);
    }

    @Test
    void itHoldsOfTheServerThatItNamesAndOfNobodyElse() {
        EarlyProof proof = new EarlyProof("One.example", TODAY);
        assertThat(proves(proof, "198.51.100.1")).isTrue();
        assertThat(proves(proof, "198.51.100.2")).as("another server").isFalse();
        assertThat(proves(proof, "198.51.100.3")).as("an address of both").isFalse();
        assertThat(proves(proof, "203.0.113.9")).as("a stranger").isFalse();
        assertThat(proves(proof, "192.0.2.20")).as("the PBX").isFalse();
        assertThat(proves(new EarlyProof("three.example", TODAY), "198.51.100.1"))
                .isFalse();
        assertThat(prove(List.of(), "198.51.100.1")).isFalse();
    }

    @Test
    void eachServerHasAProofOfItsOwn() {
        EarlyProof one = new EarlyProof("one.example", TODAY);
        EarlyProof two = new EarlyProof("two.example", TODAY.plusDays(1));
        assertThat(prove(List.of(two, one), "198.51.100.1")).isTrue();
        assertThat(prove(List.of(two, one), "198.51.100.2")).as("not yet").isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "one.example., 198.51.100.1",
        "ONE.example, 198.51.100.1",
        "2001:db8::7, 2001:db8::7",
        "[2001:DB8:0::7], 2001:db8::7"
    })
    void howItsServerIsWrittenIsNoMatter(String written, String source) {
        assertThat(proves(new EarlyProof(written, TODAY), source)).isTrue();
    }

    @Test
    void itHoldsFromItsDayOnWhereTheCityIs() {
        assertThat(proves(new EarlyProof("one.example", TODAY.minusYears(1)), "198.51.100.1"))
                .isTrue();
        assertThat(proves(new EarlyProof("one.example", TODAY.plusDays(1)), "198.51.100.1"))
                .isFalse();
        EarlyProof proof = new EarlyProof("one.example", TODAY);
        assertThat(proof.holdsAt(Instant.parse("2026-11-19T15:00:00Z"))).isTrue();
        assertThat(proof.holdsAt(Instant.parse("2026-11-19T14:59:59Z"))).isFalse();
    }

    @Test
    void onTheTelephoneSideThereIsNoTrunkToProveAnythingOf() {
        Whereabouts before = new Whereabouts(
                new Neighbours(Neighbour.at(PBX), null),
                Extensions.ANY,
                SrtpProfiles.PASSING,
                List.of(new EarlyProof("192.0.2.20", TODAY)));
        assertThat(before.provesEarlyMedia(PBX, NOW)).isFalse();
    }
}
