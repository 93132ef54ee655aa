package org.koegura.sipproxy.sdp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.koegura.callmodel.port.MediaSession.LocalMedia;

/// Session descriptions and addresses that several tests speak of.
final class SdpSamples {

    static final String CALL = """
            v=0
            o=- 18446744073709551615 007 IN IP4 192.0.2.10
            s=\s
            c=IN IP4 192.0.2.10
            t=0 0
            m=audio 49170 RTP/AVP 0 8 101
            a=rtpmap:0 PCMU/8000
            a=rtpmap:8 PCMA/8000
            a=rtpmap:101 telephone-event/8000
            a=ptime:20
            a=sendrecv
            """.replace("\n", "\r\n");

    private SdpSamples() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    static LocalMedia local(String host, int rtp, int rtcp) {
        InetAddress address = InetAddress.ofLiteral(host);
        return new LocalMedia(new InetSocketAddress(address, rtp), new InetSocketAddress(address, rtcp));
    }

    static SessionDescription read(String text) {
        return switch (SdpReader.read(bytes(text))) {
            case SdpReader.Reading.Understood(var sdp) -> sdp;
            case SdpReader.Reading.Unreadable(String why) -> throw new AssertionError(why);
        };
    }
}
