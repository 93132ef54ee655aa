package org.koegura.announcement;

import java.util.ArrayList;
import java.util.List;
import org.koegura.audio.G711;
import org.koegura.audio.Resampler;

/// Cuts a prompt into RTP payloads of G.711.
///
/// ```
/// | silence … | silence | speech | speech | … | speech + silence |
/// |<- lead-in, >= 300 ms ->|                     last one filled up
/// ```
final class FrameCutter {

    /// The least silence before the words.
    static final int LEAD_IN_MILLIS = 300;

    /// The two laws of G.711 by their encoding names (RFC 3551 §4.5.14).
    enum Law {
        PCMU,
        PCMA;

        byte[] encode(short[] samples, int from, int to) {
            return switch (this) {
                case PCMU -> G711.encodeMuLaw(samples, from, to);
                case PCMA -> G711.encodeALaw(samples, from, to);
            };
        }
    }

    private FrameCutter() {}

    /// How many frames of silence come first.
    static int leadInFrames(int packetMillis) {
        return Math.ceilDiv(LEAD_IN_MILLIS, packetMillis);
    }

    static List<byte[]> cut(short[] speech, Law law, int packetMillis) {
        int frameSamples = packetMillis * Resampler.NARROWBAND_HZ / 1000;
        int leadIn = leadInFrames(packetMillis);
        int count = leadIn + Math.ceilDiv(speech.length, frameSamples);
        short[] whole = new short[count * frameSamples];
        System.arraycopy(speech, 0, whole, leadIn * frameSamples, speech.length);
        List<byte[]> frames = new ArrayList<>(count);
        for (int from = 0; from < whole.length; from += frameSamples) {
            frames.add(law.encode(whole, from, from + frameSamples));
        }
        return List.copyOf(frames);
    }
}
