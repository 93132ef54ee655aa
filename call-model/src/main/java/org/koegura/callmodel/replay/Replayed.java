package org.koegura.callmodel.replay;

import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.NoticeProof;
import org.koegura.callmodel.Prompt;

/// A replay that is over, and what the other party was sent of it in the inside party's place.
///
/// @param prompt what was asked for
/// @param sent which packets, without receiver reports, and as the first attempt; null where none was
/// @param end how it ended
public record Replayed(Prompt prompt, @Nullable NoticeProof sent, ReplayEnd end) {

    public Replayed {
        if (sent == null && end == ReplayEnd.COMPLETED) {
            throw new IllegalArgumentException("replay: a completed one has packets");
        }
    }
}
