package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.CallOutcome.Result;
import org.koegura.callmodel.Direction;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.LiveCall;
import org.koegura.callmodel.Stage;
import org.koegura.callmodel.Unrecorded;

/// Calls on their way through: what each side gets, and what their control learns.
class CallPassageTest {

    private static final String FROM_TO = "From: <sip:201@example.com>;tag=a\r\nTo: <sip:0990123@example.com>\r\n";

    @SuppressWarnings("NullAway.Init") // set before each
    private ProxyBench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new ProxyBench();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    /// The telephone's INVITE; at the registrar, the message that came out.
    private String invite(String callId) {
        bench.telephone.send(outbound(callId, "1 INVITE"), bench.address());
        bench.telephone.receive("SIP/2.0 100 ");
        return bench.registrar.receive("INVITE sip:0990123@" + bench.registrar.hostPort());
    }

    private String outbound(String callId, String cseq) {
        String type = "Content-Type: application/sdp\r\nRoute: <sip:" + bench.hostPort() + ";lr>\r\n";
        return bench.request(
                bench.telephone,
                "INVITE sip:0990123@" + bench.registrar.hostPort(),
                callId,
                cseq,
                FROM_TO + type,
                ProxyBench.sdp(4000));
    }

    private void respond(String request, String status, String sdp) {
        String more = "Contact: <sip:0990123@" + bench.registrar.hostPort() + ">\r\n"
                + (sdp.isEmpty() ? "" : "Content-Type: application/sdp\r\n");
        bench.registrar.send(SipPeer.response(request, status, "b", more, sdp), bench.address());
    }

    private String inDialog(String method, String callId, long cseq, String ok, String lines, String body) {
        String routes = "Route: " + SipPeer.one(ok, "Record-Route") + "\r\n";
        String parties = "From: <sip:201@example.com>;tag=a\r\nTo: " + SipPeer.one(ok, "To") + "\r\n";
        return bench.request(
                bench.telephone,
                method + " sip:0990123@" + bench.registrar.hostPort(),
                callId,
                cseq + " " + method,
                parties + routes + lines,
                body);
    }

    private LiveCall live() {
        return bench.proxy.liveCalls().list().getFirst();
    }

    @Test
    void aCallGoesOutIsAnsweredAndHungUp() {
        String invite = invite("c1@example.com");
        assertThat(SipPeer.all(invite, "Via")).hasSize(2);
        assertThat(SipPeer.all(invite, "Route")).isEmpty();
        assertThat(SipPeer.one(invite, "Record-Route"))
                .startsWith("<sip:" + bench.hostPort() + ";lr;passage=")
                .endsWith(">");
        assertThat(SipPeer.body(invite)).doesNotContain("m=audio 4000").contains("c=IN IP4 127.0.0.1");
        assertThat(SipPeer.one(invite, "Content-Length"))
                .isEqualTo(Integer.toString(SipPeer.body(invite).length()));
        assertThat(live().facts().direction()).isEqualTo(Direction.OUTBOUND);
        assertThat(live().facts().inside().number()).isEqualTo("201");
        assertThat(live().facts().outside().number()).isEqualTo("0990123");

        respond(invite, "180 Ringing", "");
        bench.telephone.receive("SIP/2.0 180 ");
        await().until(() -> live().stage() == Stage.RINGING);
        respond(invite, "200 OK", ProxyBench.sdp(5000));
        String ok = bench.telephone.receive("SIP/2.0 200 OK");
        assertThat(SipPeer.body(ok)).doesNotContain("m=audio 5000");
        await().until(() -> bench.session().done().contains("playNotice"));
        assertThat(bench.session().done()).doesNotContain("acknowledged");

        bench.telephone.send(inDialog("ACK", "c1@example.com", 1, ok, "", ""), bench.address());
        String ack = bench.registrar.receive("ACK sip:0990123@");
        assertThat(SipPeer.all(ack, "Route")).isEmpty();
        await().until(() -> bench.session().done().contains("acknowledged"));

        bench.telephone.send(inDialog("BYE", "c1@example.com", 2, ok, "", ""), bench.address());
        String bye = bench.registrar.receive("BYE ");
        bench.registrar.send(SipPeer.response(bye, "200 OK", "b", "", ""), bench.address());
        bench.telephone.receive("SIP/2.0 200 OK");
        await().until(() -> bench.lastResult() != null);
        assertThat(bench.ledger.all().getLast().reason()).isEqualTo(EndReason.HANGUP_INSIDE);
        assertThat(bench.lastResult()).isEqualTo(Result.INTENTIONALLY_NOT);
        assertThat(bench.ledger.all().getLast().why()).isEqualTo(Unrecorded.ENDED_BEFORE_NOTICE);
    }

