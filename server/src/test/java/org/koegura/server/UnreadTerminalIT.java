package org.koegura.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.server.peer.LoopbackPorts;

/// The product where nobody takes what it says on stderr: a terminal that was stopped, a supervisor that hangs.
class UnreadTerminalIT {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    /// As many as are told of within an hour, each by one warning.
    private static final int STRANGERS = 32;

    @Test
    void telephonesAreAnsweredAndTheLogInTheDataGoesOn(@TempDir Path folder) throws Exception {
        Path pipe = folder.resolve("stderr");
        assertThat(exitCode("mkfifo", pipe.toString())).isZero();
        // whoever has it open both ways keeps it open, and reads nothing
        try (RandomAccessFile unread = new RandomAccessFile(pipe.toFile(), "rw")) {
            fill(pipe);
            Path data = folder.resolve("data");
            int block = LoopbackPorts.block(20);
            InetSocketAddress sip = new InetSocketAddress(LOOPBACK, block);
            try (ProductProcess product =
                    ProductProcess.runInto(pipe, data, block, block + 4, block + 19, "--networks", "127.0.0.1/32")) {
                for (int i = 0; i < STRANGERS; i++) {
                    askAsStranger(InetAddress.ofLiteral("127.0.0." + (100 + i)), sip);
                }
                assertThat(Prober.ask(sip)).startsWith("SIP/2.0 200 ");
                Path log = data.resolve("log").resolve("koegura.log");
                await().atMost(Duration.ofSeconds(10))
                        .untilAsserted(() -> assertThat(Files.readAllLines(log))
                                .filteredOn(line -> line.contains("sip.stranger.refused"))
                                .hasSize(STRANGERS));
                try (ConsoleApi api = product.api()) {
                    assertThat(api.metric("koegura_sip_refused_total", "reason=\"stranger\""))
                            .isEqualTo(STRANGERS);
                }
            } // and it ends by itself, or this fails
            assertThat(unread.getFD().valid()).isTrue();
        }
    }

    /// Until the system takes no more: that is the `dd` that fails.
    private static void fill(Path pipe) throws Exception {
        assertThat(exitCode("dd", "if=/dev/zero", "of=" + pipe, "oflag=nonblock", "conv=notrunc", "bs=4096"))
                .isNotZero();
    }

    private static int exitCode(String... command) throws Exception {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    private static void askAsStranger(InetAddress from, InetSocketAddress sip) throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, from)) {
            String here = from.getHostAddress() + ":" + socket.getLocalPort();
            byte[] options = String.join(
                            "\r\n",
                            "OPTIONS sip:127.0.0.1:" + sip.getPort() + " SIP/2.0",
                            "Via: SIP/2.0/UDP " + here + ";branch=z9hG4bK" + socket.getLocalPort(),
                            "Max-Forwards: 70",
                            "From: <sip:stranger@example.com>;tag=1",
                            "To: <sip:127.0.0.1>",
                            "Call-ID: stranger-" + here,
                            "CSeq: 1 OPTIONS",
                            "Content-Length: 0",
                            "",
                            "")
                    .getBytes(StandardCharsets.US_ASCII);
            socket.send(new DatagramPacket(options, options.length, sip));
        }
    }
}
