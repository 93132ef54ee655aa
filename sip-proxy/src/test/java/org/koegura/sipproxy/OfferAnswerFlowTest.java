package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.RemoteMedia;

/// Offers and answers on the wire, wherever a message may carry one: each points at us, is otherwise its maker's, and
/// media follow what was agreed and nothing else (RFC 3261 §13, RFC 3262, RFC 3264, RFC 6337).
class OfferAnswerFlowTest {

    private static final String CALL = "flow@example.com";

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

    private static void pointsAtUs(String message, String sent) {
        assertThat(Dialogue.audioPort(message)).isBetween(30_000, 30_999);
        assertThat(Dialogue.untouched(SipPeer.body(message))).isEqualTo(Dialogue.untouched(sent));
        assertThat(SipPeer.one(message, "Content-Length"))
                .isEqualTo(Integer.toString(SipPeer.body(message).length()));
    }

    /// Where the parties' media go by now; 0 for nowhere.
    private void awaitMediaAt(int inside, int outside) {
        await().untilAsserted(() -> {
            assertThat(port(bench.session().agreed(0, Leg.INSIDE))).isEqualTo(inside);
            assertThat(port(bench.session().agreed(0, Leg.OUTSIDE))).isEqualTo(outside);
        });
    }

    private static int port(@Nullable RemoteMedia media) {
        InetSocketAddress rtp = Objects.requireNonNull(media).rtp();
        return rtp == null ? 0 : rtp.getPort();
    }

    /// Trap 16.
    @Test
    void anOfferInThe200AndItsAnswerInTheAckBothPointAtUs() {
        bench.telephone.send(
                bench.request(
                        bench.telephone,
                        "INVITE sip:0990123@" + bench.registrar.hostPort(),
                        CALL,
                        "1 INVITE",
                        ProxyBench.FROM_TO + "Route: <sip:" + bench.hostPort() + ";lr>\r\n",
                        ""),
                bench.address());
        bench.telephone.receive("SIP/2.0 100 ");
        String invite = bench.registrar.receive("INVITE ");
        assertThat(SipPeer.body(invite)).isEmpty();
        bench.respond(invite, "200 OK", ProxyBench.sdp(5000));
        String ok = bench.telephone.receive("SIP/2.0 200 ");
        pointsAtUs(ok, ProxyBench.sdp(5000));
        Dialogue up = new Dialogue(bench, CALL, invite, ok);
        up.callerAsks("ACK", 1, Dialogue.SDP, ProxyBench.sdp(4000));
        pointsAtUs(bench.registrar.receive("ACK "), ProxyBench.sdp(4000));
        awaitMediaAt(4000, 5000);
    }

    /// Trap 16.
    @Test
    void aReinviteWithoutDescriptionIsOfferedInThe200AndAnsweredInTheAck() {
        Dialogue up = Dialogue.establish(bench, CALL);
        up.callerAsks("INVITE", 2, "", "");
        bench.telephone.receive("SIP/2.0 100 ");
        String again = bench.registrar.receive("INVITE ");
        assertThat(SipPeer.body(again)).isEmpty();
        bench.respond(again, "200 OK", ProxyBench.sdp(5100));
        pointsAtUs(bench.telephone.receive("SIP/2.0 200 "), ProxyBench.sdp(5100));
        up.callerAsks("ACK", 2, Dialogue.SDP, ProxyBench.sdp(4100));
        pointsAtUs(bench.registrar.receive("ACK "), ProxyBench.sdp(4100));
        awaitMediaAt(4100, 5100);
    }

