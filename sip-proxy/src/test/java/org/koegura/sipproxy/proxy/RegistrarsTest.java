package org.koegura.sipproxy.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.VirtualClock;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.Secret;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.routing.ContactTokens;
import org.koegura.sipproxy.routing.Flows;
import org.koegura.sipproxy.routing.Neighbour;
import org.koegura.sipproxy.routing.Neighbours;
import org.koegura.sipproxy.routing.OwnAddress;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.SipMeters;

/// Whose word on a registration counts.
class RegistrarsTest {

    private static final Hop PBX = hop("192.0.2.20", 5060);
    private static final Hop TRUNK = hop("198.51.100.1", 5060);
    private static final Hop TELEPHONE = hop("192.0.2.101", 5060);

    private final VirtualClock clock = new VirtualClock(Instant.parse("2026-11-02T00:00:00Z"));
    private final Telephones telephones = new Telephones(Telephones.TELEPHONES_MAX, () -> {}, clock);
    private final OwnAddress own =
            OwnAddress.of(hop("192.0.2.10", 5060).address(), InetAddress.ofLiteral("192.0.2.10"));
    private final Neighbours neighbours = new Neighbours(Neighbour.at(PBX), Neighbour.at(TRUNK));
    private final SipMeters meters = new SipMeters(new SimpleMeterRegistry());
    private final Secret secret = new Secret(new byte[Secret.BYTES]);
    private Registrars registrars = among(neighbours);

    private Registrars among(Neighbours neighbours) {
        RegisteredContacts contacts = new RegisteredContacts(
                new ContactTokens(secret),
                new Flows(secret, _ -> null, () -> {}),
                new RouteMarks(secret),
                own,
                neighbours,
                null,
                meters);
        return new Registrars(own, meters, neighbours, telephones, contacts);
    }

    private static Hop hop(String address, int port) {
        return Hop.udp(new InetSocketAddress(InetAddress.ofLiteral(address), port));
    }

    private void confirmed(Hop registrar, Hop answerer, String contact) throws MessageFault {
        registrars.confirmed(
                message("REGISTER sip:example.com SIP/2.0", "Contact: <sip:x@192.0.2.101>"),
                message("SIP/2.0 200 OK", contact),
                new Registrars.Way(TELEPHONE, registrar, answerer));
    }

    private static WireMessage message(String start, String field) throws MessageFault {
        String text = start + "\r\nTo: <sip:201@example.com>\r\n" + field + "\r\nContent-Length: 0\r\n\r\n";
        return WireMessage.parse(text.getBytes(StandardCharsets.US_ASCII));
    }

    private boolean isTelephone() {
        return telephones.isAt(TELEPHONE.address().getAddress());
    }

    @Test
    void aTelephoneIsWhoThePbxLetsRegister() throws Exception {
        confirmed(PBX, PBX, "Contact: <sip:x@192.0.2.101>;expires=60");
        assertThat(isTelephone()).isTrue();
        assertThat(registrars.isOne(PBX)).isTrue();
    }

    @Test
    void nobodyElseCanMakeATelephoneAndNoBindingMakesNone() throws Exception {
        confirmed(TRUNK, TRUNK, "Contact: <sip:x@192.0.2.101>;expires=60");
        confirmed(PBX, PBX, "Expires: 60");
        assertThat(isTelephone()).isFalse();
    }

    @Test
    void aConfirmationFromAnotherAddressThanTheRegisterWentToIsNotBelieved() throws Exception {
        confirmed(PBX, hop("203.0.113.66", 5060), "Contact: <sip:x@192.0.2.101>;expires=60");
        assertThat(isTelephone()).isFalse();
        confirmed(PBX, hop("192.0.2.20", 40_000), "Contact: <sip:x@192.0.2.101>;expires=60");
        assertThat(isTelephone()).as("of another port there").isTrue();
    }

    @Test
    void whoOnlyAnswersForARegistrarIsNone() throws Exception {
        registrars = among(new Neighbours(null, null));
        Hop asked = hop("203.0.113.5", 5060);
        confirmed(asked, hop("203.0.113.66", 5060), "Contact: <sip:x@192.0.2.101>;expires=60");
        assertThat(registrars.isOne(asked)).isFalse();
        confirmed(asked, asked, "Contact: <sip:x@192.0.2.101>;expires=60");
        assertThat(registrars.isOne(asked)).isTrue();
    }

    @Test
    void oneThatNobodySetIsARegistrarToThoseAloneWhoRegisteredWithIt() throws Exception {
        Hop learnt = hop("203.0.113.5", 5060);
        registrars = among(new Neighbours(Neighbour.at(PBX), null));
        confirmed(learnt, learnt, "Contact: <sip:x@192.0.2.101>;expires=60");
        assertThat(registrars.serves(learnt, hop("192.0.2.101", 40_000))).isTrue();
        assertThat(registrars.serves(learnt, hop("192.0.2.102", 5060))).isFalse();
        assertThat(registrars.serves(PBX, hop("192.0.2.102", 5060))).isTrue();
    }

    @Test
    void besideTheTrunkNobodyIsLearnt() throws Exception {
        Hop other = hop("203.0.113.5", 5060);
        confirmed(other, other, "Contact: <sip:x@192.0.2.101>;expires=60");
        assertThat(registrars.isOne(other)).isFalse();
    }
}
