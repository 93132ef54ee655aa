package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.audio.Codec;
import org.koegura.server.JudgedCall.Wire;
import org.koegura.server.evidence.Speech;
import org.koegura.server.peer.Baresip;
import org.koegura.server.peer.Sipp;

/// Who may use the product, and how much of it: a stranger gets nowhere, and a flood of calls costs those that are up
/// nothing.
class AdmissionIT {

    private static final Talk PCMA = Talk.in(Codec.PCMA);
    private static final int FLOOD = 400;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path home;

    @Test
    void aStrangerIsRefusedAndWhoIsAtHomeIsNot() throws Exception {
        try (Site site = Site.start(home, 80, "--networks", "127.0.0.1/32")) {
            for (String method : List.of("OPTIONS", "INVITE", "REGISTER")) {
                assertThat(answer(site, "127.0.0.2", method)).startsWith("SIP/2.0 403 ");
                assertThat(answer(site, "127.0.0.1", method))
                        .startsWith("SIP/2.0 ")
                        .doesNotStartWith("SIP/2.0 403 ");
            }
            assertThat(refused(site, "stranger")).isEqualTo(3);
        }
    }

    @Test
    void aStrangerMayBeMetWithSilence() throws Exception {
        try (Site site = Site.start(home, 80, "--networks", "127.0.0.1/32", "--strangers", "silence")) {
            for (String method : List.of("OPTIONS", "INVITE", "REGISTER")) {
                assertThat(answer(site, "127.0.0.2", method)).isEmpty();
            }
            assertThat(refused(site, "stranger")).isEqualTo(3);
            assertThat(answer(site, "127.0.0.1", "OPTIONS")).startsWith("SIP/2.0 ");
        }
    }

    /// The flood lasts four of the nine seconds that are recorded.
    @Test
    void aFloodOfCallsIsRefusedWhileARunningOneIsKeptToTheBit() throws Exception {
        try (Site site = Site.start(home, 80, "--invite-rate", "2")) {
            Baresip staff = site.insideTelephone("201", "pcma", Speech.spoken("staff-1"));
            Instant begin = Instant.now();
            Map<String, String> halves = PCMA.inTwoHalves(home, Map.of("NOTICE_MILLIS", "9000", "TALK_MILLIS", "9000"));
            try (Sipp caller = site.caller("uac-talks", "201", PCMA.keys(), halves)) {
                staff.accept();
                staff.awaitEstablished();
                site.awaitStage("RECORDED", Duration.ofSeconds(15));
                try (Sipp flood = site.flood(FLOOD)) {
                    assertThat(flood.succeeded()).isTrue();
                }
                assertThat(caller.isRunning()).as("the call outlives the flood").isTrue();
                assertThat(caller.succeeded()).isTrue();
                staff.awaitClosed();
                Awaitility.await()
                        .atMost(Duration.ofSeconds(20))
                        .until(() -> site.api().calls().isEmpty());
                assertThat(refused(site, "invite_rate")).isGreaterThan(FLOOD * 0.9);
                assertThat(site.recordings()).hasSize(1);
                JudgedCall.announcedAndKept(site.recordings().getFirst(), Wire.of(site, staff, caller, begin), PCMA);
            }
        }
    }

    private static double refused(Site site, String reason) throws Exception {
        return site.api().metric("koegura_sip_refused_total", "reason=\"" + reason + "\"");
    }

    /// The final answer to one request from a host; empty where none comes.
    private static String answer(Site site, String host, String method) throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.ofLiteral(host))) {
            String text = String.join(
                    "\r\n",
                    method + " sip:299@" + site.proxy() + " SIP/2.0",
                    "Via: SIP/2.0/UDP " + host + ":" + socket.getLocalPort() + ";branch=z9hG4bK" + method + ";rport",
                    "From: <sip:299@example.com>;tag=a",
                    "To: <sip:299@example.com>",
                    "Call-ID: " + method + socket.getLocalPort() + "@example.com",
                    "CSeq: 1 " + method,
                    "Max-Forwards: 70",
                    "Contact: <sip:299@" + host + ":" + socket.getLocalPort() + ">",
                    "Content-Length: 0",
                    "",
                    "");
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.ofLiteral("127.0.0.1"), site.sipPort()));
            socket.setSoTimeout(2_000);
            return finalAnswer(socket);
        }
    }

    private static String finalAnswer(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
        try {
            while (true) {
                socket.receive(packet);
                String answer = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.ISO_8859_1);
                if (!answer.startsWith("SIP/2.0 1")) {
                    return answer;
                }
            }
        } catch (SocketTimeoutException silence) {
            return "";
        }
    }
}
