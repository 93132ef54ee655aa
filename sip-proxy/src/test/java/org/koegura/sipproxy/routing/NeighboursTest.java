package org.koegura.sipproxy.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.koegura.sipproxy.dns.Found;
import org.koegura.sipproxy.dns.Sought;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.Protocol;

class NeighboursTest {

    private static final Hop PBX = hop(Protocol.UDP, "192.0.2.20", 5060);
    private static final Hop TRUNK = hop(Protocol.UDP, "198.51.100.1", 5060);
    private static final Hop STRANGER = hop(Protocol.UDP, "203.0.113.9", 5060);
    private static final Neighbours BETWEEN = new Neighbours(Neighbour.at(PBX), Neighbour.at(TRUNK));

    private static Hop hop(Protocol protocol, String address, int port) {
        return new Hop(protocol, new InetSocketAddress(InetAddress.ofLiteral(address), port));
    }

    /// A name that has these addresses besides.
    private static Neighbour named(Hop hop, String... more) {
        List<Hop> hops = Stream.concat(
                        Stream.of(hop),
                        Stream.of(more)
                                .map(address -> hop(
                                        hop.protocol(), address, hop.address().getPort())))
                .toList();
        return new Neighbour(
                List.of(new Server(new Sought("name.example", 5060, null, false), 0, 1)), _ -> Found.at(hops));
    }

    private static @Nullable Hop across(Neighbours neighbours, Hop source) {
        Neighbour to = neighbours.across(source);
        return to == null ? null : to.hops().getFirst();
    }

    @Test
    void betweenPbxAndTrunkEachLeadsToTheOther() {
        assertThat(across(BETWEEN, PBX)).isEqualTo(TRUNK);
        assertThat(across(BETWEEN, TRUNK)).isEqualTo(PBX);
    }

    @Test
    void aStrangerLeadsToThePbxAsTheTrunkDoes() {
        assertThat(across(BETWEEN, STRANGER)).isEqualTo(PBX);
        assertThat(BETWEEN.isUpstream(STRANGER)).isFalse();
        assertThat(BETWEEN.isStranger(STRANGER)).isTrue();
        assertThat(BETWEEN.isStranger(PBX)).isFalse();
        assertThat(BETWEEN.isStranger(TRUNK)).isFalse();
    }

    @Test
    void aPortOfItsOwnIsStillTheSameNeighbour() {
        assertThat(BETWEEN.isUpstream(hop(Protocol.TCP, "192.0.2.20", 40_000))).isTrue();
        assertThat(BETWEEN.isTrunk(hop(Protocol.UDP, "198.51.100.1", 40_000))).isTrue();
        assertThat(across(BETWEEN, hop(Protocol.UDP, "192.0.2.20", 40_000))).isEqualTo(TRUNK);
    }

    @Test
    void everyAddressOfANameIsTheNeighbour() {
        Neighbours between = new Neighbours(named(PBX, "192.0.2.21"), named(TRUNK, "198.51.100.2"));
        assertThat(between.isTrunk(hop(Protocol.UDP, "198.51.100.2", 5060))).isTrue();
        assertThat(across(between, hop(Protocol.TCP, "192.0.2.21", 40_000))).isEqualTo(TRUNK);
        assertThat(between.at(new InetSocketAddress(InetAddress.ofLiteral("198.51.100.2"), 5060)))
                .isEqualTo(hop(Protocol.UDP, "198.51.100.2", 5060));
    }

    /// A port cannot tell the two apart: over TCP it is one that the system chose, and a PBX may send
    /// from several. Whoever could not be told apart counted as neither, and was taken for somebody
    /// inside.
    @Test
    void oneHostCannotBeBothNeighbours() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new Neighbours(Neighbour.at(PBX), Neighbour.at(hop(Protocol.UDP, "192.0.2.20", 5080))));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Neighbours(named(PBX, "198.51.100.1"), Neighbour.at(TRUNK)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Neighbours(null, Neighbour.at(TRUNK)));
    }

    @Test
    void onTheTelephoneSideATelephoneBesideTheRegistrarIsNotTheRegistrar() {
        Neighbours before = new Neighbours(Neighbour.at(PBX), null);
        assertThat(before.isUpstream(PBX)).isTrue();
        assertThat(before.isUpstream(hop(Protocol.UDP, "192.0.2.20", 40_000))).isFalse();
        assertThat(before.isUpstream(hop(Protocol.TCP, "192.0.2.20", 40_000))).isTrue();
        assertThat(across(before, STRANGER)).isEqualTo(PBX);
        assertThat(before.isStranger(STRANGER)).isFalse();
        assertThat(across(new Neighbours(null, null), PBX)).isNull();
    }
}
