package org.koegura.callmodel.port;

import java.util.Optional;
import org.koegura.callmodel.AudioFormat;
import org.koegura.callmodel.NoticeFrames;
import org.koegura.callmodel.Prompt;

/// Gives prompts as ready RTP payloads. Asked by rtp-capture, answered by announcement.
public interface NoticeSource {

    /// The prompt's frames in `format`, or empty where that format has none.
    ///
    /// MUST NOT block and MUST NOT encode: frames are made ahead. Safe to call from an event loop.
    Optional<NoticeFrames> frames(Prompt prompt, AudioFormat format);

    /// A sound without words, to be repeated, or empty where that format has none. As [#frames].
    Optional<NoticeFrames> tone(AudioFormat format);

    /// What a caller hears while a telephone rings, to be repeated, or empty where that format has none. As [#frames].
    Optional<NoticeFrames> ringback(AudioFormat format);
}
