package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.callmodel.Anonymity;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.Party;
import org.koegura.sipproxy.transport.Hop;

/// A caller that withholds its number (J3): who trusts each other passes it on, nobody else learns it, and nothing of
/// it is kept but why.
class AnonymousCallerTest {

    private static final String NUMBER = "990555123";
    private static final String IDENTITY = "P-Asserted-Identity: <tel:+81" + NUMBER + ">\r\n"
            + "P-Preferred-Identity: <sip:0" + NUMBER + "@example.com>\r\n"
            + "Remote-Party-ID: <sip:0" + NUMBER + "@example.com>;privacy=full\r\n";

    private final SipPeer trunk = new SipPeer(ProxyBench.TRUNK);
    private final ProxyBench bench = ProxyBench.trunkSide(Hop.udp(trunk.address()));

    AnonymousCallerTest() throws IOException, SipFault {}

    @AfterEach
    void close() {
        bench.close();
        trunk.close();
    }

    private CallFacts facts() {
        return bench.proxy.liveCalls().list().getFirst().facts();
    }

    private static String withheld(String name, String privacy) {
        return "From: \"" + name + "\" <sip:anonymous@anonymous.invalid>;tag=a\r\n"
                + "To: <sip:0990100@example.com>\r\nPrivacy: " + privacy + "\r\n" + IDENTITY;
    }

    private String invite(SipPeer from, String uri, String parties) {
        String sent = bench.request(
                from,
                "INVITE " + uri,
                "call@example.com",
                "1 INVITE",
                parties + "Content-Type: application/sdp\r\n",
                ProxyBench.sdp(4000));
        from.send(sent, bench.address());
        from.receive("SIP/2.0 100 ");
        return sent;
    }

    @ParameterizedTest
    @CsvSource({
        "Anonymous, REFUSED",
        "Coin line/payphone, PAYPHONE",
        "Interaction with other service, SERVICE_CONFLICT",
        "Unavailable, OUT_OF_AREA",
        "Somebody, UNSTATED"
    })
    void whyItIsWithheldIsKeptAndTheNumberIsNot(String name, Anonymity why) {
        invite(trunk, "sip:0990100@" + bench.hostPort(), withheld(name, "id"));
        bench.registrar.receive("INVITE ");
        assertThat(facts().outside()).isEqualTo(Party.withheld(why));
        assertThat(facts().outside().addressOfRecord()).doesNotContain(NUMBER);
        assertThat(facts().outside().e164()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"id", "user", "header;id", "user;critical"})
    void aNumberInFromIsNotKeptEitherWhereTheCallerAsksForPrivacy(String privacy) {
        String parties = "From: <sip:0" + NUMBER + "@example.com>;tag=a\r\nTo: <sip:0990100@example.com>\r\nPrivacy: "
                + privacy + "\r\n";
        invite(trunk, "sip:0990100@" + bench.hostPort(), parties);
        bench.registrar.receive("INVITE ");
        assertThat(facts().outside()).isEqualTo(Party.withheld(Anonymity.UNSTATED));
    }

    @Test
    void neighboursPassAWithheldIdentityOnByteForByte() {
        invite(trunk, "sip:0990100@" + bench.hostPort(), withheld("Anonymous", "id"));
        assertThat(bench.registrar.receive("INVITE ")).contains(IDENTITY).contains("Privacy: id\r\n");
    }

    @Test
    void noTelephoneLearnsAWithheldIdentityAndAllElsePassesAsItIs() {
        String parties = withheld("Anonymous", "user;id");
        String sent = invite(bench.registrar, "sip:201@" + bench.telephone.hostPort(), parties);
        String received = bench.telephone.receive("INVITE ");
        assertThat(received).doesNotContain(NUMBER).contains(parties.replace(IDENTITY, ""));
        assertThat(received)
                .endsWith(sent.substring(sent.indexOf("Call-ID: "), sent.indexOf("Content-Length: "))
                        + "Content-Length: "
                        + received.substring(received.indexOf("Content-Length: ") + "Content-Length: ".length()));
    }

    @Test
    void withoutPrivacyATelephoneLearnsWhoCalls() {
        String parties = "From: <sip:0990555@example.com>;tag=a\r\nTo: <sip:0990100@example.com>\r\n" + IDENTITY;
        invite(bench.registrar, "sip:201@" + bench.telephone.hostPort(), parties);
        assertThat(bench.telephone.receive("INVITE ")).contains(IDENTITY);
    }

    @Test
    void noTelephoneLearnsWhoAnswersAndWithholdsIt() {
        invite(bench.telephone, "sip:0990100@" + bench.hostPort(), withheld("Anonymous", "none"));
        String atPbx = bench.registrar.receive("INVITE ");
        bench.registrar.send(
                SipPeer.response(atPbx, "180 Ringing", "b", "Privacy: id\r\n" + IDENTITY, ""), bench.address());
        assertThat(bench.telephone.receive("SIP/2.0 180 "))
                .doesNotContain(NUMBER)
                .contains("Privacy: id\r\n");
    }

    @Test
    void aCallerThatAsksForNoPrivacyIsKeptWithItsNumber() {
        String parties = "From: <sip:0" + NUMBER + "@example.com;user=phone>;tag=a\r\n"
                + "To: <sip:0990100@example.com>\r\nPrivacy: none\r\n";
        invite(trunk, "sip:0990100@" + bench.hostPort(), parties);
        bench.registrar.receive("INVITE ");
        assertThat(facts().outside().e164()).isEqualTo("+81" + NUMBER);
        assertThat(facts().outside().addressOfRecord()).isEqualTo("sip:0" + NUMBER + "@example.com");
    }

    @Test
    void staffThatWithholdTheirNumberOutsideAreKnownToTheirOwnCity() {
        String identity = "P-Asserted-Identity: <sip:201@example.com>\r\n";
        String parties =
                withheld("Anonymous", "id").replace("0990100@", "0990100123@").replace(IDENTITY, identity);
        invite(bench.registrar, "sip:0990100123@" + bench.hostPort(), parties);
        assertThat(trunk.receive("INVITE ")).contains(identity);
        assertThat(facts().inside().number()).isEqualTo("201");
        assertThat(facts().outside().e164()).isEqualTo("+81990100123");
    }
}
