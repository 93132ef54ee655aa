package org.koegura.sipproxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.callmodel.EndReason;

/// What two user agents make out between them passes unchanged, on the wire: transfers, subscriptions, session timers,
/// challenges, large messages, bodies of several parts, and a CANCEL that comes too late.
class TransparentFlowTest {

    /// RFC 3326.
    private static final String ELSEWHERE = "Reason: SIP;cause=200;text=\"Call completed elsewhere\"\r\n";

    private static final String CALL = "passes@example.com";

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

    /// A request of the telephone outside of any dialog, by its outbound proxy.
    private void asks(String method, long cseq, String lines, String body) {
        String route = "Route: <sip:" + bench.hostPort() + ";lr>\r\n";
        bench.telephone.send(
                bench.request(
                        bench.telephone,
                        method + " sip:0990123@" + bench.registrar.hostPort(),
                        CALL,
                        cseq + " " + method,
                        ProxyBench.FROM_TO + route + lines,
                        body),
                bench.address());
        if (method.equals("INVITE")) {
            bench.telephone.receive("SIP/2.0 100 ");
        }
    }

    /// Trap 9.
    @Test
    void aCancelThatCrossesThe200EndsNothingAndTheCallerHangsUpAsItMust() {
        String invite = bench.invite(CALL);
        bench.respond(invite, "180 Ringing", "");
        bench.telephone.receive("SIP/2.0 180 ");
        bench.telephone.send(
                bench.outbound(CALL, "1 INVITE")
                        .replaceFirst("^INVITE", "CANCEL")
                        .replace("1 INVITE", "1 CANCEL")
                        .replaceFirst("(?s)Content-Type.*?\r\n", ELSEWHERE)
                        .replaceFirst("(?s)Content-Length.*", "Content-Length: 0\r\n\r\n"),
                bench.address());
        bench.telephone.receive("SIP/2.0 200 "); // of the CANCEL
        String cancel = bench.registrar.receive("CANCEL ");
        assertThat(cancel).contains("\r\n" + ELSEWHERE); // or each of a group would show a missed call
        bench.respond(invite, "200 OK", ProxyBench.sdp(5000));
        String ok = bench.telephone.receive("SIP/2.0 200 ");
        assertThat(SipPeer.one(ok, "CSeq")).isEqualTo("1 INVITE");
        bench.registrar.send(SipPeer.response(cancel, "481 Too Late", "b", "", ""), bench.address());

        Dialogue up = new Dialogue(bench, CALL, invite, ok);
        up.callerAsks("ACK", 1, "", "");
        bench.registrar.receive("ACK ");
        await().until(() -> bench.session().done().contains("acknowledged"));
        assertThat(bench.session().done()).noneMatch(what -> what.startsWith("close"));
        up.callerAsks("BYE", 2, "", "");
        up.calleeAnswers(bench.registrar.receive("BYE "), "200 OK", "", "");
        bench.telephone.receive("SIP/2.0 200 ");
        await().until(() -> bench.lastResult() != null);
        assertThat(bench.ledger.all().getLast().reason()).isEqualTo(EndReason.HANGUP_INSIDE);
    }

    /// Trap 11.
    @Test
    void aNotifyThatNobodySubscribedToReachesTheTelephoneWithItsBody() {
        String waiting = "Messages-Waiting: yes\r\nVoice-Message: 2/8 (0/2)\r\n";
        bench.registrar.send(
                bench.request(
                        bench.registrar,
                        "NOTIFY sip:201@" + bench.telephone.hostPort(),
                        CALL,
                        "1 NOTIFY",
                        "Route: <sip:" + bench.hostPort() + ";lr;"
                                + ProxyBench.pathMark(bench.telephone.hostPort()) + ">\r\n"
                                + "From: <sip:mail@example.com>;tag=m\r\nTo: <sip:201@example.com>\r\n"
                                + "Event: message-summary\r\nSubscription-State: active\r\n"
                                + "Content-Type: application/simple-message-summary\r\n",
                        waiting),
                bench.address());
        String notify = bench.telephone.receive("NOTIFY sip:201@");
        assertThat(SipPeer.body(notify)).isEqualTo(waiting);
        assertThat(SipPeer.one(notify, "Event")).isEqualTo("message-summary");
        bench.telephone.send(SipPeer.response(notify, "200 OK", "t", "", ""), bench.address());
        bench.registrar.receive("SIP/2.0 200 ");
    }

    /// Trap 13. Over loopback nothing is cut into fragments; it is the bytes that must be all there.
    @Test
    void anInviteOfNineKilobytesAndItsAnswerPassWhole() {
        String large = "X-Large: " + "0123456789".repeat(900) + "\r\n";
        asks("INVITE", 1, large + Dialogue.SDP, ProxyBench.sdp(4000));
        String invite = bench.registrar.receive("INVITE ");
        assertThat(invite).contains("\r\n" + large);
        bench.registrar.send(
                SipPeer.response(invite, "200 OK", "b", large + Dialogue.SDP, ProxyBench.sdp(5000)), bench.address());
        assertThat(bench.telephone.receive("SIP/2.0 200 ")).contains("\r\n" + large);
    }

