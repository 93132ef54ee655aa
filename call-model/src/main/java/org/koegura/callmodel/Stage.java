package org.koegura.callmodel;

/// Where a live call stands, in the words of the live list (U1).
public enum Stage {
    RINGING,
    /// Answered; the notice is being played.
    NOTICE,
    /// The notice was heard, capture is on.
    RECORDED,
    /// Capture is on under an exemption.
    RECORDED_WITHOUT_NOTICE,
    /// The call goes on and nothing of it is kept.
    NOT_RECORDED,
    /// Hung up; being sealed.
    ENDING
}
