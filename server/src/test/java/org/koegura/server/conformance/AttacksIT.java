package org.koegura.server.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.koegura.server.ConsoleApi;
import org.koegura.server.ProductProcess;
import org.koegura.server.peer.LoopbackPorts;

/// The product with a heap of 256 MB under attack over TCP: whoever asks on a connection of its own is answered within
/// a second throughout, and when the attackers are gone nothing of them is left.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AttacksIT {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final int ANSWER_MILLIS_MAX = 1_000;
    private static final int QUESTIONS = 50;
    private static final long BETWEEN_NANOS = TimeUnit.MILLISECONDS.toNanos(80);
    private static final int SLOW_CONNECTIONS = 300;
    private static final String HIDDEN = "sip:smuggled";
    private static final byte[] FILLER =
            ("X-Filler: " + "a".repeat(70) + "\r\n").repeat(100).getBytes(ISO_8859_1);

    @SuppressWarnings("NullAway.Init") // set before all
    private ProductProcess product;

    @SuppressWarnings("NullAway.Init") // set before all
    private ConsoleApi api;

    @SuppressWarnings("NullAway.Init") // set before all
    private InetSocketAddress sip;

    private int asked;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        int block = LoopbackPorts.block(20);
        sip = new InetSocketAddress(LOOPBACK, block);
        product = ProductProcess.run(List.of("-Xmx256m"), folder.resolve("data"), block, block + 4, block + 19);
        api = product.api();
    }

    @AfterAll
    void stop() throws Exception {
        api.close();
        product.close();
    }

    @AfterEach
    void noFaultOfOursWasCaught() throws Exception {
        assertThat(api.metric("koegura_faults_total")).isZero();
    }

    @Test
    void threeHundredConnectionsThatSayOneOctetAtATimeKeepNobodyWaiting() throws Exception {
        byte[] endless =
                ("INVITE sip:201@" + hostPort() + " SIP/2.0\r\n" + "X: y\r\n".repeat(1000)).getBytes(ISO_8859_1);
        try (Attackers slow = Attackers.start(SLOW_CONNECTIONS, sip, socket -> {
            for (byte octet : endless) {
                socket.getOutputStream().write(octet);
                LockSupport.parkNanos(BETWEEN_NANOS);
            }
        })) {
            allAreConnected();
            answersThroughout();
            assertThat(slow.connected()).as("none was closed yet").isEqualTo(SLOW_CONNECTIONS);
            await("each was closed, since its first message took too long, and came again")
                    .atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> slow.connected() >= 2 * SLOW_CONNECTIONS);
            allAreConnected();
            answersThroughout();
        }
        nothingIsLeft();
    }

    private void allAreConnected() {
        await("all are connected at once")
                .pollInterval(Duration.ofMillis(200))
                .until(() -> api.metric("koegura_sip_connections") >= SLOW_CONNECTIONS);
    }

    @Test
    void headersThatNeverEndKeepNobodyWaiting() throws Exception {
        try (Attackers endless = Attackers.start(20, sip, socket -> {
            OutputStream out = socket.getOutputStream();
            out.write(("INVITE sip:201@" + hostPort() + " SIP/2.0\r\n").getBytes(ISO_8859_1));
            while (true) {
                out.write(FILLER);
            }
        })) {
            int before = endless.connected();
            answersThroughout();
            assertThat(endless.connected())
                    .as("connections, because each is closed")
                    .isGreaterThan(before);
        }
        nothingIsLeft();
    }

    @Test
    void bodiesOfTwoGigabytesKeepNobodyWaiting() throws Exception {
        byte[] head = request("INVITE", "sip:201@" + hostPort(), 0, "Content-Length: 2000000000\r\n", "")
                .getBytes(ISO_8859_1);
        try (Attackers large = Attackers.start(20, sip, socket -> {
            OutputStream out = socket.getOutputStream();
            out.write(head);
            while (true) {
                out.write(FILLER);
            }
        })) {
            int before = large.connected();
            answersThroughout();
            assertThat(large.connected())
                    .as("connections, because each is closed")
                    .isGreaterThan(before);
        }
        nothingIsLeft();
    }

    /// What a message holds back is never read as another one: neither where two lengths contradict each other, nor
    /// where a length is none.
    @ParameterizedTest
    @MethodSource("smuggled")
    void aMessageInsideOfAnotherGoesNowhere(String lengths) throws Exception {
        try (DatagramSocket target = new DatagramSocket(0, LOOPBACK)) {
            String hidden = request(
                    "OPTIONS", HIDDEN + "@127.0.0.1:" + target.getLocalPort(), ++asked, "Content-Length: 0\r\n", "");
            String outer = request(
                    "OPTIONS",
                    "sip:" + hostPort(),
                    ++asked,
                    lengths.replace("@ALL@", Integer.toString(hidden.length())),
                    hidden);
            assertThat(saidUntilClosed(outer))
                    .satisfiesAnyOf(
                            said -> assertThat(said).isEmpty(),
                            said -> assertThat(said).startsWith("SIP/2.0 400 "));
            try (Attackers many = manySay(outer)) {
                int before = many.connected();
                answersThroughout(5);
                await("each is closed").until(() -> many.connected() > before + 20);
            }
            assertThat(arrives(target)).as("the hidden message").isFalse();

            say(hidden);
            assertThat(arrives(target)).as("the same message by itself").isTrue();
        }
    }

    static Stream<String> smuggled() {
        return Stream.of(
                "Content-Length: 0\r\nContent-Length: @ALL@\r\n",
                "Content-Length: @ALL@\r\nContent-Length: 0\r\n",
                "Content-Length: 0\r\nl: @ALL@\r\n",
                "Content-Length: 0, @ALL@\r\n",
                "Content-Length: -1\r\n",
                "Content-Length: +0\r\n",
                "Content-Length: 0x0\r\n",
                "X: y\r\n");
    }

    /// Which of the two would be routed by, and which recorded?
    @ParameterizedTest
    @MethodSource("doubled")
    void aFieldThatMayStandOnceAndStandsTwiceIsRefusedAndTheNextMessageOfTheStreamIsAnswered(String line)
            throws Exception {
        String first = request("OPTIONS", "sip:" + hostPort(), ++asked, line + "Content-Length: 0\r\n", "");
        String second = request("OPTIONS", "sip:" + hostPort(), ++asked, "Content-Length: 0\r\n", "");
        try (Socket socket = attacker()) {
            socket.getOutputStream().write((first + second).getBytes(ISO_8859_1));
            List<String> answers = List.of(answer(socket), answer(socket));
            assertThat(answers)
                    .filteredOn(text -> text.contains("Call-ID: " + (asked - 1) + "@"))
                    .singleElement()
                    .asString()
                    .startsWith("SIP/2.0 400 ");
            assertThat(answers)
                    .filteredOn(text -> text.contains("Call-ID: " + asked + "@"))
                    .singleElement()
                    .asString()
                    .startsWith("SIP/2.0 200 ");
        }
        double parsed = api.metric("koegura_sip_parse_errors_total");
        try (Attackers many = manySay(first + second)) {
            answersThroughout(5);
            await("each was read, and found wrong")
                    .until(() -> api.metric("koegura_sip_parse_errors_total") > parsed + 20);
            assertThat(many.connected())
                    .as("connections, of which none was closed")
                    .isEqualTo(20);
        }
    }

    static Stream<String> doubled() {
        return Stream.of(
                "From: <sip:other@example.com>;tag=2\r\n",
                "t: <sip:other@example.com>\r\n",
                "CSeq: 2 OPTIONS\r\n",
                "Max-Forwards: 1\r\n");
    }

    /// A second Via is a hop before us: the answer goes to the topmost, and to nobody else.
    @Test
    void aSecondViaLeadsNoAnswerAstray() throws Exception {
        try (DatagramSocket other = new DatagramSocket(0, LOOPBACK);
                Socket socket = attacker()) {
            String via = "Via: SIP/2.0/UDP 127.0.0.1:" + other.getLocalPort() + ";branch=z9hG4bKother\r\n";
            socket.getOutputStream()
                    .write(request("OPTIONS", "sip:" + hostPort(), ++asked, via + "Content-Length: 0\r\n", "")
                            .getBytes(ISO_8859_1));
            assertThat(answer(socket)).startsWith("SIP/2.0 200 ").contains(";branch=z9hG4bKother\r\n");
            assertThat(arrives(other)).isFalse();
        }
    }

    /// Each of them says it again and again, on the same connection, and where that was closed on the next.
    private Attackers manySay(String message) {
        byte[] bytes = message.getBytes(ISO_8859_1);
        return Attackers.start(20, sip, socket -> {
            while (true) {
                socket.getOutputStream().write(bytes);
                LockSupport.parkNanos(BETWEEN_NANOS);
            }
        });
    }

    private String hostPort() {
        return "127.0.0.1:" + sip.getPort();
    }

    private String request(String method, String uri, int number, String lines, String body) {
        return String.join(
                "\r\n",
                method + " " + uri + " SIP/2.0",
                "Via: SIP/2.0/TCP 127.0.0.66:5060;branch=z9hG4bK" + sip.getPort() + "x" + number,
                "Max-Forwards: 70",
                "From: <sip:somebody@example.com>;tag=1",
                "To: <" + uri + ">",
                "Call-ID: " + number + "@example.com",
                "CSeq: 1 " + method,
                lines + "\r\n" + body);
    }

    private void answersThroughout() throws IOException {
        answersThroughout(QUESTIONS);
    }

    /// Each question is answered within [#ANSWER_MILLIS_MAX], or this fails.
    private void answersThroughout(int questions) throws IOException {
        try (Socket telephone = new Socket(LOOPBACK, sip.getPort())) {
            telephone.setSoTimeout(ANSWER_MILLIS_MAX);
            for (int i = 0; i < questions; i++) {
                String options = request("OPTIONS", "sip:" + hostPort(), ++asked, "Content-Length: 0\r\n", "");
                telephone.getOutputStream().write(options.getBytes(ISO_8859_1));
                assertThat(answer(telephone)).startsWith("SIP/2.0 200 ");
                LockSupport.parkNanos(BETWEEN_NANOS);
            }
        }
    }

    /// The next head that comes; nothing here has a body.
    private static String answer(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            if (octet < 0) {
                throw new AssertionError("the connection ended after\n" + head);
            }
            head.append((char) octet);
        }
        return head.toString();
    }

    private Socket attacker() throws IOException {
        Socket socket = new Socket(LOOPBACK, sip.getPort(), Attackers.ADDRESS, 0);
        socket.setSoTimeout(5 * ANSWER_MILLIS_MAX);
        return socket;
    }

    /// All that is said to a message until the connection is closed, which must be.
    private String saidUntilClosed(String message) throws IOException {
        try (Socket socket = attacker()) {
            socket.getOutputStream().write(message.getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    private void say(String message) throws IOException {
        try (Socket socket = attacker()) {
            socket.getOutputStream().write(message.getBytes(ISO_8859_1));
            answersThroughout(1); // so that it was read
        }
    }

    /// What others send to this port, which was theirs a moment ago, does not count.
    private static boolean arrives(DatagramSocket target) throws IOException {
        target.setSoTimeout(ANSWER_MILLIS_MAX / 2);
        DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
        while (true) {
            try {
                target.receive(packet);
            } catch (SocketTimeoutException nothing) {
                return false;
            }
            String text = new String(Arrays.copyOf(packet.getData(), packet.getLength()), ISO_8859_1);
            if (text.startsWith("OPTIONS " + HIDDEN)) {
                return true;
            }
        }
    }

    private void nothingIsLeft() throws Exception {
        await("every connection is gone")
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> api.metric("koegura_sip_connections") == 0);
        assertThat(product.process().isAlive()).isTrue();
        assertThat(Stream.of(product.process().out(), product.process().err()).flatMap(List::stream))
                .noneMatch(
                        line -> line.contains("OutOfMemory") || line.contains("Exception") || line.contains("\tat "));
    }
}