    /// Trap 17.
    @Test
    void aReliable183ItsPrackAndAnUpdateInTheEarlyDialogAreRewrittenAndTheirNumbersAreNot() {
        String invite = bench.invite(CALL);
        Dialogue early = reliable183(invite);
        early.callerAsks("PRACK", 2, "RAck: 7 1 INVITE\r\n", "");
        String prack = bench.registrar.receive("PRACK ");
        assertThat(SipPeer.one(prack, "RAck")).isEqualTo("7 1 INVITE");
        early.calleeAnswers(prack, "200 OK", "", "");
        bench.telephone.receive("SIP/2.0 200 ");

        early.callerAsks("UPDATE", 3, Dialogue.SDP, ProxyBench.sdp(4100));
        String update = bench.registrar.receive("UPDATE ");
        pointsAtUs(update, ProxyBench.sdp(4100));
        early.calleeAnswers(update, "200 OK", Dialogue.SDP, ProxyBench.sdp(5100));
        pointsAtUs(bench.telephone.receive("SIP/2.0 200 "), ProxyBench.sdp(5100));
        awaitMediaAt(4100, 5100);

        early.calleeAsks("UPDATE", 1, Dialogue.SDP, ProxyBench.sdp(5200));
        String other = bench.telephone.receive("UPDATE ");
        pointsAtUs(other, ProxyBench.sdp(5200));
        early.callerAnswers(other, "200 OK", Dialogue.SDP, ProxyBench.sdp(4200));
        pointsAtUs(bench.registrar.receive("SIP/2.0 200 "), ProxyBench.sdp(4200));
        awaitMediaAt(4200, 5200);
        bench.respond(invite, "200 OK", "");
        assertThat(SipPeer.body(bench.telephone.receive("SIP/2.0 200 "))).isEmpty();
    }

    private Dialogue reliable183(String invite) {
        String lines = "Require: 100rel\r\nRSeq: 7\r\nContact: <sip:x@" + bench.registrar.hostPort() + ">\r\n";
        bench.registrar.send(
                SipPeer.response(invite, "183 Session Progress", "b", lines + Dialogue.SDP, ProxyBench.sdp(5000)),
                bench.address());
        String progress = bench.telephone.receive("SIP/2.0 183 ");
        pointsAtUs(progress, ProxyBench.sdp(5000));
        assertThat(SipPeer.one(progress, "RSeq")).isEqualTo("7");
        return new Dialogue(bench, CALL, invite, progress);
    }

    /// Trap 18.
    @Test
    void a183ThatComesAgainIsTheSameBytesAndA200ThatDiffersFromItKeepsTheSamePorts() {
        String invite = bench.invite(CALL);
        bench.respond(invite, "183 Session Progress", ProxyBench.sdp(5000));
        String first = bench.telephone.receive("SIP/2.0 183 ");
        pointsAtUs(first, ProxyBench.sdp(5000));
        bench.respond(invite, "183 Session Progress", ProxyBench.sdp(5000));
        assertThat(bench.telephone.next(3000)).isEqualTo(first);
        awaitMediaAt(4000, 5000);
        bench.respond(invite, "200 OK", ProxyBench.sdp(5002));
        String ok = bench.telephone.receive("SIP/2.0 200 ");
        pointsAtUs(ok, ProxyBench.sdp(5002));
        assertThat(Dialogue.audioPort(ok)).isEqualTo(Dialogue.audioPort(first));
        awaitMediaAt(4000, 5002);
    }

    /// Trap 18.
    @Test
    void a200WithoutDescriptionMeansWhatTheEarlyAnswerSaid() {
        String invite = bench.invite(CALL);
        bench.respond(invite, "183 Session Progress", ProxyBench.sdp(5000));
        bench.telephone.receive("SIP/2.0 183 ");
        bench.respond(invite, "200 OK", "");
        assertThat(SipPeer.body(bench.telephone.receive("SIP/2.0 200 "))).isEmpty();
        await().until(() -> bench.session().done().contains("playNotice"));
        awaitMediaAt(4000, 5000);
    }

