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

    private LiveCall live() {
        return bench.proxy.liveCalls().list().getFirst();
    }

    @Test
    void aCallGoesOutIsAnsweredAndHungUp() {
        String invite = bench.invite("c1@example.com");
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

        bench.respond(invite, "180 Ringing", "");
        bench.telephone.receive("SIP/2.0 180 ");
        await().until(() -> live().stage() == Stage.RINGING);
        bench.respond(invite, "200 OK", ProxyBench.sdp(5000));
        String ok = bench.telephone.receive("SIP/2.0 200 OK");
        assertThat(SipPeer.body(ok)).doesNotContain("m=audio 5000");
        await().until(() -> bench.session().done().contains("playNotice"));
        assertThat(bench.session().done()).doesNotContain("acknowledged");

        bench.telephone.send(bench.inDialog("ACK", "c1@example.com", 1, ok, "", ""), bench.address());
        String ack = bench.registrar.receive("ACK sip:0990123@");
        assertThat(SipPeer.all(ack, "Route")).isEmpty();
        await().until(() -> bench.session().done().contains("acknowledged"));

        bench.telephone.send(bench.inDialog("BYE", "c1@example.com", 2, ok, "", ""), bench.address());
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
        String path = "Route: <sip:" + bench.hostPort() + ";lr;" + ProxyBench.pathMark(bench.telephone.hostPort())
                + ">\r\nContent-Type: application/sdp\r\n";
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
        String invite = bench.invite("again@example.com");
        bench.respond(invite, "200 OK", ProxyBench.sdp(5000));
        String ok = bench.telephone.receive("SIP/2.0 200 OK");
        bench.respond(invite, "200 OK", ProxyBench.sdp(5000));
        assertThat(bench.telephone.next(3000)).isEqualTo(ok);
    }

    @Test
    void anInviteThatIsRepeatedAfterItsAnswerIsNotANewCall() {
        String invite = bench.invite("late@example.com");
        bench.respond(invite, "200 OK", ProxyBench.sdp(5000));
        bench.telephone.receive("SIP/2.0 200 OK");
        bench.telephone.send(bench.outbound("late@example.com", "1 INVITE"), bench.address());
        assertThat(bench.registrar.next(300)).isEmpty();
        assertThat(bench.proxy.live()).isEqualTo(1);
    }

    @Test
    void aCancelWaitsForARingAndTheRefusalPasses() {
        String invite = bench.invite("cancel@example.com");
        String sent = bench.outbound("cancel@example.com", "1 INVITE");
        String cancel = bench.request(
                        bench.telephone,
                        "CANCEL sip:0990123@" + bench.registrar.hostPort(),
                        "cancel@example.com",
                        "1 CANCEL",
                        ProxyBench.FROM_TO + "Route: <sip:" + bench.hostPort() + ";lr>\r\n",
                        "")
                .replaceFirst(
                        "branch=[^;]*", "branch=" + SipPeer.one(sent, "Via").replaceFirst(".*branch=([^;]*).*", "$1"));
        bench.telephone.send(cancel, bench.address());
        assertThat(SipPeer.one(bench.telephone.receive("SIP/2.0 200 OK"), "CSeq"))
                .isEqualTo("1 CANCEL");
        assertThat(bench.registrar.next(300)).as("nothing to cancel yet").isEmpty();
        bench.respond(invite, "180 Ringing", "");
        String cancelled = bench.registrar.receive("CANCEL sip:0990123@");
        assertThat(SipPeer.one(cancelled, "Via")).isEqualTo(SipPeer.one(invite, "Via"));
        bench.registrar.send(SipPeer.response(cancelled, "200 OK", "b", "", ""), bench.address());
        bench.respond(invite, "487 Request Terminated", "");
        bench.telephone.receive("SIP/2.0 180 ");
        bench.telephone.receive("SIP/2.0 487 ");
        bench.registrar.receive("ACK ");
        await().until(() -> bench.lastResult() != null);
        assertThat(bench.ledger.all().getLast().reason()).isEqualTo(EndReason.CANCELLED);
    }

    @Test
    void theCancelOfAnInviteFromBeforeARestartFindsItsWay() throws Exception {
        String invite = bench.invite("lost@example.com");
        String branch = SipPeer.one(invite, "Via");
        int port = bench.address().getPort();
        String sent = bench.outbound("lost@example.com", "1 INVITE");
        bench.proxy.close();
        try (ProxyBench after = new ProxyBench(10, port, false)) {
            String cancel = bench.request(
                            bench.telephone,
                            "CANCEL sip:0990123@" + bench.registrar.hostPort(),
                            "lost@example.com",
                            "1 CANCEL",
                            ProxyBench.FROM_TO,
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
        String invite = bench.invite("re@example.com");
        bench.respond(invite, "200 OK", ProxyBench.sdp(5000));
        String ok = bench.telephone.receive("SIP/2.0 200 OK");
        bench.telephone.send(bench.inDialog("ACK", "re@example.com", 1, ok, "", ""), bench.address());
        bench.registrar.receive("ACK ");
        bench.telephone.send(
                bench.inDialog(
                        "INVITE", "re@example.com", 2, ok, "Content-Type: application/sdp\r\n", ProxyBench.sdp(4100)),
                bench.address());
        bench.telephone.receive("SIP/2.0 100 ");
        String again = bench.registrar.receive("INVITE ");
        assertThat(SipPeer.body(again)).doesNotContain("m=audio 4100");
        bench.respond(again, "200 OK", ProxyBench.sdp(5100));
        String answer = bench.telephone.receive("SIP/2.0 200 OK");
        assertThat(SipPeer.body(answer)).doesNotContain("m=audio 5100");
        bench.respond(again, "200 OK", ProxyBench.sdp(5100));
        assertThat(bench.telephone.next(3000)).isEqualTo(answer);
        assertThat(bench.proxy.live()).isEqualTo(1);
    }

    @Test
    void whenDrainingNewCallsAreRefusedAndOthersGoOn() {
        String invite = bench.invite("drain@example.com");
        bench.respond(invite, "200 OK", ProxyBench.sdp(5000));
        String ok = bench.telephone.receive("SIP/2.0 200 OK");
        bench.proxy.drain();
        bench.telephone.send(bench.outbound("new@example.com", "1 INVITE"), bench.address());
        bench.telephone.receive("SIP/2.0 100 ");
        assertThat(SipPeer.one(bench.telephone.receive("SIP/2.0 503 "), "Retry-After"))
                .matches("\\d+");
        bench.telephone.send(bench.inDialog("BYE", "drain@example.com", 2, ok, "", ""), bench.address());
        bench.registrar.receive("BYE ");
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
                        ProxyBench.FROM_TO + type + lines,
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
