package org.koegura.announcement;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.koegura.audio.Resampler;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.NoticeFrames;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.port.NoticeSource;

/// All prompts in all formats, encoded once at the opening (some 2 MB); asking is a look-up.
///
/// The payload type is the asker's: whatever number the peer mapped to PCMU or PCMA, the frames are the same, and
/// shared by all calls. Nobody writes to them.
final class EncodedNotices implements NoticeSource {

    /// The packet times that are made ahead, in milliseconds.
    static final List<Integer> PACKET_MILLIS = List.of(10, 20, 30, 40, 60);

    private final Map<Cut, List<byte[]>> frames;

    private record Cut(Prompt prompt, String encodingName, int packetMillis) {}

    private EncodedNotices(Map<Cut, List<byte[]>> frames) {
        this.frames = Map.copyOf(frames);
    }

    static EncodedNotices of(List<SpokenPrompt> prompts) {
        Map<Cut, List<byte[]>> frames = new HashMap<>();
        for (SpokenPrompt spoken : prompts) {
            for (FrameCutter.Law law : FrameCutter.Law.values()) {
                for (int packetMillis : PACKET_MILLIS) {
                    frames.put(
                            new Cut(spoken.prompt(), law.name(), packetMillis),
                            FrameCutter.cut(spoken.samples(), law, packetMillis));
                }
            }
        }
        return new EncodedNotices(frames);
    }

    @Override
    public Optional<NoticeFrames> frames(Prompt prompt, AudioFormat format) {
        @Nullable List<byte[]> cut = frames.get(new Cut(prompt, format.encodingName(), format.packetMillis()));
        if (cut == null || format.clockRateHz() != Resampler.NARROWBAND_HZ) {
            return Optional.empty();
        }
        return Optional.of(new NoticeFrames(prompt, format, cut, FrameCutter.leadInFrames(format.packetMillis())));
    }
}
