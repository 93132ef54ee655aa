package org.koegura.callmodel;

import java.util.List;

/// A prompt cut into RTP payloads of one format, ready to send: first silence, then speech.
///
/// @param prompt what is spoken
/// @param format the format of every frame
/// @param frames RTP payloads in order, each [AudioFormat#packetMillis()] long; never changed after this was made
/// @param leadInFrames how many of them, at the start, are the silence before the prompt (at least 300 ms)
public record NoticeFrames(Prompt prompt, AudioFormat format, List<byte[]> frames, int leadInFrames) {

    public NoticeFrames {
        frames = List.copyOf(frames);
        if (leadInFrames < 0 || leadInFrames >= frames.size()) {
            throw new IllegalArgumentException("notice frames: speech is needed after the lead-in");
        }
    }
}
