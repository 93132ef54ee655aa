package org.koegura.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The media of one party, by hand: a socket for RTP and one for RTCP at a loopback address, and no clock.
final class MediaParty implements AutoCloseable {

    private static final int WAIT_MILLIS = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int SAMPLES = 160;
    private static final int RTP_HEADER_BYTES = 12;

    final int ssrc;
    final DatagramSocket rtp;
    final DatagramSocket rtcp;
    final String host;
    private int said;

    /// What one party was told of the other's audio.
    record Told(String described, int rtp, int rtcp) {

        private static final Pattern AUDIO = Pattern.compile("(?m)^m=audio (\\d+) ");
        private static final Pattern RTCP = Pattern.compile("(?m)^a=rtcp:(\\d+)");

        static Told in(String message) {
            Matcher audio = AUDIO.matcher(message);
            assertThat(audio.find()).isTrue();
            int rtp = Integer.parseInt(audio.group(1));
            Matcher rtcp = RTCP.matcher(message);
            return new Told(message, rtp, rtcp.find() ? Integer.parseInt(rtcp.group(1)) : rtp + 1);
        }
    }

    /// On 127.0.0.1.
    MediaParty(int ssrc) throws IOException {
        this("127.0.0.1", ssrc);
    }

    /// @param host a loopback address
    MediaParty(String host, int ssrc) throws IOException {
        this.host = host;
        this.ssrc = ssrc;
        rtp = socket(host);
        rtcp = socket(host);
    }

    private static DatagramSocket socket(String host) throws IOException {
        DatagramSocket socket = new DatagramSocket(0, InetAddress.ofLiteral(host));
        socket.setSoTimeout(WAIT_MILLIS);
        return socket;
    }

    String ownRtcp() {
        return "a=rtcp:" + rtcp.getLocalPort();
    }

    String described(String... attributes) {
        return describedAs("RTP/AVP", attributes);
    }

    /// PCMU under a transport profile.
    String describedAs(String profile, String... attributes) {
        return String.join(
                        "\r\n",
                        "v=0",
                        "o=- 1 1 IN IP4 " + host,
                        "s=-",
                        "c=IN IP4 " + host,
                        "t=0 0",
                        "m=audio " + rtp.getLocalPort() + " " + profile + " 0",
                        String.join("\r\n", attributes))
                + "\r\n";
    }

    /// Says 20 ms of its own source.
    byte[] say(int port) throws IOException {
        return say(port, ssrc, new byte[SAMPLES]);
    }

    /// Says a payload, from any source.
    byte[] say(int port, int source, byte[] payload) throws IOException {
        return send(port, packet(source, payload));
    }

    /// The next packet, not yet sent.
    byte[] packet(int source, byte[] payload) {
        said++;
        return ByteBuffer.allocate(RTP_HEADER_BYTES + payload.length)
                .putInt(0x80000000 | (said & 0xFFFF))
                .putInt(SAMPLES * said)
                .putInt(source)
                .put(payload)
                .array();
    }

    /// A receiver report without a block.
    byte[] report(int port) throws IOException {
        byte[] report = ByteBuffer.allocate(8).putInt(0x80C90001).putInt(ssrc).array();
        rtcp.send(new DatagramPacket(report, report.length, InetAddress.getLoopbackAddress(), port));
        return report;
    }

    /// Anything, from where its RTP comes from.
    byte[] send(int port, byte[] datagram) throws IOException {
        rtp.send(new DatagramPacket(datagram, datagram.length, InetAddress.getLoopbackAddress(), port));
        return datagram;
    }

    /// The next datagram there; empty where none comes.
    static byte[] awaited(DatagramSocket at) throws IOException {
        byte[] came = new byte[0];
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (came.length == 0 && System.nanoTime() < deadline) {
            came = receive(at);
        }
        return came;
    }

    /// The next datagram there; empty where none comes soon.
    static byte[] receive(DatagramSocket at) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[2_048], 2_048);
        try {
            at.receive(packet);
            return Arrays.copyOf(packet.getData(), packet.getLength());
        } catch (SocketTimeoutException none) {
            return new byte[0];
        }
    }

    @Override
    public void close() {
        rtp.close();
        rtcp.close();
    }
}