    /// Trap 19.
    @Test
    void whenBothPartiesReinviteAtOnceBoth491PassAndTheMediaStayWhereTheyWere() {
        Dialogue up = Dialogue.establish(bench, CALL);
        awaitMediaAt(4000, 5000);
        List<RemoteMedia> before = bench.session().agreements();
        up.callerAsks("INVITE", 2, Dialogue.SDP, ProxyBench.sdp(4100));
        up.calleeAsks("INVITE", 1, Dialogue.SDP, ProxyBench.sdp(5100));
        String atCallee = received(bench.registrar, "INVITE ");
        String atCaller = received(bench.telephone, "INVITE ");
        up.calleeAnswers(atCallee, "491 Request Pending", "", "");
        up.callerAnswers(atCaller, "491 Request Pending", "", "");
        assertThat(SipPeer.one(received(bench.telephone, "SIP/2.0 491 "), "CSeq"))
                .isEqualTo("2 INVITE");
        assertThat(SipPeer.one(received(bench.registrar, "SIP/2.0 491 "), "CSeq"))
                .isEqualTo("1 INVITE");
        assertThat(bench.session().agreements()).isEqualTo(before);

        up.callerAsks("INVITE", 3, Dialogue.SDP, ProxyBench.sdp(4200));
        String retried = received(bench.registrar, "INVITE ");
        pointsAtUs(retried, ProxyBench.sdp(4200));
        up.calleeAnswers(retried, "200 OK", Dialogue.SDP, ProxyBench.sdp(5200));
        received(bench.telephone, "SIP/2.0 200 ");
        awaitMediaAt(4200, 5200);
        List<RemoteMedia> all = bench.session().agreements();
        assertThat(all.subList(before.size(), all.size()))
                .as("agreed since, in order: nothing of what was refused")
                .extracting(OfferAnswerFlowTest::port)
                .containsOnly(4200, 5200);
    }

    /// Past what else is under way at the same time: a 100, and the ACK of its own 491.
    private static String received(SipPeer peer, String start) {
        while (true) {
            String next = peer.receive("");
            if (next.startsWith(start)) {
                return next;
            }
        }
    }

    /// Trap 20.
    @ParameterizedTest
    @ValueSource(strings = {"a=sendonly", "a=inactive", "a=recvonly"})
    void aDirectionPassesAsItWasSaidAndTheCallIsResumedOnTheSamePorts(String direction) {
        Dialogue up = Dialogue.establish(bench, CALL);
        String answered = direction.equals("a=sendonly") ? "a=recvonly" : "a=inactive";
        String held =
                reinvite(up, 2, ProxyBench.sdp(4000) + direction + "\r\n", ProxyBench.sdp(5000) + answered + "\r\n");
        String resumed = reinvite(up, 3, ProxyBench.sdp(4000), ProxyBench.sdp(5000));
        assertThat(Dialogue.audioPort(resumed))
                .isEqualTo(Dialogue.audioPort(held))
                .isEqualTo(Dialogue.audioPort(up.ok()));
        awaitMediaAt(4000, 5000);
    }

    /// Both pass as they were said, but for what points at us; what the caller got.
    private String reinvite(Dialogue up, long cseq, String offer, String answer) {
        up.callerAsks("INVITE", cseq, Dialogue.SDP, offer);
        bench.telephone.receive("SIP/2.0 100 ");
        String again = bench.registrar.receive("INVITE ");
        pointsAtUs(again, offer);
        up.calleeAnswers(again, "200 OK", Dialogue.SDP, answer);
        String ok = bench.telephone.receive("SIP/2.0 200 ");
        pointsAtUs(ok, answer);
        up.callerAsks("ACK", cseq, "", "");
        bench.registrar.receive("ACK ");
        return ok;
    }

    /// Trap 20: nobody's media are sent to an address that means "nowhere", and none is made of it.
    @ParameterizedTest
    @ValueSource(strings = {"c=IN IP4 0.0.0.0", "c=IN IP6 ::"})
    void aHoldOfTheOldKindIsStillOneAtTheOtherEndAndEndsWithTheNextOffer(String nowhere) {
        Dialogue up = Dialogue.establish(bench, CALL);
        String offer = ProxyBench.sdp(4000).replace("c=IN IP4 127.0.0.1", nowhere);
        up.callerAsks("INVITE", 2, Dialogue.SDP, offer);
        bench.telephone.receive("SIP/2.0 100 ");
        String again = bench.registrar.receive("INVITE ");
        assertThat(SipPeer.body(again)).containsAnyOf("c=IN IP4 0.0.0.0\r\n", "c=IN IP6 ::\r\n");
        up.calleeAnswers(again, "200 OK", Dialogue.SDP, ProxyBench.sdp(5000));
        bench.telephone.receive("SIP/2.0 200 ");
        awaitMediaAt(0, 5000);
        reinvite(up, 3, ProxyBench.sdp(4000), ProxyBench.sdp(5000));
        awaitMediaAt(4000, 5000);
    }

