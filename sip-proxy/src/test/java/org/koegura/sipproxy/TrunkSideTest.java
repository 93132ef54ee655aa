package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.LiveCall;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.Unrecorded;
import org.koegura.sipproxy.transport.Hop;
import org.koegura.sipproxy.transport.Protocol;

/// The proxy between a PBX and a trunk (J5, D1).
class TrunkSideTest {

    private static final String SDP = "Content-Type: application/sdp\r\n";

    private final SipPeer trunk = new SipPeer();
    private ProxyBench bench = ProxyBench.trunkSide(Hop.udp(trunk.address()));

    TrunkSideTest() throws IOException, SipFault {}

    @AfterEach
    void close() {
        bench.close();
        trunk.close();
    }

    private void withExtensions(String... patterns) throws IOException, SipFault {
        bench.close();
        bench = ProxyBench.trunkSide(Hop.udp(trunk.address()), patterns);
    }

    private LiveCall live() {
        return bench.proxy.liveCalls().list().getFirst();
    }

    private void invite(SipPeer from, String user, String callId, String parties) {
        from.send(
                bench.request(
                        from,
                        "INVITE sip:" + user + "@" + bench.hostPort(),
                        callId,
                        "1 INVITE",
                        parties + "Content-Type: application/sdp\r\n",
                        ProxyBench.sdp(4000)),
                bench.address());
        from.receive("SIP/2.0 100 ");
    }

    private static String parties(String from, String to) {
        return "From: <sip:" + from + "@example.com>;tag=a\r\nTo: <sip:" + to + "@example.com>\r\n";
    }

    private void answer(SipPeer at, String invite) {
        at.send(SipPeer.response(invite, "200 OK", "b", SDP, ProxyBench.sdp(5000)), bench.address());
    }

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
        assertThat(live().facts().direction()).isEqualTo(Direction.INBOUND);
        answer(bench.registrar, bench.registrar.receive("INVITE "));
        await().until(() -> live().stage() == Stage.NOTICE);
    }

    @Test
    void twoExtensionsByWayOfTheTrunkAreInternal() throws Exception {
        withExtensions("2xx", "3xx");
        invite(bench.registrar, "301", "tie@example.com", parties("201", "301"));
        answer(trunk, trunk.receive("INVITE "));
        await().until(() -> live().unrecorded() == Unrecorded.INTERNAL);
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
        try (TcpPeer overTcp = new TcpPeer()) {
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
