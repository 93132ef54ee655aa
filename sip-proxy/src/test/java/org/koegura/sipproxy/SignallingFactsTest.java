package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.koegura.callmodel.CallOutcome;
import org.koegura.callmodel.Leg;
import org.koegura.callmodel.Signalling;

/// Every call leaves one record of what was signalled, to reconcile counts with (R5).
class SignallingFactsTest {

    private final ProxyBench bench = new ProxyBench();

    SignallingFactsTest() throws IOException, SipFault {}

    @AfterEach
    void close() {
        bench.close();
    }

    private void respond(String invite, String status, String tag) {
        bench.registrar.send(
                SipPeer.response(invite, status, tag, "Contact: <sip:x@" + bench.registrar.hostPort() + ">\r\n", ""),
                bench.address());
        bench.telephone.receive("SIP/2.0 " + status.substring(0, 4));
    }

    private CallOutcome outcome() {
        await().until(() -> bench.lastResult() != null);
        return bench.ledger.all().getLast();
    }

    @Test
    void timesForksCodesAndTransfersAreKeptWithTheOutcome() {
        String invite = bench.invite("facts@example.com");
        respond(invite, "180 Ringing", "one");
        respond(invite, "183 Session Progress", "two");
        bench.respond(invite, "200 OK", ProxyBench.sdp(5000));
        String ok = bench.telephone.receive("SIP/2.0 200 OK");
        bench.telephone.send(bench.inDialog("ACK", "facts@example.com", 1, ok, "", ""), bench.address());
        bench.registrar.receive("ACK ");
        for (String to : new String[] {"sip:0990777@example.com", "sip:0990777@example.com?Replaces=x%3Bto-tag%3Dy"}) {
            int cseq = to.contains("?") ? 3 : 2;
            bench.telephone.send(
                    bench.inDialog("REFER", "facts@example.com", cseq, ok, "Refer-To: <" + to + ">\r\n", ""),
                    bench.address());
            bench.registrar.send(
                    SipPeer.response(bench.registrar.receive("REFER "), "202 Accepted", "b", "", ""), bench.address());
            bench.telephone.receive("SIP/2.0 202 ");
        }
        bench.telephone.send(bench.inDialog("BYE", "facts@example.com", 4, ok, "", ""), bench.address());
        bench.registrar.receive("BYE ");

        CallOutcome outcome = outcome();
        Signalling signalled = outcome.signalling();
        assertThat(signalled.finals()).containsExactly(200);
        assertThat(signalled.forks()).as("one, two, and b, who answered").isEqualTo(3);
        assertThat(signalled.transfers())
                .extracting(Signalling.Transfer::kind)
                .containsExactly(Signalling.Kind.REFER, Signalling.Kind.REFER_WITH_REPLACES);
        assertThat(signalled.transfers()).allMatch(transfer -> transfer.by() == Leg.INSIDE);
        assertThat(outcome.facts().invitedAt()).isBeforeOrEqualTo(signalled.rangAt());
        assertThat(signalled.rangAt()).isBeforeOrEqualTo(signalled.answeredAt());
        assertThat(signalled.answeredAt()).isBeforeOrEqualTo(signalled.acknowledgedAt());
        assertThat(signalled.acknowledgedAt()).isBeforeOrEqualTo(signalled.byeAt());
        assertThat(signalled.left()).isZero();
    }

    @Test
    void aRefusalIsKeptWithItsCodeAndHasNoAnswer() {
        String invite = bench.invite("busy@example.com");
        respond(invite, "486 Busy Here", "b");
        Signalling signalled = outcome().signalling();
        assertThat(signalled.finals()).containsExactly(486);
        assertThat(signalled.answeredAt()).isNull();
        assertThat(signalled.byeAt()).isNull();
        assertThat(signalled.forks()).isZero();
    }

    @Test
    void whatDoesNotFitIsCounted() {
        String invite = bench.invite("many@example.com");
        for (int i = 0; i < 70; i++) {
            respond(invite, "180 Ringing", "fork" + i);
        }
        respond(invite, "486 Busy Here", "b");
        Signalling signalled = outcome().signalling();
        assertThat(signalled.forks()).isEqualTo(64);
        assertThat(signalled.left()).isEqualTo(6);
    }
}
