package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.callmodel.CallId;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.EndReason;
import org.koegura.callmodel.LiveCall;
import org.koegura.callmodel.Signalling.Link;
import org.koegura.callmodel.Signalling.Relation;

/// Trap 21: a call that takes the place of another, or that a transfer makes, names it, and is named by it.
class TransferLinkTest {

    private static final String FIRST = "first@example.com";
    private static final String NEXT = "next@example.com";
    private static final String TARGET = "0990777";

    private final ProxyBench bench = new ProxyBench();

    TransferLinkTest() throws IOException, SipFault {}

    @AfterEach
    void close() {
        bench.close();
    }

    /// Whoever was called by 201 calls somebody else, who is reached at the telephone.
    private String called(String from, String lines) {
        return called(from, lines, 1);
    }

    private String called(String from, String lines, int cseq) {
        bench.registrar.send(
                bench.request(
                        bench.registrar,
                        "INVITE sip:" + TARGET + "@" + bench.telephone.hostPort(),
                        NEXT,
                        cseq + " INVITE",
                        "Route: <sip:" + bench.hostPort() + ";lr>\r\nFrom: <" + from + ">;tag=c\r\nTo: <sip:" + TARGET
                                + "@example.com>\r\n" + lines + Dialogue.SDP,
                        ProxyBench.sdp(6000)),
                bench.address());
        bench.registrar.receive("SIP/2.0 100 ");
        return bench.telephone.receive("INVITE sip:" + TARGET);
    }

    private void refer(Dialogue up, String target, String lines) {
        up.callerAsks("REFER", 2, "Refer-To: <" + target + ">\r\n" + lines, "");
        up.calleeAnswers(bench.registrar.receive("REFER "), "202 Accepted", "", "");
        bench.telephone.receive("SIP/2.0 202 ");
    }

    private CallId idOf(String sipCallId) {
        return live(sipCallId).facts().call();
    }

    private LiveCall live(String sipCallId) {
        return bench.proxy.liveCalls().list().stream()
                .filter(call -> call.facts().sipCallId().equals(sipCallId))
                .findFirst()
                .orElseThrow();
    }

    private void endAll() {
        int calls = bench.proxy.liveCalls().list().size();
        bench.proxy.endAll(EndReason.SHUTDOWN);
        await().until(() -> bench.ledger.all().size() >= calls);
    }

    private List<Link> links(CallId call) {
        return bench.ledger.all().stream()
                .filter(outcome -> outcome.facts().call().equals(call))
                .findFirst()
                .map(CallOutcome::signalling)
                .orElseThrow()
                .links();
    }

    private void assertLinked(CallId one, Relation relation, CallId other) {
        assertThat(links(one))
                .anySatisfy(link ->
                        assertThat(link).extracting(Link::relation, Link::other).containsExactly(relation, other));
        assertThat(links(other))
                .anySatisfy(link -> assertThat(link)
                        .extracting(Link::relation, Link::other)
                        .containsExactly(relation.reverse(), one));
    }

    /// Whoever replaces names tags as the one who gets the INVITE sees them: either may be the caller's.
    @ParameterizedTest
    @ValueSource(strings = {";to-tag=b;from-tag=a", ";from-tag=b;to-tag=a;early-only"})
    void aCallThatReplacesAnotherAndTheReplacedOneNameEachOtherAndItsPartyIsToldAnew(String tags) {
        Dialogue.establish(bench, FIRST);
        String invite = called("sip:0990123@example.com", "Replaces: " + FIRST + tags + "\r\nRequire: replaces\r\n");
        bench.telephone.send(
                SipPeer.response(
                        invite,
                        "200 OK",
                        "d",
                        Dialogue.SDP + "Contact: <sip:x@" + bench.telephone.hostPort() + ">\r\n",
                        ProxyBench.sdp(7000)),
                bench.address());
        bench.registrar.receive("SIP/2.0 200 ");
        CallId first = idOf(FIRST);
        CallId next = idOf(NEXT);
        await().until(() -> bench.media.of(next).done().contains("playNotice"));
        endAll();
        assertLinked(next, Relation.REPLACES, first);
    }

    @Test
    void anEarlyDialogThatIsReplacedIsNamedToo() {
        String ringing = bench.invite(FIRST);
        bench.registrar.send(SipPeer.response(ringing, "180 Ringing", "early", "", ""), bench.address());
        bench.telephone.receive("SIP/2.0 180 ");
        called("sip:0990123@example.com", "Replaces: " + FIRST + ";to-tag=a;from-tag=early\r\n");
        CallId first = idOf(FIRST);
        CallId next = idOf(NEXT);
        endAll();
        assertLinked(next, Relation.REPLACES, first);
    }

