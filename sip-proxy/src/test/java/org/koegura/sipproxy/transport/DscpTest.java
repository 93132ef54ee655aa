package org.koegura.sipproxy.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What SIP packets bear (J2).
class DscpTest {

    @ParameterizedTest
    @CsvSource({"CS3, 24", "cs0, 0", "CS7, 56", "AF11, 10", "AF43, 38", "EF, 46", "0, 0", "63, 63"})
    void aMarkHasANameOrANumber(String text, int codePoint) {
        assertThat(Dscp.parse(text)).isEqualTo(new Dscp(codePoint));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "64", "CS8", "AF14", "AF51", "BE", "-1", "0x18"})
    void anythingElseIsNone(String text) {
        assertThat(Dscp.parse(text)).isNull();
    }

    @Test
    void noOtherNumberIsACodePoint() {
        assertThatThrownBy(() -> new Dscp(64)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theSystemHasTheMarkOfTheSocket() throws IOException {
        try (UdpTransport udp = UdpTransport.bind(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                arrival -> {},
                new Faults(new SimpleMeterRegistry()))) {
            udp.mark(Dscp.CS3);
            assertThat(udp.typeOfService()).isEqualTo(0x60);
        }
    }
}
