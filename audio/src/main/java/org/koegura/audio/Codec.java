package org.koegura.audio;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The codecs that are spoken here, by their encoding names in SDP.
///
/// G.722 samples at 16 kHz while its RTP clock ticks at 8 kHz (RFC 3551 §4.5.2); Opus always ticks at 48 kHz
/// (RFC 7587 §4.1) and is decoded at that rate, in one channel, whatever it carries.
public enum Codec {
    /// ITU-T G.711 µ-law (RFC 3551 §4.5.14).
    PCMU(8_000, 8_000),
    /// ITU-T G.711 A-law (RFC 3551 §4.5.14).
    PCMA(8_000, 8_000),
    /// ITU-T G.722 at 64 kbit/s (RFC 3551 §4.5.2).
    G722(8_000, 16_000),
    /// Opus (RFC 6716, RFC 7587).
    OPUS(48_000, 48_000);

    private final int clockRateHz;
    private final int sampleRateHz;

    Codec(int clockRateHz, int sampleRateHz) {
        this.clockRateHz = clockRateHz;
        this.sampleRateHz = sampleRateHz;
    }

    /// The codec of an `rtpmap`; null for one that is not spoken here.
    ///
    /// @param encodingName in upper case
    public static @Nullable Codec of(String encodingName, int clockRateHz) {
        for (Codec codec : values()) {
            if (codec.name().equals(encodingName) && codec.clockRateHz == clockRateHz) {
                return codec;
            }
        }
        return null;
    }

    /// RTP timestamp ticks a second.
    public int clockRateHz() {
        return clockRateHz;
    }

    /// Samples a second of the sound.
    public int sampleRateHz() {
        return sampleRateHz;
    }

    /// Why this codec cannot be used on this machine, in one line; empty where it can. The first asking about Opus
    /// loads its library, which takes some tenths of a second.
    public Optional<String> trouble() {
        return switch (this) {
            case PCMU, PCMA, G722 -> Optional.empty();
            case OPUS -> OpusNative.trouble();
        };
    }

    /// A decoder for a stream that begins. Throws [IllegalStateException] where there is [#trouble].
    public PayloadDecoder decoder() {
        return switch (this) {
            case PCMU, PCMA -> new G711.Decoder(this == PCMU);
            case G722 -> new G722Decoder();
            case OPUS -> new OpusDecoder();
        };
    }

    /// An encoder for a stream that begins. Throws [IllegalStateException] where there is [#trouble].
    public PayloadEncoder encoder() {
        return switch (this) {
            case PCMU, PCMA -> new G711.Encoder(this == PCMU);
            case G722 -> new G722Encoder();
            case OPUS -> new OpusEncoder();
        };
    }
}
