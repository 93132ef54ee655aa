package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.koegura.callmodel.CallFacts;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.callmodel.Party;
import org.koegura.callmodel.code.FeatureCodes;
import org.koegura.callmodel.port.NoticeDesk;
import org.koegura.sipproxy.pressed.PressedActs;
import org.koegura.sipproxy.transport.Hop;

/// Where codes are nobody's: on a site without a line that may use them, and between PBX and trunk under a number that
/// is not told apart from others (F1, F2).
class CodesOfNobodyTest {

    private static final String TYPE = "Content-Type: application/sdp\r\n";

    /// Announces all, and entitles the pilot number.
    private record Desk(NoticeDesk inner) implements NoticeDesk {
        @Override
        public NoticeDecision decide(CallFacts facts) {
            return inner.decide(facts);
        }

        @Override
        public boolean entitles(Party telephone) {
            return telephone.number().equals("0990100200");
        }

        @Override
        public boolean entitlesAny() {
            return true;
        }
    }

    private static final NoticeDesk ANNOUNCE = _ -> new NoticeDecision.Announce(ProxyBench.PROMPT);

    private static String invite(ProxyBench bench, SipPeer from, String called, String host, String caller) {
        String parties = "From: <sip:" + caller + "@example.com>;tag=a\r\nTo: <sip:" + called + "@example.com>\r\n";
        return bench.request(
                from,
                "INVITE sip:" + called + "@" + host,
                caller + called + "@example.com",
                "1 INVITE",
                parties + TYPE,
                ProxyBench.sdp(4000));
    }

    @Test
    void whereNoLineMayUseThemTheyAreThePbxs() throws Exception {
        try (ProxyBench bench = new ProxySetup().upstream().deciding(ANNOUNCE).open()) {
            String invite = invite(bench, bench.telephone, "*511", bench.registrar.hostPort(), "201");
            bench.telephone.send(invite, bench.address());
            assertThat(bench.registrar.receive("INVITE sip:*511@")).contains("To: <sip:*511@example.com>");
        }
    }

    /// The PBX presents it for everybody.
    @Test
    void aPilotNumberThatMatchesNoPatternIsNobody() throws Exception {
        assertThat(pilot()).as("no patterns").isFalse();
        assertThat(pilot("2xx")).as("another pattern").isFalse();
        assertThat(pilot("09901002xx")).as("told apart").isTrue();
    }

    /// Whether a code and keys of it are obeyed.
    private static boolean pilot(String... patterns) throws Exception {
        try (SipPeer trunk = new SipPeer(ProxyBench.TRUNK)) {
            ProxySetup setup = new ProxySetup()
                    .between(Hop.udp(trunk.address()))
                    .extensions(patterns)
                    .deciding(new Desk(ANNOUNCE));
            setup.pressed = new PressedActs.Settings(FeatureCodes.STANDARD, null, true, true);
            try (ProxyBench bench = setup.open()) {
                SipPeer pbx = bench.registrar;
                pbx.send(invite(bench, pbx, "*511", bench.hostPort(), "0990100200"), bench.address());
                boolean obeyed = pbx.receive("SIP/2.0 ").startsWith("SIP/2.0 200 ");
                pbx.send(invite(bench, pbx, "0120000001", bench.hostPort(), "0990100200"), bench.address());
                await().until(() -> !bench.proxy.liveCalls().list().isEmpty());
                boolean heeded = heeds(bench);
                assertThat(heeded).as("in the call as before it").isEqualTo(obeyed);
                return obeyed;
            }
        }
    }

    private static boolean heeds(ProxyBench bench) {
        return bench.media.of(bench.proxy.liveCalls().list().getFirst().facts().call()).done().stream()
                .anyMatch(act -> act.startsWith("heedCodes"));
    }
}
