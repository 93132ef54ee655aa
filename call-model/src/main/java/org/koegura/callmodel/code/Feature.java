package org.koegura.callmodel.code;

import org.jspecify.annotations.Nullable;
import org.koegura.callmodel.Ground;

/// What a code asks for.
public enum Feature {
    /// The call, or before a call the next one, is recorded without notice on ground 1.
    EXEMPT_DANGER("exempt-1", Ground.DANGER),
    /// The same on ground 2.
    EXEMPT_LITIGATION("exempt-2", Ground.LITIGATION),
    /// The same on ground 3.
    EXEMPT_SPECIAL("exempt-3", Ground.SPECIAL),
    /// The call, or the one that ended last, is not to be overwritten (H2).
    PRESERVE("preserve", null),
    /// The call is an emergency.
    EMERGENCY("emergency", null),
    /// The notice was given by word of mouth (N5).
    ATTEST("attest", null),
    /// The notice is played once more, in the language of the line (N13).
    REPLAY("replay", null),
    /// The same in Japanese.
    REPLAY_JAPANESE("replay-ja", null, "ja"),
    /// The same in easy Japanese.
    REPLAY_EASY("replay-ja-simple", null, "ja-simple"),
    /// The same in English.
    REPLAY_ENGLISH("replay-en", null, "en"),
    /// The other party objects (N12).
    OBJECTION("objection", null),
    /// Capture pauses (R9).
    PAUSE("pause", null),
    /// It goes on.
    RESUME("resume", null);

    private final String word;

    @Nullable
    private final Ground ground;

    @Nullable
    private final String language;

    Feature(String word, @Nullable Ground ground) {
        this(word, ground, null);
    }

    Feature(String word, @Nullable Ground ground, @Nullable String language) {
        this.word = word;
        this.ground = ground;
        this.language = language;
    }

    /// As settings, journal and metrics name it.
    public String word() {
        return word;
    }

    /// In which language a notice is replayed (BCP 47); null where it is not, or in that of the line.
    public @Nullable String language() {
        return language;
    }

    /// On which ground it exempts; null where it does not.
    public @Nullable Ground ground() {
        return ground;
    }
}