    /// Trap 21: a blind transfer, and an attended one, whose Replaces names a dialog by its Call-ID and tags.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "<sip:202@example.com>",
                "<sip:202@example.com?Replaces=other%40example.com%3Bto-tag%3D77%3Bfrom-tag%3D88&Require=replaces>"
            })
    void aTransferAndTheReportOfItPassToTheByteInBothDirections(String target) {
        Dialogue up = Dialogue.establish(bench, CALL);
        up.callerAsks("REFER", 2, "Refer-To: " + target + "\r\nReferred-By: <sip:201@example.com>\r\n", "");
        String refer = bench.registrar.receive("REFER ");
        assertThat(SipPeer.one(refer, "Refer-To")).isEqualTo(target);
        assertThat(SipPeer.one(refer, "From")).endsWith(";tag=a");
        assertThat(SipPeer.one(refer, "To")).endsWith(";tag=b");
        assertThat(SipPeer.one(refer, "Call-ID")).isEqualTo(CALL);
        up.calleeAnswers(refer, "202 Accepted", "", "");
        bench.telephone.receive("SIP/2.0 202 ");
        for (String said : List.of("SIP/2.0 100 Trying\r\n", "SIP/2.0 200 OK\r\n")) {
            int number = said.contains("100") ? 1 : 2;
            up.calleeAsks(
                    "NOTIFY",
                    number,
                    SipPeer.lines(
                            "Event: refer;id=2",
                            "Subscription-State: active;expires=60",
                            "Content-Type: message/sipfrag;version=2.0"),
                    said);
            String notify = bench.telephone.receive("NOTIFY ");
            assertThat(SipPeer.body(notify)).isEqualTo(said);
            assertThat(SipPeer.one(notify, "Event")).isEqualTo("refer;id=2");
            up.callerAnswers(notify, "200 OK", "", "");
            bench.registrar.receive("SIP/2.0 200 ");
        }
        up.callerAsks("BYE", 3, "", "");
        bench.registrar.receive("BYE ");
        await().until(() -> bench.lastResult() != null);
    }

    /// Trap 21: the call that a transfer makes is one of its own.
    @Test
    void anInviteThatReplacesADialogKeepsItsNamesAndIsACallOfItsOwnWithANoticeOfItsOwn() {
        Dialogue first = Dialogue.establish(bench, "first@example.com");
        String replaces = "first@example.com;to-tag=b;from-tag=a;early-only";
        asks("INVITE", 1, "Replaces: " + replaces + "\r\nRequire: replaces\r\n" + Dialogue.SDP, ProxyBench.sdp(4000));
        String invite = bench.registrar.receive("INVITE ");
        assertThat(SipPeer.one(invite, "Replaces")).isEqualTo(replaces);
        assertThat(SipPeer.one(invite, "Require")).isEqualTo("replaces");
        assertThat(bench.proxy.liveCalls().list()).hasSize(2);
        bench.respond(invite, "200 OK", ProxyBench.sdp(5000));
        bench.telephone.receive("SIP/2.0 200 ");
        first.calleeAsks("BYE", 1, "", "");
        bench.telephone.receive("BYE ");
        await().until(() -> bench.proxy.liveCalls().list().size() == 1);
        await().until(() -> bench.session().done().contains("playNotice"));
    }

    /// Trap 22. What a proxy may not do is ask for a timer of its own, or refresh.
    @Test
    void aSessionTimerIsTheEndpointsOwnAndItsRefreshesPassBothWays() {
        asks(
                "INVITE",
                1,
                "Supported: timer\r\nSession-Expires: 90\r\nMin-SE: 90\r\n" + Dialogue.SDP,
                ProxyBench.sdp(4000));
        String small = bench.registrar.receive("INVITE ");
        assertThat(SipPeer.one(small, "Session-Expires")).isEqualTo("90");
        assertThat(SipPeer.one(small, "Min-SE")).isEqualTo("90");
        bench.registrar.send(
                SipPeer.response(small, "422 Session Interval Too Small", "b", "Min-SE: 1800\r\n", ""),
                bench.address());
        assertThat(SipPeer.one(bench.telephone.receive("SIP/2.0 422 "), "Min-SE"))
                .isEqualTo("1800");
        bench.registrar.receive("ACK ");

        asks("INVITE", 2, "Supported: timer\r\nSession-Expires: 1800\r\n" + Dialogue.SDP, ProxyBench.sdp(4000));
        String invite = bench.registrar.receive("INVITE ");
        String timer = "Require: timer\r\nSession-Expires: 1800;refresher=uas\r\n";
        bench.registrar.send(
                SipPeer.response(invite, "200 OK", "b", timer + Dialogue.SDP, ProxyBench.sdp(5000)), bench.address());
        String ok = bench.telephone.receive("SIP/2.0 200 ");
        assertThat(SipPeer.one(ok, "Session-Expires")).isEqualTo("1800;refresher=uas");
        Dialogue up = new Dialogue(bench, CALL, invite, ok);
        up.callerAsks("ACK", 2, "", "");
        bench.registrar.receive("ACK ");
        up.calleeAsks("UPDATE", 1, "Session-Expires: 1800;refresher=uac\r\n", "");
        String refresh = bench.telephone.receive("UPDATE ");
        assertThat(SipPeer.one(refresh, "Session-Expires")).isEqualTo("1800;refresher=uac");
        up.callerAnswers(refresh, "200 OK", timer, "");
        assertThat(SipPeer.one(bench.registrar.receive("SIP/2.0 200 "), "Session-Expires"))
                .isEqualTo("1800;refresher=uas");
    }

    /// Trap 30.
    @Test
    void ofABodyOfSeveralPartsOnlyTheDescriptionChangesAndWhatIsBinaryDoesNot() {
        StringBuilder octets = new StringBuilder();
        for (int i = 0; i < 256; i++) {
            octets.append((char) i);
        }
        String before = "--cut\r\nContent-Type: application/sdp\r\n\r\n";
        String after = "\r\n--cut\r\nContent-Type: application/isup;version=ttc\r\n"
                + "Content-Disposition: signal;handling=optional\r\n\r\n" + octets + "\r\n--cut--\r\n";
        asks("INVITE", 1, "Content-Type: multipart/mixed;boundary=cut\r\n", before + ProxyBench.sdp(4000) + after);
        String invite = bench.registrar.receive("INVITE ");
        String body = SipPeer.body(invite);
        assertThat(body).startsWith(before).endsWith(after);
        assertThat(Dialogue.audioPort(invite)).isBetween(30_000, 30_999);
        assertThat(SipPeer.one(invite, "Content-Length")).isEqualTo(Integer.toString(body.getBytes(ISO_8859_1).length));
        assertThat(Dialogue.untouched(body)).isEqualTo(Dialogue.untouched(before + ProxyBench.sdp(4000) + after));
    }

    /// Trap 33.
    @Test
    void severalChallengesKeepTheirOrderAndWhatAnswersThemStaysValid() {
        asks("INVITE", 1, Dialogue.SDP, ProxyBench.sdp(4000));
        String invite = bench.registrar.receive("INVITE ");
        List<String> challenges = List.of(
                "Digest realm=\"example.com\",nonce=\"n1\",algorithm=SHA-256,qop=\"auth\"",
                "Digest  realm=\"example.com\", nonce=\"n1\", algorithm=MD5",
                "Bearer authz_server=\"https://login.example.com/\", scope=\"sip\"");
        StringBuilder lines = new StringBuilder();
        challenges.forEach(challenge ->
                lines.append("Proxy-Authenticate: ").append(challenge).append("\r\n"));
        bench.registrar.send(
                SipPeer.response(invite, "407 Proxy Authentication Required", "b", lines.toString(), ""),
                bench.address());
        assertThat(SipPeer.all(bench.telephone.receive("SIP/2.0 407 "), "Proxy-Authenticate"))
                .isEqualTo(challenges);
        bench.registrar.receive("ACK ");

        String uri = "sip:0990123@" + bench.registrar.hostPort();
        String credentials = "Digest username=\"201\",realm=\"example.com\",uri=\"" + uri
                + "\",algorithm=SHA-256,nonce=\"n1\",response=\"00\"";
        asks("INVITE", 2, "Proxy-Authorization: " + credentials + "\r\n" + Dialogue.SDP, ProxyBench.sdp(4000));
        String answered = bench.registrar.receive("INVITE " + uri + " SIP/2.0");
        assertThat(SipPeer.all(answered, "Proxy-Authorization")).containsExactly(credentials);
    }

    /// Trap 34.
    @Test
    void whatHasOneHopLeftGoesOnWithNoneAndWhatHasNoneIsRefused() {
        asks("OPTIONS", 1, "", "");
        assertThat(SipPeer.one(bench.registrar.receive("OPTIONS "), "Max-Forwards"))
                .isEqualTo("69");
        String last = "OPTIONS sip:0990123@" + bench.registrar.hostPort();
        String lines = ProxyBench.FROM_TO + "Route: <sip:" + bench.hostPort() + ";lr>\r\n";
        bench.telephone.send(
                bench.request(bench.telephone, last, "one@example.com", "1 OPTIONS", lines, "")
                        .replace("Max-Forwards: 70", "Max-Forwards: 1"),
                bench.address());
        assertThat(SipPeer.one(bench.registrar.receive(last), "Max-Forwards")).isEqualTo("0");
        bench.telephone.send(
                bench.request(bench.telephone, last, "none@example.com", "1 OPTIONS", lines, "")
                        .replace("Max-Forwards: 70", "Max-Forwards: 0"),
                bench.address());
        bench.telephone.receive("SIP/2.0 483 ");
    }

    /// Trap 34: over UDP a ping keeps a NAT open, and nobody waits for an answer.
    @Test
    void aPingOverUdpDisturbsNothing() {
        bench.telephone.send("\r\n\r\n", bench.address());
        bench.telephone.send("\r\n", bench.address());
        asks("OPTIONS", 1, "", "");
        bench.registrar.receive("OPTIONS ");
        assertThat(bench.count("koegura.sip.parse.errors")).isZero();
    }
}
