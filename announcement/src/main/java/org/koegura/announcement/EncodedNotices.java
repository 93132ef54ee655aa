package org.koegura.announcement;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.koegura.audio.Codec;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.NoticeFrames;
import org.koegura.callmodel.Prompt;
import org.koegura.callmodel.port.NoticeSource;

/// All prompts in all formats, encoded or cut once at the opening (some 2 MB); asking is a look-up. All means on every
/// day: when a prompt's first or last day comes, nothing is encoded either.
///
/// The payload type is the asker's: whatever number the peer mapped to a codec, the frames are the same, and shared by
/// all calls. Nobody writes to them.
final class EncodedNotices implements NoticeSource {

    private final Map<Cut, List<byte[]>> frames;
    private final Map<Foreign, Encoded> encoded;

    private record Cut(Prompt prompt, Codec codec, int packetMillis) {}

    /// What somebody else encoded.
    private record Foreign(Prompt prompt, ForeignCodec codec, int packetMillis) {}

    private record Encoded(List<byte[]> frames, String sha256) {}

    /// One prompt in one codec: its sound is brought to the codec's rate once for all packet times.
    private record Task(SpokenPrompt spoken, Codec codec) {

        Stream<Map.Entry<Cut, List<byte[]>>> cuts() {
            short[] sound = spoken.samples(codec.sampleRateHz());
            return FrameCutter.packetMillis(codec).stream()
                    .map(millis ->
                            Map.entry(new Cut(spoken.prompt(), codec, millis), FrameCutter.cut(sound, codec, millis)));
        }
    }

    private final Prompt tone;
    private final Prompt ringback = RingingTone.prompt();
    private final Map<Ringing, List<byte[]>> ringing;

    private EncodedNotices(
            Map<Cut, List<byte[]>> frames,
            Map<Foreign, Encoded> encoded,
            Prompt tone,
            Map<Ringing, List<byte[]>> ringing) {
        this.frames = Map.copyOf(frames);
        this.encoded = Map.copyOf(encoded);
        this.tone = tone;
        this.ringing = Map.copyOf(ringing);
    }

    private record Ringing(Codec codec, int packetMillis) {}

    /// Encodes on all processors; returns when all is done.
    static EncodedNotices of(List<SpokenPrompt> prompts, SpokenPrompt tone, Set<Codec> codecs) {
        List<Task> tasks = Stream.concat(prompts.stream(), Stream.of(tone))
                .flatMap(spoken -> codecs.stream().map(codec -> new Task(spoken, codec)))
                .toList();
        return new EncodedNotices(
                tasks.parallelStream()
                        .flatMap(Task::cuts)
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)),
                prompts.stream()
                        .flatMap(EncodedNotices::encoded)
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)),
                tone.prompt(),
                codecs.parallelStream()
                        .flatMap(EncodedNotices::ringing)
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    private static Stream<Map.Entry<Foreign, Encoded>> encoded(SpokenPrompt spoken) {
        return spoken.encoded().stream()
                .flatMap(sound -> sound.codec().packetMillis().stream()
                        .map(millis -> Map.entry(
                                new Foreign(spoken.prompt(), sound.codec(), millis),
                                new Encoded(sound.cut(millis), sound.sha256()))));
    }

    private static Stream<Map.Entry<Ringing, List<byte[]>>> ringing(Codec codec) {
        short[] cycle = RingingTone.samples(codec.sampleRateHz());
        return FrameCutter.packetMillis(codec).stream()
                .map(millis -> Map.entry(new Ringing(codec, millis), FrameCutter.cutEndless(cycle, codec, millis)));
    }

    @Override
    public Optional<NoticeFrames> ringback(AudioFormat format) {
        @Nullable Codec codec = Codec.of(format.encodingName(), format.clockRateHz());
        @Nullable List<byte[]> cycle = codec == null ? null : ringing.get(new Ringing(codec, format.packetMillis()));
        return cycle == null ? Optional.empty() : Optional.of(new NoticeFrames(ringback, format, cycle, 0));
    }

    @Override
    public Optional<NoticeFrames> tone(AudioFormat format) {
        return frames(tone, format);
    }

    @Override
    public Optional<NoticeFrames> frames(Prompt prompt, AudioFormat format) {
        @Nullable Codec codec = Codec.of(format.encodingName(), format.clockRateHz());
        @Nullable List<byte[]> cut = codec == null ? null : frames.get(new Cut(prompt, codec, format.packetMillis()));
        if (cut == null) {
            return encoded(prompt, format);
        }
        return Optional.of(new NoticeFrames(prompt, format, cut, FrameCutter.leadInFrames(format.packetMillis())));
    }

    /// The silence that leads in is the sound's own there: as many packets as lie wholly in it for certain.
    private Optional<NoticeFrames> encoded(Prompt prompt, AudioFormat format) {
        @Nullable ForeignCodec codec = ForeignCodec.of(format.encodingName(), format.clockRateHz());
        @Nullable Encoded sound = codec == null ? null : encoded.get(new Foreign(prompt, codec, format.packetMillis()));
        return sound == null
                ? Optional.empty()
                : Optional.of(new NoticeFrames(
                        prompt,
                        format,
                        sound.frames(),
                        FrameCutter.LEAD_IN_MILLIS / format.packetMillis(),
                        sound.sha256()));
    }
}
