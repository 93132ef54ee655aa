package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.Unrecorded;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.Protocol;

/// The proxy between a PBX and a trunk (J5, D1).
class TrunkSideTest extends TrunkSide {

    TrunkSideTest() throws IOException, SipFault {}

    @Test
    void whatComesFromTheTrunkGoesToThePbxAndItsCallerIsOutside() {
        invite(trunk, "0990100", "in@example.com", parties("0990123", "0990100"));
        bench.registrar.receive("INVITE sip:0990100@" + bench.hostPort());
        assertThat(live().facts().direction()).isEqualTo(Direction.INBOUND);
        assertThat(live().facts().outside().number()).isEqualTo("0990123");
        assertThat(live().unrecorded()).isNull();
    }

    @Test
    void whatComesFromThePbxGoesToTheTrunkAndItsCalleeIsOutside() {
        invite(bench.registrar, "0990123", "out@example.com", parties("201", "0990123"));
        trunk.receive("INVITE sip:0990123@" + bench.hostPort());
        assertThat(live().facts().direction()).isEqualTo(Direction.OUTBOUND);
        assertThat(live().facts().outside().number()).isEqualTo("0990123");
    }

    @Test
    void requestsInsideOfADialogPassInBothDirections() {
        invite(trunk, "0990100", "dialog@example.com", parties("0990123", "0990100"));
        String atPbx = bench.registrar.receive("INVITE ");
        bench.respond(atPbx, "200 OK", ProxyBench.sdp(5000));
        String ok = trunk.receive("SIP/2.0 200 ");
        String route = "Route: " + SipPeer.one(ok, "Record-Route") + "\r\n";
        String reversed = "From: " + SipPeer.one(ok, "To") + "\r\nTo: " + SipPeer.one(ok, "From") + "\r\n";
        bench.registrar.send(
                bench.request(
                        bench.registrar,
                        "BYE sip:x@" + trunk.hostPort(),
                        "dialog@example.com",
                        "1 BYE",
                        reversed + route,
                        ""),
                bench.address());
        trunk.receive("BYE sip:x@" + trunk.hostPort());
        await().until(() -> bench.lastResult() != null);
    }

    @Test
    void withExtensionPatternsTheInsidePartyMustMatchOne() throws Exception {
        withExtensions("2xx", "0990100*");
        invite(bench.registrar, "0990123", "known@example.com", parties("201", "0990123"));
        answer(trunk, trunk.receive("INVITE "));
        bench.registrar.receive("SIP/2.0 200 ");
        await().until(() -> live().stage() == Stage.NOTICE);
        invite(bench.registrar, "0990124", "stranger@example.com", parties("0990555", "0990124"));
        answer(trunk, trunk.receive("INVITE "));
        await().until(() -> bench.proxy.liveCalls().list().getLast().unrecorded() == Unrecorded.NO_INSIDE_PARTY);
    }

    @Test
    void aCallerFromOutsideThatClaimsAnExtensionIsOutsideAllTheSame() throws Exception {
        withExtensions("2xx");
        invite(trunk, "202", "claims@example.com", parties("201", "202"));
        String atPbx = bench.registrar.receive("INVITE ");
        assertThat(live().facts().direction()).isEqualTo(Direction.INBOUND);
        answer(bench.registrar, atPbx);
        await().until(() -> live().stage() == Stage.NOTICE);
    }

    @Test
    void whatAnyPeerSendsASecondTimeForTheSameNumberIsALoop() {
        invite(trunk, "0990100", "known-round@example.com", parties("0990123", "0990100"));
        String again = bench.registrar
                .receive("INVITE ")
                .replaceFirst("Via: ", "Via: SIP/2.0/UDP " + trunk.hostPort() + ";branch=z9hG4bKround;rport\r\nVia: ");
        trunk.send(again, bench.address());
        trunk.receive("SIP/2.0 100 ");
        trunk.receive("SIP/2.0 482 ");
        assertThat(bench.registrar.next(100)).doesNotStartWith("INVITE");
    }

    @Test
    void twoExtensionsByWayOfThePbxAreInternal() throws Exception {
        withExtensions("2xx", "3xx");
        String uri = "INVITE sip:301@" + bench.registrar.hostPort();
        bench.registrar.send(
                bench.request(
                        bench.registrar,
                        uri,
                        "back@example.com",
                        "1 INVITE",
                        parties("201", "0990100") + SDP,
                        ProxyBench.sdp(4000)),
                bench.address());
        bench.registrar.receive("SIP/2.0 100 ");
        answer(bench.registrar, bench.registrar.receive(uri));
        await().until(() -> live().unrecorded() == Unrecorded.INTERNAL);
    }

    @Test
    void anExtensionBeyondTheTrunkIsToldBecauseTheCarrierMaySendItAnywhere() throws Exception {
        withExtensions("2xx", "3xx");
        invite(bench.registrar, "301", "tie@example.com", parties("201", "301"));
        answer(trunk, trunk.receive("INVITE "));
        await().until(() -> live().stage() == Stage.NOTICE);
    }

