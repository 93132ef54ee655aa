package org.koegura.callmodel;

import java.util.Locale;

/// One negotiated audio payload format (RFC 3551, RFC 8866 `rtpmap`, `ptime`).
///
/// @param payloadType RTP payload type, 0 to 127, as the *receiver* of the stream declared it
/// @param encodingName upper-case encoding name, for example `PCMU`
/// @param clockRateHz RTP timestamp ticks per second
/// @param packetMillis negotiated packet time in milliseconds, 10 to 200
public record AudioFormat(int payloadType, String encodingName, int clockRateHz, int packetMillis) {

    public AudioFormat {
        if (payloadType < 0 || payloadType > 127) {
            throw new IllegalArgumentException("payload type: 0 to 127 is needed, not " + payloadType);
        }
        if (clockRateHz <= 0) {
            throw new IllegalArgumentException("clock rate: more than 0 Hz is needed, not " + clockRateHz);
        }
        if (packetMillis < 10 || packetMillis > 200) {
            throw new IllegalArgumentException("packet time: 10 to 200 ms is needed, not " + packetMillis);
        }
        encodingName = encodingName.toUpperCase(Locale.ROOT);
    }

    /// RTP timestamp ticks that one packet spans.
    public int ticksPerPacket() {
        return Math.toIntExact((long) clockRateHz * packetMillis / 1000);
    }
}
