package org.koegura.callmodel;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An operator's accountable act under Art. 4, proviso: this call is recorded without notice (N6).
///
/// @param ground which of the three
/// @param text why; present and not blank for ground 3, at most 1000 characters
/// @param author account name of whoever flagged it, `extension:` and the telephone where it was dialled, or
///     `standing:` and the name of a standing exemption
/// @param at when; of a standing one when the call came
/// @param channel through what
public record Exemption(Ground ground, @Nullable String text, String author, Instant at, Channel channel) {

    /// How an exemption can be flagged.
    public enum Channel {
        API,
        CONSOLE,
        /// A code that was dialled, or pressed in the call.
        TELEPHONE,
        /// The other party's number has a standing exemption (N8).
        STANDING
    }

    private static final String STANDING_AUTHOR = "standing:";

    public Exemption {
        if (ground == Ground.SPECIAL && (text == null || text.isBlank())) {
            throw new IllegalArgumentException("ground 3 needs a text that says why");
        }
        if (text != null && text.length() > 1000) {
            throw new IllegalArgumentException("the text of a ground has at most 1000 characters");
        }
    }

    /// What a standing exemption is to the call that came then. No account can be called as its author is.
    ///
    /// @param name of the standing exemption
    public static Exemption standing(String name, Ground ground, @Nullable String text, Instant at) {
        return new Exemption(ground, text, STANDING_AUTHOR + name, at, Channel.STANDING);
    }

    /// The name of the standing exemption that it comes of; null where it comes of none.
    public @Nullable String standingName() {
        boolean standing = channel == Channel.STANDING && author.startsWith(STANDING_AUTHOR);
        return standing ? author.substring(STANDING_AUTHOR.length()) : null;
    }
}
