package org.koegura.server.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RehearsalTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    @Test
    void whereNobodyAnswersEachCallerGivesUpAfterAFewCalls() throws Exception {
        try (DatagramSocket deaf = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            assertThat(Rehearsal.hold(deaf.getLocalPort(), 10_000, LONG, Duration.ZERO, heard -> {}))
                    .isEqualTo(new Rehearsal.Held(0, 12, 0));
        }
    }

    @Test
    void whenTheTimeIsUpNoCallBegins() throws Exception {
        try (DatagramSocket deaf = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            assertThat(Rehearsal.hold(deaf.getLocalPort(), 10_000, Duration.ZERO, Duration.ZERO, heard -> {}))
                    .isEqualTo(new Rehearsal.Held(0, 0, 0));
        }
    }

    /// The first call of a cold product on a busy machine is answered too late.
    @Test
    void afterACallThatNobodyAnswersBothSpeakInTheNext() throws Exception {
        try (DatagramSocket cold = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            Thread.startVirtualThread(() -> relayAllButTheFirst(cold));
            Rehearsal.Held held = Rehearsal.hold(
                    cold.getLocalPort(), 0, LONG, Duration.ZERO, heard -> await().until(() -> heard.getAsInt() > 100));
            assertThat(held.packets()).isGreaterThan(100);
        }
    }

    /// To the port that the request line names.
    private static void relayAllButTheFirst(DatagramSocket socket) {
        try {
            DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
            socket.receive(packet);
            while (true) {
                socket.receive(packet);
                String request = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
                int port = Integer.parseInt(request.substring(request.indexOf(":", request.indexOf('@')) + 1)
                        .split(" ", 2)[0]);
                packet.setPort(port);
                socket.send(packet);
                packet.setLength(2048);
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    @Test
    void wholeCallsGoFromTheirCallerToTheirCallee() throws Exception {
        try (WholeCalls calls = WholeCalls.direct()) {
            assertThat(calls.call()).isPositive();
            assertThat(calls.call()).isPositive();
        }
    }

    @Test
    void bothPartiesOfAConversationHearTheOther() throws Exception {
        try (Conversation talk = Conversation.begin(WholeCalls.direct())) {
            await().until(() -> talk.heard() > 100);
            assertThat(talk.stop()).isGreaterThan(100);
        }
    }
}
