package org.koegura.sipproxy.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.koegura.sipproxy.transaction.Texts.request;
import static org.koegura.sipproxy.transaction.Texts.text;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.sipproxy.message.MessageFault;
import org.koegura.sipproxy.message.MessageFault.Reason;
import org.koegura.sipproxy.message.WireMessage;
import org.koegura.sipproxy.transport.Hop;

/// What RFC 3261 §17.2 promises a peer that sends us requests.
final class ServerTransactionTest {

    private Rig rig = Rig.hasty();
    private final Peer peer = new Peer();

    ServerTransactionTest() throws IOException {}

    @AfterEach
    void close() {
        rig.close();
        peer.close();
    }

    private void send(String text) throws IOException {
        peer.send(text, rig.address());
    }

    @Test
    void aRequestReachesItsUserAsItCame() throws Exception {
        String options = request("OPTIONS", "z9hG4bKa", peer.address());
        send(options);
        ServerTransaction transaction = rig.requested();
        assertThat(text(transaction.request())).isEqualTo(options);
        assertThat(transaction.source()).isEqualTo(Hop.udp(peer.address()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"BYE", "NOTIFY", "PRACK", "UPDATE", "REFER", "REGISTER", "SUBSCRIBE", "x-Own"})
    void aRepeatedRequestIsAbsorbedAndItsResponseRepeatedInTheSameBytes(String method) throws Exception {
        String request = request(method, "z9hG4bKa", peer.address());
        send(request);
        ServerTransaction transaction = rig.requested();
        send(request);
        await().until(() ->
                rig.count("koegura.sip.retransmissions", "method", method.equals("x-Own") ? "other" : method) == 1);
        rig.respond(transaction, 200, "OK", "9");
        String response = peer.receive();
        assertThat(response).startsWith("SIP/2.0 200 OK\r\nv :SIP/2.0/UDP  127.0.0.1:");
        send(request);
        assertThat(peer.receive()).isEqualTo(response);
        assertThat(rig.requests).isEmpty();
    }

    /// A telephone that asks with its credentials under its old branch, and a forwarder that has one branch for all.
    @Test
    void anotherRequestUnderTheBranchOfAnAnsweredOneIsItsOwn() throws Exception {
        String options = request("OPTIONS", "z9hG4bKa", peer.address());
        send(options);
        rig.respond(rig.requested(), 200, "OK", "9");
        assertThat(peer.receive()).startsWith("SIP/2.0 200 ");
        send(request("REGISTER", "z9hG4bKa", peer.address()));
        rig.respond(rig.requested(), 401, "Unauthorized", "9");
        assertThat(peer.receive()).startsWith("SIP/2.0 401 ");
        String again = request("REGISTER", "z9hG4bKa", peer.address()).replace("CSEQ: 0007", "CSEQ: 0008");
        send(again);
        rig.respond(rig.requested(), 403, "Forbidden", "9");
        assertThat(peer.receive()).startsWith("SIP/2.0 403 ");
        send(again);
        assertThat(peer.receive()).as("the repeat").startsWith("SIP/2.0 403 ");
        send(request("INVITE", "z9hG4bKa", peer.address()));
        rig.respond(rig.requested(), 486, "Busy Here", "9");
        assertThat(peer.receive()).startsWith("SIP/2.0 486 ");
    }

    @Test
    void aRepeatedInviteIsAnsweredWithTheLastProvisionalResponse() throws Exception {
        String invite = request("INVITE", "z9hG4bKa", peer.address());
        send(invite);
        ServerTransaction transaction = rig.requested();
        rig.respond(transaction, 100, "Trying", "");
        assertThat(peer.receive()).startsWith("SIP/2.0 100 ");
        rig.respond(transaction, 180, "Ringing", "9", "X-Odd :\t ,,");
        String ringing = peer.receive();
        assertThat(ringing).startsWith("SIP/2.0 180 ").contains("\r\nX-Odd :\t ,,\r\n");
        send(invite);
        assertThat(peer.receive()).isEqualTo(ringing);
        assertThat(rig.requests).isEmpty();
    }

    @Test
    void theStackSendsNo100ThatWeSentAlready() throws Exception {
        send(request("INVITE", "z9hG4bKa", peer.address()));
        rig.respond(rig.requested(), 100, "Trying", "");
        assertThat(peer.receive()).startsWith("SIP/2.0 100 Trying");
        assertThat(peer.hearsNothing(600)).isTrue();
    }

    @Test
    void theStackSendsA100OfItsOwnAfter200MillisecondsOnly() throws Exception {
        send(request("INVITE", "z9hG4bKa", peer.address()));
        var _ = rig.requested();
        assertThat(peer.receive()).startsWith("SIP/2.0 100 Trying\r\nv :SIP/2.0/UDP  127.0.0.1:");
    }

    @Test
    void aRefusedInviteIsRepeatedUntilItsAckWhichEndsHere() throws Exception {
        send(request("INVITE", "z9hG4bKa", peer.address()));
        rig.respond(rig.requested(), 486, "Busy Here", "9");
        String busy = peer.receive();
        assertThat(peer.receive()).as("timer G").isEqualTo(busy);
        assertThat(peer.receive()).as("timer G").isEqualTo(busy);
        send(request("ACK", "z9hG4bKa", peer.address()));
        await().atMost(Duration.ofSeconds(2)).until(() -> peer.hearsNothing(300));
        assertThat(rig.unabsorbed).isEmpty();
        assertThat(rig.requests).isEmpty();
    }

    @Test
    void theAckOfA2xxIsNotAbsorbedWhateverItsBranch() throws Exception {
        send(request("INVITE", "z9hG4bKa", peer.address()));
        rig.respond(rig.requested(), 200, "OK", "9");
        assertThat(peer.receive()).startsWith("SIP/2.0 200 ");
        send(request("ACK", "z9hG4bKa", peer.address()));
        send(request("ACK", "z9hG4bKother", peer.address()));
        await().until(() -> rig.unabsorbed.size() == 2);
    }

    @Test
    void aCancelIsATransactionOfItsOwnThatKnowsItsInvite() throws Exception {
        send(request("INVITE", "z9hG4bKa", peer.address()));
        ServerTransaction invite = rig.requested();
        rig.respond(invite, 100, "Trying", "");
        assertThat(peer.receive()).startsWith("SIP/2.0 100 ");
        String text = request("CANCEL", "z9hG4bKa", peer.address());
        send(text);
        ServerTransaction cancel = rig.requested();
        assertThat(cancel.key()).isEqualTo(invite.key());
        rig.respond(cancel, 200, "OK", "9");
        String ok = peer.receive();
        assertThat(ok).startsWith("SIP/2.0 200 ").contains("CSEQ: 0007\r\n CANCEL\r\n");
        send(text);
        assertThat(peer.receive()).isEqualTo(ok);
        rig.respond(invite, 487, "Request Terminated", "9");
        assertThat(peer.receive()).startsWith("SIP/2.0 487 ").contains("CSEQ: 0007\r\n INVITE\r\n");
    }

    @Test
    void branchesThatDifferByCaseOnlyAreDifferent() throws Exception {
        send(request("BYE", "z9hG4bKab", peer.address()));
        send(request("BYE", "z9hG4bKAB", peer.address()));
        assertThat(rig.requested().key()).isNotEqualTo(rig.requested().key());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "z9hG4bK", "1"})
    void aRequestOfRfc2543IsMatchedByItsFields(String branch) throws Exception {
        String invite = request("INVITE", branch, peer.address());
        send(invite);
        ServerTransaction transaction = rig.requested();
        rig.respond(transaction, 404, "Not Found", "9");
        String response = peer.receive();
        send(invite);
        assertThat(peer.receive()).isEqualTo(response);
        send(request("ACK", branch, peer.address()));
        await().atMost(Duration.ofSeconds(2)).until(() -> peer.hearsNothing(300));
        send(invite.replace("CSEQ: 0007", "CSEQ: 0008"));
        assertThat(rig.requested().key()).isNotEqualTo(transaction.key());
        assertThat(rig.unabsorbed).isEmpty();
    }

