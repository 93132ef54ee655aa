package org.koegura.sipproxy.negotiation;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Unrecorded;
import org.koegura.sipproxy.sdp.MediaDescription;
import org.koegura.sipproxy.sdp.SessionDescription;

/// What an offer can come to at best, before anybody answers it: for calls that fail closed (R3).
public final class OfferedAudio {

    private OfferedAudio() {}

    /// Why none of its audio could be recorded, whatever the answer takes of it; null where some could, and where it
    /// has none. Two that say keys beside plain RTP (RFC 8643) may still agree on SRTP.
    ///
    /// @param offer in our view: SRTP that is ended here is plain
    /// @param encodings names that can be kept, in upper case
    public static @Nullable Unrecorded unrecordable(SessionDescription offer, Set<String> encodings) {
        Unrecorded why = null;
        for (MediaDescription media : offer.media()) {
            if (!media.media().equals("audio") || media.declined()) {
                continue;
            }
            if (media.isPlainAudio()
                    && media.formats().stream().anyMatch(format -> encodings.contains(format.encodingName()))) {
                return null;
            }
            if (why == null) {
                boolean sealed = media.isRtp() && !media.isPlainAudio();
                why = sealed ? Unrecorded.ENCRYPTED_MEDIA : Unrecorded.UNSUPPORTED_CODEC;
            }
        }
        return why;
    }
}
