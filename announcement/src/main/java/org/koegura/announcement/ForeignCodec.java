package org.koegura.announcement;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Codecs that prompts can be played in and that have no encoder here: whoever has one brings the frames.
///
/// Frames of a file stand one behind the other, without header, as they go into RTP payloads.
enum ForeignCodec {
    /// ITU-T G.729 and its Annex A at 8 kbit/s, without the silences of Annex B (RFC 3551 §4.5.6).
    G729(8_000, 10, 10) {
        @Override
        boolean isFrame(byte[] sound, int from) {
            // L0 L1 L2 L3: 18 bits, P1: 8, P0: its parity. P0 makes the number of ones among it and the upper six of P1
            // odd (ITU-T G.729 §3.7.2).
            int bits = (sound[from + 2] & 0x3F) << 1 | (sound[from + 3] & 0x20) >> 5;
            return Integer.bitCount(bits) % 2 == 1;
        }
    };

    /// Any further multiple of a frame is not asked for by anybody.
    private static final int PACKET_MILLIS_MAX = 60;

    private final int clockRateHz;
    private final int frameBytes;
    private final int frameMillis;

    ForeignCodec(int clockRateHz, int frameBytes, int frameMillis) {
        this.clockRateHz = clockRateHz;
        this.frameBytes = frameBytes;
        this.frameMillis = frameMillis;
    }

    /// The codec of an `rtpmap`; null for any other.
    ///
    /// @param encodingName in upper case
    static @Nullable ForeignCodec of(String encodingName, int clockRateHz) {
        return Stream.of(values())
                .filter(codec -> codec.name().equals(encodingName) && codec.clockRateHz == clockRateHz)
                .findFirst()
                .orElse(null);
    }

    /// The codec that an operator names. Throws [PromptFault] where there is none.
    static ForeignCodec named(String word) throws PromptFault {
        for (ForeignCodec codec : values()) {
            if (codec.word().equals(word)) {
                return codec;
            }
        }
        throw new PromptFault.Unfit("no codec that is taken encoded is called '" + word + "'; choose among "
                + Stream.of(values()).map(ForeignCodec::word).collect(Collectors.joining(", ")));
    }

    /// How an operator, an index, and the name of a file call it.
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Whether what begins there can be a frame.
    abstract boolean isFrame(byte[] sound, int from);

    /// The packet times that a sound can be cut for, in milliseconds.
    List<Integer> packetMillis() {
        return IntStream.rangeClosed(1, PACKET_MILLIS_MAX / frameMillis)
                .mapToObj(frames -> frames * frameMillis)
                .toList();
    }

    /// What speaks against a file as the sound of a prompt; empty where nothing does. Each is one line that says what
    /// to do.
    ///
    /// @param spokenMillis how long the prompt's own file is
    List<String> complaints(byte[] sound, int spokenMillis) {
        if (sound.length == 0 || sound.length % frameBytes != 0) {
            return List.of("it has " + sound.length + " bytes; whole frames of " + frameBytes
                    + " bytes are needed, and nothing else in the file");
        }
        List<String> complaints = new ArrayList<>();
        int frames = sound.length / frameBytes;
        int millis = frames * frameMillis;
        if (Math.abs(millis - spokenMillis) > frameMillis) {
            complaints.add("it lasts " + millis + " ms, and what it should be " + spokenMillis
                    + " ms: encode that very sound");
        }
        IntStream.range(0, frames)
                .filter(frame -> !isFrame(sound, frame * frameBytes))
                .findFirst()
                .ifPresent(frame -> complaints.add("what stands at byte " + frame * frameBytes
                        + " is no frame of that codec: encode it anew, without header"));
        return complaints;
    }

    /// RTP payloads; the last is shorter where the sound is no whole number of packets.
    List<byte[]> cut(byte[] sound, int packetMillis) {
        int packetBytes = packetMillis / frameMillis * frameBytes;
        List<byte[]> payloads = new ArrayList<>();
        for (int from = 0; from < sound.length; from += packetBytes) {
            payloads.add(Arrays.copyOfRange(sound, from, Math.min(sound.length, from + packetBytes)));
        }
        return List.copyOf(payloads);
    }
}
