package org.koegura.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koegura.server.ProductProcess;
import org.koegura.server.evidence.Wireshark;
import org.koegura.server.peer.LoopbackPorts;
import org.koegura.server.peer.PacketTap;

/// What packets bear on the wire (DSCP, J2): the mark that the settings name on SIP, EF on RTP, whatever the packets
/// bore that came in.
class MarkedPacketsIT {

    private static final int MEDIA = 4;
    private static final int BLOCK = 40;
    private static final String OF_SIP = "40"; // CS5
    private static final String OF_RTP = "46"; // EF
    private static final String OF_PEERS = "56"; // CS7
    private static final int PEERS_TYPE_OF_SERVICE = 56 << 2;
    private static final Duration RTP_WAIT = Duration.ofSeconds(15);
    private static final Pattern AUDIO_PORT = Pattern.compile("(?m)^m=audio (\\d+) ");

    @ParameterizedTest
    @EnumSource(names = {"UDP", "TCP"})
    void allThatLeavesBearsOurMarksAndNotThoseOfWhatCameIn(RawPeer.Protocol protocol, @TempDir Path folder)
            throws Exception {
        int block = LoopbackPorts.block(BLOCK);
        int last = block + BLOCK - 1;
        InetSocketAddress sip = new InetSocketAddress(InetAddress.getLoopbackAddress(), block);
        try (RawPeer caller = RawPeer.over(protocol);
                RawPeer callee = RawPeer.over(protocol);
                DatagramSocket callersMedia = media();
                DatagramSocket calleesMedia = media();
                PacketTap tap = PacketTap.start(
                        folder.resolve("tap"), "portrange " + block + "-" + last + " or port " + port(callee), last);
                ProductProcess _ =
                        ProductProcess.run(folder.resolve("data"), block, block + MEDIA, last - 1, "--dscp", "CS5")) {
            caller.mark(PEERS_TYPE_OF_SERVICE);
            callee.mark(PEERS_TYPE_OF_SERVICE);
            Parties parties = new Parties(caller, callee, sip, RestartIT.way(callee, block));
            Parties.Call call = parties.establish("one", callersMedia.getLocalPort(), calleesMedia.getLocalPort());
            awaitMedia(
                    tap,
                    new Talk(callersMedia, audioPort(call.answer())),
                    new Talk(calleesMedia, audioPort(call.invite())));
            parties.callerAsks(call, "BYE", 2);

            Wireshark wire = new Wireshark(tap.capture());
            String toPeers = protocol == RawPeer.Protocol.UDP
                    ? "udp.srcport == " + block
                    : "tcp.len > 0 && (tcp.srcport == " + block + " || tcp.dstport == " + port(callee) + ")";
            marked(wire, toPeers, OF_SIP);
            String ourMedia = " >= " + (block + MEDIA) + " && udp.%s < " + last;
            marked(wire, "udp.srcport" + ourMedia.formatted("srcport"), OF_RTP);
            assertThat(marks(wire, "ip.src == 127.0.0.1 && udp.dstport" + ourMedia.formatted("dstport")))
                    .as("what came in to be relayed")
                    .contains(OF_PEERS);
            assertThat(marks(
                            wire,
                            protocol == RawPeer.Protocol.UDP
                                    ? "udp.dstport == " + block
                                    : "tcp.len > 0 && tcp.dstport == " + block))
                    .as("requests that came in")
                    .containsOnly(OF_PEERS);
        }
    }

    private static DatagramSocket media() throws IOException {
        DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        socket.setTrafficClass(PEERS_TYPE_OF_SERVICE);
        return socket;
    }

    private static int port(RawPeer peer) {
        return Integer.parseInt(peer.hostPort().split(":", 2)[1]);
    }

    private static int audioPort(String message) {
        Matcher port = AUDIO_PORT.matcher(message);
        assertThat(port.find()).isTrue();
        return Integer.parseInt(port.group(1));
    }

    /// One party's way of speaking.
    ///
    /// @param to where the product wants its media
    private record Talk(DatagramSocket from, int to) {

        void say(int number) throws IOException {
            byte[] packet = new byte[12 + 160];
            ByteBuffer.wrap(packet)
                    .putShort((short) 0x8000)
                    .putShort((short) number)
                    .putInt(number * 160)
                    .putInt(to);
            from.send(new DatagramPacket(packet, packet.length, InetAddress.getLoopbackAddress(), to));
        }
    }

    /// Both speak until both hear something.
    private static void awaitMedia(PacketTap tap, Talk caller, Talk callee) {
        int[] number = {0};
        await().atMost(RTP_WAIT).pollInterval(Duration.ofMillis(50)).untilAsserted(() -> {
            number[0]++;
            caller.say(number[0]);
            callee.say(number[0]);
            assertThat(tap.datagrams())
                    .extracting(datagram -> datagram.destination().getPort())
                    .contains(caller.from.getLocalPort(), callee.from.getLocalPort());
        });
    }

    private static void marked(Wireshark wire, String filter, String mark) throws Exception {
        assertThat(marks(wire, filter)).as(filter).isNotEmpty().containsOnly(mark);
    }

    private static List<String> marks(Wireshark wire, String filter) throws Exception {
        return wire.packets(filter, "ip.dsfield.dscp").stream()
                .map(List::getFirst)
                .toList();
    }
}
