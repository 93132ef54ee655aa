package org.koegura.sipproxy.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.VirtualClock;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.routing.Neighbour;
import org.koegura.sipproxy.routing.Neighbours;
import org.koegura.sipproxy.routing.OwnAddress;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.SipMeters;

/// Who is a telephone of the PBX, between PBX and trunk.
class RegistrarsTest {

    private static final Hop PBX = hop("192.0.2.20", 5060);
    private static final Hop TRUNK = hop("198.51.100.1", 5060);
    private static final Hop TELEPHONE = hop("192.0.2.101", 5060);

    private final VirtualClock clock = new VirtualClock(Instant.parse("2026-11-02T00:00:00Z"));
    private final Registrars registrars = new Registrars(
            OwnAddress.of(hop("192.0.2.10", 5060).address(), InetAddress.ofLiteral("192.0.2.10")),
            new SipMeters(new SimpleMeterRegistry()),
            new Neighbours(Neighbour.at(PBX), Neighbour.at(TRUNK)),
            clock);

    private static Hop hop(String address, int port) {
        return Hop.udp(new InetSocketAddress(InetAddress.ofLiteral(address), port));
    }

    private static WireMessage confirmation(String... fields) throws MessageFault {
        String text = "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.10;branch=z9hG4bK1\r\n" + String.join("\r\n", fields)
                + "\r\nContent-Length: 0\r\n\r\n";
        return WireMessage.parse(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void aTelephoneIsOneForAsLongAsThePbxSaid() throws Exception {
        registrars.confirmed(confirmation("Contact: <sip:x@192.0.2.101>;expires=60"), PBX, PBX, TELEPHONE);
        assertThat(registrars.isTelephone(hop("192.0.2.101", 40_000))).isTrue();
        assertThat(registrars.isTelephone(hop("192.0.2.102", 5060))).isFalse();
        clock.advance(Duration.ofSeconds(60));
        assertThat(registrars.isTelephone(TELEPHONE)).isFalse();
    }

    @Test
    void theLongestOfItsBindingsCountsAndElseTheHeader() throws Exception {
        registrars.confirmed(
                confirmation("Expires: 100", "Contact: <sip:x@192.0.2.101>;expires=60, <sip:y@192.0.2.101>"),
                PBX,
                PBX,
                TELEPHONE);
        clock.advance(Duration.ofSeconds(99));
        assertThat(registrars.isTelephone(TELEPHONE)).isTrue();
        clock.advance(Duration.ofSeconds(1));
        assertThat(registrars.isTelephone(TELEPHONE)).isFalse();
    }

    @Test
    void aBindingThatLastsForEverIsBelievedForADay() throws Exception {
        registrars.confirmed(confirmation("Contact: <sip:x@192.0.2.101>;expires=999999999"), PBX, PBX, TELEPHONE);
        clock.advance(Duration.ofDays(1));
        assertThat(registrars.isTelephone(TELEPHONE)).isFalse();
    }

    @Test
    void nobodyElseCanMakeATelephoneAndNoBindingMakesNone() throws Exception {
        registrars.confirmed(confirmation("Contact: <sip:x@192.0.2.101>;expires=60"), TRUNK, TRUNK, TELEPHONE);
        registrars.confirmed(confirmation("Expires: 60"), PBX, PBX, TELEPHONE);
        assertThat(registrars.isTelephone(TELEPHONE)).isFalse();
    }

    @Test
    void aConfirmationFromAnotherAddressThanTheRegisterWentToIsNotBelieved() throws Exception {
        Hop forger = hop("203.0.113.66", 5060);
        registrars.confirmed(confirmation("Contact: <sip:x@192.0.2.101>;expires=60"), PBX, forger, TELEPHONE);
        assertThat(registrars.isTelephone(TELEPHONE)).isFalse();
        Hop otherPort = hop("192.0.2.20", 40_000);
        registrars.confirmed(confirmation("Contact: <sip:x@192.0.2.101>;expires=60"), PBX, otherPort, TELEPHONE);
        assertThat(registrars.isTelephone(TELEPHONE)).isTrue();
    }
}
