package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.NoticeDecision;
import org.koegura.sipproxy.routing.EarlyProof;
import org.koegura.sipproxy.transport.Hop;

/// Trap 36 on the wire, between PBX and trunk: the caller hears the notice while it rings, in the dialog that
/// the callee makes.
class EarlyMediaFlowTest {

    private static final String EVENTS = "a=rtpmap:101 telephone-event/8000\r\n";
    private static final String OFFER =
            description(4000, "8 0 101", "a=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n" + EVENTS);
    private static final String ANSWER = description(5000, "8 101", EVENTS);

    private final SipPeer trunk = new SipPeer(ProxyBench.TRUNK);
    private final ProxyBench bench = new ProxySetup()
            .between(Hop.udp(trunk.address()))
            .deciding(_ -> new NoticeDecision.Announce(ProxyBench.PROMPT, true))
            .proving(new EarlyProof(ProxyBench.TRUNK, LocalDate.of(2026, 1, 1)))
            .open();

    private String sent = "";

    EarlyMediaFlowTest() throws IOException, SipFault {}

    @AfterEach
    void close() {
        bench.close();
        trunk.close();
    }

    private static String description(int port, String formats, String lines) {
        return "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio " + port + " RTP/AVP "
                + formats + "\r\n" + lines;
    }

    /// At the PBX, what came out.
    private String invited(String callId, String lines) {
        String uri = "sip:201@" + bench.hostPort();
        String parties = "From: <sip:0990111@example.com>;tag=a\r\nTo: <sip:201@example.com>\r\n";
        sent = bench.request(
                trunk,
                "INVITE " + uri,
                callId,
                "1 INVITE",
                parties + lines + "Content-Type: application/sdp\r\n",
                OFFER);
        trunk.send(sent, bench.address());
        trunk.receive("SIP/2.0 100 ");
        return bench.registrar.receive("INVITE ");
    }

    private void rings(String invite, String status, String tag, String lines) {
        bench.registrar.send(SipPeer.response(invite, status, tag, lines, ""), bench.address());
    }

    private void progresses(String invite, String lines) {
        String type = "Content-Type: application/sdp\r\n";
        bench.registrar.send(
                SipPeer.response(invite, "183 Session Progress", "callee", lines + type, ANSWER), bench.address());
    }

    private void answers(String invite, String tag, String sdp) {
        String lines = "Contact: <sip:201@" + bench.registrar.hostPort() + ">\r\nContent-Type: application/sdp\r\n";
        bench.registrar.send(SipPeer.response(invite, "200 OK", tag, lines, sdp), bench.address());
    }

    private List<String> done() {
        return bench.session().done().stream()
                .filter(act -> !act.startsWith("audio"))
                .toList();
    }

    private void awaitDone(String... acts) {
        await().untilAsserted(() -> assertThat(done()).containsExactly(acts));
    }

    @Test
    void whoRingsGoesOnAs183WithAnAnswerOfOursOnItsOwnTagAndThe200RepeatsIt() {
        String invite = invited("early@example.com", "P-Early-Media: supported\r\n");
        assertThat(SipPeer.body(invite)).contains("RTP/AVP 8 101\r\n").doesNotContain("PCMU");
        rings(invite, "180 Ringing", "callee", "");
        String progress = trunk.receive("SIP/2.0 183 Session Progress");
        assertThat(SipPeer.one(progress, "To")).isEqualTo("<sip:201@example.com>;tag=callee");
        assertThat(SipPeer.one(progress, "Content-Type")).isEqualTo("application/sdp");
        assertThat(SipPeer.one(progress, "P-Early-Media")).isEqualTo("sendonly");
        String ours = SipPeer.body(progress);
        assertThat(SipPeer.one(progress, "Content-Length")).isEqualTo(Integer.toString(ours.length()));
        assertThat(Dialogue.audioPort(progress)).isBetween(30_000, 30_999);
        awaitDone("playEarlyNotice");

        rings(invite, "181 Call Is Being Forwarded", "callee", "X-Rings: on\r\n"); // no repetition of the first
        assertThat(SipPeer.body(trunk.receive("SIP/2.0 183 ")))
                .as("it rings on")
                .isEqualTo(ours);
        answers(invite, "callee", ANSWER);
        assertThat(SipPeer.body(trunk.receive("SIP/2.0 200 "))).isEqualTo(ours);
        awaitDone("playEarlyNotice", "answered");
        assertThat(bench.session().basis()).as("before the notice was heard").isNull();
        assertThat(bench.count("koegura.call.faults", "kind", "early_answer_differs"))
                .isZero();
    }

    @Test
    void withoutItsHeaderInTheInviteNothingIsSaidOfEarlyMedia() {
        rings(invited("plain@example.com", ""), "180 Ringing", "callee", "");
        assertThat(SipPeer.all(trunk.receive("SIP/2.0 183 "), "P-Early-Media")).isEmpty();
    }

    /// What its network shuts out the caller would not hear (RFC 5009).
    @Test
    void aCalleesOwnEarlyMediaIsSpokenInOnlyWhereItsHeaderOpensThem() {
        String invite = invited("gate@example.com", "P-Early-Media: supported\r\n");
        for (String header : List.of("", "P-Early-Media: inactive\r\n", "P-Early-Media: sendrecv, gated\r\n")) {
            progresses(invite, header);
            assertThat(trunk.receive("SIP/2.0 183 ")).contains(header);
            assertThat(done()).as(header).isEmpty();
        }
        rings(invite, "180 Ringing", "callee", "");
        trunk.receive("SIP/2.0 180 ");
        assertThat(done()).as("what opens nothing").isEmpty();
        progresses(invite, "P-Early-Media: sendrecv\r\n");
        awaitDone("playEarlyNotice");
    }

