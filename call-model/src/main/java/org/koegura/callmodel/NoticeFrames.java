package org.koegura.callmodel;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A prompt cut into RTP payloads of one format, ready to send: first silence, then speech.
///
/// @param prompt what is spoken
/// @param format the format of every frame
/// @param frames RTP payloads in order, each [AudioFormat#packetMillis()] long, the last at most that long; never
/// changed after this was made
/// @param leadInFrames how many of them, at the start, are silence before the prompt: at least 300 ms, or, in a sound
/// that was encoded elsewhere, as many as lie wholly in its first 300 ms
/// @param encodedSha256 hash of the file whose bytes the frames are, where it was encoded elsewhere: 64 lower-case
/// hexadecimal digits; null where the frames were made here
public record NoticeFrames(
        Prompt prompt,
        AudioFormat format,
        List<byte[]> frames,
        int leadInFrames,
        @Nullable String encodedSha256) {

    public NoticeFrames {
        frames = List.copyOf(frames);
        if (leadInFrames < 0 || leadInFrames >= frames.size()) {
            throw new IllegalArgumentException("notice frames: speech is needed after the lead-in");
        }
    }

    /// Frames that were made here.
    public NoticeFrames(Prompt prompt, AudioFormat format, List<byte[]> frames, int leadInFrames) {
        this(prompt, format, frames, leadInFrames, null);
    }
}
