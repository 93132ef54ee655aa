package org.koegura.sipproxy.sdp;

import java.util.ArrayList;
import java.util.List;

/// An m-line that is neither read nor relayed, in a description that nobody can refuse: it goes on as a declined one
/// (RFC 3264 §6) that names no place, so that no media can pass us by it.
final class Withdrawn {

    private Withdrawn() {}

    /// Its lines as they go on. What has no port at all is left as it is: no peer can read one there.
    static List<SdpLine> of(List<SdpLine> section) {
        List<SdpLine> lines = new ArrayList<>();
        for (SdpLine line : section) {
            if (line.type() == 'm') {
                lines.add(line.with(SdpRewriter.withPort(line.text(), 0)));
            } else if (line.type() == 'c') {
                lines.add(line.with(nowhere(line)));
            } else if (!line.attribute().equals("rtcp") && !WaysPastUs.isOne(line)) {
                lines.add(line);
            }
        }
        return lines;
    }

    private static String nowhere(SdpLine line) {
        Connection theirs = Connection.read(line.value());
        return theirs != null && theirs.six() ? "c=IN IP6 ::" : "c=IN IP4 0.0.0.0";
    }
}
