package org.koegura.rtpcapture;

/// What the inside party hears while the notice speaks to the outside one.
public enum InsideHears {
    /// The outside party, as at any other time.
    OTHER_PARTY,
    /// Silence.
    NOTHING,
    /// A tone, again and again.
    TONE,
    /// The notice as well.
    NOTICE
}
