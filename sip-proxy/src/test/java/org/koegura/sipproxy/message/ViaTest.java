package org.koegura.sipproxy.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.koegura.sipproxy.message.MessageSamples.message;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ViaTest {

    private static Via via(String value) throws MessageFault {
        return message("OPTIONS sip:b@b.example SIP/2.0", "Via: " + value).topVia();
    }

    @Test
    void theSentByIsReadInAllItsSpacings() throws MessageFault {
        Via via = via("SIP  /   2.0\r\n /UDP\r\n    192.0.2.2 : 5070 ;  branch =\r\n z9hG4bK1 ;rport; x");
        assertThat(via.transport()).isEqualTo("UDP");
        assertThat(via.host()).isEqualTo("192.0.2.2");
        assertThat(via.port()).isEqualTo(5070);
        assertThat(via.branch()).isEqualTo("z9hG4bK1");
        assertThat(via.asksForRport()).isTrue();
    }

    @Test
    void anAddressOfTheSixthVersionStaysInItsBrackets() throws MessageFault {
        assertThat(via("SIP/2.0/UDP [2001:db8::1]:5061;branch=z9hG4bK1").host()).isEqualTo("[2001:db8::1]");
        assertThat(via("SIP/2.0/UDP [2001:db8::1];branch=z9hG4bK1").port()).isEqualTo(-1);
    }

    @Test
    void aResponseGoesToReceivedAndRportWhereTheyAreFilledIn() throws MessageFault {
        Via plain = via("SIP/2.0/UDP a.example");
        assertThat(plain.responseHost() + ":" + plain.responsePort()).isEqualTo("a.example:5060");
        Via filled = via("SIP/2.0/UDP a.example:5070;rport=40000;received=192.0.2.9");
        assertThat(filled.responseHost() + ":" + filled.responsePort()).isEqualTo("192.0.2.9:40000");
        Via bad = via("SIP/2.0/UDP a.example:5070;rport=99999");
        assertThat(bad.responsePort()).isEqualTo(5070);
    }

    @Test
    void maddrIsNotFollowed() throws MessageFault {
        assertThat(via("SIP/2.0/UDP a.example;maddr=192.0.2.1").responseHost()).isEqualTo("a.example");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ";", "SIP/2.0/UDP", "SIP/2.0 UDP a.example", "UDP a.example", "SIP/2.0/UDP a.example:70000"})
    void whatIsNoViaIsRefused(String value) {
        assertThatExceptionOfType(MessageFault.class).isThrownBy(() -> via(value));
    }
}
