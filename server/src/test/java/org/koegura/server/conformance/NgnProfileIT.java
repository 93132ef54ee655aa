package org.koegura.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.server.conformance.TwoSides.Side;
import org.koegura.server.peer.Certificate;

/// The carrier profile `ngn` (J1): what Japanese IP trunks and a PBX say to each other passes the product in both
/// directions. SIPp is either of them, and looks at what must be in each message.
class NgnProfileIT extends TwoSidesFlows {

    private static final int MTU = 1280;

    @Override
    TwoSides started(Path folder) throws Exception {
        Certificate own = Certificate.of(folder.resolve("certificate"), "IP:127.0.0.1");
        return TwoSides.start(
                folder,
                "--trunk-profile",
                "ngn",
                "--trunk-mtu",
                Integer.toString(MTU),
                "--tls",
                "127.0.0.1:0",
                "--tls-certificate",
                own.file().toString(),
                "--tls-key",
                own.key().toString());
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void aSessionTimerIsBargainedForWith422AndRefreshedByUpdate(Side from) throws Exception {
        sides().play(from, Flow.TIMER, Map.of());
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void aReliable183ItsPrackAndAnUpdateBeforeTheAnswerPassWithOurPorts(Side from) throws Exception {
        sides().play(from, Flow.EARLY, Map.of());
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void aCallIsHeldAndTakenBack(Side from) throws Exception {
        sides().play(from, Flow.HOLD, Map.of());
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void whoGivesUpWhileItRingsHears487(Side from) throws Exception {
        sides().play(from, Flow.CANCEL, Map.of());
    }

    /// A 503 sent on would say that nothing at all can be reached by way of us (RFC 3261 §16.7 item 6).
    @ParameterizedTest
    @EnumSource(Side.class)
    void a503BecomesA500ThatStillSaysWhenToTryAgain(Side from) throws Exception {
        sides().play(
                        from,
                        Flow.REFUSED,
                        Map.of(
                                "SAID",
                                "503",
                                "HEARD",
                                "500",
                                "LINES",
                                "Retry-After: 30\n",
                                "CHECKS",
                                TwoSides.header("later", "Retry-After", "^ *30$"),
                                "CHECKED",
                                "later"));
    }

    /// Numbers as carriers and PBXs write them: the callee gets the one that was written, in the Request-URI and as the
    /// asserted or preferred identity.
    @ParameterizedTest
    @CsvSource({
        "PBX,tel:+81312345678,P-Preferred-Identity",
        "PBX,tel:0312345678;phone-context=+81,P-Preferred-Identity",
        "PBX,sip:0312345678@PROXY;user=phone,P-Preferred-Identity",
        "PBX,sip:1840312345678@PROXY;user=phone,P-Preferred-Identity",
        "CARRIER,tel:+81312345678,P-Asserted-Identity",
        "CARRIER,sip:+81312345678@PROXY;user=phone,P-Asserted-Identity",
        "CARRIER,sip:0312345678;phone-context=+81@PROXY;user=phone,P-Asserted-Identity"
    })
    void aNumberAndAnIdentityArriveAsTheyWereWritten(Side from, String written, String identity) throws Exception {
        String uri = written.replace("PROXY", sides().proxy(from));
        play(from, uri, "<tel:+81990111>", "<" + uri + ">", identity + ": <tel:+81990111>\n", identity, "");
    }

    /// RFC 3325 §7: PBX and carrier trust each other, and the law on emergency calls wants the number.
    @ParameterizedTest
    @CsvSource({"PBX,P-Preferred-Identity", "CARRIER,P-Asserted-Identity"})
    void whoWithholdsTheNumberStaysAnonymousAndTheOtherSideIsToldAsItWas(Side from, String identity) throws Exception {
        String anonymous = "\"Anonymous\" <sip:anonymous@anonymous.invalid>";
        play(
                from,
                sides().uri(from, "0312345678"),
                anonymous,
                "<" + sides().uri(from, "0312345678") + ">",
                identity + ": <tel:+81990111>\nPrivacy: id\n",
                identity,
                TwoSides.header("privacy", "Privacy", "^ *id$")
                        + TwoSides.header("from", "From", "anonymous@anonymous\\.invalid"));
    }

    private void play(
            Side from, String uri, String caller, String callee, String lines, String identity, String moreChecks)
            throws Exception {
        String pattern = uri.replace("+", "\\+").replace(".", "\\.");
        Map<String, String> blanks = Flow.blanks(uri, caller, callee);
        blanks.put("LINES", lines);
        blanks.put(
                "CHECKS",
                "      <ereg regexp=\"^INVITE " + pattern + " SIP/2.0\" search_in=\"msg\" check_it=\"true\""
                        + " assign_to=\"line\"/>\n"
                        + TwoSides.header("identity", identity, "^ *&lt;tel:\\+81990111&gt;$")
                        + moreChecks);
        blanks.put("CHECKED", moreChecks.isEmpty() ? ",line,identity" : ",line,identity,privacy,from");
        sides().play(from, Flow.CALL, blanks);
    }

    /// Loopback takes it in one packet; that it passes in fragments is in `FragmentsIT`.
    @Test
    void anInviteOverTheTrunksLimitIsCountedAndGoesOverUdpWhole() throws Exception {
        double before = oversize();
        sides().play(Side.PBX, Flow.CALL, TwoSides.filled(3000));
        assertThat(oversize()).isEqualTo(before + 1);
        sides().play(Side.CARRIER, Flow.CALL, TwoSides.filled(3000));
        assertThat(oversize()).as("the PBX has no such limit").isEqualTo(before + 1);
    }

    /// The product speaks TLS and the carrier does not: a demand for it is refused sooner than broken, and a wish for
    /// it
    /// is none of a carrier that has UDP alone.
    @Test
    void whoDemandsTlsIsRefusedAndTheCarrierIsNeverAskedForAConnection() throws Exception {
        InetSocketAddress carrier = sides().address(Side.CARRIER);
        String wish = "sip:0312345678@" + sides().hostPort(Side.CARRIER) + ";transport=tls";
        try (ServerSocket listener = new ServerSocket(carrier.getPort(), 1, carrier.getAddress());
                RawPeer pbx = RawPeer.over(
                        RawPeer.Protocol.UDP, sides().address(Side.PBX).getHostString())) {
            for (String host : List.of(sides().proxy(Side.PBX), sides().hostPort(Side.CARRIER))) {
                Parties.Way demand = new Parties.Way("sips:0312345678@" + host, "");
                new Parties(pbx, pbx, sides().sip(), demand).refused("tls-" + host.hashCode(), "480 ");
            }
            sides().play(Side.PBX, Flow.CALL, wishing(wish));
            listener.setSoTimeout(1);
            assertThatThrownBy(listener::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }

    private static Map<String, String> wishing(String uri) {
        Map<String, String> blanks = Flow.CALL.blanks(uri);
        blanks.putAll(Map.of("LINES", "", "CHECKS", "", "CHECKED", ""));
        return blanks;
    }

    private double oversize() throws Exception {
        return sides().api().metric("koegura_sip_oversize_requests_total");
    }
}
