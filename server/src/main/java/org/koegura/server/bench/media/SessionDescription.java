package org.koegura.server.bench.media;

import java.io.IOException;
import org.koegura.server.bench.BenchFault;
import org.koegura.server.rehearsal.WholeCalls;

/// One stream of G.711 at a port of 127.0.0.1, as SDP has it (RFC 8866).
final class SessionDescription {

    private SessionDescription() {}

    static String at(int port) {
        return String.join(
                "\r\n",
                "v=0",
                "o=- 53655765 2353687637 IN IP4 127.0.0.1",
                "s=-",
                "c=IN IP4 127.0.0.1",
                "t=0 0",
                "m=audio " + port + " RTP/AVP 0",
                "a=rtpmap:0 PCMU/8000",
                "a=ptime:20",
                "");
    }

    /// Where the first audio stream of a description, or of a message that carries one, is awaited.
    ///
    /// @throws BenchFault where there is none
    static int port(String text) throws BenchFault {
        try {
            return WholeCalls.audioPort(text);
        } catch (IOException e) {
            throw new BenchFault(String.valueOf(e.getMessage()), e);
        }
    }
}
