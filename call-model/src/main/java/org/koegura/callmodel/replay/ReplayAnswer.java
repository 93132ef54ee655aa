package org.koegura.callmodel.replay;

/// Whether the media play a notice once more, as they say at once.
public enum ReplayAnswer {
    /// It plays, or will as soon as a key that the inside party holds down is over.
    PLAYS,
    /// Nothing of the call is kept just now, so that the words would not be true.
    NOT_KEPT,
    /// A notice plays, or is about to.
    BUSY,
    /// The other party does not receive any audio: it is on hold, or the call carries none.
    ON_HOLD,
    /// The prompt has no encoding in any codec that the other party receives.
    NO_FRAMES
}