    @Test
    void whoCallsByOurPathIsOutside() {
        String line = "INVITE sip:201@" + bench.telephone.hostPort();
        String path = "Route: <sip:" + bench.hostPort() + ";lr;telephone>\r\nContent-Type: application/sdp\r\n";
        String parties = "From: <sip:0990111@example.com>;tag=a\r\nTo: <sip:201@example.com>\r\n";
        bench.registrar.send(
                bench.request(
                        bench.registrar, line, "in@example.com", "1 INVITE", parties + path, ProxyBench.sdp(4000)),
                bench.address());
        bench.registrar.receive("SIP/2.0 100 ");
        String invite = bench.telephone.receive(line);
        assertThat(live().facts().direction()).isEqualTo(Direction.INBOUND);
        assertThat(live().facts().outside().number()).isEqualTo("0990111");
        bench.telephone.send(SipPeer.response(invite, "486 Busy Here", "t", "", ""), bench.address());
        bench.registrar.receive("SIP/2.0 486 ");
        assertThat(bench.telephone.receive("ACK sip:201@")).contains(";tag=t");
        await().until(() -> bench.lastResult() == Result.NOT_ANSWERED);
    }

    @Test
    void aTwoHundredThatComesAgainGivesTheSameBytesAgain() {
        String invite = invite("again@example.com");
        respond(invite, "200 OK", ProxyBench.sdp(5000));
        String ok = bench.telephone.receive("SIP/2.0 200 OK");
        respond(invite, "200 OK", ProxyBench.sdp(5000));
        assertThat(bench.telephone.next(3000)).isEqualTo(ok);
    }

    @Test
    void aSecondForkThatAnswersTooPassesAndItsEndIsNotTheCalls() {
        String invite = invite("fork@example.com");
        respond(invite, "200 OK", ProxyBench.sdp(5000));
        String first = bench.telephone.receive("SIP/2.0 200 OK");
        bench.registrar.send(
                SipPeer.response(invite, "200 OK", "other", "Content-Type: application/sdp\r\n", ProxyBench.sdp(6000)),
                bench.address());
        String second = bench.telephone.receive("SIP/2.0 200 OK");
        assertThat(SipPeer.one(second, "To")).endsWith("tag=other");
        assertThat(SipPeer.body(second)).doesNotContain("m=audio 6000");

        // the caller ends the fork that answered too late (RFC 3261 §13.2.2.4); the call goes on
        bench.telephone.send(inDialog("ACK", "fork@example.com", 1, second, "", ""), bench.address());
        bench.registrar.receive("ACK ");
        bench.telephone.send(inDialog("BYE", "fork@example.com", 2, second, "", ""), bench.address());
        bench.registrar.send(
                SipPeer.response(bench.registrar.receive("BYE "), "200 OK", "other", "", ""), bench.address());
        bench.telephone.receive("SIP/2.0 200 OK");
        bench.telephone.send(inDialog("ACK", "fork@example.com", 1, first, "", ""), bench.address());
        bench.registrar.receive("ACK ");
        await().until(() -> bench.session().done().contains("acknowledged"));
        assertThat(bench.session().done()).noneMatch(what -> what.startsWith("close"));
        bench.telephone.send(inDialog("BYE", "fork@example.com", 3, first, "", ""), bench.address());
        bench.registrar.receive("BYE ");
        await().until(() -> bench.lastResult() != null);
    }