    /// By its own name, or because it says who asked (RFC 3892); the host may be another behind a PBX.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "sip:0990123@example.com ",
                "sip:0990123@10.1.1.1 Referred-By: <sip:somebody@example.com>",
                "sip:anonymous@anonymous.invalid Referred-By: <sip:201@example.com>"
            })
    void aCallThatComesOfABlindTransferAndTheOneItComesFromNameEachOther(String caller) {
        Dialogue up = Dialogue.establish(bench, FIRST);
        refer(up, "sip:" + TARGET + "@example.net", "Referred-By: <sip:201@example.com>\r\n");
        String[] said = caller.split(" ", 2);
        called(said[0], said[1].isEmpty() ? "" : said[1] + "\r\n");
        CallId first = idOf(FIRST);
        CallId next = idOf(NEXT);
        endAll();
        assertLinked(next, Relation.CAME_FROM, first);
    }

    /// Either attempt has an outcome; whoever counts calls by what led to them must not count two.
    @Test
    void aCallThatIsChallengedAndTriedAgainIsNamedOnceAndByItsLastAttempt() {
        Dialogue up = Dialogue.establish(bench, FIRST);
        refer(up, "sip:" + TARGET + "@example.net", "");
        String challenged = called("sip:0990123@example.com", "");
        String status = "407 Proxy Authentication Required";
        bench.telephone.send(SipPeer.response(challenged, status, "d", "", ""), bench.address());
        bench.registrar.receive("SIP/2.0 407 ");
        bench.telephone.receive("ACK ");
        await().until(() -> bench.ledger.all().size() == 1);
        called("sip:0990123@example.com", "", 2);
        CallId first = idOf(FIRST);
        CallId last = idOf(NEXT);
        endAll();
        await().until(() -> bench.ledger.all().size() == 3);
        assertLinked(last, Relation.CAME_FROM, first);
        assertThat(links(first)).hasSize(1);
        CallId attempt = bench.ledger.all().getFirst().facts().call();
        assertThat(links(attempt)).singleElement().extracting(Link::other).isEqualTo(first);
    }

    @Test
    void anAttendedTransferLinksAllThreeCalls() {
        Dialogue up = Dialogue.establish(bench, FIRST);
        Dialogue.establish(bench, "consult@example.com");
        refer(up, "sip:x@192.0.2.9?Replaces=consult%40example.com%3Bto-tag%3Db%3Bfrom-tag%3Da", "");
        called("sip:pbx@example.com", "Replaces: consult@example.com;from-tag=a;to-tag=b\r\n");
        CallId first = idOf(FIRST);
        CallId consult = idOf("consult@example.com");
        CallId next = idOf(NEXT);
        endAll();
        assertLinked(first, Relation.HANDS_TO, consult);
        assertLinked(next, Relation.REPLACES, consult);
        assertLinked(next, Relation.CAME_FROM, first);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sip:0120000001@example.com ", // somebody else calls that number
                "sip:0990123@example.org Referred-By: broken",
                "sip:x@example.com Replaces: first@example.com;to-tag=b;from-tag=guessed",
                "sip:x@example.com Replaces: first@example.com;to-tag=b",
                "sip:x@example.com Replaces: other@example.com;to-tag=b;from-tag=a"
            })
    void whatNamesNoCallOfOursPassesAndIsLinkedToNone(String caller) {
        Dialogue up = Dialogue.establish(bench, FIRST);
        refer(up, "sip:0990888@example.com", "");
        String[] said = caller.split(" ", 2);
        called(said[0], said[1].isEmpty() ? "" : said[1] + "\r\n");
        CallId first = idOf(FIRST);
        CallId next = idOf(NEXT);
        endAll();
        assertThat(links(first)).isEmpty();
        assertThat(links(next)).isEmpty();
    }

    @Test
    void moreLinksThanTheBoundAreCountedInTheRecord() {
        Dialogue.establish(bench, FIRST);
        CallId first = idOf(FIRST);
        for (int i = 0; i < 20; i++) {
            bench.registrar.send(
                    bench.request(
                            bench.registrar,
                            "INVITE sip:" + TARGET + "@" + bench.telephone.hostPort(),
                            i + "@example.com",
                            "1 INVITE",
                            "Route: <sip:" + bench.hostPort()
                                    + ";lr>\r\nFrom: <sip:0990123@example.com>;tag=c\r\nTo: <sip:"
                                    + TARGET + "@example.com>\r\nReplaces: " + FIRST + ";to-tag=b;from-tag=a\r\n"
                                    + Dialogue.SDP,
                            ProxyBench.sdp(6000)),
                    bench.address());
            bench.telephone.receive("INVITE sip:" + TARGET);
        }
        endAll();
        assertThat(links(first)).hasSize(16).allMatch(link -> link.relation() == Relation.REPLACED_BY);
        assertThat(bench.ledger.all().stream()
                        .filter(outcome -> outcome.facts().call().equals(first))
                        .map(outcome -> outcome.signalling().left()))
                .containsExactly(4);
    }

    @Test
    void moreTransfersThanTheBoundAreForgottenAndCounted() {
        Dialogue up = Dialogue.establish(bench, FIRST);
        for (int i = 0; i < 258; i++) {
            up.callerAsks("REFER", 2 + i, "Refer-To: <sip:" + i + "@example.com>\r\n", "");
            up.calleeAnswers(bench.registrar.receive("REFER "), "202 Accepted", "", "");
            bench.telephone.receive("SIP/2.0 202 ");
        }
        assertThat(bench.count("koegura.sip.refers.forgotten")).isEqualTo(2);
    }
}
