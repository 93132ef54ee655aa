package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.koegura.server.config.Chosen;
import org.koegura.server.config.Config;
import org.koegura.server.config.Key;
import org.koegura.server.config.SipKeys;
import org.koegura.server.peer.LoopbackPorts;
import org.koegura.sipproxy.routing.Neighbour;
import org.koegura.sipproxy.routing.Neighbours;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.Protocol;

/// What only names that were looked up can tell: who the neighbours are, and that they are two.
class AddressesTest {

    private static Config config(Map<Key<?>, String> options) {
        Map<Key<?>, String> all = new HashMap<>(Map.of(SipKeys.LISTEN, "127.0.0.1:5070"));
        all.putAll(options);
        Chosen chosen = new Chosen("", Map.of(), all);
        assertThat(chosen.conflicts()).isEmpty();
        return Config.of(chosen);
    }

    @Test
    void aNeighbourHasEveryAddressOfItsName() throws Exception {
        Neighbour upstream = Objects.requireNonNull(Addresses.of(config(Map.of(SipKeys.UPSTREAM, "localhost:5060/tcp")))
                .neighbours()
                .upstream());
        assertThat(upstream.hops())
                .containsExactly(new Hop(Protocol.TCP, new InetSocketAddress(InetAddress.getLoopbackAddress(), 5060)));
    }

    @Test
    void everyAddressOfOneFamilyIsToldAsOneOfThatFamily() throws Exception {
        assertThat(told("0.0.0.0:5070")).singleElement().isInstanceOf(Inet4Address.class);
        assertThat(told("[::]:5070")).singleElement().isInstanceOf(Inet6Address.class);
        assertThat(told("0.0.0.0:5070, [::]:5070"))
                .hasSize(2)
                .hasAtLeastOneElementOfType(Inet4Address.class)
                .hasAtLeastOneElementOfType(Inet6Address.class);
    }

    private static List<InetAddress> told(String listen) throws StartFault {
        return Addresses.of(config(Map.of(SipKeys.LISTEN, listen))).sockets().advertised();
    }

    /// No name server is there at all, as after a power cut.
    @Test
    void aNeighbourWhoseNameNobodyKnowsYetDoesNotEndTheStart() throws Exception {
        Neighbours neighbours = Addresses.of(config(Map.of(
                        SipKeys.UPSTREAM, "pbx.city.example:5060, 192.0.2.20:5060;priority=1",
                        SipKeys.TRUNK, "carrier.example",
                        SipKeys.DNS, "127.0.0.1:" + LoopbackPorts.block(1))))
                .neighbours();
        assertThat(Objects.requireNonNull(neighbours.upstream()).hops())
                .containsExactly(Hop.udp(new InetSocketAddress("192.0.2.20", 5060)));
        assertThat(Objects.requireNonNull(neighbours.trunk()).hops()).isEmpty();
    }

    @Test
    void aNameOfThePbxForTheTrunkIsRefusedAtTheStart() {
        Config config = config(Map.of(SipKeys.UPSTREAM, "localhost:5060", SipKeys.TRUNK, "127.0.0.1:5080"));
        assertThatThrownBy(() -> Addresses.of(config))
                .isInstanceOf(StartFault.class)
                .hasMessageStartingWith(
                        "sip.trunk (--trunk): 127.0.0.1 is an address of sip.upstream (--upstream) too: ")
                .hasMessageNotContaining("\n");
    }

    @Test
    void aNeighbourThatIsThisProxyItselfIsRefusedAtTheStart() {
        Config config = config(Map.of(SipKeys.UPSTREAM, "192.0.2.20:5060", SipKeys.TRUNK, "localhost:5070"));
        assertThatThrownBy(() -> Addresses.of(config))
                .isInstanceOf(StartFault.class)
                .hasMessageStartingWith("sip.trunk (--trunk): 127.0.0.1 port 5070 is where this proxy itself listens");
    }
}