    @Test
    void anInviteThatOnlyClaimsToHaveBeenHereBeforeIsACallOfItsOwn() {
        String invite = invite("claimed@example.com");
        String ours = SipPeer.one(invite, "Via");
        String forged = outbound("forged@example.com", "1 INVITE")
                .replaceFirst("Max-Forwards", "Via: " + ours + "\r\nMax-Forwards");
        bench.telephone.send(forged, bench.address());
        bench.telephone.receive("SIP/2.0 100 ");
        bench.registrar.receive("INVITE ");
        assertThat(bench.proxy.liveCalls().list()).hasSize(2);
    }

    @Test
    void anInviteThatIsRepeatedAfterItsAnswerIsNotANewCall() {
        String invite = invite("late@example.com");
        respond(invite, "200 OK", ProxyBench.sdp(5000));
        bench.telephone.receive("SIP/2.0 200 OK");
        bench.telephone.send(outbound("late@example.com", "1 INVITE"), bench.address());
        assertThat(bench.registrar.next(300)).isEmpty();
        assertThat(bench.proxy.live()).isEqualTo(1);
    }

    @Test
    void aCancelWaitsForARingAndTheRefusalPasses() {
        String invite = invite("cancel@example.com");
        String sent = outbound("cancel@example.com", "1 INVITE");
        String cancel = bench.request(
                        bench.telephone,
                        "CANCEL sip:0990123@" + bench.registrar.hostPort(),
                        "cancel@example.com",
                        "1 CANCEL",
                        FROM_TO + "Route: <sip:" + bench.hostPort() + ";lr>\r\n",
                        "")
                .replaceFirst(
                        "branch=[^;]*", "branch=" + SipPeer.one(sent, "Via").replaceFirst(".*branch=([^;]*).*", "$1"));
        bench.telephone.send(cancel, bench.address());
        assertThat(SipPeer.one(bench.telephone.receive("SIP/2.0 200 OK"), "CSeq"))
                .isEqualTo("1 CANCEL");
        assertThat(bench.registrar.next(300)).as("nothing to cancel yet").isEmpty();
        respond(invite, "180 Ringing", "");
        String cancelled = bench.registrar.receive("CANCEL sip:0990123@");
        assertThat(SipPeer.one(cancelled, "Via")).isEqualTo(SipPeer.one(invite, "Via"));
        bench.registrar.send(SipPeer.response(cancelled, "200 OK", "b", "", ""), bench.address());
        respond(invite, "487 Request Terminated", "");
        bench.telephone.receive("SIP/2.0 180 ");
        bench.telephone.receive("SIP/2.0 487 ");
        bench.registrar.receive("ACK ");
        await().until(() -> bench.lastResult() != null);
        assertThat(bench.ledger.all().getLast().reason()).isEqualTo(EndReason.CANCELLED);
    }

    @Test
    void theCancelOfAnInviteFromBeforeARestartFindsItsWay() throws Exception {
        String invite = invite("lost@example.com");
        String branch = SipPeer.one(invite, "Via");
        int port = bench.address().getPort();
        String sent = outbound("lost@example.com", "1 INVITE");
        bench.proxy.close();
        try (ProxyBench after = new ProxyBench(10, port, false)) {
            String cancel = bench.request(
                            bench.telephone,
                            "CANCEL sip:0990123@" + bench.registrar.hostPort(),
                            "lost@example.com",
                            "1 CANCEL",
                            FROM_TO,
                            "")
                    .replaceFirst(
                            "branch=[^;]*",
                            "branch=" + SipPeer.one(sent, "Via").replaceFirst(".*branch=([^;]*).*", "$1"));
            bench.telephone.send(cancel, after.address());
            String cancelled = bench.registrar.receive("CANCEL ");
            assertThat(SipPeer.one(cancelled, "Via")).isEqualTo(branch);
            bench.registrar.send(SipPeer.response(cancelled, "200 OK", "b", "", ""), after.address());
            bench.telephone.receive("SIP/2.0 200 OK");
        }
    }

