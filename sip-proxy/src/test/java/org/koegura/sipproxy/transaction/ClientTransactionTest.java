package org.koegura.sipproxy.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.koegura.sipproxy.transaction.Texts.request;
import static org.koegura.sipproxy.transaction.Texts.response;
import static org.koegura.sipproxy.transaction.Texts.text;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.koegura.sipproxy.message.Replies;

/// What RFC 3261 §17.1 wants of us towards a peer that we send requests to.
final class ClientTransactionTest {

    private Rig rig = Rig.hasty();
    private final Peer peer = new Peer();

    ClientTransactionTest() throws IOException {}

    @AfterEach
    void close() {
        rig.close();
        peer.close();
    }

    private String invite() {
        return request("INVITE", "z9hG4bKa", rig.address(), "X-Odd :\t ,,");
    }

    private void answer(String text) throws IOException {
        peer.send(text, rig.address());
    }

    @Test
    void anInviteIsRepeatedInTheSameBytesAtDoublingIntervalsUntilAResponse() throws Exception {
        rig.close();
        rig = new Rig();
        String invite = invite();
        long start = System.nanoTime();
        Rig.Answers answers = rig.send(invite, peer.address());
        assertThat(peer.receive()).isEqualTo(invite);
        long[] atMillis = new long[2];
        for (int i = 0; i < atMillis.length; i++) {
            assertThat(peer.receive()).isEqualTo(invite);
            atMillis[i] = (System.nanoTime() - start) / 1_000_000;
        }
        assertThat(atMillis[0]).as("T1, in the stack's ticks of 500 ms").isBetween(400L, 1_300L);
        assertThat(atMillis[1] - atMillis[0]).as("twice T1").isBetween(800L, 1_700L);
        answer(response(invite, "180 Ringing", "9"));
        assertThat(answers.next().status()).isEqualTo(180);
        assertThat(peer.hearsNothing(2_500)).isTrue();
        assertThat(rig.count("koegura.sip.retransmissions", "method", "INVITE")).isEqualTo(2);
        assertThat(rig.count("koegura.sip.requests", "method", "INVITE", "direction", "out"))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"BYE", "NOTIFY", "PRACK", "UPDATE", "REFER", "REGISTER", "CANCEL", "x-Own"})
    void anyOtherRequestIsRepeatedUntilItsFinalResponseWhichIsToldOnce(String method) throws Exception {
        String request = request(method, "z9hG4bKa", rig.address());
        Rig.Answers answers = rig.send(request, peer.address());
        assertThat(peer.receive()).isEqualTo(request);
        assertThat(peer.receive()).isEqualTo(request);
        String ok = response(request, "200 OK", "9", "Y-Odd :\t ,,");
        answer(ok);
        answer(ok);
        assertThat(text(answers.next())).isEqualTo(ok);
        await().atMost(Duration.ofSeconds(2)).until(() -> peer.hearsNothing(300));
        assertThat(answers.responses).isEmpty();
        assertThat(rig.unabsorbed).isEmpty();
    }

    @Test
    void aRefusalIsAcknowledgedByTheStackWithTheBytesOfTheInviteAndAgainWhenItIsRepeated() throws Exception {
        String invite = invite();
        Rig.Answers answers = rig.send(invite, peer.address());
        assertThat(peer.receive()).isEqualTo(invite);
        String busy = response(invite, "486 Busy Here", "9");
        answer(busy);
        assertThat(text(answers.next())).isEqualTo(busy);
        String ack = peer.receive();
        while (ack.equals(invite)) {
            ack = peer.receive();
        }
        assertThat(ack)
                .startsWith("ACK sip:bob@b.example SIP/2.0\r\nVia: SIP/2.0/UDP  127.0.0.1:")
                .contains(" ;branch=z9hG4bKa\r\n")
                .contains("\r\nf:\t\"A, B\"<sip:alice@a.example>;tag=1\r\n")
                .contains("\r\nTO: <sip:bob@b.example>;tag=9\r\n")
                .contains("\r\nCSeq: 7 ACK\r\n");
        answer(busy);
        assertThat(peer.receive()).isEqualTo(ack);
        assertThat(answers.responses).isEmpty();
    }

    @Test
    void theFirst2xxReachesTheUserAndWhatComesAfterItIsLeftToTheProxy() throws Exception {
        String invite = invite();
        Rig.Answers answers = rig.send(invite, peer.address());
        assertThat(peer.receive()).isEqualTo(invite);
        String ok = response(invite, "200 OK", "9");
        String fork = response(invite, "200 OK", "10");
        answer(ok);
        assertThat(text(answers.next())).isEqualTo(ok);
        answer(ok);
        answer(fork);
        await().until(() -> rig.unabsorbed.size() == 2);
        assertThat(rig.unabsorbed).map(Texts::text).containsExactly(ok, fork);
        assertThat(answers.responses).isEmpty();
    }

    @Test
    void severalProvisionalResponsesAreAllTold() throws Exception {
        String invite = invite();
        Rig.Answers answers = rig.send(invite, peer.address());
        for (String status : new String[] {"100 Trying", "180 Ringing", "183 Progress", "180 Ringing"}) {
            answer(response(invite, status, "9"));
            assertThat(answers.next().status()).isEqualTo(Integer.parseInt(status.substring(0, 3)));
        }
    }

    @Test
    void aCancelAndItsInviteAreAnsweredApart() throws Exception {
        String invite = invite();
        Rig.Answers inviting = rig.send(invite, peer.address());
        answer(response(invite, "180 Ringing", "9"));
        assertThat(inviting.next().status()).isEqualTo(180);
        ClientTransaction sent = Objects.requireNonNull(inviting.transaction);
        Rig.Answers cancelling = rig.send(
                text(Replies.cancel(sent.request(), List.of())),
                sent.destination().address());
        String cancel = peer.receive();
        while (!cancel.startsWith("CANCEL")) {
            cancel = peer.receive();
        }
        answer(cancel.replace("CANCEL sip:bob@b.example SIP/2.0", "SIP/2.0 200 OK"));
        answer(response(invite, "487 Request Terminated", "9"));
        assertThat(cancelling.next().cseq().method()).isEqualTo("CANCEL");
        assertThat(inviting.next().status()).isEqualTo(487);
    }

    @ParameterizedTest
    @ValueSource(strings = {"INVITE", "BYE"})
    void noResponseAtAllIsReportedAfter64TimesT1(String method) throws Exception {
        long start = System.nanoTime();
        Rig.Answers answers = rig.send(request(method, "z9hG4bKa", rig.address()), peer.address());
        CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(1_280, TimeUnit.MILLISECONDS))
                .join(); // another timer of this machine
        long lateMillis = (System.nanoTime() - start) / 1_000_000 - 1_280; // as a busy machine makes any wait
        assertThat(answers.end()).isEqualTo("timed out");
        assertThat((System.nanoTime() - start) / 1_000_000).isBetween(1_100L, 3_000L + lateMillis);
        await().atMost(Duration.ofSeconds(5)).until(() -> rig.transactions().held() == 0);
    }

    @Test
    void aSendThatTheSystemRefusesIsReportedOnce() throws Exception {
        InetSocketAddress nowhere = new InetSocketAddress(InetAddress.ofLiteral("255.255.255.255"), 9);
        Rig.Answers answers = rig.send(request("BYE", "z9hG4bKa", rig.address()), nowhere);
        assertThat(answers.end()).isEqualTo("failed");
        Objects.requireNonNull(answers.transaction).terminate();
        await().atMost(Duration.ofSeconds(5)).until(() -> rig.transactions().held() == 0);
        assertThat(answers.ends).isEmpty();
    }

    @Test
    void aBinaryBodyGoesOutUntouched() throws Exception {
        String body = "\0\u0001\u00ff\r\r\n\n\0";
        String message = request("MESSAGE", "z9hG4bKa", rig.address()).replace("l: 0", "l: " + body.length()) + body;
        var _ = rig.send(message, peer.address());
        assertThat(peer.receive()).isEqualTo(message);
    }

    @Test
    void aResponseToNothingIsNotTaken() throws Exception {
        answer(response(invite(), "200 OK", "9"));
        await().until(() -> rig.unabsorbed.size() == 1);
    }

    @Test
    void nothingOfARequestThatIsOverStaysInTheStack() throws Exception {
        rig.close();
        rig = new Rig(1_000, Duration.ofMillis(5), _ -> {});
        int number = 0;
        for (String status : new String[] {"200 OK", "486 Busy Here"}) {
            for (String method : new String[] {"INVITE", "BYE", "CANCEL"}) {
                String request = request(method, "z9hG4bK" + number++, rig.address());
                Rig.Answers answers = rig.send(request, peer.address());
                answer(response(request, status, "9"));
                assertThat(answers.next().status()).isEqualTo(Integer.parseInt(status.substring(0, 3)));
            }
        }
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(rig.transactions().held()).isZero());
    }

    @Test
    void aClosedLayerTakesNothingAndLeavesNoThread() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        Rig other = new Rig();
        var _ = other.send(request("BYE", "z9hG4bKa", other.address()), peer.address());
        other.close();
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> other.send(request("BYE", "z9hG4bKb", other.address()), peer.address()));
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet().stream()
                                .filter(thread -> !before.contains(thread) && thread.isAlive())
                                .map(Thread::getName)
                                .filter(name -> !name.startsWith("awaitility"))
                                .collect(Collectors.toSet()))
                        .isEmpty());
    }
}
