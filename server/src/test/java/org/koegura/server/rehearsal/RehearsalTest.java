package org.koegura.server.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.DatagramSocket;
import java.net.InetAddress;
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
