package org.koegura.sipproxy.negotiation;

import static org.koegura.callmodel.Leg.INSIDE;
import static org.koegura.callmodel.Leg.OUTSIDE;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.koegura.callmodel.Leg;
import org.koegura.sipproxy.sdp.SdpReader;

/// Words that tests of negotiations speak in. The caller is outside, the callee inside; a description is known by its
/// port.
final class Negotiating {

    private Negotiating() {}

    static Transaction caller(String method, long cseq) {
        return new Transaction(method, cseq, OUTSIDE);
    }

    static Transaction callee(String method, long cseq) {
        return new Transaction(method, cseq, INSIDE);
    }

    static Side side(Leg leg, int port) {
        String host = leg == INSIDE ? "192.0.2.10" : "192.0.2.20";
        String sdp = "v=0\r\no=- 7 7 IN IP4 " + host + "\r\ns=-\r\nc=IN IP4 " + host + "\r\nt=0 0\r\nm=audio " + port
                + " RTP/AVP 0\r\n";
        return switch (SdpReader.read(sdp.getBytes(StandardCharsets.ISO_8859_1))) {
            case SdpReader.Reading.Understood(var read) -> new Side(leg, read, InetAddress.ofLiteral(host));
            case SdpReader.Reading.Unreadable(String why) -> throw new AssertionError(why);
        };
    }

    static Side caller(int port) {
        return side(OUTSIDE, port);
    }

    static Side callee(int port) {
        return side(INSIDE, port);
    }

    /// An agreement by the ports of its audio: callee's, then caller's.
    static String ports(Agreement agreement) {
        return port(agreement, INSIDE) + "/" + port(agreement, OUTSIDE);
    }

    private static int port(Agreement agreement, Leg leg) {
        InetSocketAddress rtp = agreement.of(leg).getFirst().rtp();
        return Objects.requireNonNull(rtp).getPort();
    }
}
