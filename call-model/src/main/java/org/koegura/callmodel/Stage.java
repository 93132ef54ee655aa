package org.koegura.callmodel;

/// Where a live call stands, in the words of the live list (U1).
public enum Stage {
    /// There is no call yet: what was flagged holds for the next one, or for each with a number. No live call stands
    /// here.
    BEFORE_CALL,
    RINGING,
    /// Answered; the notice is being played.
    NOTICE,
    /// Answered; staff are to give the notice themselves and to attest it (N5). Nothing is kept.
    ORAL_NOTICE,
    /// The notice was heard or attested, capture is on.
    RECORDED,
    /// Capture is on under an exemption.
    RECORDED_WITHOUT_NOTICE,
    /// The call goes on and nothing of it is kept.
    NOT_RECORDED,
    /// Hung up; being sealed.
    ENDING
}