    @Test
    void aTagThatIsNoTokenDisturbsNothing() throws Exception {
        String odd = request("BYE", "z9hG4bKa", peer.address()).replace("tag=1", "tag=\"o d@d\"");
        send(odd);
        ServerTransaction transaction = rig.requested();
        assertThat(text(transaction.request())).isEqualTo(odd);
        rig.respond(transaction, 200, "OK", "9");
        assertThat(peer.receive()).contains("tag=\"o d@d\"");
    }

    @Test
    void aRequestThatItsUserFailsOnIsAnsweredAllTheSameAndAFaultOfOursIsCounted() throws Exception {
        rig.close();
        rig = new Rig(1_000, Duration.ofMillis(20), transaction -> {
            if (transaction.request().request().method().equals("BYE")) {
                throw new MessageFault(420, Reason.HEADER, "Bad Extension");
            }
            throw new IllegalStateException("expected by the test");
        });
        send(request("BYE", "z9hG4bKa", peer.address()));
        assertThat(peer.receive()).startsWith("SIP/2.0 420 Bad Extension\r\n");
        assertThat(rig.count("koegura.faults")).isZero();
        send(request("OPTIONS", "z9hG4bKb", peer.address()));
        assertThat(peer.receive()).startsWith("SIP/2.0 500 ");
        assertThat(rig.count("koegura.faults", "where", "request")).isEqualTo(1);
    }

