package org.koegura.callmodel;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An operator's accountable act under Art. 4, proviso: this call is recorded without notice (N6).
///
/// @param ground which of the three
/// @param text why; present and not blank for ground 3, at most 1000 characters
/// @param author account name of whoever flagged it, or `extension:` and the telephone where it was dialled
/// @param at when
/// @param channel through what
public record Exemption(Ground ground, @Nullable String text, String author, Instant at, Channel channel) {

    /// How an exemption can be flagged.
    public enum Channel {
        API,
        CONSOLE,
        /// A code that was dialled, or pressed in the call.
        TELEPHONE
    }

    public Exemption {
        if (ground == Ground.SPECIAL && (text == null || text.isBlank())) {
            throw new IllegalArgumentException("ground 3 needs a text that says why");
        }
        if (text != null && text.length() > 1000) {
            throw new IllegalArgumentException("the text of a ground has at most 1000 characters");
        }
    }
}
