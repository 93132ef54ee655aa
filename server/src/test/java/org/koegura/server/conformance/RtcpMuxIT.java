package org.koegura.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koegura.server.ConsoleApi;
import org.koegura.server.ProductProcess;
import org.koegura.server.peer.LoopbackPorts;

/// RTP and RTCP on one port (RFC 5761), through the whole product: where both parties say so, and where only the one
/// that offers does.
class RtcpMuxIT {

    private static final int BLOCK = 40;
    private static final int MEDIA = 4;
    private static final int RECEIVER_REPORT = 201;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Test
    void whoseReportsShareThePortOfTheirAudioGetTheOthersThere(@TempDir Path data) throws Exception {
        int block = LoopbackPorts.block(BLOCK);
        try (ProductProcess product = ProductProcess.run(data, block, block + MEDIA, block + BLOCK - 1);
                ConsoleApi api = product.api();
                MediaParty caller = new MediaParty(1);
                MediaParty callee = new MediaParty(2)) {
            Ports ports = call(block, caller, callee, caller.described("a=rtcp-mux"), callee.described("a=rtcp-mux"));
            assertThat(ports.toCallee().described())
                    .as("what the callee is told")
                    .contains("\r\na=rtcp-mux\r\n");
            assertThat(ports.toCaller().described())
                    .as("what the caller is told")
                    .contains("\r\na=rtcp-mux\r\n");
            exchange(caller.rtp, caller, callee.rtp, ports.toCaller().rtp());
            exchange(callee.rtp, callee, caller.rtp, ports.toCallee().rtp());
            assertThat(api.metric("koegura_faults_total")).isZero();
        }
    }

    @Test
    void whereTheAnswerDoesNotShareItBothKeepTwoPorts(@TempDir Path data) throws Exception {
        int block = LoopbackPorts.block(BLOCK);
        try (ProductProcess product = ProductProcess.run(data, block, block + MEDIA, block + BLOCK - 1);
                ConsoleApi api = product.api();
                MediaParty caller = new MediaParty(1);
                MediaParty callee = new MediaParty(2)) {
            String offer = caller.described(caller.ownRtcp(), "a=rtcp-mux");
            Ports ports = call(block, caller, callee, offer, callee.described(callee.ownRtcp()));
            assertThat(ports.toCaller().described())
                    .as("what the caller is told")
                    .doesNotContain("rtcp-mux");
            exchange(caller.rtcp, caller, callee.rtcp, ports.toCaller().rtcp());
            exchange(callee.rtcp, callee, caller.rtcp, ports.toCallee().rtcp());
            assertThat(api.metric("koegura_faults_total")).isZero();
        }
    }

    private record Ports(MediaParty.Told toCaller, MediaParty.Told toCallee) {}

    /// A call whose parties have spoken once.
    private static Ports call(int block, MediaParty caller, MediaParty callee, String offer, String answer)
            throws Exception {
        InetSocketAddress sip = new InetSocketAddress(InetAddress.getLoopbackAddress(), block);
        try (RawPeer calling = RawPeer.over(RawPeer.Protocol.UDP);
                RawPeer called = RawPeer.over(RawPeer.Protocol.UDP)) {
            Parties.Call call =
                    new Parties(calling, called, sip, RestartIT.way(called, block)).establish("mux", offer, answer);
            Ports ports = new Ports(MediaParty.Told.in(call.answer()), MediaParty.Told.in(call.invite()));
            caller.say(ports.toCaller().rtp());
            callee.say(ports.toCallee().rtp());
            return ports;
        }
    }

    /// A report of one party comes to the other where that awaits it.
    private static void exchange(DatagramSocket from, MediaParty by, DatagramSocket awaits, int port)
            throws IOException {
        byte[] report =
                ByteBuffer.allocate(8).putInt(0x80C90001).putInt(by.ssrc).array();
        from.send(new DatagramPacket(report, report.length, InetAddress.getLoopbackAddress(), port));
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            byte[] came = MediaParty.receive(awaits);
            if (came.length > 1 && (came[1] & 0xFF) == RECEIVER_REPORT) {
                return;
            }
            assertThat(System.nanoTime()).as("a report comes to that port").isLessThan(deadline);
        }
    }
}