    @Test
    void inDialogRequestsPassAProxyThatKnowsNothingOfTheCall() {
        List<String> methods = List.of("BYE", "UPDATE", "PRACK", "NOTIFY", "INFO", "REFER", "MESSAGE", "INVITE");
        for (String method : methods) {
            String parties = "From: <sip:201@example.com>;tag=a\r\nTo: <sip:x@example.com>;tag=z\r\n";
            bench.telephone.send(
                    bench.request(
                            bench.telephone,
                            method + " sip:x@" + bench.registrar.hostPort(),
                            method + "@example.com",
                            "7 " + method,
                            parties + "Route: <sip:" + bench.hostPort() + ";lr;passage=0123456789abcdef>\r\n",
                            ""),
                    bench.address());
            String passed = bench.registrar.receive(method + " sip:x@");
            assertThat(SipPeer.all(passed, "Record-Route")).isEmpty();
            bench.registrar.send(SipPeer.response(passed, "200 OK", "z", "", ""), bench.address());
            if (method.equals("INVITE")) {
                bench.telephone.receive("SIP/2.0 100 ");
            }
            bench.telephone.receive("SIP/2.0 200 OK");
        }
        assertThat(bench.proxy.live()).isZero();
    }

    @Test
    void aReinviteIsRewrittenInBothDirectionsAndItsLateAnswerToo() {
        String invite = invite("re@example.com");
        respond(invite, "200 OK", ProxyBench.sdp(5000));
        String ok = bench.telephone.receive("SIP/2.0 200 OK");
        bench.telephone.send(inDialog("ACK", "re@example.com", 1, ok, "", ""), bench.address());
        bench.registrar.receive("ACK ");
        bench.telephone.send(
                inDialog("INVITE", "re@example.com", 2, ok, "Content-Type: application/sdp\r\n", ProxyBench.sdp(4100)),
                bench.address());
        bench.telephone.receive("SIP/2.0 100 ");
        String again = bench.registrar.receive("INVITE ");
        assertThat(SipPeer.body(again)).doesNotContain("m=audio 4100");
        respond(again, "200 OK", ProxyBench.sdp(5100));
        String answer = bench.telephone.receive("SIP/2.0 200 OK");
        assertThat(SipPeer.body(answer)).doesNotContain("m=audio 5100");
        respond(again, "200 OK", ProxyBench.sdp(5100));
        assertThat(bench.telephone.next(3000)).isEqualTo(answer);
        assertThat(bench.proxy.live()).isEqualTo(1);
    }

    @Test
    void aCallThatComesBackToATelephoneOfOursIsInternalAndCountedOnce() {
        String first = invite("spiral@example.com");
        // the registrar sends it on to another telephone of ours, by our Path, with its own Via on top
        String second = first.replaceFirst("sip:0990123@[^ ]*", "sip:202@" + bench.telephone.hostPort())
                .replaceFirst(
                        "Via: ",
                        "Route: <sip:" + bench.hostPort() + ";lr;telephone>\r\nVia: SIP/2.0/UDP "
                                + bench.registrar.hostPort() + ";branch=z9hG4bKregistrar\r\nVia: ");
        bench.registrar.send(second, bench.address());
        bench.registrar.receive("SIP/2.0 100 ");
        String atCallee = bench.telephone.receive("INVITE sip:202@");
        assertThat(SipPeer.all(atCallee, "Record-Route")).hasSize(2);
        assertThat(bench.proxy.liveCalls().list()).hasSize(1);
        bench.telephone.send(
                SipPeer.response(atCallee, "200 OK", "b", "Content-Type: application/sdp\r\n", ProxyBench.sdp(5000)),
                bench.address());
        String atRegistrar = bench.registrar.receive("SIP/2.0 200 OK");
        bench.registrar.send(atRegistrar.replaceFirst("Via: [^\r]*registrar[^\r]*\r\n", ""), bench.address());
        String ok = bench.telephone.receive("SIP/2.0 200 OK");
        assertThat(SipPeer.all(ok, "Via")).hasSize(1);
        await().until(() -> live().unrecorded() == Unrecorded.INTERNAL);
        assertThat(bench.session().done()).doesNotContain("playNotice");
    }

