package org.koegura.callmodel.port;

import java.net.InetAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallId;

/// Anchors the media of calls. Asked by sip-proxy, answered by rtp-capture.
public interface MediaPlane {

    /// Opens the media of one call, without ports yet, and pins it to one event loop for its life.
    ///
    /// MUST NOT block. `events` are called from the plane's threads and MUST NOT block.
    MediaSession open(CallId call, MediaEvents events);

    /// Takes up the media of a call that another process relayed until it died: the same ports, the sources that
    /// it had latched and no others, the same numbers. The session is answered; what its parties agreed to, and
    /// what is to be kept, is said as of any other. Blocks until bound.
    ///
    /// @param answeredAt when the 2xx passed
    /// @throws NoFreePort somebody has one of its ports; nothing is bound
    MediaSession resume(CallId call, Instant answeredAt, CallCheckpoint.Media media, MediaEvents events)
            throws NoFreePort;

    /// Reserves two ports of ours, to let a telephone that called us hear a tone. Blocks until bound.
    ///
    /// @param party where its signalling comes from
    /// @throws NoFreePort nothing is bound
    ToneSession tone(InetAddress party) throws NoFreePort;

    /// Ports that could still be reserved, for the metric and the demo's narration. MUST NOT block.
    int freePorts();

    /// Thrown, and expected, where no port pair is free.
    final class NoFreePort extends Exception {
        public NoFreePort(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
