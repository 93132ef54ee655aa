package org.koegura.sipproxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.Protocol;

class NeighboursTest {

    private static final Hop PBX = hop(Protocol.UDP, "192.0.2.20", 5060);
    private static final Hop TRUNK = hop(Protocol.UDP, "198.51.100.1", 5060);

    private static Hop hop(Protocol protocol, String address, int port) {
        return new Hop(protocol, new InetSocketAddress(InetAddress.ofLiteral(address), port));
    }

    @Test
    void betweenPbxAndTrunkEachLeadsToTheOther() {
        Neighbours between = new Neighbours(PBX, TRUNK);
        assertThat(between.across(PBX)).isEqualTo(TRUNK);
        assertThat(between.across(TRUNK)).isEqualTo(PBX);
        assertThat(between.across(hop(Protocol.UDP, "203.0.113.9", 5060))).isEqualTo(PBX);
    }

    @Test
    void aPortOfItsOwnIsStillTheSameNeighbour() {
        Neighbours between = new Neighbours(PBX, TRUNK);
        assertThat(between.isUpstream(hop(Protocol.TCP, "192.0.2.20", 40_000))).isTrue();
        assertThat(between.isTrunk(hop(Protocol.UDP, "198.51.100.1", 40_000))).isTrue();
        assertThat(between.leadsOut(hop(Protocol.UDP, "192.0.2.20", 40_000))).isTrue();
    }

    @Test
    void onOneHostThePortTellsThemApart() {
        Hop other = hop(Protocol.UDP, "192.0.2.20", 5080);
        Neighbours between = new Neighbours(PBX, other);
        assertThat(between.leadsOut(PBX)).isTrue();
        assertThat(between.leadsOut(other)).isFalse();
        assertThat(between.isTrunk(hop(Protocol.UDP, "192.0.2.20", 40_000))).isFalse();
        assertThat(between.isUpstream(hop(Protocol.UDP, "192.0.2.20", 40_000))).isFalse();
    }

    @Test
    void onTheTelephoneSideATelephoneBesideTheRegistrarIsNotTheRegistrar() {
        Neighbours before = new Neighbours(PBX, null);
        assertThat(before.isUpstream(PBX)).isTrue();
        assertThat(before.isUpstream(hop(Protocol.UDP, "192.0.2.20", 40_000))).isFalse();
        assertThat(before.across(hop(Protocol.UDP, "203.0.113.9", 5060))).isEqualTo(PBX);
        assertThat(new Neighbours(null, null).across(PBX)).isNull();
    }
}
