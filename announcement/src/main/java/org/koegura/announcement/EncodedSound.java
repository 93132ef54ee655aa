package org.koegura.announcement;

import java.util.ArrayList;
import java.util.List;

/// A prompt's sound in a codec that has no encoder here, as somebody else encoded it. Its bytes are what is sent, and
/// its hash is that of what was heard.
final class EncodedSound {

    /// 1/100 of full scale: -40 dBFS, far below any words that are loud enough.
    private static final int SILENT_MAX = Short.MAX_VALUE / 100;

    private final ForeignCodec codec;
    private final byte[] bytes;
    private final String sha256;

    /// Takes the array over; nobody writes to it afterwards.
    EncodedSound(ForeignCodec codec, byte[] bytes) {
        this.codec = codec;
        this.bytes = bytes;
        this.sha256 = PromptShelf.sha256(bytes);
    }

    ForeignCodec codec() {
        return codec;
    }

    byte[] bytes() {
        return bytes.clone();
    }

    String sha256() {
        return sha256;
    }

    /// RTP payloads of that many milliseconds.
    List<byte[]> cut(int packetMillis) {
        return codec.cut(bytes, packetMillis);
    }

    /// What speaks against it as the sound of a prompt, one line each. No silence can be made before it: so there must
    /// be some in the prompt itself, while the far end's audio path opens.
    ///
    /// @param spoken the prompt's own sound
    List<String> complaints(short[] spoken, int rateHz) {
        List<String> complaints =
                new ArrayList<>(codec.complaints(bytes, (int) Math.ceilDiv(spoken.length * 1000L, rateHz)));
        int silent = 0;
        while (silent < spoken.length && Math.abs(spoken[silent]) <= SILENT_MAX) {
            silent++;
        }
        long silentMillis = silent * 1000L / rateHz;
        if (silentMillis < FrameCutter.LEAD_IN_MILLIS) {
            complaints.add("the prompt begins to speak after " + silentMillis + " ms; " + FrameCutter.LEAD_IN_MILLIS
                    + " ms of silence are needed before the words, in both files, for nobody here could put it there in "
                    + codec.word());
        }
        return complaints;
    }
}
