package org.koegura.callmodel.port;

import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.CallId;

/// Anchors the media of calls. Asked by sip-proxy, answered by rtp-capture.
public interface MediaPlane {

    /// Opens the media of one call, without ports yet, and pins it to one event loop for its life.
    ///
    /// MUST NOT block. `events` are called from the plane's threads and MUST NOT block.
    MediaSession open(CallId call, MediaEvents events);

    /// Ports that could still be reserved, for the metric and the demo's narration. MUST NOT block.
    int freePorts();

    /// Thrown, and expected, where no port pair is free.
    final class NoFreePort extends Exception {
        public NoFreePort(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