    @Test
    void aCallToAnExtensionThatThePbxSendsOutIsToldAndNotInternal() throws Exception {
        withExtensions("2xx");
        String uri = "INVITE sip:202@" + bench.registrar.hostPort();
        bench.registrar.send(
                bench.request(
                        bench.registrar,
                        uri,
                        "mobile@example.com",
                        "1 INVITE",
                        parties("201", "202") + SDP,
                        ProxyBench.sdp(4000)),
                bench.address());
        bench.registrar.receive("SIP/2.0 100 ");
        String again = bench.registrar
                .receive(uri)
                .replaceFirst("INVITE sip:[^ ]*", "INVITE sip:0990777@" + trunk.hostPort())
                .replaceFirst(
                        "Via: ",
                        "Via: SIP/2.0/UDP " + bench.registrar.hostPort() + ";branch=z9hG4bKpbx;rport\r\nVia: ");
        bench.registrar.send(again, bench.address());
        bench.registrar.receive("SIP/2.0 100 ");
        answer(trunk, trunk.receive("INVITE sip:0990777@"));
        String ok = bench.registrar.receive("SIP/2.0 200 ");
        bench.registrar.send(ok.replaceFirst("Via: [^\r]*z9hG4bKpbx[^\r]*\r\n", ""), bench.address());
        bench.registrar.receive("SIP/2.0 200 ");
        await().until(() -> live().stage() == Stage.NOTICE);
    }

    @Test
    void aCallerThatWithholdsItsNumberIsInsideAsItsWayInSays() throws Exception {
        withExtensions("2xx");
        String withheld = SipPeer.lines(
                "From: \"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=a", "To: <sip:0990123@example.com>");
        invite(bench.registrar, "0990123", "withheld@example.com", withheld);
        answer(trunk, trunk.receive("INVITE "));
        await().until(() -> live().stage() == Stage.NOTICE);
    }

    @Test
    void whatThePbxAssertsOutranksFromAndWhatAnybodyElseAssertsIsNotRead() throws Exception {
        withExtensions("2xx");
        String asserted = "P-Asserted-Identity: \"x\" <sip:201@example.com>\r\n";
        invite(bench.registrar, "0990123", "asserted@example.com", parties("0990100", "0990123") + asserted);
        answer(trunk, trunk.receive("INVITE "));
        assertThat(live().facts().inside().number()).isEqualTo("201");
        await().until(() -> live().stage() == Stage.NOTICE);
        invite(trunk, "201", "claimed@example.com", parties("0990124", "201") + asserted);
        bench.registrar.receive("SIP/2.0 200 ");
        bench.registrar.receive("INVITE ");
        assertThat(bench.proxy.liveCalls().list().getLast().facts().outside().number())
                .isEqualTo("0990124");
    }

    @Test
    void anAssertedIdentityThatCannotBeReadIsNoneAndTheCallPasses() throws Exception {
        withExtensions("2xx");
        String unreadable = parties("201", "0990123") + "P-Asserted-Identity: <sip:202\r\n";
        invite(bench.registrar, "0990123", "unreadable@example.com", unreadable);
        answer(trunk, trunk.receive("INVITE "));
        await().until(() -> live().stage() == Stage.NOTICE);
    }

    @Test
    void aCallThatCameInAndGoesOutAgainIsNotRecordedBecauseTheSecondPartyIsNotTold() {
        invite(trunk, "0990100", "forwarded@example.com", parties("0990123", "0990100"));
        String atPbx = bench.registrar.receive("INVITE ");
        String again = atPbx.replaceFirst("INVITE sip:0990100@", "INVITE sip:0990777@")
                .replaceFirst(
                        "Via: ",
                        "Via: SIP/2.0/UDP " + bench.registrar.hostPort() + ";branch=z9hG4bKpbx;rport\r\nVia: ");
        bench.registrar.send(again, bench.address());
        bench.registrar.receive("SIP/2.0 100 ");
        String atTrunk = trunk.receive("INVITE sip:0990777@");
        assertThat(bench.proxy.liveCalls().list()).hasSize(1);
        answer(trunk, atTrunk);
        String ok = bench.registrar.receive("SIP/2.0 200 ");
        bench.registrar.send(ok.replaceFirst("Via: [^\r]*z9hG4bKpbx[^\r]*\r\n", ""), bench.address());
        trunk.receive("SIP/2.0 200 ");
        await().until(() -> live().unrecorded() == Unrecorded.NO_INSIDE_PARTY);
    }

    @Test
    void aRequestUriThatNamesTheTrunkAndNoProtocolGoesOverTheTrunksOwn() throws Exception {
        bench.close();
        try (TcpPeer overTcp = new TcpPeer(InetAddress.ofLiteral(ProxyBench.TRUNK))) {
            bench = ProxyBench.trunkSide(new Hop(Protocol.TCP, overTcp.address()));
            String uri = "sip:0990123@" + overTcp.hostPort();
            bench.registrar.send(
                    bench.request(
                            bench.registrar,
                            "INVITE " + uri,
                            "named@example.com",
                            "1 INVITE",
                            parties("201", "0990123") + SDP,
                            ProxyBench.sdp(4000)),
                    bench.address());
            bench.registrar.receive("SIP/2.0 100 ");
            assertThat(SipPeer.all(overTcp.accept().receive("INVITE " + uri), "Via")
                            .getFirst())
                    .startsWith("SIP/2.0/TCP ");
        }
    }

    @Test
    void aNumberWithoutAHostGoesAcross() {
        trunk.send(
                bench.request(
                        trunk,
                        "INVITE tel:+81990100",
                        "tel@example.com",
                        "1 INVITE",
                        "From: <tel:+81990123>;tag=a\r\nTo: <tel:+81990100>\r\n" + SDP,
                        ProxyBench.sdp(4000)),
                bench.address());
        trunk.receive("SIP/2.0 100 ");
        bench.registrar.receive("INVITE tel:+81990100");
    }
}