    @Test
    void aForkBesideIsACallOfItsOwn() {
        for (String branch : List.of("z9hG4bKone", "z9hG4bKtwo")) {
            String parties = "From: <sip:0990111@example.com>;tag=a\r\nTo: <sip:201@example.com>\r\n";
            String path = "Route: <sip:" + bench.hostPort() + ";lr;telephone>\r\nContent-Type: application/sdp\r\n";
            bench.registrar.send(
                    bench.request(
                                    bench.registrar,
                                    "INVITE sip:201@" + bench.telephone.hostPort(),
                                    "forked@example.com",
                                    "1 INVITE",
                                    parties + path,
                                    ProxyBench.sdp(4000))
                            .replaceFirst("branch=[^;]*", "branch=" + branch),
                    bench.address());
            bench.registrar.receive("SIP/2.0 100 ");
            bench.telephone.receive("INVITE sip:201@");
        }
        assertThat(bench.proxy.liveCalls().list()).hasSize(2);
    }

    @Test
    void whenDrainingNewCallsAreRefusedAndOthersGoOn() {
        String invite = invite("drain@example.com");
        respond(invite, "200 OK", ProxyBench.sdp(5000));
        String ok = bench.telephone.receive("SIP/2.0 200 OK");
        bench.proxy.drain();
        bench.telephone.send(outbound("new@example.com", "1 INVITE"), bench.address());
        bench.telephone.receive("SIP/2.0 100 ");
        assertThat(SipPeer.one(bench.telephone.receive("SIP/2.0 503 "), "Retry-After"))
                .matches("\\d+");
        bench.telephone.send(inDialog("BYE", "drain@example.com", 2, ok, "", ""), bench.address());
        bench.registrar.receive("BYE ");
    }

    @Test
    void withoutAFreePortTheCallPassesAsItIs() throws Exception {
        try (ProxyBench poor = new ProxyBench(0, 0, false)) {
            String type = "Content-Type: application/sdp\r\n";
            poor.telephone.send(
                    poor.request(
                            poor.telephone,
                            "INVITE sip:0990123@" + poor.registrar.hostPort(),
                            "poor@example.com",
                            "1 INVITE",
                            FROM_TO + type,
                            ProxyBench.sdp(4000)),
                    poor.address());
            String invite = poor.registrar.receive("INVITE ");
            assertThat(SipPeer.body(invite)).isEqualTo(ProxyBench.sdp(4000));
            poor.registrar.send(SipPeer.response(invite, "200 OK", "b", type, ProxyBench.sdp(5000)), poor.address());
            poor.telephone.receive("SIP/2.0 100 ");
            assertThat(SipPeer.body(poor.telephone.receive("SIP/2.0 200 "))).isEqualTo(ProxyBench.sdp(5000));
            await().until(() -> poor.proxy.liveCalls().list().getFirst().unrecorded() == Unrecorded.NO_PORT);
        }
    }

    @Test
    void aSessionDescriptionThatCannotBeReadPassesAsItIsAndIsCounted() {
        String unreadable = "v=0\r\no=x\r\nm=audio none RTP/AVP 0\r\n";
        bench.telephone.send(offering(bench, unreadable), bench.address());
        assertThat(SipPeer.body(bench.registrar.receive("INVITE "))).isEqualTo(unreadable);
        assertThat(bench.count("koegura.call.faults", "kind", "unreadable_sdp")).isEqualTo(1);
    }

