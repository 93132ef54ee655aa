package org.koegura.sipproxy.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworksTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "192.0.2.64/26, 192.0.2.127, true",
        "192.0.2.64/26, 192.0.2.128, false",
        "192.0.2.1, 192.0.2.1, true",
        "192.0.2.1, 192.0.2.2, false",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "::/0, 192.0.2.1, false",
        "::ffff:192.0.2.0/120, 192.0.2.9, true",
        "::ffff:192.0.2.0/120, 192.0.3.9, false",
        "fe80::/10, fe80::1, true"
    })
    void anAddressIsOfANetworkWhereItSharesItsPrefix(String network, String address, boolean within) {
        assertThat(Network.parse(network).contains(InetAddress.ofLiteral(address)))
                .isEqualTo(within);
    }

    @Test
    void anIpv4AddressThatASocketGivesAsIpv6IsTheSame() throws UnknownHostException {
        byte[] octets = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff, 10, 1, 2, 3};
        InetAddress mapped = Inet6Address.getByAddress(null, octets, 0);
        assertThat(mapped).isInstanceOf(Inet6Address.class);
        assertThat(Network.parse("10.0.0.0/8").contains(mapped)).isTrue();
        assertThat(Network.parse("11.0.0.0/8").contains(mapped)).isFalse();
        assertThat(Network.parse("::/0").contains(mapped)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/",
                "10.0.0.1/8",
                "10.0.0/8",
                "host",
                "host/8",
                "2001:db8::/129",
                "2001:db8::1/32",
                "::ffff:10.0.0.0/95",
                "10.0.0.0/8/8",
                "10.0.0.0/ 8",
                "10.0.0.0/8,"
            })
    void whatIsNoNetworkIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Networks.parse(text));
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, true",
        "::1, true",
        "172.31.0.1, true",
        "172.32.0.1, false",
        "100.64.0.1, true",
        "100.128.0.1, false",
        "169.254.1.1, true",
        "fd00::1, true",
        "203.0.113.1, false",
        "2001:db8::1, false"
    })
    void byDefaultWhatIsNobodysOnTheInternetMayUseIt(String address, boolean may) {
        assertThat(Networks.parse(Networks.PRIVATE).contain(InetAddress.ofLiteral(address)))
                .isEqualTo(may);
    }
}