    @Test
    void moreTransactionsThanTheBoundAreDroppedAndCounted() throws Exception {
        rig.close();
        rig = new Rig(2, Duration.ofMillis(500), _ -> {});
        send(request("BYE", "z9hG4bKa", peer.address()));
        var _ = rig.requested();
        send(request("BYE", "z9hG4bKb", peer.address()));
        ServerTransaction second = rig.requested();
        send(request("BYE", "z9hG4bKc", peer.address()));
        await().until(() -> rig.count("koegura.sip.dropped", "reason", "transactions") == 1);
        assertThat(rig.requests).isEmpty();
        second.terminate();
        send(request("BYE", "z9hG4bKc", peer.address()));
        assertThat(rig.requested().request().topVia().branch()).isEqualTo("z9hG4bKc");
    }

    /// Trap 38: JAIN-SIP's own bound is 5,000. All are held at once, answered and waiting for timer J.
    @Test
    void sixThousandTransactionsAreHeldAtOnceAndNoneIsDropped() throws Exception {
        rig.close();
        rig = Rig.roomy();
        int many = 6_000;
        for (int sent = 0; sent < many; ) {
            for (int end = sent + 100; sent < end; sent++) { // no more than a socket's buffer holds
                send(request("BYE", "z9hG4bKmany" + sent, peer.address()));
            }
            int all = sent;
            await().pollInterval(Duration.ofMillis(5)).until(() -> rig.requests.size() == all);
        }
        assertThat(rig.transactions().held()).isEqualTo(many);
        for (ServerTransaction transaction : rig.requests) {
            rig.respond(transaction, 200, "OK", "9");
        }
        await().until(() -> rig.room.held() == 0);
        assertThat(rig.transactions().held()).as("timer J of 32 s").isEqualTo(many);
        peer.hearAll();
        send(request("BYE", "z9hG4bKmany0", peer.address()));
        assertThat(peer.receive()).startsWith("SIP/2.0 200 ").contains("branch=z9hG4bKmany0\r\n");
        assertThat(rig.requests).hasSize(many);
        assertThat(rig.count("koegura.sip.dropped", "reason", "transactions")).isZero();
    }

    @Test
    void aCallForHelpHasATransactionWhereThereIsRoomForNoOther() throws Exception {
        rig.close();
        rig = new Rig(1, Duration.ofMillis(500), _ -> {});
        send(request("BYE", "z9hG4bKa", peer.address()));
        var _ = rig.requested();
        send(request("INVITE", "z9hG4bKb", peer.address()));
        await().until(() -> rig.count("koegura.sip.dropped", "reason", "transactions") == 1);
        String help = request("INVITE", "z9hG4bKc", peer.address());
        rig.reserve.keepFor(
                WireMessage.parse(help.getBytes(StandardCharsets.US_ASCII)).callId());
        send(help);
        assertThat(rig.requested().request().topVia().branch()).isEqualTo("z9hG4bKc");
    }

    @Test
    void aRequestForWhoseOctetsThereIsNoRoomIsNotTaken() throws Exception {
        WireMessage filler = WireMessage.parse(
                request("BYE", "z9hG4bKfiller", peer.address()).getBytes(StandardCharsets.US_ASCII));
        int fitting = 0;
        while (!rig.room.isFull(0, filler)) {
            var _ = rig.room.take(filler);
            fitting++;
        }
        assertThat(fitting).isGreaterThan(1_000);
        send(request("BYE", "z9hG4bKlast", peer.address()));
        await().until(() -> rig.count("koegura.sip.dropped", "reason", "transactions") == 1);
        assertThat(rig.requests).isEmpty();
    }

    @Test
    void nothingOfAnAnsweredOrEndedRequestStaysInTheStack() throws Exception {
        for (String method : new String[] {"BYE", "CANCEL", "OPTIONS"}) {
            send(request(method, "z9hG4bK" + method, peer.address()));
            rig.respond(rig.requested(), 200, "OK", "9");
        }
        send(request("INVITE", "z9hG4bKrefused", peer.address()));
        rig.respond(rig.requested(), 486, "Busy Here", "9");
        send(request("INVITE", "z9hG4bKtaken", peer.address()));
        rig.respond(rig.requested(), 200, "OK", "9");
        send(request("BYE", "z9hG4bKended", peer.address()));
        rig.requested().terminate();
        send(request("INVITE", "z9hG4bKended", peer.address()));
        rig.requested().terminate();
        await().untilAsserted(() -> assertThat(rig.room.held()).isZero());
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(rig.transactions().held()).isZero());
    }
}
