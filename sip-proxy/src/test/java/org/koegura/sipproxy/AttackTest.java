package org.koegura.sipproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Peers that mean harm over TCP. A telephone on a connection of its own is answered throughout.
class AttackTest {

    private static final int SLOW = 300;

    private final ProxyBench bench = new ProxyBench();
    private final TcpPeer telephone = new TcpPeer();
    private int asked;

    AttackTest() throws IOException, SipFault {}

    @BeforeEach
    void connect() throws IOException {
        telephone.connect(bench.address());
        telephone.send(options());
        telephone.receive("SIP/2.0 200 ");
    }

    @AfterEach
    void close() throws IOException {
        telephone.close();
        bench.close();
    }

    private String options() {
        asked++;
        return request("OPTIONS", "attack-" + asked, "");
    }

    private String request(String method, String callId, String lines) {
        return method + " sip:" + bench.hostPort() + " SIP/2.0\r\nVia: SIP/2.0/TCP " + telephone.hostPort()
                + ";branch=z9hG4bK" + callId + "\r\nMax-Forwards: 70\r\n" + ProxyBench.FROM_TO + "Call-ID: " + callId
                + "\r\nCSeq: 1 " + method + "\r\n" + lines + "Content-Length: 0\r\n\r\n";
    }

    private void theTelephoneIsAnswered() {
        await().atMost(Duration.ofSeconds(1)).until(() -> {
            telephone.send(options());
            return telephone.receive("SIP/2.0 200 ").contains("attack-" + asked);
        });
    }

    private Socket attacker() throws IOException {
        Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), bench.address().getPort());
        socket.setSoTimeout(5_000);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void threeHundredSlowConnectionsKeepNobodyWaiting() throws IOException {
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < SLOW; i++) {
                slow.add(attacker());
            }
            await().until(() -> bench.gauge("koegura.sip.connections") == SLOW + 1);
            for (char octet : "INVITE sip:x".toCharArray()) {
                for (Socket socket : slow) {
                    send(socket, String.valueOf(octet));
                }
                theTelephoneIsAnswered();
            }
            assertThat(bench.gauge("koegura.sip.connections")).isEqualTo(SLOW + 1);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
        await().until(() -> bench.gauge("koegura.sip.connections") == 1);
        theTelephoneIsAnswered();
    }

    @Test
    void headersWithoutEndAreEndedAtTheBound() throws IOException {
        try (Socket endless = attacker()) {
            send(endless, "INVITE sip:x SIP/2.0\r\n");
            await().until(() -> {
                theTelephoneIsAnswered();
                try {
                    send(endless, "X: x\r\n".repeat(1_000));
                    return false;
                } catch (IOException closed) {
                    return true;
                }
            });
        }
        assertThat(bench.count("koegura.sip.parse.errors", "transport", "tcp", "reason", "framing"))
                .isEqualTo(1);
    }

    @Test
    void aBodyOfTwoGigabytesIsRefusedBeforeItComes() throws IOException {
        try (Socket huge = attacker()) {
            send(huge, request("INVITE", "huge", "").replace("Content-Length: 0", "Content-Length: 2000000000"));
            assertThat(new String(huge.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                    .isEqualTo("SIP/2.0 513 ");
            for (int i = 0; i < 20; i++) {
                theTelephoneIsAnswered();
            }
            await().until(() -> bench.gauge("koegura.sip.connections") == 1);
        }
    }

    /// Two readers that see two messages in the same octets would let one pass by the other.
    @Test
    void aRequestHiddenBehindTwoLengthsIsNeverSeen() throws IOException {
        String hidden = request("MESSAGE", "hidden", "");
        try (Socket smuggler = attacker()) {
            send(smuggler, request("OPTIONS", "cover", "Content-Length: " + hidden.length() + "\r\n") + hidden);
            assertThat(smuggler.getInputStream().readAllBytes()).isEmpty();
        }
        theTelephoneIsAnswered();
        assertThat(bench.count("koegura.sip.requests", "method", "MESSAGE", "direction", "in"))
                .isZero();
        assertThat(bench.count("koegura.sip.parse.errors", "transport", "tcp", "reason", "framing"))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "From: <sip:other@example.com>;tag=z\r\n",
                "To: <sip:other@example.com>\r\n",
                "Call-ID: other\r\n",
                "CSeq: 2 OPTIONS\r\n",
                "Via: no Via at all\r\n"
            })
    void ofTwoThatMustBeOneNeitherIsBelieved(String twice) throws IOException {
        try (Socket smuggler = attacker()) {
            send(smuggler, request("OPTIONS", "twice", twice) + request("OPTIONS", "next", ""));
            // Two calls, two lanes: which of them is answered first is nobody's promise.
            List<String> answers = List.of(answer(smuggler), answer(smuggler));
            assertThat(answers).anyMatch(said -> said.startsWith("SIP/2.0 400 ") && said.contains("z9hG4bKtwice"));
            assertThat(answers).anyMatch(said -> said.startsWith("SIP/2.0 200 ") && said.contains("z9hG4bKnext"));
            theTelephoneIsAnswered();
        }
    }

    /// One response without a body: up to its empty line.
    private static String answer(Socket socket) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.indexOf("\r\n\r\n") < 0) {
            byte[] octet = socket.getInputStream().readNBytes(1);
            assertThat(octet).as("the connection after %s", read).isNotEmpty();
            read.append(new String(octet, StandardCharsets.US_ASCII));
        }
        return read.toString();
    }
}