    @Test
    void behindAShutGateTheNoticeComesOnTheAnswer() {
        String invite = invited("shut@example.com", "P-Early-Media: supported\r\n");
        rings(invite, "180 Ringing", "callee", "P-Early-Media: inactive\r\n");
        assertThat(SipPeer.one(trunk.receive("SIP/2.0 183 "), "P-Early-Media")).isEqualTo("inactive");
        answers(invite, "callee", ANSWER);
        trunk.receive("SIP/2.0 200 ");
        awaitDone("answered", "playNotice");
    }

    @Test
    void anAnswerThatDiffersIsTheTrueOneAndCounted() {
        String invite = invited("differs@example.com", "");
        rings(invite, "180 Ringing", "callee", "");
        trunk.receive("SIP/2.0 183 ");
        answers(invite, "callee", description(5000, "8", ""));
        assertThat(SipPeer.body(trunk.receive("SIP/2.0 200 "))).contains("RTP/AVP 8\r\n");
        await().until(() -> bench.count("koegura.call.faults", "kind", "early_answer_differs") == 1);
    }

    @Test
    void eachForkRingsInADialogOfItsOwnAndTheNoticeBeginsOnce() {
        String invite = invited("forks@example.com", "");
        rings(invite, "180 Ringing", "one", "");
        String first = trunk.receive("SIP/2.0 183 ");
        rings(invite, "180 Ringing", "two", "");
        String second = trunk.receive("SIP/2.0 183 ");
        assertThat(SipPeer.one(second, "To")).endsWith(";tag=two");
        assertThat(SipPeer.body(second)).isEqualTo(SipPeer.body(first));
        answers(invite, "two", ANSWER);
        String ok = trunk.receive("SIP/2.0 200 ");
        assertThat(SipPeer.one(ok, "To")).endsWith(";tag=two");
        assertThat(SipPeer.body(ok)).isEqualTo(SipPeer.body(first));
        awaitDone("playEarlyNotice", "answered");
    }

    @Test
    void aReliable18xPassesAsItIsAndTheNoticeComesOnTheAnswer() {
        String invite = invited("reliable@example.com", "Supported: 100rel\r\n");
        rings(invite, "180 Ringing", "callee", "Require: 100rel\r\nRSeq: 7\r\n");
        String ringing = trunk.receive("SIP/2.0 180 ");
        assertThat(SipPeer.body(ringing)).isEmpty();
        assertThat(SipPeer.one(ringing, "RSeq")).isEqualTo("7");
        answers(invite, "callee", ANSWER);
        assertThat(Dialogue.untouched(SipPeer.body(trunk.receive("SIP/2.0 200 "))))
                .isEqualTo(Dialogue.untouched(ANSWER));
        awaitDone("answered", "playNotice");
    }

    @Test
    void a486AfterEarlyMediaFreesThePorts() {
        String invite = invited("busy@example.com", "");
        rings(invite, "180 Ringing", "callee", "");
        trunk.receive("SIP/2.0 183 ");
        awaitDone("playEarlyNotice");
        bench.registrar.send(SipPeer.response(invite, "486 Busy Here", "callee", "", ""), bench.address());
        trunk.receive("SIP/2.0 486 ");
        await().until(() -> bench.media.open() == 0);
    }

    @Test
    void aCancelDuringEarlyMediaEndsThemWithTheFinalResponse() {
        String invite = invited("cancel@example.com", "");
        rings(invite, "180 Ringing", "callee", "");
        trunk.receive("SIP/2.0 183 ");
        awaitDone("playEarlyNotice");
        StringBuilder cancel = new StringBuilder("CANCEL sip:201@" + bench.hostPort() + " SIP/2.0\r\n");
        for (String name : List.of("Via", "Max-Forwards", "From", "To", "Call-ID")) {
            cancel.append(name).append(": ").append(SipPeer.one(sent, name)).append("\r\n");
        }
        trunk.send(cancel + "CSeq: 1 CANCEL\r\nContent-Length: 0\r\n\r\n", bench.address());
        trunk.receive("SIP/2.0 200 ");
        bench.registrar.receive("CANCEL ");
        assertThat(bench.media.open()).as("the final response decides").isEqualTo(1);
        bench.registrar.send(SipPeer.response(invite, "487 Request Terminated", "callee", "", ""), bench.address());
        trunk.receive("SIP/2.0 487 ");
        await().until(() -> bench.media.open() == 0);
    }

    @Test
    void whoRefusesTheOneCodecIsAskedOnceMoreWithAllOfThemAndTheCallerHearsNothingOfIt() {
        String invite = invited("refuses@example.com", "");
        bench.registrar.send(SipPeer.response(invite, "488 Not Acceptable Here", "callee", "", ""), bench.address());
        bench.registrar.receive("ACK ");
        String again = bench.registrar.receive("INVITE ");
        assertThat(SipPeer.body(again)).contains("RTP/AVP 8 0 101\r\n");
        answers(again, "other", description(5000, "0 101", EVENTS));
        assertThat(SipPeer.body(trunk.receive("SIP/2.0 200 "))).contains("RTP/AVP 0 101\r\n");
        awaitDone("answered", "playNotice");
    }
}