    /// Trap 20.
    @Test
    void anAudioLineThatIsSwitchedOffWithPort0StaysOffAndComesBack() {
        Dialogue up = Dialogue.establish(bench, CALL);
        up.callerAsks("INVITE", 2, Dialogue.SDP, ProxyBench.sdp(0));
        bench.telephone.receive("SIP/2.0 100 ");
        String again = bench.registrar.receive("INVITE ");
        assertThat(Dialogue.audioPort(again)).isZero();
        up.calleeAnswers(again, "200 OK", Dialogue.SDP, ProxyBench.sdp(0));
        assertThat(Dialogue.audioPort(bench.telephone.receive("SIP/2.0 200 "))).isZero();
        awaitMediaAt(0, 0);
        reinvite(up, 3, ProxyBench.sdp(4000), ProxyBench.sdp(5000));
        awaitMediaAt(4000, 5000);
    }

    /// Trap 3.
    @Test
    void twoForksThatRingWithDescriptionsAndBothAnswerReachTheCallerEachUnderItsTag() {
        String invite = bench.invite(CALL);
        int first = forked(invite, "183 Session Progress", "one", 5000);
        forked(invite, "183 Session Progress", "two", 6000);
        assertThat(forked(invite, "200 OK", "one", 5000)).isEqualTo(first);
        awaitMediaAt(4000, 5000);
        forked(invite, "200 OK", "two", 6000);
        awaitMediaAt(4000, 5000);
        assertThat(bench.proxy.liveCalls().list()).hasSize(1);
    }

    private int forked(String invite, String status, String tag, int port) {
        bench.registrar.send(
                SipPeer.response(invite, status, tag, Dialogue.SDP, ProxyBench.sdp(port)), bench.address());
        String got = bench.telephone.receive("SIP/2.0 " + status);
        assertThat(SipPeer.one(got, "To")).endsWith(";tag=" + tag);
        pointsAtUs(got, ProxyBench.sdp(port));
        return Dialogue.audioPort(got);
    }

    /// Else the media would go past us, and nobody would know.
    @Test
    void anAnswerInMidCallThatNobodyCanReadPointsAtUsAllTheSameAndIsCounted() {
        Dialogue up = Dialogue.establish(bench, CALL);
        up.callerAsks("INVITE", 2, Dialogue.SDP, ProxyBench.sdp(4100));
        bench.telephone.receive("SIP/2.0 100 ");
        String manyLines = ProxyBench.sdp(5100) + "m=audio 0 RTP/AVP 0\r\n".repeat(16);
        bench.respond(bench.registrar.receive("INVITE "), "200 OK", manyLines);
        pointsAtUs(bench.telephone.receive("SIP/2.0 200 "), manyLines);
        awaitMediaAt(4100, 5100);
        assertThat(bench.count("koegura.call.faults", "kind", "unreadable_sdp")).isEqualTo(1);
    }

    /// What is relayed there could be a request of ours.
    @Test
    void noMediaGoToOurOwnSocketOfSip() {
        Dialogue up = Dialogue.establish(bench, CALL);
        up.calleeAsks("INVITE", 2, Dialogue.SDP, ProxyBench.sdp(bench.address().getPort()));
        bench.registrar.receive("SIP/2.0 100 ");
        up.callerAnswers(bench.telephone.receive("INVITE "), "200 OK", Dialogue.SDP, ProxyBench.sdp(4100));
        bench.registrar.receive("SIP/2.0 200 ");
        awaitMediaAt(4100, 0);
        assertThat(bench.count("koegura.call.faults", "kind", "misdirected_media"))
                .isEqualTo(1);
    }
}
