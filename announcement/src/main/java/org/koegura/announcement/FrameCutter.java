package org.koegura.announcement;

import java.util.ArrayList;
import java.util.List;
import org.koegura.audio.Codec;
import org.koegura.audio.PayloadEncoder;

/// Cuts a prompt into RTP payloads.
///
/// ```
/// | silence … | silence | speech | speech | … | speech + silence |
/// |<- lead-in, >= 300 ms ->|                     last one filled up
/// ```
///
/// One encoder runs through the whole, silence included: G.722 and Opus remember what went before.
final class FrameCutter {

    /// The least silence before the words.
    static final int LEAD_IN_MILLIS = 300;

    private FrameCutter() {}

    /// The packet times that are made for a codec, in milliseconds. Opus has no frame of 30 ms (RFC 6716 §2.1.4).
    static List<Integer> packetMillis(Codec codec) {
        return switch (codec) {
            case PCMU, PCMA, G722 -> List.of(10, 20, 30, 40, 60);
            case OPUS -> List.of(10, 20, 40, 60);
        };
    }

    /// How many frames of silence come first.
    static int leadInFrames(int packetMillis) {
        return Math.ceilDiv(LEAD_IN_MILLIS, packetMillis);
    }

    /// @param speech at the codec's own sample rate
    static List<byte[]> cut(short[] speech, Codec codec, int packetMillis) {
        return cut(speech, codec, packetMillis, leadInFrames(packetMillis));
    }

    /// The same with nothing before it: of what begins again where it ends.
    static List<byte[]> cutEndless(short[] cycle, Codec codec, int packetMillis) {
        return cut(cycle, codec, packetMillis, 0);
    }

    private static List<byte[]> cut(short[] speech, Codec codec, int packetMillis, int leadIn) {
        int frameSamples = packetMillis * codec.sampleRateHz() / 1000;
        int count = leadIn + Math.ceilDiv(speech.length, frameSamples);
        short[] whole = new short[count * frameSamples];
        System.arraycopy(speech, 0, whole, leadIn * frameSamples, speech.length);
        List<byte[]> frames = new ArrayList<>(count);
        try (PayloadEncoder encoder = codec.encoder()) {
            for (int from = 0; from < whole.length; from += frameSamples) {
                frames.add(encoder.encode(whole, from, from + frameSamples));
            }
        }
        return List.copyOf(frames);
    }
}