    @Test
    void whereTheSettingSaysSoWhatCannotBeRecordedIsRefused() throws Exception {
        try (ProxyBench strict = ProxyBench.strict(100)) {
            strict.telephone.send(offering(strict, "v=0\r\no=x\r\nm=audio none RTP/AVP 0\r\n"), strict.address());
            strict.telephone.receive("SIP/2.0 100 ");
            strict.telephone.receive("SIP/2.0 488 ");
            assertThat(strict.registrar.next(100)).isEmpty();
            await().until(() -> strict.lastResult() == Result.NOT_ANSWERED);
        }
        try (ProxyBench strict = ProxyBench.strict(0)) {
            strict.telephone.send(offering(strict, ProxyBench.sdp(4000)), strict.address());
            strict.telephone.receive("SIP/2.0 100 ");
            strict.telephone.receive("SIP/2.0 503 ");
        }
    }

    private static String offering(ProxyBench at, String sdp) {
        return at.request(
                at.telephone,
                "INVITE sip:0990123@" + at.registrar.hostPort(),
                "offer@example.com",
                "1 INVITE",
                FROM_TO + "Content-Type: application/sdp\r\n",
                sdp);
    }

    @Test
    void aResponseForABroadcastAddressOrWithoutOurViaGoesNowhere() {
        String answer = SipPeer.lines(
                "SIP/2.0 200 OK",
                "Via: SIP/2.0/UDP %s;branch=z9hG4bKx",
                "Via: SIP/2.0/UDP %s;branch=z9hG4bKy",
                "From: <sip:a@b.example>;tag=1",
                "To: <sip:a@b.example>;tag=2",
                "Call-ID: s@x",
                "CSeq: 1 INVITE",
                "");
        bench.registrar.send(answer.formatted(bench.hostPort(), "255.255.255.255"), bench.address());
        bench.registrar.send(answer.formatted("192.0.2.1", bench.telephone.hostPort()), bench.address());
        await().until(() -> bench.count("koegura.sip.dropped", "reason", "stray_response") == 2);
        assertThat(bench.telephone.next(200)).isEmpty();
    }

    @Test
    void aRedirectionAndALooseRouteOfOthersPass() {
        String type = "Content-Type: application/sdp\r\n";
        String lines = "Route: <sip:" + bench.hostPort() + ";lr>, <sip:" + bench.registrar.hostPort() + ";lr>\r\n";
        bench.telephone.send(
                bench.request(
                        bench.telephone,
                        "INVITE sip:0990123@elsewhere.example",
                        "route@example.com",
                        "1 INVITE",
                        FROM_TO + type + lines,
                        ProxyBench.sdp(4000)),
                bench.address());
        bench.telephone.receive("SIP/2.0 100 ");
        String invite = bench.registrar.receive("INVITE sip:0990123@elsewhere.example");
        assertThat(SipPeer.all(invite, "Route")).containsExactly("<sip:" + bench.registrar.hostPort() + ";lr>");
        bench.registrar.send(
                SipPeer.response(invite, "302 Moved", "b", "Contact: <sip:y@example.com>\r\n", ""), bench.address());
        assertThat(bench.telephone.receive("SIP/2.0 302 Moved")).contains("Contact: <sip:y@example.com>");
    }

    @Test
    void aStrictRouterBeforeUsIsUndone() {
        String lines = "Route: <sip:x@" + bench.registrar.hostPort() + ">\r\n";
        bench.telephone.send(
                bench.request(
                        bench.telephone,
                        "BYE sip:" + bench.hostPort() + ";lr;passage=0123456789abcdef",
                        "strict@example.com",
                        "2 BYE",
                        "From: <sip:201@example.com>;tag=a\r\nTo: <sip:x@example.com>;tag=z\r\n" + lines,
                        ""),
                bench.address());
        String bye = bench.registrar.receive("BYE sip:x@" + bench.registrar.hostPort() + " SIP/2.0");
        assertThat(SipPeer.all(bye, "Route")).isEmpty();
    }
}
