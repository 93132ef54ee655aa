package org.koegura.server.bench.signalling;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/// Asks whether somebody answers OPTIONS on a port of 127.0.0.1.
final class SipPing {

    private static final int ANSWER_MILLIS_MAX = 200;
    private static final int ANSWER_BYTES_MAX = 4096;

    private SipPing() {}

    static boolean answers(int port) {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            socket.setSoTimeout(ANSWER_MILLIS_MAX);
            String own = "127.0.0.1:" + socket.getLocalPort();
            byte[] options = String.join(
                            "\r\n",
                            "OPTIONS sip:ready@127.0.0.1:" + port + " SIP/2.0",
                            "Via: SIP/2.0/UDP " + own + ";branch=z9hG4bK-ready",
                            "From: <sip:bench@" + own + ">;tag=1",
                            "To: <sip:ready@127.0.0.1:" + port + ">",
                            "Call-ID: ready@" + own,
                            "CSeq: 1 OPTIONS",
                            "Max-Forwards: 5",
                            "Content-Length: 0",
                            "",
                            "")
                    .getBytes(StandardCharsets.US_ASCII);
            socket.send(new DatagramPacket(
                    options, options.length, new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
            socket.receive(new DatagramPacket(new byte[ANSWER_BYTES_MAX], ANSWER_BYTES_MAX));
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }
}
