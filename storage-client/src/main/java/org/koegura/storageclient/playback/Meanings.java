package org.koegura.storageclient.playback;

import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.koegura.audio.Codec;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.Leg;
import org.koegura.storageclient.packets.PcapngBuffer;

/// What the payload types of each leg mean at one place of the stream. Immutable: the next place has its own.
final class Meanings {

    private static final int PAYLOAD_TYPES = 128;

    /// RFC 3551, tables 4 and 5: types below have their meaning without a word in the session description.
    private static final int FIRST_FREE_TYPE = 35;

    /// Those of them that can be decoded.
    private static final Map<Integer, Codec> STATIC = Map.of(0, Codec.PCMU, 8, Codec.PCMA, 9, Codec.G722);

    /// What holds where nothing was said.
    static final Meanings OF_RFC_3551 = ofRfc3551();

    private final @Nullable Codec[] codecs;
    private final boolean[] known;

    private Meanings(@Nullable Codec[] codecs, boolean[] known) {
        this.codecs = codecs;
        this.known = known;
    }

    private static Meanings ofRfc3551() {
        int types = Leg.values().length * PAYLOAD_TYPES;
        Meanings meanings = new Meanings(new @Nullable Codec[types], new boolean[types]);
        for (Leg leg : Leg.values()) {
            STATIC.forEach((payloadType, codec) -> meanings.codecs[at(leg, payloadType)] = codec);
            Arrays.fill(meanings.known, at(leg, 0), at(leg, FIRST_FREE_TYPE), true);
        }
        return meanings;
    }

    /// Whether anything was said of a payload type, be it a format that cannot be decoded.
    boolean knows(Leg leg, int payloadType) {
        return known[at(leg, payloadType)];
    }

    /// Null where nothing was said, or what was said cannot be decoded.
    @Nullable
    Codec codec(Leg leg, int payloadType) {
        return codecs[at(leg, payloadType)];
    }

    /// These, where a payload type means this from now on.
    Meanings with(Leg leg, AudioFormat format) {
        Meanings next = new Meanings(Arrays.copyOf(codecs, codecs.length), known.clone());
        next.codecs[at(leg, format.payloadType())] = spoken(format);
        next.known[at(leg, format.payloadType())] = true;
        return next;
    }

    /// Null for a format that cannot be decoded, also because this machine has no library for it.
    private static @Nullable Codec spoken(AudioFormat format) {
        Codec codec = Codec.of(format.encodingName(), format.clockRateHz());
        return codec == null || codec.trouble().isPresent() ? null : codec;
    }

    private static int at(Leg leg, int payloadType) {
        return PcapngBuffer.code(leg) * PAYLOAD_TYPES + payloadType;
    }
}
